"""Images and label images, in all versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from .._rules import images as arrays
from .._rules import labels
from .._spec.versions import VERSIONS
from .._zarr.specs import BaseArraySpec
from ..common.coordinate_transformations import build_transforms
from ..common.multiscales import Dataset
from ..exceptions import Problem, ValidationError
from .levels import HasLevels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._models.rule import Rule
    from ..common.axes import Axis
    from ..common.image_label_types import Color, Property, Source
    from ..typing import JSON


L = TypeVar("L")
T = TypeVar("T")


class _Multiscale(HasLevels):
    """A group of the arrays of an image, at several resolutions."""

    __slots__ = ()

    tree_rules: ClassVar[tuple[Rule, ...]] = (
        arrays.arrays_exist,
        arrays.arrays_same_ndim,
        arrays.axes_ndim,
        arrays.arrays_max_5d,
        arrays.largest_first,
    )

    @classmethod
    def _of_arrays(
        cls,
        metadata: Mapping[str, Any],
        *,
        array_specs: Sequence[Any],
        paths: Sequence[str],
        axes: Sequence[Axis],
        parameters: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return the group of some arrays, with its metadata and what else it refers to."""
        for array in array_specs:
            if not isinstance(array, BaseArraySpec):
                msg = f"expected an ArraySpec, got {type(array).__name__}"
                raise TypeError(msg)
        specs = [cls._array(array, axes) for array in array_specs]
        flat = {f"/{path.strip('/')}": a for path, a in zip(paths, specs, strict=True)}
        group_spec = VERSIONS[cls.ome_zarr_version].format.group_spec
        members: Mapping[str, Any] = group_spec.from_flat(flat).members
        return cls._from_metadata(metadata, {**members, **cls._nest_members(parameters or {})})

    @classmethod
    def _array(cls, array: Any, axes: Sequence[Axis]) -> Any:  # noqa: ARG003 - of versions that name dimensions
        """Return an array as this version has it, where it leaves something unsaid."""
        return array


class BaseImageGroup(_Multiscale, Generic[L]):
    """An image at several resolutions, and its label images."""

    __slots__ = ()

    kind = "image"
    tree_rules: ClassVar[tuple[Rule, ...]] = (
        *_Multiscale.tree_rules,
        arrays.channel_count,
        labels.same_levels,
        labels.same_dimensions,
    )

    passes_at_a_glance = arrays.at_a_glance

    @property
    def labels(self) -> L | None:
        """
        The group of label images in this group; None if there is none.

        Raises
        ------
        RuntimeError
            If the node at ``labels`` is no group of label images.
        """
        found: L | None = self._group_at("labels", "labels")
        return found


class ImageGroup(BaseImageGroup[L]):
    """An image of 0.4 or 0.5, whose multiscales have axes."""

    __slots__ = ()

    @classmethod
    def new(
        cls,
        *,
        array_specs: Sequence[Any],
        paths: Sequence[str],
        axes: Sequence[Axis],
        scales: Sequence[Sequence[float]],
        translations: Sequence[Sequence[float] | None] | None,
        name: str | None = None,
        multiscale_type: str | None = None,
        metadata: Mapping[str, JSON] | None = None,
        global_scale: Sequence[float] | None = None,
        global_translation: Sequence[float] | None = None,
    ) -> Self:
        """
        Return a new image of some arrays.

        No pixels are stored or copied: `to_zarr` writes the metadata, and the pixels are
        then written to the arrays in the store.

        Parameters
        ----------
        array_specs : sequence of ArraySpec
            The arrays: the same image from the highest to the lowest resolution.
        paths : sequence of str
            The path of each array in the group.
        axes : sequence of Axis
            The axes, in the order of the arrays' dimensions.
        scales : sequence of sequence of float
            For each array, the size of a pixel along each axis, in the axis's unit.
        translations : sequence of (sequence of float or None), optional
            For each array, the place of the first pixel along each axis, in the axis's unit.
        name : str, optional
            The name of the image.
        multiscale_type : str, optional
            The method by which the lower resolutions were made, such as ``"gaussian"``.
        metadata : mapping, optional
            How the lower resolutions were made.
        global_scale, global_translation : sequence of float, optional
            A scale and a translation of all the arrays, after those of each.

        Raises
        ------
        ValueError
            If there are not as many of one as of the other.
        ValidationError
            If the specification does not allow this image; it names every problem.
        """
        multiscale = _multiscale(
            array_specs=array_specs,
            paths=paths,
            axes=axes,
            scales=scales,
            translations=translations,
            name=name,
            multiscale_type=multiscale_type,
            metadata=metadata,
            global_scale=global_scale,
            global_translation=global_translation,
        )
        return cls._of_arrays(
            {"multiscales": [multiscale]}, array_specs=array_specs, paths=paths, axes=axes
        )


