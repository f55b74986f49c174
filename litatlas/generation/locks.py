"""The locks of an atlas: files of its home, and PostgreSQL's where the library is one.

The files exclude the processes of a host, whatever happens to the database; PostgreSQL's locks exclude other
hosts, for which those of files hold on some file systems only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest import locks
from ingest.library.library import Library
from litatlas.generation.home import Home


class Locks:
    """One writer at a time, by the name of what is written."""

    def __init__(self, home: Home, library: Library) -> None:
        self._home = home
        self._library = library

    @contextmanager
    def exclusive(self, name: str, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold a lock alone.

        Raises:
            BusyError: another still holds it after ``wait_seconds``; the message names it.
        """
        with (
            locks.exclusive(self._home.lock(name), doing, wait_seconds),
            self._library.lock(name, doing, wait_seconds),
        ):
            yield

    @contextmanager
    def shared(self, name: str, doing: str, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold a lock together with others that share it.

        Raises:
            BusyError: another still holds it alone after ``wait_seconds``.
        """
        with (
            locks.shared(self._home.lock(name), doing, wait_seconds),
            self._library.lock(name, doing, wait_seconds, shared=True),
        ):
            yield
