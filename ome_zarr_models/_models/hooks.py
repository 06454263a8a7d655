"""Models to and from JSON: the one module that knows cattrs."""

from __future__ import annotations

from functools import cache, partial
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

from cattrs import AttributeValidationNote, BaseValidationError, Converter, IterableValidationNote

from ..exceptions import Problem, ValidationError
from .explain import Explainer
from .generate import structurer, tagged_reader, unstructurer
from .structure import Acyclic
from .types import is_model, is_tagged_union, tagged, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cattrs import BaseConverter
    from cattrs.dispatch import StructureHook

    from ..typing import Loc
    from .generate import Function


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
        except Exception:  # noqa: BLE001 - whatever is not plainly right is explained
            return self._explain(document)

    def _explain(self, document: Any) -> Any:
        diagnosis = Explainer(self._converter.structure, is_plain=self._is_plain)
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


_converter = cache(make_converter)


def structure_foreign(document: Any, cls: Any) -> Any:
    """Return the instance of a class that only cattrs can make, or raise for all that is wrong."""
    try:
        return _converter().structure(document, cls)
    except BaseValidationError as error:
        raise ValidationError(tuple(_problems(error))) from error


def unstructure_foreign(value: object) -> Any:
    """Return the document of an instance of any class that cattrs knows."""
    return _converter().unstructure(value)


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
