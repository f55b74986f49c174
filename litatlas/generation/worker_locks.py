"""Which workers live: each holds a lock of its own, which the system frees when it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.locks import exclusive, shared
from litatlas.errors import BusyError
from litatlas.generation.home import Home

LOOK_SECONDS = 5.0
"""How long a worker that begins waits for others who look whether it lives."""


@contextmanager
def alive(home: Home, name: str) -> Iterator[None]:
    """Hold that the worker of this name lives, as long as the block runs or the process dies."""
    lock = _lock_of(home, name)
    with exclusive(lock, f"worker {name}", LOOK_SECONDS):
        yield
        lock.unlink(missing_ok=True)


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


def _lock_of(home: Home, name: str) -> Path:
    return home.workers / f"{name}.lock"
