"""What every answer is made from: one engine's index, the library, the model; and how a paper is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.library.library import Library, Paper, StoredDocument
from ingest.text.analysis import Analyzer
from search.answers import DocumentHit, TopicWeight
from search.clauses import AllOf, AnyOf, Clause, Term, Without
from search.engines.contract import Engine, FacetRequest, Request
from search.engines.topic_shares import Shares
from search.evidence.evidence import Evidence
from search.evidence.tfidf import Cosine
from search.query.languages import Speech
from search.query.tree import Query
from search.request import Visible
from search.results.highlight import Highlighter
from topics.model.hierarchy import Hierarchy, Topic
from topics.model.placement import Placements

_LANGUAGES = 40  # the most languages whose stems a word is looked for in


@dataclass(slots=True)
class Context:
    """One generation as the rooms of search see it; without a model, the last four are None or empty."""

    engine: Engine
    index: str
    library: Library
    analyzer: Analyzer
    placements: Placements | None = None
    hierarchy: Hierarchy | None = None
    evidence: Evidence | None = None
    topics: Mapping[str, Topic] | None = None
    _langs: tuple[int, tuple[str, ...]] | None = None
    _cosine: Cosine | None = None
    _named: dict[str, Topic] | None = None
    _shares: Shares | None = None

    @property
    def cosine(self) -> Cosine | None:
        """tf-idf cosines over the evidence, worked out on the first use; None without evidence."""
        if self._cosine is None and self.evidence is not None:
            self._cosine = Cosine(self.evidence)
        return self._cosine

    @property
    def named(self) -> Mapping[str, Topic]:
        """Every topic by its id, with the label that a person gave it, if one did."""
        if self._named is None:
            self._named = {**(self.hierarchy.topics if self.hierarchy else {}), **(self.topics or {})}
        return self._named

    @property
    def shares(self) -> Shares:
        """How counted parts of θ add up; only where there is a model."""
        if self._shares is None:
            assert self.hierarchy is not None
            self._shares = Shares(self.hierarchy)
        return self._shares

    def topic(self, id: str) -> Topic:
        """A topic with the label that a person gave it, if one did."""
        return self.named[id]

    def topic_ids(self, text: str) -> list[str]:
        """The topics that an id or a label means."""
        if self.hierarchy is None:
            return []
        if text in self.hierarchy.topics:
            return [text]
        wanted = text.strip().casefold()
        return [id for id in self.hierarchy.topics if self.topic(id).label.casefold() == wanted]

    def langs(self) -> tuple[str, ...]:
        """The languages of the library, the most frequent first; kept until `refresh` sees a new index."""
        if self._langs is None:
            found = self.engine.search(
                self.index, Request(facets=(FacetRequest("lang", _LANGUAGES),), limit=0)
            )
            names = [value for value, _ in found.facets["lang"] if value]
            self._langs = (self._sequence(), tuple(dict.fromkeys([*names, "en"])))
        return self._langs[1]

    def speech(self, query: Query) -> Speech:
        """How the words of a query are read in this library."""
        return Speech.of(query, self.analyzer, self.langs())

    def refresh(self) -> None:
        """Look again at what follows from the index, if it was written to since."""
        if self._langs is not None and self._langs[0] != self._sequence():
            self._langs = None

    def _sequence(self) -> int:
        stamp = self.engine.stamp(self.index)
        return stamp.sequence if stamp else 0

    def allowed(
        self, ids: Sequence[str], visible: Visible, *, among: Iterable[Clause] = (), but: Clause | None = None
    ) -> list[str]:
        """Those of the papers that the reader may see and that meet the clauses, in the order given."""
        if not ids:
            return []
        parts: list[Clause] = [AnyOf(tuple(Term("ids", id.lower()) for id in ids)), *among]
        if but is not None:
            parts.append(Without(but))
        request = Request(query=AllOf(tuple(parts)), collections=visible, sort="id", limit=len(ids))
        kept = {hit.id for hit in self.engine.search(self.index, request).hits}
        return [id for id in ids if id in kept]

    def hits(
        self,
        scored: Sequence[tuple[str, float]],
        visible: Visible,
        *,
        query: Query | None = None,
        words: Sequence[str] = (),
    ) -> list[DocumentHit]:
        """The papers as lists show them, in the order given; papers that left the library are left out."""
        return list(self.lists([scored], visible, query=query, words=words)[0].values())

    def lists(
        self,
        scored: Sequence[Sequence[tuple[str, float]]],
        visible: Visible,
        *,
        query: Query | None = None,
        speech: Speech | None = None,
        words: Sequence[str] = (),
        papers: Mapping[str, Paper] | None = None,
    ) -> list[dict[str, DocumentHit]]:
        """Several lists of papers, fetched together (or given): the hits of each by paper, in its order.

        ``query`` (its ``speech``, where it is at hand) and ``words`` are what is marked in them.
        """
        ids = list(dict.fromkeys(id for pairs in scored for id, _ in pairs))
        papers = self.library.papers_by_id(ids, forms=True) if papers is None else papers
        query = query or Query()
        marker = Highlighter(query, self.analyzer, speech or self.speech(query))
        marker.want_words(words)
        topics = self._memberships(ids)
        return [
            {
                id: _hit(papers[id], score, topics.get(id, []), visible, marker)
                for id, score in pairs
                if id in papers
            }
            for pairs in scored
        ]

    def _memberships(self, ids: Sequence[str]) -> dict[str, list[TopicWeight]]:
        if self.placements is None:
            return {}
        members = self.placements.memberships(self.placements.rows(ids))
        return {
            id: [
                {"id": topic.id, "weight": weight, "label": topic.label, "level": topic.level}
                for topic, weight in ((self.named[name], weight) for name, weight in found)
            ]
            for id, found in zip(ids, members, strict=True)
        }


def shown_member(paper: Paper, visible: Visible) -> StoredDocument:
    """The best member that the reader may see."""
    if visible is None or paper.shown.collection in visible:
        return paper.shown
    return next((member for member in paper.members if member.collection in visible), paper.shown)


def _hit(
    paper: Paper, score: float, topics: list[TopicWeight], visible: Visible, marker: Highlighter
) -> DocumentHit:
    stored = shown_member(paper, visible)
    document = stored.document
    forms = (paper.title_forms, paper.abstract_forms) if stored is paper.shown else ("", "")
    hit: DocumentHit = {
        "id": stored.id,
        "source_id": document.source_id,
        "collection": stored.collection,
        "collections": [name for name in paper.collections if visible is None or name in visible],
        "title": document.title,
        "authors": list(document.authors),
        "year": document.year,
        "venue": document.venue,
        "score": float(score),
        "topics": topics,
        "highlights": marker.highlight(document.title, document.abstract, document.lang or "en", forms),
    }
    if any(member.document.retracted for member in paper.members):
        hit["retracted"] = True
    return hit
