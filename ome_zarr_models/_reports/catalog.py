"""All rules that are kept, by version: found in the classes that keep them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._models.types import keys, models_of
from .._rules import storage, versions
from .._rules.labels import SOURCE_IMAGE_EXISTS
from .._spec.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._models.rule import Rule
    from .._models.types import ModelBase
    from .._spec.versions import Version
    from ..typing import Severity


_PLACE: Final = "https://ngff.openmicroscopy.org/{version}/index.html#{section}"


OWN: Final = {
    "consolidated": "A document and its copies in consolidated metadata are mended together.",
    "json": "A document is JSON.",
    "json-key": "An object has a key once: readers take the last, or the first, or refuse it.",
    "json-value": "A value is one of JSON's, which NaN is not.",
    "members": "A group that is written has its members.",
    "missing": "There is a Zarr group.",
    "nesting": "Parts of the same kind are not more than 32 deep inside of each other.",
    "type": "A value has the type that is expected.",
    "unreadable": "The store gives a document.",
}
"""The rules that are none of the specification's."""


class Entry(NamedTuple):
    """
    A rule, as a table lists it.

    ``level`` is the strongest where a rule has parts of which some are only recommended.
    """

    slug: str
    versions: tuple[str, ...]
    level: Severity
    section: str
    text: str


@cache
def rules_of(version: str) -> Mapping[str, Rule]:
    """Return the rules of a version by their slugs; of parts of one, the strongest."""
    found: dict[str, Rule] = {}
    if version not in VERSIONS:
        return found
    for rule in _all(VERSIONS[version]):
        for each in (rule, *rule.also):
            known = found.get(each.slug)
            if known is None or (known.severity, each.severity) == ("warning", "error"):
                found[each.slug] = each
    return found


@cache
def url_of(slug: str, version: str | None) -> str:
    """Return the link to the section of the specification that has a rule; empty if none has."""
    rule = rules_of(version or "").get(slug)
    return _PLACE.format(version=version, section=rule.section) if rule else ""


def entries() -> list[Entry]:
    """Return all rules, by their slugs."""
    by_slug: dict[str, dict[str, Rule]] = {}
    for version in VERSIONS:
        for slug, rule in rules_of(version).items():
            by_slug.setdefault(slug, {})[version] = rule
    return [
        Entry(slug, tuple(found), _strongest(found), rule.section, rule.line)
        for slug, found in sorted(by_slug.items())
        for rule in [[*found.values()][-1]]
    ]


def _strongest(found: Mapping[str, Rule]) -> Severity:
    return "error" if any(rule.severity == "error" for rule in found.values()) else "warning"


def _all(version: Version) -> Iterator[Rule]:
    """Yield the rules of a version: of its classes, and of how hierarchies are put together."""
    seen: set[Any] = set()
    for kind in version.kinds:
        group = kind.group_class()
        yield from _of_model(kind.attributes_class(), seen)
        yield from group.tree_rules
        yield from group.store_rules
    yield from _of_model(version.format.array_spec, seen)
    yield from (*storage.OF_ALL, SOURCE_IMAGE_EXISTS)
    if version.place:
        yield versions.CONSISTENT
    if version.has_systems:
        yield versions.OBJECT


def _of_model(model: type[ModelBase], seen: set[Any]) -> Iterator[Rule]:
    """Yield the rules of a model, and of those that it is made of."""
    if model in seen:
        return
    seen.add(model)
    yield from model.spec_rules
    for key in keys(model):
        yield from (rule for rule in (key.missing, key.wrong) if rule is not None)
        yield from key.inside.values()
        for part in models_of(key.type):
            yield from _of_model(part, seen)
