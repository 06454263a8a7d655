"""Arrays and groups of a Zarr store, by their documents: what both Zarr formats share."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the annotations of models are looked at
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, cast

from attrs import evolve, field, frozen

from .._json.text import refuse_flaws
from .._models.model import Model
from .._models.structure import to_document, to_model
from .._paths import is_below, join
from .._spec.zarr_formats import Format
from ..exceptions import ValidationError
from ..typing import JSON
from . import store as _zarr_io
from .write import group_documents, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    import zarr

    from ..exceptions import Problem
    from ..typing import Depth, Overwrite, StoreLike


@frozen(kw_only=True, repr=False)
class BaseArraySpec(Model):
    """An array of a Zarr store: its documents, whose values are kept as they are."""

    format: ClassVar[Format]

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        shape: tuple[int, ...] = getattr(self, "shape")  # noqa: B009 - of the formats' own classes
        return len(shape)

    @classmethod
    def from_zarr(cls, array: zarr.Array[Any]) -> Self:
        """
        Return the specification of an array of zarr.

        Parameters
        ----------
        array : zarr.Array
            An array of this Zarr format.

        Returns
        -------
        ArraySpec

        Raises
        ------
        TypeError
            If the array is of another Zarr format.
        """
        if not is_of(cls.format, array):
            msg = f"expected an array of Zarr format {cls.format.number}, got {array!r}"
            raise TypeError(msg)
        return cls.from_documents(_zarr_io.array_documents(array))

    @classmethod
    def from_documents(cls, documents: Mapping[str, Any]) -> Self:
        """
        Return the specification that an array's documents give.

        Parameters
        ----------
        documents : mapping of str to mapping
            The documents by their names, such as ``".zarray"`` and ``".zattrs"``.
        """
        spec = to_model(cls._merged(documents), cls)
        attributes: object = getattr(spec, "attributes")  # noqa: B009 - of the formats' own classes
        refuse_flaws(attributes)
        return spec

    @classmethod
    def _merged(cls, documents: Mapping[str, Any]) -> Any:
        """Return the one document that an array's documents make."""
        return documents[cls.format.array]

    def to_documents(self) -> dict[str, Any]:
        """Return the array's documents by their names."""
        return {self.format.array: to_document(self)}

    def to_zarr(
        self, store: zarr.Group | StoreLike, path: str = "", *, overwrite: Overwrite = False
    ) -> zarr.Array[Any]:
        """
        Write the array's documents to a store; pixels are the caller's.

        Parameters
        ----------
        store : zarr.Group, or whatever `zarr.open_group` takes
            A group, or the path, URL or store of one.
        path : str
            The path of the array below it. Groups above that are not there are made.
        overwrite : bool or "documents"
            Whether a node that is there already is deleted, with all that is in it.
            ``"documents"`` replaces its documents only, and leaves the pixels.

        Returns
        -------
        zarr.Array
            The new array, to be written to.

        Raises
        ------
        FileExistsError
            If there is something already; nothing is written then.
        """
        location = _zarr_io.locate(store, path, writable=True)
        write(location, {"": self.to_documents()}, self.format, overwrite=overwrite)
        return _zarr_io.open_array(location, self.format.number)

    def to_flat(self, root_path: str = "") -> dict[str, AnyMember]:
        """Return the array by its path, as the one of groups does."""
        return {root_path: self}


def is_of(zarr_format: Format, node: Any) -> bool:
    """Return whether a node is one of zarr's, and of a Zarr format."""
    return hasattr(node, "store_path") and node.metadata.zarr_format == zarr_format.number


def chunks_of(array: Any) -> Any:
    """Return the shape of the chunks of whatever is like an array; ``"auto"`` if it has none."""
    for name in ("chunksize", "chunks"):  # dask has both, and means the first
        if getattr(array, name, None) is not None:
            return getattr(array, name)
    return "auto"


def attributes_of(array: Any) -> dict[str, JSON] | None:
    """Return the attributes of whatever is like an array."""
    for name in ("attrs", "attributes"):
        if hasattr(array, name):
            return dict(getattr(array, name))
    return None


