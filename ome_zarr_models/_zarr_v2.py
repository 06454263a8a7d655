"""
Arrays and groups of Zarr format 2, by their documents.

The values are kept as the documents have them; no codec is made to read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, TypeAlias, cast

from attrs import evolve, field, frozen
from attrs.converters import optional

from . import _zarr_io
from ._checks import errors_of
from ._json import refuse_flaws
from ._model import JSON, Model, integers, items, key
from ._paths import is_below
from ._rules import Rule
from ._rules import zarr_v2 as rules
from ._rules.arrays import ARRAY
from ._structure import structure, unstructure
from ._values import is_list
from ._write import write
from .exceptions import ValidationError

if TYPE_CHECKING:
    import zarr

    from ._walk import Depth
    from ._zarr_io import StoreLike

__all__ = ["AnyMember", "ArraySpec", "GroupSpec"]

FORMAT: Final = 2
GROUP_DOCUMENT: Final = {".zgroup": {"zarr_format": FORMAT}}


def _dtype(dtype: Any) -> Any:
    """Return the data type as a document has it; ``uint8`` and ``numpy.uint8`` will do."""
    if is_list(dtype) or (isinstance(dtype, str) and dtype[:1] in "<>|"):
        return dtype
    import numpy as np  # only for types that are none of a document

    found = np.dtype(dtype)
    return found.descr if found.fields else found.str


def _fill_value(value: Any) -> Any:
    """Return a fill value as a document has it, where it is one of numpy's."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


