"""Fetching what is newest in the background, while readers go on with what this host has."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from litatlas.errors import LitatlasError
from litatlas.generation.store.published_files import PublishedFiles

log = logging.getLogger("litatlas.store")
PAUSE_SECONDS = 5.0
"""How long after a failed attempt the next one begins."""


class Follower:
    """Fetches in a thread of its own, one at a time."""

    def __init__(self, files: PublishedFiles, fetched: Callable[[], None]) -> None:
        """``fetched`` is called in that thread when this host holds what is published."""
        self._files = files
        self._fetched = fetched
        self._thread: tuple[int, threading.Thread] | None = None
        self._failed = -PAUSE_SECONDS

    def is_busy(self) -> bool:
        """Whether something newer is being fetched and opened."""
        return self._thread is not None and self._thread[0] == os.getpid() and self._thread[1].is_alive()

    def begin(self) -> None:
        """Fetch in the background, unless that is going on or has just failed."""
        if self.is_busy() or time.monotonic() - self._failed < PAUSE_SECONDS:
            return
        thread = threading.Thread(target=self._follow, name="fetching from the store", daemon=True)
        self._thread = os.getpid(), thread
        thread.start()

    def _follow(self) -> None:
        try:
            self._files.fetch()
            self._fetched()
        except LitatlasError as error:
            self._failed = time.monotonic()
            log.warning("%s", error.message, extra={"fields": {"hint": error.hint}})
        except Exception:  # a fault of ours: readers go on, the log has it
            self._failed = time.monotonic()
            log.exception("what is newest cannot be opened")
