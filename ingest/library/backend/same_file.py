"""Whether a library's file is still the one that was opened: one that was moved away takes writes along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from ingest.errors import UnavailableError

_Identity = tuple[int, int] | None


class LibraryReplacedError(UnavailableError):
    """The file under a running process was moved away, or another one put in its place."""


def hold_to(engine: Engine, file: Path) -> None:
    """Refuse to use an SQLite file from when it is another than the first that the engine opened.

    What is written to a file that was moved away is seen by nobody else, and what is written after a restore
    to the log of the one before is lost.
    """
    first: list[_Identity] = []

    @event.listens_for(engine, "connect")
    def remember(_connection: Any, _record: Any) -> None:
        if not first:
            first.append(_identity(file))

    @event.listens_for(engine, "do_connect")  # which would make an empty file in its place
    @event.listens_for(engine, "checkout")
    def compare(*_about: Any) -> None:
        if first and _identity(file) != first[0]:
            raise LibraryReplacedError(
                f"{file.name} is no longer the file that was opened: it was moved away or replaced.",
                "Start the server again, and stop it first next time.",
            )


def _identity(file: Path) -> _Identity:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
