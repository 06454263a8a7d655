"""The catalog of all rules, collected from the classes that check them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._models.types import keys, models_of
from .._rules import listings, storage, versions
from .._rules.labels import SOURCE_IMAGE_EXISTS
from .._spec.versions import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._models.rule import Rule
    from .._models.types import ModelBase
    from .._spec.versions import Version
    from ..typing import Severity


_URL: Final = "https://ngff.openmicroscopy.org/{version}/index.html#{section}"


OWN: Final = {
    "consolidated": "Consolidated metadata has equal copies of the documents.",
    "formats": "A group has documents of one Zarr format.",
    "formats-differ": "Documents of two Zarr formats at one place say the same.",
    "json": "A document is JSON.",
    "json-key": "A key occurs once in an object: readers differ in which of several they use.",
    "json-value": "A value can be expressed in JSON, unlike NaN.",
    "members": "The members of a group are read before it is written.",
    "missing": "A Zarr group exists.",
    "nesting": "Objects of one kind are nested at most 32 deep.",
    "too-large": "A document is no larger than `max_bytes`.",
    "type": "A value has the expected type.",
    "unreadable": "The store returns a document.",
    "unwritable": "A file can be replaced without changing another.",
}
"""The rules of this package, which no specification has."""


class Entry(NamedTuple):
    """
    A row of the table of rules.

    ``level`` is ``"error"`` if any part of the rule is required.
    """

    slug: str
    versions: tuple[str, ...]
    level: Severity
    section: str
    text: str


@cache
def rules_of(version: str) -> Mapping[str, Rule]:
    """Return the rules of a version by slug; of several parts, an error before a warning."""
    rules: dict[str, Rule] = {}
    if version not in VERSIONS:
        return rules
    for rule in _rules_of_version(VERSIONS[version]):
        for part in (rule, *rule.also):
            known = rules.get(part.slug)
            if known is None or (known.severity, part.severity) == ("warning", "error"):
                rules[part.slug] = part
    return rules


@cache
def url_of(slug: str, version: str | None) -> str:
    """Return the URL of the section that states a rule; empty if no section does."""
    rule = rules_of(version or "").get(slug)
    return _URL.format(version=version, section=rule.section) if rule else ""


def entries() -> list[Entry]:
    """Return the rows of the table of rules, sorted by slug."""
    by_slug: dict[str, dict[str, Rule]] = {}
    for version in VERSIONS:
        for slug, rule in rules_of(version).items():
            by_slug.setdefault(slug, {})[version] = rule
    return [
        Entry(slug, tuple(by_version), _severity(by_version), newest.section, newest.line)
        for slug, by_version in sorted(by_slug.items())
        for newest in [[*by_version.values()][-1]]
    ]


def _severity(by_version: Mapping[str, Rule]) -> Severity:
    return "error" if any(rule.severity == "error" for rule in by_version.values()) else "warning"


def _rules_of_version(version: Version) -> Iterator[Rule]:
    """Yield the rules of a version: those of its classes and those of whole hierarchies."""
    seen: set[Any] = set()
    for kind in version.kinds:
        group = kind.group_class()
        yield from _rules_of_model(kind.attributes_class(), seen)
        yield from group.tree_rules
        yield from group.store_rules
    yield from _rules_of_model(version.format.array_spec, seen)
    yield from (*storage.OF_ALL, SOURCE_IMAGE_EXISTS)
    yield from (listings.EMPTY_ROW, listings.EMPTY_WELL, listings.PLATE_SPEC, listings.PLATE_KEY)
    if version.place:
        yield from (versions.CONSISTENT, listings.ALL_LISTED)
    if version.has_systems:
        yield from (versions.OBJECT, listings.PARENT_MULTISCALES)


def _rules_of_model(model: type[ModelBase], seen: set[Any]) -> Iterator[Rule]:
    """Yield the rules of a model and of the models in its fields."""
    if model in seen:
        return
    seen.add(model)
    yield from model.spec_rules
    for key in keys(model):
        yield from (rule for rule in (key.missing, key.wrong) if rule is not None)
        yield from key.inside.values()
        for part in models_of(key.type):
            yield from _rules_of_model(part, seen)
