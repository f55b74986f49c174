"""One writer at a time: an advisory lock on a file, which names who holds it.

The system lets go of the lock when the process that holds it dies, so that none is ever left behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ingest.errors import BusyError

_POLL_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at ``path`` alone while ``doing`` goes on; threads and processes exclude each other.

    Raises:
        BusyError: another still holds it after ``wait_seconds``; the message names it.
    """
    with _opened(path) as file:
        _acquire(file, fcntl.LOCK_EX, doing, wait_seconds)
        holder = {"doing": doing, "process": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        _write(file, json.dumps(holder))
        try:
            yield
        finally:
            _write(file, "")


@contextmanager
def shared(path: Path, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at ``path`` together with others that share it, so that nobody has it alone.

    Raises:
        BusyError: another still holds it alone after ``wait_seconds``.
    """
    with _opened(path) as file:
        _acquire(file, fcntl.LOCK_SH, doing, wait_seconds)
        yield


def _opened(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+", encoding="utf-8")


def _acquire(file: IO[str], kind: int, doing: str, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise BusyError(
                    f"Cannot start {doing}: {_holder(file)} holds the lock.",
                    "Wait until it is done, or stop that process, then try again.",
                ) from None
            time.sleep(_POLL_SECONDS)


def _write(file: IO[str], text: str) -> None:
    """Say in the file who holds it; a full disk does not undo the lock."""
    with suppress(OSError):
        file.truncate(0)
        os.write(file.fileno(), text.encode())


def _holder(file: IO[str]) -> str:
    """Who wrote itself into the lock's file: what it does, its process and host, and for how long."""
    try:
        file.seek(0)
        record = json.loads(file.read(2_000) or "{}")
        seconds = max(0, round(time.time() - float(record["since"])))
        process = f"process {int(record['process'])} on {str(record['host'])[:100]}"
        return f"{str(record['doing'])[:100]} ({process}, for {seconds} s)"
    except (ValueError, KeyError, TypeError):
        return "another process"
