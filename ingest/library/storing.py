"""One transaction's worth of documents into the tables, joined to the papers that are there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from ingest.duplicates import keys
from ingest.duplicates.grouping import BY_HAND, regroup, revive
from ingest.duplicates.judging import judge
from ingest.duplicates.signatures import HOT
from ingest.duplicates.sketches import Sketch
from ingest.library.bulk import insert_rows, select_by_numbers
from ingest.library.database import lock_counters, set_counter
from ingest.library.records import Record, document_of
from ingest.library.schema import citations, documents, identifiers, joins, papers
from ingest.parallel import in_chunks
from ingest.preparing import Prepared
from ingest.text.analysis import ANALYSIS_VERSION

_PAGE = 500
KEPT = 5_000
"""So many sketches are kept between transactions: some 20 MB."""
_COLUMNS = ("seq", "fingerprint", "analysis", "record", "title_forms", "abstract_forms")


@dataclass(slots=True)
class Change:
    """A document to insert (``number`` 0) or to replace."""

    record: Record
    prepared: Prepared
    number: int = 0


def store(
    connection: Connection, collection: int, changes: Sequence[Change], sketches: Sketches, added: str
) -> set[str]:
    """Insert and replace documents of a collection, and group them.

    Args:
        sketches: kept by the caller over the transactions of one intake.
        added: when the new ones came, ISO 8601 in UTC.

    Returns:
        the ids of those inserted documents that joined a paper that is known otherwise.
    """
    if not changes:
        return set()
    sequence, last = lock_counters(connection)
    replaced = [change for change in changes if change.number]
    fresh = [change for change in changes if not change.number]
    _forget(connection, replaced)
    for at, change in enumerate(fresh, 1):
        change.number = last + at
    edges = _matches(connection, changes, sketches)
    sequence = _write_documents(connection, (collection, added), fresh, replaced, sequence)
    linked = {number for a, b, _, _ in edges for number in (a, b)}
    if edges:
        insert_rows(connection, joins, ("a", "b", "reason", "score"), edges)
    alone = [change for change in fresh if change.number not in linked]
    if alone:
        rows = [(change.number, change.number, sequence + at) for at, change in enumerate(alone, 1)]
        insert_rows(connection, papers, ("number", "shown", "seq"), rows)
        revive(connection, [change.record.id for change in alone])
        sequence += len(alone)
    touched = linked | {change.number for change in replaced}
    if touched:
        sequence = regroup(connection, touched, sequence)
    set_counter(connection, "sequence", sequence)
    set_counter(connection, "document", last + len(fresh))
    return _joined(connection, [change for change in fresh if change.number in linked])


def _joined(connection: Connection, changes: list[Change]) -> set[str]:
    """Those that are not the first member of their paper."""
    papers: set[str] = set()
    for part in in_chunks(changes, _PAGE):
        numbers = [change.number for change in part]
        query = select(documents.c.id).where(
            documents.c.number.in_(numbers), documents.c.paper != documents.c.number
        )
        papers |= set(connection.scalars(query))
    return papers


def _forget(connection: Connection, changes: list[Change]) -> None:
    """Delete the keys and joins of documents that are about to be replaced."""
    for part in in_chunks(changes, _PAGE):
        numbers = [change.number for change in part]
        rows = connection.execute(select(documents).where(documents.c.number.in_(numbers))).all()
        keys.forget(connection, rows)
        by_hand = joins.c.reason == BY_HAND
        mine = or_(joins.c.a.in_(numbers), joins.c.b.in_(numbers))
        connection.execute(delete(joins).where(mine, ~by_hand))


def _write_documents(
    connection: Connection,
    arrival: tuple[int, str],
    fresh: list[Change],
    replaced: list[Change],
    sequence: int,
) -> int:
    """Write the rows; each document takes the next number of the sequence. Returns the last one."""
    rows = [
        (
            sequence + at,
            change.record.fingerprint,
            ANALYSIS_VERSION,
            change.record.json,
            change.prepared.title_forms,
            change.prepared.abstract_forms,
            change.number,
        )
        for at, change in enumerate([*fresh, *replaced], 1)
    ]
    new = [
        (*row, change.record.id, change.number, *arrival) for change, row in zip(fresh, rows, strict=False)
    ]
    insert_rows(connection, documents, (*_COLUMNS, "number", "id", "paper", "collection", "added"), new)
    if replaced:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _COLUMNS}
        statement = update(documents).where(documents.c.number == bindparam("new_number")).values(**values)
        names = [f"new_{name}" for name in (*_COLUMNS, "number")]
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows[len(fresh) :]])
    return sequence + len(rows)


# --- Matching


def _matches(
    connection: Connection, changes: Sequence[Change], sketches: Sketches
) -> list[tuple[int, int, str, float]]:
    """The joins (later, earlier, reason, score) of these documents; their keys are written on the way."""
    exact = _Found(keys.look_up(connection, identifiers, {k for c in changes for k, _ in c.prepared.exact}))
    found_near, schemes = keys.look_up_bands(connection, {key for c in changes for key in c.prepared.bands})
    near = _Found(found_near)
    cited = [(change.number, change.prepared.cited) for change in changes]
    candidates: list[tuple[Change, dict[int, str]]] = []
    new_exact, new_near = [], []
    for change in changes:
        known = {key for key, _ in change.prepared.exact}
        usable, _ = exact.add(known, change.number)
        new_exact.append((change.number, usable))
        # Who shares a scheme but no identifier is another paper; a too common identifier tells nothing.
        bits = schemes[change.number] = change.prepared.schemes if len(usable) == len(known) else 0
        banded, alike = near.add(change.prepared.bands, change.number)
        new_near.append((change.number, bits, banded))
        reasons = {number: "" for number in alike if not schemes[number] & bits}
        # Identifiers come before titles, and the first reason counts.
        reasons |= {n: reason for key, reason in reversed(change.prepared.exact) for n in exact[key]}
        reasons.pop(change.number, None)
        if reasons:
            candidates.append((change, reasons))
    keys.write(connection, identifiers, new_exact)
    keys.write_bands(connection, new_near)
    keys.write(connection, citations, cited)
    wanted = {number for change, reasons in candidates for number in (change.number, *reasons)}
    return _judged(candidates, sketches.of(connection, changes, wanted))


class _Found:
    """Key → documents: those of the library and, as they come, those of this batch; never more than HOT."""

    def __init__(self, numbers: dict[int, list[int]]) -> None:
        self._found = numbers

    def __getitem__(self, key: int) -> Sequence[int]:
        return self._found.get(key, ())

    def add(self, mine: Iterable[int], number: int) -> tuple[list[int], list[int]]:
        """Note a document under its keys.

        Returns:
            the keys that are not too common to be kept, and the documents that had them before.
        """
        usable: list[int] = []
        before: list[int] = []
        for key in dict.fromkeys(mine):
            there = self._found.get(key)
            if there is None:
                self._found[key] = [number]
            else:
                before += there
                if len(there) >= HOT:
                    continue
                there.append(number)
            usable.append(key)
        return usable, before


class Sketches:
    """What the judge needs of documents, kept over transactions: popular candidates come again and again.

    Only what is unchanged is reused: a document's fingerprint is asked for each time.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Sketch]] = OrderedDict()

    def of(self, connection: Connection, changes: Sequence[Change], numbers: set[int]) -> dict[int, Sketch]:
        """The sketches of documents among ``changes`` and in the library, as far as they are there."""
        sketches = {c.number: Sketch(c.record.read, *c.prepared[:2]) for c in changes if c.number in numbers}
        wanted: list[int] = []
        columns = documents.c.number, documents.c.fingerprint
        for number, fingerprint in select_by_numbers(
            connection, select(*columns), documents.c.number, sorted(numbers - sketches.keys())
        ):
            cached = self._kept.get(number)
            if cached is not None and cached[0] == fingerprint:
                sketches[number] = cached[1]
                self._kept.move_to_end(number)
            else:
                wanted.append(number)
        fields = documents.c.record, documents.c.title_forms, documents.c.abstract_forms
        query = select(*columns, *fields)
        for number, fingerprint, record, title, abstract in select_by_numbers(
            connection, query, documents.c.number, wanted
        ):
            sketch = sketches[number] = Sketch(partial(document_of, record), title, abstract)
            self._kept[number] = fingerprint, sketch
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return sketches


def _judged(
    candidates: list[tuple[Change, dict[int, str]]], sketches: Mapping[int, Sketch]
) -> list[tuple[int, int, str, float]]:
    edges: dict[tuple[int, int], tuple[str, float]] = {}
    for change, matches in candidates:
        sketch = sketches.get(change.number)
        for number, reason in matches.items():
            pair = (max(change.number, number), min(change.number, number))
            candidate = sketches.get(number)
            if sketch is None or candidate is None or pair in edges:
                continue
            verdict = judge(sketch, candidate, reason)
            if verdict is not None:
                edges[pair] = (verdict.reason, verdict.score)
    return [(a, b, reason, score) for (a, b), (reason, score) in sorted(edges.items())]
