"""A varied choice of near papers: maximal marginal relevance (Carbonell & Goldstein 1998)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.context import Context

POOL = 5
"""Candidates for each paper that is wanted."""

_BALANCE = 0.6  # how much nearness counts against being unlike what is already chosen


def varied(context: Context, scored: Sequence[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    """Of papers with scores, best first, those that are near and unlike each other, in the order of choice.

    Each next paper has the largest λ·nearness − (1 − λ)·(its cosine with the likest chosen one), nearness
    scaled to 0…1. A paper that the model does not know is like none; without a model the order stays.
    """
    if context.placements is None or len(scored) < 3:
        return list(scored[:limit])
    scores = np.array([score for _, score in scored], dtype=np.float32)
    span = float(scores.max() - scores.min()) or 1.0
    near = (scores - scores.min()) / span
    rows = context.placements.rows([id for id, _ in scored])
    vectors = context.placements.vectors(rows)
    likest = np.zeros(len(rows), dtype=np.float32)
    free = np.ones(len(rows), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < min(limit, len(rows)):
        value = np.where(free, _BALANCE * near - (1 - _BALANCE) * likest, -np.inf)
        at = int(value.argmax())
        chosen.append(at)
        free[at] = False
        likest = np.maximum(likest, vectors @ vectors[at])
    return [scored[at] for at in chosen]
