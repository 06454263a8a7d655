"""Base classes of the groups of all versions and of their metadata."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ._json.values import is_object
from ._models.model import Model
from ._models.rule import Rule  # noqa: TC001 - annotations of groups are evaluated
from ._models.structure import to_document, to_model
from ._models.unions import HasNodes
from ._paths import is_below
from ._reading.checks import NO_MEMBERS, broken_rules, typed_members, write_errors
from ._rules.nodes import kind_of, node_at
from ._spec.by_document import ByDocument
from ._spec.members import named
from ._spec.versions import VERSIONED_PARTS, VERSIONS
from .exceptions import Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import zarr

    from ._spec.members import Named
    from ._spec.repair import Defects
    from ._zarr.specs import AnyMember, BaseGroupSpec
    from .typing import AttrsToVersion, Depth, GroupToVersion, Policy, StoreLike

__all__ = ["BaseAttrs", "BaseAttrsv2", "BaseAttrsv3", "BaseGroup", "GroupAttrs", "stamped"]


class GroupAttrs(Model, ByDocument):
    """The metadata of a group."""

    __slots__ = ()

    kind: ClassVar[str]
    """The kind of group, such as ``"image"``."""
    ome_zarr_version: ClassVar[str]
    """The version of the specification."""

    def get_array_paths(self) -> list[str]:
        """
        Return the paths of all arrays that the metadata names.

        Returns
        -------
        list of str
            The paths, relative to the group.
        """
        return [path for path, role, _ in self._named() if role == "array"]

    def get_group_paths(self) -> dict[str, type[BaseGroup]]:
        """
        Return the paths of the groups that the metadata requires.

        Returns
        -------
        dict of str to type
            The class of each group by its path, relative to this group.
        """
        return self._groups(required=True)

    def get_optional_array_paths(self) -> list[str]:
        """
        Return an empty list: all arrays that the metadata names are required.

        Returns
        -------
        list of str
        """
        return []

    def get_optional_group_paths(self) -> dict[str, type[BaseGroup]]:
        """
        Return the paths of the groups that may, but need not, exist.

        Returns
        -------
        dict of str to type
            The class of each group by its path, relative to this group.
        """
        return self._groups(required=False)

    if TYPE_CHECKING:
        to_version: ClassVar[AttrsToVersion]
    else:

        def to_version(
            self,
            version: str,
            *,
            losses: list[Problem] | None = None,
            default_coordinate_system: str | None = None,
            output_coordinate_system: str | None = None,
        ) -> Any:
            """
            Convert this metadata to another version of the specification.

            Parameters
            ----------
            version : str
                The version, such as ``"0.5"``.
            losses : list of Problem, optional
                A list to which a problem is appended for each value that the version cannot
                hold. If it is not given, a loss is an error.
            default_coordinate_system : str, optional
                The name of the intrinsic coordinate system of each multiscale, where a conversion
                to 0.6 makes one; ``"physical"`` if not given.
            output_coordinate_system : str, optional
                The name of the system to which the transformations of a whole multiscale lead;
                ``"world"`` if not given.

            Returns
            -------
            GroupAttrs
                The metadata in the class of its kind in that version.

            Raises
            ------
            ValidationError
                If the conversion is impossible, or lossy and `losses` was not given.
            ValueError
                If the version is unknown.
            """
            from ._migrate.groups import (  # models alone load without it
                migrate_attributes,
                target_version,
            )

            target = target_version(version, default_coordinate_system, output_coordinate_system)
            return migrate_attributes(self, target, losses)

    def _named(self) -> Iterator[Named]:
        return named(self.kind, to_document(self))

    def _groups(self, *, required: bool) -> dict[str, type[BaseGroup]]:
        version = VERSIONS[self.ome_zarr_version]
        return {
            path: version.kind(role).group_class()
            for path, role, is_required in self._named()
            if role != "array" and is_required is required
        }


BaseAttrs = Model
BaseAttrsv2 = BaseAttrsv3 = GroupAttrs


class BaseGroup(HasNodes, ByDocument):
    """
    A group of an OME-Zarr hierarchy: its metadata and its members.

    The constructor checks the rules of the specification, including, if `members` is given,
    those that relate the metadata to the members.
    """

    __slots__ = ()

    kind: ClassVar[str]
    """The kind of group, such as ``"image"``."""
    ome_zarr_version: ClassVar[str]
    """The version of the specification."""
    has_members: ClassVar[bool] = True
    """Whether a group of this kind has members that the metadata names."""
    attributes_class: ClassVar[type[Model]]
    """The class of the attributes."""
    tree_rules: ClassVar[tuple[Rule, ...]] = ()
    """The rules that relate the metadata to the members."""
    store_rules: ClassVar[tuple[Rule, ...]] = ()
    """Rules checked only in a store: a group may be written before its members exist."""

    if TYPE_CHECKING:
        attributes: Any  # a field of subclasses, which say more
        members: Mapping[str, AnyMember] | None

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()  # type: ignore[misc] # of the Zarr format's class
        if is_object(self.attributes):
            attributes = self.attributes_class.model_validate(self.attributes)
            object.__setattr__(self, "attributes", attributes)
        if not isinstance(self.attributes, self.attributes_class):
            message = f"expected {self.attributes_class.__name__}, got {self.attributes!r}"
            raise ValidationError((Problem("type", "error", "", ("attributes",), message),))
        if self.members is not None:
            object.__setattr__(self, "members", typed_members(self))
            defects: Defects | None = getattr(self, "_defects")  # noqa: B009 - of the spec
            tolerated = defects.tolerated if defects else ()
            problems = tuple(p for p in broken_rules(self) if p.rule not in tolerated)
            if problems:
                raise ValidationError(problems)

    @property
    @abstractmethod
    def ome_attributes(self) -> GroupAttrs:
        """The metadata; in every version the same property."""

    @classmethod
    def from_zarr(
        cls,
        group: zarr.Group | StoreLike,
        *,
        policy: Policy = "repair",
        depth: Depth = "all",
        max_requests: int = 64,
        max_bytes: int = 64 * 2**20,
    ) -> Self:
        """
        Read a group and the nodes that its metadata names.

        Parameters
        ----------
        group : zarr.Group, or anything that `zarr.open_group` accepts
            The group, or its path, URL or store. The store need not be able to list its keys.
        policy : {"repair", "strict"}
            What to do if the metadata breaks a rule of the specification. ``"repair"`` reads
            it where its meaning is clear, with a warning for each repair, and raises
            otherwise; ``"strict"`` always raises. Recommendations are not checked.
        depth : {"attributes", "arrays", "all"}
            Which nodes to read: only the group, the group and, in an image, its arrays, or
            the whole hierarchy. `members` is None if no members were read.
        max_requests : int
            The maximum number of concurrent requests.
        max_bytes : int
            The size in bytes of the largest document that is read, unpacked if it is in an
            archive. What is larger is a problem of the rule ``"too-large"``.

        Returns
        -------
        Self
            The group.

        Raises
        ------
        ValidationError
            If the hierarchy breaks a rule of the specification; the error lists every problem.
        MissingNodeError
            If there is no group.
        UnreadableNodeError
            If the store does not return a document; the error of the store is the cause.
        BrokenJSONError
            If a document is not JSON.
        ImportError
            If the URL needs a package that is not installed.
        ValueError
            If an option has an unknown value.

        Warns
        -----
        ValidationWarning
            For each repair.
        """
        from ._reading import read as _read  # models alone load without I/O

        _read.check_options(policy=policy)
        outcome = _read.read(
            group,
            cls,
            policy=policy,
            depth=depth,
            max_requests=max_requests,
            max_bytes=max_bytes,
        )
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
        max_bytes: int = 64 * 2**20,
    ) -> Self:
        """
        Read a group and the nodes that its metadata names, in the running event loop.

        Parameters
        ----------
        group : zarr.Group, or anything that `zarr.open_group` accepts
            The group, or its path, URL or store. The store need not be able to list its keys.
        policy : {"repair", "strict"}
            What to do if the metadata breaks a rule of the specification; see `from_zarr`.
        depth : {"attributes", "arrays", "all"}
            Which nodes to read; see `from_zarr`.
        max_requests : int
            The maximum number of concurrent requests.
        max_bytes : int
            The size in bytes of the largest document that is read, unpacked if it is in an
            archive. What is larger is a problem of the rule ``"too-large"``.

        Returns
        -------
        Self
            The group.

        Raises
        ------
        ValidationError
            If the hierarchy breaks a rule of the specification; the error lists every problem.
        MissingNodeError
            If there is no group.
        UnreadableNodeError
            If the store does not return a document; the error of the store is the cause.
        BrokenJSONError
            If a document is not JSON.
        ImportError
            If the URL needs a package that is not installed.
        ValueError
            If an option has an unknown value.

        Warns
        -----
        ValidationWarning
            For each repair.
        """
        from ._reading import read as _read  # models alone load without I/O

        _read.check_options(policy=policy)
        outcome = await _read.read_async(
            group,
            cls,
            policy=policy,
            depth=depth,
            max_requests=max_requests,
            max_bytes=max_bytes,
        )
        read: Self = outcome.group_or_raise(stacklevel=2)
        return read

    @classmethod
    def from_spec(cls, spec: BaseGroupSpec) -> Self:
        """
        Build a group of this kind from a plain Zarr group.

        Parameters
        ----------
        spec : GroupSpec
            A group whose attributes have the form in which they are stored.

        Returns
        -------
        Self
            The group, with the members of `spec`.

        Raises
        ------
        ValidationError
            If the attributes or members break a rule of the specification; the error lists
            every problem.
        """
        build: Any = cls
        known: Any = spec
        group: Self = build(
            attributes=to_model(spec.attributes, cls.attributes_class),
            members=spec.members,
            _source=known._source,  # noqa: SLF001 - where its pixels are
            _defects=known._defects,  # noqa: SLF001 - what is known to be wrong
        )
        return group

    @classmethod
    def from_nodes(cls, nodes: Mapping[str, Mapping[str, Any]]) -> Self:
        """
        Build a group from the documents of its nodes; the inverse of `to_nodes`.

        Parameters
        ----------
        nodes : mapping of str to mapping of str to JSON
            The documents of each node by their names, such as ``"zarr.json"``, by the path of
            the node, such as ``"/labels/0"``; the group itself is ``""``. Missing groups between
            them are created. A group with the key ``"members"``, which is null, gets no members:
            they were not read.

        Returns
        -------
        Self
            The group; called on a class without a version or kind, in the class of its own.

        Raises
        ------
        ValidationError
            If the documents break a rule of the specification; the error lists every problem.
        """
        if not (hasattr(cls, "ome_zarr_version") and hasattr(cls, "kind")):
            found: Any = cls.choices(nodes, (cls,))[0]
            concrete: Self = found.from_nodes(nodes)
            return concrete
        try:
            spec = VERSIONS[cls.ome_zarr_version].format.group_spec.from_nodes(nodes)
            group = cls.from_spec(spec)
        except ValidationError:
            from ._reading.nodes import problems_of  # lists those of all nodes

            problems = problems_of(nodes, cls)
            if problems:
                raise ValidationError(problems) from None
            raise
        return group

    if TYPE_CHECKING:
        to_version: ClassVar[GroupToVersion]
    else:

        def to_version(
            self,
            version: str,
            *,
            losses: list[Problem] | None = None,
            default_coordinate_system: str | None = None,
            output_coordinate_system: str | None = None,
        ) -> Any:
            """
            Convert this group to another version of the specification.

            The keys of chunks do not change: an array of Zarr format 2 gets the chunk key
            encoding ``v2`` in format 3.

            Parameters
            ----------
            version : str
                The version, such as ``"0.5"``.
            losses : list of Problem, optional
                A list to which a problem is appended for each value that the version cannot
                hold. If it is not given, a loss is an error.
            default_coordinate_system : str, optional
                The name of the intrinsic coordinate system of each multiscale, where a conversion
                to 0.6 makes one; ``"physical"`` if not given.
            output_coordinate_system : str, optional
                The name of the system to which the transformations of a whole multiscale lead;
                ``"world"`` if not given.

            Returns
            -------
            BaseGroup
                The group in the class of its kind in that version.

            Raises
            ------
            ValidationError
                If the conversion is impossible, or lossy and `losses` was not given.
            ValueError
                If the version is unknown.
            """
            from ._migrate.groups import (  # groups alone load without it
                migrate_group,
                target_version,
            )

            target = target_version(version, default_coordinate_system, output_coordinate_system)
            return migrate_group(self, target, losses)

    def _write_errors(self, node: str) -> Iterator[Problem]:
        yield from write_errors(self, node)
        yield from super()._write_errors(node)  # type: ignore[misc] # of the Zarr format's class

    def passes_at_a_glance(self, /) -> bool:
        """
        Return whether a quick look shows that no rule is broken.

        Returns
        -------
        bool
            False if the rules have to be checked one by one.
        """
        return False

    def named_nodes(self) -> Iterator[Named]:
        """
        Yield the nodes that the metadata names.

        Yields
        ------
        Named
            The path of the node, its role, and whether it must exist.
        """
        return named(self.kind, to_document(self.ome_attributes))

    @classmethod
    def fields_from_documents(cls, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:  # noqa: ARG003 - collections override it
        """
        Return the fields that are read from the documents of members.

        Parameters
        ----------
        documents : mapping of str to mapping of str to JSON
            The documents of each member by their names; the members by their names.

        Returns
        -------
        dict of str to object
            Arguments of the constructor by their names.
        """
        return {}

    @classmethod
    def _from_metadata(cls, metadata: Mapping[str, Any], members: Mapping[str, Any] | None) -> Self:
        """Build a group from metadata, in which values may be models already."""
        version = VERSIONS[cls.ome_zarr_version]
        build: Any = cls
        group: Self = build(
            attributes=to_model(version.attributes(cls._stamped(metadata)), cls.attributes_class),
            members=members,
        )
        return group

    @classmethod
    @abstractmethod
    def _stamped(cls, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return metadata with the version in the places where this version has it."""

    @classmethod
    def _nest_members(cls, groups: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return members built from groups by their paths, with the groups between them."""
        tree: dict[str, Any] = {}
        for path, group in groups.items():
            if not is_below(path):
                msg = f"expected the path of a group, such as '0' or 'A/1', got {path!r}"
                raise ValueError(msg)
            *parents, name = path.split("/")
            level = tree
            for parent in parents:
                level = level.setdefault(parent, {})
            level[name] = group
        return _members_of(tree, VERSIONS[cls.ome_zarr_version].format.group_spec)

    def _group_at(self, path: object, *kinds: str) -> Any:
        """Return the member at a path, which must be of one of `kinds`; None if it is missing."""
        if not isinstance(path, str):
            msg = f"expected a path such as '0', got {path!r}"
            raise TypeError(msg)
        if self.members is None:
            raise RuntimeError(NO_MEMBERS)
        node = node_at(self.members, path)
        if node is not None and kind_of(node) not in kinds:
            msg = f"expected a group of kind {' or '.join(kinds)} at {path!r}, got {node!r}"
            raise RuntimeError(msg)
        return node

    def _why_missing(self, path: str) -> str:
        """Return why a group has no member at a path, for the error of a look-up."""
        defects: Defects | None = getattr(self, "_defects")  # noqa: B009 - of the spec
        if defects and path in defects.left_out:
            return f"it could not be read: {defects.left_out[path]}"
        if any(node.path == path for node in self.named_nodes()):
            return "nothing is there"
        return "the metadata does not name it"


def refuse_strings(**arguments: object) -> None:
    """Raise a TypeError for arguments that are strings instead of sequences of strings."""
    for name, value in arguments.items():
        if isinstance(value, str | bytes):
            msg = f"expected {name} to be a sequence of strings, such as ['0'], got {value!r}"
            raise TypeError(msg)


def stamped(metadata: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return metadata with the version in every part of it that has one."""
    versioned = {
        name: {**metadata[name], "version": version} for name in VERSIONED_PARTS if name in metadata
    }
    return {**metadata, **versioned}


def _members_of(tree: Mapping[str, Any], group_spec: Any) -> Mapping[str, Any]:
    return {
        name: group_spec(members=_members_of(node, group_spec)) if is_object(node) else node
        for name, node in tree.items()
    }
