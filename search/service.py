"""Answers: what a reader typed, over one index and one model, as the outside contract shapes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.errors import InputError
from ingest.library.library import Library, Paper
from ingest.text.analysis import Analyzer
from search.assist.files import Aids
from search.clauses import Clause, Everything, is_scored
from search.context import Context, Visible
from search.engines.contract import MAX_OFFSET, Answer, Engine, Request
from search.engines.filters import filter_clause
from search.evidence.evidence import Evidence
from search.fields import SORTS, sort_named
from search.query.languages import Speech
from search.query.parser import parse
from search.query.resolve import resolve
from search.query.tree import Query
from search.ranking.fusion import CANDIDATES, RANKINGS, Ranked, query_stems, rank
from search.results.panels import facet_requests, facets_block, topics_block
from search.similarity import bridges, coverage, explore, similar
from search.similarity import suggested_tags as tags
from search.similarity.related import related
from topics.model.hierarchy import Hierarchy, Topic
from topics.model.placement import Placements
from topics.text.summary import key_terms

ALL_WANTED = 4
"""Up to so many bare words are all wanted; more are a description, any of which may match."""

FEW = 3
"""Up to so many papers found, a misspelling is looked for."""

MATCHES = ("auto", "all", "any")
_SCAN_PAGE = 1000
_SUGGESTED = 5

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query resolved for one request; ``notice`` says what was loosened, ``every`` that all words count."""

    query: Query
    speech: Speech
    clause: Clause
    stems: Mapping[str, int]
    answer: Answer
    notice: str = ""
    every: bool = False


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
        aids: gives the typing aids of the index as they are now, for did-you-mean.
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
        aids: Callable[[], Aids] | None = None,
    ) -> None:
        self._aids = aids
        evidence = Evidence.open(folder, library, analyzer) if folder is not None else None
        self.context = Context(engine, index, library, analyzer, placements, hierarchy, evidence, topics)

    @cached_property
    def _idf(self) -> dict[str, float] | None:
        hierarchy = self.context.hierarchy
        return dict(zip(hierarchy.vocabulary, hierarchy.idf.tolist(), strict=True)) if hierarchy else None

    def refresh(self) -> None:
        """Take in what was added since; cheap when nothing was."""
        self.context.refresh()
        if self.context.evidence is not None:
            self.context.evidence.refresh()

    # --- search --------------------------------------------------------------------------------------------

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        cursor: str | None = None,
        sort: str = "relevance",
        ranking: str = "fused",
        match: str = "auto",
        explain: bool = False,
        filters: Filters | None = None,
        collections: Visible = None,
        facets: bool = True,
    ) -> dict[str, Any]:
        """The contract's ``search`` answer.

        ``match``: ``auto`` wants all of up to four bare words, and any of more. ``ranking``: ``fused``
        reorders the first 1,000 lexical matches with topical evidence, ``topical`` orders them by that alone,
        ``lexical`` leaves BM25's order. ``filters`` are facet values beside the query; ``collections`` is
        what the reader may see. A ``cursor`` ("" to begin) reads on in lexical order without a bound.

        Raises:
            QuerySyntaxError: the query cannot be read; the error carries a mended one.
            InputError: an unknown sort, ranking, match, facet or filter.
            EngineError: the engine is away, slow or broken.
        """
        start = time.perf_counter()
        _check(sort, ranking, match, limit, offset)
        chosen = {name: tuple(values) for name, values in (filters or {}).items() if values}
        ranked = sort == "relevance" and cursor is None and ranking != "lexical"
        ranked = ranked and self.context.hierarchy is not None and offset < CANDIDATES
        request = Request(
            filters=chosen,
            collections=collections,
            facets=facet_requests(self.context, chosen) if facets else (),
            sort=sort,
            offset=0 if ranked else offset,
            limit=max(CANDIDATES, min(offset + limit, MAX_OFFSET)) if ranked else limit,
            cursor=cursor,
        )
        asked = self._ask(parse(text), request, match)
        order = rank(
            self.context, asked.query, asked.clause, asked.stems, asked.answer, request, ranking, ranked
        )
        page = order.hits[offset : offset + limit] if ranked else order.hits
        first = not offset and not cursor
        near = self._related(asked, order, chosen, collections, limit) if ranked and first else []
        shown, beside = self.context.lists([page, near], collections, query=asked.query, speech=asked.speech)
        if explain:
            for id, explanation in order.explain(page).items():
                if id in shown:
                    shown[id]["explanation"] = explanation
        answer: dict[str, Any] = {
            "query": text,
            "total": asked.answer.total,
            "took_ms": 0.0,
            "documents": list(shown.values()),
            "facets": facets_block(self.context, asked.answer, chosen),
            "topics": topics_block(self.context, asked.clause, asked.answer, request) if facets else [],
            "related": list(beside.values()),
            "notice": asked.notice,
            "ranking": ranking if ranked else "lexical",
        }
        if first and (asked.notice or asked.answer.total <= FEW) and (meant := self._meant(asked)):
            answer["suggestion"] = meant
        if asked.answer.cursor is not None:
            answer["cursor"] = asked.answer.cursor
        answer["took_ms"] = round((time.perf_counter() - start) * 1000, 2)
        return answer

    def scan(
        self,
        text: str,
        *,
        match: str = "auto",
        sort: str = "relevance",
        filters: Filters | None = None,
        collections: Visible = None,
    ) -> Iterator[str]:
        """The ids of all papers found, in lexical order; what cannot be read fails before the first."""
        _check(sort, "lexical", match, 0, 0)
        chosen = {name: tuple(values) for name, values in (filters or {}).items() if values}
        request = Request(filters=chosen, collections=collections, sort=sort, limit=_SCAN_PAGE, cursor="")
        asked = self._ask(parse(text), request, match)
        return self._pages(asked, request)

    def _pages(self, asked: _Asked, request: Request) -> Iterator[str]:
        answer = asked.answer
        while True:
            yield from (hit.id for hit in answer.hits)
            if answer.cursor is None or not answer.hits:
                return
            following = _with(request, asked.clause, cursor=answer.cursor)
            answer = self.context.engine.search(self.context.index, following)

    def _ask(self, query: Query, request: Request, match: str) -> _Asked:
        """Run the query; when no paper has all of its few words, run it for any of them and say so."""
        speech = self.context.speech(query)
        stems = query_stems(query, speech)
        bare = sum(speech.telling(word.text) for word in query.bare)
        wanted = match if match != "auto" else ("all" if bare <= ALL_WANTED else "any")
        clause, answer = self._run(query, request, wanted, speech)
        if answer.total or match != "auto" or wanted == "any" or bare < 2:
            return _Asked(query, speech, clause, stems, answer, every=wanted == "all")
        looser, found = self._run(query, request, "any", speech)
        if not found.total:
            return _Asked(query, speech, clause, stems, answer, every=True)
        return _Asked(
            query, speech, looser, stems, found, "No paper has all of these words; these have some of them."
        )

    def _run(self, query: Query, request: Request, match: str, speech: Speech) -> tuple[Clause, Answer]:
        clause = resolve(
            query,
            self.context.analyzer,
            match="any" if match == "any" else "all",
            speech=speech,
            topics=self.context.topic_ids,
        )
        return clause, self.context.engine.search(self.context.index, _with(request, clause))

    def _related(
        self, asked: _Asked, order: Ranked, chosen: Filters, visible: Visible, limit: int
    ) -> list[tuple[str, float]]:
        if not is_scored(asked.clause):
            return []
        required = Query(asked.query.required)
        among = [filter_clause(name, tuple(values)) for name, values in chosen.items()]
        if required.clauses and not query_stems(required, self.context.speech(required)):
            held = resolve(required, self.context.analyzer, topics=self.context.topic_ids)
            among += [] if isinstance(held, Everything) else [held]
        found = asked.clause if asked.answer.total > len(order.hits) else None
        return related(self.context, asked.stems, order, visible, among, found, limit, every=asked.every)

    def _meant(self, asked: _Asked) -> str:
        """Did you mean: the query with its unknown words corrected, or ""."""
        if self._aids is None:
            return ""
        analyzer, speech = self.context.analyzer, asked.speech

        def known(form: str) -> bool:
            stems = speech.stems(form)
            counted = self.context.engine.statistics(self.context.index, stems) if stems else None
            return counted is not None and any(counted.frequencies.values())

        return self._aids().did_you_mean(
            asked.query, analyzer, found=asked.answer.total > 0 and not asked.notice, known=known
        )

    # --- documents as queries, and the other questions -----------------------------------------------------

    def explore(
        self, text: str, *, limit: int = 10, collections: Visible = None, diverse: bool = False
    ) -> dict[str, Any]:
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
    ) -> dict[str, Any]:
        """The papers most like one paper (given, where it is at hand), with what they share.

        Raises:
            NotFoundError: there is no such document.
        """
        return similar.similar(self.context, document_id, limit, collections, paper, diverse=diverse)

    def coverage(self, collection: str, *, limit: int = 20, collections: Visible = None) -> dict[str, Any]:
        """What a collection covers of the map, and the papers that it probably misses."""
        return coverage.coverage(self.context, collection, limit, collections)

    def bridges(
        self, first: str, second: str, *, limit: int = 10, collections: Visible = None
    ) -> dict[str, Any]:
        """The papers between two topics."""
        return bridges.bridges(self.context, first, second, limit, collections)

    def suggested_tags(self, paper: Paper, limit: int = _SUGGESTED) -> list[str]:
        """Tags that papers like this one carry and this one does not, the best first."""
        own = {tag.casefold() for member in paper.members for tag in member.document.tags}
        shown = paper.shown.document
        said = tags.Said.of(self.context.analyzer, shown.title, shown.abstract, shown.lang or "en")
        if self.context.cosine is None:
            near = similar.nearest(self.context, paper, tags.VOTERS, None)
            return tags.voted(self.context, near, said, own, limit)
        row = self.context.cosine.papers([paper.id])
        return tags.suggested(self.context, row, said, own, [paper.id], limit)

    def key_terms(self, paper: Paper) -> list[str]:
        """The phrases that tell a paper from others, the most telling first."""
        shown = paper.shown.document
        idf = self._idf
        return key_terms(shown.title, shown.abstract, self.context.analyzer, shown.lang or "en", idf)


def _with(request: Request, clause: Clause, cursor: str | None = None) -> Request:
    return Request(
        query=clause,
        filters=request.filters,
        collections=request.collections,
        facets=request.facets,
        sort=request.sort,
        offset=request.offset,
        limit=request.limit,
        cursor=request.cursor if cursor is None else cursor,
    )


def _check(sort: str, ranking: str, match: str, limit: int, offset: int) -> None:
    if sort_named(sort) is None:
        raise InputError(f"There is no order “{sort[:40]}”.", f"Choose {', '.join(s.name for s in SORTS)}.")
    for what, value, known in (("ranking", ranking, RANKINGS), ("match", match, MATCHES)):
        if value not in known:
            raise InputError(f"There is no {what} “{value[:40]}”.", f"Choose {', '.join(known)}.")
    if limit < 0 or offset < 0:
        raise InputError("Limit and offset cannot be negative.", "Leave them out, or give 0 or more.")
