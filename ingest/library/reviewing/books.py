"""Search books: their lines, every run of them, and the sets of papers that the runs found.

A run is never changed but by being frozen; a set that many runs share is kept once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ingest.errors import InputError, NotFoundError
from ingest.library.backend.errors import read_json
from ingest.library.database import Database, counter, now
from ingest.library.schema import book_lines, book_runs, book_sets, books, collections, documents, grants
from ingest.parallel import in_chunks
from ingest.values.given_ids import fresh_id

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Book:
    """A search book; ``answers`` are what people wrote for its report, by the number of the item."""

    number: int
    id: str
    name: str
    made: str
    changed: str
    private: bool
    owner: int | None
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BookRun:
    """A run: ``facts`` are its lines and collections as `litatlas.parts.books.running` keeps them.

    ``sequence`` is the library's last change that the index held, ``last_document`` the last number given to
    a record. ``frozen`` is when it was frozen, "" where it was not.
    """

    run: int
    made: str
    who: str
    generation: int
    model: str
    sequence: int
    last_document: int
    facts: Mapping[str, Any]
    frozen: str = ""
    frozen_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record is: its number, its last change, its paper, its collection's key and name."""

    id: str
    number: int
    seq: int
    paper: str
    key: str
    collection: str


class BooksTable(Database):
    """The part of the library that keeps search books."""

    def make_book(self, name: str, *, owner: int | None = None) -> Book:
        """Make a book without lines.

        Raises:
            InputError: there is one of that name.
        """
        row: dict[str, Any] = {
            "id": fresh_id(), "name": name, "made": now(), "changed": now(),
            "owner": owner, "answers": "{}",
        }  # fmt: skip
        try:
            with self.writing(shown=False) as connection:
                connection.execute(insert(books), row)
        except IntegrityError:
            raise taken(name) from None
        return self.book(row["id"])

    def books(self) -> list[Book]:
        """All books, the one that was changed last first."""
        query = select(books).order_by(books.c.changed.desc(), books.c.number.desc())
        with self.reading() as connection:
            return [_book(row) for row in connection.execute(query)]

    def book(self, name: str) -> Book:
        """The book of an id or a name.

        Raises:
            NotFoundError: there is none.
        """
        with self.reading() as connection:
            rows = connection.execute(
                select(books).where((books.c.id == name) | (books.c.name == name))
            ).all()
        if not rows:
            raise no_book(name)
        return _book(next((row for row in rows if row.id == name), rows[0]))

    def rename_book(self, book: Book, name: str) -> None:
        """Give a book another name; raises as :meth:`make_book`."""
        try:
            with self.writing(shown=False) as connection:
                _change(connection, book, name=name)
        except IntegrityError:
            raise taken(name) from None

    def answer_book(self, book: Book, answers: Mapping[str, str]) -> None:
        """Keep what people wrote for a book's report."""
        with self.writing(shown=False) as connection:
            _change(connection, book, answers=json.dumps(dict(answers)))

    def remove_book(self, book: Book) -> None:
        """Remove a book with its lines and runs."""
        with self.writing() as connection:
            shared = (grants.c.kind == "book") & (grants.c.subject == book.number)
            connection.execute(delete(grants).where(shared))
            connection.execute(delete(books).where(books.c.number == book.number))

    # --- lines

    def lines_of(self, book: Book) -> dict[int, str]:
        """The lines of a book by their numbers."""
        query = select(book_lines.c.line, book_lines.c.text).where(book_lines.c.book == book.number)
        with self.reading() as connection:
            return {row.line: row.text for row in connection.execute(query.order_by(book_lines.c.line))}

    def write_lines(self, book: Book, lines: Mapping[int, str], *, removed: Iterable[int] = ()) -> None:
        """Write lines, replacing those of the same numbers, and remove others."""
        with self.writing(shown=False) as connection:
            for number in [*removed, *lines]:
                here = (book_lines.c.book == book.number) & (book_lines.c.line == number)
                connection.execute(delete(book_lines).where(here))
            rows = [{"book": book.number, "line": number, "text": text} for number, text in lines.items()]
            if rows:
                connection.execute(insert(book_lines), rows)
            _change(connection, book)

    # --- runs

    def keep_run(self, book: Book, run: BookRun, sets: Mapping[str, bytes]) -> BookRun:
        """Keep a run, numbered on from the last, with the sets that the book does not have yet."""
        with self.writing(shown=False) as connection:
            mine = book_runs.c.book == book.number
            last = connection.scalar(select(func.coalesce(func.max(book_runs.c.run), 0)).where(mine)) or 0
            stored = set(connection.scalars(select(book_sets.c.hash).where(book_sets.c.book == book.number)))
            rows = [
                {"book": book.number, "hash": hash, "content": content}
                for hash, content in sets.items()
                if hash not in stored
            ]
            if rows:
                connection.execute(insert(book_sets), rows)
            values = {
                "book": book.number, "run": int(last) + 1, "made": run.made or now(), "who": run.who,
                "generation": run.generation, "model": run.model, "sequence": run.sequence,
                "last_document": run.last_document, "facts": json.dumps(run.facts), "frozen": "",
                "frozen_by": "", "note": "",
            }  # fmt: skip
            connection.execute(insert(book_runs), values)
        return self.run_of(book, int(last) + 1)

    def runs_of(self, book: Book) -> list[BookRun]:
        """The runs of a book, the newest first."""
        query = select(book_runs).where(book_runs.c.book == book.number).order_by(book_runs.c.run.desc())
        with self.reading() as connection:
            return [_run(row) for row in connection.execute(query)]

    def run_count(self, book: Book) -> int:
        """How many runs a book has."""
        query = select(func.count()).select_from(book_runs).where(book_runs.c.book == book.number)
        with self.reading() as connection:
            return int(connection.scalar(query) or 0)

    def run_of(self, book: Book, run: int) -> BookRun:
        """A run by its number.

        Raises:
            NotFoundError: there is none.
        """
        query = select(book_runs).where(book_runs.c.book == book.number, book_runs.c.run == run)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise no_run(run)
        return _run(row)

    def freeze_run(self, book: Book, run: int, *, who: str, note: str) -> None:
        """Freeze a run; one that is frozen stays as it is."""
        here = (book_runs.c.book == book.number) & (book_runs.c.run == run) & (book_runs.c.frozen == "")
        with self.writing(shown=False) as connection:
            connection.execute(update(book_runs).where(here).values(frozen=now(), frozen_by=who, note=note))

    def set_of(self, book: Book, hash: str) -> bytes:
        """The content of a kept set.

        Raises:
            NotFoundError: the book has no such set.
        """
        query = select(book_sets.c.content).where(book_sets.c.book == book.number, book_sets.c.hash == hash)
        with self.reading() as connection:
            content = connection.scalar(query)
        if content is None:
            raise NotFoundError("A kept set of papers is missing.", "Restore a backup: litatlas restore")
        return bytes(content)

    # --- where records are

    def last_document(self) -> int:
        """The last number that was given to a record."""
        with self.reading() as connection:
            return counter(connection, "document")

    def last_additions(self) -> dict[str, str]:
        """When the last record came into each collection, by its key; ISO 8601 in UTC."""
        query = (
            select(collections.c.key, func.max(documents.c.added))
            .join(documents, documents.c.collection == collections.c.number)
            .group_by(collections.c.key)
        )
        with self.reading() as connection:
            return {key: added or "" for key, added in connection.execute(query)}

    def places_of_papers(self, papers: Sequence[str]) -> list[RecordPlace]:
        """All records of papers, given by their ids, in the order in which they came."""
        head = documents.alias()
        query = (
            select(*_PLACE, head.c.id.label("paper"))
            .join(collections, collections.c.number == documents.c.collection)
            .join(head, head.c.number == documents.c.paper)
            .order_by(documents.c.number)
        )
        places: list[RecordPlace] = []
        with self.reading() as connection:
            for part in in_chunks(papers, _PAGE):
                places += map(_place, connection.execute(query.where(head.c.id.in_(part))))
        return places

    def papers_with_records(self, records: Iterable[str]) -> dict[str, str]:
        """The paper of each record that the library has."""
        head = documents.alias()
        query = select(documents.c.id, head.c.id.label("paper")).join(
            head, head.c.number == documents.c.paper
        )
        papers: dict[str, str] = {}
        with self.reading() as connection:
            for part in in_chunks(records, _PAGE):
                papers |= {
                    row.id: row.paper for row in connection.execute(query.where(documents.c.id.in_(part)))
                }
        return papers


