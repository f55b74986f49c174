"""Lists of papers that people keep: a name, and ids in the order in which they were put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from ingest.errors import InputError, NotFoundError
from ingest.library.database import Database, now
from ingest.library.schema import grants, list_papers, lists
from ingest.values.given_ids import fresh_id

MOST_PAPERS = 1_000


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A list; ``papers`` are documents' ids, of which some may have left the library."""

    id: str
    name: str
    made: str
    changed: str
    papers: tuple[str, ...]
    private: bool = False
    owner: int | None = None


class ListsTable(Database):
    """The part of the library that keeps lists."""

    def make_list(self, name: str, papers: Sequence[str] = (), *, owner: int | None = None) -> str:
        """Make a list (of a user). Returns its id, which cannot be guessed."""
        id = fresh_id()
        row = {"id": id, "name": name, "made": now(), "changed": now(), "owner": owner}
        with self.writing(shown=False) as connection:
            connection.execute(insert(lists), row)
            _append(connection, _number(connection, id), papers)
        return id

    def reading_lists(self) -> list[ReadingList]:
        """All lists, the one that was changed last first."""
        with self.reading() as connection:
            rows = connection.execute(select(lists).order_by(lists.c.changed.desc(), lists.c.number.desc()))
            papers_of: dict[int, list[str]] = {}
            for list_, document in connection.execute(
                select(list_papers.c.list, list_papers.c.document).order_by(list_papers.c.place)
            ):
                papers_of.setdefault(list_, []).append(document)
            return [_list(row, papers_of.get(row.number, ())) for row in rows]

    def reading_list(self, id: str) -> ReadingList:
        """One list.

        Raises:
            NotFoundError: there is none with that id.
        """
        with self.reading() as connection:
            number = _number(connection, id)
            row = connection.execute(select(lists).where(lists.c.number == number)).one()
            papers = connection.scalars(
                select(list_papers.c.document)
                .where(list_papers.c.list == number)
                .order_by(list_papers.c.place)
            )
            return _list(row, list(papers))

    def add_to_list(self, id: str, papers: Sequence[str]) -> None:
        """Put papers at the end of a list; those that are in it stay where they are.

        Raises:
            NotFoundError: there is no such list. InputError: it would be too long.
        """
        with self.writing(shown=False) as connection:
            number = _number(connection, id)
            _append(connection, number, papers)
            _touch(connection, number)

    def take_from_list(self, id: str, paper: str) -> None:
        """Take a paper out of a list, if it is in it."""
        with self.writing(shown=False) as connection:
            number = _number(connection, id)
            mine = (list_papers.c.list == number) & (list_papers.c.document == paper)
            connection.execute(delete(list_papers).where(mine))
            _touch(connection, number)

    def rename_list(self, id: str, name: str) -> None:
        """Give a list another name."""
        with self.writing(shown=False) as connection:
            number = _number(connection, id)
            connection.execute(update(lists).where(lists.c.number == number).values(name=name))
            _touch(connection, number)

    def remove_list(self, id: str) -> None:
        """Remove a list; its papers stay in the library."""
        with self.writing() as connection:
            number = _number(connection, id)
            shared = (grants.c.kind == "list") & (grants.c.subject == number)
            connection.execute(delete(grants).where(shared))
            connection.execute(delete(lists).where(lists.c.number == number))


def _list(row: Any, papers: Sequence[str]) -> ReadingList:
    return ReadingList(row.id, row.name, row.made, row.changed, tuple(papers), bool(row.private), row.owner)


def no_list() -> NotFoundError:
    """The error of a list that is not there, or not for who asks."""
    return NotFoundError("There is no such list.", "It was removed, or its address is incomplete.")


def _number(connection: Connection, id: str) -> int:
    number = connection.scalar(select(lists.c.number).where(lists.c.id == id))
    if number is None:
        raise no_list()
    return int(number)


def _append(connection: Connection, number: int, papers: Sequence[str]) -> None:
    mine = list_papers.c.list == number
    present = set(connection.scalars(select(list_papers.c.document).where(mine)))
    new = [paper for paper in dict.fromkeys(papers) if paper not in present]
    if len(present) + len(new) > MOST_PAPERS:
        raise InputError(f"A list holds at most {MOST_PAPERS:,} papers.", "Start another list.")
    first = connection.scalar(select(func.coalesce(func.max(list_papers.c.place), 0)).where(mine)) or 0
    rows = [{"list": number, "document": paper, "place": first + place} for place, paper in enumerate(new, 1)]
    if rows:
        connection.execute(insert(list_papers), rows)


def _touch(connection: Connection, number: int) -> None:
    connection.execute(update(lists).where(lists.c.number == number).values(changed=now()))
