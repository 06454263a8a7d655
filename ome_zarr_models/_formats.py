"""Reports in the forms that others read."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ._paths import join

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["to_github", "to_html"]


def to_github(report: Any) -> Iterator[str]:
    """Yield a command of GitHub's workflows for each problem, which makes an annotation of it."""
    for problem in report.problems:
        properties = {
            "file": join(report.uri, problem.node, problem.document),
            "title": problem.rule,
        }
        given = ",".join(
            f"{name}={_escaped(text, more=':,')}" for name, text in properties.items() if text
        )
        place = problem.place
        message = f"{place}: {problem.message}" if place else problem.message
        yield f"::{problem.level} {given}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    for sign in ("%", "\r", "\n", *more):  # the first is what escapes the others
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def to_html(report: Any) -> str:
    """Return a report as a table, for notebooks."""
    what = " ".join(filter(None, ("OME-Zarr", report.version, report.kind)))
    where = f" at <code>{escape(report.uri)}</code>" if report.uri else ""
    head = f"<p><b>{report.status}</b>: {escape(what)}{where}</p>"
    if not report.problems:
        return head
    names = ("level", "node", "place", "message", "rule")
    rows = [f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"]
    for problem in report.problems:
        cells = (problem.level, problem.node, problem.place, problem.message)
        rule = escape(problem.rule)
        if problem.url:
            rule = f'<a href="{escape(problem.url)}">{rule}</a>'
        shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr>{shown}<td>{rule}</td></tr>")
    return f"{head}<table>{''.join(rows)}</table>"