@frozen(kw_only=True, repr=False)
class ArraySpec(Model):
    """
    An array of Zarr format 2: its ``.zarray`` document, and its attributes.

    Parameters
    ----------
    shape : sequence of int
        The length of each dimension, in pixels.
    chunks : sequence of int
        The length of a chunk along each dimension, in pixels.
    dtype : str or list
        The type of a pixel, such as ``"<u2"``; ``"uint16"`` or a numpy type will do.
    compressor : mapping, optional
        The configuration of the compressor.
    fill_value : JSON, optional
        The value of pixels in chunks that are not there.
    order : {"C", "F"}
        The order of the pixels in a chunk.
    filters : sequence of mapping, optional
        The configurations of the filters.
    dimension_separator : {"/", "."}, optional
        What is between the numbers of a chunk's key. OME-Zarr asks for ``"/"``; an
        absent one means ``"."``.
    attributes : mapping, optional
        The attributes of the array.
    zarr_format : {2}
        The Zarr format.
    extra : mapping, optional
        What the document says beyond the fields; it is written as it was read.

    Raises
    ------
    ValidationError
        If this is no array of Zarr format 2.

    Examples
    --------
    >>> ArraySpec(shape=(512, 512), chunks=(256, 256), dtype="uint16")
    ArraySpec(shape=(512, 512), chunks=(256, 256), dtype='<u2')
    """

    __rules__: ClassVar[tuple[Rule, ...]] = (
        rules.lengths,
        rules.data_type,
        rules.fill_value,
        rules.codecs,
    )

    shape: tuple[int, ...] = field(converter=integers, metadata=key(ARRAY))
    chunks: tuple[int, ...] = field(converter=integers, metadata=key(ARRAY))
    dtype: JSON = field(converter=_dtype, hash=False, metadata=key(ARRAY))
    compressor: Mapping[str, JSON] | None = field(
        default=None, hash=False, metadata=key(ARRAY, required=True)
    )
    fill_value: JSON = field(
        default=0, converter=_fill_value, hash=False, metadata=key(ARRAY, required=True)
    )
    order: Literal["C", "F"] = field(default="C", metadata=key(ARRAY, required=True))
    filters: tuple[Mapping[str, JSON], ...] | None = field(
        default=None,
        converter=optional(items[Mapping[str, JSON], ...]),
        hash=False,
        metadata=key(ARRAY, required=True),
    )
    dimension_separator: Literal["/", "."] | None = field(
        default="/", metadata=key(None, ARRAY, absent=None)
    )
    attributes: Mapping[str, JSON] = field(
        factory=dict[str, JSON], hash=False, metadata=key(None, ARRAY, required=True)
    )
    zarr_format: Literal[2] = field(default=2, metadata=key(ARRAY, required=True))

    def __usual__(self) -> bool:
        return rules.usual(self)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def holds_integers(self) -> bool:
        """Whether the pixels are integers."""
        return isinstance(self.dtype, str) and self.dtype[1:2] in ("i", "u")

    @classmethod
    def from_array(
        cls,
        array: Any,
        chunks: Literal["auto"] | tuple[int, ...] = "auto",
        attributes: Literal["auto"] | Mapping[str, JSON] = "auto",
        fill_value: JSON = "auto",
        order: Literal["auto", "C", "F"] = "auto",
        filters: Literal["auto"] | list[Mapping[str, JSON]] | None = "auto",
        dimension_separator: Literal["auto", "/", "."] = "auto",
        compressor: Literal["auto"] | Mapping[str, JSON] | None = "auto",
    ) -> Self:
        """
        Return the specification of an array for data that is like another.

        Parameters
        ----------
        array
            Whatever has ``shape`` and ``dtype``: an array of numpy, dask or zarr.
        chunks, attributes, fill_value, order, filters, dimension_separator, compressor
            As for `ArraySpec`. ``"auto"`` takes what `array` has, and else the default;
            chunks are then chosen by zarr.

        Returns
        -------
        ArraySpec

        Examples
        --------
        >>> import numpy as np
        >>> ArraySpec.from_array(np.zeros((64, 64), "uint8"), chunks=(32, 32)).chunks
        (32, 32)
        """
        given: dict[str, Any] = {
            "chunks": chunks,
            "attributes": attributes,
            "fill_value": fill_value,
            "order": order,
            "filters": filters,
            "dimension_separator": dimension_separator,
            "compressor": compressor,
        }
        given = {name: value for name, value in given.items() if value != "auto"}
        if _is_format_2(array):
            return evolve(cls.from_zarr(array), **given)
        fields: dict[str, Any] = {
            **_said_by(array),
            **given,
            "shape": tuple(array.shape),
            "dtype": array.dtype,
        }
        if "chunks" not in fields:
            fields["chunks"] = _zarr_io.guess_chunks(fields["shape"], array.dtype)
        return cls(**fields)

    @classmethod
    def from_zarr(cls, array: zarr.Array[Any]) -> Self:
        """
        Return the specification of an array of zarr.

        Parameters
        ----------
        array : zarr.Array
            An array of Zarr format 2.

        Returns
        -------
        ArraySpec

        Raises
        ------
        TypeError
            If the array is of another Zarr format.
        """
        if not _is_format_2(array):
            msg = f"expected an array of Zarr format 2, got {array!r}"
            raise TypeError(msg)
        documents = _zarr_io.array_documents(array)
        return cls.from_documents(documents[".zarray"], documents[".zattrs"])

    @classmethod
    def from_documents(cls, zarray: Mapping[str, Any], zattrs: Mapping[str, Any]) -> Self:
        """
        Return the specification that an array's documents give.

        Parameters
        ----------
        zarray, zattrs : mapping
            The content of ``.zarray`` and ``.zattrs``.
        """
        spec = structure({**zarray, "attributes": zattrs}, cls)
        refuse_flaws(spec.attributes)
        return spec

    def to_documents(self) -> dict[str, Any]:
        """Return the array's documents by their names; ``.zattrs`` only if there are any."""
        zarray = unstructure(self)
        zattrs = zarray.pop("attributes")
        return {".zarray": zarray, ".zattrs": zattrs} if zattrs else {".zarray": zarray}

    def to_zarr(
        self, store: zarr.Group | StoreLike, path: str = "", *, overwrite: bool = False
    ) -> zarr.Array[Any]:
        """
        Write the array's documents to a store; pixels are the caller's.

        Parameters
        ----------
        store : zarr.Group, or whatever `zarr.open_group` takes
            A group, or the path, URL or store of one.
        path : str
            The path of the array below it. Groups above that are not there are made.
        overwrite : bool
            Whether a node that is there already is deleted, with all that is in it.

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
        nodes = {"": self.to_documents()}
        write(location, nodes, parent=GROUP_DOCUMENT, overwrite=overwrite)
        return _zarr_io.open_array(location, FORMAT)

    def to_flat(self, root_path: str = "") -> dict[str, AnyMember]:
        """Return the array by its path, as `GroupSpec.to_flat` does."""
        return {root_path: self}


def _is_format_2(node: Any) -> bool:
    """Return whether a node is one of zarr's, and of Zarr format 2."""
    return hasattr(node, "store_path") and node.metadata.zarr_format == FORMAT


