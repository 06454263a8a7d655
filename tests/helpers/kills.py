"""
Writes in child processes that are killed at one of their operations in the file system.

The module is run as a script that forks a child for each write, since a fork of the process
of the tests would inherit the locks of its threads.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import traceback
import warnings
from functools import cache
from importlib import import_module
from signal import SIGKILL
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from ome_zarr_models import open_ome_zarr

from .cli import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ome_zarr_models.typing import Overwrite

_CHANGING: Final = ("replace", "rename", "unlink", "remove", "rmdir", "mkdir", "chmod", "fchown")
_KILLED: Final = "killed"
_DONE: Final = "done"


class Write(NamedTuple):
    """
    A write to a local hierarchy.

    Parameters
    ----------
    target, path : str
        The folder, and the path of the group in it.
    source : str
        The folder of the group that is written; without one, the target is fixed.
    version : str
        The version to which the group is converted before.
    overwrite : bool or "documents"
        What happens to nodes that exist.
    """

    target: str
    path: str = ""
    source: str = ""
    version: str = ""
    overwrite: Overwrite = False

    def __call__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not self.source:
                run("fix", self.target)
                return
            group = _opened(self.source, self.version)
            group.to_zarr(self.target, self.path, overwrite=self.overwrite)


@cache
def _opened(source: str, version: str) -> Any:
    group = open_ome_zarr(source)
    return group.to_version(version) if version else group


class Killer:
    """A process that forks children, and kills each one before an operation that it names."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this module
            (sys.executable, "-m", __name__), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def kill(self, write: Write, at: int) -> bool:
        """Run a write that is killed at its operation `at`; return whether there is one."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([at, *write]).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().decode().strip()
        assert answer in (_KILLED, _DONE)
        return answer == _KILLED


def _serve() -> None:
    for name in ("zarr.storage", "zarr.api.asynchronous", "ome_zarr_models.v05.hcs"):
        import_module(name)  # as each child would
    for line in sys.stdin:
        at, *arguments = json.loads(line)
        write = Write(*arguments)
        if write.source:
            _opened(write.source, write.version)  # once for all children
        child = os.fork()
        if not child:
            _run_in_child(write, at)
        _, status = os.waitpid(child, 0)
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == SIGKILL
        print(_KILLED if is_killed else _DONE if status == 0 else f"failed: {status}", flush=True)  # noqa: T201 - the answer


def _run_in_child(write: Write, at: int) -> None:
    status = 1
    try:
        sys.stdout = io.StringIO()  # what the process prints is its answer
        _kill_at(at)
        write()
        status = 0
    except BaseException:  # noqa: BLE001 - the child must not go on as its parent does
        traceback.print_exc()
    finally:
        os._exit(status)


def _kill_at(at: int) -> None:
    """Let this process be killed before an operation; a write is begun, and then cut off."""
    left = [at]

    def is_last() -> bool:
        left[0] -= 1
        return left[0] == 0

    def patched(name: str, *, is_opening: bool = False) -> Callable[..., Any]:
        original = getattr(os, name)

        def killing(*arguments: Any, **options: Any) -> Any:
            is_reading = is_opening and arguments[1] & (os.O_WRONLY | os.O_RDWR) == 0
            if not is_reading and is_last():
                os.kill(os.getpid(), SIGKILL)
            return original(*arguments, **options)

        return killing

    def write(file: int, text: bytes) -> int:
        is_cut = file > 2 and is_last()
        written = original_write(file, text[: len(text) // 2] if is_cut else text)
        if is_cut:
            os.kill(os.getpid(), SIGKILL)
        return written

    original_write = os.write
    for name in _CHANGING:
        setattr(os, name, patched(name))
    os.open = patched("open", is_opening=True)
    os.write = write  # type: ignore[assignment]  # it takes fewer types than its own


if __name__ == "__main__":
    _serve()
