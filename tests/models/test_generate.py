"""Names, keys and values that classes of users declare are data in generated functions."""

from __future__ import annotations

import enum
import gc
import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any, Literal

import attrs
import cattrs
import pytest

from ome_zarr_models import ValidationError, dumps, loads, register_hooks, structure, unstructure
from ome_zarr_models._json.values import is_list, is_object
from ome_zarr_models._models.fields import key
from ome_zarr_models._models.generate import Unsure, checker, structurer, unstructurer
from ome_zarr_models._models.model import Model
from ome_zarr_models._models.recommend import advise
from ome_zarr_models._models.rule import Rule
from ome_zarr_models._models.types import plain
from ome_zarr_models.v04.axes import Axis

HIT = "__import__('tests.models.test_generate').models.test_generate.RUN.append(1)"
CHOICE: Any = Literal
"""For type checkers, which want to know the values."""
AXIS = Axis(name="x", type="space")
RUN: list[int] = []
"""Gets an item for each hostile text that is executed."""

HOSTILE_NAMES = [
    f"A(o): pass\n{HIT}\ndef z",
    f"A\n    {HIT}\n",
    f"A\r{HIT}\r",
    f"\u2028{HIT}\u2028",
    f"'); {HIT}; ('",
    f"{{{HIT}}}",
    f'"""\n{HIT}\n"""',
    "a/b<c>:d",
    "",
    "ä ö \U0001f52c",
    "A" * 100_000,
]
HOSTILE_TEXTS = [
    *HOSTILE_NAMES,
    f"' + str({HIT}) + '",
    f"\\'] + [{HIT}] + ['",
    f"'\n{HIT}\n'",
    '"',
    "'",
    "\\",
    "\0",
    "class",
    "extra_",
]


def _short(text: str) -> str:
    return ascii(str.__str__(text))[:20]


class Evil(str):  # noqa: SLOT000 - as users write it
    """A string whose methods say that it is something else."""

    def __repr__(self) -> str:
        return HIT

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return HIT

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class EvilInteger(int):
    """An integer whose methods say that it is something else."""

    def __repr__(self) -> str:
        return HIT

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return HIT


class Colour(enum.StrEnum):
    """An enumeration, as users declare choices."""

    RED = "red"
    BLUE = "blue"


@pytest.fixture(autouse=True)
def nothing_is_executed() -> Iterator[None]:
    RUN.clear()
    yield
    assert RUN == []


def _round_trip(model: type[Any], document: dict[str, Any], other: object = None) -> Any:
    """Read and write a document in all ways; return the model. `other` is not of the class."""
    converter = cattrs.Converter()
    register_hooks(converter)
    read = structure(document, model)
    assert unstructure(read) == document
    assert loads(dumps(read), model) == read
    assert converter.structure(document, model) == read
    assert converter.unstructure(read) == document
    advise(read)
    assert attrs.evolve(read) == read
    with pytest.raises(ValidationError):
        structure(other, model)
    for text in _written(unstructure(read)):
        assert type(text) in (str, int, bool)
    # The detailed pass is not needed for any of it.
    assert structurer(model, lambda hint: structurer(hint, _unresolved))(document) == read
    checker(model)(read)
    return read


def _unresolved(hint: Any) -> Any:
    """Return what stands for the function of a model that is not read."""
    return hint


def _written(document: Any) -> Iterator[Any]:
    """Yield the keys and the scalars of a document."""
    if is_object(document):
        yield from document
        for value in document.values():
            yield from _written(value)
    elif is_list(document):
        for item in document:
            yield from _written(item)
    else:
        yield document


def _model(name: str, **fields: Any) -> type[Any]:
    """Return a frozen model class with fields, given as pairs of a type and `attrs.field`."""
    return _class(name, fields)


def _class(name: str, fields: Mapping[str, tuple[Any, Any]], **options: Any) -> type[Any]:
    body = {field: value for field, (_, value) in fields.items()}
    hints = {field: hint for field, (hint, _) in fields.items()}
    cls = type(name, (Model,), {**body, "__annotations__": hints, "__module__": __name__})
    model: type[Any] = attrs.frozen(kw_only=True, repr=False, **options)(cls)
    return model


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=_short)
def test_names_of_classes_are_no_source(name: str) -> None:
    read = _round_trip(type(name, (Axis,), {}), {"name": "x", "type": "space"}, {})
    assert type(read).__name__ == name


