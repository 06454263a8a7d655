"""The keys of a document, declared beside the fields that stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attrs import NOTHING

if TYPE_CHECKING:
    from attrs import Attribute

    from .rule import Rule

__all__ = ["Declared", "declaration", "key"]

_METADATA: Final = "ome_zarr_models"


class Declared(NamedTuple):
    """What `key` was given."""

    missing: Rule | None = None
    wrong: Rule | None = None
    name: str | None = None
    also: str | None = None
    required: bool = False
    absent: Any = NOTHING
    transitional: bool = False
    nullable: bool = False
    aside: bool = False
    free: bool = False


def key(
    missing: Rule | None = None,
    wrong: Rule | None = None,
    *,
    name: str | None = None,
    also: str | None = None,
    required: bool = False,
    absent: Any = NOTHING,
    transitional: bool = False,
    nullable: bool = False,
    aside: bool = False,
    free: bool = False,
) -> dict[str, Any]:
    """
    Declare the key of a document that a field stands for, as the field's metadata.

    Parameters
    ----------
    missing : Rule, optional
        The rule that a document breaks in which the key is missing.
    wrong : Rule, optional
        The rule that a value of another type breaks; `missing` if not given. If that is
        only recommended, such a value is kept as it is found.
    name : str, optional
        The key, where it is not the field's name.
    also : str, optional
        Another key under which the value is read.
    required : bool
        Whether the key is in every document, though the field has a default.
    absent : optional
        What the field is when the key is absent, where that is not its default.
    transitional : bool
        Whether a reader that repairs reads the rest when the value is wrong.
    nullable : bool
        Whether an explicit null is as good as an absent key.
    aside : bool
        Whether the field stands for no key: it is of the model alone, and in no document.
    free : bool
        Whether only rules say what the value may be, and not its type.
    """
    wrong = wrong or missing
    return {
        _METADATA: Declared(
            missing, wrong, name, also, required, absent, transitional, nullable, aside, free
        )
    }


def declaration(attribute: Attribute[Any]) -> Declared:
    """Return what was declared for a field."""
    declared: Declared = attribute.metadata.get(_METADATA, Declared())
    return declared