def _said_by(array: Any) -> dict[str, Any]:
    """Return what an array says beyond its shape and data type, if it is none of format 2."""
    said: dict[str, Any] = {}
    names = ["fill_value", "order"]
    # What an array of zarr says of codecs, it says in the words of its own format.
    if not hasattr(array, "store_path"):
        names += ["compressor", "filters", "dimension_separator"]
    for name in names:
        if getattr(array, name, None) is not None:
            said[name] = getattr(array, name)
    for name in ("chunksize", "chunks"):  # dask has both, and means the first
        if getattr(array, name, None) is not None:
            said.setdefault("chunks", getattr(array, name))
    for name in ("attrs", "attributes"):
        if hasattr(array, name):
            said.setdefault("attributes", dict(getattr(array, name)))
    return said


@frozen(kw_only=True, repr=False)
class GroupSpec:
    """
    A group of Zarr format 2: its attributes, and what is in it.

    Parameters
    ----------
    attributes : mapping
        The attributes of the group.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if nobody has looked for them.
    zarr_format : {2}
        The Zarr format.

    Examples
    --------
    >>> array = ArraySpec(shape=(8, 8), chunks=(8, 8), dtype="uint8")
    >>> group = GroupSpec(attributes={"made by": "hand"}, members={"0": array})
    >>> list(group.to_flat())
    ['', '/0']
    """

    attributes: Any = field(factory=dict[str, JSON], hash=False)
    members: Mapping[str, AnyMember] | None = field(default=None, hash=False)
    zarr_format: Literal[2] = 2

    def __attrs_post_init__(self) -> None:
        members: Mapping[str, object] = self.members or {}
        for name, member in members.items():
            if not isinstance(member, ArraySpec | GroupSpec):
                msg = f"expected an ArraySpec or a GroupSpec for {name!r}, got {member!r}"
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
            A group of Zarr format 2, in a store that can list what it holds.
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
        if not _is_format_2(group):
            msg = f"expected a group of Zarr format 2, got {group!r}"
            raise TypeError(msg)
        spec = cls(attributes=group.attrs.asdict())
        if depth == "attributes":
            return spec
        nodes: dict[str, Any] = dict(group.members(max_depth=None if depth == "all" else 0))
        below: dict[str, AnyMember] = {"": spec}
        for path, node in nodes.items():
            is_array = hasattr(node, "shape")
            below[f"/{path}"] = (
                ArraySpec.from_zarr(node)
                if is_array
                else GroupSpec(attributes=node.attrs.asdict(), members={})
            )
        return cast("Self", cls.from_flat(below))

    @classmethod
    def from_flat(cls, data: Mapping[str, AnyMember]) -> GroupSpec:
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
        root: Any = below.pop("", {}).get("") or GroupSpec()
        members = {name: _one_of(nodes) for name, nodes in below.items()}
        group: GroupSpec = evolve(root, members=members)
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
        flat: dict[str, AnyMember] = {root_path: evolve(self, members=None)}
        for name, member in (self.members or {}).items():
            flat.update(member.to_flat(f"{root_path}/{name}"))
        return dict(sorted(flat.items(), key=lambda item: item[0].count("/")))

    def to_documents(self) -> dict[str, Any]:
        """Return the group's documents by their names; ``.zattrs`` only if there are any."""
        attributes = self.attributes
        document = unstructure(attributes) if isinstance(attributes, Model) else attributes
        return {**GROUP_DOCUMENT, ".zattrs": document} if document else {**GROUP_DOCUMENT}

    def to_zarr(
        self, store: zarr.Group | StoreLike, path: str = "", *, overwrite: bool = False
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
        overwrite : bool
            Whether nodes that are there already are deleted, with all that is in them.

        Returns
        -------
        zarr.Group
            The new group, to be written to.

        Raises
        ------
        ValidationError
            If something was read although the specification does not allow it, and still
            is not as it should be, or its members were never read; nothing is written then.
        FileExistsError
            If there is something already; nothing is written then.
        """
        errors = tuple(errors_of(self))
        if errors:
            raise ValidationError(errors)
        location = _zarr_io.locate(store, path, writable=True)
        nodes = {path.lstrip("/"): node.to_documents() for path, node in self.to_flat().items()}
        write(location, nodes, parent=GROUP_DOCUMENT, overwrite=overwrite)
        return _zarr_io.open_group(location, FORMAT)


def _one_of(nodes: Mapping[str, AnyMember]) -> AnyMember:
    """Return the node that is given by itself, or by what is in it."""
    alone = nodes.get("")
    return alone if isinstance(alone, ArraySpec) else GroupSpec.from_flat(nodes)


AnyMember: TypeAlias = GroupSpec | ArraySpec
