"""Groups and metadata inside of users' classes: converted to JSON and back with cattrs."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from operator import attrgetter
from typing import Any

import attrs
import cattrs
import pytest
from cattrs.preconf import json as preconf_json
from cattrs.preconf import msgspec as preconf_msgspec
from cattrs.preconf import orjson as preconf_orjson
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr_models import (
    Problem,
    ValidationError,
    make_converter,
    register_hooks,
    structure,
    typing,
    v04,
    v05,
    v06,
    validate,
)
from ome_zarr_models.v04.axes import Axis
from ome_zarr_models.v04.image import ImageAttrs as ImageAttrs04
from ome_zarr_models.v04.labels import LabelsAttrs as LabelsAttrs04
from ome_zarr_models.v04.multiscales import Dataset
from ome_zarr_models.v05.hcs import HCSAttrs as HCSAttrs05
from ome_zarr_models.v05.image import ImageAttrs as ImageAttrs05
from ome_zarr_models.v05.image import ImageZarrAttrs as ImageZarrAttrs05
from ome_zarr_models.v05.image_label import ImageLabelAttrs as ImageLabelAttrs05
from ome_zarr_models.v05.multiscales import Multiscale as Multiscale05
from ome_zarr_models.v06.axes import Axis as Axis06
from ome_zarr_models.v06.coordinate_systems import CoordinateSystemIdentifier
from ome_zarr_models.v06.coordinate_transforms import Identity
from ome_zarr_models.v06.image import ImageAttrs as ImageAttrs06
from ome_zarr_models.v06.image import ImageZarrAttrs as ImageZarrAttrs06
from ome_zarr_models.v06.multiscales import Multiscale as Multiscale06
from ome_zarr_models.v06.scene import SceneZarrAttrs as SceneZarrAttrs06

from ..helpers.factories import (
    ABSENT,
    VERSIONS,
    broken,
    collection,
    hierarchy,
    hierarchy_of,
    image,
    image_label,
    metadata_of,
    multiscale,
    stored,
)
from ..helpers.mutations import places, put
from ..helpers.opened import open_ome_zarr
from ..helpers.stores import memory
from ..helpers.strategies import FREE
from ..helpers.versions import MODULES, array_of, every_version, image_of

KINDS = ("image", "labels", "image-label", "plate", "well", "bioformats2raw", "series")
TEXT_CONVERTERS: list[Any] = [preconf_json, preconf_msgspec, preconf_orjson]
# Type checkers do not know that unions are types.
AnyImage: Any = v04.Image | v05.Image | v06.Image
AxisOrDataset: Any = Axis | Dataset


def _round_trip(value: Any, hint: Any) -> Any:
    """Convert a value to JSON and back in all converters; return the document."""
    document: Any = make_converter().unstructure(value, hint)
    for module in TEXT_CONVERTERS:
        converter = module.make_converter()
        register_hooks(converter)
        assert json.loads(json.dumps(converter.unstructure(value, hint))) == document
        assert converter.structure(document, hint) == value
        assert converter.loads(converter.dumps(value, hint), hint) == value
    return document


def _problems(document: object, hint: Any) -> list[str]:
    """Return the problems of a document that is not of a type."""
    with pytest.raises(ValidationError) as caught:
        make_converter().structure(document, hint)
    assert caught.value.problems
    return [str(problem) for problem in caught.value.problems]


@cache
def _group(kind: str, version: str, depth: Any = "all") -> Any:
    return open_ome_zarr(memory(hierarchy_of(kind, version)), depth=depth)


@pytest.mark.parametrize("depth", ["all", "arrays", "attributes"])
@pytest.mark.parametrize("kind", KINDS)
@every_version
def test_groups_are_converted_in_classes_of_users(version: str, kind: str, depth: str) -> None:
    group = _group(kind, version, depth)
    cls: Any = group.__class__
    any_group: Any = getattr(typing, "AnyGroup")  # noqa: B009 - a union for type checkers
    study: Any = attrs.make_class(
        "Study",
        {
            "title": attrs.field(type=str),
            "group": attrs.field(type=cls),
            "groups": attrs.field(type=list[cls]),
            "named": attrs.field(type=dict[str, cls]),
            "optional": attrs.field(type=cls | None),
            "other": attrs.field(type=cls | v05.GroupSpec | None, default=None),
            "any": attrs.field(type=any_group, default=group),
        },
    )
    made = study("cells", group, [group, group], {"first": group}, group, group)
    document = _round_trip(made, study)
    assert document["group"] == group.to_nodes()
    assert [path for path in document["group"] if path] == [
        path for path in group.to_flat() if path
    ]
    nothing = attrs.evolve(made, optional=None, other=None)
    assert _round_trip(nothing, study)["optional"] is None
    assert make_converter().structure(document | {"group": group}, study).group is group


@every_version
def test_group_is_an_object_of_its_stored_documents(version: str) -> None:
    group: Any = _group("image", version)
    nodes = group.to_nodes()
    assert list(nodes)[:3] == ["", "/0", "/1"]
    flat = {
        f"{path}/{name}".lstrip("/"): each
        for path, node in nodes.items()
        for name, each in node.items()
    }
    assert flat == hierarchy_of("image", version)
    assert MODULES[version].Image.from_nodes(nodes) == group


@every_version
def test_nodes_share_nothing_with_the_group(version: str) -> None:
    group = deepcopy(_group("plate", version))
    nodes = group.to_nodes()
    read = MODULES[version].HCS.from_nodes(nodes)
    for node in nodes.values():
        for document in node.values():
            document.clear()
    assert group == read == _group("plate", version)


@every_version
def test_plain_groups_and_arrays_are_converted(version: str) -> None:
    module = MODULES[version]
    array = array_of(version)
    inner = module.GroupSpec(attributes={"by": "hand"}, members={"a": array})
    group = module.GroupSpec(members={"b": inner, "c": module.GroupSpec(members=None), "d": array})
    hint: Any = module.ArraySpec | module.GroupSpec
    for node in (array, group, module.GroupSpec(members=None)):
        _round_trip(node, hint)
        _round_trip([node, None], list[hint | None])
    other: Any = MODULES["0.5" if version == "0.4" else "0.4"]
    both: Any = hint | other.ArraySpec | other.GroupSpec
    _round_trip([group, array], list[both])
    _round_trip(group, module.GroupSpec)
    image = _group("image", version)
    assert make_converter().structure(image.to_nodes(), hint).to_flat().keys() == (
        image.to_flat().keys()
    )
    assert _round_trip(image, module.Image | module.GroupSpec)
    _round_trip(group, module.Image | module.GroupSpec)


def test_members_that_metadata_does_not_name_are_kept() -> None:
    made = image_of("0.5")
    other = v05.GroupSpec(attributes={"by": "hand"}, members={"deep": array_of("0.5")})
    made = attrs.evolve(made, members={**made.members, "more": other, "last": array_of("0.5")})
    _round_trip(made, v05.Image)


def test_scenes_are_converted() -> None:
    system = image_of("0.6").ome_attributes.multiscales[0].coordinateSystems[0].name
    made = v06.Scene.new(
        images={"a": image_of("0.6"), "deep/b": image_of("0.6", 1)},
        coord_transforms=[
            Identity(
                input=CoordinateSystemIdentifier(name=system, path="a"),
                output=CoordinateSystemIdentifier(name=system, path="deep/b"),
            )
        ],
    )
    _round_trip(made, v06.Image | v06.Scene)
    _round_trip(made.attributes, SceneZarrAttrs06 | ImageZarrAttrs06)


@pytest.mark.parametrize("content", [None, b"", b"<OME/>", "<ä/>".encode(), b"\xff\x00", b"\r\n"])
@every_version
def test_files_of_collections_are_kept(version: str, content: bytes | None) -> None:
    cls = MODULES[version].BioFormats2Raw
    made = cls.new([image_of(version, 1)], ome_xml=content)
    assert make_converter().structure(_round_trip(made, cls), cls).ome_xml == content
    assert _round_trip(made, typing.AnyGroup) == made.to_nodes()


@pytest.mark.parametrize("content", [3, None, {}, {"base64": "?"}, {"base64": 1}, ["<OME/>"]])
def test_files_of_other_types_are_refused(content: object) -> None:
    nodes = _group("bioformats2raw", "0.5").to_nodes()
    wrong = broken(nodes, ("", "OME/METADATA.ome.xml"), content)
    (problem,) = _problems(wrong, v05.BioFormats2Raw)
    assert problem.startswith("['OME/METADATA.ome.xml']: expected the name of a document of Zarr")


class Own(v05.Image):
    """A user's class."""

    __slots__ = ()


