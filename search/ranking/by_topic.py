"""The order of papers when a query asks for topics and no words: the most typical papers first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from search.clauses import Clause
from search.context import Context
from search.engines.contract import Request
from search.query.tree import Query, Value, leaves


def browse(context: Context, query: Query, clause: Clause, request: Request) -> list[tuple[str, float]]:
    """The hits by their share of the wanted topics; empty when the query names no topic.

    The engine finds the papers nearest to the topics' leaves, their exact θ orders them.
    """
    hierarchy, placements = context.hierarchy, context.placements
    wanted = [
        id
        for leaf, negated in leaves(query)
        if not negated and isinstance(leaf, Value) and leaf.name == "topic"
        for id in context.topic_ids(leaf.text)
    ]
    wanted += [id for id in request.filters.get("topic", ()) if hierarchy and id in hierarchy.topics]
    if hierarchy is None or placements is None or not wanted:
        return []
    share = np.sum([leaf_share(context, id) for id in wanted], axis=0)
    vector = np.sqrt(share / max(float(share.sum()), 1e-9))
    whole = replace(request, query=clause, facets=(), offset=0, cursor=None)
    hits = context.engine.nearest(context.index, vector.tolist(), whole, request.limit)
    ids = [hit.id for hit in hits]
    theta = placements.theta(-1, placements.rows(ids)) @ np.minimum(share, 1)
    best = np.argsort(-theta, kind="stable")
    return [(ids[at], float(theta[at])) for at in best.tolist()]


def leaf_share(context: Context, topic: str) -> NDArray[np.float32]:
    """p(topic | leaf) of every leaf: multiplied with θ of the leaves it gives a paper's share."""
    hierarchy = context.hierarchy
    assert hierarchy is not None
    node = hierarchy.topics[topic]
    leaves_ids = hierarchy.levels[-1].ids
    if node.level == len(hierarchy.levels) - 1:
        return np.asarray(np.eye(1, len(leaves_ids), node.index, dtype=np.float32)[0])
    return np.asarray(hierarchy.carry[node.level][:, node.index], dtype=np.float32)
