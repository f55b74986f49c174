"""The blocks beside a list of results: facets, and how the hits lie over the topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from search.clauses import AllOf, Clause
from search.context import Context
from search.engine import Answer, FacetRequest, Request
from search.fields import FACETS
from search.filters import filter_clause
from search.indexing import SHARES

SHOWN = ("collection", "year", "topic", "tag", "venue", "type", "lang")
"""The facets that are counted for every search; another one is counted when a value of it is selected."""

_VALUES = 20
_SHARE = "topic_share"


def facet_requests(context: Context, chosen: Mapping[str, tuple[str, ...]]) -> tuple[FacetRequest, ...]:
    """What to count over the hits."""
    facets = {spec.name for spec in FACETS}
    names = [*SHOWN, *(name for name in chosen if name in facets and name not in SHOWN)]
    requests = [FacetRequest(name, _size(context, name), chosen.get(name, ())) for name in names]
    if context.hierarchy is not None and "topic" not in chosen:
        requests.append(FacetRequest(_SHARE, _topic_count(context) * SHARES))
    return tuple(requests)


def facets_block(
    context: Context, answer: Answer, chosen: Mapping[str, tuple[str, ...]]
) -> dict[str, list[dict[str, Any]]]:
    """Facet → values with their counts; topics carry their labels."""
    block: dict[str, list[dict[str, Any]]] = {}
    for name, values in answer.facets.items():
        if name == _SHARE:
            continue
        selected = set(chosen.get(name, ()))
        rows = [{"value": value, "count": count, "selected": value in selected} for value, count in values]
        if name == "topic" and context.hierarchy is not None:
            rows = [row for row in rows if row["value"] in context.hierarchy.topics]
            for row in rows:
                row["label"] = context.topic(str(row["value"])).label
        block[name] = rows
    return block


def topics_block(context: Context, clause: Clause, answer: Answer, request: Request) -> list[dict[str, Any]]:
    """Every topic with hits: how many belong, and its share of the hits' θ (sums to 1 in a level)."""
    if context.hierarchy is None:
        return []
    facets = answer.facets
    if _SHARE not in facets:
        facets = _counted_within(context, clause, request)
    counts = dict(facets["topic"])
    shares: defaultdict[str, int] = defaultdict(int)
    for token, papers in facets[_SHARE]:
        id, part = _parted(token)
        shares[id] += part * papers
    totals: defaultdict[int, int] = defaultdict(int)
    present = [
        topic for id in {**shares, **counts} if (topic := context.hierarchy.topics.get(id)) is not None
    ]
    for topic in present:
        totals[topic.level] += shares[topic.id]
    rows = [
        {
            "id": topic.id,
            "label": context.topic(topic.id).label,
            "level": topic.level,
            "count": counts.get(topic.id, 0),
            "weight": shares[topic.id] / max(totals[topic.level], 1),
        }
        for topic in present
        if shares[topic.id] or counts.get(topic.id)
    ]
    return sorted(rows, key=lambda row: (row["level"], -row["weight"], row["id"]))


@lru_cache(maxsize=100_000)
def _parted(token: str) -> tuple[str, int]:
    """Topic and share of a token of the index; there are only so many different ones."""
    topic, _, part = token.rpartition("|")
    return topic, int(part)


def _counted_within(context: Context, clause: Clause, request: Request) -> dict[str, list[tuple[str, int]]]:
    """Topics over the hits when a topic is itself a filter: here, unlike in the facet, that filter holds."""
    held = AllOf((clause, filter_clause("topic", request.filters["topic"])))
    others = {name: values for name, values in request.filters.items() if name != "topic"}
    count = _topic_count(context)
    facets = (FacetRequest("topic", count), FacetRequest(_SHARE, count * SHARES))
    within = Request(query=held, filters=others, collections=request.collections, facets=facets, limit=0)
    return context.engine.search(context.index, within).facets


def _size(context: Context, name: str) -> int:
    return _topic_count(context) if name == "topic" else _VALUES


def _topic_count(context: Context) -> int:
    return max(len(context.hierarchy.topics), 1) if context.hierarchy is not None else _VALUES
