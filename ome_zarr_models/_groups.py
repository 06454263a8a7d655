"""What the groups of each kind can do, in all versions."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ._rules import Rule, arrays, labels
from .base import BaseGroup
from .common.coordinate_transformations import build_transforms
from .common.multiscales import Dataset
from .exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._model import JSON
    from .common.axes import Axis

__all__ = ["ImageGroup", "ImageLabelGroup", "LabelsGroup"]


class _Multiscale(BaseGroup):
    """A group of the arrays of an image, at several resolutions."""

    __slots__ = ()

    __tree_rules__: ClassVar[tuple[Rule, ...]] = (
        arrays.arrays_exist,
        arrays.arrays_same_ndim,
        arrays.axes_ndim,
        arrays.arrays_max_5d,
        arrays.largest_first,
    )

    @property
    def datasets(self) -> tuple[tuple[Dataset, ...], ...]:
        """The datasets: the levels of each multiscale."""
        return tuple(multiscale.datasets for multiscale in self.ome_attributes.multiscales)


class ImageGroup(_Multiscale):
    """An image at several resolutions, and its label images."""

    __slots__ = ()

    kind: ClassVar[str] = "image"
    __tree_rules__: ClassVar[tuple[Rule, ...]] = (
        *_Multiscale.__tree_rules__,
        arrays.channel_count,
        labels.same_levels,
        labels.same_dimensions,
    )

    def __usual__(self) -> bool:
        return arrays.usual(self)

    @property
    def labels(self) -> Any:
        """
        The group of label images in this group; None if there is none.

        Raises
        ------
        RuntimeError
            If the node at ``labels`` is no group of label images.
        """
        return self._group_at("labels", "labels")

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
        translations = [None] * len(paths) if translations is None else translations
        for what, values in {
            "array_specs": array_specs,
            "scales": scales,
            "translations": translations,
            "different paths": set(paths),
        }.items():
            if len(values) != len(paths):
                msg = f"expected as many {what} as paths, {len(paths)}, got {len(values)}"
                raise ValueError(msg)
        if global_translation is not None and global_scale is None:
            msg = "expected a global_scale beside the global_translation, got none"
            raise ValueError(msg)
        multiscale = {
            "axes": axes,
            "datasets": _datasets(paths, scales, translations),
            "coordinateTransformations": (
                None if global_scale is None else build_transforms(global_scale, global_translation)
            ),
            "metadata": metadata,
            "name": name,
            "type": multiscale_type,
        }
        return cls._of(multiscale, dict(zip(paths, array_specs, strict=True)))

    @classmethod
    @abstractmethod
    def _of(cls, multiscale: Mapping[str, Any], arrays: Mapping[str, Any]) -> Self:
        """Return the image of a multiscale's fields, and of its arrays by their paths."""


def _datasets(
    paths: Sequence[str],
    scales: Sequence[Sequence[float]],
    translations: Sequence[Sequence[float] | None],
) -> list[Dataset]:
    built: list[Dataset] = []
    problems: list[Problem] = []
    for i, (path, scale, translation) in enumerate(zip(paths, scales, translations, strict=True)):
        try:
            built.append(Dataset.build(path=path, scale=scale, translation=translation))
        except ValidationError as error:
            loc = ("multiscales", 0, "datasets", i)
            problems += [problem.below("", "", *loc) for problem in error.problems]
    if problems:
        raise ValidationError(tuple(problems))
    return built


class ImageLabelGroup(_Multiscale):
    """A label image at several resolutions: each pixel says which object it belongs to."""

    __slots__ = ()

    kind: ClassVar[str] = "image-label"
    __tree_rules__: ClassVar[tuple[Rule, ...]] = (*_Multiscale.__tree_rules__, labels.integers)


class LabelsGroup(BaseGroup):
    """The label images of an image."""

    __slots__ = ()

    kind: ClassVar[str] = "labels"
    __tree_rules__: ClassVar[tuple[Rule, ...]] = (labels.labels_exist, labels.labels_described)

    @property
    def label_paths(self) -> list[str]:
        """The paths of the label images in this group."""
        return list(self.ome_attributes.labels)

    def get_image_labels_group(self, path: str) -> Any:
        """
        Return a label image.

        Parameters
        ----------
        path : str
            The path of the label image in this group.

        Raises
        ------
        KeyError
            If there is none at that path.
        RuntimeError
            If the node at that path is no label image.
        """
        node = self._group_at(path, "image-label", "image")
        if node is None:
            raise KeyError(path)
        return node
