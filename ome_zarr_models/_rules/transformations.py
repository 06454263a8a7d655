"""
The rules for the coordinate transformations of a dataset or a whole multiscale.

The functions take any object that has ``coordinateTransformations``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._json.text import show
from .._models.rule import MUST, SCHEMA, UNREAD, Finding, Rule, intact, listed, of_key, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..typing import Loc

SECTION: Final = "trafo-md"
KEY: Final = "coordinateTransformations"

TYPE = Rule("trafo.type", MUST, SECTION, "Each transformation must have a 'type'.")
TYPE_KNOWN = Rule(
    "trafo.type-known",
    MUST,
    SECTION,
    "The type of a transformation must be identity, translation or scale.",
)
PARAMETER = Rule(
    "trafo.param",
    MUST,
    SECTION,
    "A scale or translation must have a vector of numbers under the key of its type, or a 'path'.",
)


def at_a_glance(owner: Any, /) -> bool:
    """Return whether there is a scale, or a scale and a translation: they break no rule."""
    types = _types(owner)
    return types in (["scale"], ["scale", "translation"])


def _types(owner: Any) -> list[str]:
    types: list[str] = [transform.type for transform in owner.coordinateTransformations]
    return types


_SCALE: Final = of_key("type", const="scale")
_TRANSLATION: Final = of_key("type", const="translation")


@rule(
    "ms.ct-types",
    MUST,
    "multiscale-md",
    schema=of_key(KEY, items={"anyOf": [_SCALE, _TRANSLATION]}),
)
def only_scale_and_translation(owner: Any) -> Iterator[Finding]:
    """Transformations of a dataset must be of type scale or translation."""
    for i, transform in intact(owner.coordinateTransformations):
        if transform.type not in ("scale", "translation"):
            message = f'expected "scale" or "translation", got {show(transform.type)}'
            yield Finding((KEY, i, "type"), message)


@rule("ms.ct-one-scale", MUST, "multiscale-md", schema=of_key(KEY, contains=_SCALE, maxContains=1))
def one_scale(owner: Any) -> Iterator[Finding]:
    """Each dataset must have exactly one scale."""
    types = _types(owner)
    if types.count("scale") != 1:
        yield Finding((KEY,), f"expected exactly one scale, got {listed(types)}")


@rule(
    "ms.ct-one-translation",
    MUST,
    "multiscale-md",
    schema=of_key(KEY, contains=_TRANSLATION, minContains=0, maxContains=1),
)
def one_translation(owner: Any) -> Iterator[Finding]:
    """Each dataset must have at most one translation."""
    types = _types(owner)
    if types.count("translation") > 1:
        yield Finding((KEY,), f"expected at most one translation, got {listed(types)}")


# Only a scale can precede the translation.
@rule("ms.ct-translation-after", MUST, "multiscale-md", schema=of_key(KEY, prefixItems=[_SCALE]))
def translation_after_scale(owner: Any) -> Iterator[Finding]:
    """The translation of a dataset must come after its scale."""
    types = _types(owner)
    if "scale" in types and "translation" in types[: types.index("scale")]:
        yield Finding((KEY,), f"expected the scale before the translation, got {listed(types)}")


@rule("schema.ct-min2", SCHEMA, "multiscale-md")
def vector_in_document(owner: Any) -> Iterator[Finding]:
    """The JSON schema requires a scale or translation to be a vector of at least 2 numbers."""
    for i, transform in intact(owner.coordinateTransformations or ()):
        parameter: Any = getattr(transform, transform.type, getattr(transform, "path", None))
        if isinstance(parameter, str):
            yield Finding((KEY, i), "expected a vector of numbers, got a path")


def lengths(owner: Any) -> Iterator[tuple[Loc, int | None]]:
    """Yield the place and length of each scale and translation; None for one at a path."""
    for i, transform in intact(owner.coordinateTransformations):
        if transform.type != "identity":
            parameter: Any = getattr(transform, transform.type, getattr(transform, "path", None))
            if isinstance(parameter, str):
                yield (KEY, i), None
            elif parameter is not UNREAD:
                yield (KEY, i, transform.type), len(parameter)