@attrs.frozen(kw_only=True)
class Noted(v04.Image):
    """A user's class with a field that is in no document."""

    note: str = ""
    tags: list[str] = attrs.field(factory=list[str])
    first: Any = attrs.field(default=attrs.Factory(lambda self: self.members, takes_self=True))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.attributes.extra.get("note") == "refused":
            raise ValidationError((Problem("own", "error", "", (), "no"),))


def test_classes_of_users_are_converted() -> None:
    own = Own.from_nodes(image_of("0.5").to_nodes())
    assert type(own) is Own
    document = _round_trip({"own": own}, dict[str, Own])
    _round_trip({"own": own}, dict[str, Own | v04.Image])
    assert type(make_converter().structure(document["own"], v05.Image)) is v05.Image
    noted = Noted.from_nodes(image_of("0.4").to_nodes())
    _round_trip(noted, Noted)
    with pytest.raises(TypeError, match="Noted, whose field 'note' is in none of its documents"):
        make_converter().unstructure(attrs.evolve(noted, note="blurred"))
    with pytest.raises(TypeError, match="field 'tags'"):
        v04.GroupSpec(members={"a": attrs.evolve(noted, tags=["blurred"])}).to_nodes()
    wrong = broken(noted.to_nodes(), ("", ".zattrs", "note"), "refused")
    assert _problems(wrong, Noted) == ["no [own]"]


