"""The blocks beside a list of results: facets, and how the hits lie over the topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from search.clauses import AllOf, Clause
from search.context import Context
from search.engine import Answer, FacetRequest, Request
from search.facets import TOPIC_SHARE
from search.fields import FACETS
from search.filters import filter_clause
from search.indexing import SHARES

SHOWN = ("collection", "year", "topic", "tag", "venue", "type", "lang")
"""The facets that are counted for every search; another one is counted when a value of it is selected."""

_VALUES = 20
_MEMORY = 100_000  # tokens that are remembered


def facet_requests(context: Context, chosen: Mapping[str, tuple[str, ...]]) -> tuple[FacetRequest, ...]:
    """What to count over the hits."""
    facets = {spec.name for spec in FACETS}
    names = [*SHOWN, *(name for name in chosen if name in facets and name not in SHOWN)]
    requests = [FacetRequest(name, _size(context, name), chosen.get(name, ())) for name in names]
    if context.hierarchy is not None and "topic" not in chosen:
        requests.append(FacetRequest(TOPIC_SHARE, _topic_count(context) * SHARES))
    return tuple(requests)


def facets_block(
    context: Context, answer: Answer, chosen: Mapping[str, tuple[str, ...]]
) -> dict[str, list[dict[str, Any]]]:
    """Facet → values with their counts; topics carry their labels."""
    block: dict[str, list[dict[str, Any]]] = {}
    for name, values in answer.facets.items():
        if name == TOPIC_SHARE:
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
    if TOPIC_SHARE not in facets:
        facets = _counted_within(context, clause, request)
    counts = dict(facets["topic"])
    shares = shares_by_topic(facets[TOPIC_SHARE])
    named = context.named
    levels: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for id in {**shares, **counts}:
        if id in named and (shares[id] or counts.get(id)):
            levels[named[id].level].append((-shares[id], id))
    rows = []
    for level, found in sorted(levels.items()):
        total = max(-sum(share for share, _ in found), 1)
        rows += [
            {
                "id": id,
                "label": named[id].label,
                "level": level,
                "count": counts.get(id, 0),
                "weight": -share / total,
            }
            for share, id in sorted(found)
        ]
    return rows


def shares_by_topic(tokens: Iterable[tuple[str, int]]) -> defaultdict[str, int]:
    """The sum of each topic's parts of θ, in sixteenths, from the counted values of ``topic_share``."""
    shares: defaultdict[str, int] = defaultdict(int)
    for token, papers in tokens:
        id, part = _PARTS[token]
        shares[id] += part * papers
    return shares


class _Parts(dict[str, tuple[str, int]]):
    """Token of the index → its topic and share; a generation has only so many different ones."""

    def __missing__(self, token: str) -> tuple[str, int]:
        if len(self) >= _MEMORY:
            self.clear()
        topic, _, part = token.rpartition("|")
        self[token] = found = topic, int(part)
        return found


_PARTS = _Parts()


def _counted_within(context: Context, clause: Clause, request: Request) -> dict[str, list[tuple[str, int]]]:
    """Topics over the hits when a topic is itself a filter: here, unlike in the facet, that filter holds."""
    held = AllOf((clause, filter_clause("topic", request.filters["topic"])))
    others = {name: values for name, values in request.filters.items() if name != "topic"}
    count = _topic_count(context)
    facets = (FacetRequest("topic", count), FacetRequest(TOPIC_SHARE, count * SHARES))
    within = Request(query=held, filters=others, collections=request.collections, facets=facets, limit=0)
    return context.engine.search(context.index, within).facets


def _size(context: Context, name: str) -> int:
    return _topic_count(context) if name == "topic" else _VALUES


def _topic_count(context: Context) -> int:
    return max(len(context.hierarchy.topics), 1) if context.hierarchy is not None else _VALUES
