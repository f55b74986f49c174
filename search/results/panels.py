"""The blocks beside a list of results: facets, and how the hits lie over the topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.answers import FacetValue, InexactPiece, ReadingAnswer, TopicCount
from search.clauses import AllOf, Clause
from search.context import Context
from search.engines.contract import Answer, FacetRequest, Request
from search.engines.facets import TOPIC_SHARE
from search.engines.filters import filter_clause
from search.fields import FACETS
from search.query.tree import Reading
from search.request import Visible
from search.tags import tag_key

SHOWN = ("collection", "year", "topic", "tag", "venue", "type", "lang", "added")
"""The facets that are counted for every search; another one is counted when a value of it is selected."""

_VALUES = 20
_LEAST = 0.5  # of a sixteenth of one paper: topics with less are none of the hits'


def facet_requests(context: Context, chosen: Mapping[str, tuple[str, ...]]) -> tuple[FacetRequest, ...]:
    """What to count over the hits."""
    facets = {spec.name for spec in FACETS}
    names = [*SHOWN, *(name for name in chosen if name in facets and name not in SHOWN)]
    requests = [FacetRequest(name, _size(context, name), chosen.get(name, ())) for name in names]
    if context.hierarchy is not None and "topic" not in chosen:
        requests.append(FacetRequest(TOPIC_SHARE, len(context.shares)))
    return tuple(requests)


def facets_block(
    context: Context, answer: Answer, chosen: Mapping[str, tuple[str, ...]], visible: Visible = None
) -> dict[str, list[FacetValue]]:
    """Facet → values with their counts; topics carry their labels, and a tag that was chosen in an unusual
    spelling the usual one."""
    block: dict[str, list[FacetValue]] = {}
    for name, values in answer.facets.items():
        if name == TOPIC_SHARE:
            continue
        if name == "tag":
            block[name] = tag_values(context, values, chosen.get(name, ()), visible)
            continue
        selected = set(chosen.get(name, ()))
        rows: list[FacetValue] = [
            {"value": value, "count": count, "selected": value in selected} for value, count in values
        ]
        if name == "topic" and context.hierarchy is not None:
            rows = [row for row in rows if row["value"] in context.hierarchy.topics]
            for row in rows:
                row["label"] = context.topic(row["value"]).label
        block[name] = rows
    return block


def tag_values(
    context: Context, counted: Sequence[tuple[str, int]], chosen: Sequence[str], visible: Visible
) -> list[FacetValue]:
    """The values of the tags' facet, of keys with their counts: each in its most usual spelling."""
    chosen_by_key = {tag_key(tag): tag for tag in chosen}
    spellings = context.spellings([key for key, _ in counted], visible)
    rows: list[FacetValue] = []
    for key, count in counted:
        spelling = spellings[key] if spellings[key] != key else chosen_by_key.get(key, key)
        row: FacetValue = {
            "value": chosen_by_key.get(key, spelling),
            "count": count,
            "selected": key in chosen_by_key,
        }
        if row["value"] != spelling:
            row["label"] = spelling
        rows.append(row)
    return rows


def topics_block(context: Context, clause: Clause, answer: Answer, request: Request) -> list[TopicCount]:
    """Every topic with hits: how many belong, and its share of the hits' θ (sums to 1 in a level)."""
    if context.hierarchy is None:
        return []
    facets = answer.facets
    if TOPIC_SHARE not in facets:
        facets = _counted_within(context, clause, request)
    counts = dict(facets["topic"])
    named, rows = context.named, list[TopicCount]()
    for number, sums in enumerate(context.shares.sums(facets[TOPIC_SHARE])):
        ordered = sorted((-parts, id) for id, parts in sums.items() if parts >= _LEAST or counts.get(id))
        total = max(-sum(parts for parts, _ in ordered), 1)
        rows += [
            {
                "id": id,
                "label": named[id].label,
                "level": number,
                "count": counts.get(id, 0),
                "weight": -parts / total,
            }
            for parts, id in ordered
        ]
    return rows


def _counted_within(context: Context, clause: Clause, request: Request) -> dict[str, list[tuple[str, int]]]:
    """Topics over the hits when a topic is itself a filter: here, unlike in the facet, that filter holds."""
    in_topics = AllOf((clause, filter_clause("topic", request.filters["topic"])))
    others = {name: values for name, values in request.filters.items() if name != "topic"}
    facets = topic_facets(context)
    within = Request(query=in_topics, filters=others, collections=request.collections, facets=facets, limit=0)
    return context.engine.search(context.index, within).facets


def topic_facets(context: Context) -> tuple[FacetRequest, ...]:
    """What to count for how hits lie over the topics of a model: papers, and parts of θ."""
    return FacetRequest("topic", _topic_count(context)), FacetRequest(TOPIC_SHARE, len(context.shares))


def _size(context: Context, name: str) -> int:
    return _topic_count(context) if name == "topic" else _VALUES


def _topic_count(context: Context) -> int:
    return max(len(context.hierarchy.topics), 1) if context.hierarchy is not None else _VALUES


def reading_block(reading: Reading) -> ReadingAnswer:
    """How a search that was written for another database is read."""
    inexact: list[InexactPiece] = [{"piece": each.piece, "reason": each.reason} for each in reading.inexact]
    return {"dialect": reading.dialect, "title": reading.title, "query": reading.query, "inexact": inexact}
