"""JSON Patches, applied."""

from __future__ import annotations

import json
from typing import Any


def patched(document: Any, patch: list[dict[str, Any]]) -> Any:
    """Return a document after the operations of a JSON Patch, as RFC 6902 has them."""
    document = json.loads(json.dumps(document))
    for operation in patch:
        owner: Any = document
        *way, last = [
            step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]
        ]
        for step in way:
            owner = owner[int(step) if isinstance(owner, list) else step]
        key: Any = int(last) if isinstance(owner, list) else last
        if operation["op"] == "remove":
            del owner[key]
        else:
            assert (operation["op"] == "replace") == (key in owner or isinstance(owner, list))
            owner[key] = operation["value"]
    return document
