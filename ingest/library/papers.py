"""Reading papers and documents out of the library."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, select

from ingest.document import Document
from ingest.duplicates.keys import held
from ingest.duplicates.signatures import identifier_texts, text_key
from ingest.errors import NotFoundError
from ingest.library.access.common_knowledge import agreed, agreed_words, common_places, needs_agreement
from ingest.library.database import Database
from ingest.library.merging import Paper, StoredDocument, merge
from ingest.library.records import document_of, tags_in
from ingest.library.schema import (
    citations,
    collections,
    documents,
    identifiers,
    joins,
    papers,
    removed_papers,
)
from ingest.parallel import in_chunks
from ingest.text.analysis import ANALYSIS_VERSION, analyzer
from ingest.values.identifiers import spellings

_FEW = 20_000  # changed papers that are read by their ids rather than by walking through all
_PAGE = 500  # values of one IN (…)
_STRATA = 10_000  # papers whose strata are read at once
_YEAR = re.compile(r'"year":([0-9]+)')  # a quote inside a text has a backslash before it


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that a paper cites; ``paper_id`` where the library holds it."""

    text: str
    paper_id: str | None


class PapersTable(Database):
    """The part of the library that gives papers and documents."""

    def papers(self, *, since: int = 0, batch: int = 1000) -> Iterator[Paper]:
        """Papers whose last change is later than ``since``, in the order of their ids, a batch at a time.

        Each as all who see it may know it (`ingest.library.access.common_knowledge`): indices, models and
        suggestions are made from these.
        """
        if since and self.count_papers(since) <= _FEW:
            ids = self._changed(since)
            for part in in_chunks(ids, batch):
                by_id = self.papers_by_id(part, forms=True, common=True)
                yield from (by_id[id] for id in part if id in by_id)
            return
        last = ""
        while True:
            query = (
                select(documents.c.id)
                .join(papers, papers.c.number == documents.c.number)
                .where(documents.c.id > last, papers.c.seq + 0 > since)  # + 0: walk by id, not by change
                .order_by(documents.c.id)
                .limit(batch)
            )
            with self.reading() as connection:
                page = list(connection.scalars(query))
                by_id = _papers_by_id(connection, page, forms=True, common=True)
            yield from (by_id[id] for id in page)
            if len(page) < batch:
                return
            last = page[-1]

    def _changed(self, since: int) -> list[str]:
        query = select(documents.c.id).join(papers, papers.c.number == documents.c.number)
        query = query.where(papers.c.seq > since).order_by(documents.c.id)
        with self.glancing() as connection:
            return list(connection.scalars(query))

    def strata(self, *, public_only: bool = False) -> Iterator[tuple[str, str, int]]:
        """The id of every paper, with collection and year (0: unknown) of the record that stands for it.

        Read without texts, for samples. ``public_only``: of papers of private collections alone, nothing.
        """
        query = _public_strata() if public_only else _strata()
        last = -1
        while True:
            with self.reading() as connection:
                page = connection.execute(query.where(papers.c.number > last).limit(_STRATA)).all()
            for _, id, collection, record in page:
                match = _YEAR.search(record)
                yield id, collection, int(match[1]) if match else 0
            if len(page) < _STRATA:
                return
            last = page[-1][0]

    def count_papers(self, since: int = 0) -> int:
        """How many papers :meth:`papers` gives."""
        query = select(func.count()).select_from(papers)
        with self.reading() as connection:
            return int(connection.scalar(query.where(papers.c.seq > since) if since else query) or 0)

    def removed_papers(self, since: int) -> Iterator[str]:
        """Ids that were papers' and are no longer (removed, or joined to another paper) after ``since``."""
        last = ""
        while True:
            query = select(removed_papers.c.id).where(
                removed_papers.c.seq > since, removed_papers.c.id > last
            )
            with self.reading() as connection:
                page = list(connection.scalars(query.order_by(removed_papers.c.id).limit(1000)))
            yield from page
            if not page:
                return
            last = page[-1]

    def papers_by_id(
        self, ids: Sequence[str], *, forms: bool = False, common: bool = False
    ) -> dict[str, Paper]:
        """The papers with these ids, unknown ids left out; the forms are "" unless asked for.

        ``common``: as all who see them may know them.
        """
        if not ids:
            return {}
        with self.reading() as connection:
            return _papers_by_id(connection, ids, forms=forms, common=common)

    def tags_of(
        self, ids: Sequence[str], collections: frozenset[str] | None = None
    ) -> dict[str, frozenset[str]]:
        """The tags of each paper, of all its members (in some collections); unknown ids are left out."""
        tags_by_id: dict[str, frozenset[str]] = {}
        with self.reading() as connection:
            for part in in_chunks(ids, _PAGE):
                for id, collection, record in connection.execute(_RECORDS, {"ids": part}).all():
                    if collections is not None and collection not in collections:
                        continue
                    tags = tags_in(record)
                    tags_by_id[id] = tags_by_id.get(id, tags) | tags
        return tags_by_id

    def paper_ids(self, collections_: Iterable[str]) -> frozenset[str]:
        """The ids of all papers that have a record in some collections."""
        ids: set[str] = set()
        query = (
            select(_PAPER_ROW.c.id)
            .distinct()
            .join(documents, documents.c.paper == _PAPER_ROW.c.number)
            .join(collections, collections.c.number == documents.c.collection)
        )
        with self.reading() as connection:
            for part in in_chunks(collections_, _PAGE):
                ids.update(connection.scalars(query.where(collections.c.name.in_(part))))
        return frozenset(ids)

    def document(self, id: str) -> StoredDocument:
        """A document.

        Raises:
            NotFoundError: there is none with this id.
        """
        with self.glancing() as connection:
            row = connection.execute(_ONE, {"id": id}).one_or_none()
            if row is None:
                raise no_document(id)
            return _document(row)

    def paper_of(self, document_id: str) -> Paper:
        """The paper that a document belongs to.

        Raises:
            NotFoundError: there is no such document.
        """
        stored = self.document(document_id)
        paper = self.papers_by_id([stored.paper_id]).get(stored.paper_id)
        if paper is None:  # it changed between the two questions
            raise no_document(document_id)
        return paper

    def papers_of(self, document_ids: Sequence[str]) -> list[str]:
        """The ids of the papers that documents belong to, in their order; unknown ones are left out."""
        paper_ids: dict[str, str] = {}
        with self.reading() as connection:
            for part in in_chunks(document_ids, _PAGE):
                for row in connection.execute(_stored().where(documents.c.id.in_(part))):
                    paper_ids[row.id] = row.paper_id
        return list(dict.fromkeys(paper_ids[id] for id in document_ids if id in paper_ids))

    def documents(self, collection: str, batch: int = 1000) -> Iterator[StoredDocument]:
        """The documents of a collection, in the order of their first coming."""
        last = -1
        while True:
            query = _stored().where(collections.c.name == collection, documents.c.number > last)
            with self.reading() as connection:
                page = connection.execute(query.order_by(documents.c.number).limit(batch)).all()
            yield from map(_document, page)
            if len(page) < batch:
                return
            last = page[-1].number

    def find(self, text: str, collections_: frozenset[str] | None = None) -> str | None:
        """The id of the first document (in some collections) with this DOI, arXiv id or PMID, in any
        spelling."""
        keys = [text_key(spelling) for spelling in spellings(text)]
        if not keys:
            return None
        named = held(identifiers, keys)
        query = (
            select(documents.c.id)
            .join(named, named.c.document == documents.c.number)
            .order_by(documents.c.number)
        )
        if collections_ is not None:
            query = query.join(collections, collections.c.number == documents.c.collection)
            query = query.where(collections.c.name.in_(collections_))
        with self.glancing() as connection:
            return connection.scalar(query.limit(1))

    def cites(self, paper: Paper) -> list[Reference]:
        """The works that a paper cites, as its members list them, with those that the library holds."""
        texts = list(dict.fromkeys(text for member in paper.members for text in member.document.references))
        if not texts:
            return []
        keys = {text: text_key(text) for text in texts}
        with self.reading() as connection:
            id_of = _papers_with(connection, keys.values())
        references = [Reference(text, id_of.get(keys[text])) for text in texts]
        return [reference for reference in references if reference.paper_id != paper.id]

    def cited_by(self, paper: Paper) -> list[str]:
        """The ids of the papers that cite a paper."""
        keys = {text_key(text) for member in paper.members for text in identifier_texts(member.document)}
        with self.reading() as connection:
            return list(connection.scalars(_CITING, {"keys": list(keys), "own": paper.id}))