def test_hooks_of_users_are_used() -> None:
    converter = make_converter()
    converter.register_unstructure_hook(Noted, attrgetter("note"))
    converter.register_structure_hook(Axis, lambda value, _: Axis(name=value))
    noted = attrs.evolve(Noted.from_nodes(image_of("0.4").to_nodes()), note="blurred")
    assert converter.unstructure([noted]) == ["blurred"]
    assert converter.structure("x", AxisOrDataset) == Axis(name="x")
    assert converter.structure(Axis(name="y"), AxisOrDataset) == Axis(name="y")

    def refuse(*_: Any) -> Any:
        msg = "no"
        raise KeyError(msg)

    converter.register_structure_hook(Axis, refuse)
    with pytest.raises(ValidationError, match=r"^expected one of Axis, Dataset, got .*: likeliest"):
        converter.structure({"name": "x"}, AxisOrDataset)


# ---- what is wrong ----

# (version, changes of the nodes of an image with two label images, problems)
WRONG: list[tuple[str, dict[Any, Any], list[str]]] = [
    (
        "0.5",
        {
            ("", "zarr.json", "attributes", "ome", "multiscales", 0, "datasets", 0, "path"): 3,
            ("/1", "zarr.json", "shape"): "a",
            ("/labels/cells", "zarr.json", "attributes", "ome", "image-label", "colors"): 3,
            ("/more",): {"zarr.json": {"zarr_format": 3, "node_type": "array"}},
        },
        [
            "zarr.json attributes.ome.multiscales[0].datasets[0].path: expected a string, got 3",
            "1 zarr.json shape: expected a list, got",
            "labels/cells zarr.json attributes.ome.image-label.colors: expected a list",
            "more zarr.json shape: required, but missing",
        ],
    ),
    (
        "0.4",
        {
            ("", ".zattrs", "multiscales", 0, "datasets", 0, "path"): 3,
            ("/1", ".zarray", "shape"): "a",
            ("/labels/cells", ".zattrs", "image-label", "colors"): 3,
            ("/more",): {".zarray": {"zarr_format": 2}, ".zattrs": 3},
        },
        [
            ".zattrs multiscales[0].datasets[0].path: expected a string, got 3",
            "1 .zarray shape: expected a list, got",
            "labels/cells .zattrs image-label.colors: expected a list",
            "more .zarray shape: required, but missing",
            "more .zattrs: expected an object, got 3",
        ],
    ),
    ("0.5", {("/1",): ABSENT}, ["zarr.json attributes.ome.multiscales[0].datasets[1].path"]),
    (
        "0.5",
        {("", "zarr.json", "attributes", "ome", "version"): "0.6"},
        ["zarr.json attributes: expected OME-Zarr 0.5, got OME-Zarr 0.6"],
    ),
    ("0.5", {("", "zarr.json", "attributes"): ABSENT}, ["attributes.ome: required, but missing"]),
    ("0.5", {("", "zarr.json", "attributes"): 3}, ["expected an object, got 3"]),
    ("0.5", {("",): {".zgroup": {"zarr_format": 2}}}, ["expected Zarr format 3, got"]),
    ("0.5", {("", "zarr.json", "zarr_format"): 2}, ["zarr.json zarr_format: expected 3, got 2"]),
    ("0.5", {("/0", "zarr.json"): ABSENT}, ["zarr.json attributes.ome.multiscales[0].datasets[0]"]),
    (
        "0.5",
        {
            ("/x",): {".zgroup": {"zarr_format": 2}},
            ("/y",): {"zarr.json": 3},
            ("/z",): {"zarr.json": {"zarr_format": True}},
        },
        [
            "x: expected zarr.json of Zarr format 3, got .zgroup [storage.zarr-format]",
            "y zarr.json: expected an object, got 3",
            "z zarr.json zarr_format: expected 3, got true",
            'z zarr.json node_type: expected "group", got null',
        ],
    ),
    (
        "0.4",
        {
            ("/x",): {},
            ("/y",): {".zgroup": {"zarr_format": 2}, ".zattrs": 3},
            ("/z",): {".zgroup": {"zarr_format": 3}},
        },
        [
            "x: expected .zgroup of Zarr format 2, got none",
            "y .zattrs: expected an object, got 3",
            "z .zgroup zarr_format: expected 2, got 3",
        ],
    ),
    (
        "0.5",
        {
            ("0",): {},
            (3,): {},
            ("/a/../b",): {},
            ("/c",): 3,
            ("/d",): {"zarr.json": {"zarr_format": 3, "node_type": "group"}, "zarr": 3, 4: 3},
            ("", "members"): [],
            ("/0/e",): {"zarr.json": {"zarr_format": 3, "node_type": "group"}},
            ("/labels", "members"): None,
        },
        [
            "expected the path of a node, such as '/labels/0', got \"0\" [type]",
            "expected the path of a node, such as '/labels/0', got 3 [type]",
            "expected the path of a node, such as '/labels/0', got \"/a/../b\" [type]",
            "c: expected an object with the documents of a node, got 3 [type]",
            'd zarr: expected the name of a document of Zarr, got "zarr" [type]',
            "d 4: expected the name of a document of Zarr, got 4 [type]",
            "members: expected null or no such key, got [] [type]",
            '0/e: expected no node here: "0" is an array [type]',
            'labels/cells: expected no node here: the members of "labels" are null [type]',
        ],
    ),
]


