"""
Specifications of arrays and groups in Zarr format 2.

Values are kept as they are stored; no codec or data type is instantiated to read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import evolve, field, frozen

from .._json.values import is_list, is_object
from .._models.fields import integers, key, optional_items
from .._models.structure import to_document
from .._rules import zarr_v2 as rules
from .._rules.images import ARRAY
from .._rules.storage import FORMAT
from .._spec.zarr_formats import FORMATS
from ..typing import JSON
from .specs import BaseArraySpec, BaseGroupSpec, attributes_of, chunks_of, fill_value_of, has_format
from .store import new_array

if TYPE_CHECKING:
    import numpy.typing as npt

    from ..typing import ArrayLike


def _dtype(dtype: npt.DTypeLike | JSON) -> Any:
    """Convert a data type, such as ``"uint8"`` or ``numpy.uint8``, to its form in a document."""
    if is_list(dtype) or (isinstance(dtype, str) and dtype[:1] in "<>|"):
        return dtype
    import numpy as np  # not needed for types in the form of documents

    given: Any = dtype
    numpy_dtype = np.dtype(given)
    return numpy_dtype.descr if numpy_dtype.fields else numpy_dtype.str


@frozen(kw_only=True, repr=False)
class ArraySpec(BaseArraySpec):
    """
    An array in Zarr format 2: its ``.zarray`` document and its attributes.

    Parameters
    ----------
    shape : sequence of int
        The length of each dimension, in pixels.
    chunks : sequence of int
        The length of a chunk along each dimension, in pixels.
    dtype : str or list
        The type of a pixel, such as ``"<u2"``. ``"uint16"`` and numpy types are converted.
    compressor : mapping, optional
        The configuration of the compressor.
    fill_value : JSON, optional
        The value of pixels in chunks that are not stored.
    order : {"C", "F"}
        The order of the pixels in a chunk.
    filters : sequence of mapping, optional
        The configurations of the filters.
    dimension_separator : {"/", "."}, optional
        The separator of the indices in the key of a chunk. OME-Zarr requires ``"/"``; None
        means ``"."``.
    attributes : mapping, optional
        The attributes of the array.
    zarr_format : {2}
        The Zarr format.
    extra : mapping, optional
        Keys of the document that are not fields; they are written as they were read.

    Raises
    ------
    ValidationError
        If the values are not those of an array in Zarr format 2.

    Examples
    --------
    >>> ArraySpec(shape=(512, 512), chunks=(256, 256), dtype="uint16")
    ArraySpec(shape=(512, 512), chunks=(256, 256), dtype='<u2')
    """

    format = FORMATS[2]
    spec_rules = (
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
        default=0, converter=fill_value_of, hash=False, metadata=key(ARRAY, required=True)
    )
    order: Literal["C", "F"] = field(default="C", metadata=key(ARRAY, required=True))
    filters: tuple[Mapping[str, JSON], ...] | None = field(
        default=None,
        converter=optional_items[Mapping[str, JSON]],
        hash=False,
        metadata=key(ARRAY, required=True),
    )
    dimension_separator: Literal["/", "."] | None = field(
        default="/", metadata=key(None, ARRAY, absent=None)
    )
    attributes: Mapping[str, JSON] = field(
        factory=dict[str, JSON], hash=False, metadata=key(None, ARRAY, required=True)
    )
    zarr_format: Literal[2] = field(default=2, metadata=key(FORMAT, required=True))

    dtype_key = "dtype"

    passes_at_a_glance = rules.at_a_glance

    @property
    def holds_integers(self) -> bool:
        """Whether the type of the pixels is an integer type."""
        return isinstance(self.dtype, str) and self.dtype[1:2] in ("i", "u")

    @classmethod
    def from_array(
        cls,
        array: ArrayLike,
        chunks: Literal["auto"] | tuple[int, ...] = "auto",
        attributes: Literal["auto"] | Mapping[str, JSON] = "auto",
        fill_value: JSON = "auto",
        order: Literal["auto", "C", "F"] = "auto",
        filters: Literal["auto"] | list[Mapping[str, JSON]] | None = "auto",
        dimension_separator: Literal["auto", "/", "."] = "auto",
        compressor: Literal["auto"] | Mapping[str, JSON] | None = "auto",
    ) -> Self:
        """
        Return the specification of a Zarr array for the data of another array.

        Parameters
        ----------
        array : numpy.ndarray, dask.array.Array, zarr.Array or similar
            An array with a ``shape`` and a ``dtype``.
        chunks : "auto" or tuple of int
            The chunk shape; by default that of `array` or, if it has none, zarr's choice.
        attributes : "auto" or mapping
            The attributes; by default those of `array`, if it has any.
        fill_value : "auto" or JSON
            The fill value; by default that of `array`, or 0.
        order : {"auto", "C", "F"}
            The order of the pixels in a chunk; by default that of `array`, or ``"C"``.
        filters : "auto", None or list of mapping
            The filters; by default those of `array`, or none.
        dimension_separator : {"auto", "/", "."}
            The separator in the keys of chunks; by default that of `array`, or ``"/"``.
        compressor : "auto", None or mapping
            The compressor; by default that of `array`, or none.

        Returns
        -------
        ArraySpec
            The specification.

        Examples
        --------
        >>> import numpy as np
        >>> ArraySpec.from_array(np.zeros((64, 64), "uint8"), chunks=(32, 32)).chunks
        (32, 32)
        """
        source: Any = array
        options: dict[str, Any] = {
            "chunks": chunks,
            "attributes": attributes,
            "fill_value": fill_value,
            "order": order,
            "filters": filters,
            "dimension_separator": dimension_separator,
            "compressor": compressor,
        }
        options = {
            name: value
            for name, value in options.items()
            if not (isinstance(value, str) and value == "auto")
        }
        if has_format(array, FORMATS[2]):
            return evolve(cls.from_zarr(source), **options)
        fields: dict[str, Any] = {
            **_fields_of(array),
            **options,
            "shape": tuple(array.shape),
            "dtype": array.dtype,
        }
        if "chunks" not in fields:
            fields["chunks"] = new_array(2, shape=fields["shape"], dtype=array.dtype).chunks
        return cls(**fields)

    @classmethod
    def _merge_documents(cls, documents: Mapping[str, Any]) -> Any:
        zarray = documents[".zarray"]
        attributes = documents.get(".zattrs", {})
        return {**zarray, "attributes": attributes} if is_object(zarray) else zarray

    def to_documents(self) -> dict[str, Any]:
        """
        Return the documents of the array by their names.

        Returns
        -------
        dict of str to JSON
            ``".zarray"`` and, if there are attributes, ``".zattrs"``.
        """
        zarray = to_document(self)
        zattrs = zarray.pop("attributes")
        return {".zarray": zarray, ".zattrs": zattrs} if zattrs else {".zarray": zarray}


def _fields_of(array: Any) -> dict[str, Any]:
    """Return the fields, other than shape and data type, that an array has as attributes."""
    names = ["fill_value", "order"]
    # A zarr array of format 3 has the codecs of its own format.
    if not hasattr(array, "store_path"):
        names += ["compressor", "filters", "dimension_separator"]
    fields = {name: getattr(array, name, None) for name in names}
    chunks = chunks_of(array)
    fields["chunks"] = None if chunks == "auto" else chunks
    fields["attributes"] = attributes_of(array)
    return {name: value for name, value in fields.items() if value is not None}


@frozen(kw_only=True, repr=False)
class GroupSpec(BaseGroupSpec):
    """
    A group in Zarr format 2: its attributes and members.

    Parameters
    ----------
    attributes : mapping
        The attributes of the group.
    members : mapping of str to GroupSpec or ArraySpec, optional
        The nodes in the group by their names; None if they were not read.
    zarr_format : {2}
        The Zarr format.

    Raises
    ------
    TypeError
        If a member is not a GroupSpec or ArraySpec of Zarr format 2.
    ValueError
        If the name of a member cannot be one.

    Examples
    --------
    >>> array = ArraySpec(shape=(8, 8), chunks=(8, 8), dtype="uint8")
    >>> group = GroupSpec(attributes={"made by": "hand"}, members={"0": array})
    >>> list(group.to_flat())
    ['', '/0']
    """

    format = FORMATS[2]

    zarr_format: Literal[2] = 2
