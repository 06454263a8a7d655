"""Scenes of 0.6: images, and how they lie to each other."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the annotations of models are looked at
from typing import TYPE_CHECKING, Self

from attrs import field, frozen
from attrs.converters import optional

from .._models.fields import items, key
from .._models.model import Model
from .._rules.nodes import is_image
from .._rules.v06 import connections as graphs
from .._rules.v06 import fields, systems
from .._rules.v06 import scenes as rules
from .._rules.v06 import transforms as trafo
from .._rules.v06.references import ends
from ._systems import HasGraph
from .base import BaseGroupv06, BaseOMEAttrs, BaseZarrAttrs
from .coordinate_systems import CoordinateSystem
from .coordinate_transforms import AnyTransform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._zarr.v3 import ArraySpec
    from .image import Image

__all__ = ["BaseSceneAttrs", "Scene", "SceneAttrs", "SceneZarrAttrs"]


@frozen(kw_only=True, repr=False)
class SceneAttrs(Model):
    """
    How images lie to each other: the content of ``scene``.

    The specification's section is `"scene" metadata
    <https://ngff.openmicroscopy.org/0.6/index.html#scene-md>`_.

    Parameters
    ----------
    coordinateTransformations : sequence of transformations
        Transformations between coordinate systems of the scene, and of its images: a
        reference with a path is to a system of the image at that path.
    coordinateSystems : sequence of CoordinateSystem, optional
        The systems of the scene itself; the first of them is the one to show.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    spec_rules = (
        systems.names_unique,
        systems.ends_given,
        rules.ends_named,
        rules.ends_known,
        systems.transformations_fit,
        trafo.names_differ,
        systems.some_transformations,
    )

    coordinateTransformations: tuple[AnyTransform, ...] = field(
        converter=items[AnyTransform, ...],
        metadata=key(rules.TRANSFORMS, inside={trafo.REFERENCE.slug: rules.REFERENCE}),
    )
    coordinateSystems: tuple[CoordinateSystem, ...] | None = field(
        default=None,
        converter=optional(items[CoordinateSystem, ...]),
        metadata=key(None, rules.SYSTEMS),
    )

    passes_at_a_glance = rules.at_a_glance


@frozen(kw_only=True, repr=False)
class BaseSceneAttrs(BaseOMEAttrs):
    """
    The metadata of a scene.

    Parameters
    ----------
    scene : SceneAttrs
        How the images of the scene lie to each other.
    version : {"0.6"}
        The version of the specification.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.
    """

    kind = "scene"

    scene: SceneAttrs = field(metadata=key(rules.TRANSFORMS))


@frozen(kw_only=True, repr=False)
class SceneZarrAttrs(BaseZarrAttrs[BaseSceneAttrs]):
    """The attributes of a scene as they are stored: `ome` is its metadata."""


@frozen(kw_only=True, repr=False)
class Scene(HasGraph, BaseGroupv06[BaseSceneAttrs]):
    """
    Images, and how they lie to each other.

    Parameters
    ----------
    attributes : SceneZarrAttrs
        The attributes, whose ``ome`` is the metadata.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The images, and the parameters of transformations, by their names; None if nobody
        has looked for them.

    Raises
    ------
    ValidationError
        If the members are not as the metadata says; it names every problem.
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
        """The images that the scene's transformations lead to, by their paths."""
        references = ends(self.ome_attributes.scene)
        paths = dict.fromkeys(reference.path for _, _, reference in references if reference.path)
        found = {path: self._group_at(path, "image", "image-label") for path in paths}
        return {path: node for path, node in found.items() if is_image(node)}

    def __getitem__(self, path: str) -> Image:
        image: Image | None = self._group_at(path, "image", "image-label")
        if image is None:
            raise KeyError(path)
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
        Return a new scene of some images.

        Parameters
        ----------
        images : mapping of str to Image
            The images by their paths in the scene. There is a transformation from or to
            each of them, without which it would not be found again.
        coord_transforms : sequence of transformations
            Transformations between systems of the scene, and of its images.
        coord_systems : sequence of CoordinateSystem, optional
            The systems of the scene itself.
        parameters : mapping of str to ArraySpec or Image, optional
            The matrices and the fields that transformations have at a path, by these
            paths, which should be in ``coordinateTransformations``.

        Raises
        ------
        TypeError
            If an image is none, or one of another version.
        ValidationError
            If the specification does not allow this; it names every problem.
        """
        for path, image in images.items():
            if not is_image(image) or image.ome_zarr_version != cls.ome_zarr_version:
                msg = f"expected an Image of OME-Zarr 0.6 at {path!r}, got {_said(image)}"
                raise TypeError(msg)
        scene = SceneAttrs(
            coordinateTransformations=coord_transforms, coordinateSystems=coord_systems or None
        )
        return cls._from_metadata(
            {"scene": scene}, cls._nest_members({**images, **(parameters or {})})
        )


def _said(node: object) -> str:
    version = getattr(node, "ome_zarr_version", None)
    return f"one of {version}: `to_version('0.6')` makes it one" if version else repr(node)