@pytest.mark.parametrize(("version", "changes", "expected"), WRONG)
def test_all_problems_are_named_with_their_nodes(
    version: str, changes: dict[Any, Any], expected: list[str]
) -> None:
    group = _group("image", version)
    nodes = group.to_nodes()
    for loc, value in changes.items():
        nodes = broken(nodes, loc, value)
    found = _problems(nodes, type(group))
    for text in expected:
        assert any(text in each for each in found), (text, found)


@pytest.mark.parametrize("nodes", [3, None, [], "", v04.GroupSpec()])
@every_version
def test_what_is_no_object_is_refused(version: str, nodes: object) -> None:
    for cls in (MODULES[version].Image, MODULES[version].GroupSpec):
        if not isinstance(nodes, cls):
            (problem,) = _problems(nodes, cls)
            assert problem.startswith("expected an object with the nodes of a group by their paths")


@every_version
def test_groups_without_their_own_document(version: str) -> None:
    module = MODULES[version]
    assert make_converter().structure({}, module.GroupSpec) == module.GroupSpec(members={})
    assert _problems({}, module.Image)
    nodes = _group("plate", version).to_nodes()
    del nodes["/A"]  # a group between others, as `from_flat` makes them
    assert make_converter().structure(nodes, module.HCS) == _group("plate", version)


_MISSING = (
    'zarr.json attributes.ome.multiscales[0].datasets[1].path: expected an array at "1", got '
    "nothing there [ms.ds-array-exists]"
)


