"""Reviews: a plan, the searches that brought papers into them, and the papers, frozen as they came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ingest.errors import InputError, NotFoundError
from ingest.library.backend.errors import read_json
from ingest.library.database import Database, now
from ingest.library.schema import (
    collections,
    decisions,
    documents,
    review_papers,
    review_searches,
    reviews,
)
from ingest.parallel import in_chunks
from ingest.values.given_ids import fresh_id

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Review:
    """A review; ``plan`` is what its makers wrote down, as :mod:`litatlas.parts.reviewing.plan` reads it."""

    number: int
    id: str
    name: str
    plan: Mapping[str, Any]
    made: str


@dataclass(frozen=True, slots=True)
class ReviewSearch:
    """A search that brought papers: what it gave, and how many of them the review did not have yet."""

    number: int
    kind: str
    text: str
    papers: int
    added: int
    generation: int
    who: str
    made: str


@dataclass(frozen=True, slots=True)
class Brought:
    """The papers of a search that are to be added to a review, and how the search is described there."""

    papers: Sequence[str]
    kind: str
    text: str
    generation: int = 0
    who: str = ""


@dataclass(frozen=True, slots=True)
class ReviewPaper:
    """A paper of a review.

    ``document`` is the id it came with; ``paper`` the paper that this record belongs to now, None where it
    has left the library; ``records`` are (id, collection) of all its records when it came.
    """

    document: str
    paper: str | None
    place: int
    search: int
    records: tuple[tuple[str, str], ...]


class ReviewsTable(Database):
    """The part of the library that keeps reviews and their papers."""

    def make_review(self, name: str, plan: Mapping[str, Any], brought: Brought | None = None) -> Review:
        """Make a review, with the papers of its first search or none yet; all of it or nothing.

        Raises:
            InputError: there is one of that name.
        """
        row = {"id": fresh_id(), "name": name, "plan": json.dumps(plan), "made": now()}
        try:
            with self.writing(shown=False) as connection:
                number = connection.scalars(insert(reviews).returning(reviews.c.number), row).one()
                if brought is not None:
                    _bring(connection, number, brought)
        except IntegrityError:
            raise InputError(f"There is a review {name!r} already.", "Choose another name.") from None
        return self.review(row["id"])

    def reviews(self) -> list[Review]:
        """All reviews, the newest first."""
        with self.reading() as connection:
            return [
                _review(row) for row in connection.execute(select(reviews).order_by(reviews.c.number.desc()))
            ]

    def review(self, name: str) -> Review:
        """The review of an id or a name.

        Raises:
            NotFoundError: there is none.
        """
        with self.reading() as connection:
            return read_review(connection, name)

    def change_review(self, review: Review, name: str, plan: Mapping[str, Any]) -> Review:
        """Change a review's name and plan; raises as :meth:`make_review`."""
        query = update(reviews).where(reviews.c.number == review.number)
        try:
            with self.writing(shown=False) as connection:
                connection.execute(query.values(name=name, plan=json.dumps(plan)))
        except IntegrityError:
            raise InputError(f"There is a review {name!r} already.", "Choose another name.") from None
        return self.review(review.id)

    def add_to_review(
        self,
        review: Review,
        papers: Sequence[str],
        *,
        kind: str,
        text: str,
        generation: int = 0,
        who: str = "",
    ) -> ReviewSearch:
        """Put the papers of a search at the end of a review; those that it has stay as they are.

        Ids that the library does not know are left out. The records of the papers are kept as they are now.
        """
        with self.writing(shown=False) as connection:
            number = _bring(connection, review.number, Brought(papers, kind, text, generation, who))
            query = select(review_searches).where(review_searches.c.number == number)
            return _search(connection.execute(query).one())

    def review_searches(self, review: Review) -> list[ReviewSearch]:
        """What brought the review's papers, in the order in which it was added."""
        query = select(review_searches).where(review_searches.c.review == review.number)
        with self.reading() as connection:
            return [_search(row) for row in connection.execute(query.order_by(review_searches.c.number))]

    def review_papers(self, review: Review) -> list[ReviewPaper]:
        """The review's papers, in the order in which they came.

        A record that was a duplicate when it came, and is a paper of its own by now, stands after its paper.
        """
        paper = documents.alias()
        query = (
            select(review_papers, paper.c.id.label("paper"))
            .outerjoin(documents, documents.c.id == review_papers.c.document)
            .outerjoin(paper, paper.c.number == documents.c.paper)
            .where(review_papers.c.review == review.number)
            .order_by(review_papers.c.place)
        )
        with self.reading() as connection:
            entries = [
                ReviewPaper(
                    row.document,
                    row.paper,
                    row.place,
                    row.search,
                    read_json(row.records, lambda pairs: tuple((id, name) for id, name in pairs)),
                )
                for row in connection.execute(query)
            ]
            joined = [id for entry in entries if len(entry.records) > 1 for id, _ in entry.records]
            papers = _papers_now(connection, joined)
        return [part for entry in entries for part in _parts(entry, papers)]

    def review_sizes(self) -> dict[int, tuple[int, int]]:
        """How many papers and how many rows of decisions each review has, by its number."""
        with self.reading() as connection:
            papers, rows = (
                {row.review: int(row.rows) for row in connection.execute(_counted(table))}
                for table in (review_papers, decisions)
            )
        return {number: (papers.get(number, 0), rows.get(number, 0)) for number in {*papers, *rows}}

    def review_collections(self, review: Review) -> frozenset[str]:
        """The collections that the review's papers were in when they came, and are in now."""
        mine = select(review_papers.c.records).where(review_papers.c.review == review.number).distinct()
        now_in = (
            select(collections.c.name)
            .join(documents, documents.c.collection == collections.c.number)
            .join(review_papers, review_papers.c.document == documents.c.id)
            .where(review_papers.c.review == review.number)
            .distinct()
        )
        with self.reading() as connection:
            recorded = {name for records in connection.scalars(mine) for _, name in read_json(records, list)}
            known = set(connection.scalars(select(collections.c.name)))
            return frozenset((recorded & known) | set(connection.scalars(now_in)))


