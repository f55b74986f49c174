"""One writer for each index: a lock file that says who holds it and that a killed process lets go of."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from search.engines.contract import LockedError

_POLL = 0.1  # seconds between tries


@contextmanager
def writer_lock(path: Path, what: str, wait: float) -> Iterator[None]:
    """Hold the lock at ``path`` while writing to ``what``; `LockedError` names the holder after ``wait``
    seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        _acquire(file, what, wait)
        file.truncate(0)
        json.dump({"process": os.getpid(), "host": socket.gethostname(), "since": time.time()}, file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
            fcntl.flock(file, fcntl.LOCK_UN)


def _acquire(file: IO[str], what: str, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise LockedError(
                    f"{what} is being written to by {_holder(file)}.",
                    "Wait until it is done, then try again.",
                ) from None
            time.sleep(_POLL)


def _holder(file: IO[str]) -> str:
    try:
        file.seek(0)
        record = json.loads(file.read() or "{}")
        seconds = max(0, round(time.time() - float(record["since"])))
        return f"process {int(record['process'])} on {str(record['host'])[:100]} (for {seconds} s)"
    except (ValueError, KeyError, TypeError):
        return "another process"
