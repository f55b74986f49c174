"""Locks that PostgreSQL keeps for whoever uses the same library, on whichever host.

A lock belongs to a connection of its own: its server frees it when the process, its host or the network
between them dies. A server that is started again has forgotten all locks; `Held.keep` takes them anew.
"""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from ingest.errors import BusyError
from ingest.library.backend.errors import translated

_POLL_SECONDS = 0.2
_HOLDERS = text(
    "SELECT DISTINCT activity.application_name, activity.client_addr FROM pg_locks AS locks "
    "JOIN pg_stat_activity AS activity USING (pid) WHERE locks.locktype = 'advisory' AND locks.granted "
    "AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (locks.classid::bigint << 32 | locks.objid::bigint) = :key AND locks.objsubid = 1"
)


_ALL_HOLDERS = text(
    "SELECT DISTINCT activity.application_name FROM pg_locks AS locks "
    "JOIN pg_stat_activity AS activity USING (pid) WHERE locks.locktype = 'advisory' AND locks.granted "
    "AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND starts_with(activity.application_name, :begins)"
)


class Held:
    """A lock that is held."""

    def __init__(self, engine: Engine, name: str, doing: str, wait_seconds: float, *, shared: bool) -> None:
        self._engine = engine
        self._name = name
        self._doing = doing
        self._take = f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}({key_of(name)})"
        self._connection: Connection | None = None
        self._acquire(wait_seconds)

    def keep(self) -> None:
        """Take the lock anew where the server has forgotten it.

        Raises:
            LibraryAwayError: the server is away. BusyError: another has taken it meanwhile.
        """
        assert self._connection is not None
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except DBAPIError:
            self.release()
            self._acquire(0.0)

    def release(self) -> None:
        """Let go of the lock, and of its connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                connection.invalidate()  # closes it, and with it goes the lock
            connection.close()

    def _acquire(self, wait_seconds: float) -> None:
        deadline = time.monotonic() + wait_seconds
        with translated("the library"):
            plain = self._engine.connect()
        try:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            with translated("the library"):
                me = f"litatlas {self._doing} process {os.getpid()} on {socket.gethostname()}"[:60]
                connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": me})
                while not connection.exec_driver_sql(self._take).scalar():
                    if time.monotonic() >= deadline:
                        holder = _holder(connection, self._name)
                        raise BusyError(
                            f"Cannot start {self._doing}: {holder} holds the lock.",
                            "Wait until it is done, or stop that process, then try again.",
                        )
                    time.sleep(_POLL_SECONDS)
        except BaseException:
            with suppress(DBAPIError):
                plain.invalidate()
            plain.close()
            raise
        self._connection = connection


@contextmanager
def held(
    engine: Engine, name: str, doing: str, wait_seconds: float = 0.0, *, shared: bool = False
) -> Iterator[Held]:
    """Hold a lock while the block runs, alone or together with others that share it.

    Raises:
        BusyError: another still holds it after ``wait_seconds``; the message names it.
        LibraryAwayError: the server is away.
    """
    lock = Held(engine, name, doing, wait_seconds, shared=shared)
    try:
        yield lock
    finally:
        lock.release()


def is_held(connection: Connection, name: str) -> bool:
    """Whether somebody holds a lock, shared or alone."""
    return bool(_rows(connection, name))


def holders(connection: Connection, doing: str) -> list[str]:
    """Who holds locks for something that begins so, as in ``"worker 4f process 12 on lab3"``: cut after 50
    characters."""
    told = connection.scalars(_ALL_HOLDERS, {"begins": f"litatlas {doing}"})
    return [str(name).removeprefix("litatlas ") for name in told]


def key_of(name: str) -> int:
    """The number of a lock, the same in every version: 63 bits of the name's SHA-256."""
    return int.from_bytes(hashlib.sha256(f"litatlas lock {name}".encode()).digest()[:8], "big") >> 1


def _rows(connection: Connection, name: str) -> list[Any]:
    return list(connection.execute(_HOLDERS, {"key": key_of(name)}))


def _holder(connection: Connection, name: str) -> str:
    rows = _rows(connection, name)
    if not rows:
        return "another process"
    return f"{rows[0].application_name} ({rows[0].client_addr or 'local'})"
