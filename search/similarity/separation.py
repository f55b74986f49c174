"""A linear support vector machine that tells a few rows from many (Joachims, ECML 1998).

It minimises the squared length of the weights, offset included, and the squared hinge loss, as liblinear's
does (Fan et al., JMLR 2008). Newton steps over the rows within the margin solve it (Keerthi and DeCoste, JMLR
2005), in one number for each row (Chapelle, Neural Computation 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.evidence.conjugate_gradients import Doubles, ridge

_STEPS, _HALVINGS = 50, 20
_ROUNDS, _EXACT = 100, 1e-4


def margins(rows: sparse.csr_matrix, positive: NDArray[np.bool_], cost: float) -> Doubles:
    """How far each row lies on the side of the positive ones: about 1 where it plainly does, −1 where not.

    Args:
        rows: unit rows (rows × features).
        positive: which rows are; both kinds weigh the same together, however many rows each has.
        cost: what an error costs beside the length of the weights.
    """
    rows = rows.astype(np.float64)
    signs = np.where(positive, 1.0, -1.0)
    costs = cost * len(signs) / (2 * np.where(positive, positive.sum(), (~positive).sum()))
    duals, scores = np.zeros(len(signs)), np.zeros(len(signs))
    before = np.array([-1])
    for _ in range(_STEPS):
        within = np.flatnonzero(signs * scores < 1)
        if np.array_equal(within, before):
            break
        penalties = 1 / (2 * costs[within])
        aim, reached = ridge(rows, within, signs[within], penalties, duals, rounds=_ROUNDS, exact=_EXACT)
        step, moved = aim - duals, reached - scores
        length = _length(duals, step, scores, moved, signs, costs)
        duals, scores = duals + length * step, scores + length * moved
        before = within if length == 1 else before
    return scores


def _length(
    duals: Doubles, step: Doubles, scores: Doubles, moved: Doubles, signs: Doubles, costs: Doubles
) -> float:
    """How much of a step to take: all of it, or half as often as it takes to come lower."""

    def loss(length: float) -> float:
        now = scores + length * moved
        return float((duals + length * step) @ now + 2 * costs @ np.maximum(0, 1 - signs * now) ** 2)

    length, standing = 1.0, loss(0)
    for _ in range(_HALVINGS):
        if loss(length) <= standing:
            break
        length /= 2
    return length
