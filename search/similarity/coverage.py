"""What a collection covers of the map, and the papers near to its own that it does not have."""

from __future__ import annotations

from search.answers import CoverageAnswer, CoverageTopic
from search.clauses import Term
from search.context import Context
from search.engines.contract import Request
from search.engines.facets import TOPIC_SHARE
from search.request import Visible
from search.results.hits import shown_hits
from search.results.panels import topic_facets
from search.similarity.set_similarity import alike, evenly

_SAMPLE = 2_000  # papers of the collection that the others are compared with
_CANDIDATES = 600
_PAGE = 5_000


def coverage(context: Context, collection: str, limit: int, visible: Visible) -> CoverageAnswer:
    """The contract's ``coverage`` answer.

    Raises:
        NotFoundError: there is no such collection.
    """
    name = context.library.collection(collection).name
    return {
        "collection": name,
        "topics": _topics(context, name, visible),
        "missed": shown_hits(context, missed(context, name, limit, visible), visible) if limit > 0 else [],
    }


def missed(context: Context, collection: str, limit: int, visible: Visible) -> list[tuple[str, float]]:
    """Papers outside a collection that are most like its own, best first (`set_similarity`)."""
    members = _members(context, collection)
    own = [members[at] for at in evenly(len(members), _SAMPLE)]
    near = alike(context, own, members, max(_CANDIDATES, 3 * limit), visible)
    allowed = set(context.allowed([id for id, _ in near], visible))
    return [(id, score) for id, score in near if id in allowed][:limit]


def _members(context: Context, collection: str) -> list[str]:
    """The ids of all papers of a collection."""
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        request = Request(query=Term("collections", collection), sort="id", limit=_PAGE, cursor=cursor)
        answer = context.engine.search(context.index, request)
        ids += [hit.id for hit in answer.hits]
        cursor = answer.cursor if answer.hits else None
    return ids


def _topics(context: Context, collection: str, visible: Visible) -> list[CoverageTopic]:
    """Each topic's share of the collection's θ, and of that of all other papers; the largest first."""
    if context.hierarchy is None:
        return []
    own, documents = _counted(context, frozenset({collection}), visible)
    whole, _ = _counted(context, None, visible)
    rows: list[CoverageTopic] = []
    for mine, every in zip(own, whole, strict=True):
        inside = sum(mine.values())
        outside = sum(every.values()) - inside
        for id, parts in mine.items():
            topic = context.topic(id)
            rows.append(
                {
                    "id": id,
                    "label": topic.label,
                    "level": topic.level,
                    "documents": documents.get(id, 0),
                    "share": parts / max(inside, 1),
                    "share_elsewhere": max(every[id] - parts, 0) / max(outside, 1),
                }
            )
    return sorted(rows, key=lambda row: (row["level"], -row["share"], row["id"]))


def _counted(
    context: Context, within: Visible, visible: Visible
) -> tuple[list[dict[str, float]], dict[str, int]]:
    """Parts of θ by topic, a level each, and papers by topic."""
    filters = {"collection": tuple(within)} if within else {}
    request = Request(filters=filters, collections=visible, facets=topic_facets(context), limit=0)
    facets = context.engine.search(context.index, request).facets
    return context.shares.sums(facets[TOPIC_SHARE]), dict(facets["topic"])
