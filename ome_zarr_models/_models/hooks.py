"""Hooks for cattrs; no other module imports it."""

from __future__ import annotations

from functools import cache, partial
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

from cattrs import AttributeValidationNote, BaseValidationError, Converter, IterableValidationNote

from .._json.text import show
from .._json.values import is_object
from ..exceptions import Problem, ValidationError
from .explain import Explainer, within
from .generate import structurer, tagged_reader, unstructurer
from .rule import listed
from .structure import Acyclic
from .types import is_model, is_tagged_union, tagged, type_of
from .unions import has_nodes, is_told_apart, is_union, keys_in_common, members_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cattrs import BaseConverter
    from cattrs.dispatch import StructureHook

    from ..typing import Loc
    from .generate import Function
    from .unions import HasNodes


def register_hooks(converter: Converter) -> None:
    """
    Register hooks for OME-Zarr metadata with a cattrs converter.

    The converter then structures and unstructures metadata classes and groups, also as fields
    of other classes, in containers and in unions. If a document breaks rules of the
    specification, `ValidationError` is raised for it, which cattrs may wrap in its own
    exceptions with the location.

    Parameters
    ----------
    converter : cattrs.Converter
        The converter, which may be one of `cattrs.preconf`.

    See Also
    --------
    make_converter : Return a new converter with the hooks.

    Notes
    -----
    The document of a group, such as ``v05.Image``, is an object with all nodes of the hierarchy
    by their paths, as `to_flat` has them: ``""`` is the group itself, ``"/0"`` an array in it.
    Each node is an object with its documents by their names, as they are stored: ``"zarr.json"``
    in Zarr format 3; in format 2 ``".zgroup"`` or ``".zarray"``, and ``".zattrs"``. A group
    whose members were not read has the key ``"members"``, which is null. Nothing is read from
    or written to a store, and there are no pixels. Groups are validated as their constructors
    do; a member is of a class of its kind if the metadata names it, and else a ``GroupSpec``.

    An instance of the class is not structured, but returned as it is.

    In a union, the class is told by the document: groups and their metadata by the version and
    kind; other metadata by which class it is valid for and, if there are several, by the number
    of keys that the class has, or else the order in the union. `typing.AnyGroup` is any group.

    Examples
    --------
    >>> import cattrs
    >>> from ome_zarr_models.v04.axes import Axis
    >>> converter = cattrs.Converter()
    >>> register_hooks(converter)
    >>> converter.structure([{"name": "y"}, {"name": "x"}], list[Axis])
    [Axis(name='y'), Axis(name='x')]

    Groups are objects of their nodes:

    >>> from ome_zarr_models import v04, v05
    >>> group = v05.Labels.new({})
    >>> document = converter.unstructure({"labels": group})
    >>> document["labels"][""]["zarr.json"]["attributes"]
    {'ome': {'labels': [], 'version': '0.5'}}
    >>> converter.structure(document, dict[str, v04.Labels | v05.Labels]) == {"labels": group}
    True
    """
    converter.register_structure_hook_factory(is_union, _UnionHook)
    converter.register_structure_hook_factory(is_model, _structure_model)
    converter.register_structure_hook_factory(is_tagged_union, _structure_tagged)
    converter.register_structure_hook_factory(has_nodes, _structure_group)
    converter.register_unstructure_hook_factory(is_model, _unstructure_model)
    converter.register_unstructure_hook_factory(has_nodes, _unstructure_group)


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

    The version and kind of metadata tell which class of a union it is:

    >>> from ome_zarr_models import v04, v05
    >>> from ome_zarr_models.v04.labels import LabelsAttrs as OldLabels
    >>> from ome_zarr_models.v05.labels import LabelsAttrs
    >>> from ome_zarr_models.v05.well import WellAttrs
    >>> document = {"version": "0.5", "labels": ["nuclei"]}
    >>> converter.structure(document, OldLabels | LabelsAttrs | WellAttrs)
    LabelsAttrs(labels=('nuclei',))
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


class _UnionHook:
    """Structure a document as one of several classes, which the document tells."""

    def __init__(self, union: Any, converter: BaseConverter) -> None:
        self._members = members_of(union)
        self._is_nullable = NoneType in get_args(union)
        self._converter = converter

    def __call__(self, document: Any, _: Any = None) -> Any:
        is_null = document is None and self._is_nullable
        if is_null or isinstance(document, self._members):
            return document
        choices: Sequence[Any] = self._members
        if all(map(is_told_apart, self._members)):
            choices = self._members[0].choices(document, self._members)
        if len(choices) == 1:
            return self._read(document, choices[0])
        if is_object(document):
            choices = sorted(choices, key=lambda cls: -keys_in_common(cls, document))
        errors: list[Exception] = []
        for cls in choices:
            try:
                return self._read(document, cls)
            except Exception as error:  # noqa: BLE001 - a user's hook may raise anything
                errors.append(error)
        raise self._error(document, choices[0], errors[0]) from errors[0]

    def _read(self, document: Any, cls: type) -> Any:
        return self._converter.get_structure_hook(cls)(document, cls)

    def _error(self, document: Any, likeliest: type, error: Exception) -> ValidationError:
        """Return the error of a document that is of no class, with what the likeliest lacks."""
        message = f"expected one of {listed(map(name_of, self._members))}, got {show(document)}"
        problems: tuple[Problem, ...] = ()
        if is_object(document) and keys_in_common(likeliest, document):
            message += f": likeliest {name_of(likeliest)}"
            problems = error.problems if isinstance(error, ValidationError) else ()
        return ValidationError((Problem("type", "error", "", (), message), *problems))


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


def _structure_group(cls: type[HasNodes], _: BaseConverter) -> StructureHook:
    return lambda nodes, _: nodes if isinstance(nodes, cls) else cls.from_nodes(nodes)


def _unstructure_group(_: type[HasNodes], __: BaseConverter) -> Function:
    return lambda group: group.to_nodes()


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
        yield from (within(problem, loc) for problem in error.problems)
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