@pytest.mark.parametrize("name", [*HOSTILE_TEXTS, "\ud800", Evil(HIT)], ids=_short)
def test_qualified_names_of_classes_are_no_source(name: str) -> None:
    cls = type("A", (Axis,), {})
    cls.__qualname__ = name
    _round_trip(cls, {"name": "x"}, {})


def test_generated_functions_show_their_source() -> None:
    cls = type(f"A(o): pass\n{HIT}\ndef z", (Axis,), {})
    structure({"name": "x"}, cls)
    for function in (structurer(cls, _unresolved), checker(cls), unstructurer(cls, _unresolved)):
        source = inspect.getsource(function)
        assert source.startswith("def function(")
        assert "\n    return" in source
        assert HIT not in source
        assert HIT not in function.__name__
        assert "\n" not in function.__code__.co_filename
        assert len(function.__name__) < 200


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=_short)
@pytest.mark.parametrize("kind", [str, Evil])
def test_keys_are_no_source(text: str, kind: type[str]) -> None:
    name, other = kind(text), kind(f"{text}2")
    model = _model(
        "M",
        first=(str, attrs.field(metadata=key(name=name))),
        second=(int | None, attrs.field(default=None, metadata=key(name=other))),
        axes=(
            tuple[Axis, ...],
            attrs.field(metadata=key(Rule("a", "MUST", "x", "Has axes."), name=kind(f"{text}3"))),
        ),
    )
    document = {text: "a", f"{text}2": 3, f"{text}3": [{"name": "x", "type": "space"}]}
    _round_trip(model, document, {text: 3})
    with pytest.raises(ValidationError) as error:
        structure({}, model)
    places = {str(*problem.loc) for problem in error.value.problems}
    assert places == {text, f"{text}3"}


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=_short)
@pytest.mark.parametrize("kind", [str, Evil])
def test_choices_are_no_source(text: str, kind: type[str]) -> None:
    one, two = kind(text), kind(f"{text}'\n")
    single: Any = CHOICE[one]
    both: Any = CHOICE[one, two]
    model = _model(
        "M",
        choice=(single, attrs.field()),
        choices=(both, attrs.field()),
        several=(tuple[both, ...], attrs.field()),
        maybe=(single | None, attrs.field(default=None)),
    )
    document = {"choice": text, "choices": text, "several": [text, f"{text}'\n"], "maybe": text}
    _round_trip(model, document, {**document, "choice": f"{text}!"})
    for name in ("choices", "several"):
        with pytest.raises(ValidationError):
            structure({**document, name: f"{text}!"}, model)
    # The values that were declared are taken by the constructor, and are plain then.
    made = model(choice=one, choices=two, several=[two], maybe=one)
    assert dumps(made) == dumps(structure(unstructure(made), model))
    assert {type(value) for value in (made.choice, made.choices, *made.several)} == {str}


