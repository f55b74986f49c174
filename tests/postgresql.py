"""Databases of a real PostgreSQL for tests (`make postgresql`), each with a name that nobody else has."""

from __future__ import annotations

import atexit
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from ingest.library.library import Library
from tests.conftest import missing

SERVER = os.environ.get("LITATLAS_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5433/postgres")


def _run(statement: str) -> None:
    import psycopg

    address = SERVER.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement)


@cache
def _template() -> str:
    """A database with the tables of a library, which the others are copied from."""
    name = _created("template0")
    atexit.register(_run, f"DROP DATABASE {name} WITH (FORCE)")
    Library.open(_address(name)).close()
    return name


def _created(template: str) -> str:
    name = f"litatlas_{secrets.token_hex(8)}"
    _run(f"CREATE DATABASE {name} LOCALE 'C.UTF-8' TEMPLATE {template}")
    return name


def _address(name: str) -> str:
    return f"{SERVER.rpartition('/')[0]}/{name}"


@contextmanager
def fresh_database(*, empty: bool = False) -> Iterator[str]:
    """The address of a database of an empty library, or of one without tables; dropped afterwards.

    Skips where there is no server.
    """
    try:
        import psycopg

        name = _created("template0" if empty else _template())
    except ImportError:
        missing("postgresql", "its driver is not installed (make setup)")
    except psycopg.OperationalError:
        missing("postgresql", f"no PostgreSQL answers at {SERVER} (make postgresql)")
    try:
        yield _address(name)
    finally:
        _run(f"DROP DATABASE {name} WITH (FORCE)")
