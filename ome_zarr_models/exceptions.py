"""What can be wrong with OME-Zarr metadata, as values."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Final, Self

from attrs import field, frozen

if TYPE_CHECKING:
    from .typing import Loc, Severity

__all__ = [
    "BrokenJSONError",
    "ConflictError",
    "MissingNodeError",
    "Problem",
    "UnreadableNodeError",
    "ValidationError",
    "ValidationWarning",
]


@frozen
class Problem:
    """
    One breach of a rule of the specification, and where it is.

    Parameters
    ----------
    rule : str
        The rule that is broken, such as ``"ms.axes-count"``; or ``"missing"``,
        ``"unreadable"`` or ``"json"`` where a node could not be read at all.
    level : {"error", "warning"}
        ``"error"`` for what the specification demands, ``"warning"`` for what it
        recommends.
    node : str
        The path of the Zarr node in its hierarchy; empty for the root.
    loc : tuple of str and int
        The keys and indices that lead to the value in the node's JSON document.
    message : str
        What was expected and what was found.
    document : str
        The name of the JSON document, such as ``".zattrs"``; empty where a document
        was given by itself.
    url : str
        The link to the section of the specification that has the rule, in a report;
        empty elsewhere, and where no section has it.

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
    message: str
    document: str = ""
    url: str = field(default="", eq=False, repr=False)

    @property
    def place(self) -> str:
        """The place in the document, as a person reads it: ``multiscales[0].axes``."""
        return show_place(self.loc)

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.node, self.document, self.place)))
        return f"{place}{': ' if place else ''}{self.message} [{self.rule}]"

    def below(self, node: str, document: str, *loc: str | int) -> Problem:
        """Return this problem as seen from further up: of a node, at a place in it."""
        # Not with `evolve`, which takes four times as long: every problem comes this way.
        return Problem(self.rule, self.level, node, (*loc, *self.loc), self.message, document)


def show_place(loc: Loc) -> str:
    """Return a place in a document as a person reads it."""
    shown = ""
    for step in loc:
        if isinstance(step, int) or "." in step:
            shown += f"[{step!r}]"
        else:
            shown += f".{step}" if shown else step
    return shown.encode(errors="backslashreplace").decode()  # of half characters


_BREAKS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def one_line(text: str) -> str:
    """Return a text without what breaks lines, or is no character, but for its escape."""
    return _BREAKS.sub(lambda found: repr(found[0])[1:-1], text)


@frozen(slots=False)
class ValidationError(ValueError):
    """
    Metadata that the specification does not allow; all that is wrong with it.

    Parameters
    ----------
    problems : tuple of Problem
        Every problem that was found; at least one of them is an error.
    uri : str
        The hierarchy that was read or written; empty where a document was given by itself.
    """

    problems: tuple[Problem, ...]
    uri: str = ""

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        if self.uri:
            lines = [f"{self.uri}: {lines[0]}"] if len(lines) == 1 else [f"{self.uri}:", *lines]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        # That of an exception sets the fields one by one, which a frozen one refuses.
        return type(self), (self.problems, self.uri)


class MissingNodeError(ValidationError, FileNotFoundError):
    """There is no Zarr node at the place that was asked for."""


class UnreadableNodeError(ValidationError):
    """
    A node that the store did not give: refused, failed or not answered in time.

    ``__cause__`` is the store's own error.
    """


class BrokenJSONError(ValidationError):
    """A document that is no JSON text; ``__cause__`` says where it breaks off."""


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
    """Metadata that was read although it breaks a rule, or that was written without pixels."""


def warn(message: str, stacklevel: int = 1) -> None:
    """Warn whoever called the function that calls this one, or a function further up."""
    warnings.warn(message, ValidationWarning, stacklevel=stacklevel + 2)
