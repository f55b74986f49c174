"""The errors of SQLite's and PostgreSQL's drivers in our words; PostgreSQL's by their SQLSTATE."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ingest.errors import BusyError, LitatlasError, UnavailableError

_RESTORE = "Move it away, then restore a backup: litatlas restore FILE"
_NOT_A_DATABASE = "Name another file; a damaged library is moved away, then: litatlas restore FILE"
_WRITABLE = "The library needs a writable folder."
_AGAIN = "Free some space, then run the same command again."
_LONGEST_REASON = 200


class LibraryError(LitatlasError):
    """A library that cannot be opened or written."""


class LibraryAwayError(UnavailableError):
    """The server of the library's database does not answer now; what was not committed can be done again."""


Made = TypeVar("Made")


def unreadable(why: object, name: str = "The library") -> LibraryError:
    """The error of a row that no database finds fault with, and that is not what was written."""
    reason = " ".join(str(why).split())[:_LONGEST_REASON]
    return LibraryError(f"{name} is damaged: what it keeps cannot be read ({reason}).", _RESTORE)


def read_json(stored: str | bytes, make: Callable[[Any], Made]) -> Made:
    """What was kept as JSON; ``make`` takes what it holds to pieces.

    Raises:
        LibraryError: it is not what was written.
    """
    try:
        return make(json.loads(stored))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable(error) from error


def version_of(name: str, stored: object) -> str:
    """The version of a library's tables, as it is stored; raises LibraryError where it is none."""
    if not re.fullmatch(r"[0-9]{4}", str(stored)):
        raise unreadable("the version of its tables", name)
    return str(stored)


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn the database's errors into ours, once.

    Raises:
        LibraryAwayError: its server is away. BusyError: another has been writing for a minute.
        LibraryError: full, read-only, damaged, none, or not ours to use.
    """
    try:
        yield
    except DBAPIError as error:
        ours = (
            _sqlite(name, error.orig) if isinstance(error.orig, sqlite3.Error) else _postgresql(name, error)
        )
        if ours is None:
            raise
        raise ours from error
    except sqlite3.Error as error:  # where its driver is used without SQLAlchemy
        ours = _sqlite(name, error)
        if ours is None:
            raise
        raise ours from error
    except PoolTimeoutError as error:
        raise BusyError(f"All connections to {name} are in use.", "Try again in a moment.") from error
    except OSError as error:
        raise LibraryError(f"{name} cannot be made: {error.strerror or error}.", _WRITABLE) from error


def _sqlite(name: str, error: sqlite3.Error) -> LitatlasError | None:
    cause = str(error)
    if "not a database" in cause:
        return LibraryError(f"{name} is not a library: the file is not a database.", _NOT_A_DATABASE)
    if "malformed" in cause:
        return LibraryError(f"{name} is damaged: {cause}.", _RESTORE)
    if not isinstance(error, sqlite3.OperationalError):
        return None
    if "locked" in cause or "busy" in cause:
        return BusyError(f"Another process has been writing to {name} for a minute.", "Try again later.")
    if "readonly" in cause or "unable to open" in cause:
        return LibraryError(f"{name} cannot be opened for writing ({cause}).", _WRITABLE)
    if "full" in cause:
        return LibraryError(f"The disk of {name} is full.", _AGAIN)
    return LibraryError(f"{name} cannot be used: {cause}.", _WRITABLE)


_AWAY = ("08", "57P", "53300")
"""Connections that fail, a server that ends or begins, too many connections."""
_REFUSED = ("28", "3D", "42501", "3F000")
"""A wrong password, no such database, no privilege, no schema."""


def _postgresql(name: str, error: DBAPIError) -> LitatlasError | None:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    reason = " ".join(str(error.orig).split())[:_LONGEST_REASON]
    if state.startswith("53100"):
        return LibraryError(f"The disk of {name} is full.", _AGAIN)
    if state in ("55P03", "40001", "40P01", "57014"):  # a lock or a statement took too long, two waited
        return BusyError(f"Another process has been writing to {name} for a minute.", "Try again later.")
    if state == "25006":
        return LibraryError(
            f"The database {name} is read-only.",
            "It may be a standby, or its disk was filling up: name the server that may be written to.",
        )
    if state.startswith(_REFUSED) or (not state and _is_refusal(reason)):
        return LibraryError(
            f"The database {name} refuses: {reason}.",
            "Correct the setting library (user, password, database), or grant the user its rights.",
        )
    if state.startswith(_AWAY) or (isinstance(error, OperationalError) and not state):
        hint = "Start it, or correct its address. What was stored stays; run the same command again."
        return LibraryAwayError(f"The database {name} does not answer.", hint)
    if isinstance(error, OperationalError):
        return LibraryError(f"The database {name} cannot be used: {reason}.", "See its server's log.")
    return None


def _is_refusal(reason: str) -> bool:
    """Whether a connection was refused by PostgreSQL itself: psycopg gives no SQLSTATE to those."""
    return "FATAL:" in reason and any(
        part in reason
        for part in ("authentication failed", "does not exist", "no pg_hba.conf entry", "permission denied")
    )
