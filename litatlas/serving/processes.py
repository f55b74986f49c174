"""Processes that run until they are told to stop; one that dies is replaced, ever later if it dies soon."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

log = logging.getLogger("litatlas.processes")
POLL_SECONDS = 0.3
LIVED_SECONDS = 20.0
"""A process that lived so long is replaced at once."""
LONGEST_PAUSE = 60.0
STOP_SECONDS = 15.0


class Process(Protocol):
    """What is asked of a child process."""

    def poll(self) -> int | None:
        """Its exit status (minus the signal that killed it); None while it runs."""

    def terminate(self) -> None:
        """Tell it to stop."""

    def kill(self) -> None:
        """End it."""


@dataclass
class _Place:
    """One process that there is to be."""

    name: str
    start: Callable[[bool], Process]
    process: Process
    began: float
    deaths: int = 0
    due: float = 0.0


class Processes:
    """Processes of several kinds, kept at their number."""

    def __init__(self) -> None:
        self._places: list[_Place] = []

    def add(self, name: str, start: Callable[[bool], Process]) -> None:
        """Start a process; ``start`` is told whether it is the first in its place."""
        self._places.append(_Place(name, start, start(True), time.monotonic()))

    def run(self, stopping: threading.Event) -> None:
        """Watch over the processes until ``stopping``, then stop them."""
        try:
            while not stopping.wait(POLL_SECONDS):
                for place in self._places:
                    _look_after(place, time.monotonic())
        finally:
            self.stop()

    def stop(self) -> None:
        """Tell every process to stop, and end those that do not."""
        for place in self._places:
            if place.process.poll() is None:
                place.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        while any(place.process.poll() is None for place in self._places) and time.monotonic() < until:
            time.sleep(POLL_SECONDS / 3)
        for place in self._places:
            if place.process.poll() is None:
                place.process.kill()


def _look_after(place: _Place, now: float) -> None:
    status = place.process.poll()
    if status is None:
        return
    if not place.due:
        place.deaths = 1 if now - place.began > LIVED_SECONDS else place.deaths + 1
        pause = 0.0 if place.deaths == 1 else min(LONGEST_PAUSE, 2.0 ** (place.deaths - 1))
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        when = f"in {pause:.0f} s" if pause else "now"
        log.warning("a %s %s; it is replaced %s", place.name, how, when)
        place.due = now + pause
    if now >= place.due:
        place.process, place.began, place.due = place.start(False), now, 0.0


class _Forked:
    """A process that shares the memory of the one that started it."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def forked(name: str, life: Callable[..., None], *arguments: Any) -> Callable[[bool], Process]:
    """What starts a process that shares this one's memory, where the system can fork.

    Args:
        name: by which `ps` and `top` tell it from others, with ``litatlas`` before it.
        life: what it does; called with the arguments, whether it is the first in its place, and this
            process's id.
    """
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")

    def start(first: bool) -> Process:
        process: BaseProcess = context.Process(
            target=_live, args=(name, life, (*arguments, first, os.getpid())), name=name
        )
        process.start()
        return _Forked(process)

    return start


def _live(name: str, life: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"litatlas {name}", "utf-8")
    life(*arguments)
