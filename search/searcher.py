"""Answers: what a reader typed, over one index and one model, as the outside contract shapes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.library.library import Library, Paper
from ingest.progress import timed
from ingest.text.analysis import Analyzer
from ingest.text.boilerplate import without_headings
from search.answers import (
    BridgesAnswer,
    CoverageAnswer,
    ExploreAnswer,
    SearchAnswer,
    SimilarAnswer,
)
from search.assist.assistance import Assistance
from search.clauses import Everything, is_scored
from search.context import Context
from search.engines.contract import Engine, Request
from search.engines.filters import filter_clause
from search.evidence.evidence import Evidence
from search.fields import MAX_OFFSET
from search.notices import SOME_WORDS, WITHOUT_ENCODER
from search.query.parser import parse
from search.query.resolve import resolve
from search.query.tree import Query, written
from search.ranking.fusion import CANDIDATES, Meaning, Ranked, query_stems, rank
from search.remedies import Run, add_remedies, matches
from search.request import SearchRequest, Visible
from search.results.hits import shown_lists
from search.results.panels import facet_requests, facets_block, reading_block, topics_block
from search.results.reasons import add_related, add_topics
from search.seen_words import seen_topics
from search.similarity import bridges, coverage, explore, similar
from search.similarity import suggested_tags as tags
from search.similarity.related import in_turn, near_in_meaning, related
from topics.model.hierarchy import Hierarchy, Topic
from topics.model.placement import Placements
from topics.text.summary import key_terms

if TYPE_CHECKING:
    from search.encoders.queries import DamagedVectors, QueryEncoder

ALL_WANTED = 4
"""Up to this many bare words are all wanted; more are a description, any of which may match."""

FEW = 3
"""Up to this many hits, a misspelling is looked for."""

_SCAN_PAGE = 1000
_SUGGESTED = 5


class Searcher:
    """Answers over one generation; safe to use from several threads.

    Args:
        engine: where the index lies.
        index: its name.
        library: the papers themselves.
        analyzer: the one analysis.
        placements: where each paper lies in the model; None before any build.
        hierarchy: the published model; None before any build.
        topics: the model's topics with the labels that people gave them.
        folder: the model's folder, where the models that serve ranking lie; absent ones are done without.
        assistance: gives the typing assistance of the index as it is now, for did-you-mean.
        encoder: gives what encodes queries now, where the atlas has an encoder of its own.
    """

    def __init__(
        self,
        engine: Engine,
        index: str,
        library: Library,
        analyzer: Analyzer,
        placements: Placements | None = None,
        hierarchy: Hierarchy | None = None,
        topics: Mapping[str, Topic] | None = None,
        folder: Path | None = None,
        assistance: Callable[[], Assistance] | None = None,
        encoder: Callable[[], QueryEncoder | DamagedVectors | None] | None = None,
    ) -> None:
        self._assistance = assistance
        self._encoder = encoder
        ids = hierarchy.paper_ids if hierarchy is not None else None
        evidence = Evidence.open(folder, library, analyzer, ids) if folder is not None else None
        self.context = Context(engine, index, library, analyzer, placements, hierarchy, evidence, topics)

    @cached_property
    def _idf(self) -> dict[str, float] | None:
        hierarchy = self.context.hierarchy
        return dict(zip(hierarchy.vocabulary, hierarchy.idf.tolist(), strict=True)) if hierarchy else None

    def for_reader(self, visible: Visible, named: frozenset[str]) -> Searcher:
        """The same with the words and labels of topics that a reader may know; ``named``: by people."""
        context = self.context
        other = copy(self)
        topics = seen_topics(context, context.named, named, visible)
        other.context = replace(
            context, topics=topics, _named=None, _cosine=context.cosine, _tag_spellings=context.tag_spellings
        )
        return other

    def warm(self) -> None:
        """Make what the first questions would have to wait for."""
        self.context.warm()

    def refresh(self) -> None:
        """Take in what was added since; cheap when nothing was."""
        self.context.refresh()
        if self.context.evidence is not None:
            self.context.evidence.refresh()

    # --- search --------------------------------------------------------------------------------------------

    @timed("search")
    def search(self, request: SearchRequest) -> SearchAnswer:
        """The contract's ``search`` answer.

        Raises:
            QuerySyntaxError: the query cannot be read; the error carries a corrected one.
            InputError: a filter's value is none.
            EngineError: the engine is away, slow or broken.
        """
        start = time.perf_counter()
        ranked = self._is_ranked(request)
        engine_request = self._engine_request(request, ranked)
        run = self._run(parse(request.text, request.dialect), engine_request, request.match)
        meaning, silent = self._meaning(run, ranked)
        order = rank(
            self.context,
            run.query,
            run.speech,
            run.clause,
            run.stems,
            run.answer,
            engine_request,
            request.ranking,
            ranked,
            meaning,
        )
        page = order.hits[request.offset : request.offset + request.limit] if ranked else order.hits
        first = not request.offset and not request.cursor
        near = self._related(run, order, request, meaning) if ranked and first else []
        hits, beside = shown_lists(
            self.context, [page, near], request.visible, query=run.query, speech=run.speech
        )
        if request.explain:
            for id, explanation in order.explain(page).items():
                if id in hits:
                    hits[id]["explanation"] = explanation
        answer: SearchAnswer = {
            "query": request.text,
            "total": run.answer.total,
            "took_ms": 0.0,
            "documents": list(hits.values()),
            "facets": facets_block(self.context, run.answer, request.chosen, request.visible),
            "topics": topics_block(self.context, run.clause, run.answer, engine_request)
            if request.facets
            else [],
            "related": list(beside.values()),
            "notice": " ".join(filter(None, (run.notice, silent))),
            "ranking": request.ranking if ranked else "lexical",
        }
        lifted = order.spoke(list(hits))
        add_topics(hits, answer["topics"], lambda id: lifted.get(id, ()))
        add_related(beside)
        if first and (run.notice or run.answer.total <= FEW or not run.every):
            assistance = self._assistance() if self._assistance is not None else None
            add_remedies(answer, self.context, assistance, run, engine_request, request.match)
        if run.query.reading is not None:
            answer["reading"] = reading_block(run.query.reading)
        if run.answer.cursor is not None:
            answer["cursor"] = run.answer.cursor
        answer["took_ms"] = round((time.perf_counter() - start) * 1000, 2)
        return answer

    def scan(self, request: SearchRequest) -> Iterator[str]:
        """The ids of all papers that match, in lexical order; a query that cannot be read fails at once."""
        engine_request = Request(
            filters=request.chosen,
            collections=request.visible,
            sort=request.sort,
            limit=_SCAN_PAGE,
            cursor="",
        )
        run = self._run(parse(request.text, request.dialect), engine_request, request.match)
        return self._pages(run, replace(engine_request, query=run.clause))

    def _pages(self, run: Run, request: Request) -> Iterator[str]:
        answer = run.answer
        while True:
            yield from (hit.id for hit in answer.hits)
            if answer.cursor is None or not answer.hits:
                return
            answer = self.context.engine.search(self.context.index, replace(request, cursor=answer.cursor))

    def _is_ranked(self, request: SearchRequest) -> bool:
        """Whether the page is one of those that are reordered."""
        wanted = request.sort == "relevance" and request.cursor is None and request.ranking != "lexical"
        return wanted and self.context.hierarchy is not None and request.offset < CANDIDATES

    def _engine_request(self, request: SearchRequest, ranked: bool) -> Request:
        reach = max(CANDIDATES, min(request.offset + request.limit, MAX_OFFSET))
        return Request(
            filters=request.chosen,
            collections=request.visible,
            facets=facet_requests(self.context, request.chosen) if request.facets else (),
            sort=request.sort,
            offset=0 if ranked else request.offset,
            limit=reach if ranked else request.limit,
            cursor=request.cursor,
        )

    def _run(self, query: Query, request: Request, match: str) -> Run:
        """Run a query; when no paper has all of its few words, run it for any of them and say so."""
        speech = self.context.speech(query, request.collections)
        stems = query_stems(query, speech)
        bare = sum(speech.telling(word.text) for word in query.bare)
        wanted = match if match != "auto" else ("all" if bare <= ALL_WANTED else "any")
        clause, answer = matches(self.context, query, request, wanted, speech)
        if answer.total or match != "auto" or wanted == "any" or bare < 2:
            return Run(query, speech, clause, stems, answer, every=wanted == "all")
        looser, more = matches(self.context, query, request, "any", speech)
        if not more.total:
            return Run(query, speech, clause, stems, answer, every=True)
        return Run(query, speech, looser, stems, more, SOME_WORDS)

    def _meaning(self, run: Run, ranked: bool) -> tuple[Meaning | None, str]:
        """What the atlas's own encoder makes of the query, or None and why, where that is to be told."""
        encoder = self._encoder() if ranked and run.stems and self._encoder is not None else None
        if encoder is None:
            return None, ""
        meaning, fault = encoder.meaning(" ".join(written(run.query)))
        return meaning, f"{fault} {WITHOUT_ENCODER}" if fault else ""

    def _related(
        self, run: Run, order: Ranked, request: SearchRequest, meaning: Meaning | None
    ) -> list[tuple[str, float]]:
        if not is_scored(run.clause):
            return []
        required = Query(run.query.required)
        among = [filter_clause(name, values) for name, values in request.chosen.items()]
        if required.clauses and not query_stems(required, self.context.speech(required, request.visible)):
            held = resolve(
                required,
                self.context.analyzer,
                topics=self.context.topic_ids,
                cited=self.context.cited_papers(request.visible),
            )
            among += [] if isinstance(held, Everything) else [held]
        matched = run.clause if run.answer.total > len(order.hits) else None
        known = self.context.known(run.stems, request.visible)
        stems = {stem: count for stem, count in run.stems.items() if stem in known}
        papers = related(
            self.context, stems, order, request.visible, among, matched, request.limit, every=run.every
        )
        if meaning is None:
            return papers
        close = near_in_meaning(
            self.context, meaning, order, request.visible, among, run.clause, request.limit
        )
        return in_turn(papers, close, request.limit)

    # --- documents as queries, and the other questions -----------------------------------------------------

    def explore(
        self, text: str, *, limit: int = 10, collections: Visible = None, diverse: bool = False
    ) -> ExploreAnswer:
        """The contract's ``explore`` answer: the topics that a text lights, and the nearest papers."""
        return explore.explore(self.context, text, limit, collections, diverse=diverse)

    def similar(
        self,
        document_id: str,
        *,
        limit: int = 10,
        collections: Visible = None,
        paper: Paper | None = None,
        diverse: bool = False,
    ) -> SimilarAnswer:
        """The papers most like one paper (given, where it is at hand), with what they share.

        Raises:
            NotFoundError: there is no such document.
        """
        return similar.similar(self.context, document_id, limit, collections, paper, diverse=diverse)

    def coverage(self, collection: str, *, limit: int = 20, collections: Visible = None) -> CoverageAnswer:
        """What a collection covers of the map, and the papers that it probably misses."""
        return coverage.coverage(self.context, collection, limit, collections)

    def bridges(
        self, first: str, second: str, *, limit: int = 10, collections: Visible = None
    ) -> BridgesAnswer:
        """The papers between two topics."""
        return bridges.bridges(self.context, first, second, limit, collections)

    def suggested_tags(self, paper: Paper, limit: int = _SUGGESTED, collections: Visible = None) -> list[str]:
        """Tags that papers like this one carry and this one does not, the best first."""
        own = paper.merged.tags
        document = paper.merged
        text = tags.TextStems.of(
            self.context.analyzer, document.title, without_headings(document.abstract), document.lang or "en"
        )
        if self.context.cosine is None:
            near = similar.nearest(self.context, paper, tags.VOTERS, collections)
            return tags.voted(self.context, near, text, own, limit, collections)
        row = self.context.cosine.papers([paper.id])
        return tags.suggested(self.context, row, text, own, [paper.id], limit, collections)

    def key_terms(self, paper: Paper) -> list[str]:
        """The phrases that tell a paper from others, the most telling first."""
        document = paper.merged
        abstract = without_headings(document.abstract)
        return key_terms(document.title, abstract, self.context.analyzer, document.lang or "en", self._idf)