def test_choices_of_other_types_are_no_source() -> None:
    model = _model(
        "M",
        integer=(CHOICE[EvilInteger(3)], attrs.field()),
        integers=(CHOICE[EvilInteger(3), 2**100], attrs.field()),
        colour=(Literal[Colour.RED, Colour.BLUE], attrs.field()),
        flag=(Literal[True], attrs.field(default=True, metadata=key(required=True))),
        mixed=(Literal["a", 1], attrs.field()),
    )
    document = {"integer": 3, "integers": 3, "colour": "red", "flag": True, "mixed": "a"}
    _round_trip(model, document, {**document, "colour": "green"})
    made = model(integer=EvilInteger(3), integers=3, colour=Colour.RED, mixed=1)
    assert unstructure(made) == {**document, "mixed": 1}


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=_short)
@pytest.mark.parametrize("kind", [str, Evil])
def test_tags_of_unions_are_no_source(text: str, kind: type[str]) -> None:
    def member(tag: str, own: str) -> type[Any]:
        type_ = (CHOICE[tag], attrs.field(default=tag, metadata=key(required=True)))
        return _model("A", type=type_, own=(str, attrs.field(metadata=key(name=own))))

    same = kind(text)
    members = [member(same, kind(f"{text}{i}")) for i in "01"]
    others = [*members[:1], member(kind(f"{text}!"), kind("b"))]
    for first, second in (members, others):
        model = _model("M", part=(first | second, attrs.field()))
        document: dict[str, Any] = {"part": {"type": text, f"{text}0": "a"}}
        read = _round_trip(model, document, {"part": {"type": f"{text}?"}})
        assert type(read.part) is first
        converter: Any = cattrs.Converter()
        register_hooks(converter)
        assert converter.structure(document["part"], first | second) == read.part


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize(
    "name",
    ["class", "None", "o", "self", "v", "known", "arguments", "Unsure", "_1", "v_o", "ﬁeld", "ä"],
)
def test_names_of_fields_are_data(name: str, slots: bool) -> None:  # noqa: FBT001 - of a table
    """A keyword is no attribute in source, and a ligature is another name there."""
    fields = {
        name: (str, attrs.field(alias="first")),
        f"{name}2": (Axis | None, attrs.field(alias="second", default=None)),
        f"{name}3": (Mapping[str, Any], attrs.field(alias="third")),
        f"{name}4": (tuple[Axis, ...], attrs.field(alias="fourth")),
    }
    try:
        model = _class("M", fields, slots=slots, eq=False)
    except SyntaxError:
        pytest.skip("this attrs takes the names of fields as source itself")
    axis = {"name": "x", "type": "space"}
    document: dict[str, Any] = {
        name: "a",
        f"{name}2": axis,
        f"{name}3": {"b": [1]},
        f"{name}4": [axis],
    }
    read = structure(document, model)
    assert unstructure(read) == document
    assert loads(dumps(read), model).__class__ is model
    advise(read)
    free = {"b": [1]}
    made = model(first="a", second=AXIS, third=free, fourth=(AXIS,))
    free["b"].append(2)
    assert unstructure(made) == document


@pytest.mark.parametrize("name", ["a b", "a-b", "1", "a.b", "ﬁ x"])
def test_names_that_are_no_identifiers_are_data(name: str) -> None:
    """Classes that attrs makes without a source of its own may have any names."""
    these = {name: attrs.field(type=str, alias="first")}
    options: dict[str, Any] = {"frozen": True, "slots": False, "kw_only": True}
    try:
        model: Any = attrs.make_class("M", these, bases=(Model,), eq=False, repr=False, **options)
    except (SyntaxError, NameError):
        pytest.skip("this attrs takes the names of fields as source itself")
    model.__annotations__ = {name: str}
    read: Any = structure({name: "a"}, model)
    assert unstructure(read) == {name: "a"}
    with pytest.raises(ValidationError):
        structure({name: 3}, model)


@pytest.mark.parametrize("alias", ["other", "ä", "o", "extra_"])
def test_aliases_are_data(alias: str) -> None:
    model = _model("M", first=(str, attrs.field(alias=alias)))
    _round_trip(model, {"first": "a"}, {"first": 3})
    assert model(**{alias: "a"}).first == "a"


def test_whether_a_key_is_required_is_no_source() -> None:
    required: Any = Evil("x")
    declared = key(Rule("a", "SHOULD", "x", "It has a."), required=required)
    model = _model("M", first=(str | None, attrs.field(default=None, metadata=declared)))
    assert structure({"first": "a"}, model).first == "a"
    assert advise(structure({"first": "a"}, model)) == []


def test_types_that_equal_others_are_no_source() -> None:
    class Same(type):
        def __eq__(cls, _: object) -> bool:
            return True

        def __hash__(cls) -> int:
            return 1

    hint = Same(f"str or {HIT}", (), {})
    model = _model("M", first=(hint, attrs.field()))
    with pytest.raises(TypeError, match="expected a metadata class"):
        structure({"first": 3}, model)


def test_values_of_subclasses_become_plain() -> None:
    assert type(plain(Evil("a"))) is str
    assert type(plain(EvilInteger(3))) is int
    assert plain(EvilInteger(3)) == 3
    for value in (True, None, 3.5):
        assert plain(value) is value


def test_hostile_names_of_keys_in_documents_are_problems() -> None:
    with pytest.raises(ValidationError):
        Axis(name="x", extra={Evil("a"): 1})
    with pytest.raises(ValidationError):
        Axis(name=Evil("x"))


def test_fast_functions_stay_unsure_of_what_they_do_not_know() -> None:
    with pytest.raises(Unsure):
        structurer(Axis, _unresolved)({"name": Evil("x")})
    generated = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
    assert not any(HIT in each.__name__ for each in generated)