_PLACE = (
    documents.c.id,
    documents.c.number,
    documents.c.seq,
    collections.c.key,
    collections.c.name.label("collection"),
)


def taken(name: str) -> InputError:
    """The error of a name that another book has."""
    return InputError(f"There is a search book {name!r} already.", "Choose another name.")


def no_book(name: str) -> NotFoundError:
    """The error of a book that is not there, or not for who asks."""
    return NotFoundError(f"There is no search book {name[:80]!r}.", "List them: litatlas search-book list")


def no_run(run: int) -> NotFoundError:
    """The error of a run that is not there, or not for who asks."""
    return NotFoundError(f"There is no run {run}.", "Runs are numbered from 1 in each book.")


def _change(connection: Connection, book: Book, **values: Any) -> None:
    query = update(books).where(books.c.number == book.number)
    connection.execute(query.values(changed=now(), **values))


def _book(row: Any) -> Book:
    return Book(
        row.number, row.id, row.name, row.made, row.changed, bool(row.private), row.owner,
        read_json(row.answers, dict),
    )  # fmt: skip


def _run(row: Any) -> BookRun:
    return BookRun(
        row.run, row.made, row.who, row.generation, row.model, row.sequence, row.last_document,
        read_json(row.facts, dict), row.frozen, row.frozen_by, row.note,
    )  # fmt: skip


def _place(row: Any) -> RecordPlace:
    return RecordPlace(row.id, row.number, row.seq, row.paper, row.key, row.collection)
