"""
Arrays and groups of Zarr format 2, by their documents.

The values are kept as the documents have them; no codec is made to read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isnan
from typing import Any, Literal, Self

from attrs import evolve, field, frozen
from attrs.converters import optional

from .._json.values import is_list, is_object
from .._models.fields import integers, items, key
from .._models.structure import to_document
from .._rules import zarr_v2 as rules
from .._rules.images import ARRAY
from .._rules.storage import FORMAT
from .._spec.zarr_formats import FORMATS
from ..typing import JSON
from .specs import BaseArraySpec, BaseGroupSpec, attributes_of, chunks_of, is_of
from .store import new_array


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
class ArraySpec(BaseArraySpec):
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
    zarr_format: Literal[2] = field(default=2, metadata=key(FORMAT, required=True))

    dtype_key = "dtype"

    passes_at_a_glance = rules.at_a_glance

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
        if is_of(FORMATS[2], array):
            return evolve(cls.from_zarr(array), **given)
        fields: dict[str, Any] = {
            **_said_by(array),
            **given,
            "shape": tuple(array.shape),
            "dtype": array.dtype,
        }
        if "chunks" not in fields:
            new = {"shape": fields["shape"], "dtype": array.dtype}
            fields["chunks"] = new_array(2, **new).chunks
        return cls(**fields)

    @classmethod
    def _merged(cls, documents: Mapping[str, Any]) -> Any:
        zarray = documents[".zarray"]
        attributes = documents.get(".zattrs", {})
        return {**zarray, "attributes": attributes} if is_object(zarray) else zarray

    def to_documents(self) -> dict[str, Any]:
        """Return the array's documents by their names; ``.zattrs`` only if there are any."""
        zarray = to_document(self)
        zattrs = zarray.pop("attributes")
        return {".zarray": zarray, ".zattrs": zattrs} if zattrs else {".zarray": zarray}


def _said_by(array: Any) -> dict[str, Any]:
    """Return what an array says beyond its shape and data type, if it is none of format 2."""
    names = ["fill_value", "order"]
    # What an array of zarr says of codecs, it says in the words of its own format.
    if not hasattr(array, "store_path"):
        names += ["compressor", "filters", "dimension_separator"]
    said = {name: getattr(array, name, None) for name in names}
    chunks = chunks_of(array)
    said["chunks"] = None if chunks == "auto" else chunks
    said["attributes"] = attributes_of(array)
    return {name: value for name, value in said.items() if value is not None}


@frozen(kw_only=True, repr=False)
class GroupSpec(BaseGroupSpec):
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

    format = FORMATS[2]

    zarr_format: Literal[2] = 2