def test_groups_in_fields_have_their_place() -> None:
    nodes = broken(image_of("0.5").to_nodes(), ("/1",), ABSENT)
    with pytest.raises(cattrs.IterableValidationError) as caught:
        make_converter().structure([nodes], list[v05.Image])
    assert cattrs.transform_error(caught.value, format_exception=lambda e, _: str(e)) == [
        f"{_MISSING} @ $[0]"
    ]
    nodes = broken(nodes, ("/0", "zarr.json", "shape"), 3)
    with pytest.raises(ValidationError) as error:
        structure([nodes], list[v05.Image])
    assert [problem.place for problem in error.value.problems] == [
        "[0]['/0']['zarr.json'].shape",
        "[0]['']['zarr.json'].attributes.ome.multiscales[0].datasets[1].path",
    ]
    assert structure([image_of("0.5").to_nodes()], list[v05.Image]) == [image_of("0.5")]


def test_rules_of_stores_do_not_apply() -> None:
    """A plate may be made before its wells, and a label image without its image."""
    nodes = _group("well", "0.5").to_nodes()
    without = {path: node for path, node in nodes.items() if not path.startswith("/1")}
    made = make_converter().structure(without, v05.Well)
    assert len([*made.images]) == 1
    wrong = broken(without, ("/0/0", "zarr.json", "shape"), 3)
    assert _problems(wrong, v05.Well) == [
        "0/0 zarr.json shape: expected a list, got 3 [ms.ds-array-exists]"
    ]
    label = _group("image-label", "0.5").to_nodes()
    loc = ("", "zarr.json", "attributes", "ome", "image-label", "source", "image")
    label = broken(label, loc, "../../other")
    assert make_converter().structure(label, v05.ImageLabel)
    assert len(_problems(broken(label, ("/0", "zarr.json", "shape"), 3), v05.ImageLabel)) == 1


NODES = {version: _group("image", version).to_nodes() for version in VERSIONS}
PLACES = {version: [loc for loc, _ in places(nodes)] for version, nodes in NODES.items()}


@given(st.sampled_from(VERSIONS), st.data())
def test_any_nodes_are_read_or_refused_with_problems(version: str, data: st.DataObject) -> None:
    nodes: Any = deepcopy(NODES[version])
    for place in data.draw(st.lists(st.sampled_from(PLACES[version]), min_size=1, max_size=3)):
        put(nodes, place, data.draw(FREE))
    for path in data.draw(st.lists(st.sampled_from([*NODES[version]]), max_size=2)):
        nodes.pop(path, None)
    cls = MODULES[version].Image
    hints: list[Any] = [cls, AnyImage, typing.AnyGroup]
    for hint in hints:
        try:
            read: Any = make_converter().structure(nodes, hint)
        except ValidationError as error:
            levels = {problem.level for problem in error.problems}
            assert levels == {"error"}
        else:
            assert make_converter().structure(read.to_nodes(), read.__class__) == read


@pytest.mark.parametrize("kind", KINDS)
@every_version
def test_problems_are_those_of_reports(version: str, kind: str) -> None:
    """What is wrong in the metadata is said as `validate` says it of a store."""
    documents = hierarchy_of(kind, version)
    key, place = (".zattrs", ()) if version == "0.4" else ("zarr.json", ("attributes", "ome"))
    metadata: Any = documents[key]
    for step in place:
        metadata = metadata[step]
    group = _group(kind, version)
    for loc in [(*place, step) for step in metadata]:
        wrong = {**documents, key: broken(documents[key], loc, 3.5)}
        nodes = broken(group.to_nodes(), ("", key, *loc), 3.5)
        report = validate(memory(wrong), version=version, kind=kind, listing=False)
        expected = [str(p) for p in report.problems if p.level == "error"]
        assert _problems(nodes, type(group)) == expected


# ---- unions ----


def _metadata(kind: str, version: str) -> Any:
    """Return metadata as its class has it, which is not how it is stored."""
    metadata = metadata_of(kind, version)
    return metadata if version == "0.4" else stored(metadata, version)["ome"]


_ATTRS = ImageAttrs04 | ImageAttrs05 | ImageAttrs06

