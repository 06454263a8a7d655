"""Base classes of the specifications of arrays and groups in both Zarr formats."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - models evaluate their annotations
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, cast

from attrs import evolve, field, fields, frozen

from .._json.text import refuse_flaws
from .._json.values import copied
from .._models.model import Model
from .._models.structure import to_document, to_model
from .._models.unions import HasNodes
from .._paths import is_below, join
from .._spec.by_document import ByDocument
from .._spec.zarr_formats import Format, group_documents
from ..exceptions import ValidationError, warn
from ..typing import JSON
from .loop import in_loop
from .pydantic_names import PydanticGroupNames
from .store import array_documents, locate, open_array, open_group

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import numpy as np
    import zarr

    from .._spec.repair import Defects
    from ..exceptions import Problem
    from ..typing import Depth, Overwrite, StoreLike
    from .sources import Source
    from .store import Location


@frozen(kw_only=True, repr=False)
class BaseArraySpec(Model, ByDocument):
    """The documents of a Zarr array, with their values as they are stored."""

    format: ClassVar[Format]
    whole_floats: ClassVar[bool] = False  # zarr refuses them

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        shape: tuple[int, ...] = getattr(self, "shape")  # noqa: B009 - a field of the subclasses
        return len(shape)

    @classmethod
    def from_zarr(cls, array: zarr.Array[Any]) -> Self:
        """
        Return the specification of a zarr array.

        Parameters
        ----------
        array : zarr.Array
            An array of this Zarr format.

        Returns
        -------
        ArraySpec
            The specification, with the values that zarr would write.

        Raises
        ------
        TypeError
            If `array` is not a zarr array, or has another Zarr format.
        """
        if not has_format(array, cls.format):
            msg = f"expected an array of Zarr format {cls.format.number}, got {array!r}"
            raise TypeError(msg)
        return cls.from_documents(array_documents(array))

    @classmethod
    def from_documents(cls, documents: Mapping[str, Any]) -> Self:
        """
        Return the specification of an array from its documents.

        Parameters
        ----------
        documents : mapping of str to mapping
            The documents by their names, such as ``".zarray"`` and ``".zattrs"``.

        Returns
        -------
        ArraySpec

        Raises
        ------
        ValidationError
            If the documents do not describe an array of this Zarr format.
        """
        spec = to_model(cls._merge_documents(documents), cls)
        attributes: object = getattr(spec, "attributes")  # noqa: B009 - a field of the subclasses
        refuse_flaws(attributes)
        return spec

    @classmethod
    def _merge_documents(cls, documents: Mapping[str, Any]) -> Any:
        """Return one document that has the content of all documents of an array."""
        return documents[cls.format.array]

    def to_documents(self) -> dict[str, Any]:
        """
        Return the documents of the array by their names.

        Returns
        -------
        dict of str to JSON
            The documents, such as ``"zarr.json"``; or ``".zarray"`` and, if there are
            attributes, ``".zattrs"``.
        """
        return {self.format.array: to_document(self)}

    def to_zarr(
        self, store: zarr.Group | StoreLike, path: str = "", *, overwrite: Overwrite = False
    ) -> zarr.Array[Any]:
        """
        Write the documents of the array to a store, without pixels.

        Parameters
        ----------
        store : zarr.Group, or anything that `zarr.open_group` accepts
            A group, or the path, URL or store of one.
        path : str
            The path of the array below `store`. Missing groups above it are created.
        overwrite : bool or "documents"
            What to do if there is a node at `path`: raise (False), delete it with its pixels
            and everything else in it (True), or replace only its documents and leave the
            pixels where they are (``"documents"``).

        Returns
        -------
        zarr.Array
            The array, open for writing pixels.

        Raises
        ------
        FileExistsError
            If there is a node at `path` and `overwrite` is False; nothing is written then.
        """
        from .write import check_overwrite, write  # models are often used without I/O

        check_overwrite(overwrite)
        location = locate(store, path, writable=True)
        job = write(location, {"": self.to_documents()}, self.format, overwrite=overwrite)
        for message in in_loop(job):
            warn(message)
        return open_array(location, self.format.number)

    def like(
        self,
        other: BaseArraySpec | zarr.Array[Any],
        *,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
    ) -> bool:
        """
        Return whether another array has the same values.

        Parameters
        ----------
        other : ArraySpec or zarr.Array
            The other; that of zarr is read first.
        include, exclude : collection of str, optional
            The names of the fields that are compared, or left out.

        Returns
        -------
        bool
        """
        spec: Any = other if isinstance(other, BaseArraySpec) else type(self).from_zarr(other)
        return _alike(self, spec, include, exclude)

    def to_flat(self, root_path: str = "") -> dict[str, AnyMember]:
        """
        Return the array by its path, as `GroupSpec.to_flat` does.

        Parameters
        ----------
        root_path : str
            The path of this array.

        Returns
        -------
        dict of str to ArraySpec
            The array alone.
        """
        return {root_path: self}


def _alike(
    spec: Any, other: Any, include: Collection[str] | None, exclude: Collection[str] | None
) -> bool:
    names = {attribute.name for attribute in fields(spec.__class__) if attribute.eq}
    names = names if include is None else names & {*include}
    names -= {*(exclude or ())}
    return all(getattr(spec, name) == getattr(other, name) for name in names)


def has_format(node: Any, zarr_format: Format) -> bool:
    """Return whether an object is an array or group of zarr in a Zarr format."""
    return hasattr(node, "store_path") and node.metadata.zarr_format == zarr_format.number


def fill_value_of(value: JSON | complex | bytes | np.generic) -> Any:
    """Convert a fill value, which may be one of numpy's, to its form in a document."""
    given: Any = value
    plain: Any = given.item() if hasattr(given, "item") else given
    if isinstance(plain, float) and not isfinite(plain):
        return "NaN" if isnan(plain) else "Infinity" if plain > 0 else "-Infinity"
    return plain


