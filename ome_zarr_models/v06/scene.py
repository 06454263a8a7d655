"""Scenes of OME-Zarr 0.6: several images in common coordinate systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from .._json.values import is_object
from .._models.fields import items, key, optional_items
from .._models.model import Model
from .._models.rule import listed
from .._rules.nodes import is_image
from .._rules.v06 import connections as graphs
from .._rules.v06 import fields, systems
from .._rules.v06 import scenes as rules
from .._rules.v06 import transforms as trafo
from .._rules.v06.references import ends
from ..common._reexports import reexport
from ._systems import HasGraph
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .coordinate_systems import CoordinateSystem
from .coordinate_transforms import AnyTransform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._zarr.v3 import ArraySpec
    from .image import Image

__all__ = ["BaseSceneAttrs", "Scene", "SceneAttrs", "SceneZarrAttrs"]


@frozen(kw_only=True, repr=False)
class SceneAttrs(Model):
    """
    The coordinate systems and transformations of a scene: the value of ``scene``.

    The specification's section is `"scene" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#scene-md>`_.

    Parameters
    ----------
    coordinateTransformations : sequence of transformations
        Transformations between coordinate systems of the scene and of its images. A reference
        with a path is to a coordinate system of the image at that path.
    coordinateSystems : sequence of CoordinateSystem, optional
        The coordinate systems of the scene itself; the first is the one to display.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    spec_rules = (
        systems.names_unique,
        systems.ends_given,
        rules.ends_named,
        rules.ends_known,
        systems.transformations_fit,
        trafo.names_differ,
        trafo.sequences_nonempty,
        systems.some_transformations,
    )

    coordinateTransformations: tuple[AnyTransform, ...] = field(
        converter=items[AnyTransform, ...],
        metadata=key(rules.TRANSFORMS, inside={trafo.REFERENCE.slug: rules.REFERENCE}),
    )
    coordinateSystems: tuple[CoordinateSystem, ...] | None = field(
        default=None,
        converter=optional_items[CoordinateSystem],
        metadata=key(None, rules.SYSTEMS),
    )

    passes_at_a_glance = rules.at_a_glance


@frozen(kw_only=True, repr=False)
class BaseSceneAttrs(BaseOMEAttrs):
    """
    The metadata of a scene.

    The specification's section is `"scene" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#scene-md>`_.

    Parameters
    ----------
    scene : SceneAttrs
        The coordinate systems of the scene, and the transformations to those of its images.
    version : {"0.6"}, optional
        The version of the specification.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """

    kind = "scene"

    scene: SceneAttrs = field(metadata=key(rules.TRANSFORMS))


@frozen(kw_only=True, repr=False)
class SceneZarrAttrs(BaseZarrAttrs[BaseSceneAttrs]):
    """
    The attributes of a scene as stored, with the metadata under ``ome``.

    Parameters
    ----------
    ome : BaseSceneAttrs
        The metadata.
    extra : mapping, optional
        The attributes beside ``ome``; they are written as they were read.

    Raises
    ------
    ValidationError
        If the metadata breaks a rule of the specification; it names every problem.
    """


