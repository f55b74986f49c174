"""Which workers live: each holds a lock of its own, which the system frees when it dies.

The lock's file says which process it is, on which host; its time is the worker's last sign of life. Where the
library is PostgreSQL, the worker holds a lock there too, by which other hosts know it.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.library.backend.advisory_locks import Held
from ingest.library.library import Library
from ingest.locks import exclusive, shared
from litatlas.errors import BusyError, LitatlasError
from litatlas.generation.home import Home

LOOK_SECONDS = 5.0
"""How long a worker that begins waits for others who look whether it lives."""
_HOLDER = re.compile(r"worker (\w+) process (\d+) on (.*)")
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
def alive(home: Home, name: str, library: Library | None = None) -> Iterator[None]:
    """Hold that the worker of this name lives, as long as the block runs or the process dies."""
    lock, over, doing = _lock_of(home, name), threading.Event(), f"worker {name}"
    between_hosts = library.lock(doing, doing, LOOK_SECONDS) if library else nullcontext()
    with exclusive(lock, doing, LOOK_SECONDS), between_hosts as held:
        threading.Thread(target=_give_signs, args=[lock, over, held], daemon=True).start()
        try:
            yield
        finally:
            over.set()
        lock.unlink(missing_ok=True)


def _give_signs(lock: Path, over: threading.Event, held: Held | None) -> None:
    while not over.wait(SIGN_SECONDS):
        with suppress(OSError):
            lock.touch(exist_ok=True)
        if held is not None:
            with suppress(LitatlasError):  # the server is away: the next sign takes the lock anew
                held.keep()


def is_alive(home: Home, name: str, library: Library | None = None) -> bool:
    """Whether the worker of this name lives, on this host or, as the library knows, on another."""
    lock = _lock_of(home, name)
    if name and lock.exists():
        try:
            with shared(lock, "a look"):
                pass
        except BusyError:
            return True
    return bool(name) and library is not None and library.is_locked(f"worker {name}")


def living(home: Home, library: Library | None = None) -> list[str]:
    """The names of the workers that live, on whichever host."""
    here = [lock.stem for lock in home.workers.glob("*.lock") if is_alive(home, lock.stem, library)]
    return here + [worker.name for worker in _elsewhere(library, here)]


def _elsewhere(library: Library | None, here: Collection[str]) -> list[Worker]:
    """The workers that only the library knows: their hosts have homes of their own."""
    told = library.lock_holders("worker ") if library is not None else []
    matches = [match for match in map(_HOLDER.fullmatch, told) if match and match[1] not in here]
    now = time.time()  # the server says that they live
    return [Worker(match[1], int(match[2]), match[3], now) for match in matches]


def workers(home: Home, library: Library | None = None) -> list[Worker]:
    """The workers that live, with what their locks say."""
    names = sorted(living(home, library))
    known = _elsewhere(library, [name for name in names if _lock_of(home, name).exists()])
    for name in names:
        with suppress(OSError, ValueError, KeyError, TypeError):  # it has ended meanwhile
            lock = _lock_of(home, name)
            told = json.loads(lock.read_text("utf-8"))
            seen = lock.stat().st_mtime
            known.append(Worker(name, int(told["process"]), str(told["host"])[:100], seen))
    return known


def _lock_of(home: Home, name: str) -> Path:
    return home.workers / f"{name}.lock"
