"""Which document of its collection a record is.

A source's own number or key is no identity: libraries count from 1, two people choose the key smith2020. The
first record under a number gets the id that follows from it; a later one is the same document only where its
content says so (`ingest.duplicates.judging.same_record`). Otherwise it is another paper, a *namesake*, whose
id follows from the number and its content, so that the same file gives the same ids again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

from sqlalchemy import Connection, select

from ingest.document import Document
from ingest.duplicates.judging import same_record
from ingest.duplicates.sketches import Sketch, likeness
from ingest.library.bulk import insert_rows, select_by_numbers
from ingest.library.collections import WARNING, RejectRow
from ingest.library.records import Record, content_key, document_id, document_of, storable
from ingest.library.schema import documents, namesakes
from ingest.library.storing import Change
from ingest.parallel import in_chunks
from ingest.preparing import Batch, Taken, prepared

_PAGE = 500
CROWD = 20
"""So many records under one number are compared; a number that more share says nothing."""
_INVENTED = re.compile(r"x[0-9a-f]{16}|h[0-9a-f]{18}")  # by ``preparing`` and by the readers
_LONGEST_VALUE = 120


@dataclass(slots=True)
class Resolved:
    """What is to be stored of a batch, and of how many records nothing or a change of a known document."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    updated: int = 0
    faults: list[RejectRow] = field(default_factory=list)
    namesakes: list[tuple[str, Change]] = field(default_factory=list)  # the id that the number alone gives
    ids: list[str | None] = field(default_factory=list)  # of each record's document; None: not known

    def store_namesakes(self, connection: Connection) -> None:
        """Note which documents share a number; only once they are stored."""
        rows = [(base, change.number) for base, change in self.namesakes]
        insert_rows(connection, namesakes, ("base", "document"), rows)


@dataclass(slots=True)
class _Known:
    """A document under a number: in the library, or on its way there (``change``)."""

    id: str
    number: int
    fingerprint: int
    record: str = ""
    title_forms: str = ""
    abstract_forms: str = ""
    change: Change | None = None

    @property
    def sketch(self) -> Sketch:
        return Sketch(partial(document_of, self.record), self.title_forms, self.abstract_forms)

    def take(self, change: Change) -> None:
        """Become what a change says."""
        record, prepared = change.record, change.prepared
        self.fingerprint, self.record = record.fingerprint, record.json
        self.title_forms, self.abstract_forms = prepared.title_forms, prepared.abstract_forms
        self.change = change


