"""Groups of label images, in all versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from .._rules import labels
from ..base import BaseGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._models.rule import Rule


I = TypeVar("I")  # noqa: E741 - of an image label


class LabelsGroup(BaseGroup, Generic[I]):
    """The label images of an image."""

    __slots__ = ()

    kind = "labels"
    tree_rules: ClassVar[tuple[Rule, ...]] = (labels.labels_exist, labels.labels_described)

    @property
    def label_paths(self) -> list[str]:
        """The paths of the label images in this group."""
        return list(self.ome_attributes.labels)

    def get_image_labels_group(self, path: str) -> I:
        """
        Return a label image; ``labels[path]`` is the same.

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
        node: I | None = self._group_at(path, "image-label", "image")
        if node is None:
            msg = f"expected one of {', '.join(self.label_paths) or 'none'}, got {path!r}"
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

        Raises
        ------
        ValidationError
            If the specification does not allow this; it names every problem.
        """
        return cls._from_metadata({"labels": list(labels)}, cls._nest_members(labels))
