"""Problems of OME-Zarr metadata, and the exceptions and warnings that report them."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Final, Self

from attrs import field, frozen

if TYPE_CHECKING:
    from .typing import Loc, Severity

MAX_MESSAGE: Final = 4000
"""The length of the longest message of a problem; a longer one is cut."""
_MAX_STEP: Final = 80
"""The length of the longest key in the readable form of a location; a longer one is cut."""

__all__ = [
    "BrokenJSONError",
    "ConflictError",
    "MissingNodeError",
    "NotOMEZarrError",
    "Problem",
    "UnreadableNodeError",
    "ValidationError",
    "ValidationWarning",
]


def _cut(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 3]}..."


@frozen
class Problem:
    """
    A broken rule of the specification, and the place where it is broken.

    Parameters
    ----------
    rule : str
        The id of the rule, such as ``"ms.axes-count"``; ``"missing"``, ``"unreadable"``,
        ``"too-large"`` or ``"json"`` if a node could not be read at all.
    level : {"error", "warning"}
        The severity: ``"error"`` if the specification requires the rule, ``"warning"``
        if it recommends it, or if the problem was repaired or tolerated.
    node : str
        The path of the Zarr node in its hierarchy; empty for the root.
    loc : tuple of str and int
        The keys and indices that lead to the value in the node's JSON document.
    message : str
        What was expected, and what was found; at most 4,000 characters.
    document : str
        The name of the JSON document, such as ``".zattrs"``; empty if the document was
        not read from a store.
    url : str
        The link to the section of the specification that states the rule. Only reports
        set it; it is empty for rules that are not from the specification.

    See Also
    --------
    ValidationError : The exception that carries problems.

    Examples
    --------
    >>> loc = ("multiscales", 0, "axes", 2, "name")
    >>> message = "required, but missing"
    >>> print(Problem("axes.name", "error", "A/1/0", loc, message, ".zattrs"))
    A/1/0 .zattrs multiscales[0].axes[2].name: required, but missing [axes.name]
    """

    rule: str
    level: Severity
    node: str
    loc: Loc
    message: str = field(converter=_cut)
    document: str = ""
    url: str = field(default="", eq=False, repr=False)

    @property
    def place(self) -> str:
        """The location in the document in readable form, such as ``multiscales[0].axes``."""
        return show_place(self.loc)

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.node, self.document, self.place)))
        return f"{place}{': ' if place else ''}{self.message} [{self.rule}]"

    def below(self, node: str, document: str, *loc: str | int) -> Problem:
        """
        Return this problem as seen from an outer document.

        Parameters
        ----------
        node : str
            The path of the node.
        document : str
            The name of the JSON document.
        *loc : str or int
            The keys and indices that lead to the inner document; they are prepended.

        Returns
        -------
        Problem

        Examples
        --------
        >>> problem = Problem("axes.name", "error", "", ("name",), "required, but missing")
        >>> print(problem.below("A/1/0", ".zattrs", "axes", 2))
        A/1/0 .zattrs axes[2].name: required, but missing [axes.name]
        """
        # `attrs.evolve` takes four times as long, and every problem passes through here.
        return Problem(self.rule, self.level, node, (*loc, *self.loc), self.message, document)


def show_place(loc: Loc) -> str:
    """Return a location in a document in readable form, such as ``multiscales[0].axes``."""
    shown: list[str] = []
    for step in loc:
        name = step
        if isinstance(name, str) and len(name) > _MAX_STEP:
            name = f"{name[: _MAX_STEP - 3]}..."
        if isinstance(name, int) or not name or "." in name or "/" in name:
            shown.append(f"[{name!r}]")
        else:
            shown.append(f".{name}" if shown else name)
    return "".join(shown).encode(errors="backslashreplace").decode()  # lone surrogates


_BREAKS: Final = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"


def one_line(text: str) -> str:
    """Escape line breaks, control characters and lone surrogates, so that a text is one line."""
    return re.sub(_BREAKS, lambda match: repr(match[0])[1:-1], text)


@frozen(slots=False)
class ValidationError(ValueError):
    """
    Metadata breaks rules of the specification; the exception carries every problem.

    Parameters
    ----------
    problems : tuple of Problem
        Every problem found; at least one of them is an error.
    uri : str
        The location of the hierarchy that was read or written; empty if a single document
        was validated.

    Examples
    --------
    >>> from ome_zarr_models import structure
    >>> from ome_zarr_models.v04.axes import Axis
    >>> try:
    ...     structure({"type": "space"}, Axis)
    ... except ValidationError as error:
    ...     print(error)
    name: required, but missing [axes.name]
    """

    problems: tuple[Problem, ...]
    uri: str = ""

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if self.uri:
            lines = [f"{self.uri}: {lines[0]}"] if len(lines) == 1 else [f"{self.uri}:", *lines]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        # `Exception.__reduce__` restores the fields one by one, which a frozen class refuses.
        return type(self), (self.problems, self.uri)


class MissingNodeError(ValidationError, FileNotFoundError):
    """There is no Zarr node at the given path."""


class UnreadableNodeError(ValidationError):
    """
    The store did not return a node: it denied access, failed or timed out, or it is too large.

    ``__cause__`` is the exception of the store, if it raised one.
    """


class BrokenJSONError(ValidationError):
    """A document is not valid JSON; ``__cause__`` is the exception of the parser."""


class NotOMEZarrError(ValidationError, RuntimeError):
    """
    Metadata is not that of a version and a kind of OME-Zarr that is read.

    It is a `RuntimeError` as well, which ome-zarr-models raises.
    """


class ConflictError(RuntimeError):
    """
    A document that another writer changed since it was read: it is left as it is.

    Attributes
    ----------
    key : str
        The key of the document in its store.
    written : tuple of str
        The keys of the documents that were written before.
    uri : str
        The hierarchy that was to be written.
    """

    def __init__(self, key: str, written: tuple[str, ...] = (), uri: str = "") -> None:
        super().__init__(key, written, uri)
        self.key, self.written, self.uri = key, written, uri

    def __str__(self) -> str:
        done = f"; written before it: {', '.join(self.written)}" if self.written else ""
        place = f"{self.uri}: " if self.uri else ""
        return f"{place}{self.key} was changed by another writer: read it again{done}"


class ValidationWarning(UserWarning):
    """Metadata was read although it breaks a rule, or was written without its pixels."""


def warn(message: str, stacklevel: int = 1) -> None:
    """Warn whoever called the function that calls this one, or a function further up."""
    warnings.warn(message, ValidationWarning, stacklevel=stacklevel + 2)
