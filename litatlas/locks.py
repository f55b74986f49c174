"""One writer at a time: an advisory lock on a file of the home folder, which names who holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litatlas.errors import BusyError

POLL_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at ``path`` while ``doing`` goes on; the system frees it when the process dies.

    Raises:
        BusyError: another process still holds it after ``wait_seconds``; the message names it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
        file.truncate(0)
        file.write(f"{doing} (process {os.getpid()})")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
