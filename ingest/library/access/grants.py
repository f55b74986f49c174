"""What is private: collections, lists, search books, saved searches and notes that only their owners see, and
those whom they are shared with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Table, delete, exists, insert, or_, select, update

from ingest.library.collections import ensure, number_of, touch_collection
from ingest.library.database import Database
from ingest.library.schema import books, collections, grants, kept_items, lists, users

Kind = Literal["collection", "list", "book", "search", "note"]
_TABLES: dict[Kind, Table] = {
    "collection": collections, "list": lists, "book": books, "search": kept_items, "note": kept_items,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who sees it: all, or its owner and grantees (``user:NUMBER``, ``group:NAME``)."""

    private: bool
    owner: int | None
    owner_name: str
    grantees: tuple[str, ...]


class GrantsTable(Database):
    """The part of the library that keeps who may see what."""

    def has_private(self) -> bool:
        """Whether any collection is private."""
        with self.reading() as connection:
            return connection.scalar(select(exists().where(collections.c.private))) is True

    def visible_collections(self, owner: int | None, grantees: Collection[str]) -> frozenset[str] | None:
        """The names of the collections that somebody may see; None where that is all of them."""
        with self.reading() as connection:
            rows = connection.execute(select(collections.c.name, collections.c.number, collections.c.private))
            every = {row.number: row.name for row in rows.all()}
            mine = set(connection.scalars(_visible(collections, "collection", owner, grantees)))
        if len(mine) == len(every):
            return None
        return frozenset(every[number] for number in mine)

    def visible_lists(self, owner: int | None, grantees: Collection[str]) -> frozenset[int]:
        """The numbers of the lists that somebody may see."""
        with self.reading() as connection:
            return frozenset(connection.scalars(_visible(lists, "list", owner, grantees)))

    def sharing(self, kind: Kind, name: str) -> Sharing | None:
        """Who sees a collection (by name), or something else (by id); None where there is none."""
        table = _TABLES[kind]
        column = table.c.name if kind == "collection" else table.c.id
        query = (
            select(table.c.number, table.c.private, table.c.owner, users.c.name.label("owner_name"))
            .outerjoin(users, users.c.number == table.c.owner)
            .where(column == name)
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            shared = (grants.c.kind == kind) & (grants.c.subject == row.number)
            names = connection.scalars(select(grants.c.grantee).where(shared).order_by(grants.c.grantee))
            return Sharing(bool(row.private), row.owner, row.owner_name or "", tuple(names))

    def begin_collection(self, name: str, *, private: bool, owner: int | None) -> None:
        """Make a collection of a user that has no documents yet, unless there is one of this name."""
        with self.writing() as connection:
            if connection.scalar(select(collections.c.number).where(collections.c.name == name)) is None:
                number, _ = ensure(connection, name)
                values = {"private": private, "owner": owner}
                connection.execute(update(collections).where(collections.c.number == number).values(**values))

    def share_collection(
        self, name: str, *, private: bool, grantees: Sequence[str] = (), owner: int | None = None
    ) -> None:
        """Set who can see a collection, whose papers then count as changed; ``owner``: where it has none yet.

        Raises:
            NotFoundError: there is none of this name.
        """
        with self.writing() as connection:
            number = number_of(connection, name)
            before = connection.scalar(select(collections.c.private).where(collections.c.number == number))
            _share(connection, collections, "collection", number, private, grantees, owner)
            if bool(before) != private:
                touch_collection(connection, number)

    def share_list(
        self, id: str, *, private: bool, grantees: Sequence[str] = (), owner: int | None = None
    ) -> None:
        """Say who sees a list. ``owner``: where it has none yet."""
        self._share_by_id("list", id, private, grantees, owner)

    def share_book(
        self, id: str, *, private: bool, grantees: Sequence[str] = (), owner: int | None = None
    ) -> None:
        """Set who can see a search book; ``owner`` becomes its owner where it has none yet."""
        self._share_by_id("book", id, private, grantees, owner)

    def share_item(
        self,
        kind: Literal["search", "note"],
        id: str,
        *,
        private: bool,
        grantees: Sequence[str] = (),
        owner: int | None = None,
    ) -> None:
        """Say who sees a saved search or a note. ``owner``: where it has none yet."""
        self._share_by_id(kind, id, private, grantees, owner)

    def _share_by_id(
        self, kind: Kind, id: str, private: bool, grantees: Sequence[str], owner: int | None
    ) -> None:
        table = _TABLES[kind]
        with self.writing() as connection:
            number = connection.scalar(select(table.c.number).where(table.c.id == id))
            if number is not None:
                _share(connection, table, kind, int(number), private, grantees, owner)


def _share(
    connection: Connection,
    table: Table,
    kind: Kind,
    number: int,
    private: bool,
    grantees: Sequence[str],
    owner: int | None,
) -> None:
    here = table.c.number == number
    connection.execute(update(table).where(here).values(private=private))
    if owner is not None:
        connection.execute(update(table).where(here, table.c.owner.is_(None)).values(owner=owner))
    connection.execute(delete(grants).where(grants.c.kind == kind, grants.c.subject == number))
    rows = [{"kind": kind, "subject": number, "grantee": one} for one in dict.fromkeys(grantees)]
    if rows:
        connection.execute(insert(grants), rows)


def _visible(table: Table, kind: Kind, owner: int | None, grantees: Collection[str]) -> Any:
    ways = [~table.c.private]
    if owner is not None:
        ways.append(table.c.owner == owner)
    if grantees:
        shared = (grants.c.kind == kind) & (grants.c.subject == table.c.number)
        ways.append(exists().where(shared, grants.c.grantee.in_(list(grantees))))
    return select(table.c.number).where(or_(*ways))
