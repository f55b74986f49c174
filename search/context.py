"""What every answer is made from: one engine's index, the library, the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.duplicates.signatures import identifier_texts
from ingest.errors import NotFoundError
from ingest.library.library import Library
from ingest.text.analysis import Analyzer
from ingest.values.identifiers import spellings
from search.clauses import AllOf, AnyOf, Clause, Term, Without, scored_terms, with_boosts
from search.engines.contract import Engine, FacetRequest, Request
from search.engines.tag_spellings import TagSpellings
from search.engines.topic_shares import Shares
from search.evidence.evidence import Evidence, idf
from search.evidence.tfidf import Cosine
from search.query.languages import Speech
from search.query.resolve import Cited, CitedPapers
from search.query.tree import Query
from search.request import Visible
from topics.model.hierarchy import Hierarchy, Topic
from topics.model.placement import Placements

_READERS = 32  # different sets of collections for which it is remembered what they hold
_HOLDERS = 50_000  # stems whose papers are remembered as counted
_LANGUAGES = 40  # the most languages whose stems a word is looked for in


@dataclass(frozen=True, slots=True)
class Seen:
    """The papers that a reader may see: their ids, and whether each row of the placements is one of them."""

    sequence: int
    ids: frozenset[str]
    placed: NDArray[np.bool_]


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
    _langs: dict[Visible, tuple[str, ...]] = field(default_factory=dict)
    _cosine: Cosine | None = None
    _named: dict[str, Topic] | None = None
    _shares: Shares | None = None
    _making: Lock = field(default_factory=Lock)
    _seen: dict[frozenset[str], Seen] = field(default_factory=dict)
    _holders: dict[tuple[Visible, str], int] = field(default_factory=dict)
    _at: int = -1
    _tag_spellings: TagSpellings | None = None

    @property
    def cosine(self) -> Cosine | None:
        """tf-idf cosines over the evidence, worked out on the first use; None without evidence."""
        if self._cosine is None and self.evidence is not None:
            with self._making:  # whoever comes meanwhile waits, and does not work it out too
                self._cosine = self._cosine or Cosine(self.evidence)
        return self._cosine

    @property
    def named(self) -> Mapping[str, Topic]:
        """Every topic by its id, with the label that a person gave it, if one did."""
        if self._named is None:
            self._named = {**(self.hierarchy.topics if self.hierarchy else {}), **(self.topics or {})}
        return self._named

    @property
    def tag_spellings(self) -> TagSpellings:
        """How most papers spell a tag."""
        if self._tag_spellings is None:
            self._tag_spellings = TagSpellings(self.engine, self.index)
        return self._tag_spellings

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

    def cited_papers(self, visible: Visible) -> CitedPapers:
        """What ``cites:`` and ``cited_by:`` look up, for a reader: a paper that they may not see has no
        references."""

        def look_up(text: str) -> Cited:
            spelt = spellings(text)
            try:
                paper = self.library.paper_of(self.library.find(text, visible) or text).seen(visible)
            except NotFoundError:
                paper = None
            if paper is None:
                return Cited(spelt)
            documents = [member.document for member in paper.members]
            identifiers = [key for document in documents for key in identifier_texts(document)]
            references = [key for document in documents for key in document.references]
            return Cited(list(dict.fromkeys([*spelt, *identifiers])), list(dict.fromkeys(references)))

        return look_up

    def langs(self, visible: Visible = None) -> tuple[str, ...]:
        """The languages of what a reader may see, the most frequent first; kept until `refresh` sees a new
        index."""
        langs = self._langs.get(visible)
        if langs is None:
            request = Request(collections=visible, facets=(FacetRequest("lang", _LANGUAGES),), limit=0)
            answer = self.engine.search(self.index, request)
            names = [value for value, _ in answer.facets["lang"] if value]
            if len(self._langs) >= _READERS:
                self._langs.clear()
            langs = self._langs[visible] = tuple(dict.fromkeys([*names, "en"]))
        return langs

    def speech(self, query: Query, visible: Visible = None) -> Speech:
        """How the words of a query are read in the papers that a reader may see."""
        return Speech.of(query, self.analyzer, self.langs(visible))

    def holders(self, stems: Iterable[str], visible: Visible) -> dict[str, int]:
        """In how many of the papers that a reader may see each stem stands (``""``: how many there are).

        Kept until `refresh`.
        """
        counts = {stem: self._holders.get((visible, stem), -1) for stem in ("", *stems)}
        unknown = [stem for stem, count in counts.items() if count < 0]
        if unknown:
            counted = self.engine.statistics(self.index, [stem for stem in unknown if stem], visible)
            counts |= {**counted.frequencies, "": counted.papers}
            if len(self._holders) + len(unknown) > _HOLDERS:
                self._holders.clear()
            self._holders.update({(visible, stem): counts[stem] for stem in unknown})
        return counts

    def weighed(self, clause: Clause, visible: Visible) -> Clause:
        """A clause whose words weigh what they weigh among the papers that a reader may see.

        BM25's idf is the engine's, of all papers: how rare a word is there would tell of papers of others.
        """
        terms = list(dict.fromkeys(term.token for term in scored_terms(clause)))
        if visible is None or not terms:
            return clause
        all_papers, seen = self.holders(terms, None), self.holders(terms, visible)
        ratios = {
            term: idf(seen[""], seen[term]) / idf(all_papers[""], all_papers[term])
            for term in terms
            if seen[term] and all_papers[term]
        }
        return with_boosts(clause, ratios)

    def known(self, stems: Iterable[str], visible: Visible) -> set[str]:
        """The stems that a paper has that the reader may see: others tell a reader nothing, of models
        neither that learned from papers of others."""
        if visible is None:
            return set(stems)
        return {stem for stem, count in self.holders(stems, visible).items() if count and stem}

    def seen(self, visible: Visible) -> Seen | None:
        """The papers that a reader may see, kept until the index changes; None where that is all of them."""
        if visible is None:
            return None
        sequence, known = self._sequence(), self._seen.get(visible)
        if known is None or known.sequence != sequence:
            ids = self.library.paper_ids(visible)
            no_rows = np.zeros(0, dtype=np.bool_)
            placed = self.placements.mask(ids) if self.placements is not None else no_rows
            if len(self._seen) >= _READERS:
                self._seen.clear()
            known = self._seen[visible] = Seen(sequence, ids, placed)
        return known

    def placed(self, visible: Visible) -> NDArray[np.bool_] | None:
        """Whether each row of the placements is a paper that a reader may see; None: all are."""
        seen = self.seen(visible)
        return None if seen is None else seen.placed

    def spellings(self, keys: Sequence[str], visible: Visible) -> dict[str, str]:
        """Tags by their keys, each as most of the papers that a reader may see spell it."""
        return self.tag_spellings.usual(keys, visible, self._sequence())

    def warm(self) -> None:
        """Make what the first questions would have to wait for."""
        self.tag_spellings.count_all(None, self._sequence())
        if self.placements is not None:
            self.placements.warm()
        if self.cosine is not None and self.evidence is not None:
            self.evidence.rows([])
            self.cosine.warm()

    def refresh(self) -> None:
        """Look again at what follows from the index, if it was written to since."""
        sequence = self._sequence()
        if sequence != self._at:
            self._langs.clear()
            self._holders.clear()
            self._at = sequence

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
        allowed = {hit.id for hit in self.engine.search(self.index, request).hits}
        return [id for id in ids if id in allowed]
