"""What a collection covers of the map, and the papers near to its own that it does not have."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.clauses import Term
from search.context import Context, Visible
from search.engine import FacetRequest, Request
from search.indexing import SHARES

_SAMPLE = 500  # papers of the collection that the others are compared with
_NEAREST = 3  # of them whose nearness counts
_CANDIDATES = 600
_PAGE = 5_000
_BLOCK = 20_000


def coverage(context: Context, collection: str, limit: int, visible: Visible) -> dict[str, Any]:
    """The contract's ``coverage`` answer.

    Raises:
        NotFoundError: there is no such collection.
    """
    name = context.library.collection(collection).name
    return {
        "collection": name,
        "topics": _topics(context, name, visible),
        "missed": context.hits(missed(context, name, limit, visible), visible) if limit > 0 else [],
    }


def missed(context: Context, collection: str, limit: int, visible: Visible) -> list[tuple[str, float]]:
    """Papers outside a collection by how near they are to its nearest papers, best first."""
    evidence = context.evidence
    if evidence is None:
        return []
    inside = evidence.rows(_members(context, collection))
    inside = inside[inside >= 0]
    if not len(inside):
        return []
    own = np.asarray(evidence.models.vectors[_sampled(inside)], dtype=np.float32)
    scores = np.empty(len(evidence.models.ids), dtype=np.float32)
    for start in range(0, len(scores), _BLOCK):
        block = np.asarray(evidence.models.vectors[start : start + _BLOCK], dtype=np.float32)
        scores[start : start + _BLOCK] = _near(block @ own.T)
    scores[inside] = -np.inf
    best = np.argsort(-scores, kind="stable")[: max(_CANDIDATES, 3 * limit)]
    best = best[np.isfinite(scores[best])]
    ids = [evidence.models.ids[row] for row in best.tolist()]
    together = scores[best] + _joined_nearness(
        context, ids, [evidence.models.ids[row] for row in _sampled(inside)]
    )
    order = np.argsort(-together, kind="stable").tolist()
    kept = set(context.allowed(ids, visible))
    return [(ids[at], float(together[at]) / 2) for at in order if ids[at] in kept][:limit]


def _joined_nearness(context: Context, ids: list[str], own: list[str]) -> NDArray[np.float32]:
    """The same nearness by the model's vectors and topics."""
    placements = context.placements
    assert placements is not None
    both = []
    for papers in (ids, own):
        rows = placements.rows(papers)
        both.append(placements.joined(placements.theta(-1, rows), placements.vectors(rows)))
    return _near(both[0] @ both[1].T)


def _near(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each row's largest values."""
    width = min(_NEAREST, likeness.shape[1])
    top = np.partition(likeness, likeness.shape[1] - width, axis=1)[:, -width:]
    return np.asarray(top.mean(axis=1), dtype=np.float32)


def _sampled(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """At most so many of the rows, evenly spread."""
    if len(rows) <= _SAMPLE:
        return rows
    return rows[np.linspace(0, len(rows) - 1, _SAMPLE).astype(np.intp)]


def _members(context: Context, collection: str) -> list[str]:
    """The ids of all papers of a collection."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        request = Request(query=Term("collections", collection), sort="id", limit=_PAGE, cursor=cursor)
        answer = context.engine.search(context.index, request)
        found += [hit.id for hit in answer.hits]
        cursor = answer.cursor if answer.hits else None
    return found


def _topics(context: Context, collection: str, visible: Visible) -> list[dict[str, Any]]:
    """Each topic's share of the collection's θ, and of that of all other papers; the largest first."""
    if context.hierarchy is None:
        return []
    own, documents = _counted(context, frozenset({collection}), visible)
    whole, _ = _counted(context, None, visible)
    rows = []
    for level in context.hierarchy.levels:
        inside = sum(own[id] for id in level.ids)
        outside = sum(whole[id] for id in level.ids) - inside
        for id in level.ids:
            topic = context.topic(id)
            row = {"id": id, "label": topic.label, "level": topic.level, "documents": documents.get(id, 0)}
            row["share"] = own[id] / max(inside, 1)
            row["share_elsewhere"] = (whole[id] - own[id]) / max(outside, 1)
            rows.append(row)
    return sorted(rows, key=lambda row: (row["level"], -row["share"], row["id"]))


def _counted(
    context: Context, within: Visible, visible: Visible
) -> tuple[defaultdict[str, int], dict[str, int]]:
    """Parts of θ by topic, and papers by topic."""
    assert context.hierarchy is not None
    count = len(context.hierarchy.topics)
    facets = (FacetRequest("topic", count), FacetRequest("topic_share", count * SHARES))
    filters = {"collection": tuple(within)} if within else {}
    request = Request(filters=filters, collections=visible, facets=facets, limit=0)
    found = context.engine.search(context.index, request).facets
    parts: defaultdict[str, int] = defaultdict(int)
    for token, papers in found["topic_share"]:
        topic, _, part = token.rpartition("|")
        parts[topic] += int(part) * papers
    return parts, dict(found["topic"])
