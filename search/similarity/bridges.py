"""The papers between two topics: those that hold much of both."""

from __future__ import annotations

import numpy as np

from ingest.errors import InputError, NotFoundError
from search.answers import BridgesAnswer
from search.context import Context
from search.ranking.by_topic import leaf_share
from search.request import Visible
from search.results.hits import shown_hits

_CANDIDATES = 2_000


def bridges(context: Context, first: str, second: str, limit: int, visible: Visible) -> BridgesAnswer:
    """The contract's ``bridges`` answer: papers by the smaller of their shares of the two topics.

    Raises:
        NotFoundError: there is no such topic.
        InputError: both are the same topic.
    """
    for id in (first, second):
        if context.hierarchy is None or id not in context.hierarchy.topics:
            raise NotFoundError(f"There is no topic {id[:40]!r}.", "litatlas topics lists them all.")
    if first == second:
        raise InputError("A bridge needs two different topics.", "Name another topic.")
    hierarchy, placements = context.hierarchy, context.placements
    assert hierarchy is not None
    assert placements is not None
    shares = np.array([leaf_share(context, id) for id in (first, second)], dtype=np.float32)
    middle = (shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)).mean(axis=0)
    nowhere = np.zeros(hierarchy.center.shape[0], dtype=np.float32)
    rows, _ = placements.nearest(middle, nowhere, _CANDIDATES, context.placed(visible))
    shares_of_papers = placements.theta(-1, rows) @ shares.T
    between = shares_of_papers.min(axis=1)
    best = [at for at in np.argsort(-between, kind="stable")[: 5 * limit].tolist() if between[at] > 0]
    scores = dict(zip(placements.ids(rows[best].tolist()), between[best].tolist(), strict=True))
    allowed = context.allowed(list(scores), visible)[:limit]
    return {
        "topics": [
            {
                "id": id,
                "label": context.topic(id).label,
                "level": context.topic(id).level,
                "weight": float(shares_of_papers[:, at].mean()) if len(shares_of_papers) else 0.0,
            }
            for at, id in enumerate((first, second))
        ],
        "documents": shown_hits(context, [(id, scores[id]) for id in allowed], visible),
    }
