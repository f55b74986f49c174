"""Resolved queries and bulk lines as Elasticsearch wants them: plain JSON, no client needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from search.clauses import (
    LONGEST_PREFIX,
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    Gapped,
    MatchOf,
    NearOf,
    Nothing,
    PhraseOf,
    PrefixOf,
    Scored,
    Term,
    Token,
    Without,
    is_scored,
    regular_expression,
)
from search.engines.contract import Answer, Hit, IndexedPaper, Request
from search.engines.documents import checked_id, record_of
from search.engines.errors import EngineError
from search.engines.facets import Buckets
from search.sort_orders import SORTS, sort_named

Body = dict[str, Any]

_CHUNK_PAPERS = 500
_CHUNK_BYTES = 8_000_000
_SHARD_BUCKETS = 2_000  # values that each shard counts at least, so that sums are exact


def chunks(papers: Iterable[IndexedPaper], deleted: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of bulk requests, with the number of papers in each."""
    lines = [json.dumps({"delete": {"_id": paper_id}}) for paper_id in deleted]
    count = size = 0
    for paper in papers:
        checked_id(paper.id)
        record = {"id": paper.id, **record_of(paper)}
        if paper.vector is not None and any(paper.vector):
            record["vector"] = [round(float(value), 5) for value in paper.vector]
        text = json.dumps(record, ensure_ascii=False)
        lines += ('{"index":{"_id":"' + paper.id + '"}}', text)
        count += 1
        size += len(text)
        if count >= _CHUNK_PAPERS or size >= _CHUNK_BYTES:
            yield count, lines
            lines, count, size = [], 0, 0
    if lines:
        yield count, lines


def hits_of(rows: Sequence[Body], clause: Clause, sort: str) -> list[Hit]:
    """The hits of an answer's rows."""
    scored = sort == "relevance" and is_scored(clause)
    return [Hit(row["_id"], float(row["_score"]) if scored else 0.0) for row in rows]


def sort_body(clause: Clause, sort: str) -> list[Body]:
    """The sort of a search; equals go by id."""
    if sort == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}] if is_scored(clause) else [{"id": "asc"}]
    if sort == "id":
        return [{"id": "asc"}]
    spec = sort_named(sort)
    if spec is None:
        known = ", ".join(other.name for other in SORTS)
        raise EngineError(f"Papers cannot be sorted by “{sort[:100]}”.", f"Sorts are {known}.")
    order = "desc" if spec.descending else "asc"
    return [{spec.field: {"order": order, "missing": "_last"}}, {"id": "asc"}]


class Call:
    """The searches of one request: the page itself goes with the first facets in one call."""

    def __init__(self, run: Callable[[list[Body]], list[Body]], clause: Clause, request: Request) -> None:
        self._run = run
        self._clause = clause
        self._request = request
        self._page: Body | None = None

    def count(self, scopes: Sequence[tuple[Clause, Mapping[str, int]]]) -> list[dict[str, Buckets]]:
        """The `CountValues` of this request."""
        aggregations = [_aggregations(sizes) for _, sizes in scopes]
        bodies = [
            {"query": filter_body(scope), "size": 0, "track_total_hits": False, "aggs": aggs}
            for (scope, _), aggs in zip(scopes, aggregations, strict=True)
        ]
        own = None
        if self._page is None and self._request.cursor is None:
            own = next((at for at, (scope, _) in enumerate(scopes) if scope == self._clause), len(bodies))
            bodies[own : own + 1] = [self._body(aggregations[own] if own < len(bodies) else {})]
        answers = self._run(bodies)
        if own is not None:
            self._page = answers[own]
        return [
            {
                field: {str(row["key"]): row["doc_count"] for row in answer["aggregations"][field]["buckets"]}
                for field in sizes
            }
            for (_, sizes), answer in zip(scopes, answers, strict=False)
        ]

    def answer(self, facets: dict[str, list[tuple[str, int]]]) -> Answer:
        """The page with its facets."""
        page = self._page or self._run([self._body({})])[0]
        rows = page["hits"]["hits"]
        return Answer(page["hits"]["total"]["value"], hits_of(rows, self._clause, self._request.sort), facets)

    def _body(self, aggregations: Body) -> Body:
        body: Body = {
            "query": query_body(self._clause),
            "from": self._request.offset,
            "size": self._request.limit,
            "sort": sort_body(self._clause, self._request.sort),
            "track_total_hits": True,
            "track_scores": True,
            "_source": False,
        }
        return {**body, "aggs": aggregations} if aggregations else body


