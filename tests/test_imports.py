"""What an import loads, and which module may import which."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib import reload
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import ome_zarr_models
from ome_zarr_models import typing, v04, v05, v06

PACKAGE = Path(ome_zarr_models.__file__).parent

HEAVY = ("zarr", "numpy", "cattrs", "asyncio", "msgspec", "pydantic", "rich", "scipy")

# The order of the layers, the lowest first: a module imports only from lower ones, and from
# its own, where no import may be part of a circle.
LAYERS = [
    ["exceptions", "typing", "_json", "_views", "_paths", "_lazy", "_version"],
    ["_models"],
    ["_rules"],
    ["_spec"],
    ["_zarr", "_migrate", "_documents"],
    ["_reading"],
    *(["common"], ["base"], ["_groups"], ["v04", "v05", "v06"]),
    *(["_changes"], ["_reports"], ["_scan"], ["_cli"], ["__init__", "__main__"]),
]
LAYER = {name: height for height, names in enumerate(LAYERS) for name in names}

# Which modules may import a library when they run.
KNOWN_BY = {
    "cattrs": {"_models.hooks"},
    "msgspec": {"_json.text"},
    "rich": {"_cli.text", "_scan.progress"},
    "scipy": {"v06.coordinate_transforms._grid"},
    "graphviz": {"v06.transform_graph"},
    "pyarrow": {"_scan.tables"},
    "pydantic": {"common.validation"},
    "pydantic_core": {"_models.pydantic_schema"},
}

# Which tests may use a private module or name of the package: those of its layer.
TESTS = Path(__file__).parent
TESTED_BY = {
    "_json": {"models", "helpers", "zarr"},
    "_paths": {"test_paths.py"},
    "_models": {"models", "property"},
    "_documents": {"models", "property"},
    "_rules": {"rules"},
    "_spec": {"spec", "migrate"},
    "_zarr": {"changes", "zarr", "helpers/fuzz.py"},
    "_migrate": {"migrate"},
    "_reading": {"reading"},
    "_groups": {"groups"},
    "_reports": {"reports", "property"},
    "_changes": {"changes", "helpers/fuzz.py"},
    "_scan": {"scan"},
    "_cli": {"cli", "helpers/cli.py"},
    "v06": {"transforms"},
}
TEST_FILES = sorted(
    path.relative_to(TESTS).as_posix()
    for path in TESTS.rglob("*.py")
    if path != Path(__file__)  # which has the names of all layers
)


def _name(path: Path) -> str:
    """Return the name of a module, as seen from the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _layer(module: str) -> str:
    """Return the package, or the single module, of LAYERS that a module is in."""
    return module.partition(".")[0]