def read_review(connection: Connection, name: str) -> Review:
    """The review of an id or a name; raises as :meth:`ReviewsTable.review`."""
    query = select(reviews).where((reviews.c.id == name) | (reviews.c.name == name))
    rows = connection.execute(query).all()
    if not rows:
        raise NotFoundError(f"There is no review {name[:80]!r}.", "List them: litatlas review list")
    return _review(next((row for row in rows if row.id == name), rows[0]))


def _papers_now(connection: Connection, records: Sequence[str]) -> dict[str, str]:
    """Record → the paper that it belongs to now."""
    paper = documents.alias()
    query = select(documents.c.id, paper.c.id).join(paper, paper.c.number == documents.c.paper)
    paper_of: dict[str, str] = {}
    for part in in_chunks(records, _AT_ONCE):
        rows = connection.execute(query.where(documents.c.id.in_(part)))
        paper_of.update((id, of) for id, of in rows)
    return paper_of


def _parts(entry: ReviewPaper, papers: Mapping[str, str]) -> list[ReviewPaper]:
    """A paper as it came, and each paper that some of its records have become since."""
    groups: dict[str | None, list[tuple[str, str]]] = {entry.paper: []}
    for id, name in entry.records:
        groups.setdefault(papers.get(id, entry.paper), []).append((id, name))
    kept = groups.pop(entry.paper)
    others = (
        ReviewPaper(records[0][0], paper, entry.place, entry.search, tuple(records))
        for paper, records in groups.items()
    )
    return [replace(entry, records=tuple(kept)), *others]


def _counted(table: Table) -> Select[Any]:
    return select(table.c.review, func.count().label("rows")).group_by(table.c.review)


def _records(connection: Connection, papers: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """(id, collection) of every record of papers, the one that the paper is known by first."""
    paper = documents.alias()
    query = (
        select(paper.c.id.label("paper"), documents.c.id, collections.c.name)
        .join(documents, documents.c.paper == paper.c.number)
        .join(collections, collections.c.number == documents.c.collection)
        .where(paper.c.id.in_(papers))
        .order_by(documents.c.number)
    )
    records: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(query):
        records.setdefault(row.paper, []).append((row.id, row.name))
    return records


def _known_papers(connection: Connection, review: int) -> set[str]:
    """Ids of the review's papers, and of the papers that they belong to now."""
    paper = documents.alias()
    query = (
        select(review_papers.c.document, paper.c.id)
        .outerjoin(documents, documents.c.id == review_papers.c.document)
        .outerjoin(paper, paper.c.number == documents.c.paper)
        .where(review_papers.c.review == review)
    )
    return {id for row in connection.execute(query) for id in row if id is not None}


def _review(row: Any) -> Review:
    return Review(row.number, row.id, row.name, read_json(row.plan, dict), row.made)


def _bring(connection: Connection, review: int, brought: Brought) -> int:
    """Write a search and the papers that the review did not have; the search's number."""
    known = _known_papers(connection, review)
    total = 0
    new: list[tuple[str, str]] = []
    for part in in_chunks(dict.fromkeys(brought.papers), _AT_ONCE):
        records = _records(connection, part)
        total += len(records)
        new += [
            (id, json.dumps(records[id]))
            for id in part
            if id in records and not known.intersection([id, *(r for r, _ in records[id])])
        ]
    row = {
        "review": review, "kind": brought.kind, "text": brought.text, "papers": total, "added": len(new),
        "generation": brought.generation, "who": brought.who, "made": now(),
    }  # fmt: skip
    number = int(connection.scalars(insert(review_searches).returning(review_searches.c.number), row).one())
    last = select(func.coalesce(func.max(review_papers.c.place), 0)).where(review_papers.c.review == review)
    place = int(connection.scalar(last) or 0)
    for placed in in_chunks(list(enumerate(new, place + 1)), _AT_ONCE):
        rows = [
            {"review": review, "document": id, "place": at, "search": number, "records": records}
            for at, (id, records) in placed
        ]
        connection.execute(insert(review_papers), rows)
    return number


def _search(row: Any) -> ReviewSearch:
    return ReviewSearch(
        row.number, row.kind, row.text, row.papers, row.added, row.generation, row.who, row.made
    )
