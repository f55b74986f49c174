"""Papers: everything about one, what is like it, how it is cited, and which records it is joined of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from ingest.document import Document
from ingest.duplicates.signatures import identifier_texts, text_key
from ingest.library.library import Library, Paper, StoredDocument
from ingest.progress import Progress
from ingest.writers.formats import write
from litatlas.accounts.sight import Sight
from litatlas.answers import DocumentAnswer, PdfAnswer, SimilarAnswer
from litatlas.citation_styles import cite
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.parts.exports import work_of, works
from litatlas.parts.pdfs import Pdf, pdf_links
from litatlas.vocabulary import CITATIONS
from search.request import Visible
from topics.text.findings import findings
from topics.text.summary import summary

SIMILAR = 6
MOST_REFERENCES = 500


class Papers:
    """The papers of one atlas; reached as ``Atlas.papers``."""

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._sight = sight
        self._library = generations.library

    def one(
        self, id: str, *, collections: frozenset[str] | None = None, cited: Sequence[str] | None = None
    ) -> DocumentAnswer:
        """Everything about one paper; ``cited``: the formats that its citation is wanted in (all)."""
        visible = self._sight.collections(collections)
        live = self._generations.seen(visible)
        return _document(self._library, live, self._sight.paper(id, collections), id, visible, cited)

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """The titles of papers, in the order of ``ids``.

        Raises:
            NotFoundError: there is no such paper.
        """
        return {id: self._sight.paper(id).merged.title for id in ids}

    def similar(
        self,
        id: str,
        *,
        limit: int = 10,
        collections: frozenset[str] | None = None,
        diverse: bool = False,
    ) -> SimilarAnswer:
        """The papers most like one paper, with what they share; ``diverse``: unlike each other too."""
        paper, visible = self._sight.paper(id, collections), self._sight.collections(collections)
        searcher = self._generations.seen(visible).searcher
        return searcher.similar(id, limit=limit, collections=visible, diverse=diverse, paper=paper)

    def citation(self, id: str, format: str) -> str:
        """How to cite a paper, in a format of :mod:`litatlas.citation_styles`.

        Raises:
            NotFoundError: there is no such paper. InputError: no such format.
        """
        if format not in CITATIONS:
            raise InputError(
                f"There is no citation format {format[:40]!r}.", f"Choose {', '.join(CITATIONS)}."
            )
        return cite(work_of(self._sight.paper(id)), [format])[format]

    def export(self, ids: Sequence[str], format: str, *, with_collections: bool = False) -> Iterator[str]:
        """Papers in the order of ``ids``, as text in pieces; on request with their collections.

        Raises:
            NotFoundError: there is no such paper. InputError: an unknown format.
        """
        papers = list(dict.fromkeys(self._sight.paper(id).id for id in ids))
        return write(
            works(self._library, papers, self._sight.collections()), format, collections=with_collections
        )

    def pdf(self, id: str) -> Pdf:
        """The PDF that a paper came with: that of this record, else of another of its records.

        Raises:
            NotFoundError: there is no such paper, or none of its records came with one.
        """
        paper = self._sight.paper(id)
        stored = self._library.pdfs_of([member.id for member in paper.members])
        if not stored:
            raise NotFoundError(
                "No PDF of this paper is kept.", "Its page links to where it may be had; add it: litatlas add"
            )
        file = stored.get(id) or next(stored[one.id] for one in paper.members if one.id in stored)
        return Pdf(self._library, file, work_of(paper).wanted_key)

    def key(self, id: str) -> str:
        """A paper's citation key.

        Raises:
            NotFoundError: there is no such paper.
        """
        return work_of(self._sight.paper(id)).wanted_key

    def split(self, id: str, *, progress: Progress | None = None) -> None:
        """Take a record out of the paper that it was wrongly joined to; a new import keeps it out.

        Raises:
            NotFoundError: there is no such document.
            InputError: it was joined to nothing.
        """
        self._sight.paper(id)
        with self._generations.changing(progress):
            self._library.split_group(self._library.paper_of(id).id, id)

    def join(self, id: str, other: str, *, progress: Progress | None = None) -> None:
        """Join a record to the paper of another, by hand or again after a split.

        Raises:
            NotFoundError: there is no such document.
        """
        self._sight.paper(id)
        self._sight.paper(other)
        with self._generations.changing(progress):
            self._library.join_group(self._library.paper_of(other).id, id)


def _document(
    library: Library,
    live: Live,
    paper: Paper,
    id: str,
    visible: Visible,
    formats: Iterable[str] | None = None,
) -> DocumentAnswer:
    """All that a paper's records know, and what the atlas knows of it; cited in these formats."""
    stored = next(member for member in paper.members if member.id == id)
    record = replace(paper.merged, source_id=stored.document.source_id)
    searcher = live.searcher
    fields = {
        name: _plain(getattr(record, name)) for name in Document.__dataclass_fields__ if name != "collection"
    }
    topics, placement = live.placement(paper.id)
    answer: dict[str, Any] = {
        "id": stored.id,
        **fields,
        "collection": stored.collection,
        "collections": list(paper.collections),
        "added": paper.added[:10],
        "sources": dict(paper.whole.sources),
        "retracted": record.retracted,
        "topics": topics,
        "placement": placement,
        "fits": None if live.placements is None else placement in ("placed", "weak"),
        "suggested_tags": searcher.suggested_tags(paper, collections=visible),
        "key_terms": searcher.key_terms(paper),
        "summary": summary(record.abstract, live.analyzer, record.lang or "en"),
        "findings": findings(record.abstract, record.lang or "en"),
        "pdfs": _pdfs(library, paper),
        "pdf_links": pdf_links(record),
        "cite": cite(work_of(paper)) if formats is None else cite(work_of(paper), formats),
        "similar": searcher.similar(id, limit=SIMILAR, collections=visible, paper=paper)["documents"],
        "duplicates": _duplicates(stored, paper),
        "references": _references(library, paper, visible),
        "cited_by": _citing(library, paper, visible),
    }
    return cast(DocumentAnswer, answer)


