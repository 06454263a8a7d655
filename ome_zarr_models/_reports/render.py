"""Output formats of reports: text, HTML, Markdown, SARIF and GitHub annotations."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

from .._paths import join
from .._version import __version__
from .catalog import OWN, rules_of, url_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..exceptions import Problem
    from .catalog import Entry


_HOMEPAGE: Final = "https://pypi.org/project/ome-zarr-models-attrs/"
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_URI_CHARACTERS: Final = "/:?#[]@!$&'()*+,;=%~"
"""The characters beside letters and digits that a URI contains unescaped."""
_has_drive: Final = re.compile(r"[A-Za-z]:[\\/]").match


def to_lines(report: Any) -> Iterator[tuple[str, str]]:
    """Yield the lines of the text format, each with its style, grouped by document."""
    subject = " ".join(filter(None, ("OME-Zarr", report.version, report.kind)))
    yield f"{report.status}: {subject}{' at ' if report.uri else ''}{report.uri}", report.status
    by_document: dict[str, list[Problem]] = {}
    for problem in report.problems:
        document = " ".join(filter(None, (problem.node, problem.document)))
        by_document.setdefault(document, []).append(problem)
    for head, problems in by_document.items():
        if head:
            yield f"  {head}", "node"
        indent = "    " if head else "  "
        for problem in problems:
            place = f"{problem.place}: " if problem.place else ""
            line = f"{indent}{problem.level}: {place}{problem.message} [{problem.rule}]"
            yield line, problem.level


def to_github(report: Any) -> Iterator[str]:
    """Yield a GitHub workflow command for each problem, which creates an annotation."""
    for problem in report.problems:
        properties = {
            "file": join(report.uri, problem.node, problem.document),
            "title": problem.rule,
        }
        parameters = ",".join(
            f"{name}={_escape(text, more=':,')}" for name, text in properties.items() if text
        )
        place = problem.place
        message = f"{place}: {problem.message}" if place else problem.message
        yield f"::{problem.level} {parameters}::{_escape(message)}"


def _escape(text: str, more: str = "") -> str:
    for character in ("%", "\r", "\n", *more):  # "%" first, as it escapes the others
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def to_html(report: Any) -> str:
    """Return a report as an HTML table, for notebooks."""
    subject = " ".join(filter(None, ("OME-Zarr", report.version, report.kind)))
    where = f" at <code>{escape(report.uri)}</code>" if report.uri else ""
    head = f"<p><b>{report.status}</b>: {escape(subject)}{where}</p>"
    if not report.problems:
        return head
    names = ("level", "node", "place", "message", "rule")
    rows = [f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"]
    for problem in report.problems:
        cells = (problem.level, problem.node, problem.place, problem.message)
        rule = escape(problem.rule)
        if problem.url:
            rule = f'<a href="{escape(problem.url)}">{rule}</a>'
        columns = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr>{columns}<td>{rule}</td></tr>")
    return f"{head}<table>{''.join(rows)}</table>"


def to_markdown(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the lines of a Markdown table of rules, with links to their sections."""
    yield "| rule | versions | severity | text |"
    yield "| --- | --- | --- | --- |"
    for entry in entries:
        versions = " ".join(f"[{v}]({url_of(entry.slug, v)})" for v in entry.versions)
        text = entry.text.replace("|", "&#124;")
        yield f"| `{entry.slug}` | {versions} | {entry.level} | {text} |"


def to_sarif(reports: Iterable[Any]) -> dict[str, Any]:
    """Return reports as one SARIF 2.1.0 log (Static Analysis Results Interchange Format)."""
    rules: dict[str, dict[str, Any]] = {}
    indices: dict[str, int] = {}
    results: list[dict[str, Any]] = []
    is_complete = True
    for report in reports:
        is_complete &= report.status != "unreadable"
        for problem in report.problems:
            if problem.rule not in rules:
                rules[problem.rule] = _sarif_rule(problem, report.version)
                indices[problem.rule] = len(indices)
            results.append(_sarif_result(report.uri, problem, indices[problem.rule]))
    driver = {
        "name": "ome-zarr-models",
        "version": __version__,
        "informationUri": _HOMEPAGE,
        "rules": [*rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": is_complete}],
        "results": results,
    }
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _sarif_rule(problem: Problem, version: str | None) -> dict[str, Any]:
    slug = problem.rule
    if slug in OWN:
        return {"id": slug, "shortDescription": {"text": OWN[slug]}}
    rule = rules_of(version or "").get(slug)
    if rule is None:
        return {"id": slug}
    return {
        "id": slug,
        "shortDescription": {"text": rule.line},
        "helpUri": url_of(slug, version),
        "defaultConfiguration": {"level": rule.severity},
    }


def _sarif_result(uri: str, problem: Problem, index: int) -> dict[str, Any]:
    location: dict[str, Any] = {}
    file = _uri(uri, join(problem.node, problem.document))
    if file:
        location["physicalLocation"] = {"artifactLocation": {"uri": file}}
    if problem.place:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.place, "kind": "member"}]
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": problem.level,
        "message": {"text": problem.message},
        **({"locations": [location]} if location else {}),
    }


def _uri(root: str, document: str) -> str:
    """Return the URI of a document; a relative reference if the root is a relative path."""
    import os
    from urllib.parse import quote  # slow to import

    below = quote(document.encode(errors="surrogatepass"))
    has_drive, is_share = _has_drive(root), root.startswith("\\\\")
    if "://" in root and not has_drive:
        return join(quote(root, safe=_URI_CHARACTERS), below)
    if has_drive or is_share or os.sep == "\\":
        root = root.replace("\\", "/")
    path = join(quote(os.fsencode(root), safe="/:" if has_drive else "/"), below)
    if has_drive:
        return f"file:///{path}"
    if is_share:  # the first step is a host
        return f"file:{path}"
    return f"file://{path}" if root.startswith("/") else path
