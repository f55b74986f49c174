"""Cursors: where a deep reading stands, and to which search it belongs, as one string."""

from __future__ import annotations

import base64
import binascii
import hashlib

from search.clauses import Clause
from search.engines.errors import CursorError


def search_key(index: str, clause: Clause, sort: str) -> str:
    """What a cursor says of the search that it belongs to."""
    return hashlib.sha256(repr((index, clause, sort)).encode()).hexdigest()[:16]


def make_cursor(*parts: str) -> str:
    """Parts (without spaces) as one string that is safe in a URL."""
    return base64.urlsafe_b64encode(" ".join(parts).encode("ascii")).decode("ascii").rstrip("=")


def parse_cursor(cursor: str, count: int) -> list[str]:
    """The ``count`` parts that `make_cursor` joined; `CursorError` for anything else."""
    try:
        parts = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(" ")
    except (ValueError, binascii.Error):
        parts = []
    if len(parts) != count:
        raise broken_cursor()
    return parts


def broken_cursor() -> CursorError:
    """The error for a cursor that makes no sense."""
    return CursorError("The cursor cannot be read.", "Start again without a cursor.")


def foreign_cursor() -> CursorError:
    """The error for a cursor of another search."""
    return CursorError(
        "The cursor belongs to another search.",
        "Use it with the same query, filters and sort, or start without one.",
    )
