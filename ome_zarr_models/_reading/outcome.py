"""The outcome of reading a hierarchy."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from ..exceptions import (
    BrokenJSONError,
    MissingNodeError,
    NotOMEZarrError,
    Problem,
    UnreadableNodeError,
    ValidationError,
    warn,
)

NO_GROUP: Final = "expected a Zarr group, got nothing there"

ReadPolicy: TypeAlias = Literal["repair", "strict", "report"]
"""What to do with problems: repair, raise, or report them with all recommendations."""


@frozen
class Outcome:
    """
    The outcome of reading a hierarchy.

    Parameters
    ----------
    group : BaseGroup or None
        The group; None if there is an error among the problems.
    version : str or None
        The version of the specification, if it was detected.
    kind : str or None
        The kind of the group, if it was detected.
    problems : tuple of Problem
        Every problem that was found.
    cause : Exception, optional
        The first error that the store or the JSON parser raised.
    uri : str
        The path or URL of the hierarchy.
    requests : int
        The number of documents that the store was asked for.
    partial : BaseGroup, optional
        The group as far as it could be read.
    """

    group: Any
    version: str | None
    kind: str | None
    problems: tuple[Problem, ...]
    cause: Exception | None = None
    uri: str = ""
    requests: int = 0
    partial: Any = None

    def group_or_raise(self, stacklevel: int = 1) -> Any:
        """Return the group and warn about tolerated problems; raise if there is no group."""
        if self.group is None:
            error = error_of(self.problems, self.uri)
            if type(error) is ValidationError and self.kind is None:
                error = NotOMEZarrError(self.problems, self.uri)
            raise error from self.cause
        for problem in self.problems:
            warn(f"{self.uri}: {problem}", stacklevel)
        return self.group


def error_of(problems: tuple[Problem, ...], uri: str) -> ValidationError:
    """Return the error to raise for problems, of the class that the worst of them asks for."""
    rules = {problem.rule for problem in problems if problem.level == "error"}
    for rule, error in UNREAD_RULES.items():
        if rule in rules:
            return error(problems, uri)
    return ValidationError(problems, uri)


UNREAD_RULES: Final = {
    "unreadable": UnreadableNodeError,
    "too-large": UnreadableNodeError,
    "json": BrokenJSONError,
    "missing": MissingNodeError,
}
"""The rules of problems for which a node cannot be read, with the errors to raise."""
