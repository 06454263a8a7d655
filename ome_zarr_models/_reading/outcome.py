"""What came of reading a hierarchy."""

from __future__ import annotations

import warnings
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from ..exceptions import (
    BrokenJSONError,
    MissingNodeError,
    Problem,
    UnreadableNodeError,
    ValidationError,
    ValidationWarning,
)

NO_GROUP: Final = "expected a Zarr group, got nothing there"

ReadPolicy: TypeAlias = Literal["repair", "strict", "report"]
"""What is done with what is wrong: mended, refused, or reported with all recommendations."""


@frozen
class Outcome:
    """
    What came of reading a hierarchy.

    ``partial`` is the group as far as it could be read, ``uri`` is where it is, and
    ``requests`` the number of documents that the store was asked for; ``cause`` is the error
    of the store, or of the parser, if there was one.
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
        """Return the group, with a warning for each problem that is none, or raise."""
        if self.group is None:
            raise self._error() from self.cause
        for problem in self.problems:
            message = f"{self.uri}: {problem}"
            warnings.warn(message, ValidationWarning, stacklevel=stacklevel + 1)
        return self.group

    def _error(self) -> ValidationError:
        rules = {problem.rule for problem in self.problems if problem.level == "error"}
        for rule, error in UNREAD_RULES.items():
            if rule in rules:
                return error(self.problems, self.uri)
        return ValidationError(self.problems, self.uri)


UNREAD_RULES: Final = {
    "unreadable": UnreadableNodeError,
    "json": BrokenJSONError,
    "missing": MissingNodeError,
}
"""The rules of problems that keep a node from being read, and the errors for them."""
