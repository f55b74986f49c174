"""Papers as groups of documents: connected by joins, parted by identifiers and people's splits.

The joins of people come first, then those by identifiers, then those of records that agree most; a join that
would bring two identifiers of one scheme, or two places, into one paper is passed over. So papers do not
depend on the order of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, select, update

from ingest.document import Document
from ingest.duplicates.normalized_fields import Place, author_key, compare_places, place_of
from ingest.duplicates.normalized_titles import weakness
from ingest.duplicates.signatures import TITLE_REASON, identifiers_of, is_preprint, is_registered
from ingest.library.bulk import insert_rows
from ingest.library.records import document_of
from ingest.library.schema import documents, joins, papers, removed_papers, splits
from ingest.parallel import in_chunks

_PAGE = 500
_DIGITS = 5  # of a page; longer numbers are those of articles


BY_HAND = "joined by hand"
"""The reason of a join that a person made."""
Edge = tuple[int, int, str, float]
"""Two documents, why they are one paper, and how sure that is (0 to 1)."""


def regroup(connection: Connection, numbers: Iterable[int], sequence: int) -> int:
    """Recompute the papers of these documents and of all that they are, or were, joined to.

    Every paper that this touches gets the next number of the sequence, counted on from ``sequence``.

    Returns:
        the last number that was given.
    """
    members = _reachable(connection, set(numbers))
    rows = {row.number: _Member(row) for row in _rows(connection, documents.c.number, members)}
    edges = _edges(connection, rows)
    groups = _components(rows, edges, _blocked(connection, rows))
    return _store(connection, groups, rows, sequence)


class _Member:
    """A document that is grouped; its record is read where it is asked for."""

    def __init__(self, row: Any) -> None:
        self.number: int = row.number
        self.id: str = row.id
        self.paper: int = row.paper
        self._record: str = row.record

    @cached_property
    def document(self) -> Document:
        return document_of(self._record)

    @cached_property
    def place(self) -> Place:
        return place_of(self.document)

    @cached_property
    def authors(self) -> frozenset[str]:
        """The authors' family names."""
        return frozenset(author_key(name).family for name in self.document.authors)


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
    rows: list[Any] = []
    for part in in_chunks(sorted(values), _PAGE):
        rows += connection.execute(select(*columns).where(column.in_(part))).all()
    return rows


def _reachable(connection: Connection, numbers: set[int]) -> set[int]:
    """The documents that share a paper, or a chain of joins, with these."""
    known: set[int] = set()
    fresh = set(numbers)
    while fresh:
        known |= fresh
        linked: set[int] = set()
        for part in in_chunks(sorted(fresh), _PAGE):
            mine = select(documents.c.paper).where(documents.c.number.in_(part))
            linked |= set(connection.scalars(select(documents.c.number).where(documents.c.paper.in_(mine))))
            linked |= set(connection.scalars(select(joins.c.b).where(joins.c.a.in_(part))))
            linked |= set(connection.scalars(select(joins.c.a).where(joins.c.b.in_(part))))
        fresh = linked - known
    return known


def _edges(connection: Connection, rows: Mapping[int, _Member]) -> list[Edge]:
    """The joins among these documents, in the order in which they are heeded."""
    edges: list[Edge] = []
    for part in in_chunks(sorted(rows), _PAGE):
        query = select(joins.c.a, joins.c.b, joins.c.reason, joins.c.score).where(joins.c.a.in_(part))
        edges += [tuple(row) for row in connection.execute(query) if row.b in rows]

    def order(edge: Edge) -> tuple[bool, bool, int, float, int, list[str]]:
        a, b, reason, score = edge
        first, second = rows[a], rows[b]
        alike = len(compare_places(first.place, second.place).agree)
        strangers = len(first.authors ^ second.authors)
        ids = sorted((first.id, second.id))
        return reason != BY_HAND, _by_title(reason, score), -alike, -score, strangers, ids

    return sorted(edges, key=order)


def _by_title(reason: str, score: float) -> bool:
    """Whether a join is one by what the records say, not by an identifier."""
    return score < 1 or reason.startswith(TITLE_REASON)


def _blocked(connection: Connection, rows: Mapping[int, _Member]) -> dict[int, set[int]]:
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


class _Group:
    """Documents that are one paper so far, with their identifiers by scheme, their volumes and pages."""

    def __init__(self, member: _Member) -> None:
        self.numbers = {member.number}
        self.ids = {scheme: set(values) for scheme, values in identifiers_of(member.document).items()}
        self.volumes, self.pages = {member.place.volume} - {""}, {member.place.page} - {""}
        self.weak = bool(weakness(member.document.title))

    def differs(self, other: _Group) -> bool:
        """Whether the two have an identifier of one scheme, but not the same."""
        shared = {scheme for scheme, values in self.ids.items() if values & other.ids.get(scheme, set())}
        differing = self.ids.keys() & other.ids.keys() - shared
        # A database may hold a paper twice under its own identifiers: the registered ones tell.
        return any(map(is_registered, differing)) or (bool(differing) and not any(map(is_registered, shared)))

    def elsewhere(self, other: _Group) -> bool:
        """Whether the two stand in other volumes and on other pages, or, with titles that many papers have
        ("Response to …"), on other pages alone; a record without either is no bridge."""
        moved, apart = (
            bool(mine and theirs) and mine.isdisjoint(theirs)
            for mine, theirs in ((self.volumes, other.volumes), (self.pages, other.pages))
        )
        return apart and (moved or (self.weak and other.weak and _are_pages(self.pages | other.pages)))

    def take(self, other: _Group) -> None:
        self.numbers |= other.numbers
        self.volumes |= other.volumes
        self.pages |= other.pages
        self.weak |= other.weak
        for scheme, values in other.ids.items():
            self.ids.setdefault(scheme, set()).update(values)


def _are_pages(pages: Iterable[str]) -> bool:
    """Whether all are pages of a volume: an article's number is another name of a page."""
    return all(page.isdigit() and len(page) < _DIGITS for page in pages)


def _components(
    rows: Mapping[int, _Member], edges: Sequence[Edge], blocked: Mapping[int, set[int]]
) -> list[list[int]]:
    """The groups of documents, each in the order of their numbers."""
    group: dict[int, _Group] = {}
    for a, b, reason, score in edges:
        first, second = (group.setdefault(number, _Group(rows[number])) for number in (a, b))
        if first is second or any(
            blocked[number] & second.numbers for number in first.numbers if number in blocked
        ):
            continue
        elsewhere = _by_title(reason, score) and first.elsewhere(second)
        if reason != BY_HAND and (elsewhere or first.differs(second)):
            continue
        first.take(second)
        group |= dict.fromkeys(second.numbers, first)
    members = {number: frozenset(group[number].numbers) if number in group else {number} for number in rows}
    return [sorted(mine) for number, mine in sorted(members.items()) if number == min(mine)]


def _store(
    connection: Connection, groups: list[list[int]], rows: Mapping[int, _Member], sequence: int
) -> int:
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
    touched: set[int] = set()
    for part in in_chunks(sorted(numbers), _PAGE):
        touched |= set(connection.scalars(select(papers.c.number).where(papers.c.number.in_(part))))
    return touched


def _best(group: list[int], rows: Mapping[int, _Member]) -> int:
    if len(group) == 1:
        return group[0]
    return max(group, key=lambda number: shown_rank(rows[number].document, number))
