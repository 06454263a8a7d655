"""Models from documents, and back: the fast pass, and the detailed one where it fails."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..exceptions import ValidationError
from .types import ModelBase, is_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from .generate import Function


M = TypeVar("M", bound="ModelBase")


def attempt(document: object, model: type[M]) -> M | None:
    """Return the model of a document, or None if that is not plainly right."""
    known: Any = model
    fast = _structurer(known)
    try:
        read: M = fast(document)
    except Exception:  # noqa: BLE001 - whatever is not plainly right is explained
        return None
    return read


def to_model(document: object, model: type[M]) -> M:
    """Return the model of a document, or raise for all that is wrong with it."""
    read = attempt(document, model)
    if read is None:
        from .explain import Explainer  # only when something may be wrong

        diagnosis = Explainer()
        read = diagnosis.read_model(model, document)
        if diagnosis.errors:
            raise ValidationError(tuple(diagnosis.problems))
    return read


def to_document(model: ModelBase) -> dict[str, Any]:
    """Return the document of a model."""
    known: Any = type(model)
    document: dict[str, Any] = _unstructurer(known)(model)
    return document


def to_text_document(model: ModelBase) -> dict[str, Any]:
    """Return the document of a model to make a text of, with tuples where JSON has lists."""
    known: Any = type(model)
    document: dict[str, Any] = _text_unstructurer(known)(model)
    return document


class Acyclic:
    """Gives the functions for types, also of a type that its own function needs."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._begun: set[tuple[Any, ...]] = set()

    def __call__(self, *what: Any) -> Any:
        """Return the function that is made of some arguments, or one that asks for it later."""
        if what in self._begun:

            def later(*given: Any) -> Any:
                return self._make(*what)(*given)

            return later
        self._begun.add(what)
        try:
            return self._make(*what)
        finally:
            self._begun.discard(what)


# The functions are written when they are first called: not every import calls them.


@cache
def _structurer(model: Any) -> Function:
    from .generate import structurer

    return structurer(_known(model), _structurers)


@cache
def _unstructurer(model: Any) -> Function:
    from .generate import unstructurer

    return unstructurer(_known(model), _unstructurers)


@cache
def _text_unstructurer(model: Any) -> Function:
    from .generate import unstructurer

    return unstructurer(_known(model), _text_unstructurers, for_text=True)


_structurers = Acyclic(_structurer)
_unstructurers = Acyclic(_unstructurer)
_text_unstructurers = Acyclic(_text_unstructurer)


def _known(hint: Any) -> type[ModelBase]:
    """Return a model; refuse a type of the user's, which needs a converter of the user's."""
    if is_model(hint):
        return cast("type[ModelBase]", hint)
    msg = f"{hint!r} needs a cattrs converter that knows it: see `register_hooks`"
    raise TypeError(msg)
