"""Convert models to and from JSON documents and JSON text, without cattrs."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._json.text import encode, refuse_flaws, show
from ._json.values import at, is_object
from ._models.generate import Unsure
from ._models.model import Model
from ._models.structure import from_text, to_document, to_model, to_text_document
from ._models.types import holds_free_json, is_model
from ._rules.versions import OBJECT
from ._spec.detect import detect, draft_read
from ._spec.versions import VERSIONS
from .exceptions import Problem, ValidationError, ValidationWarning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import UnionType

    from .typing import AnyAttributes


T = TypeVar("T")


@overload
def structure(document: object, cls: type[T]) -> T: ...


@overload
def structure(document: object, cls: UnionType) -> Any: ...


@overload
def structure(document: Mapping[str, Any], cls: None = None) -> AnyAttributes: ...


def structure(document: Any, cls: Any = None) -> Any:
    """
    Convert a JSON document to a model.

    Parameters
    ----------
    document : mapping
        The JSON document, as `json.loads` returns it. With `cls`, it is the document of that
        class: for ``v05.image.ImageAttrs``, the content of ``ome``. Without, it is the
        attributes of a group as stored: the content of ``.zattrs`` in 0.4, and of
        ``attributes`` in ``zarr.json`` since 0.5.
    cls : type, optional
        The class of the model. If not given, the version and kind are detected. A class or
        type that cattrs can structure, such as ``list[Axis]``, works as well.

    Returns
    -------
    model
        An instance of `cls`, or of the metadata class of the detected version and kind.

    Raises
    ------
    ValidationError
        If the document breaks rules of the specification; it carries every problem.
    TypeError
        If `cls` is a group class.

    Warns
    -----
    ValidationWarning
        If the document names a draft of a version and is read as that version.

    See Also
    --------
    loads : Convert JSON text.
    unstructure : The inverse.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> structure({"name": "x", "type": "space", "shown": True}, Axis)
    Axis(name='x', type='space', extra={'shown': True})

    Without a class, the version and kind are detected:

    >>> structure({"labels": ["nuclei", "cells"]})
    LabelsAttrs(labels=('nuclei', 'cells'))
    """
    if cls is None:
        if not is_object(document):
            hint = ": did you mean `loads`?" if isinstance(document, str | bytes) else ""
            message = f"expected an object, got {show(document)}{hint}"
            raise ValidationError((Problem("type", "error", "", (), message),))
        version, kind = detect(document).found()
        document, draft = version.released(document)
        if draft is not None:
            warnings.warn(str(draft_read(version, draft)), ValidationWarning, stacklevel=2)
        cls = kind.attributes_class()
    if is_model(cls):
        try:
            return to_model(document, cls)
        except ValidationError as error:
            stored = _as_stored(document, cls)
            raise (ValidationError((stored,)) if stored else error) from None
    if hasattr(cls, "to_flat"):
        msg = (
            f"expected a metadata class, got the group class {cls!r}: use that of its `attributes`"
        )
        raise TypeError(msg)
    from ._models.hooks import structure_foreign  # only other classes need cattrs

    return structure_foreign(document, cls)


def _as_stored(document: Any, cls: Any) -> Problem | None:
    """Return the problem of attributes as stored that are read as the metadata in them."""
    version = VERSIONS.get(getattr(cls, "ome_zarr_version", ""))
    if version is None or not version.place or not is_object(at(document, *version.place)):
        return None
    stored = version.kind(cls.kind).attributes_class()
    message = f"expected the metadata, got the attributes that hold it: use {stored.__name__}"
    return Problem(OBJECT.slug, "error", "", version.place, message)


@overload
def unstructure(model: Model) -> dict[str, Any]: ...


@overload
def unstructure(model: object) -> Any: ...


def unstructure(model: object) -> Any:
    """
    Convert a model to a JSON document.

    Parameters
    ----------
    model
        A metadata object of this package, or any object that cattrs can unstructure.

    Returns
    -------
    dict
        The JSON document, ready for `json.dumps`. It shares nothing with the model.

    Raises
    ------
    TypeError
        If `model` is a group: its metadata is in `attributes`.

    See Also
    --------
    dumps : Convert to JSON text.
    structure : The inverse.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> unstructure(Axis(name="x", type="space"))
    {'name': 'x', 'type': 'space'}
    """
    if isinstance(model, Model):
        return to_document(model)
    if hasattr(model, "to_flat"):
        msg = f"expected metadata, got a group, {type(model).__name__}: use its `attributes`"
        raise TypeError(msg)
    from ._models.hooks import unstructure_foreign  # only other classes need cattrs

    return unstructure_foreign(model)


@overload
def loads(text: bytes | str, cls: type[T]) -> T: ...


@overload
def loads(text: bytes | str, cls: UnionType) -> Any: ...


@overload
def loads(text: bytes | str, cls: None = None) -> AnyAttributes: ...


def loads(text: bytes | str, cls: Any = None) -> Any:
    """
    Convert JSON text to a model.

    Parameters
    ----------
    text : bytes or str
        The JSON text; bytes are UTF-8.
    cls : type, optional
        The class of the model, as for `structure`. If not given, the text is the attributes
        of a group as stored, and the version and kind are detected.

    Returns
    -------
    model
        An instance of `cls`, or of the metadata class of the detected version and kind.

    Raises
    ------
    BrokenJSONError
        If the text is not valid JSON.
    ValidationError
        If the document breaks rules of the specification, repeats a key in an object, or
        has a value that JSON does not allow, such as ``NaN``; it carries the problems.
    TypeError
        If `cls` is a group class.

    Warns
    -----
    ValidationWarning
        If the document names a draft of a version and is read as that version.

    See Also
    --------
    structure : Convert a JSON document that is already parsed.
    dumps : The inverse.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> loads(b'{"name": "x"}', Axis)
    Axis(name='x')
    """
    return from_text(text, lambda document: structure(document, cls))


def dumps(model: object) -> bytes:
    """
    Convert a model to JSON text.

    Parameters
    ----------
    model
        A metadata object of this package, or any object that cattrs can unstructure.

    Returns
    -------
    bytes
        The JSON text, in UTF-8, without line breaks.

    Raises
    ------
    ValidationError
        If free JSON has values that JSON does not allow, such as NaN; it carries every
        problem.
    TypeError
        If `model` is a group: its metadata is in `attributes`.

    See Also
    --------
    unstructure : Convert to a JSON document.
    loads : The inverse.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> dumps(Axis(name="x"))
    b'{"name":"x"}'
    """
    if isinstance(model, Model):
        try:
            document = to_text_document(model)
        except Unsure:
            document = to_document(model)
            refuse_flaws(document)
        return encode(document, is_sure=not holds_free_json(type(model)))
    return encode(unstructure(model))
