"""Hooks for cattrs; no other module imports it."""

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
    Register hooks for OME-Zarr metadata with a cattrs converter.

    The converter then structures and unstructures metadata classes, also as fields of other
    classes, in containers and in unions of transformations. If a document breaks rules of
    the specification, `ValidationError` is raised for it, which cattrs may wrap in its own
    exceptions with the location.

    Parameters
    ----------
    converter : cattrs.Converter
        The converter, which may be one of `cattrs.preconf`.

    See Also
    --------
    make_converter : Return a new converter with the hooks.

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
    Return a new cattrs converter for OME-Zarr metadata.

    Returns
    -------
    cattrs.Converter
        A converter with the hooks of `register_hooks`. More hooks can be registered with it.

    See Also
    --------
    register_hooks : Register the hooks with an existing converter.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> converter = make_converter()
    >>> axes = converter.structure({"rows": {"name": "y", "type": "space"}}, dict[str, Axis])
    >>> axes
    {'rows': Axis(name='y', type='space')}
    >>> converter.unstructure(axes)
    {'rows': {'name': 'y', 'type': 'space'}}
    """
    converter = Converter()
    register_hooks(converter)
    return converter


class _StructureHook:
    """Structure a document as a model: the generated function, then the detailed pass."""

    def __init__(self, fast: Function, hint: Any, converter: BaseConverter) -> None:
        self.fast = fast
        self._hint = hint
        self._converter = converter

    def __call__(self, document: Any, _: Any = None) -> Any:
        try:
            return self.fast(document)
        except Exception:  # noqa: BLE001 - the detailed pass decides
            return self._explain(document)

    def _explain(self, document: Any) -> Any:
        explainer = Explainer(self._converter.structure, is_plain=self._is_plain)
        read = explainer.read(type_of(self._hint)[0], document)
        if explainer.errors:
            raise ValidationError(tuple(explainer.problems)) from None
        return read

    def _is_plain(self, hint: Any) -> bool:
        return isinstance(self._converter.get_structure_hook(hint), _StructureHook)


# The hook factories, for models and for unions of models. They take the converter, so that
# each copy of a converter has its own hooks.


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
    return hook.fast if isinstance(hook, _StructureHook) else partial(_call_hook, hook, hint)


def _call_hook(hook: StructureHook, hint: Any, value: Any) -> Any:
    return hook(value, hint)


def _unstructure_function(converter: BaseConverter, hint: Any) -> Function:
    return converter.get_unstructure_hook(hint)


_structure_functions = Acyclic(_structure_function)
_unstructure_functions = Acyclic(_unstructure_function)


_converter = cache(make_converter)


def structure_foreign(document: Any, cls: Any) -> Any:
    """
    Structure a document as a class that only cattrs can handle.

    Raises
    ------
    ValidationError
        With a problem for each exception that the converter reports.
    """
    try:
        return _converter().structure(document, cls)
    except BaseValidationError as error:
        raise ValidationError(tuple(_problems(error))) from error


def unstructure_foreign(value: object) -> Any:
    """Unstructure an object that only cattrs can handle."""
    return _converter().unstructure(value)


def _problems(error: BaseException, loc: Loc = ()) -> Iterator[Problem]:
    """Yield a problem for each exception of a converter, at the location in its notes."""
    if isinstance(error, ValidationError):
        yield from (problem.below("", "", *loc) for problem in error.problems)
    elif isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _problems(inner, (*loc, *_noted_steps(inner)))
    else:
        yield Problem("type", "error", "", loc, str(error) or type(error).__name__)


def _noted_steps(error: BaseException) -> Iterator[str | int]:
    """Yield the attributes and indices that cattrs noted on an exception."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            yield note.name
        elif isinstance(note, IterableValidationNote):
            yield note.index
