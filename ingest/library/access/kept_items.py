"""What people keep for themselves: searches under a name, notes on papers, and papers they starred or read.

Notes and marks name a document by its id, so that they outlive a removal and a new import.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update

from ingest.errors import InputError, NotFoundError
from ingest.library.backend.answer_marks import advance, marks_counter
from ingest.library.database import Database, now
from ingest.library.schema import grants, kept_items, marks
from ingest.values.given_ids import fresh_id

ItemKind = Literal["search", "note"]
MOST_ITEMS = 10_000
"""Items of one kind that one owner may keep."""
NOBODY = 0
"""The owner of marks where there are no accounts."""


@dataclass(frozen=True, slots=True)
class KeptItem:
    """A search (``name``; ``text`` is its request as JSON) or a note (``subject`` is the document)."""

    id: str
    kind: str
    subject: str
    name: str
    text: str
    who: str
    private: bool
    owner: int | None
    made: str
    changed: str


class KeptItemsTable(Database):
    """The part of the library that keeps searches, notes and marks."""

    def keep_item(
        self,
        kind: ItemKind,
        text: str,
        *,
        subject: str = "",
        name: str = "",
        who: str = "",
        owner: int | None = None,
    ) -> KeptItem:
        """Keep an item, private to its owner.

        Raises:
            InputError: the owner keeps too many.
        """
        mine = (kept_items.c.kind == kind) & kept_items.c.owner.is_not_distinct_from(owner)
        row: dict[str, Any] = {
            "id": fresh_id(),
            "kind": kind,
            "subject": subject,
            "name": name,
            "text": text,
        }
        row |= {"who": who, "private": True, "owner": owner, "made": now(), "changed": now()}
        with self.writing() as connection:
            count = connection.scalar(select(func.count()).select_from(kept_items).where(mine)) or 0
            if count >= MOST_ITEMS:
                raise InputError(f"One can keep at most {MOST_ITEMS:,} of these.", "Remove some first.")
            connection.execute(insert(kept_items), row)
        return self.kept_item(kind, str(row["id"]))

    def kept_items(self, kind: ItemKind, subjects: Collection[str] | None = None) -> list[KeptItem]:
        """All items of a kind (on some documents), the oldest first."""
        query = select(kept_items).where(kept_items.c.kind == kind).order_by(kept_items.c.number)
        if subjects is not None:
            query = query.where(kept_items.c.subject.in_(list(subjects)))
        with self.glancing() as connection:
            return [_item(row) for row in connection.execute(query)]

    def kept_item(self, kind: ItemKind, id: str) -> KeptItem:
        """One item.

        Raises:
            NotFoundError: there is none.
        """
        query = select(kept_items).where(kept_items.c.kind == kind, kept_items.c.id == id)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise no_item(kind)
        return _item(row)

    def change_item(self, kind: ItemKind, id: str, **values: str) -> None:
        """Change the name or the text of an item."""
        here = (kept_items.c.kind == kind) & (kept_items.c.id == id)
        with self.writing() as connection:
            connection.execute(update(kept_items).where(here).values(**values, changed=now()))

    def remove_item(self, kind: ItemKind, id: str) -> None:
        """Remove an item."""
        here = (kept_items.c.kind == kind) & (kept_items.c.id == id)
        number = select(kept_items.c.number).where(here).scalar_subquery()
        with self.writing() as connection:
            connection.execute(delete(grants).where(grants.c.kind == kind, grants.c.subject == number))
            connection.execute(delete(kept_items).where(here))

    # -- stars, and what was read ---------------------------------------------------------------------------

    def put_mark(self, kind: str, document: str, owner: int | None, *, on: bool) -> None:
        """Star a document, or say that it was read (``kind``), or take that back."""
        row = {"document": document, "owner": owner or NOBODY, "kind": kind}
        here = [marks.c[name] == value for name, value in row.items()]
        with self.writing(shown=False) as connection:
            advance(connection, marks_counter(owner or NOBODY))
            connection.execute(delete(marks).where(*here))
            if on:
                connection.execute(insert(marks), row | {"made": now()})

    def marked(
        self, owner: int | None, *, kind: str | None = None, documents: Sequence[str] | None = None
    ) -> list[tuple[str, str]]:
        """(kind, document) of what somebody marked, the latest first."""
        query = select(marks.c.kind, marks.c.document).where(marks.c.owner == (owner or NOBODY))
        if kind is not None:
            query = query.where(marks.c.kind == kind)
        if documents is not None:
            query = query.where(marks.c.document.in_(list(documents)))
        with self.glancing() as connection:
            rows = connection.execute(query.order_by(marks.c.made.desc(), marks.c.document))
            return [(row.kind, row.document) for row in rows]


def no_item(kind: str) -> NotFoundError:
    """The error of a search or a note that is not there, or not for who asks."""
    what = "saved search" if kind == "search" else "note"
    return NotFoundError(f"There is no such {what}.", "It was removed, or its address is incomplete.")


def _item(row: Any) -> KeptItem:
    return KeptItem(
        row.id,
        row.kind,
        row.subject,
        row.name,
        row.text,
        row.who,
        bool(row.private),
        row.owner,
        row.made,
        row.changed,
    )
