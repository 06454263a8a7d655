"""Groups of images and label images, in every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from .._models.rule import Rule, listed, repeated
from .._rules import images as arrays
from .._rules import labels, plausible
from .._rules.multiscales import AXES
from .._spec.versions import VERSIONS
from .._zarr.specs import BaseArraySpec
from ..base import refuse_strings
from ..common.axes import names_instead_of
from ..common.coordinate_transformations import build_transforms
from ..common.multiscales import Dataset
from ..exceptions import Problem, ValidationError
from .levels import HasLevels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..common.axes import Axis
    from ..common.image_label_types import Color, Property, Source
    from ..typing import JSON


L = TypeVar("L")
S = TypeVar("S", bound=BaseArraySpec)
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
        plausible.levels,
    )

    @classmethod
    def _of_arrays(
        cls,
        metadata: Mapping[str, Any],
        *,
        array_specs: Sequence[BaseArraySpec],
        paths: Sequence[str],
        axes: Sequence[Axis],
        parameters: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return a group with metadata, arrays, and the parameters of transformations."""
        version = cls.ome_zarr_version
        specs = [cls._array(_array_spec(version, array), axes) for array in array_specs]
        flat = {f"/{path.strip('/')}": a for path, a in zip(paths, specs, strict=True)}
        group_spec = VERSIONS[version].format.group_spec
        members: Mapping[str, Any] = group_spec.from_flat(flat).members
        return cls._from_metadata(metadata, {**members, **cls._nest_members(parameters or {})})

    @classmethod
    def _array(cls, array: Any, axes: Sequence[Axis]) -> Any:  # noqa: ARG003 - for Zarr format 3
        """Return an array with the defaults of this version filled in."""
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
        The group of the label images; None if the image has no label images.

        Raises
        ------
        RuntimeError
            If the node at ``labels`` is not a group of label images, or the members were not
            read.
        """
        labels: L | None = self._group_at("labels", "labels")
        return labels


class ImageGroup(BaseImageGroup[L], Generic[L, S]):
    """An image of 0.4 or 0.5, whose multiscales have axes."""

    __slots__ = ()

    @classmethod
    def new(
        cls,
        *,
        array_specs: Sequence[S],
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
        Return a new image.

        No pixels are stored or copied: `to_zarr` writes the metadata, and the pixels are then
        written to the arrays in the store.

        Parameters
        ----------
        array_specs : sequence of ArraySpec
            The arrays of the levels, from the highest to the lowest resolution. Since 0.5, an
            array without ``dimension_names`` gets the names of the axes.
        paths : sequence of str
            The path of each array, relative to the group.
        axes : sequence of Axis
            The 2 to 5 axes, in the order of the dimensions of the arrays.
        scales : sequence of sequence of float
            For each array, the size of a pixel along each axis, in the unit of the axis.
        translations : sequence of (sequence of float or None), or None
            For each array, the position of its first pixel along each axis, in the unit of
            the axis; None for an array without a translation, or for all arrays.
        name : str, optional
            The name of the image.
        multiscale_type : str, optional
            The method of downscaling, such as ``"gaussian"``.
        metadata : mapping, optional
            Details of the method of downscaling.
        global_scale, global_translation : sequence of float, optional
            A scale and a translation of all levels, applied after those of each level: one
            number for each axis, in the unit of the axis.

        Returns
        -------
        Image

        Raises
        ------
        ValueError
            If the numbers of arrays, paths, scales and translations differ, if a path is
            repeated, or if `global_translation` is given without `global_scale`.
        TypeError
            If a value of `array_specs` is not an array of this version.
        ValidationError
            If the image breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05 import ArraySpec, Image
        >>> from ome_zarr_models.v05.axes import Axis
        >>> image = Image.new(
        ...     array_specs=[
        ...         ArraySpec.build(shape=(n, n), dtype="uint16", chunks=(64, 64))
        ...         for n in (256, 128)
        ...     ],
        ...     paths=["0", "1"],
        ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
        ...     scales=[(0.5, 0.5), (1, 1)],
        ...     translations=[None, (0.25, 0.25)],
        ...     name="nuclei",
        ... )
        >>> image.shape, image.voxel_size(level=1)
        ((256, 256), {'y': (1.0, 'micrometer'), 'x': (1.0, 'micrometer')})
        """
        multiscale = _multiscale(
            cls.ome_zarr_version,
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
    """A label image at several resolutions: the value of a pixel is the number of an object."""

    __slots__ = ()

    kind = "image-label"
    tree_rules: ClassVar[tuple[Rule, ...]] = (*_Multiscale.tree_rules, labels.integers)


class ImageLabelGroup(BaseImageLabelGroup, Generic[S]):
    """A label image of 0.4 or 0.5, whose multiscales have axes."""

    __slots__ = ()

    @classmethod
    def new(
        cls,
        *,
        array_specs: Sequence[S],
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
        Return a new label image.

        No pixels are stored or copied: `to_zarr` writes the metadata, and the pixels are then
        written to the arrays in the store.

        Parameters
        ----------
        array_specs : sequence of ArraySpec
            The arrays of the levels, from the highest to the lowest resolution: as many as
            the image has, with an integer data type. Since 0.5, an array without
            ``dimension_names`` gets the names of the axes.
        paths : sequence of str
            The path of each array, relative to the group.
        axes : sequence of Axis
            The 2 to 5 axes, in the order of the dimensions of the arrays.
        scales : sequence of sequence of float
            For each array, the size of a pixel along each axis, in the unit of the axis.
        translations : sequence of (sequence of float or None), or None
            For each array, the position of its first pixel along each axis, in the unit of
            the axis; None for an array without a translation, or for all arrays.
        name : str, optional
            The name of the label image.
        multiscale_type : str, optional
            The method of downscaling, such as ``"nearest"``.
        metadata : mapping, optional
            Details of the method of downscaling.
        global_scale, global_translation : sequence of float, optional
            A scale and a translation of all levels, applied after those of each level: one
            number for each axis, in the unit of the axis.
        colors : sequence of Color, optional
            The colors of label values.
        properties : sequence of Property, optional
            The properties of label values.
        source : Source, optional
            The image that was labelled. By default, it is the image that the group of label
            images belongs to.

        Returns
        -------
        ImageLabel

        Raises
        ------
        ValueError
            If the numbers of arrays, paths, scales and translations differ, if a path is
            repeated, or if `global_translation` is given without `global_scale`.
        TypeError
            If a value of `array_specs` is not an array of this version.
        ValidationError
            If the label image breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05 import ArraySpec, ImageLabel
        >>> from ome_zarr_models.v05.axes import Axis
        >>> from ome_zarr_models.v05.image_label_types import Color
        >>> nuclei = ImageLabel.new(
        ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint32", chunks=(64, 64))],
        ...     paths=["0"],
        ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
        ...     scales=[(0.5, 0.5)],
        ...     translations=None,
        ...     colors=[Color(label_value=1, rgba=(255, 0, 0, 255))],
        ... )
        >>> nuclei.dtype, nuclei.ome_attributes.image_label.colors[0].rgba
        ('uint32', (255, 0, 0, 255))
        """
        multiscale = _multiscale(
            cls.ome_zarr_version,
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


def check_arguments(
    version: str,
    *,
    array_specs: Sequence[Any],
    paths: Sequence[str],
    axes: Sequence[Any],
    scales: Sequence[Any],
    translations: Sequence[Any],
) -> None:
    """
    Raise unless the arguments of ``new`` fit each other.

    There must be an array, a scale and a translation for each path, and a dimension of each
    array and an entry of each scale and translation for each axis.
    """
    arguments = {"array_specs": array_specs, "scales": scales, "translations": translations}
    for name, values in arguments.items():
        if len(values) != len(paths):
            msg = f"expected as many {name} as paths, {len(paths)}, got {len(values)}"
            raise ValueError(msg)
    if twice := repeated([*paths]):
        msg = f"expected paths that differ, got {listed(map(repr, twice))} more than once"
        raise ValueError(msg)
    ndims = [_array_spec(version, array).ndim for array in array_specs]
    problems = (
        *_wrong_ndims(version, ndims, paths, len(axes)),
        *_wrong_lengths(version, ndims, len(axes), scales, translations),
    )
    if problems:
        raise ValidationError(problems)


def _array_spec(version: str, array: Any) -> BaseArraySpec:
    """Return an array; one of pydantic-zarr as that of the version."""
    if isinstance(array, BaseArraySpec):
        return array
    if hasattr(array, "model_dump"):
        own: BaseArraySpec = VERSIONS[version].format.array_spec.model_validate(array.model_dump())
        return own
    hint = ": describe it with ArraySpec.from_array" if hasattr(array, "dtype") else ""
    msg = f"expected an ArraySpec, got {type(array).__name__}{hint}"
    raise TypeError(msg)


# The problems are those that `validate` reports of the same hierarchy.


def _wrong_ndims(
    version: str, ndims: Sequence[int], paths: Sequence[str], n_axes: int
) -> Iterator[Problem]:
    """Yield arrays that differ in their numbers of dimensions, and axes that fit none."""
    own = VERSIONS[version]
    for path, ndim in zip(paths, ndims, strict=True):
        if ndim != ndims[0]:
            slug, document = arrays.arrays_same_ndim.slug, own.format.array
            message = f"expected {ndims[0]} dimensions as at the first level, got {ndim}"
            yield Problem(slug, "error", path, ("shape",), message, document)
    if ndims and n_axes != ndims[0]:
        loc = ("coordinateSystems", 0, "axes") if own.has_systems else ("axes",)
        message = f"expected {ndims[0]} axes, as many as the arrays have dimensions, got {n_axes}"
        yield _problem(version, arrays.axes_ndim.slug, loc, message)


def _wrong_lengths(
    version: str,
    ndims: Sequence[int],
    n_axes: int,
    scales: Sequence[Any],
    translations: Sequence[Any],
) -> Iterator[Problem]:
    """Yield scales and translations whose lengths fit neither the array nor the axes."""
    has_systems = VERSIONS[version].has_systems
    slug = "ms6.ct-length" if has_systems else "ms.ct-length"
    for i, (ndim, *vectors) in enumerate(zip(ndims, scales, translations, strict=True)):
        for j, (type_, vector) in enumerate(zip(("scale", "translation"), vectors, strict=True)):
            length = _length(vector)
            if length in (None, ndim, n_axes):
                continue
            place: tuple[str | int, ...] = (j,)
            if has_systems:  # one transformation, which is a sequence if there is a translation
                place = (0,) if vectors[1] is None else (0, "transformations", j)
            loc = ("datasets", i, "coordinateTransformations", *place, type_)
            message = f"expected {ndim} entries, one for each axis, got {length}"
            yield _problem(version, slug, loc, message)


def _length(vector: Any) -> int | None:
    try:
        return len(vector)
    except TypeError:  # None, or reported when the transformation is built
        return None


def _problem(version: str, slug: str, loc: tuple[str | int, ...], message: str) -> Problem:
    """Return a problem of a multiscale, with its place in the document of the group."""
    own = VERSIONS[version]
    place = (*own.format.place, *own.place, "multiscales", 0)
    return Problem(slug, "error", "", (*place, *loc), message, own.format.attributes)


def _multiscale(
    version: str,
    *,
    array_specs: Sequence[BaseArraySpec],
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
    """Return the document of a multiscale, in which parts may be models."""
    if message := names_instead_of(axes):
        raise ValidationError((_problem(version, AXES.slug, ("axes",), message),))
    translations = [None] * len(paths) if translations is None else translations
    check_arguments(
        version,
        array_specs=array_specs,
        paths=paths,
        axes=axes,
        scales=scales,
        translations=translations,
    )
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
    """Return the datasets of some paths, or raise one error for the problems of them all."""
    refuse_strings(paths=paths)
    datasets: list[T] = []
    problems: list[Problem] = []
    for i, (path, scale, translation) in enumerate(zip(paths, scales, translations, strict=True)):
        try:
            datasets.append(build(path=path, scale=scale, translation=translation))
        except ValidationError as error:
            loc = ("multiscales", 0, "datasets", i)
            problems += [problem.below("", "", *loc) for problem in error.problems]
    if problems:
        raise ValidationError(tuple(problems))
    return datasets
