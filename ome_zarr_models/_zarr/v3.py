"""
Specifications of arrays and groups in Zarr format 3.

Values are kept as they are stored; no codec or data type is instantiated to read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

from attrs import evolve, field, frozen

from .._json.values import at, is_list, is_object
from .._models.fields import integers, items, key, optional_items
from .._rules import zarr_v3 as rules
from .._rules.images import ARRAY
from .._rules.storage import FORMAT
from .._spec.zarr_formats import FORMATS
from ..typing import JSON
from .specs import BaseArraySpec, BaseGroupSpec, attributes_of, chunks_of, fill_value_of, has_format
from .store import new_array

if TYPE_CHECKING:
    import numpy as np
    from zarr.core.array import CompressorsLike, FiltersLike
    from zarr.core.dtype import ZDTypeLike

    from ..typing import ArrayLike

_INTEGER_TYPES: Final = frozenset(f"{sign}int{n}" for sign in ("", "u") for n in (8, 16, 32, 64))
_CHUNK_KEY_ENCODING: Final = {"name": "default", "configuration": {"separator": "/"}}


def _data_type(data_type: ZDTypeLike | JSON) -> Any:
    """Return a data type as a document has it; ``numpy.uint16`` and ``"<u2"`` are accepted."""
    is_of_numpy = isinstance(data_type, str) and data_type[:1] in ("<", ">", "|")
    if is_object(data_type) or (isinstance(data_type, str) and not is_of_numpy):
        return data_type
    import numpy as np  # only for types that are not from a document

    given: Any = data_type
    dtype = np.dtype(given)
    if dtype.kind in "biufc":
        return dtype.name
    return ArraySpec.build(shape=(1,), dtype=dtype).data_type


@frozen(kw_only=True, repr=False)
class ArraySpec(BaseArraySpec):
    """
    An array in Zarr format 3: its ``zarr.json`` document.

    `ArraySpec.build` takes fewer and simpler parameters.

    Parameters
    ----------
    shape : sequence of int
        The length of each dimension, in pixels.
    data_type : str or mapping
        The type of a pixel, such as ``"uint16"``.
    chunk_grid : mapping
        The division of the array into chunks (with sharding: into shards).
    chunk_key_encoding : mapping, optional
        The form of the keys of chunks; the default one with ``"/"`` if not given.
    fill_value : JSON, optional
        The value of pixels in chunks that are not stored.
    codecs : sequence of (str or mapping)
        The codecs that encode pixels as bytes, in order.
    attributes : mapping, optional
        The attributes of the array.
    dimension_names : sequence of (str or None), optional
        The name of each dimension. OME-Zarr requires the names of the axes.
    storage_transformers : sequence of mapping, optional
        The storage transformers of the array.
    node_type : {"array"}
        The type of the node.
    zarr_format : {3}
        The Zarr format.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the values are not those of an array in Zarr format 3.
    """

    format = FORMATS[3]
    spec_rules = (
        rules.lengths,
        rules.chunk_shape,
        rules.names,
        rules.dimension_names,
        rules.fill_value,
    )

    shape: tuple[int, ...] = field(converter=integers, metadata=key(ARRAY))
    data_type: JSON = field(converter=_data_type, hash=False, metadata=key(ARRAY))
    chunk_grid: Mapping[str, JSON] = field(hash=False, metadata=key(ARRAY))
    chunk_key_encoding: Mapping[str, JSON] = field(
        factory=lambda: dict(_CHUNK_KEY_ENCODING), hash=False, metadata=key(ARRAY, required=True)
    )
    fill_value: JSON = field(
        default=0, converter=fill_value_of, hash=False, metadata=key(ARRAY, required=True)
    )
    codecs: tuple[JSON, ...] = field(converter=items[JSON, ...], hash=False, metadata=key(ARRAY))
    attributes: Mapping[str, JSON] | None = field(
        default=None, hash=False, metadata=key(None, ARRAY)
    )
    dimension_names: tuple[JSON, ...] | None = field(
        default=None,
        converter=optional_items[JSON],
        hash=False,
        metadata=key(None, ARRAY, nullable=True),
    )
    storage_transformers: tuple[JSON, ...] | None = field(
        default=None, converter=optional_items[JSON], hash=False, metadata=key(None, ARRAY)
    )
    node_type: Literal["array"] = field(default="array", metadata=key(ARRAY, required=True))
    zarr_format: Literal[3] = field(default=3, metadata=key(FORMAT, required=True))

    passes_at_a_glance = rules.at_a_glance

    @property
    def chunks(self) -> tuple[int, ...]:
        """
        The length of a chunk (with sharding: of a shard) along each dimension, in pixels.

        It is empty if the chunk grid is not regular.
        """
        lengths = at(self.chunk_grid, "configuration", "chunk_shape")
        return tuple(lengths) if is_list(lengths) else ()

    dtype_key = "data_type"

    @property
    def dtype(self) -> JSON:
        """The type of a pixel."""
        return self.data_type

    @property
    def holds_integers(self) -> bool:
        """Whether the type of the pixels is an integer type."""
        return isinstance(self.data_type, str) and self.data_type in _INTEGER_TYPES

    @classmethod
    def build(
        cls,
        *,
        shape: Sequence[int],
        dtype: ZDTypeLike,
        chunks: Literal["auto"] | Sequence[int] = "auto",
        shards: Sequence[int] | None = None,
        compressors: CompressorsLike = "auto",
        filters: FiltersLike = "auto",
        dimension_names: Sequence[str | None] | None = None,
        fill_value: JSON | complex | bytes | np.generic = None,
        attributes: Mapping[str, JSON] | None = None,
    ) -> Self:
        """
        Return the specification of an array as `zarr.create_array` would create it.

        Parameters
        ----------
        shape : sequence of int
            The length of each dimension, in pixels.
        dtype : str or numpy.dtype
            The type of a pixel.
        chunks : "auto" or sequence of int
            The length of a chunk along each dimension, in pixels; by default zarr's choice.
        shards : sequence of int, optional
            The length of a shard along each dimension, in pixels; without sharding if not
            given.
        compressors, filters : "auto", None, codec or sequence of codec
            The codecs that compress bytes, and those that change pixels before, as
            `zarr.create_array` accepts them; by default zarr's choice, and none if None.
        dimension_names : sequence of (str or None), optional
            The name of each dimension. OME-Zarr requires the names of the axes.
        fill_value : number or bool, optional
            The value of pixels in chunks that are not stored; zarr's default if not given.
        attributes : mapping, optional
            The attributes of the array.

        Returns
        -------
        ArraySpec

        Examples
        --------
        >>> spec = ArraySpec.build(shape=(64, 64), dtype="uint8", chunks=(32, 32))
        >>> spec.chunks
        (32, 32)
        """
        array = new_array(
            FORMATS[3].number,
            shape=tuple(shape),
            dtype=dtype,
            chunks="auto" if chunks == "auto" else tuple(chunks),
            shards=None if shards is None else tuple(shards),
            compressors=compressors,
            filters=filters,
            dimension_names=dimension_names,
            fill_value=fill_value,
            attributes=None if attributes is None else dict(attributes),
        )
        return cls.from_zarr(array)

    @classmethod
    def from_array(
        cls,
        array: ArrayLike,
        attributes: Literal["auto"] | Mapping[str, JSON] = "auto",
        chunk_grid: Literal["auto"] | Mapping[str, JSON] = "auto",
        chunk_key_encoding: Literal["auto"] | Mapping[str, JSON] = "auto",
        fill_value: JSON = "auto",
        codecs: Literal["auto"] | Sequence[JSON] = "auto",
        storage_transformers: Literal["auto"] | Sequence[JSON] = "auto",
        dimension_names: Literal["auto"] | Sequence[str | None] = "auto",
        *,
        chunks: Literal["auto"] | Sequence[int] = "auto",
        shards: Literal["auto"] | Sequence[int] | None = "auto",
    ) -> Self:
        """
        Return the specification of a Zarr array for the data of another array.

        Every default is that of `array` if it is a zarr array of format 3; else it is zarr's.

        Parameters
        ----------
        array : numpy.ndarray, dask.array.Array, zarr.Array or similar
            An array with a ``shape`` and a ``dtype``.
        attributes : "auto" or mapping
            The attributes; by default those of `array`, if it has any.
        chunk_grid : "auto" or mapping
            The division of the array into chunks (with sharding: into shards).
        chunk_key_encoding : "auto" or mapping
            The form of the keys of chunks.
        fill_value : "auto" or JSON
            The value of pixels in chunks that are not stored.
        codecs : "auto" or sequence of (str or mapping)
            The codecs that encode pixels as bytes, in order; with sharding, those of a chunk.
        storage_transformers : "auto" or sequence of mapping
            The storage transformers of the array.
        dimension_names : "auto" or sequence of (str or None)
            The name of each dimension.
        chunks : "auto" or sequence of int
            The length of a chunk along each dimension, in pixels; by default that of `array`
            or, if it has no chunks, zarr's choice.
        shards : "auto", None or sequence of int
            The length of a shard along each dimension, in pixels; by default that of `array`
            or, if it has no shards, none. None stores each chunk by itself.

        Returns
        -------
        ArraySpec
            The specification.

        Raises
        ------
        ValueError
            If both `chunk_grid` and `chunks` or `shards` are given.

        Examples
        --------
        >>> import numpy as np
        >>> ArraySpec.from_array(np.zeros((64, 64), "uint8"), chunks=(32, 32)).data_type
        'uint8'
        """
        source: Any = array
        options: dict[str, Any] = {
            "attributes": attributes,
            "chunk_grid": chunk_grid,
            "chunk_key_encoding": chunk_key_encoding,
            "fill_value": fill_value,
            "codecs": codecs,
            "storage_transformers": storage_transformers,
            "dimension_names": dimension_names,
        }
        options = {name: value for name, value in options.items() if not _is_auto(value)}
        has_shape = not (_is_auto(chunks) and _is_auto(shards))
        if "chunk_grid" in options and has_shape:
            msg = "expected either a chunk_grid, or chunks and shards, got both"
            raise ValueError(msg)
        is_of_zarr = has_format(array, FORMATS[3])
        if is_of_zarr and not has_shape and "codecs" not in options:
            return evolve(cls.from_zarr(source), **options)
        shard_shape: Sequence[int] | None = None
        if not isinstance(shards, str):
            shard_shape = shards
        elif is_of_zarr:
            shard_shape = source.shards
        spec = cls.build(
            shape=array.shape,
            dtype=source.dtype,
            chunks=chunks_of(array) if _is_auto(chunks) else chunks,
            shards=shard_shape,
            attributes=attributes_of(array),
            **(_codecs_of(array) if is_of_zarr else {}),
        )
        if "codecs" in options and shard_shape is not None:
            options["codecs"] = [_sharded(spec.codecs[0], options["codecs"])]
        return evolve(spec, **options)


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == "auto"


def _codecs_of(array: Any) -> dict[str, Any]:
    """Return the options of an array of zarr that a new one of other chunks takes over."""
    return {
        "compressors": array.compressors or None,
        "filters": array.filters or None,
        "fill_value": array.fill_value,
        "dimension_names": array.metadata.dimension_names,
    }


def _sharded(sharding: Any, codecs: Sequence[JSON]) -> dict[str, Any]:
    """Return the codec of shards, with other codecs for the chunks in them."""
    return {**sharding, "configuration": {**sharding["configuration"], "codecs": [*codecs]}}


@frozen(kw_only=True, repr=False)
class GroupSpec(BaseGroupSpec):
    """
    A group in Zarr format 3: its attributes and members.

    Parameters
    ----------
    attributes : mapping
        The attributes of the group.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if they were not read.
    zarr_format : {3}
        The Zarr format.

    Raises
    ------
    TypeError
        If a member is not a GroupSpec or ArraySpec of Zarr format 3.
    ValueError
        If the name of a member cannot be one.

    Examples
    --------
    >>> array = ArraySpec.build(shape=(8, 8), dtype="uint8")
    >>> group = GroupSpec(attributes={"made by": "hand"}, members={"0": array})
    >>> list(group.to_flat())
    ['', '/0']
    """

    format = FORMATS[3]
    node_type: ClassVar[str] = "group"

    zarr_format: Literal[3] = 3
