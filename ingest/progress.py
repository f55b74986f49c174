"""How a long operation says how far it is, and learns that it should stop."""

from __future__ import annotations

from typing import Protocol

from ingest.errors import LitatlasError


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