# (union, document, class)
UNIONS: list[tuple[Any, Any, type]] = [
    (_ATTRS, _metadata("image", "0.4"), ImageAttrs04),
    (_ATTRS, _metadata("image", "0.5"), ImageAttrs05),
    (_ATTRS, _metadata("image", "0.6"), ImageAttrs06),
    (ImageAttrs05 | HCSAttrs05, _metadata("plate", "0.5"), HCSAttrs05),
    (ImageAttrs05 | HCSAttrs05 | None, _metadata("image", "0.5"), ImageAttrs05),
    (ImageAttrs04 | LabelsAttrs04, _metadata("labels", "0.4"), LabelsAttrs04),
    (ImageZarrAttrs05 | ImageAttrs05, _metadata("image", "0.5"), ImageAttrs05),
    (ImageZarrAttrs05 | ImageAttrs05, stored(image(version="0.5"), "0.5"), ImageZarrAttrs05),
    (ImageZarrAttrs05 | ImageZarrAttrs06, stored(image(version="0.6"), "0.6"), ImageZarrAttrs06),
    (ImageZarrAttrs05 | ImageAttrs04, image(), ImageAttrs04),
    (ImageAttrs04 | ImageAttrs05, {**image(), "": 1, "/": 2}, ImageAttrs04),
    (ImageAttrs04 | ImageAttrs05, {**image(), "zarr_format": 2}, ImageAttrs04),
    # A label image is an image as well, and is read as one where only that is expected.
    (ImageLabelAttrs05 | ImageAttrs05, _metadata("image-label", "0.5"), ImageLabelAttrs05),
    (ImageAttrs05 | HCSAttrs05, _metadata("image-label", "0.5"), ImageAttrs05),
    # Parts of metadata are told by what is valid, and by their keys.
    (Axis | Dataset, {"name": "x"}, Axis),
    (Axis | Axis06, {"name": "x"}, Axis),
    (Axis | Axis06, {"name": "x", "discrete": True}, Axis06),
    (Multiscale06 | Multiscale05, multiscale("yx", version="0.5"), Multiscale05),
    (Multiscale05 | Multiscale06, multiscale("yx", version="0.6"), Multiscale06),
    (ImageAttrs04 | Axis, {"name": "x"}, Axis),
    (ImageAttrs04 | Axis, image(), ImageAttrs04),
    (Axis | v05.Image, {"name": "x"}, Axis),
    (Axis | v05.Image, image_of("0.5").to_nodes(), v05.Image),
    # Groups are told from their metadata by their form.
    (v05.Image | ImageAttrs05, _metadata("image", "0.5"), ImageAttrs05),
    (v05.Image | ImageAttrs05, image_of("0.5").to_nodes(), v05.Image),
    *((AnyImage, image_of(version).to_nodes(), MODULES[version].Image) for version in VERSIONS),
    (v05.Image | v05.HCS, _group("plate", "0.5").to_nodes(), v05.HCS),
    (v05.Image | v05.HCS, _group("image-label", "0.5").to_nodes(), v05.Image),
    (v04.Image | typing.AnyGroup, _group("well", "0.6").to_nodes(), v06.Well),
    (v06.Well | typing.AnyGroup, _group("image", "0.4").to_nodes(), v04.Image),
    (v05.Image | Own, image_of("0.5").to_nodes(), v05.Image),
]


@pytest.mark.parametrize(("union", "document", "cls"), UNIONS)
def test_documents_tell_the_class_of_a_union(union: Any, document: Any, cls: type) -> None:
    read = make_converter().structure(document, union)
    assert type(read) is cls
    assert make_converter().structure(read, union) is read
    assert _round_trip([read], list[union]) == [document]


_UNKNOWN = "of an unknown kind of group: expected metadata of OME-Zarr 0.4, 0.5, 0.6, got none"

