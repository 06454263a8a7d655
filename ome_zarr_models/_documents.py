"""Models to and from JSON documents and JSON text, without cattrs."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ._json.text import decode, encode, refuse_flaws, repeated_keys, show
from ._json.values import is_object
from ._models.generate import Unsure
from ._models.model import Model
from ._models.structure import to_document, to_model, to_text_document
from ._models.types import holds_free_json, is_model
from ._spec.detect import detect, draft_read
from .exceptions import BrokenJSONError, Problem, ValidationError, ValidationWarning

if TYPE_CHECKING:
    from collections.abc import Mapping


T = TypeVar("T")


@overload
def structure(document: object, cls: type[T]) -> T: ...


@overload
def structure(document: Mapping[str, Any], cls: None = None) -> Any: ...


def structure(document: Any, cls: Any = None) -> Any:
    """
    Return the model of a JSON document.

    Parameters
    ----------
    document : mapping
        A JSON object, as Python has it.
    cls : type, optional
        The class of the model, whose own document it then is. If it is not given, the
        document is the attributes of a group as they are stored (in 0.4 the content of
        ``.zattrs``), and the class is looked up.

    Returns
    -------
    model
        An instance of `cls`.

    Raises
    ------
    ValidationError
        If the specification does not allow the document; it names every problem.

    Warns
    -----
    ValidationWarning
        If the version is a draft's that became one: it is read as that.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> structure({"name": "x", "type": "space", "shown": True}, Axis)
    Axis(name='x', type='space', extra={'shown': True})
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
        return to_model(document, cls)
    if hasattr(cls, "to_flat"):
        msg = f"expected a class of metadata, got {cls!r}, which is one of groups"
        raise TypeError(msg)
    from ._models.hooks import structure_foreign  # cattrs is needed for other classes alone

    return structure_foreign(document, cls)


def unstructure(model: object) -> Any:
    """
    Return the JSON document of a model.

    Parameters
    ----------
    model
        Any metadata object of this package.

    Returns
    -------
    dict
        The document, as Python has it. Free JSON in it is the model's own, and no copy.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> unstructure(Axis(name="x", type="space"))
    {'name': 'x', 'type': 'space'}
    """
    if isinstance(model, Model):
        return to_document(model)
    if hasattr(model, "to_flat"):
        msg = f"expected metadata, such as the `attributes` of this group, got {model!r}"
        raise TypeError(msg)
    from ._models.hooks import unstructure_foreign  # cattrs is needed for other classes alone

    return unstructure_foreign(model)


@overload
def loads(text: bytes | str, cls: type[T]) -> T: ...


@overload
def loads(text: bytes | str, cls: None = None) -> Any: ...


def loads(text: bytes | str, cls: Any = None) -> Any:
    """
    Return the model of a JSON text.

    Parameters
    ----------
    text : bytes or str
        The text, in UTF-8.
    cls : type, optional
        As for `structure`.

    Raises
    ------
    BrokenJSONError
        If the text is no JSON.
    ValidationError
        If the specification does not allow the document; it names every problem.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> loads(b'{"name": "x"}', Axis)
    Axis(name='x')
    """
    try:
        document, is_exact = decode(text)
    except ValueError as error:
        problem = Problem("json", "error", "", (), f"not JSON: {error}")
        raise BrokenJSONError((problem,)) from error
    repeated = repeated_keys(text, document)
    if repeated:
        raise ValidationError(repeated)
    model = structure(document, cls)
    if not is_exact:
        refuse_flaws(document)
    return model


def dumps(model: object) -> bytes:
    """
    Return the JSON text of a model, in UTF-8.

    Parameters
    ----------
    model
        Any metadata object of this package.

    Raises
    ------
    ValidationError
        If there is something in free JSON that JSON does not have, such as NaN; it names each.

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
