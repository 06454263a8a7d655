"""Models to and from JSON: the one module that knows cattrs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, overload

from cattrs import Converter

from . import _structure
from ._compile import structurer, tagged_reader, unstructurer
from ._diagnose import Diagnosis
from ._json import decode, encode
from ._model import Model
from ._shape import is_model, is_tagged_union, tagged, type_of
from ._spec import detect
from .exceptions import BrokenJSONError, Problem, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cattrs.dispatch import StructureHook

    from ._compile import Function

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
    _Hooks(converter).register()


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


class _Hooks:
    """The two hook factories of a converter: of models, and of unions of models."""

    def __init__(self, converter: Converter) -> None:
        self._converter = converter
        self._fast: dict[StructureHook, Function] = {}
        self._written: set[Function] = set()

    def register(self) -> None:
        converter = self._converter
        converter.register_structure_hook_factory(is_model, self._structure_model)
        converter.register_structure_hook_factory(is_tagged_union, self._structure_tagged)
        converter.register_unstructure_hook_factory(is_model, self._unstructure_model)

    def _structure_model(self, model: Any) -> StructureHook:
        return self._hook(structurer(model, self._function), model)

    def _structure_tagged(self, union: Any) -> StructureHook:
        return self._hook(tagged_reader(tagged(union), self._function), union)

    def _unstructure_model(self, model: Any) -> Function:
        written = unstructurer(model, self._converter.get_unstructure_hook, self._writes)
        self._written.add(written)
        return written

    def _hook(self, fast: Function, hint: Any) -> StructureHook:
        def hook(document: Any, _: Any = None) -> Any:
            try:
                return fast(document)
            except Exception:  # noqa: BLE001 - whatever is not plainly right is looked at closely
                return self._explain(document, hint)

        self._fast[hook] = fast
        return hook

    def _function(self, hint: Any) -> Function:
        """Return the function for a type that another one needs."""
        hook = self._converter.get_structure_hook(hint)
        return self._fast.get(hook) or (lambda value: hook(value, hint))

    def _writes(self, model: Any) -> bool:
        return self._converter.get_unstructure_hook(model) in self._written

    def _is_ours(self, hint: Any) -> bool:
        return self._converter.get_structure_hook(hint) in self._fast

    def _explain(self, document: Any, hint: Any) -> Any:
        diagnosis = Diagnosis(self._converter.structure, is_ours=self._is_ours)
        read = diagnosis.read(type_of(hint)[0], document)
        if diagnosis.errors:
            raise ValidationError(tuple(diagnosis.problems)) from None
        return read


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

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> structure({"name": "x", "type": "space", "shown": True}, Axis)
    Axis(name='x', type='space', extra={'shown': True})
    """
    if cls is None:
        _, kind = detect(document)
        cls = kind.attributes_class()
    if is_model(cls):
        return _structure.structure(document, cls)
    return _converter().structure(document, cls)


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
        document = decode(text)
    except ValueError as error:
        problem = Problem("json", "error", "", (), f"expected JSON, got {error}")
        raise BrokenJSONError((problem,)) from error
    return structure(document, cls)


def dumps(model: object) -> bytes:
    """
    Return the JSON text of a model, in UTF-8.

    Parameters
    ----------
    model
        Any metadata object of this package.

    Raises
    ------
    ValueError
        If there is a number in free JSON that JSON does not have: NaN or an infinity.

    Examples
    --------
    >>> from ome_zarr_models.v04.axes import Axis
    >>> dumps(Axis(name="x"))
    b'{"name":"x"}'
    """
    if isinstance(model, Model):
        return encode(_structure.for_text(model))
    return encode(unstructure(model))