# Unions, documents that are of none of their classes, and the problems.
OTHERS: list[tuple[Any, Any, list[str]]] = [
    (
        ImageAttrs05 | HCSAttrs05,
        _metadata("plate", "0.6"),
        ["ImageAttrs, v05.HCSAttrs, got metadata of an OME-Zarr 0.6 group of kind 'plate' [type]"],
    ),
    (
        ImageAttrs04 | LabelsAttrs04,
        stored(image(version="0.5"), "0.5"),
        ["got metadata of an OME-Zarr 0.5 group of kind 'image' [type]"],
    ),
    (_ATTRS, {}, [f"ImageAttrs, got metadata {_UNKNOWN}"]),
    (_ATTRS, 3, ["got metadata of an unknown kind of group: expected an object, got 3 [type]"]),
    (_ATTRS, image_of("0.5").to_nodes(), ["got nodes of an OME-Zarr 0.5 group of kind 'image'"]),
    (
        AnyImage,
        image(),
        [f"expected one of v04.Image, v05.Image, v06.Image, got nodes {_UNKNOWN} [type]"],
    ),
    (AnyImage, 3, [f"got nodes {_UNKNOWN}"]),
    (AnyImage, {"": 3}, [f"got nodes {_UNKNOWN}"]),
    (AnyImage, _group("plate", "0.6").to_nodes(), ["nodes of an OME-Zarr 0.6 group of kind 'plat"]),
    (typing.AnyGroup, {}, [f"expected one of BaseGroup, got nodes {_UNKNOWN}"]),
    (
        v04.ArraySpec | v05.GroupSpec,
        {"zarr_format": 3},
        ["expected one of ArraySpec, GroupSpec, got a document of Zarr format 3 [type]"],
    ),
    # The class is known by the document, and says what is wrong.
    (
        _ATTRS,
        broken(image(), ("multiscales", 0, "axes"), 3),
        ["multiscales[0].axes: expected a list, got 3"],
    ),
    (
        AnyImage,
        broken(image_of("0.5").to_nodes(), ("/1", "zarr.json", "shape"), 3),
        ["1 zarr.json shape: expected a list, got 3"],
    ),
    (
        Axis | Dataset,
        {"path": "0"},
        [
            'expected one of Axis, Dataset, got {"path": "0"}: likeliest Dataset [type]',
            "coordinateTransformations: required, but missing",
        ],
    ),
    (Axis | Dataset, {"color": "red"}, ['expected one of Axis, Dataset, got {"color": "red"} [']),
    (Axis | Dataset, "x", ['expected one of Axis, Dataset, got "x" [type]']),
    (Axis | Dataset, None, ["expected one of Axis, Dataset, got null [type]"]),
]


@pytest.mark.parametrize(("union", "document", "expected"), OTHERS)
def test_documents_of_other_classes_are_named(
    union: Any, document: Any, expected: list[str]
) -> None:
    found = _problems(document, union)
    assert len(found) == len(expected)
    for problem, text in zip(found, expected, strict=True):
        assert text in problem


@attrs.frozen(kw_only=True)
class Twice(Axis):
    """A model with a union in a field."""

    of: v05.Image | v04.Image | None = None


def test_unions_in_models_are_converted() -> None:
    document = {"name": "x", "of": image_of("0.5").to_nodes()}
    converter = make_converter()
    read = converter.structure(document, Twice)
    assert read.of == image_of("0.5")
    assert converter.unstructure(read) == document
    wrong = broken(document, ("of", "/1"), ABSENT)
    with pytest.raises(ValidationError, match=r"^of\[''\]\['zarr\.json'\]\.attributes"):
        converter.structure(wrong, Twice)


def test_unions_with_other_classes_need_a_hook_of_the_user() -> None:
    converter = make_converter()
    hint: Any = Axis | str
    with pytest.raises(cattrs.StructureHandlerNotFoundError):
        converter.structure({"name": "x"}, hint)

    def read(value: Any, _: Any) -> Any:
        return value if isinstance(value, str) else converter.structure(value, Axis)

    converter.register_structure_hook(hint, read)
    assert converter.structure(["y", {"name": "x"}], list[hint]) == ["y", Axis(name="x")]
    assert converter.unstructure(["y", Axis(name="x")], list[hint]) == ["y", {"name": "x"}]


def test_typing_has_the_base_of_all_groups() -> None:
    assert isinstance(image_of("0.4"), typing.AnyGroup)
    with pytest.raises(AttributeError, match="has no attribute 'Anything'"):
        typing.Anything  # type: ignore[attr-defined] # noqa: B018 - that is what is tested


def test_collections_and_labels_keep_the_classes_of_their_members() -> None:
    converter = make_converter()
    opened = open_ome_zarr(memory(collection(2)))
    read = converter.structure(converter.unstructure(opened), v04.BioFormats2Raw)
    assert type(read["1"]) is v04.Image
    labelled = open_ome_zarr(memory(hierarchy(labels={"nuclei": image_label()})))
    again: Any = converter.structure(converter.unstructure(labelled), v04.Image)
    assert type(again.labels["nuclei"]) is v04.ImageLabel
