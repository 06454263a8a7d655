"""What the groups of all versions have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ._json.values import is_object
from ._models.model import Model
from ._models.structure import to_document, to_model
from ._paths import is_below
from ._reading.checks import NO_MEMBERS, broken_rules, typed_members, write_errors
from ._rules.nodes import kind_of, node_at
from ._spec.members import named
from ._spec.versions import VERSIONED_PARTS, VERSIONS
from .exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import zarr

    from ._models.rule import Rule
    from ._spec.members import Named
    from .typing import Depth, Policy, StoreLike

__all__ = ["BaseGroup", "GroupAttrs", "stamped"]


class GroupAttrs(Model):
    """The metadata of a group."""

    __slots__ = ()

    kind: ClassVar[str]
    """The kind of group, such as ``"image"``."""
    ome_zarr_version: ClassVar[str]
    """The version of the specification."""

    def get_array_paths(self) -> list[str]:
        """Return the paths of all arrays that the metadata names."""
        return [path for path, role, _ in self._named() if role == "array"]

    def get_group_paths(self) -> dict[str, type]:
        """Return the paths of the groups that must be there, each with its class."""
        return self._groups(required=True)

    def get_optional_group_paths(self) -> dict[str, type]:
        """Return the paths of the groups that may be there, each with its class."""
        return self._groups(required=False)

    def to_version(self, version: str, *, losses: list[Problem] | None = None) -> Any:
        """
        Return this metadata as another version of the specification has it.

        Parameters
        ----------
        version : str
            The version, such as ``"0.5"``.
        losses : list of Problem, optional
            Gets a problem for each thing that the version cannot say. If it is not given,
            there must be none.

        Raises
        ------
        ValidationError
            If something would be lost, and `losses` is not given.
        """
        from ._migrate.groups import migrate_attributes  # models are often wanted without it

        return migrate_attributes(self, version, losses)

    def _named(self) -> Iterator[Named]:
        return named(self.kind, to_document(self))

    def _groups(self, *, required: bool) -> dict[str, type]:
        version = VERSIONS[self.ome_zarr_version]
        return {
            path: version.kind(role).group_class()
            for path, role, is_required in self._named()
            if role != "array" and is_required is required
        }


class BaseGroup:
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
    has_members: ClassVar[bool] = True
    """Whether there is anything in such a group."""
    attributes_class: ClassVar[type[Model]]
    tree_rules: ClassVar[tuple[Rule, ...]] = ()
    #: Those that a group may break which is written before its members are.
    store_rules: ClassVar[tuple[Rule, ...]] = ()

    attributes: Any
    members: Any

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()  # type: ignore[misc] # of the Zarr format's own class
        if not isinstance(self.attributes, self.attributes_class):
            expected, found = self.attributes_class.__name__, self.attributes
            message = f"expected {expected}, got {found!r}"
            raise ValidationError((Problem("type", "error", "", ("attributes",), message),))
        if self.members is not None:
            object.__setattr__(self, "members", typed_members(self))
            problems = tuple(broken_rules(self))
            if problems:
                raise ValidationError(problems)

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
            How far to read: the attributes alone, the group's own arrays as well, or
            everything below. `members` is None if nothing was looked for.
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
        from ._reading import read as _read  # models are often wanted without any I/O

        outcome = _read.read(group, cls, policy=policy, depth=depth, max_requests=max_requests)
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
        from ._reading import read as _read  # models are often wanted without any I/O

        outcome = await _read.read_async(
            group, cls, policy=policy, depth=depth, max_requests=max_requests
        )
        read: Self = outcome.group_or_raise(stacklevel=2)
        return read

    @classmethod
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
        make: Any = cls
        made: Self = make(
            attributes=to_model(spec.attributes, cls.attributes_class),
            members=spec.members,
            _source=spec._source,  # noqa: SLF001 - carried along
        )
        return made

    def to_version(self, version: str, *, losses: list[Problem] | None = None) -> Any:
        """
        Return this group as another version of the specification has it.

        Its arrays are described such that their chunks stay where they are: those of
        Zarr format 2 have the chunk key encoding ``v2`` in format 3.

        Parameters
        ----------
        version : str
            The version, such as ``"0.5"``.
        losses : list of Problem, optional
            Gets a problem for each thing that the version cannot say. If it is not given,
            there must be none.

        Raises
        ------
        ValidationError
            If something cannot be converted, or would be lost and `losses` is not given.
        """
        from ._migrate.groups import migrate_group  # groups are often wanted without it

        return migrate_group(self, version, losses)

    def _write_errors(self, node: str) -> Iterator[Problem]:
        yield from write_errors(self, node)
        yield from super()._write_errors(node)  # type: ignore[misc] # of the Zarr format's class

    def passes_at_a_glance(self, /) -> bool:
        """Return whether a glance tells that no rule is broken; else each is asked."""
        return False

    def named_nodes(self) -> Iterator[Named]:
        """Yield the nodes that the metadata names."""
        return named(self.kind, to_document(self.ome_attributes))

    @classmethod
    def fields_from_documents(cls, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:  # noqa: ARG003 - collections override it
        """Return the fields that are read from the documents of members, by their names."""
        return {}

    @classmethod
    def _made(cls, metadata: Mapping[str, Any], members: Mapping[str, Any] | None) -> Self:
        """Return the group of some metadata, in which parts may be models already."""
        version = VERSIONS[cls.ome_zarr_version]
        make: Any = cls
        made: Self = make(
            attributes=to_model(version.attributes(cls._stamped(metadata)), cls.attributes_class),
            members=members,
        )
        return made

    @classmethod
    @abstractmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return metadata that says which version it is of, where this one has it."""

    @classmethod
    def _nested(cls, groups: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return members of groups that are given by their paths."""
        tree: dict[str, Any] = {}
        for path, group in groups.items():
            if not is_below(path):
                msg = f"expected the path of a group, such as '0' or 'A/1', got {path!r}"
                raise ValueError(msg)
            *between, last = path.split("/")
            level = tree
            for step in between:
                level = level.setdefault(step, {})
            level[last] = group
        return _members_of(tree, VERSIONS[cls.ome_zarr_version].format.group_spec)

    def _group_at(self, path: object, *kinds: str) -> Any:
        """Return the member at a path, which is of one of some kinds; None if there is none."""
        if not isinstance(path, str):
            msg = f"expected a path such as '0', got {path!r}"
            raise TypeError(msg)
        if self.members is None:
            raise RuntimeError(NO_MEMBERS)
        node = node_at(self.members, path)
        if node is not None and kind_of(node) not in kinds:
            msg = f"expected {' or '.join(kinds)} at {path!r}, got {node!r}"
            raise RuntimeError(msg)
        return node


def stamped(metadata: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return metadata in whose parts that have a version it is said."""
    parts = {
        name: {**metadata[name], "version": version} for name in VERSIONED_PARTS if name in metadata
    }
    return {**metadata, **parts}


def _members_of(tree: Mapping[str, Any], group_spec: Any) -> Mapping[str, Any]:
    return {
        name: group_spec(members=_members_of(node, group_spec)) if is_object(node) else node
        for name, node in tree.items()
    }
