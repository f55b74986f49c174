"""Papers as groups of documents: connected by joins, parted by the splits that people made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, select, update

from ingest.document import Document
from ingest.duplicates.judging import is_preprint
from ingest.library.bulk import insert_rows
from ingest.library.rows import document_of
from ingest.library.schema import documents, joins, papers, removed_papers, splits
from ingest.parallel import in_chunks

_PAGE = 500


def regroup(connection: Connection, numbers: Iterable[int], sequence: int) -> int:
    """Recompute the papers of these documents and of all that they are, or were, joined to.

    Every paper that this touches gets the next number of the sequence, counted on from ``sequence``.

    Returns:
        the last number that was given.
    """
    members = _reachable(connection, set(numbers))
    rows = {row.number: row for row in _rows(connection, documents.c.number, members)}
    edges = _edges(connection, members)
    groups = _components(sorted(rows), edges, _blocked(connection, rows))
    return _store(connection, groups, rows, sequence)


def retire(connection: Connection, ids: Sequence[str], sequence: int) -> int:
    """Note that these ids are no longer papers'. Returns the last number of the sequence that was given."""
    _delete(connection, removed_papers, removed_papers.c.id, ids)
    rows = [(id, sequence + at) for at, id in enumerate(ids, 1)]
    insert_rows(connection, removed_papers, ("id", "seq"), rows)
    return sequence + len(rows)


def revive(connection: Connection, ids: Sequence[str]) -> None:
    """Forget that these ids were once retired: they are papers' again."""
    _delete(connection, removed_papers, removed_papers.c.id, ids)


def shown_rank(document: Document, number: int) -> tuple[bool, bool, bool, str, int]:
    """The best member has an abstract, is published, names its venue, is the newest, came first."""
    published = bool(document.venue or document.doi) and not is_preprint(document)
    newest = document.date or str(document.year or "")
    return bool(document.abstract), published, bool(document.venue), newest, -number


def _delete(connection: Connection, table: Table, column: ColumnElement[Any], values: Sequence[Any]) -> None:
    for part in in_chunks(values, _PAGE):
        connection.execute(delete(table).where(column.in_(part)))


def _rows(connection: Connection, column: ColumnElement[Any], values: Iterable[int]) -> list[Any]:
    columns = (documents.c.number, documents.c.id, documents.c.paper, documents.c.record)
    found: list[Any] = []
    for part in in_chunks(sorted(values), _PAGE):
        found += connection.execute(select(*columns).where(column.in_(part))).all()
    return found


def _reachable(connection: Connection, numbers: set[int]) -> set[int]:
    """The documents that share a paper, or a chain of joins, with these."""
    known: set[int] = set()
    fresh = set(numbers)
    while fresh:
        known |= fresh
        found: set[int] = set()
        for part in in_chunks(sorted(fresh), _PAGE):
            mine = select(documents.c.paper).where(documents.c.number.in_(part))
            found |= set(connection.scalars(select(documents.c.number).where(documents.c.paper.in_(mine))))
            found |= set(connection.scalars(select(joins.c.b).where(joins.c.a.in_(part))))
            found |= set(connection.scalars(select(joins.c.a).where(joins.c.b.in_(part))))
        fresh = found - known
    return known


def _edges(connection: Connection, members: set[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for part in in_chunks(sorted(members), _PAGE):
        query = select(joins.c.a, joins.c.b).where(joins.c.a.in_(part))
        found += [(row.a, row.b) for row in connection.execute(query)]
    return sorted(found)


def _blocked(connection: Connection, rows: dict[int, Any]) -> dict[int, set[int]]:
    """Document → documents that it must not share a paper with."""
    blocked: dict[int, set[int]] = defaultdict(set)
    if connection.execute(select(splits).limit(1)).first() is None:
        return blocked
    number_of = {row.id: number for number, row in rows.items()}
    for part in in_chunks(sorted(number_of), _PAGE):
        for row in connection.execute(select(splits).where(splits.c.a.in_(part))):
            if row.b in number_of:
                blocked[number_of[row.a]].add(number_of[row.b])
                blocked[number_of[row.b]].add(number_of[row.a])
    return blocked


def _components(
    numbers: list[int], edges: list[tuple[int, int]], blocked: dict[int, set[int]]
) -> list[list[int]]:
    group: dict[int, set[int]] = {number: {number} for number in numbers}
    for a, b in edges:
        if a not in group or b not in group or group[a] is group[b]:
            continue
        if any(blocked[number] & group[b] for number in group[a] if number in blocked):
            continue
        group[a] |= group[b]
        for number in group[b]:
            group[number] = group[a]
    return [sorted(members) for number, members in group.items() if number == min(members)]


def _store(connection: Connection, groups: list[list[int]], rows: dict[int, Any], sequence: int) -> int:
    """Write the groups: papers, the documents' papers, and the ids that are papers' no longer."""
    moved = [
        {"of": number, "to": group[0]}
        for group in groups
        for number in group
        if rows[number].paper != group[0]
    ]
    if moved:
        change = update(documents).where(documents.c.number == bindparam("of")).values(paper=bindparam("to"))
        connection.execute(change, moved)
    old = {row.paper for row in rows.values()} | set(rows)
    were = _papers(connection, old)
    _delete(connection, papers, papers.c.number, sorted(were))
    written = []
    for group in groups:
        sequence += 1
        written.append((group[0], _best(group, rows), sequence))
    insert_rows(connection, papers, ("number", "shown", "seq"), written)
    heads = {group[0] for group in groups}
    revive(connection, [rows[number].id for number in heads])
    gone = [row.id for number, row in rows.items() if number in were - heads]
    return retire(connection, gone, sequence)


def _papers(connection: Connection, numbers: set[int]) -> set[int]:
    found: set[int] = set()
    for part in in_chunks(sorted(numbers), _PAGE):
        found |= set(connection.scalars(select(papers.c.number).where(papers.c.number.in_(part))))
    return found


def _best(group: list[int], rows: dict[int, Any]) -> int:
    if len(group) == 1:
        return group[0]
    return max(group, key=lambda number: shown_rank(document_of(rows[number].record), number))
