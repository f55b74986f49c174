"""Suggested tags: what the papers most like this one are tagged with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
from scipy import sparse

from search.context import Context, Visible

VOTERS = 30
"""Near papers that are asked."""

LIMIT = 5
_SHARPNESS = 3.0  # the power of the nearness in a vote: the nearest decide


def suggested(
    context: Context,
    row: sparse.csr_matrix,
    own: Collection[str] = (),
    without: Sequence[str] = (),
    limit: int = LIMIT,
    visible: Visible = None,
) -> list[str]:
    """The tags of the papers nearest to a unit row of :mod:`search.cosine`, without ``own`` (folded)."""
    assert context.evidence is not None
    assert context.cosine is not None
    rows = context.evidence.rows(without)
    near = context.cosine.nearest(row, VOTERS, rows[rows >= 0].astype(np.intp))
    if visible is not None:
        kept = set(context.allowed([id for id, _ in near], visible))
        near = [(id, score) for id, score in near if id in kept]
    return voted(context, near, own, limit)


def voted(
    context: Context, near: Sequence[tuple[str, float]], own: Collection[str], limit: int = LIMIT
) -> list[str]:
    """The tags that near papers vote for, the nearer the louder; without ``own`` (folded)."""
    papers = context.library.papers_by_id([id for id, _ in near])
    top = max((score for _, score in near), default=0.0)
    votes: defaultdict[str, float] = defaultdict(float)
    shown: dict[str, str] = {}
    for id, score in near:
        if id not in papers or score <= 0 or top <= 0:
            continue
        tags = {tag for member in papers[id].members for tag in member.document.tags}
        for tag in tags:
            votes[tag.casefold()] += (score / top) ** _SHARPNESS
            shown.setdefault(tag.casefold(), tag)
    best = sorted((tag for tag in votes if tag not in own), key=lambda tag: (-votes[tag], tag))
    return [shown[tag] for tag in best[:limit]]
