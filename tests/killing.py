"""Killing litatlas at its steps: each change of a file of the home, and each commit to its library, is one.

A child process runs a command under an audit hook, which names the steps as they come and kills the process
with SIGKILL just before the step it was given. Nothing of this is in the product; new steps are found by
themselves.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

from tests.forked import run_forked

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
CODE = Path(__file__).parents[1]
_ALIKE = re.compile(r"building-\w+|[\w-]+(?=\.npy$)|[0-9a-f]{16,}|[0-9]+")


Action = Callable[[Path], None]
"""What is done in a home that no command does, as a sign-in; a function of a module."""


def steps_of(home: Path, *arguments: str, action: Action | None = None) -> list[str]:
    """Run a command to its end; the steps that it took, in order, each named once."""
    log = home.with_suffix(".steps")
    assert _run(home, arguments, "", log, action) == 0
    names = log.read_text("utf-8").splitlines()
    log.unlink()
    return list(dict.fromkeys(names))


def run_killed(home: Path, step: str, *arguments: str, action: Action | None = None) -> bool:
    """Run a command that is killed before a step; False when it never came to it."""
    return _run(home, arguments, step, None, action) == -signal.SIGKILL


def run_killed_after(home: Path, seconds: float, *arguments: str, action: Action | None = None) -> bool:
    """Run a command that is killed after some time; False when it had ended by then."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").touch()
        status = run_forked(home, *arguments, streams=Path(folder), action=action, killed_after=seconds)
        return status == -signal.SIGKILL


def run_through(home: Path, *arguments: str, action: Action | None = None) -> int:
    """Run a command to its end; its exit status."""
    return _run(home, arguments, "", None, action)


def _run(
    home: Path, arguments: tuple[str, ...], step: str, log: Path | None, action: Action | None = None
) -> int:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").touch()
        watch = partial(_watch, home, step, log)
        status = run_forked(home, *arguments, streams=Path(folder), watch=watch, action=action)
        assert "Traceback" not in (told := (Path(folder) / "err").read_text("utf-8")), told
        return status


def _watch(home: Path, step: str, log: Path | None) -> None:
    watch = _Watch(home, step, log)
    sys.addaudithook(watch.audit)
    event.listen(Engine, "commit", watch.commit)


class _Watch:
    def __init__(self, home: Path, step: str, log: Path | None) -> None:
        self._home = str(home)
        self._step = step
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if log else None
        self._trees = 0

    def audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Python tells of every change of a file here, just before it is made."""
        if name == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITES:
                self._file("write", path)
        elif name == "os.remove" and arguments[1] != -1:
            self._trees += 1
            self.at(f"remove file {min(self._trees, 3)} of a folder")
        elif name in EVENTS:
            self._file(name.removeprefix("os."), arguments[0])

    def commit(self, connection: Connection) -> None:
        """A transaction that wrote is about to be committed."""
        if connection.get_execution_options().get("immediate"):
            self.at(f"commit in {_callers()}")

    def _file(self, what: str, path: object) -> None:
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self._home + os.sep):
            self.at(f"{what} {_ALIKE.sub('*', os.fspath(path).removeprefix(self._home))}")

    def at(self, step: str) -> None:
        if self._log is not None:
            os.write(self._log, f"{step}\n".encode())
        elif step == self._step:
            os.kill(os.getpid(), signal.SIGKILL)


def _callers() -> str:
    """The two functions of ours that are nearest: what a commit is for."""
    frame: FrameType | None = sys._getframe(2)
    names: list[str] = []
    while frame is not None and len(names) < 3:
        path = Path(frame.f_code.co_filename)
        ours = path.is_relative_to(CODE) and "site-packages" not in path.parts  # .venv lies in the checkout
        if ours and path.parent.name != "library":
            names.append(frame.f_code.co_name)
        frame = frame.f_back
    return " of ".join(names)