def _imports(module: str) -> set[str]:
    """Return the modules that one imports, in functions and under TYPE_CHECKING as well."""
    path = MODULES[module]
    depth = len(path.relative_to(PACKAGE).parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            package = path.relative_to(PACKAGE).parts[: depth - node.level]
            home = ".".join([*package, *filter(None, [node.module])])
            names = {f"{home}.{alias.name}" if home else alias.name for alias in node.names}
            submodules = names & MODULES.keys()
            found |= submodules if submodules == names else {*submodules, home or "__init__"}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            assert "ome_zarr_models" not in ast.unparse(node), "imports of the package are relative"
    return found - {module}


# Names of classes, for annotations alone.
IMPORTS = {module: _imports(module) - {"typing"} for module in MODULES if module != "typing"}


@pytest.mark.parametrize("module", IMPORTS)
def test_imports_go_downward(module: str) -> None:
    own = _layer(module)
    above = {each for each in IMPORTS[module] if LAYER[_layer(each)] > LAYER[own]}
    beside = {each for each in IMPORTS[module] if LAYER[_layer(each)] == LAYER[own] != 0}
    assert above == set()
    assert {_layer(each) for each in beside} <= {own}


def test_no_import_is_part_of_a_circle() -> None:
    TopologicalSorter(IMPORTS).prepare()  # which raises for a circle, and names it


def test_few_private_modules_are_in_the_package_itself() -> None:
    private = {path.stem for path in PACKAGE.glob("_*.py")} - {"__init__", "__main__"}
    assert private <= {"_documents", "_lazy", "_paths", "_version"}


@pytest.mark.parametrize("library", [*KNOWN_BY, "zarr"])
def test_only_these_modules_know(library: str) -> None:
    knowing = {name for name, path in MODULES.items() if library in _libraries(path)}
    if library == "zarr":
        assert {_layer(name) for name in knowing} == {"_zarr"}
    else:
        assert knowing == KNOWN_BY[library]


@pytest.mark.parametrize("file", TEST_FILES)
def test_tests_use_private_names_of_their_own_layer(file: str) -> None:
    folder = file.partition("/")[0]
    for name in _names_in(file):
        package, *parts = name.split(".")
        if package == PACKAGE.name and any(_is_private(part) for part in parts):
            assert TESTED_BY.get(parts[0], set()) & {folder, file}, name


@pytest.mark.parametrize("file", TEST_FILES)
def test_tests_import_no_test_module(file: str) -> None:
    modules = {stem for each in TEST_FILES if (stem := Path(each).stem).startswith("test_")}
    assert not modules & {part for name in _names_in(file) for part in name.split(".")}


def _names_in(file: str) -> set[str]:
    """Return the dotted names that tests import, or have as strings for monkeypatch."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((TESTS / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = f"{node.module}." if node.module else ""
            found |= {f"{module}{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {*re.findall(rf"^{PACKAGE.name}(?:\.\w+)+$", node.value)}
    return found


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _libraries(path: Path) -> set[str]:
    """Return the libraries that a module imports when it runs, by name or by `import_module`."""
    found: set[str] = set()
    for node in _running(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "import_module":
            found |= {
                argument.value.partition(".")[0]
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            }
    return found


def _running(tree: ast.AST) -> list[ast.AST]:
    """Return all nodes but those that only type checkers see."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return []
    return [tree, *(node for child in ast.iter_child_nodes(tree) for node in _running(child))]


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
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
        (
            "import ome_zarr_models as o; o.loads(o.dumps(o.structure({'labels': []})))",
            {"zarr", "numpy", "cattrs", "asyncio", "rich"},
        ),
        (
            """
from ome_zarr_models import make_converter, v04, v05
labels, converter = v05.Labels.new({}), make_converter()
converter.structure(converter.unstructure(labels), v04.Image | v05.Labels)
""",
            {"zarr", "numpy", "asyncio", "ome_zarr_models._reading.walk"},
        ),
        ("import ome_zarr_models.typing", {*HEAVY, "attrs", "ome_zarr_models.base"}),
        ("import ome_zarr_models; ome_zarr_models.v04", {*HEAVY, "attrs"}),
        ("import ome_zarr_models._cli", {"zarr", "numpy", "cattrs", "asyncio", "rich"}),
    ],
)
def test_what_an_import_loads(statement: str, unloaded: set[str]) -> None:
    assert _loaded_by(statement) & unloaded == set()


def test_reading_a_local_image_loads_no_cattrs(tmp_path: Path) -> None:
    statement = f"""
import json, pathlib
from tests.helpers.factories import hierarchy
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
def test_unknown_name_of_a_package_is_refused(package: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018 - that is what is tested


@pytest.mark.parametrize("is_mixed", [True, False])
def test_files_of_another_distribution_are_noticed(tmp_path: Path, *, is_mixed: bool) -> None:
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name)
    if is_mixed:
        (tmp_path / PACKAGE.name / "_utils.py").touch()
    command = [sys.executable, "-W", "always", "-c", "import ome_zarr_models"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert ("pip uninstall ome-zarr-models" in done.stderr) is is_mixed


def test_the_warning_of_mixed_files_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.exists", lambda _: True)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] - any path
    with pytest.warns(UserWarning, match="install again the one that you need"):
        reload(ome_zarr_models)


def test_submodules_are_attributes() -> None:
    program = (
        "import sys, ome_zarr_models.v04 as m, ome_zarr_models as o; "
        "assert 'ome_zarr_models.v04.axes' not in sys.modules; "
        "m.axes.Axis, o.v05.well_types.WellMeta, o.base.BaseGroup, o.common"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program


def test_types_are_public() -> None:
    for name in typing.__all__:
        assert getattr(typing, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(typing, "Nothing")  # noqa: B009 - it is not there
