"""Convert documents to models and back: generated functions, then the detailed pass."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..exceptions import BrokenJSONError, Problem, ValidationError
from .types import ModelBase, is_model

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from .generate import Function


T = TypeVar("T")
M = TypeVar("M", bound="ModelBase")


def attempt(document: object, model: type[M]) -> M | None:
    """Return the model of a document; None if the fast function cannot tell that it is valid."""
    known: Any = model
    fast = _structurer(known)
    try:
        read: M = fast(document)
    except Exception:  # noqa: BLE001 - the detailed pass decides
        return None
    return read


def to_model(document: object, model: type[M], tolerated: Collection[str] = ()) -> M:
    """
    Convert a document to a model; rules with the ids `tolerated` may be broken.

    Raises
    ------
    ValidationError
        If the document breaks rules of the specification; it carries every problem.
    """
    read = attempt(document, model)
    if read is None:
        from .explain import Explainer  # only needed for documents that may be wrong

        explainer = Explainer(quick=attempt, tolerated=tolerated)
        read = explainer.read_model(model, document)
        if explainer.errors:
            problems = (problem for problem in explainer.problems if problem.level == "error")
            raise ValidationError(tuple(problems))
    return read


def from_text(text: bytes | str, read: Callable[[Any], T]) -> T:
    """
    Read JSON text with a function that takes its document.

    Raises
    ------
    BrokenJSONError
        If the text is not valid JSON.
    ValidationError
        If an object repeats a key, or a value is not JSON, such as ``NaN``.
    """
    from .._json.text import decode, refuse_flaws, repeated_keys  # msgspec

    try:
        document, is_exact = decode(text)
    except ValueError as error:
        problem = Problem("json", "error", "", (), f"not JSON: {error}")
        raise BrokenJSONError((problem,)) from error
    problems = repeated_keys(text, document)
    if problems:
        raise ValidationError(problems)
    model = read(document)
    if not is_exact:
        refuse_flaws(document)
    return model


def to_document(model: ModelBase) -> dict[str, Any]:
    """Convert a model to a document."""
    known: Any = type(model)
    document: dict[str, Any] = _unstructurer(known)(model)
    return document


def to_text_document(model: ModelBase) -> dict[str, Any]:
    """Convert a model to a document for encoding as text, with tuples instead of lists."""
    known: Any = type(model)
    document: dict[str, Any] = _text_unstructurer(known)(model)
    return document


class Acyclic:
    """
    Generate functions that call each other, also those that call themselves.

    While the function for a type is being generated, a request for it returns a function
    that looks it up when called.

    Parameters
    ----------
    make : callable
        Generates the function for its arguments, and caches it.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._in_progress: set[tuple[Any, ...]] = set()

    def __call__(self, *key: Any) -> Any:
        """Return the function for some arguments, or one that looks it up when called."""
        if key in self._in_progress:

            def deferred(*arguments: Any) -> Any:
                return self._make(*key)(*arguments)

            return deferred
        self._in_progress.add(key)
        try:
            return self._make(*key)
        finally:
            self._in_progress.discard(key)


# The functions are generated on first use, so that an import stays cheap.


@cache
def _structurer(model: Any) -> Function:
    from .generate import structurer

    return structurer(_as_model(model), _structurers)


@cache
def _unstructurer(model: Any) -> Function:
    from .generate import unstructurer

    return unstructurer(_as_model(model), _unstructurers)


@cache
def _text_unstructurer(model: Any) -> Function:
    from .generate import unstructurer

    return unstructurer(_as_model(model), _text_unstructurers, for_text=True)


_structurers = Acyclic(_structurer)
_unstructurers = Acyclic(_unstructurer)
_text_unstructurers = Acyclic(_text_unstructurer)


def _as_model(hint: Any) -> type[ModelBase]:
    """Return a model class; raise for other types, which only a cattrs converter can handle."""
    if is_model(hint):
        return cast("type[ModelBase]", hint)
    msg = f"expected a metadata class, got {hint!r}: use a cattrs converter with `register_hooks`"
    raise TypeError(msg)