def no_document(id: str) -> NotFoundError:
    """The error of a document that is not there, or not for who asks."""
    return NotFoundError(
        f"There is no document {id!r}.", "Search results show the ids; they are case-sensitive."
    )


_PAPER_ROW = documents.alias("paper_row")


_DOCUMENT: tuple[Any, ...] = (
    documents.c.number,
    documents.c.id,
    collections.c.name.label("collection"),
    collections.c.private,
    _PAPER_ROW.c.id.label("paper_id"),
    documents.c.paper,
    documents.c.record,
    documents.c.seq,
    documents.c.added,
)
_PAPER_ID = 4  # its place in a row


def _strata() -> Select[Any]:
    shown = documents.alias("shown")
    return (
        select(papers.c.number, _PAPER_ROW.c.id, collections.c.name, shown.c.record)
        .join(_PAPER_ROW, _PAPER_ROW.c.number == papers.c.number)
        .join(shown, shown.c.number == papers.c.shown)
        .join(collections, collections.c.number == shown.c.collection)
        .order_by(papers.c.number)
    )


def _public_strata() -> Select[Any]:
    of_member = collections.alias("of_member")
    member = (documents.c.paper == papers.c.number) & (of_member.c.number == documents.c.collection)
    return _strata().where(exists().where(member & of_member.c.private.is_(False)))


