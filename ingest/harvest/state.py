"""Where a harvest stands: one small value in the library for each collection and request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select

from ingest.harvest.harvester import Window
from ingest.library import schema
from ingest.library.library import Library

_PREFIX = "harvest:"


@dataclass(slots=True)
class State:
    """What is over, and what is to be done.

    ``windows`` are those still to do, the first of them begun and at ``mark`` after ``pages`` pages with
    ``seen`` records; ``done`` records are in the windows before. ``began`` is the source's day when this
    harvest began, ``refreshed`` that of the last one that was finished.
    """

    source: str
    request: dict[str, str]
    created: str = ""
    windows: list[Window] = field(default_factory=list)
    mark: str = ""
    pages: int = 0
    seen: int = 0
    done: int = 0
    total: int | None = None
    began: str = ""
    refreshed: str = ""


def load(library: Library, collection: str, source: str, request: Mapping[str, str]) -> State | None:
    """The state of a request; None when it was never begun in this collection."""
    row = _find(library, collection)
    if row is None:
        return None
    key, created = row
    text = library.get_meta(_key(key, source, request))
    state = _parsed(text) if text else None
    # A collection that was removed and made again begins again.
    return state if state is not None and state.created == created else None


def save(library: Library, collection: str, state: State) -> None:
    """Keep a state; the collection exists."""
    row = _find(library, collection)
    assert row is not None
    key, state.created = row
    library.set_meta(_key(key, state.source, state.request), json.dumps(asdict(state)), shown=False)


def states(library: Library, collection: str) -> list[State]:
    """Every request that was harvested into a collection.

    Raises:
        NotFoundError: there is no such collection.
    """
    row = library.collection(collection)
    beginning = f"{_PREFIX}{row.key}\x1f"
    table = schema.meta
    with library.reading() as connection:
        query = select(table.c.value).where(table.c.key.startswith(beginning, autoescape=True))
        texts = list(connection.scalars(query.order_by(table.c.key)))
    parsed = (_parsed(text) for text in texts)
    return [state for state in parsed if state is not None and state.created == row.created]


def _find(library: Library, name: str) -> tuple[str, str] | None:
    """The key of a collection and when it was made, without counting what it holds."""
    table = schema.collections
    with library.reading() as connection:
        query = select(table.c.key, table.c.created).where(table.c.name == name)
        row = connection.execute(query).one_or_none()
    return (row.key, row.created) if row is not None else None


def _key(collection_key: str, source: str, request: Mapping[str, str]) -> str:
    text = json.dumps([source, sorted(request.items())]).encode()
    return f"{_PREFIX}{collection_key}\x1f{hashlib.blake2b(text, digest_size=9).hexdigest()}"


def _parsed(text: str) -> State | None:
    try:
        value: dict[str, Any] = json.loads(text)
        return State(**(value | {"windows": [Window(**window) for window in value["windows"]]}))
    except (ValueError, TypeError, KeyError):  # written by another version: the harvest begins again
        return None
