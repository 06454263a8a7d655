"""Annotations of public names, as type checkers see them: `Any` only for a reason."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

import ome_zarr_models

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = Path(ome_zarr_models.__file__).parent
MODULES: Final = [
    ome_zarr_models.__name__,
    *(
        module.name
        for module in pkgutil.walk_packages(ome_zarr_models.__path__, "ome_zarr_models.")
        if "._" not in module.name
    ),
]
# JSON objects, which programs look into without narrowing, and arrays of any data type.
HARMLESS: Final = re.compile(r"(?:Mapping|dict)\[str, Any\]|zarr\.Array\[Any\]")
ALLOWED: Final = {
    "_documents:loads()": "one of a union, which mypy takes for no class; pyright knows better",
    "_documents:structure()": "as `loads`",
    "_documents:unstructure()": "of what is no model: whatever the program's converter makes",
    "_models.pydantic_names:PydanticNames.__iter__()": "the values of any fields, as in pydantic",
    "_spec.repair:Fix.after": "a JSON value of any document",
    "_spec.repair:Fix.before": "a JSON value of any document",
    "_zarr.specs:BaseGroupSpec.attributes": "a JSON object; subclasses have a model instead",
    "base:BaseGroup.attributes": "subclasses say more; `ome_attributes` is typed",
}


def _public_objects() -> Iterator[object]:
    """Yield the public functions, and the public classes with those that they inherit from."""
    for name in MODULES:
        module = import_module(name)
        for each in getattr(module, "__all__", dir(module)):
            found: Any = getattr(module, each)
            if inspect.isclass(found):
                yield from found.__mro__
            elif inspect.isfunction(found) and not each.startswith("_"):
                yield inspect.unwrap(found)


def _seen(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that type checkers see: no alternatives to what is for them alone."""
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from _seen(node.body)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "not TYPE_CHECKING":
            yield from _seen(node.orelse)
        else:
            yield node


@cache
def _definitions(module: str) -> dict[str, list[ast.stmt]]:
    """Return the definitions in a module, by their qualified names; overloads have several."""
    found: dict[str, list[ast.stmt]] = {}

    def collect(body: list[ast.stmt], prefix: str) -> None:
        overloaded: set[str] = set()
        for node in _seen(body):
            match node:
                case ast.ClassDef(name=name, body=inner):
                    found[prefix + name] = [node]
                    collect(inner, f"{prefix}{name}.")
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    decorators = {ast.unparse(each) for each in node.decorator_list}
                    if "overload" in decorators:
                        overloaded.add(name)
                    elif name in overloaded:
                        continue
                    found.setdefault(prefix + name, []).append(node)
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found.setdefault(prefix + name, []).append(node)
                case _:
                    pass

    path = PACKAGE.parent.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    collect(ast.parse(file.read_text(encoding="utf-8")).body, "")
    return found


def _annotations(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the annotations of a function or a variable, with the names of the parameters."""
    if isinstance(node, ast.AnnAssign):
        yield "", ast.unparse(node.annotation)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg) and argument.annotation:
                yield f"({argument.arg})", ast.unparse(argument.annotation)
        if node.returns:
            yield "()", ast.unparse(node.returns)


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name in {"__init__", "__getitem__", "__call__", "__iter__"}


def _with_any() -> set[str]:
    found: set[str] = set()
    for each in _public_objects():
        module, name = getattr(each, "__module__", ""), getattr(each, "__qualname__", "")
        if not module.startswith(ome_zarr_models.__name__):
            continue
        for path, nodes in _definitions(module).items():
            owner, _, member = path.rpartition(".")
            if path != name and not (owner == name and _is_public(member)):
                continue
            for node in nodes:
                for parameter, annotation in _annotations(node):
                    if re.search(r"\bAny\b", HARMLESS.sub("", annotation)):
                        found.add(f"{module.partition('.')[2]}:{path}{parameter}")
    return found


def test_constructors_take_any_for_no_field() -> None:
    found = {
        f"{cls.__name__}({attribute.name})"
        for cls in _public_objects()
        if inspect.isclass(cls) and attrs.has(cls)
        for attribute in attrs.fields(cls)
        if attribute.converter
        for name, hint in getattr(attribute.converter, "__annotations__", {}).items()
        if name != "return" and hint == "Any"
    }
    assert found == set()


def test_annotations_are_any_only_where_no_better_type_exists() -> None:
    assert _with_any() == ALLOWED.keys()