def _aggregations(sizes: Mapping[str, int]) -> Body:
    return {
        field: {"terms": {"field": field, "size": size, "shard_size": max(_SHARD_BUCKETS, size)}}
        for field, size in sizes.items()
    }


def filter_body(clause: Clause) -> Body:
    """The query of a clause, without scores."""
    return {"bool": {"filter": [query_body(clause)]}}


def query_body(clause: Clause) -> Body:
    """A resolved clause → the query language of Elasticsearch; scored by its `Term` clauses that have a
    boost."""
    match clause:
        case Term(field, token, boost) if boost > 0:
            return {"term": {field: {"value": token, "boost": boost}}}
        case AllOf(children):
            return _all(children)
        case AnyOf(children):
            return _any(children)
        case Scored(child, terms):
            return {"bool": {"must": [query_body(child)], "should": [query_body(term) for term in terms]}}
        case Without(child):
            return {"bool": {"filter": [{"match_all": {}}], "must_not": [query_body(child)]}}
        case Everything():
            return {"match_all": {"boost": 0}}
        case Nothing():
            return {"match_none": {}}
        case PrefixOf(_, prefix) if len(prefix) > LONGEST_PREFIX:
            return {"match_none": {}}
    return {"constant_score": {"filter": _leaf(clause), "boost": 0}}


def _all(children: tuple[Clause, ...]) -> Body:
    parts: dict[str, list[Body]] = {"must": [], "filter": [{"match_all": {}}], "must_not": []}
    for child in children:
        if isinstance(child, Without):
            parts["must_not"].append(query_body(child.child))
        else:
            parts["must" if is_scored(child) else "filter"].append(query_body(child))
    return {"bool": parts}


def _any(children: tuple[Clause, ...]) -> Body:
    """Any of the children; plain tokens of one field in one clause."""
    plain: dict[str, list[str]] = {}
    parts: list[Body] = []
    for child in children:
        if isinstance(child, Term) and not child.boost:
            plain.setdefault(child.field, []).append(child.token)
        else:
            parts.append(query_body(child))
    for name, tokens in plain.items():
        parts.append({"constant_score": {"filter": {"terms": {name: tokens}}, "boost": 0}})
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def _leaf(clause: Term | PhraseOf | PrefixOf | MatchOf | NearOf | Between) -> Body:
    match clause:
        case Term(field, token, _):
            return {"term": {field: {"value": token}}}
        case PhraseOf(field, tokens, slop) if all(isinstance(token, str) for token in tokens):
            return {"match_phrase": {field: {"query": " ".join(map(str, tokens)), "slop": slop}}}
        case PhraseOf(field, tokens):
            return _span_phrase(field, tokens)
        case MatchOf(field, token):
            return {"regexp": {field: _gapped(token)}}
        case NearOf(field, left, right, between, ordered):
            sides = [_span_choice(field, side) for side in (left, right)]
            orders = [_in_order(sides, between)] + ([] if ordered else [_in_order(sides[::-1], between)])
            return {"bool": {"should": orders, "minimum_should_match": 1}}
        case PrefixOf(field, prefix):
            return {"prefix": {field: {"value": prefix}}}
        case Between(field, low, high):
            bounds = {"gte": low, "lte": high}
            return {"range": {field: {name: bound for name, bound in bounds.items() if bound is not None}}}


def _gapped(token: Gapped) -> Body:
    return {"value": regular_expression(token.text), "flags": "NONE"}


def _span_choice(field: str, phrases: Sequence[tuple[Token, ...]]) -> Body:
    spans = [_span_phrase(field, phrase) for phrase in phrases]
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def _span_phrase(field: str, tokens: tuple[Token, ...]) -> Body:
    spans = [
        {"span_multi": {"match": {"regexp": {field: _gapped(token)}}}}
        if isinstance(token, Gapped)
        else {"span_term": {field: {"value": token}}}
        for token in tokens
    ]
    return spans[0] if len(spans) == 1 else _in_order(spans, 0)


def _in_order(spans: Sequence[Body], between: int) -> Body:
    return {"span_near": {"clauses": list(spans), "slop": between, "in_order": True}}
