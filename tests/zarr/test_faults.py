"""Stores that fail at any of their operations, with any kind of error."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, Any, Final

import pytest
from zarr.errors import GroupNotFoundError
from zarr.storage import MemoryStore, WrapperStore

from ome_zarr_models import ValidationError, open_ome_zarr, open_ome_zarr_async, validate
from ome_zarr_models.exceptions import ConflictError, MissingNodeError, UnreadableNodeError

from ..helpers.factories import collection, hierarchy, image, image_label, plate_hierarchy
from ..helpers.stores import documents_in, memory
from ..helpers.versions import MODULES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from zarr.abc.store import ByteRequest
    from zarr.core.buffer import Buffer, BufferPrototype

    from ome_zarr_models.typing import Overwrite


class _StrangeError(Exception):
    """An error that no library knows."""


_NOTHING: Final = "nothing"
_BYTES: Final = "bytes"
_TEXT: Final = "text"
_ERRORS: Final = (
    OSError("disk on fire"),
    PermissionError("not yours"),
    TimeoutError("too late"),
    _StrangeError("strange"),
    asyncio.CancelledError("by the store itself"),
)

every_error = pytest.mark.parametrize("error", _ERRORS, ids=lambda error: type(error).__name__)
every_answer = pytest.mark.parametrize("answer", [_NOTHING, _BYTES, _TEXT])
both_formats = pytest.mark.parametrize("version", ["0.4", "0.5"])


class _Faults:
    """
    What fails: one operation, or none if `at` is 0.

    ``asked`` is the number of operations so far, and ``key`` what failed.
    """

    def __init__(self, fault: BaseException | str, at: int = 0) -> None:
        self.fault, self.at, self.asked = fault, at, 0
        self.key = ""

    def is_due(self, key: str) -> bool:
        self.asked += 1
        if self.asked != self.at:
            return False
        self.key = key
        if isinstance(self.fault, BaseException):
            raise self.fault
        return True

    def answer(self, key: str, content: Buffer | None) -> Any:
        if not self.is_due(key) or content is None:
            return content
        text = content.to_bytes()
        return {_NOTHING: None, _BYTES: text, _TEXT: text.decode()}[str(self.fault)]


class _Wrapped(WrapperStore[MemoryStore]):
    """A store that can only be used asynchronously."""

    def __init__(self, store: MemoryStore, faults: _Faults) -> None:
        super().__init__(store)
        self.faults = faults

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        await asyncio.sleep(0)
        answer: Buffer | None = self.faults.answer(
            key, await super().get(key, prototype, byte_range)
        )
        return answer

    async def set(self, key: str, value: Buffer) -> None:
        await asyncio.sleep(0)
        self.faults.is_due(key)
        await super().set(key, value)

    async def delete(self, key: str) -> None:
        self.faults.is_due(key)
        await super().delete(key)

    async def delete_dir(self, prefix: str) -> None:
        self.faults.is_due(prefix)
        await super().delete_dir(prefix)

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        self.faults.is_due(prefix)
        async for name in super().list_dir(prefix):
            yield name


class _Synchronous(MemoryStore):
    """A store that is read synchronously."""

    def __init__(self, store: MemoryStore, faults: _Faults) -> None:
        super().__init__(vars(store)["_store_dict"])
        self.faults = faults

    def get_sync(
        self,
        key: str,
        *,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        found = super().get_sync(key, prototype=prototype, byte_range=byte_range)
        answer: Buffer | None = self.faults.answer(key, found)
        return answer

    async def get(
        self,
        key: str,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        return self.get_sync(key, prototype=prototype, byte_range=byte_range)


_Store = _Wrapped | _Synchronous
every_store = pytest.mark.parametrize("store", [_Wrapped, _Synchronous])


def _documents(version: str, kind: str = "image", size: int = 1) -> dict[str, Any]:
    if kind == "plate":
        return plate_hierarchy(["A/1", "B/2"][:size], fields=1, levels=1, version=version)
    if kind == "collection":
        return collection(size, version=version)
    labels = {name: image_label("yx", 1, version) for name in ["nuclei", "cells"][:size]}
    return hierarchy(image("yx", 1, version), labels, version)


def _consolidated(documents: dict[str, Any], version: str) -> dict[str, Any]:
    if version == "0.4":
        return {**documents, ".zmetadata": {"metadata": documents, "zarr_consolidated_format": 1}}
    held = {k.removesuffix("/zarr.json"): d for k, d in documents.items() if k != "zarr.json"}
    inline = {"kind": "inline", "must_understand": False, "metadata": held}
    return {**documents, "zarr.json": {**documents["zarr.json"], "consolidated_metadata": inline}}


def _open_async(store: _Store) -> Any:
    return asyncio.run(open_ome_zarr_async(store))


def _image_async(store: _Store) -> Any:
    held: dict[str, Any] = vars(store)
    inner: object = held.get("_store", store)
    found: dict[str, Any] = vars(inner)["_store_dict"]
    module = MODULES["0.5" if "zarr.json" in found else "0.4"]
    return asyncio.run(module.Image.from_zarr_async(store))


every_reader = pytest.mark.parametrize("read", [open_ome_zarr, _open_async, _image_async])


def _each_fault(
    store: type[_Store],
    documents: dict[str, Any],
    fault: BaseException | str,
    job: Callable[[_Store], Any],
) -> Iterator[_Store]:
    """Yield a store for each operation of a job, which fails there."""
    counted = store(memory(documents), _Faults(fault))
    job(counted)
    assert counted.faults.asked > 1
    for at in range(1, counted.faults.asked + 1):
        yield store(memory(documents), _Faults(fault, at))


def _is_not_needed(store: _Store, version: str) -> bool:
    """Return whether what failed is a document of the other Zarr format."""
    return version != "0.4" and store.faults.key == ".zmetadata"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


@every_store
@every_reader
@both_formats
@every_error
def test_failing_read(
    store: type[_Store], read: Callable[[_Store], Any], version: str, error: BaseException
) -> None:
    documents = _documents(version)
    expected = open_ome_zarr(memory(documents))
    for failing in _each_fault(store, documents, error, read):
        raised: UnreadableNodeError | None = None
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                opened = read(failing)
            except UnreadableNodeError as unread:
                raised, opened = unread, expected
        if raised is not None:
            assert any(cause is error for cause in _causes(raised))
            assert "could not be read: " in str(raised)
        else:  # without a document that need not be there
            is_said = any("could not be read: " in str(each.message) for each in warned)
            assert is_said or _is_not_needed(failing, version)
        # What is refused may be absent; a refused group of labels is.
        assert opened == expected or isinstance(error, PermissionError)


@every_store
@both_formats
@every_error
@pytest.mark.parametrize("consolidated", ["use", "ignore", "check"])
def test_validation_of_a_failing_store(
    store: type[_Store], version: str, error: BaseException, consolidated: Any
) -> None:
    documents = _consolidated(_documents(version), version)
    for failing in _each_fault(
        store, documents, error, lambda each: validate(each, consolidated=consolidated)
    ):
        report = validate(failing, consolidated=consolidated)
        assert failing.faults.asked >= failing.faults.at
        is_said = any(problem.rule == "unreadable" for problem in report.problems)
        assert is_said or _is_not_needed(failing, version)


@every_store
@every_reader
@both_formats
@every_answer
def test_store_that_returns_something_else(
    store: type[_Store], read: Callable[[_Store], Any], version: str, answer: str
) -> None:
    documents = _documents(version)
    expected = open_ome_zarr(memory(documents))
    for failing in _each_fault(store, documents, answer, read):
        report = validate(store(failing, _Faults(answer, failing.faults.at)))  # type: ignore[arg-type]  # of a union of classes
        assert report.status in ("valid", "invalid", "unreadable")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a node that is not there
                group = read(failing)
        except UnreadableNodeError:
            assert answer == _TEXT
        except (MissingNodeError, ValidationError):
            assert answer == _NOTHING
        else:
            assert group == expected or answer == _NOTHING


def test_cancelled_read_is_cancelled() -> None:
    class Waiting(_Wrapped):
        async def get(self, *_: Any, **__: Any) -> Buffer | None:
            begun.set()
            await asyncio.sleep(60)
            return None

    async def run() -> None:
        reading = asyncio.create_task(open_ome_zarr_async(store))
        await begun.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert reading.cancelled()

    begun = asyncio.Event()
    store = Waiting(memory({}), _Faults(_NOTHING))
    asyncio.run(run())


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("read", [open_ome_zarr, validate])
def test_interrupts_pass(interrupt: type[BaseException], read: Callable[[Any], Any]) -> None:
    store = _Synchronous(memory(_documents("0.4")), _Faults(interrupt(), 2))
    with pytest.raises(interrupt):
        read(store)


_MODES: Final[tuple[Overwrite, ...]] = (False, True, "documents")
every_mode = pytest.mark.parametrize("overwrite", _MODES)
every_kind = pytest.mark.parametrize(
    "kind",
    [
        "image",
        pytest.param("plate", marks=pytest.mark.slow),
        pytest.param("collection", marks=pytest.mark.slow),
    ],
)


def _old(kind: str, version: str, overwrite: Overwrite) -> dict[str, Any]:
    documents = _documents(version, kind)
    documents.pop("OME/METADATA.ome.xml", None)
    return {} if overwrite is False else _consolidated(documents, version)


def _expected(kind: str, version: str, overwrite: Overwrite) -> tuple[Any, dict[str, Any]]:
    """Return the group to write, and the documents that are there then."""
    group = open_ome_zarr(memory(_documents(version, kind, 2)))
    store = memory(_old(kind, version, overwrite))
    _write(group, store, overwrite)
    return group, documents_in(store)


def _write(group: Any, store: Any, overwrite: Overwrite) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # metadata without pixels
        group.to_zarr(store, overwrite=overwrite)


@every_kind
@both_formats
@every_mode
@every_error
def test_failing_write(kind: str, version: str, overwrite: Overwrite, error: BaseException) -> None:
    group, expected = _expected(kind, version, overwrite)
    old = _old(kind, version, overwrite)
    for failing in _each_fault(_Wrapped, old, error, lambda store: _write(group, store, overwrite)):
        inner = vars(failing)["_store"]
        with pytest.raises(Exception) as raised:  # noqa: PT011 - of any kind
            _write(group, failing, overwrite)
        assert any(isinstance(cause, type(error)) for cause in _causes(raised.value))
        assert not isinstance(raised.value, asyncio.CancelledError)
        for key, document in documents_in(inner).items():
            assert document in (old.get(key), expected.get(key)) or key in (
                ".zmetadata",
                "zarr.json",
            )
        _write(group, inner, overwrite or "documents")
        assert documents_in(inner) == expected
        assert validate(inner, consolidated="check").status == "valid"


@every_kind
@both_formats
@every_mode
@every_answer
def test_write_to_a_store_that_returns_something_else(
    kind: str, version: str, overwrite: Overwrite, answer: str
) -> None:
    group, expected = _expected(kind, version, overwrite)
    old = _old(kind, version, overwrite)
    for failing in _each_fault(
        _Wrapped, old, answer, lambda store: _write(group, store, overwrite)
    ):
        inner = vars(failing)["_store"]
        try:
            _write(group, failing, overwrite)
        except (ConflictError, FileExistsError, GroupNotFoundError):
            assert answer == _NOTHING
        except AttributeError:  # of zarr, which opens the group when all is written
            assert answer != _NOTHING
            assert documents_in(inner) == expected
        except TypeError as error:
            assert answer == _TEXT
            assert "the store returned str, not bytes" in str(error)  # noqa: PT017 - of one answer
        _write(group, inner, overwrite or "documents")
        assert documents_in(inner) == expected
