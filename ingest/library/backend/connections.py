"""Connections to PostgreSQL, whose server may go away and come back while they wait in the pool."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

CONNECT_SECONDS = 10
IDLE_SECONDS = 1.0
"""A connection that was not used for so long is asked first whether its server is still there."""
ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""A server whose host is gone is noticed after a minute, not after two hours."""


def connect(address: URL) -> Engine:
    """The pool of a process."""
    engine = create_engine(address, connect_args={"connect_timeout": CONNECT_SECONDS, **ALIVE})

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", 0.0) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool makes another

    return engine
