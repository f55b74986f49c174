"""Waiting for a database's server that is away: started again, moved, or out of reach for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from ingest.library.backend.errors import LibraryAwayError

Result = TypeVar("Result")

log = logging.getLogger("litatlas.library")
SECONDS = 300.0
"""How long a server that went away in the middle of something is waited for."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0


def patiently(
    work: Callable[[], Result], waiting: Callable[[float], object] = time.sleep, *, seconds: float = SECONDS
) -> Result:
    """Do something that can be done again, and again where the library's server was away meanwhile.

    Args:
        waiting: waits so many seconds; what it raises ends the waiting.

    Raises:
        LibraryAwayError: the server is still away after ``seconds``.
    """
    until, pause = time.monotonic() + seconds, FIRST_PAUSE
    while True:
        try:
            return work()
        except LibraryAwayError as error:
            if time.monotonic() + pause > until:
                raise
            if pause == FIRST_PAUSE:
                log.warning("%s It is waited for.", error.message)
        waiting(pause)
        pause = min(LONGEST_PAUSE, 2 * pause)
