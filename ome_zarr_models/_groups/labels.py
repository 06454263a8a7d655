"""Groups of label images, in every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from .._json.values import is_object
from .._models.rule import Rule, listed
from .._rules import labels
from ..base import BaseGroup

if TYPE_CHECKING:
    from collections.abc import Mapping


I = TypeVar("I")  # noqa: E741 - of an image label


class LabelsGroup(BaseGroup, Generic[I]):
    """The label images of an image."""

    __slots__ = ()

    kind = "labels"
    tree_rules: ClassVar[tuple[Rule, ...]] = (
        labels.labels_exist,
        labels.labels_described,
        labels.undescribed_integers,
    )

    @property
    def label_paths(self) -> list[str]:
        """The paths of the label images, relative to this group."""
        metadata: Any = self.ome_attributes
        return list(metadata.labels)

    def get_image_labels_group(self, path: str) -> I:
        """
        Return a label image by its path; ``labels[path]`` is the same.

        Parameters
        ----------
        path : str
            The path of the label image, relative to this group.

        Returns
        -------
        ImageLabel or Image
            The label image; an Image if its metadata has no ``image-label``, which the
            specification only recommends.

        Raises
        ------
        KeyError
            If there is no node at the path, or it could not be read; the message says why.
        RuntimeError
            If the node at the path is not an image, or the members were not read.
        """
        node: I | None = self._group_at(path, "image-label", "image")
        if node is None:
            known = listed(map(repr, self.label_paths)) or "none"
            expected = f"expected the path of a label image, one of {known}"
            msg = f"{expected}, got {path!r}: {self._why_missing(path)}"
            raise KeyError(msg)
        return node

    def __getitem__(self, path: str) -> I:
        return self.get_image_labels_group(path)

    @classmethod
    def new(cls, labels: Mapping[str, I]) -> Self:
        """
        Return a new group of label images.

        Parameters
        ----------
        labels : mapping of str to ImageLabel
            The label images by their names.

        Returns
        -------
        Labels

        Raises
        ------
        TypeError
            If `labels` is not a mapping.
        ValueError
            If a name is not the path of a node below the group.
        ValidationError
            If the group breaks a rule of the specification; it names every problem.

        Examples
        --------
        >>> from ome_zarr_models.v05 import ArraySpec, ImageLabel, Labels
        >>> from ome_zarr_models.v05.axes import Axis
        >>> nuclei = ImageLabel.new(
        ...     array_specs=[ArraySpec.build(shape=(64, 64), dtype="uint32", chunks=(64, 64))],
        ...     paths=["0"],
        ...     axes=[Axis(name=name, type="space", unit="micrometer") for name in "yx"],
        ...     scales=[(0.5, 0.5)],
        ...     translations=None,
        ... )
        >>> Labels.new({"nuclei": nuclei}).label_paths
        ['nuclei']
        """
        if not is_object(labels):
            expected = "expected a mapping of names to label images, such as {'nuclei': ...}"
            msg = f"{expected}, got {type(labels).__name__}"
            raise TypeError(msg)
        return cls._from_metadata({"labels": list(labels)}, cls._nest_members(labels))
