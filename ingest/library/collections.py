"""Collections as things: what they are, what they hold, what was rejected; and undoing or making joins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from ingest.document import MAX_COLLECTION_NAME
from ingest.duplicates.grouping import BY_HAND, regroup, retire
from ingest.duplicates.keys import forget
from ingest.errors import InputError, NotFoundError
from ingest.library.database import Database, counter, lock_counters, now, set_counter
from ingest.library.files.pdfs import forget_unused
from ingest.library.schema import collections, documents, grants, joins, papers, rejects, splits
from ingest.parallel import in_chunks

REJECT, WARNING = "reject", "warning"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection with its counts; ``key`` is fixed at its creation, ``created`` ISO 8601 in UTC."""

    name: str
    key: str
    description: str
    licence: str
    source: str
    created: str
    documents: int
    papers: int
    rejected: int
    private: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the library holds."""

    papers: int
    documents: int
    collections: int


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A record (``kind`` "reject") or a field (``kind`` "warning") that was not taken, and where it stood."""

    kind: str
    source: str
    line: int
    field: str
    value: str
    reason: str


class CollectionsTable(Database):
    """The part of the library that keeps collections."""

    def counts(self) -> Counts:
        """How many papers, documents and collections there are."""
        with self.reading() as connection:
            sizes = [
                connection.scalar(select(func.count()).select_from(t))
                for t in (papers, documents, collections)
            ]
            return Counts(*(int(size or 0) for size in sizes))

    def counts_in(self, names: Iterable[str]) -> Counts:
        """How many papers and documents some collections hold, and how many of these there are."""
        numbers = select(collections.c.number).where(collections.c.name.in_(list(names)))
        is_in_them = documents.c.collection.in_(numbers)
        with self.reading() as connection:
            row = connection.execute(
                select(func.count(documents.c.paper.distinct()), func.count()).where(is_in_them)
            ).one()
            here = connection.scalar(select(func.count()).select_from(numbers.subquery()))
            return Counts(int(row[0]), int(row[1]), int(here or 0))

    def collections(self) -> list[Collection]:
        """All collections, by name."""
        with self.reading() as connection:
            return _collections(connection)

    def collection_names(self) -> list[str]:
        """The names of all collections, in order; unlike :meth:`collections`, nothing is counted."""
        with self.reading() as connection:
            return list(connection.scalars(select(collections.c.name).order_by(collections.c.name)))

    def collection(self, name: str) -> Collection:
        """A collection.

        Raises:
            NotFoundError: there is none of this name; the hint names those that are near.
        """
        with self.reading() as connection:
            number_of(connection, name)
            return next(row for row in _collections(connection) if row.name == name)

    def has_collection(self, name: str) -> bool:
        """Whether there is a collection of this name."""
        with self.reading() as connection:
            query = select(collections.c.number).where(collections.c.name == name.strip())
            return connection.scalar(query) is not None

    def describe_collection(
        self,
        name: str,
        *,
        description: str | None = None,
        licence: str | None = None,
        source: str | None = None,
    ) -> None:
        """Change what is said of a collection; None leaves it.

        Raises:
            NotFoundError: there is none of this name.
        """
        texts = {"description": description, "licence": licence, "source": source}
        values = {key: value for key, value in texts.items() if value is not None}
        with self.writing() as connection:
            number = number_of(connection, name)
            if values:
                connection.execute(update(collections).where(collections.c.number == number).values(**values))

    def rename_collection(self, old: str, new: str) -> None:
        """Give a collection another name; its documents keep their ids, and their papers count as changed.

        Raises:
            NotFoundError: there is none of the old name.
            InputError: the new name is taken or no name.
        """
        with self.writing() as connection:
            number, new = number_of(connection, old), checked_name(new)
            if new == old:
                return
            if connection.scalar(select(collections.c.number).where(collections.c.name == new)) is not None:
                raise InputError(f"There is a collection {new!r} already.", "Choose another name.")
            connection.execute(update(collections).where(collections.c.number == number).values(name=new))
            touch_collection(connection, number)

    def remove_collection(self, name: str) -> int:
        """Remove a collection with its documents; papers that other collections share stay. How many went.

        Raises:
            NotFoundError: there is none of this name.
        """
        with self.writing() as connection:
            number = number_of(connection, name)
            sequence, _ = lock_counters(connection)
            left: set[int] = set()
            heads: list[str] = []
            removed = 0
            while rows := _some(connection, number):
                removed += len(rows)
                heads += [row.id for row in rows if row.is_head]
                left |= _joined_to(connection, [row.paper for row in rows], number)
                forget(connection, rows)
                _drop(connection, [row.number for row in rows])
            sequence = retire(connection, heads, sequence)
            sequence = regroup(connection, left, sequence)
            set_counter(connection, "sequence", sequence)
            here = (grants.c.kind == "collection") & (grants.c.subject == number)
            connection.execute(delete(grants).where(here))
            connection.execute(delete(collections).where(collections.c.number == number))
            forget_unused(connection)
            return removed

    def rejects(self, collection: str, *, kind: str | None = REJECT) -> Iterator[RejectRow]:
        """The rejected records ("reject"), the dropped fields ("warning"), or both (None)."""
        last = 0
        columns = (rejects.c.number, *(rejects.c[name] for name in RejectRow.__slots__))
        while True:
            query = select(*columns).join(collections, collections.c.number == rejects.c.collection)
            query = query.where(collections.c.name == collection, rejects.c.number > last)
            query = query.where(rejects.c.kind == kind) if kind else query
            with self.reading() as connection:
                page = connection.execute(query.order_by(rejects.c.number).limit(1000)).all()
            yield from (RejectRow(*row[1:]) for row in page)
            if not page:
                return
            last = page[-1].number

    def split_group(self, paper_id: str, document_id: str) -> None:
        """Take a document out of a paper that it was wrongly joined to, for good: a new import keeps it out.

        Raises:
            NotFoundError: the document is not a member of the paper.
            InputError: the paper has no other member.
        """
        with self.writing() as connection:
            members = _members(connection, paper_id, document_id)
            if len(members) == 1:
                raise InputError(f"{paper_id} has only one record.", "There is nothing to split.")
            pairs = [sorted((document_id, id)) for id in members if id != document_id]
            _forget_splits(connection, pairs)
            connection.execute(insert(splits), [{"a": a, "b": b} for a, b in pairs])
            _regrouped(connection, members.values())

    def join_group(self, paper_id: str, document_id: str) -> None:
        """Join a document to a paper by hand, or again after a split.

        Raises:
            NotFoundError: there is no such paper or document.
        """
        with self.writing() as connection:
            members = _members(connection, paper_id, paper_id)
            number = connection.scalar(select(documents.c.number).where(documents.c.id == document_id))
            if number is None:
                raise NotFoundError(f"There is no document {document_id!r}.", "Search results show the ids.")
            _forget_splits(connection, [sorted((document_id, id)) for id in members])
            a, b = max(number, members[paper_id]), min(number, members[paper_id])
            if a != b:  # also where their own join was passed over, because an identifier differs
                connection.execute(delete(joins).where(joins.c.a == a, joins.c.b == b))
                connection.execute(insert(joins), {"a": a, "b": b, "reason": BY_HAND, "score": 1.0})
            _regrouped(connection, [*members.values(), number])