def _stored(*, forms: bool = False) -> Select[Any]:
    columns = [*_DOCUMENT]
    if forms:
        columns += [documents.c.analysis, documents.c.title_forms, documents.c.abstract_forms]
    return (
        select(*columns)
        .join(collections, collections.c.number == documents.c.collection)
        .join(_PAPER_ROW, _PAPER_ROW.c.number == documents.c.paper)
    )


def _document(row: Sequence[Any]) -> StoredDocument:
    """The document of a row of `_stored`."""
    _, id, collection, private, paper_id, _, record, seq, added = row[: len(_DOCUMENT)]
    return StoredDocument(id, collection, paper_id, document_of(record), seq, added, bool(private))


_ONE = _stored().where(documents.c.id == bindparam("id"))

# The busiest question: made once, as making a statement costs more than asking it.
_MEMBERS = {
    forms: _stored(forms=forms)
    .add_columns(papers.c.shown, papers.c.seq.label("paper_seq"))
    .join(papers, papers.c.number == documents.c.paper)
    .where(_PAPER_ROW.c.id.in_(bindparam("ids", expanding=True)))
    for forms in (False, True)
}


_RECORDS = (
    select(_PAPER_ROW.c.id, collections.c.name, documents.c.record)
    .join(collections, collections.c.number == documents.c.collection)
    .join(_PAPER_ROW, _PAPER_ROW.c.number == documents.c.paper)
    .where(_PAPER_ROW.c.id.in_(bindparam("ids", expanding=True)))
)


_CITATIONS = held(citations, bindparam("keys", expanding=True))
_CITING = (
    select(_PAPER_ROW.c.id)
    .distinct()
    .join(documents, documents.c.paper == _PAPER_ROW.c.number)
    .join(_CITATIONS, _CITATIONS.c.document == documents.c.number)
    .where(_PAPER_ROW.c.id != bindparam("own"))
    .order_by(_PAPER_ROW.c.id)
)


def _papers_by_id(
    connection: Connection, ids: Sequence[str], *, forms: bool, common: bool = False
) -> dict[str, Paper]:
    papers: dict[str, Paper] = {}
    for part in in_chunks(ids, _PAGE):
        members: dict[str, list[Any]] = {}
        rows = connection.execute(_MEMBERS[forms], {"ids": part}).all()
        for row in sorted(rows, key=itemgetter(0)):  # by number; the database would copy them all for it
            members.setdefault(row[_PAPER_ID], []).append(row)
        several = [row.number for rows in members.values() if len(rows) > 1 for row in rows]
        reasons = _reasons(connection, several)
        make = _common if common else _paper
        for id, own in members.items():
            single = len(own) == 1  # as nearly all of them are
            papers[id] = _single(own[0], forms=forms) if single else make(id, own, reasons, forms=forms)
    return papers


