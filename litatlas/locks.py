"""One writer at a time: an advisory lock on a file of the home folder, which names who holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from litatlas.errors import BusyError

POLL_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at ``path`` alone while ``doing`` goes on; the system frees it when the process dies.

    Raises:
        BusyError: another process still holds it after ``wait_seconds``; the message names it.
    """
    with _held(path, fcntl.LOCK_EX, doing, wait_seconds) as file:
        file.truncate(0)
        file.write(f"{doing} (process {os.getpid()})")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def shared(path: Path, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at ``path`` together with others that share it, so that nobody has it alone.

    Raises:
        BusyError: another process still holds it alone after ``wait_seconds``.
    """
    with _held(path, fcntl.LOCK_SH, doing, wait_seconds):
        yield


@contextmanager
def _held(path: Path, kind: int, doing: str, wait_seconds: float) -> Iterator[TextIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.seek(0)
                    holder = file.read(200).strip() or "another process"
                    raise BusyError(
                        f"Cannot start {doing}: {holder} holds the lock.",
                        "Wait until it is over, or stop that process, and try again.",
                    ) from None
                time.sleep(POLL_SECONDS)
        yield file