def checked_name(name: str) -> str:
    """A collection's name without spaces around it.

    Raises:
        InputError: it is empty, too long or not printable.
    """
    name = name.strip()
    if not name or len(name) > MAX_COLLECTION_NAME or not name.isprintable():
        hint = f'A name has 1 to {MAX_COLLECTION_NAME} printable characters, such as "PubMed 2021".'
        raise InputError(f"{name[:40]!r} is not a valid collection name.", hint)
    return name


def number_of(connection: Connection, name: str) -> int:
    """A collection's number.

    Raises:
        NotFoundError: there is none of this name.
    """
    number = connection.scalar(select(collections.c.number).where(collections.c.name == name))
    if number is None:
        names = list(connection.scalars(select(collections.c.name).order_by(collections.c.name)))
        near = get_close_matches(name, names, n=3, cutoff=0.5) or names[:5]
        hint = f"There is: {', '.join(near)}." if near else "There are no collections yet: add one."
        raise NotFoundError(f"There is no collection {name!r}.", hint)
    return int(number)


def ensure(
    connection: Connection, name: str, *, description: str = "", licence: str = "", source: str = ""
) -> tuple[int, str]:
    """The number and the key of a collection, which is made if it is missing."""
    name = checked_name(name)
    columns = (collections.c.number, collections.c.key)
    existing = connection.execute(select(*columns).where(collections.c.name == name)).one_or_none()
    if existing is not None:
        return existing.number, existing.key
    number = int(connection.scalar(select(func.max(collections.c.number))) or 0) + 1
    key, taken = name, set(connection.scalars(select(collections.c.key)))
    while key in taken:  # a renamed collection keeps its first name as its key
        key += "'"
    row = {"number": number, "key": key, "name": name, "created": now()}
    row |= {"description": description, "licence": licence, "source": source}
    connection.execute(insert(collections), row)
    return number, key


