"""Verdicts on metadata."""

from __future__ import annotations

from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from attrs import asdict, field, frozen

from .._json.values import is_object
from .._reading.outcome import UNREAD_RULES, Outcome
from .._reading.read import read, report_on_document
from .._spec.versions import VERSIONS
from ..exceptions import Problem, one_line
from .catalog import url_of
from .facts import Facts, facts_of
from .render import to_html, to_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    import zarr

    from ..typing import Depth, StoreLike


Status: TypeAlias = Literal["valid", "invalid", "unreadable"]


@frozen
class Report:
    """
    A verdict on a document or a hierarchy, and its reasons.

    Parameters
    ----------
    uri : str
        Where it is; empty for a document.
    kind : str, optional
        The kind of group, such as ``"image"``, where it could be told.
    version : str, optional
        The version of the specification, where it could be told.
    status : {"valid", "invalid", "unreadable"}
        ``"invalid"`` if a rule is broken that must be kept; ``"unreadable"`` if none is,
        as far as can be told, but something could not be read.
    problems : tuple of Problem
        Every breach of the specification that was found, with the recommendations.
    model : optional
        The metadata or the group, if it is valid.
    requests : int
        How many documents the store was asked for.
    elapsed : float
        How long it took, in seconds.
    facts : Facts, optional
        What the image is, in short, in a report on a hierarchy.
    """

    uri: str
    kind: str | None
    version: str | None
    status: Status
    problems: tuple[Problem, ...]
    model: Any = field(default=None, repr=False)
    requests: int = 0
    elapsed: float = 0.0
    facts: Facts | None = field(default=None, repr=False)

    def to_row(self) -> dict[str, Any]:
        """
        Return the report as a row of a table: what the image is, and whether it is right.

        Returns
        -------
        dict
            The values by the names of the columns, the same for all reports: strings and
            numbers, lists of these, and None for what is not known.

        Examples
        --------
        >>> row = validate({"labels": ["cells", 1]}).to_row()
        >>> row["kind"], row["status"], row["errors"], row["problem"]
        ('labels', 'invalid', 1, 'labels[1]: expected a string, got 1 [labels.key]')
        """
        facts = self.facts or facts_of(self.model)
        levels = Counter(problem.level for problem in self.problems)
        errors = [problem for problem in self.problems if problem.level == "error"]
        first = next(iter([*errors, *self.problems]), None)
        return {
            "uri": one_line(self.uri),
            "kind": self.kind,
            "version": self.version,
            "status": self.status,
            "errors": levels["error"],
            "warnings": levels["warning"],
            "problem": None if first is None else one_line(str(first)),
            **{name: _plain(value) for name, value in asdict(facts, recurse=False).items()},
            "requests": self.requests,
            "seconds": round(self.elapsed, 6),
        }

    def to_dict(self) -> dict[str, Any]:
        """
        Return the report as JSON has it, without the model.

        Returns
        -------
        dict
            Its fields by their names; each problem is a dict of its fields.

        Examples
        --------
        >>> report = validate({"labels": [1]})
        >>> [found] = report.to_dict()["problems"]
        >>> found["rule"], found["loc"], found["message"]
        ('labels.key', ['labels', 0], 'expected a string, got 1')
        """
        problems = [
            {
                "rule": each.rule,
                "level": each.level,
                "node": each.node,
                "document": each.document,
                "loc": list(each.loc),
                "message": each.message,
                "url": each.url,
            }
            for each in self.problems
        ]
        return {
            "uri": self.uri,
            "kind": self.kind,
            "version": self.version,
            "status": self.status,
            "problems": problems,
            "requests": self.requests,
            "elapsed": self.elapsed,
        }

    def _repr_html_(self) -> str:
        return to_html(self)

    def __str__(self) -> str:
        return "\n".join(line for line, _ in to_lines(self))


def validate(
    target: Mapping[str, Any] | zarr.Group | StoreLike,
    *,
    version: str | None = None,
    kind: str | None = None,
    depth: Depth = "all",
    max_requests: int = 64,
) -> Report:
    """
    Find everything in metadata that is not as the specification says.

    Parameters
    ----------
    target : mapping, zarr.Group, or whatever `zarr.open_group` takes
        The attributes of a group as they are stored, or a hierarchy.
    version : str, optional
        The version that is expected, such as ``"0.4"``; the metadata tells if not given.
    kind : str, optional
        The kind of group that is expected, such as ``"image"``; the metadata tells if not
        given.
    depth : {"attributes", "arrays", "all"}
        How far to look in a hierarchy: at the root's attributes, at its own arrays as
        well, or at everything that the metadata names.
    max_requests : int
        How many requests may be under way at once.

    Returns
    -------
    Report
        The verdict. What is found is reported, and never raised.

    Examples
    --------
    >>> report = validate({"multiscales": [{"axes": [], "datasets": []}]})
    >>> report.status
    'invalid'
    >>> print(report.problems[0])
    multiscales[0].axes: expected 2 to 5 axes, got 0 [ms.axes-count]
    """
    begin = perf_counter()
    is_alone = is_document(target)
    if is_alone:
        document = cast("Mapping[str, Any]", target)
        outcome = report_on_document(document, version=version, kind=kind)
    else:
        outcome = read(
            cast("zarr.Group | StoreLike", target),
            version=version,
            kind=kind,
            policy="report",
            depth=depth,
            max_requests=max_requests,
        )
    facts = None if is_alone else facts_of(outcome.partial, depth)
    return report_on(outcome, begin, is_document=is_alone, facts=facts)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        values: list[Any] = [*value]  # pyright: ignore[reportUnknownVariableType] - of anything
        return [_plain(each) for each in values]
    return one_line(value) if type(value) is str else value


def report_on(
    outcome: Outcome,
    begin: float,
    *,
    is_document: bool = False,
    facts: Facts | None = None,
    has_model: bool = True,
) -> Report:
    """Return the report on what came of reading a hierarchy, or a document by itself."""
    model = outcome.group if has_model else None
    return Report(
        uri=outcome.uri,
        kind=outcome.kind,
        version=outcome.version,
        status=status_of(outcome.problems),
        problems=tuple(
            [_linked(each, outcome.version, is_document=is_document) for each in outcome.problems]
        ),
        model=model and (model.attributes if is_document else model),
        requests=outcome.requests,
        elapsed=perf_counter() - begin,
        facts=facts,
    )


def _linked(found: Problem, version: str | None, *, is_document: bool) -> Problem:
    """Return a problem with the link to its section, and the place in a document that is given."""
    url, loc, document = url_of(found.rule, version), found.loc, found.document
    if is_document:
        place = VERSIONS[version or "0.4"].format.place
        loc, document = loc[len(place) :], ""
    return Problem(found.rule, found.level, found.node, loc, found.message, document, url)


def is_document(target: object) -> bool:
    """Return whether a target is a document, and not what zarr takes for a store."""
    return is_object(target) and not any(
        type(value).__module__.partition(".")[0] == "zarr" for value in target.values()
    )


def status_of(problems: tuple[Problem, ...]) -> Status:
    """Return the verdict that problems lead to."""
    errors = {problem.rule for problem in problems if problem.level == "error"}
    if not errors:
        return "valid"
    return "unreadable" if errors.issubset(UNREAD_RULES) else "invalid"