def _pdfs(library: Library, paper: Paper) -> list[PdfAnswer]:
    """The PDFs that the records of a paper came with, each file once."""
    stored = library.pdfs_of([member.id for member in paper.members])
    by_hash = {stored[member.id].hash: member for member in reversed(paper.members) if member.id in stored}
    return [
        {"id": member.id, "collection": member.collection, "bytes": stored[member.id].size}
        for member in paper.members
        if member in by_hash.values()
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _duplicates(document: StoredDocument, paper: Paper) -> list[dict[str, Any]]:
    """The other records of a paper: why each is one with the record shown, and the fields taken from it."""
    sources = paper.whole.sources
    return [
        {
            "id": member.id,
            "source_id": member.document.source_id,
            "collection": member.collection,
            "title": member.document.title,
            "reason": paper.reason_for(member.id, document.id),
            "fields": [name for name, source in sources.items() if source == member.id],
        }
        for member in paper.members
        if member.id != document.id
    ]


def _references(library: Library, paper: Paper, visible: Visible) -> list[dict[str, Any]]:
    """What a paper cites: the text of every reference, with the paper where the library holds it."""
    cited = library.cites(paper)
    seen = _seen(library, [row.paper_id for row in cited if row.paper_id], visible)
    return [
        {"text": row.text, **_entry(seen[row.paper_id], visible)}
        if row.paper_id in seen and (visible is None or text_key(row.text) in _keys(seen[row.paper_id]))
        else {"text": row.text}
        for row in cited
    ]


def _citing(library: Library, paper: Paper, visible: Visible) -> list[dict[str, Any]]:
    """The papers that cite a paper, by what the reader may see of both."""
    keys = _keys(paper)
    return [
        _entry(citing, visible)
        for citing in _seen(library, library.cited_by(paper), visible).values()
        if visible is None
        or any(text_key(text) in keys for one in citing.members for text in one.document.references)
    ]


def _keys(paper: Paper) -> set[int]:
    """A paper's identifiers, as references are compared with them."""
    return {text_key(text) for member in paper.members for text in identifier_texts(member.document)}


def _seen(library: Library, paper_ids: Iterable[str], visible: Visible) -> dict[str, Paper]:
    """Papers by id as the reader may know them; those that they may not see are left out."""
    ids = list(dict.fromkeys(paper_ids))
    papers = library.papers_by_id(ids)
    known = ((id, papers[id].seen(visible)) for id in ids if id in papers)
    return dict(itertools.islice(((id, paper) for id, paper in known if paper is not None), MOST_REFERENCES))


def _entry(paper: Paper, visible: Visible) -> dict[str, Any]:
    return {"id": _shown_id(paper, visible), "title": paper.merged.title, "year": paper.merged.year}


def _shown_id(paper: Paper, visible: Visible) -> str:
    """The id of a paper, or where its first record may not be seen, of the record that is shown."""
    seen = visible is None or any(member.id == paper.id for member in paper.members)
    return paper.id if seen else paper.shown.id