def chunks_of(array: Any) -> Any:
    """Return the chunk shape of an array of any library; ``"auto"`` if it has none."""
    for name in ("chunksize", "chunks"):  # dask has both; its `chunks` lists all sizes
        if getattr(array, name, None) is not None:
            return getattr(array, name)
    return "auto"


def attributes_of(array: Any) -> dict[str, JSON] | None:
    """Return the attributes of an array of any library; None if it cannot have any."""
    for name in ("attrs", "attributes"):
        if hasattr(array, name):
            return dict(getattr(array, name))
    return None


@frozen(kw_only=True, repr=False)
class BaseGroupSpec(PydanticGroupNames, HasNodes, ByDocument):
    """The attributes and members of a Zarr group."""

    format: ClassVar[Format]

    attributes: Any = field(factory=dict[str, JSON], hash=False)
    members: Mapping[str, AnyMember] | None = field(default=None, hash=False)
    # A `Source` and `Defects`: the annotations of groups are evaluated, and these load more.
    _source: Any = field(default=None, eq=False, alias="_source")
    _defects: Any = field(default=None, eq=False, alias="_defects")

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.attributes, Model):
            object.__setattr__(self, "attributes", copied(self.attributes))
        members: Mapping[str, object] = self.members or {}
        for name, member in members.items():
            if not isinstance(member, BaseArraySpec | BaseGroupSpec) or (
                member.format != self.format
            ):
                number = self.format.number
                expected = f"an ArraySpec or a GroupSpec of Zarr format {number} at {name!r}"
                modules = "v04" if number == 2 else "v05 or v06"  # noqa: PLR2004 - a Zarr format
                is_other = isinstance(member, BaseArraySpec | BaseGroupSpec)
                hint = f": use the class of {modules}" if is_other else ""
                msg = f"expected {expected}, got {member!r}{hint}"
                raise TypeError(msg)
            if not is_below(name) or "/" in name:
                msg = f"expected the name of a member, such as 'labels', got {name!r}"
                raise ValueError(msg)

    def __repr__(self) -> str:
        names = None if self.members is None else list(self.members)
        return f"{type(self).__name__}(attributes={self.attributes!r}, members={names})"

    @classmethod
    def from_zarr(cls, group: zarr.Group, *, depth: Depth = "all") -> Self:
        """
        Return the specification of a zarr group.

        Parameters
        ----------
        group : zarr.Group
            A group of this Zarr format, in a store that can list its keys.
        depth : {"attributes", "arrays", "all"}
            Which nodes to read: only the group, the group and its direct members, or the
            whole hierarchy.

        Returns
        -------
        GroupSpec

        Raises
        ------
        TypeError
            If `group` is not a zarr group, or has another Zarr format.
        """
        own = cls.format
        if not has_format(group, own):
            msg = f"expected a group of Zarr format {own.number}, got {group!r}"
            raise TypeError(msg)
        spec = cls(attributes=group.attrs.asdict())
        if depth == "attributes":
            return spec
        nodes: dict[str, Any] = dict(group.members(max_depth=None if depth == "all" else 0))
        flat: dict[str, AnyMember] = {"": spec}
        for path, node in nodes.items():
            is_array = hasattr(node, "shape")
            flat[f"/{path}"] = (
                own.array_spec.from_zarr(node)
                if is_array
                else own.group_spec(attributes=node.attrs.asdict(), members={})
            )
        return cast("Self", cls.from_flat(flat))

    @classmethod
    def from_flat(cls, data: Mapping[str, AnyMember]) -> BaseGroupSpec:
        """
        Build a group from its nodes by their paths; the inverse of `to_flat`.

        Parameters
        ----------
        data : mapping of str to GroupSpec or ArraySpec
            The nodes by their paths, such as ``"/labels/0"``; the group itself is ``""``.
            Missing groups between them are created.

        Returns
        -------
        GroupSpec

        Raises
        ------
        ValueError
            If a key is not the path of a node.
        """
        nodes_by_name: dict[str, dict[str, AnyMember]] = {}
        for path, node in data.items():
            if path and not (path[0] == "/" and is_below(path[1:])):
                msg = f"expected the path of a node, such as '/labels/0', got {path!r}"
                raise ValueError(msg)
            _, name, *rest = path.split("/", 2) if path else ("", "")
            nodes_by_name.setdefault(name, {})[f"/{rest[0]}" if rest else ""] = node
        root: Any = nodes_by_name.pop("", {}).get("") or cls.format.group_spec()
        members = {name: cls._build_member(nodes) for name, nodes in nodes_by_name.items()}
        group: BaseGroupSpec = evolve(root, members=members)
        return group

    def like(
        self,
        other: BaseGroupSpec | zarr.Group,
        *,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
    ) -> bool:
        """
        Return whether another group has the same values.

        Parameters
        ----------
        other : GroupSpec or zarr.Group
            The other; that of zarr is read first.
        include, exclude : collection of str, optional
            The names of the fields that are compared, or left out.

        Returns
        -------
        bool
        """
        spec: Any = other if isinstance(other, BaseGroupSpec) else type(self).from_zarr(other)
        return _alike(self, spec, include, exclude)

    def to_flat(self, root_path: str = "") -> dict[str, AnyMember]:
        """
        Return all nodes of the hierarchy by their paths, parents before their members.

        Parameters
        ----------
        root_path : str
            The path of this group.

        Returns
        -------
        dict of str to GroupSpec or ArraySpec
            The nodes; the ``members`` of groups are None.
        """
        flat: dict[str, AnyMember] = {root_path: evolve(self, members=None)}
        for name, member in (self.members or {}).items():
            flat.update(member.to_flat(f"{root_path}/{name}"))
        return dict(sorted(flat.items(), key=lambda item: item[0].count("/")))

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
            The group.

        Raises
        ------
        ValidationError
            If the documents are not those of a group; the error lists every problem.
        """
        from .nodes import build, read_form  # only needed for nodes in JSON

        form = read_form(nodes, cls.format)
        problems = [*form.problems]
        built: Self | None = build(form, cls, problems)
        if built is None:
            raise ValidationError(tuple(problems))
        return built

    def to_nodes(self) -> dict[str, dict[str, Any]]:
        """
        Return the documents of all nodes of the hierarchy by their paths, which is JSON.

        Returns
        -------
        dict of str to dict of str to JSON
            The documents of each node by their names, by the paths that `to_flat` has. A group
            whose members were not read has the key ``"members"`` as well, which is null.

        Raises
        ------
        TypeError
            If a user's own class of groups has a field whose value is in none of the documents.
        """
        from .nodes import nodes_of  # only needed for nodes in JSON

        return nodes_of(self)

    def to_documents(self) -> dict[str, Any]:
        """
        Return the documents of the group by their names.

        Returns
        -------
        dict of str to JSON
            The documents, such as ``"zarr.json"``; or ``".zgroup"`` and, if there are
            attributes, ``".zattrs"``.
        """
        attributes = self.attributes
        is_model = isinstance(attributes, Model)
        document = to_document(attributes) if is_model else copied(attributes)
        return group_documents(self.format, document)

    def to_zarr(
        self, store: zarr.Group | StoreLike, path: str = "", *, overwrite: Overwrite = False
    ) -> zarr.Group:
        """
        Write the documents of the group and of everything in it, without pixels.

        The documents of the group itself are written last, so that an interrupted write
        leaves no group whose metadata names arrays that do not exist.

        Parameters
        ----------
        store : zarr.Group, or anything that `zarr.open_group` accepts
            A group, or the path, URL or store of one.
        path : str
            The path of the group below `store`. Missing groups above it are created.
        overwrite : bool or "documents"
            What to do with nodes that exist: raise (False), delete them with their pixels
            and everything else in them (True), or replace only their documents and leave
            everything else where it is (``"documents"``).

        Returns
        -------
        zarr.Group
            The group, open for writing. A zip file is complete only after
            ``group.store.close()``.

        Raises
        ------
        ValidationError
            If the members of the group were not read; nothing is written then.
        FileExistsError
            If a node exists and `overwrite` is False; nothing is written then.
        """
        from .write import check_overwrite, write  # models are often used without I/O

        check_overwrite(overwrite)
        errors = tuple(self._write_errors(""))
        if errors:
            raise ValidationError(errors)
        location = locate(store, path, writable=True)
        flat = {path.lstrip("/"): node for path, node in self.to_flat().items()}
        job = write(
            location,
            {path: node.to_documents() for path, node in flat.items()},
            self.format,
            overwrite=overwrite,
            as_found={path for path, node in flat.items() if getattr(node, "_source", None)},
            pixels_at=_read_elsewhere(flat, location),
        )
        for message in [*in_loop(job), *_left_out(flat, location, overwrite)]:
            warn(message)
        return open_group(location, self.format.number)

    def _write_errors(self, node: str) -> Iterator[Problem]:
        """Yield the problems for which the group, whose path is `node`, cannot be written."""
        for name, member in (self.members or {}).items():
            if isinstance(member, BaseGroupSpec):
                yield from member._write_errors(join(node, name))  # noqa: SLF001 - the same class

    @classmethod
    def _build_member(cls, nodes: Mapping[str, AnyMember]) -> AnyMember:
        """Return an array that is given alone; otherwise build the group of the nodes."""
        node = nodes.get("")
        return node if isinstance(node, BaseArraySpec) else cls.from_flat(nodes)


def _read_elsewhere(nodes: Mapping[str, AnyMember], location: Location) -> dict[str, str]:
    """Return where the arrays were read that were read at another place than a location."""
    elsewhere: dict[str, str] = {}
    places: dict[str, str | None] = {}
    for path, node in nodes.items():  # groups before their members
        above = places.get(path.rpartition("/")[0])
        if isinstance(node, BaseArraySpec):
            if above is not None:
                elsewhere[path] = above
            continue
        source: Source | None = getattr(node, "_source")  # noqa: B009 - of this module
        place = location._replace(path=join(location.path, path))
        if source is None:
            places[path] = above
        else:
            places[path] = None if source.is_at(place) else source.uri
    return elsewhere


def _left_out(
    nodes: Mapping[str, AnyMember], location: Location, overwrite: Overwrite
) -> Iterator[str]:
    """Yield a warning for each node that was left out when its group was read, and is not there."""
    for path, node in nodes.items():
        defects: Defects | None = getattr(node, "_defects", None)
        source: Source | None = getattr(node, "_source", None)
        if defects is None or (
            overwrite is not True
            and source is not None
            and source.is_at(location._replace(path=join(location.path, path)))
        ):
            continue
        for name, reason in defects.left_out.items():
            place = repr(join(path, name))
            yield f"{location.uri}: {place} is not written, as it could not be read: {reason}"


AnyMember: TypeAlias = BaseGroupSpec | BaseArraySpec
