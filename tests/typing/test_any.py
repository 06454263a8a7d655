"""Public functions, methods and attributes have no ``Any`` where there is a better type."""

from __future__ import annotations

import inspect
import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import ome_zarr_models

if TYPE_CHECKING:
    from collections.abc import Iterator

# JSON and mappings of it; the pixels of a zarr array.
JSON: Final = re.compile(r"(dict|Mapping)\[str, (dict\[str, |Mapping\[str, )?Any\]+|Array\[Any\]")
ALLOWED: Final = {
    "ArraySpec.build(compressors)": "what zarr takes",
    "ArraySpec.build(dtype)": "what numpy takes as a data type",
    "ArraySpec.build(fill_value)": "a number, or JSON of a type of Zarr",
    "ArraySpec.build(filters)": "what zarr takes",
    "ArraySpec.from_array(array)": "an array of any library",
    "BaseGroup(attributes)": "subclasses say more",
    "BaseGroup(members)": "subclasses say more",
    "BaseGroup.from_spec(spec)": "a group of the format of the class",
    "BaseGroup.ome_attributes(return)": "subclasses say more",
    "BaseGroup.to_version(return)": "type checkers see `GroupToVersion` instead",
    "BaseGroupSpec(attributes)": "subclasses say more",
    "Fix(after)": "JSON, or `attrs.NOTHING`",
    "Fix(before)": "JSON, or `attrs.NOTHING`",
    "GroupAttrs.to_version(return)": "type checkers see `AttrsToVersion` instead",
    "PydanticNames.model_construct(values)": "the values of any fields",
    "Report(model)": "the group, or the metadata, of any version and kind",
    "TransformGraph.to_graphviz(return)": "of a library that need not be installed",
    "Versioned.to_version(return)": "type checkers see `PartToVersion` instead",
    "loads(cls)": "overloads say more",
    "loads(return)": "overloads say more",
    "repair(document)": "overloads say more",
    "repair(return)": "overloads say more",
    "structure(cls)": "overloads say more",
    "structure(document)": "overloads say more",
    "structure(return)": "overloads say more",
    "unstructure(return)": "JSON, of any object that cattrs takes",
}


def _of_function(function: Any, name: str) -> Iterator[str]:
    for parameter, hint in getattr(function, "__annotations__", {}).items():
        if re.search(r"\bAny\b", JSON.sub("", str(hint))):
            yield f"{name}({parameter})"


def _of_class(cls: type) -> Iterator[str]:
    for name, value in vars(cls).items():
        # What rules see is unlike what users see: values in it may be missing.
        if name.startswith("_") or name == "passes_at_a_glance":
            continue
        function = value.fget if isinstance(value, property) else inspect.unwrap(value)
        function = getattr(function, "__func__", function)
        if inspect.isfunction(function):
            yield from _of_function(function, f"{cls.__name__}.{name}")
    for name, hint in vars(cls).get("__annotations__", {}).items():
        if not name.startswith("_") and re.search(r"\bAny\b", JSON.sub("", str(hint))):
            yield f"{cls.__name__}({name})"


def _public() -> Iterator[Any]:
    modules = pkgutil.walk_packages(ome_zarr_models.__path__, "ome_zarr_models.")
    public = [each.name for each in modules if "._" not in each.name]
    for name in ("ome_zarr_models", *public):
        module = import_module(name)
        for each in getattr(module, "__all__", ()):
            value = getattr(module, each)
            if str(getattr(value, "__module__", "")).startswith("ome_zarr_models"):
                yield value


def test_any_is_where_nothing_better_is_known() -> None:
    found: set[str] = set()
    for value in _public():
        if inspect.isclass(value):
            for cls in value.__mro__:
                if cls.__module__.startswith("ome_zarr_models"):
                    found |= {*_of_class(cls)}
        elif inspect.isfunction(value):
            found |= {*_of_function(value, value.__name__)}
    assert found == ALLOWED.keys()
