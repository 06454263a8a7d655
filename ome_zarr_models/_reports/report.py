"""Validation of documents and hierarchies."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from attrs import asdict, field, frozen

from .._json.values import is_object
from .._reading.outcome import UNREAD_RULES, Outcome, error_of
from .._reading.read import check_options, read, report_on_document
from .._spec.versions import VERSIONS
from ..exceptions import Problem, one_line
from .catalog import url_of
from .facts import Facts, facts_of
from .render import to_html, to_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    import zarr

    from ..typing import AnyAttributes, AnyGroup, Consolidated, Depth, StoreLike


Status: TypeAlias = Literal["valid", "invalid", "unreadable"]


@frozen
class Report:
    """
    The result of validating a document or a hierarchy.

    Parameters
    ----------
    uri : str
        The path or URL of the hierarchy; empty for a document.
    kind : str, optional
        The kind of group, such as ``"image"``, if it was detected.
    version : str, optional
        The version of the specification, if it was detected.
    status : {"valid", "invalid", "unreadable"}
        ``"invalid"`` if a required rule is broken; ``"unreadable"`` if no broken rule was
        found, but something could not be read; else ``"valid"``, also with warnings.
    problems : tuple of Problem
        All problems that were found, errors and warnings.
    model : optional
        The attributes (of a document) or the group (of a hierarchy), if they are valid.
    requests : int
        The number of documents that were requested from the store.
    elapsed : float
        The duration of the validation in seconds.
    facts : Facts, optional
        A summary of the image, in a report on a hierarchy.

    See Also
    --------
    validate : Create a report.
    """

    uri: str
    kind: str | None
    version: str | None
    status: Status
    problems: tuple[Problem, ...]
    model: AnyGroup | AnyAttributes | None = field(default=None, repr=False)
    requests: int = 0
    elapsed: float = 0.0
    facts: Facts | None = field(default=None, repr=False)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are errors: rules that the specification requires are broken."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that are warnings: recommendations are not followed."""
        return tuple(problem for problem in self.problems if problem.level == "warning")

    def __bool__(self) -> bool:
        return self.status == "valid"

    def raise_for_errors(self) -> None:
        """
        Raise if there are errors.

        Raises
        ------
        ValidationError
            With all problems, errors first; of the class that a reader would raise.

        Examples
        --------
        >>> validate({"labels": []}).raise_for_errors()
        >>> try:
        ...     validate({"labels": [1]}).raise_for_errors()
        ... except ValueError as error:
        ...     print(error)
        labels[0]: expected a string, got 1 [labels.key]
        """
        if self.errors:
            raise error_of((*self.errors, *self.warnings), self.uri)

    def to_row(self) -> dict[str, Any]:
        """
        Return the report as a row of a table: its status and the facts about the image.

        Returns
        -------
        dict
            Values by column, with the same columns for all reports. Values are strings,
            numbers, lists of them, or None if unknown.

        Examples
        --------
        >>> row = validate({"labels": ["cells", 1]}).to_row()
        >>> row["kind"], row["status"], row["errors"], row["problem"]
        ('labels', 'invalid', 1, 'labels[1]: expected a string, got 1 [labels.key]')
        """
        facts = self.facts or facts_of(self.model)
        first = next(iter([*self.errors, *self.problems]), None)
        return {
            "uri": one_line(self.uri),
            "kind": self.kind,
            "version": self.version,
            "status": self.status,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "problem": None if first is None else one_line(str(first)),
            **{name: _plain(value) for name, value in asdict(facts, recurse=False).items()},
            "requests": self.requests,
            "seconds": round(self.elapsed, 6),
        }

    def to_dict(self) -> dict[str, Any]:
        """
        Return the report as a JSON object, without the model and the facts.

        Returns
        -------
        dict
            The fields by name; each problem is a dict of its fields.

        Examples
        --------
        >>> report = validate({"labels": [1]})
        >>> [problem] = report.to_dict()["problems"]
        >>> problem["rule"], problem["loc"], problem["message"]
        ('labels.key', ['labels', 0], 'expected a string, got 1')
        """
        problems = [
            {
                "rule": problem.rule,
                "level": problem.level,
                "node": problem.node,
                "document": problem.document,
                "loc": list(problem.loc),
                "message": problem.message,
                "url": problem.url,
            }
            for problem in self.problems
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
    consolidated: Consolidated = "use",
    listing: Literal["auto"] | bool = "auto",
    max_requests: int = 64,
    max_bytes: int = 64 * 2**20,
) -> Report:
    """
    Validate a document or a hierarchy and report all problems.

    Parameters
    ----------
    target : mapping, zarr.Group, or anything that `zarr.open_group` accepts
        The attributes of a group as stored, or a hierarchy.
    version : str, optional
        The expected version, such as ``"0.4"``; detected if not given.
    kind : str, optional
        The expected kind of group, such as ``"image"``; detected if not given.
    depth : {"attributes", "arrays", "all"}
        How much of a hierarchy to read: the attributes of the root, its own arrays as well,
        or every node that the metadata names.
    consolidated : {"use", "ignore", "check"}
        Whether to read the consolidated metadata of the root instead of the documents of
        its nodes, if it has any; to ignore it; or to read both, with a problem of the rule
        ``"consolidated"`` for each copy that differs from its document.
    listing : {"auto", True, False}
        Whether to list the groups of a hierarchy, so that nodes are found that no metadata
        names: label images that are not listed, rows and wells without images, a plate
        without its key, numbered images after a gap. ``"auto"`` does so where it is cheap:
        in local folders and in memory. Each plate, row, collection and group of labels is
        listed once, and the one or two documents of each folder that is not named are read.
    max_requests : int
        The number of concurrent requests.
    max_bytes : int
        The size in bytes of the largest document that is read, unpacked if it is in an
        archive. What is larger is a problem of the rule ``"too-large"``.

    Returns
    -------
    Report
        The report. Problems of the metadata and of the store are part of it and never
        raised.

    Raises
    ------
    ValueError
        If an option is unknown or out of range.

    See Also
    --------
    scan : Validate many hierarchies.

    Examples
    --------
    >>> report = validate({"multiscales": [{"axes": [], "datasets": []}]})
    >>> report.status
    'invalid'
    >>> print(report.problems[0])
    multiscales[0].axes: expected 2 to 5 axes, got 0 [ms.axes-count]
    """
    check_options(
        depth=depth, consolidated=consolidated, max_requests=max_requests, max_bytes=max_bytes
    )
    begin = perf_counter()
    is_mapping = is_document(target)
    if is_mapping:
        document = cast("Mapping[str, Any]", target)
        outcome = report_on_document(document, version=version, kind=kind)
    else:
        outcome = read(
            cast("zarr.Group | StoreLike", target),
            version=version,
            kind=kind,
            policy="report",
            depth=depth,
            consolidated=consolidated,
            listing=listing,
            max_requests=max_requests,
            max_bytes=max_bytes,
        )
    facts = None if is_mapping else facts_of(outcome.partial, depth)
    return report_on(outcome, begin, is_document=is_mapping, facts=facts)


