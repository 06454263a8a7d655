"""Models to and from JSON: the one module that knows cattrs."""

from __future__ import annotations

import warnings
from functools import cache, partial
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, overload

from cattrs import AttributeValidationNote, BaseValidationError, Converter, IterableValidationNote

from .._json.text import decode, encode, refuse_flaws, repeated_keys, show
from .._json.values import is_object
from .._spec.versions import detect, draft_read
from ..exceptions import BrokenJSONError, Problem, ValidationError, ValidationWarning
from . import structure as _structure
from .explain import Diagnosis
from .generate import Unsure, structurer, tagged_reader, unstructurer
from .model import Model
from .structure import Acyclic
from .types import holds_free_json, is_model, is_tagged_union, tagged, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cattrs import BaseConverter
    from cattrs.dispatch import StructureHook

    from ..exceptions import Loc
    from .generate import Function

__all__ = [
    "dumps",
    "loads",
    "make_converter",
    "register_hooks",
    "structure",
    "unstructure",
]

T = TypeVar("T")


def register_hooks(converter: Converter) -> None:
    """
    Teach a cattrs converter the metadata of OME-Zarr.

    Parameters
    ----------
    converter : cattrs.Converter
        A converter, or one of `cattrs.preconf`. Classes that have metadata for fields are
        then converted like any other.

    Examples
    --------
    >>> import cattrs
    >>> from ome_zarr_models.v04.axes import Axis
    >>> converter = cattrs.Converter()
    >>> register_hooks(converter)
    >>> converter.structure([{"name": "y"}, {"name": "x"}], list[Axis])
    [Axis(name='y'), Axis(name='x')]
    """
    converter.register_structure_hook_factory(is_model, _structure_model)
    converter.register_structure_hook_factory(is_tagged_union, _structure_tagged)
    converter.register_unstructure_hook_factory(is_model, _unstructure_model)


def make_converter() -> Converter:
    """
    Return a new cattrs converter that knows the metadata of OME-Zarr.

    Returns
    -------
    cattrs.Converter
    """
    converter = Converter()
    register_hooks(converter)
    return converter


class _StructureHook:
    """From a document to a model: the fast pass, and the detailed one where it fails."""

    def __init__(self, fast: Function, hint: Any, converter: BaseConverter) -> None:
        self.fast = fast
        self._hint = hint
        self._converter = converter

    def __call__(self, document: Any, _: Any = None) -> Any:
        try:
            return self.fast(document)
        except Exception:  # noqa: BLE001 - whatever is not plainly right is looked at closely
            return self._explain(document)

    def _explain(self, document: Any) -> Any:
        diagnosis = Diagnosis(self._converter.structure, is_plain=self._is_plain)
        read = diagnosis.read(type_of(self._hint)[0], document)
        if diagnosis.errors:
            raise ValidationError(tuple(diagnosis.problems)) from None
        return read

    def _is_plain(self, hint: Any) -> bool:
        return isinstance(self._converter.get_structure_hook(hint), _StructureHook)


# The two hook factories: of models, and of unions of models. They take the converter, so
# that a copy of a converter has hooks of its own.


def _structure_model(model: Any, converter: BaseConverter) -> _StructureHook:
    fast = structurer(model, partial(_structure_functions, converter))
    return _StructureHook(fast, model, converter)


def _structure_tagged(union: Any, converter: BaseConverter) -> _StructureHook:
    fast = tagged_reader(tagged(union), partial(_structure_functions, converter))
    if NoneType not in get_args(union):
        return _StructureHook(fast, union, converter)
    return _StructureHook(lambda value: None if value is None else fast(value), union, converter)


def _unstructure_model(model: Any, converter: BaseConverter) -> Function:
    return unstructurer(model, partial(_unstructure_functions, converter))


def _structure_function(converter: BaseConverter, hint: Any) -> Function:
    hook = converter.get_structure_hook(hint)
    return hook.fast if isinstance(hook, _StructureHook) else partial(_call, hook, hint)


def _call(hook: StructureHook, hint: Any, value: Any) -> Any:
    return hook(value, hint)


def _unstructure_function(converter: BaseConverter, hint: Any) -> Function:
    return converter.get_unstructure_hook(hint)


_structure_functions = Acyclic(_structure_function)
_unstructure_functions = Acyclic(_unstructure_function)


def _problems(error: BaseException, loc: Loc = ()) -> Iterator[Problem]:
    """Yield what a converter says is wrong, each at the place that it notes."""
    if isinstance(error, ValidationError):
        yield from (problem.below("", "", *loc) for problem in error.problems)
    elif isinstance(error, BaseValidationError):
        for each in error.exceptions:
            yield from _problems(each, (*loc, *_noted(each)))
    else:
        yield Problem("type", "error", "", loc, str(error) or type(error).__name__)


def _noted(error: BaseException) -> Iterator[str | int]:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            yield note.name
        elif isinstance(note, IterableValidationNote):
            yield note.index


_converter = cache(make_converter)


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
        version, kind = detect(document)
        document, draft = version.released(document)
        if draft is not None:
            warnings.warn(str(draft_read(version, draft)), ValidationWarning, stacklevel=2)
        cls = kind.attributes_class()
    if is_model(cls):
        return _structure.structure(document, cls)
    if hasattr(cls, "to_flat"):
        msg = f"expected a class of metadata, got {cls!r}, which is one of groups"
        raise TypeError(msg)
    try:
        return _converter().structure(document, cls)
    except BaseValidationError as error:
        raise ValidationError(tuple(_problems(error))) from error


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
        return _structure.unstructure(model)
    if hasattr(model, "to_flat"):
        msg = f"expected metadata, such as the `attributes` of this group, got {model!r}"
        raise TypeError(msg)
    return _converter().unstructure(model)


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
            document = _structure.for_text(model)
        except Unsure:
            document = _structure.unstructure(model)
            refuse_flaws(document)
        return encode(document, is_sure=not holds_free_json(type(model)))
    return encode(unstructure(model))