class Identities:
    """The documents of one collection as its records name them, over the batches of one intake."""

    def __init__(self, collection: int, key: str) -> None:
        self._collection = collection
        self._key = key
        self._contents: Counter[int] | None = None  # of all documents; counted at the first strange number
        self._moved = False  # whether records came that are known under other numbers

    def resolve(self, connection: Connection, batch: Batch) -> Resolved:
        """Tell for each record of a batch, in order, which document it is, and what is to be stored."""
        resolved = Resolved()
        known = self._stored(connection, batch.records)
        id: str | None
        for taken in batch.records:
            under = known[taken.record.id]
            fingerprint = taken.record.fingerprint
            same = next((entry for entry in under if entry.fingerprint == fingerprint), None)
            if same is not None:
                id = same.id
                resolved.unchanged += 1
            elif under:
                id = self._contested(connection, taken, under, resolved)
            elif self._moved and self._is_known(connection, taken.record, resolved):
                id = None
                resolved.unchanged += 1
            else:
                id = taken.record.id
                under.append(self._new(taken, id, resolved))
            resolved.ids.append(id)
        return resolved

    def forget(self) -> None:
        """Count anew where it is needed: a transaction was undone."""
        self._contents = None

    def _stored(self, connection: Connection, records: Sequence[Taken]) -> dict[str, list[_Known]]:
        """The id that a number gives → the documents under it; of those in question with content."""
        known: dict[str, list[_Known]] = defaultdict(list)
        columns = documents.c.id, documents.c.number, documents.c.fingerprint
        for part in in_chunks({taken.record.id for taken in records}, _PAGE):
            for row in connection.execute(select(*columns).where(documents.c.id.in_(part))):
                known[row.id].append(_Known(*row))
        changed = {
            record.id
            for record, _, _ in records
            if record.id in known and known[record.id][0].fingerprint != record.fingerprint
        }
        joined = select(namesakes.c.base, *columns).join(
            namesakes, namesakes.c.document == documents.c.number
        )
        for part in in_chunks(sorted(changed), _PAGE):
            rows = connection.execute(joined.where(namesakes.c.base.in_(part)).order_by(documents.c.number))
            for base, *columns_of in rows:
                known[base].append(_Known(*columns_of))
        self._read(connection, [one for id in changed for one in _compared(known[id])])
        return known

    def _read(self, connection: Connection, known: Iterable[_Known]) -> None:
        """Fill in the content of documents."""
        by_number = {entry.number: entry for entry in known}
        columns = documents.c.number, documents.c.record, documents.c.title_forms, documents.c.abstract_forms
        rows = select_by_numbers(connection, select(*columns), documents.c.number, sorted(by_number))
        for number, record, title_forms, abstract_forms in rows:
            entry = by_number[number]
            entry.record, entry.title_forms, entry.abstract_forms = record, title_forms, abstract_forms

    def _contested(
        self, connection: Connection, taken: Taken, under: list[_Known], resolved: Resolved
    ) -> str | None:
        """A record under a number that is known for other content; the id of the document that it is."""
        record, forms, source = taken
        sketch = Sketch(record.read, forms.title_forms, forms.abstract_forms)
        number = sketch.document.source_id
        invented = _INVENTED.fullmatch(number) is not None
        same = [known for known in _compared(under) if same_record(known.sketch, sketch, invented=invented)]
        if same:
            nearest = max(same, key=lambda known: likeness(known.sketch, sketch))
            self._update(nearest, taken, resolved)
            return nearest.id
        if self._is_known(connection, record, resolved):
            self._moved = True  # rows that went down a table, in which numbers count them
            resolved.unchanged += 1
            return None
        id = namesake_id(record, {known.id for known in under})
        under.append(self._new(taken, id, resolved))
        resolved.namesakes.append((record.id, resolved.changes[-1]))
        if not invented:
            reason = "is the number of another paper in this collection; this one was added as a new paper"
            resolved.faults.append(_warning(source, "id", f"{number}: {sketch.document.title}", reason))
        return id

    def _new(self, taken: Taken, id: str, resolved: Resolved) -> _Known:
        record, prepared, _ = taken
        change = Change(record if record.id == id else record._replace(id=id), prepared)
        resolved.changes.append(change)
        self._note(record)
        return _Known(id, 0, record.fingerprint, record.json, *prepared[:2], change)

    def _update(self, known: _Known, taken: Taken, resolved: Resolved) -> None:
        """Replace a document by its newer state, which keeps what that lacks."""
        record, forms, source = taken
        document, restored = with_what_it_lacks(record.read(), document_of(known.record))
        if restored:
            (again, forms), fingerprint = prepared(self._key, [document])[0], record.fingerprint
            record = again._replace(fingerprint=fingerprint)
            value, reason = (
                f"{document.source_id}: {document.title}",
                "is missing now; the earlier value is kept",
            )
            resolved.faults.append(_warning(source, ", ".join(restored), value, reason))
        if record.json == known.record:
            resolved.unchanged += 1
            return
        resolved.updated += 1
        record = record._replace(id=known.id)
        if self._contents is not None:
            self._contents[content_key(known.record)] -= 1
        if known.change is None:
            resolved.changes.append(Change(record, forms, known.number))
            known.take(resolved.changes[-1])
        else:
            known.change.record, known.change.prepared = record, forms
            known.take(known.change)
        self._note(record)

    def _is_known(self, connection: Connection, record: Record, resolved: Resolved) -> bool:
        """Whether the collection holds a document that says just the same under whatever number."""
        if self._contents is None:
            replaced = {change.number for change in resolved.changes}
            mine = select(documents.c.number, documents.c.record).where(
                documents.c.collection == self._collection
            )
            rows = connection.execute(mine.execution_options(yield_per=_PAGE))
            self._contents = Counter(content_key(text) for number, text in rows if number not in replaced)
            for change in resolved.changes:
                self._note(change.record)
        return self._contents[content_key(record.json)] > 0

    def _note(self, record: Record) -> None:
        if self._contents is not None:
            self._contents[content_key(record.json)] += 1


def _compared(under: Sequence[_Known]) -> Sequence[_Known]:
    """The documents under a number that are compared: not all of a number that is none."""
    return under if len(under) <= CROWD else [under[0], *under[1 - CROWD :]]


def namesake_id(record: Record, taken: Collection[str]) -> str:
    """The id of another paper under a number that is given already."""
    id = document_id(record.id, str(record.fingerprint))
    while id in taken:
        id = document_id(record.id, id)
    return id


def with_what_it_lacks(new: Document, old: Document) -> tuple[Document, list[str]]:
    """A newer state of a record with those fields of the older one that it lacks, and their names."""
    restored = {
        name: value
        for name in _KEPT
        if (value := getattr(old, name)) not in _NOTHING and getattr(new, name) in _NOTHING
    }
    if restored.get("date") and new.year is not None and not old.date.startswith(str(new.year)):
        del restored["date"]
    if new.authors != old.authors:
        for name in restored.keys() & {"orcids", "group_authors"} if new.authors else ():
            del restored[name]  # they tell of the authors one by one
    return replace(new, **restored) if restored else new, list(restored)


_NOTHING = ("", (), None)
_KEPT = tuple(one.name for one in fields(Document) if one.name not in ("source_id", "lang", "collection"))


def _warning(source: str, name: str, value: str, reason: str) -> RejectRow:
    return RejectRow(WARNING, source, 0, name, storable(value[:_LONGEST_VALUE]), reason)