@frozen(kw_only=True, repr=False)
class BaseGroupSpec:
    """A group of a Zarr store: its attributes, and what is in it."""

    format: ClassVar[Format]

    attributes: Any = field(factory=dict[str, JSON], hash=False)
    members: Mapping[str, AnyMember] | None = field(default=None, hash=False)

    def __attrs_post_init__(self) -> None:
        members: Mapping[str, object] = self.members or {}
        for name, member in members.items():
            if not isinstance(member, BaseArraySpec | BaseGroupSpec) or (
                member.format != self.format
            ):
                number = self.format.number
                what = f"an ArraySpec or a GroupSpec of Zarr format {number} for {name!r}"
                msg = f"expected {what}, got {member!r}"
                raise TypeError(msg)
            if not is_below(name) or "/" in name:
                msg = f"expected the name of a member, got {name!r}"
                raise ValueError(msg)

    def __repr__(self) -> str:
        names = None if self.members is None else list(self.members)
        return f"{type(self).__name__}(attributes={self.attributes!r}, members={names})"

    @classmethod
    def from_zarr(cls, group: zarr.Group, *, depth: Depth = "all") -> Self:
        """
        Return the specification of a group of zarr.

        Parameters
        ----------
        group : zarr.Group
            A group of this Zarr format, in a store that can list what it holds.
        depth : {"attributes", "arrays", "all"}
            Whether to look for members: not at all, in the group itself, or all below.

        Returns
        -------
        GroupSpec

        Raises
        ------
        TypeError
            If the group is of another Zarr format.
        """
        own = cls.format
        if not is_of(own, group):
            msg = f"expected a group of Zarr format {own.number}, got {group!r}"
            raise TypeError(msg)
        spec = cls(attributes=group.attrs.asdict())
        if depth == "attributes":
            return spec
        nodes: dict[str, Any] = dict(group.members(max_depth=None if depth == "all" else 0))
        below: dict[str, AnyMember] = {"": spec}
        for path, node in nodes.items():
            is_array = hasattr(node, "shape")
            below[f"/{path}"] = (
                own.array_spec.from_zarr(node)
                if is_array
                else own.group_spec(attributes=node.attrs.asdict(), members={})
            )
        return cast("Self", cls.from_flat(below))

    @classmethod
    def from_flat(cls, data: Mapping[str, AnyMember]) -> BaseGroupSpec:
        """
        Return the group whose nodes are given by their paths; the reverse of `to_flat`.

        Parameters
        ----------
        data : mapping of str to GroupSpec or ArraySpec
            The nodes by their paths, such as ``"/labels/0"``; the group itself is ``""``.
            Groups that are not among them, but between, are made.

        Returns
        -------
        GroupSpec
        """
        below: dict[str, dict[str, AnyMember]] = {}
        for path, node in data.items():
            if path and not (path[0] == "/" and is_below(path[1:])):
                msg = f"expected the path of a node, such as '/labels/0', got {path!r}"
                raise ValueError(msg)
            _, name, *rest = path.split("/", 2) if path else ("", "")
            below.setdefault(name, {})[f"/{rest[0]}" if rest else ""] = node
        root: Any = below.pop("", {}).get("") or cls.format.group_spec()
        members = {name: cls._one_of(nodes) for name, nodes in below.items()}
        group: BaseGroupSpec = evolve(root, members=members)
        return group

    def to_flat(self, root_path: str = "") -> dict[str, AnyMember]:
        """
        Return all nodes by their paths: those above before those below.

        Parameters
        ----------
        root_path : str
            The path of this group.

        Returns
        -------
        dict of str to GroupSpec or ArraySpec
            The groups come without their members.
        """
        flat: dict[str, AnyMember] = {root_path: _childless(self)}
        for name, member in (self.members or {}).items():
            flat.update(member.to_flat(f"{root_path}/{name}"))
        return dict(sorted(flat.items(), key=lambda item: item[0].count("/")))

    def to_documents(self) -> dict[str, Any]:
        """Return the group's documents by their names; of attributes only if there are any."""
        attributes = self.attributes
        document = to_document(attributes) if isinstance(attributes, Model) else attributes
        return group_documents(self.format, document)

    def to_zarr(
        self, store: zarr.Group | StoreLike, path: str = "", *, overwrite: Overwrite = False
    ) -> zarr.Group:
        """
        Write the documents of the group, and of all that is in it; pixels are the caller's.

        The group's own document is written last: a write that breaks off leaves no group
        that claims arrays which are not there.

        Parameters
        ----------
        store : zarr.Group, or whatever `zarr.open_group` takes
            A group, or the path, URL or store of one.
        path : str
            The path below it to write to. Groups above that are not there are made.
        overwrite : bool or "documents"
            Whether nodes that are there already are deleted, with all that is in them.
            ``"documents"`` replaces their documents only, and leaves all else, such as
            pixels, where it is.

        Returns
        -------
        zarr.Group
            The new group, to be written to. In a zip file, what was written is there once
            ``group.store.close()`` is called.

        Raises
        ------
        ValidationError
            If something was read although the specification does not allow it, and still
            is not as it should be, or its members were never read; nothing is written then.
        FileExistsError
            If there is something already; nothing is written then.
        """
        errors = tuple(self._refusals(""))
        if errors:
            raise ValidationError(errors)
        location = _zarr_io.locate(store, path, writable=True)
        nodes = {path.lstrip("/"): node.to_documents() for path, node in self.to_flat().items()}
        write(location, nodes, self.format, overwrite=overwrite)
        return _zarr_io.open_group(location, self.format.number)

    def _refusals(self, node: str) -> Iterator[Problem]:
        """Yield what keeps the group, which is at the path of a node, from being written."""
        for name, member in (self.members or {}).items():
            if isinstance(member, BaseGroupSpec):
                yield from member._refusals(join(node, name))  # noqa: SLF001 - of the same class

    @classmethod
    def _one_of(cls, nodes: Mapping[str, AnyMember]) -> AnyMember:
        """Return the node that is given by itself, or by what is in it."""
        alone = nodes.get("")
        return alone if isinstance(alone, BaseArraySpec) else cls.from_flat(nodes)


def _childless(group: BaseGroupSpec) -> BaseGroupSpec:
    """Return a group of which nobody has looked for members."""
    return evolve(group, members=None)


AnyMember: TypeAlias = BaseGroupSpec | BaseArraySpec