def _plain(value: Any) -> Any:
    """Convert tuples to lists, and keep strings on one line."""
    if isinstance(value, tuple):
        values: list[Any] = [*value]  # pyright: ignore[reportUnknownVariableType] - items of any type
        return [_plain(item) for item in values]
    return one_line(value) if type(value) is str else value


def report_on(
    outcome: Outcome,
    begin: float,
    *,
    is_document: bool = False,
    facts: Facts | None = None,
    has_model: bool = True,
) -> Report:
    """Return the report on the outcome of reading a hierarchy or a document."""
    model = outcome.group if has_model else None
    return Report(
        uri=outcome.uri,
        kind=outcome.kind,
        version=outcome.version,
        status=status_of(outcome.problems),
        problems=tuple(
            [
                _with_url(problem, outcome.version, is_document=is_document)
                for problem in outcome.problems
            ]
        ),
        model=model and (model.attributes if is_document else model),
        requests=outcome.requests,
        elapsed=perf_counter() - begin,
        facts=facts,
    )


def _with_url(problem: Problem, version: str | None, *, is_document: bool) -> Problem:
    """Return a problem with its URL, and for a document the place relative to the attributes."""
    url, loc, document = url_of(problem.rule, version), problem.loc, problem.document
    if is_document:
        place = VERSIONS[version or "0.4"].format.place
        loc, document = loc[len(place) :], ""
    return Problem(problem.rule, problem.level, problem.node, loc, problem.message, document, url)


def is_document(target: object) -> bool:
    """Return whether a target is a document, and not a mapping that zarr uses as a store."""
    return is_object(target) and not any(
        type(value).__module__.partition(".")[0] == "zarr" for value in target.values()
    )


def status_of(problems: tuple[Problem, ...]) -> Status:
    """Return the status of a report with these problems."""
    errors = {problem.rule for problem in problems if problem.level == "error"}
    if not errors:
        return "valid"
    return "unreadable" if errors.issubset(UNREAD_RULES) else "invalid"