def _single(row: Any, *, forms: bool) -> Paper:
    """The paper of its only member's row."""
    *stored, seq = row
    member = _document(stored)
    title = abstract = ""
    if forms:
        analysis, title, abstract = stored[len(_DOCUMENT) : len(_DOCUMENT) + 3]
        if analysis != ANALYSIS_VERSION:
            title, abstract = map(analyzer().joined, (member.document.title, member.document.abstract))
    alone, names = (member,), (member.collection,)
    return Paper(member.paper_id, member, alone, names, seq, (), title, abstract)


def _common(id: str, rows: list[Any], reasons: dict[int, list[tuple[int, str]]], *, forms: bool) -> Paper:
    """The paper of its members' rows as all who see it may know it; it names all its collections."""
    private, names = [bool(row.private) for row in rows], [row.collection for row in rows]
    whole = _paper(id, rows, reasons, forms=forms)
    if not any(private):
        return whole
    if needs_agreement(private, names):
        document = agreed([member.document for member in whole.members])
        alone = replace(whole.members[0], document=document)
        pairs = list(zip(rows, whole.members, strict=True))
        title, abstract = (
            agreed_words([_forms(row, name, member.document) for row, member in pairs]) if forms else ""
            for name in ("title", "abstract")
        )
        return replace(whole, shown=alone, members=(alone,), title_forms=title, abstract_forms=abstract)
    common_rows = [rows[at] for at in common_places(private, names)]
    return replace(_paper(id, common_rows, reasons, forms=forms), collections=whole.collections)


def _paper(id: str, rows: list[Any], reasons: dict[int, list[tuple[int, str]]], *, forms: bool) -> Paper:
    """The paper of its members' rows."""
    members = tuple(map(_document, rows))
    best = next((at for at, row in enumerate(rows) if row.number == row.shown), 0)
    ids = {row.number: row.id for row in rows}
    title_of = abstract_of = best
    if forms and len(rows) > 1:
        whole = merge([(member.id, member.document) for member in members], best)
        title_of, abstract_of = whole.title_of, whole.abstract_of
    return Paper(
        id=id,
        shown=members[best],
        members=members,
        collections=tuple(dict.fromkeys([member.collection for member in members])),
        seq=rows[0].paper_seq,
        joins=tuple((ids[a], ids[b], why) for a in ids for b, why in reasons.get(a, ()) if b in ids),
        title_forms=_forms(rows[title_of], "title", members[title_of].document) if forms else "",
        abstract_forms=_forms(rows[abstract_of], "abstract", members[abstract_of].document) if forms else "",
    )


def _forms(row: Any, name: str, document: Document) -> str:
    """The cached forms; made anew where they were made by another version of the analysis."""
    if row.analysis == ANALYSIS_VERSION:
        return str(getattr(row, f"{name}_forms"))
    return analyzer().joined(getattr(document, name))


def _reasons(connection: Connection, numbers: list[int]) -> dict[int, list[tuple[int, str]]]:
    """Document → the earlier ones that it was joined to, each with why, the surest first."""
    reasons: dict[int, list[tuple[int, str]]] = defaultdict(list)
    query = select(joins).order_by(joins.c.score.desc(), joins.c.a, joins.c.b)
    for part in in_chunks(numbers, _PAGE):
        for row in connection.execute(query.where(joins.c.a.in_(part))):
            why = f"{row.reason} ({row.score:.2f})" if row.score < 1 else row.reason
            reasons[row.a].append((row.b, why))
    return reasons


def _papers_with(connection: Connection, keys: Iterable[int]) -> dict[int, str]:
    """Key of an identifier → id of the paper that has it."""
    id_of: dict[int, str] = {}
    for part in in_chunks(keys, _PAGE):
        named = held(identifiers, part)
        query = (
            select(named.c.key, _PAPER_ROW.c.id)
            .join(documents, documents.c.number == named.c.document)
            .join(_PAPER_ROW, _PAPER_ROW.c.number == documents.c.paper)
            .order_by(documents.c.number.desc())
        )
        id_of |= {row.key: row.id for row in connection.execute(query)}
    return id_of