@frozen(kw_only=True, repr=False)
class Scene(HasGraph, BaseGroupv06[BaseSceneAttrs]):
    """
    Several images, and the transformations between their coordinate systems.

    `Scene.new` creates one. The specification's section is `"scene" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#scene-md>`_.

    Parameters
    ----------
    attributes : SceneZarrAttrs
        The attributes as they are stored; ``attributes.ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images, and the parameters of transformations, by their names; None if they were not
        read.

    Raises
    ------
    ValidationError
        If the members do not agree with the metadata; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v06 import ArraySpec, Image, Scene
    >>> from ome_zarr_models.v06.axes import Axis
    >>> from ome_zarr_models.v06.coordinate_systems import (
    ...     CoordinateSystem,
    ...     CoordinateSystemIdentifier,
    ... )
    >>> from ome_zarr_models.v06.coordinate_transforms import Translation
    >>> axes = [Axis(name=name, type="space", unit="micrometer") for name in "yx"]
    >>> tile = Image.new(
    ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint8", chunks=(64, 64))],
    ...     paths=["0"],
    ...     scales=[(0.5, 0.5)],
    ...     physical_coord_system=CoordinateSystem(name="physical", axes=axes),
    ... )
    >>> transform = Translation(
    ...     translation=[0, 30],
    ...     input=CoordinateSystemIdentifier(name="physical", path="tile-1"),
    ...     output=CoordinateSystemIdentifier(name="world"),
    ... )
    >>> scene = Scene.new(
    ...     images={"tile-1": tile},
    ...     coord_transforms=[transform],
    ...     coord_systems=[CoordinateSystem(name="world", axes=axes)],
    ... )
    >>> graph = scene.transform_graph()
    >>> graph.get_transform(("tile-1", "physical"), "world").transform_point([1, 2])
    (1.0, 32.0)
    """

    kind = "scene"
    attributes_class = SceneZarrAttrs
    tree_rules = (
        rules.images_exist,
        rules.images_fit,
        graphs.scene_connected,
        fields.parameters_of_scene,
        rules.parameters_together,
    )

    @property
    def images(self) -> dict[str, Image]:
        """
        The images that the transformations of the scene refer to, by their paths.

        Paths without a node are left out.

        Raises
        ------
        RuntimeError
            If the members were not read, or the node at one of the paths is not an image.
        """
        references = ends(self.ome_attributes.scene)
        paths = dict.fromkeys(reference.path for _, _, reference in references if reference.path)
        nodes = {path: self._group_at(path, "image", "image-label") for path in paths}
        return {path: node for path, node in nodes.items() if is_image(node)}

    def __getitem__(self, path: str) -> Image:
        image: Image | None = self._group_at(path, "image", "image-label")
        if image is None:
            expected = f"expected the path of an image, one of {listed(self.images)}"
            msg = f"{expected}, got {path!r}: {self._why_missing(path)}"
            raise KeyError(msg)
        return image

    @classmethod
    def new(
        cls,
        *,
        images: Mapping[str, Image],
        coord_transforms: Sequence[AnyTransform] = (),
        coord_systems: Sequence[CoordinateSystem] = (),
        parameters: Mapping[str, ArraySpec | Image] | None = None,
    ) -> Self:
        """
        Return a new scene; the documentation of the class has an example.

        Parameters
        ----------
        images : mapping of str to Image
            The images by their paths in the scene. Every image needs a transformation from or to
            one of its coordinate systems.
        coord_transforms : sequence of transformations
            Transformations between coordinate systems of the scene and of its images.
        coord_systems : sequence of CoordinateSystem, optional
            The coordinate systems of the scene itself.
        parameters : mapping of str to (ArraySpec or Image), optional
            The arrays of matrices, and the images of vector fields, by their paths in the
            transformations; ``"coordinateTransformations/<name>"`` is the recommended path.

        Returns
        -------
        Scene

        Raises
        ------
        TypeError
            If `images` is not a mapping, or one of its values is not an Image of OME-Zarr 0.6.
        ValueError
            If a path is not that of a node below the scene.
        ValidationError
            If the scene breaks a rule of the specification; it names every problem.
        """
        if not is_object(images):
            expected = "expected a mapping of paths to images, such as {'tile-1': ...}"
            msg = f"{expected}, got {type(images).__name__}"
            raise TypeError(msg)
        for path, image in images.items():
            if not is_image(image) or image.ome_zarr_version != cls.ome_zarr_version:
                msg = f"expected an Image of OME-Zarr 0.6 at {path!r}, got {_shown(image)}"
                raise TypeError(msg)
        scene = SceneAttrs(
            coordinateTransformations=coord_transforms, coordinateSystems=coord_systems or None
        )
        return cls._from_metadata(
            {"scene": scene}, cls._nest_members({**images, **(parameters or {})})
        )


def _shown(node: Any) -> str:
    if not is_image(node):
        return repr(node)
    return f"one of {node.ome_zarr_version}: `to_version('0.6')` converts it"


reexport(globals())