def _collections(connection: Connection) -> list[Collection]:
    by = documents.c.collection
    counts = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            select(by, func.count(), func.count(documents.c.paper.distinct())).group_by(by)
        )
    }
    refused = select(rejects.c.collection, func.count()).where(rejects.c.kind == REJECT)
    rejected = {row[0]: row[1] for row in connection.execute(refused.group_by(rejects.c.collection))}
    return [
        Collection(
            row.name,
            row.key,
            row.description,
            row.licence,
            row.source,
            row.created,
            *counts.get(row.number, (0, 0)),
            rejected.get(row.number, 0),
            bool(row.private),
        )
        for row in connection.execute(select(collections).order_by(collections.c.name))
    ]


def touch_collection(connection: Connection, number: int) -> None:
    """Let the papers of a collection count as changed."""
    papers_of = select(documents.c.paper).where(documents.c.collection == number).distinct()
    _touch(connection, sorted(connection.scalars(papers_of)))


def _touch(connection: Connection, numbers: Sequence[int]) -> None:
    """Give papers the next numbers of the sequence, because what they show has changed."""
    sequence = counter(connection, "sequence")
    for part in in_chunks(numbers, _PAGE):
        sequence += 1
        connection.execute(update(papers).where(papers.c.number.in_(part)).values(seq=sequence))
    set_counter(connection, "sequence", sequence)


def _some(connection: Connection, collection: int) -> Sequence[Any]:
    query = select(documents, (documents.c.paper == documents.c.number).label("is_head"))
    return connection.execute(query.where(documents.c.collection == collection).limit(_PAGE)).all()


def _joined_to(connection: Connection, numbers: list[int], collection: int) -> set[int]:
    """The members of these papers that belong to other collections."""
    query = select(documents.c.number).where(
        documents.c.paper.in_(numbers), documents.c.collection != collection
    )
    return set(connection.scalars(query))


def _drop(connection: Connection, numbers: list[int]) -> None:
    connection.execute(delete(papers).where(papers.c.number.in_(numbers)))
    connection.execute(delete(documents).where(documents.c.number.in_(numbers)))


def _members(connection: Connection, paper_id: str, document_id: str) -> dict[str, int]:
    """The members of a paper, one of which must be ``document_id``."""
    mine = select(documents.c.paper).where(documents.c.id == paper_id)
    query = select(documents.c.id, documents.c.number).where(documents.c.paper.in_(mine))
    members = {row.id: row.number for row in connection.execute(query.order_by(documents.c.number))}
    if document_id not in members:
        message = f"{document_id!r} is not a record of the paper {paper_id!r}."
        raise NotFoundError(message, "The paper's page lists its records.")
    return members


def _forget_splits(connection: Connection, pairs: list[list[str]]) -> None:
    for a, b in pairs:
        connection.execute(delete(splits).where(splits.c.a == a, splits.c.b == b))


def _regrouped(connection: Connection, numbers: Any) -> None:
    sequence, _ = lock_counters(connection)
    set_counter(connection, "sequence", regroup(connection, numbers, sequence))
