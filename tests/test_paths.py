"""Paths of nodes: which lead to a node below, and which to one of the hierarchy."""

from __future__ import annotations

from typing import Any

import pytest

from ome_zarr_models._paths import checked, is_below, is_relative, join, quoted, resolve

BELOW = [
    *("0", "a/b", "labels/nuclei", "x" * 255, "a" * 254 + "/b", "/".join("a" * 64), "a.zarr"),
    *("cells #1", "what?", "x%20y", "ä ö", "a+b", "100%", "%zz", "...", "..a", "a..", ".a", "ab:c"),
    *("zarr.json.bak", "%2", "%41", "ab:/c", "a%2fb", "/".join(["ab" * 60] * 8)),
]
OUTSIDE = [
    *("", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/../b", "../a", "a/.."),
    *("%2e", "%2E%2e", "a/%2e%2e", "%252e%252e/x", "%2fa", "a%2f", "a%2f..", "a%252f%252e%252e"),
    *("a\\b", "a%5cb", "a%255Cb", "C:", "C:/x", "é:/x", "a\0", "a\nb", "\x1f", "a\x7fb", "a%00b"),
    *("a%0ab", "a%250Ab", "zarr.json", "a/.zarray", ".zattrs/a", ".zgroup", ".zmetadata"),
    *("%2ezgroup", "zarr%2ejson", "x" * 256, "x/" + "é" * 256, "/".join("a" * 65)),
    *("a%2f" * 64 + "a", "/".join(["ab" * 60] * 9)),
    *(3, None, ["a"], b"a"),
]
# Beside nodes below, these lead to a node of the hierarchy.
RELATIVE = ["", ".", "..", "../..", "../../", "../a", "a/../b", "./a", "a//b", "a/", "%41/.."]
UNRELATED = [
    *("/", "/a", "%2fa", "%252fa", "%2e%2e", "..%2f..", "%2e./a", "../%2e%2e", "a%2f..", "..\\.."),
    *("a\0b", "../a%00", "..%0a", "C:/..", "../" * 64, "..%2f" * 64, "x" * 256, "../" + "x" * 256),
]


@pytest.mark.parametrize("path", BELOW)
def test_paths_of_nodes_below(path: str) -> None:
    assert is_below(path)
    assert is_relative(path)
    assert checked(f"/{path}/") == path
    assert resolve("a", path) == f"a/{path}"
    assert resolve("", path) == path


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: ascii(path)[:20])
def test_other_paths(path: Any) -> None:
    assert not is_below(path)


@pytest.mark.parametrize("path", RELATIVE)
def test_relative_paths(path: str) -> None:
    assert is_relative(path)
    assert not is_below(path)


@pytest.mark.parametrize("path", UNRELATED, ids=lambda path: ascii(path)[:20])
def test_paths_that_are_not_relative(path: str) -> None:
    assert not is_relative(path)
    assert resolve("a/b", path) is None


@pytest.mark.parametrize(
    ("path", "relative", "expected"),
    [
        ("labels/a", "../../", ""),
        ("labels/a", "../..", ""),
        ("labels/a", "../b", "labels/b"),
        ("labels/a", ".", "labels/a"),
        ("labels/a", "", "labels/a"),
        ("labels/a", "x//y/./z", "labels/a/x/y/z"),
        ("labels/a", "../../../", None),
        ("labels/a", "../../../labels/a", None),
        ("", "..", None),
        ("", "a/../..", None),
        ("", "a/..", ""),
    ],
)
def test_relative_paths_are_resolved(path: str, relative: str, expected: str | None) -> None:
    assert resolve(path, relative) == expected


@pytest.mark.parametrize("path", ["..", "a/../b", "a//b", "zarr.json", "a\\b", "%2e%2e", "C:/x"])
def test_paths_of_users_are_checked(path: str) -> None:
    with pytest.raises(
        ValueError, match=r"^expected the path of a node, such as 'labels/0', got '"
    ):
        checked(path)


def test_root_is_an_empty_path() -> None:
    assert checked("") == checked("/") == checked("//") == ""
    assert checked("/a/b/") == "a/b"
    assert checked("/X/") == "X"


def test_paths_are_joined() -> None:
    assert join() == join("") == join("", "") == join("", "", "") == ""
    assert join("a", "b") == join("", "a", "b") == join("a", "", "b") == "a/b"
    assert join("", "a") == join("a", "") == "a"
    assert join("a", "b", "c") == "a/b/c"


def test_keys_are_quoted_but_for_slashes() -> None:
    assert quoted("a b/#?%/ä+&=") == "a%20b/%23%3F%25/%C3%A4%2B%26%3D"
