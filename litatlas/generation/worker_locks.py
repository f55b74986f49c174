"""Which workers live: each holds a lock of its own, which the system frees when it dies.

The lock's file says which process it is, on which host; its time is the worker's last sign of life.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.locks import exclusive, shared
from litatlas.errors import BusyError
from litatlas.generation.home import Home

LOOK_SECONDS = 5.0
"""How long a worker that begins waits for others who look whether it lives."""
SIGN_SECONDS = 5.0
"""How often a worker gives a sign of life."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that lives; ``seen``: its last sign of life, seconds since 1970."""

    name: str
    process: int
    host: str
    seen: float


@contextmanager
def alive(home: Home, name: str) -> Iterator[None]:
    """Hold that the worker of this name lives, as long as the block runs or the process dies."""
    lock, over = _lock_of(home, name), threading.Event()
    with exclusive(lock, f"worker {name}", LOOK_SECONDS):
        threading.Thread(target=_give_signs, args=[lock, over], daemon=True).start()
        try:
            yield
        finally:
            over.set()
        lock.unlink(missing_ok=True)


def _give_signs(lock: Path, over: threading.Event) -> None:
    while not over.wait(SIGN_SECONDS):
        with suppress(OSError):
            lock.touch(exist_ok=True)


def is_alive(home: Home, name: str) -> bool:
    """Whether the worker of this name lives, on whichever host."""
    lock = _lock_of(home, name)
    if not name or not lock.exists():
        return False
    try:
        with shared(lock, "a look"):
            return False
    except BusyError:
        return True


def living(home: Home) -> list[str]:
    """The names of the workers that live."""
    return [lock.stem for lock in home.workers.glob("*.lock") if is_alive(home, lock.stem)]


def workers(home: Home) -> list[Worker]:
    """The workers that live, with what their locks say."""
    known = []
    for name in sorted(living(home)):
        with suppress(OSError, ValueError, KeyError, TypeError):  # it has ended meanwhile
            lock = _lock_of(home, name)
            told = json.loads(lock.read_text("utf-8"))
            seen = lock.stat().st_mtime
            known.append(Worker(name, int(told["process"]), str(told["host"])[:100], seen))
    return known


def _lock_of(home: Home, name: str) -> Path:
    return home.workers / f"{name}.lock"
