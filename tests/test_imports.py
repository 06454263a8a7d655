"""What an import loads, and which module may import which."""

from __future__ import annotations

import ast
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import ome_zarr_models
from ome_zarr_models import v04, v05, v06

PACKAGE = Path(ome_zarr_models.__file__).parent

HEAVY = ("zarr", "numpy", "cattrs", "asyncio", "msgspec", "pydantic", "rich", "scipy")

# A module imports only from lines above its own, or from its own folder.
LAYERS = [
    ["_lazy"],
    ["__init__", "_files", "_paths", "_values", "exceptions"],
    ["_rules"],
    ["_json", "_keys"],
    ["_shape"],
    ["_compile", "_diagnose", "_schema"],
    ["_structure"],
    ["_advise", "_model"],
    ["_interpolation", "_members", "_sources", "_spec"],
    ["_repair"],
    ["_migrate_arrays", "_migrate_systems"],
    ["_migrate"],
    ["common"],
    ["_checks", "_convert", "_requests", "_zarr_io"],
    ["_hierarchy", "_outcome"],
    ["_walk", "_write"],
    ["_nodes"],
    ["_zarr_v2", "_zarr_v3"],
    ["_tree"],
    ["_read"],
    ["_graph", "_parameters", "base"],
    ["_groups"],
    ["v04", "v05", "v06"],
    ["_catalog", "_find", "_fix", "_open"],
    ["_facts", "_formats"],
    ["_validate"],
    ["_describe", "_progress"],
    ["_judge", "_tables"],
    ["_workers"],
    ["_scan"],
    ["_cli_scan"],
    ["_cli"],
    ["__main__"],
]
LAYER = {name: height for height, names in enumerate(LAYERS) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def _place(path: Path) -> str:
    """Return the name in LAYERS of a module."""
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def _imported(path: Path) -> set[str]:
    """Return the names in LAYERS of what a module imports when it runs."""
    found: set[str] = set()
    depth = len(path.relative_to(PACKAGE).parts)
    for node in _running(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {name.split(".")[0] for name in names}
        assert not isinstance(
            node, ast.Import | ast.ImportFrom
        ) or "ome_zarr_models" not in ast.unparse(node)
    return {name if name in LAYER else "__init__" for name in found}


def _running(tree: ast.AST) -> list[ast.AST]:
    """Return all nodes but those that only type checkers see."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return []
    return [tree, *(node for child in ast.iter_child_nodes(tree) for node in _running(child))]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_layers(path: Path) -> None:
    own = _place(path)
    above = {name for name in _imported(path) if name != own and LAYER[name] >= LAYER[own]}
    assert above == set()


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("cattrs", {"_convert"}),
        ("zarr", {"_zarr_io"}),
        ("msgspec", {"_json"}),
        ("rich", {"_cli", "_progress"}),
    ],
)
def test_only_these_modules_know(library: str, modules: set[str]) -> None:
    knowing = {
        _place(path)
        for path in MODULES
        for node in _running(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and node.names[0].name.split(".")[0] == library)
        or (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] == library
            and not node.level
        )
    }
    assert knowing == modules


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("statement", "unloaded"),
    [
        ("import ome_zarr_models", {*HEAVY, "attrs", "typing", "ome_zarr_models.v04"}),
        ("import ome_zarr_models.v04", {*HEAVY, "attrs"}),
        ("import ome_zarr_models.v04.multiscales", {*HEAVY, "ome_zarr_models._zarr.v2"}),
        (
            "import ome_zarr_models.v04.image",
            {*HEAVY, "ome_zarr_models._reading.walk", "ome_zarr_models.v06.transform_graph"},
        ),
        ("from ome_zarr_models.v04 import Labels", {*HEAVY, "ome_zarr_models.v04.image"}),
        ("import ome_zarr_models.v05", {*HEAVY, "attrs"}),
        ("import ome_zarr_models.v05.image", {*HEAVY, "ome_zarr_models.v05.labels"}),
        ("import ome_zarr_models.v05.hcs", {*HEAVY, "ome_zarr_models.v05.image"}),
        ("import ome_zarr_models.v05.multiscales", {*HEAVY, "ome_zarr_models._zarr.v3"}),
        ("import ome_zarr_models.v06", {*HEAVY, "attrs"}),
        ("import ome_zarr_models.v06.image", {*HEAVY, "ome_zarr_models.v06.labels"}),
        ("import ome_zarr_models.v06.scene", {*HEAVY, "ome_zarr_models.v06.image"}),
        (
            "import ome_zarr_models.v06.coordinate_transforms",
            {*HEAVY, "ome_zarr_models.v06.transform_graph"},
        ),
        *(
            (f"import ome_zarr_models.{one}.{name}", {*HEAVY, f"ome_zarr_models.{other}"})
            for one, other in permutations(("v04", "v05", "v06"), 2)
            for name in ("image", "hcs", "bioformats2raw")
        ),
        ("from ome_zarr_models import open_ome_zarr", {"zarr", "numpy", "cattrs", "asyncio"}),
        ("from ome_zarr_models import validate", {"zarr", "numpy", "cattrs", "asyncio", "rich"}),
        ("from ome_zarr_models import json_schema", {*HEAVY, "ome_zarr_models.v04"}),
        ("from ome_zarr_models import structure", {"zarr", "numpy", "asyncio", "rich"}),
        ("import ome_zarr_models; ome_zarr_models.v04", {*HEAVY, "attrs"}),
        ("import ome_zarr_models._cli", {"zarr", "numpy", "cattrs", "asyncio", "rich"}),
    ],
)
def test_what_an_import_loads(statement: str, unloaded: set[str]) -> None:
    assert _loaded_by(statement) & unloaded == set()


def test_reading_a_local_image_loads_no_cattrs(tmp_path: Path) -> None:
    statement = f"""
import json, pathlib
from tests.documents import hierarchy
for key, document in hierarchy().items():
    path = pathlib.Path({str(tmp_path)!r}) / key
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document))
from ome_zarr_models.v04 import Image
Image.from_zarr({str(tmp_path)!r})
"""
    assert "cattrs" not in _loaded_by(f"exec({statement!r})")


@pytest.mark.parametrize("package", [ome_zarr_models, v04, v05, v06])
def test_names_of_a_package(package: Any) -> None:
    for name in package.__all__:
        assert getattr(package, name).__name__.rpartition(".")[2] == name
    assert set(package.__all__) <= set(dir(package))


def test_a_version_is_there_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ome_zarr_models, "v04")
    assert ome_zarr_models.v04 is v04


@pytest.mark.parametrize("package", [ome_zarr_models, v04, v05, v06])
def test_a_name_that_a_package_has_not(package: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018 - that is what is tested