class BaseImageLabelGroup(_Multiscale):
    """A label image at several resolutions: each pixel says which object it belongs to."""

    __slots__ = ()

    kind = "image-label"
    tree_rules: ClassVar[tuple[Rule, ...]] = (*_Multiscale.tree_rules, labels.integers)


class ImageLabelGroup(BaseImageLabelGroup):
    """A label image of 0.4 or 0.5, whose multiscales have axes."""

    __slots__ = ()

    @classmethod
    def new(
        cls,
        *,
        array_specs: Sequence[Any],
        paths: Sequence[str],
        axes: Sequence[Axis],
        scales: Sequence[Sequence[float]],
        translations: Sequence[Sequence[float] | None] | None,
        name: str | None = None,
        multiscale_type: str | None = None,
        metadata: Mapping[str, JSON] | None = None,
        global_scale: Sequence[float] | None = None,
        global_translation: Sequence[float] | None = None,
        colors: Sequence[Color] | None = None,
        properties: Sequence[Property] | None = None,
        source: Source | None = None,
    ) -> Self:
        """
        Return a new label image of some arrays.

        Its parameters are those of ``Image.new``, and:

        Parameters
        ----------
        array_specs, paths, axes, scales, translations
            As for an image: the arrays hold integers, on as many levels as the image has.
        name, multiscale_type, metadata, global_scale, global_translation : optional
            As for an image.
        colors : sequence of Color, optional
            The colors in which label values are shown.
        properties : sequence of Property, optional
            What is known of label values.
        source : Source, optional
            The image that it belongs to; the one whose ``labels`` it is in if not given.

        Raises
        ------
        ValueError
            If there are not as many of one as of the other.
        ValidationError
            If the specification does not allow this label image; it names every problem.
        """
        multiscale = _multiscale(
            array_specs=array_specs,
            paths=paths,
            axes=axes,
            scales=scales,
            translations=translations,
            name=name,
            multiscale_type=multiscale_type,
            metadata=metadata,
            global_scale=global_scale,
            global_translation=global_translation,
        )
        label = given(colors=colors, properties=properties, source=source)
        return cls._of_arrays(
            {"image-label": label, "multiscales": [multiscale]},
            array_specs=array_specs,
            paths=paths,
            axes=axes,
        )


def given(**values: Any) -> dict[str, Any]:
    """Return the values that are not None, by their names."""
    return {name: value for name, value in values.items() if value is not None}


def check_counts(paths: Sequence[str], **each: Sequence[Any]) -> None:
    """Raise unless there are as many values of each as there are different paths."""
    for what, values in {**each, "different paths": set(paths)}.items():
        if len(values) != len(paths):
            msg = f"expected as many {what} as paths, {len(paths)}, got {len(values)}"
            raise ValueError(msg)


def _multiscale(
    *,
    array_specs: Sequence[Any],
    paths: Sequence[str],
    axes: Sequence[Axis],
    scales: Sequence[Sequence[float]],
    translations: Sequence[Sequence[float] | None] | None,
    name: str | None = None,
    multiscale_type: str | None = None,
    metadata: Mapping[str, JSON] | None = None,
    global_scale: Sequence[float] | None = None,
    global_translation: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Return a multiscale, in which parts may be models."""
    translations = [None] * len(paths) if translations is None else translations
    check_counts(paths, array_specs=array_specs, scales=scales, translations=translations)
    if global_translation is not None and global_scale is None:
        msg = "expected a global_scale beside the global_translation, got none"
        raise ValueError(msg)
    transforms = (
        None if global_scale is None else build_transforms(global_scale, global_translation)
    )
    return {
        "axes": list(axes),
        "datasets": build_datasets(Dataset.build, paths, scales, translations),
        **given(
            coordinateTransformations=transforms,
            metadata=metadata,
            name=name,
            type=multiscale_type,
        ),
    }


def build_datasets(
    build: Callable[..., T],
    paths: Sequence[str],
    scales: Sequence[Sequence[float]],
    translations: Sequence[Sequence[float] | None],
) -> list[T]:
    """Return the datasets of some paths, or raise for all that is wrong with them."""
    built: list[T] = []
    problems: list[Problem] = []
    for i, (path, scale, translation) in enumerate(zip(paths, scales, translations, strict=True)):
        try:
            built.append(build(path=path, scale=scale, translation=translation))
        except ValidationError as error:
            loc = ("multiscales", 0, "datasets", i)
            problems += [problem.below("", "", *loc) for problem in error.problems]
    if problems:
        raise ValidationError(tuple(problems))
    return built
