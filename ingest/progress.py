"""How a long operation says how far it is, and learns that it should stop; where the time of any goes.

Time goes to stages. A stage that begins inside another takes its time away from it, so that the stages add up
to what was measured. Where nobody measures, a stage costs one look at a variable of the context.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from ingest.errors import LitatlasError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Interrupted(LitatlasError):
    """The operation was asked to stop and left everything as it was."""

    status = 409


class Progress(Protocol):
    """Receives progress; implementations draw it, store it in a job, or drop it."""

    def step(self, name: str, done: float, total: float) -> None:
        """Say that ``done`` of ``total`` units of the step ``name`` are over (total 0: not known).

        Raises:
            Interrupted: when the operation should stop; call it only where stopping harms nothing.
        """


class Silent:
    """A progress that goes nowhere."""

    def step(self, name: str, done: float, total: float) -> None:
        """Drop it."""


class Timings:
    """Seconds by stage, of one thread's work."""

    __slots__ = ("seconds", "within")

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.within: stage | None = None


_current: ContextVar[Timings | None] = ContextVar("timings", default=None)


def measure() -> Timings:
    """Measure the stages of what this thread does from now on."""
    timings = Timings()
    _current.set(timings)
    return timings


class stage:
    """What is done in the block belongs to a stage."""

    __slots__ = ("_began", "_inner", "_name", "_outer", "_timings")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        timings = self._timings = _current.get()
        if timings is not None:
            self._outer, timings.within = timings.within, self
            self._inner = 0.0
            self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        timings = self._timings
        if timings is None:
            return
        took = time.perf_counter() - self._began
        timings.seconds[self._name] = timings.seconds.get(self._name, 0.0) + took - self._inner
        timings.within = self._outer
        if self._outer is not None:
            self._outer._inner += took


def timed(name: str) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """What a function does belongs to a stage."""

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @wraps(function)
        def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
            if _current.get() is None:
                return function(*arguments, **options)
            with stage(name):
                return function(*arguments, **options)

        return run

    return decorate
