"""JSON Schemas of models, and the rules that a schema cannot say."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from ome_zarr_models import ValidationError, json_schema, structure

#: The rules that a schema cannot say, or only in part, and why.
CANNOT_SAY = {
    "axes.name-unique": "items that differ in the value of a key",
    "cs.name-unique": "items that differ in the value of a key",
    "label.color-unique": "items that differ in the value of a key",
    "ms.ct-length": "lists that are as long as each other",
    "ms.ds-order": "numbers that are larger than others",
    "ms.top-ct": "lists that are as long as each other",
    "ms6.ct-input-path": "a string that is the same as another",
    "ms6.ct-length": "lists that are as long as each other",
    "ms6.ct-output-name": "a name that something else has",
    "ms6.ct-output-same": "strings that are the same",
    "ms6.top-intrinsic": "a name that something else has",
    "ms6.top-other-known": "a name that something else has",
    "nesting": "how deep documents are",
    "plate.acq-id-unique": "items that differ in the value of a key",
    "plate.column-unique": "items that differ in the value of a key",
    "plate.row-unique": "items that differ in the value of a key",
    "plate.well-consistent": "an index of an item with a name",
    "plate.well-index-range": "a number that is less than a list is long",
    "plate.well-path-form": "names that something else has",
    "scene.io-known": "a name that something else has",
    "t6.affine-shape": "lists that are as long as each other",
    "t6.bijection-dims": "lists that are as long as each other",
    "t6.bijection-inner-dims": "lists that are as long as each other",
    "t6.bydim-cover": "numbers that are each in one of several lists",
    "t6.bydim-int": "numbers that are less than a list is long",
    "t6.bydim-length": "lists that are as long as each other",
    "t6.dims-compatible": "lists that are as long as each other",
    "t6.field-dispm-eq-n": "lists that are as long as each other",
    "t6.mapaxis-length": "lists that are as long as each other",
    "t6.mapaxis-range": "numbers that are less than a list is long",
    "t6.rotation-dims": "lists that are as long as each other",
    "t6.rotation-orthonormal": "sums and products",
    "t6.rotation-shape": "lists that are as long as each other",
    "t6.scale-length": "lists that are as long as each other",
    "t6.translation-length": "lists that are as long as each other",
    "well.path-unique": "items that differ in the value of a key",
}


@cache
def validator(cls: type) -> Any:
    """Return the validator of a model's schema."""
    return Draft202012Validator(json_schema(cls))


def broken_rules(document: Any, cls: type) -> set[str]:
    """Return the rules that `structure` names as it refuses a document; none if it does not."""
    try:
        structure(document, cls)
    except ValidationError as error:
        return {problem.rule for problem in error.problems}
    return set()
