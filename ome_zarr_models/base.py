"""What the groups of all versions have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from ._checks import broken_rules
from ._rules.arrays import kind_of, node_at
from .exceptions import ValidationError

if TYPE_CHECKING:
    import zarr

    from ._model import Model
    from ._rules import Rule
    from ._walk import Depth
    from ._zarr_io import StoreLike

__all__ = ["BaseGroup", "Policy"]

Policy = Literal["repair", "strict"]


class BaseGroup(ABC):
    """
    A group of an OME-Zarr hierarchy: its metadata, and what is in it.

    A group that exists is valid, as far as its members are known: the constructor checks
    what the metadata says of them.
    """

    __slots__ = ()

    kind: ClassVar[str]
    """The kind of group, such as ``"image"``."""
    ome_zarr_version: ClassVar[str]
    """The version of the specification."""
    #: The names of the documents of a group's attributes, and of an array.
    __documents__: ClassVar[tuple[str, str]]
    __attributes__: ClassVar[type[Model]]
    __tree_rules__: ClassVar[tuple[Rule, ...]] = ()

    members: Any

    @property
    @abstractmethod
    def ome_attributes(self) -> Any:
        """The metadata, in every version."""

    @classmethod
    def from_zarr(
        cls,
        group: zarr.Group | StoreLike,
        *,
        policy: Policy = "repair",
        depth: Depth = "all",
        max_requests: int = 64,
    ) -> Self:
        """
        Read a group, and what its metadata names.

        Parameters
        ----------
        group : zarr.Group, or whatever `zarr.open_group` takes
            The group, or the path, URL or store of it. The store need not be able to list
            what it holds.
        policy : {"repair", "strict"}
            Whether metadata that breaks a rule of the specification is read, where it is
            plain what is meant, with a warning for each such place; or refused. What is
            only recommended is never refused.
        depth : {"attributes", "arrays", "all"}
            How far to read: the attributes alone, the group's own arrays as well, or the
            labels too. `members` is None if nothing was looked for.
        max_requests : int
            How many requests may be under way at once.

        Returns
        -------
        Self

        Raises
        ------
        ValidationError
            If the specification does not allow what was found; it names every problem.
        MissingNodeError
            If there is no group.
        UnreadableNodeError
            If the store refuses a document, or fails; its own error is the cause.
        BrokenJSONError
            If a document is no JSON.

        Warns
        -----
        ValidationWarning
            For each place that was mended.
        """
        from . import _read  # models are often wanted without any I/O

        outcome = _read.read(group, cls, mode=policy, depth=depth, max_requests=max_requests)
        read: Self = outcome.group_or_raise(stacklevel=2)
        return read

    @classmethod
    async def from_zarr_async(
        cls,
        group: zarr.Group | StoreLike,
        *,
        policy: Policy = "repair",
        depth: Depth = "all",
        max_requests: int = 64,
    ) -> Self:
        """
        Read a group, and what its metadata names, in the running event loop.

        The parameters, the result and the errors are those of `from_zarr`.
        """
        from . import _read  # models are often wanted without any I/O

        outcome = await _read.read_async(
            group, cls, mode=policy, depth=depth, max_requests=max_requests
        )
        read: Self = outcome.group_or_raise(stacklevel=2)
        return read

    def __usual__(self) -> bool:
        """Return whether a glance tells that no rule is broken; else each is asked."""
        return False

    @classmethod
    @abstractmethod
    def from_spec(cls, spec: Any) -> Self:
        """
        Return the group of this kind that a plain group is.

        Parameters
        ----------
        spec : GroupSpec
            A group whose attributes are as they are stored.

        Raises
        ------
        ValidationError
            If the specification does not allow the attributes; it names every problem.
        """

    def _group_at(self, path: str, *kinds: str) -> Any:
        """Return the member at a path, which is of one of some kinds; None if there is none."""
        node = node_at(self.members, path)
        if node is not None and kind_of(node) not in kinds:
            msg = f"expected {' or '.join(kinds)} at {path!r}, got {node!r}"
            raise RuntimeError(msg)
        return node

    def _check(self) -> None:
        """Raise for what the metadata says of the members that is not so."""
        problems = tuple(broken_rules(self))
        if problems:
            raise ValidationError(problems)
