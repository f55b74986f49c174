"""How much each block counts: chosen by exact leave-one-out validation on the decisions so far.

Of least squares in dual form, what the model says of a paper when it is learned without it follows from one
inverse (Allen's PRESS), so that a choice of weights costs one inversion of a matrix of a few hundred rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from search.screening.features import (
    AUTHORS,
    CITING,
    COCITED,
    COUPLING,
    PHRASES,
    TAGS,
    VENUE,
    WORDS,
    Features,
)

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]
START = {
    PHRASES: 1.0, WORDS: 0.3, TAGS: 0.0, AUTHORS: 0.05, VENUE: 0.0,
    COUPLING: 0.15, CITING: 0.1, COCITED: 0.2,
}  # fmt: skip
"""Where the choice begins, and what holds while there is too little to choose by."""
_CHOICES = (0.0, 0.1, 0.3, 1.0)
_MOST, _FEWEST = 300, 4  # decisions that are looked at; of each kind
_DISTANCE = 0.002  # how much better the order must be for a weight e times another
_ROUNDS = 2


def chosen_weights(
    features: Features,
    papers: Ints,
    labels: Doubles,
    before: Mapping[str, float],
    penalties: Callable[[Doubles], Doubles],
) -> dict[str, float]:
    """The mean of the weights before and of those that order the decided papers best."""
    at = _looked_at(labels)
    positive = labels[at] > 0
    if min(positive.sum(), (~positive).sum()) < _FEWEST:
        return dict(before)
    grams = {name: _gram(features, name, papers[at]) for name in features.blocks}
    target, diagonal = np.where(positive, 1.0, -1.0), penalties(labels[at])

    def quality(weights: Mapping[str, float]) -> float:
        total = np.zeros((len(at), len(at)))
        for name, weight in weights.items():
            total += weight * grams[name]
        scores = _left_out(total, target, diagonal)
        far = sum(abs(np.log((w + 0.05) / (START[name] + 0.05))) for name, w in weights.items())
        return area(scores, positive) - _DISTANCE * float(far)

    best = {name: START[name] for name in features.blocks}
    highest = quality(best)
    for _ in range(_ROUNDS):
        was = highest
        for name in [name for name in best if name != PHRASES]:
            for weight in _CHOICES:
                other = {**best, name: weight}
                if weight != best[name] and (value := quality(other)) > highest + 1e-6:
                    best, highest = other, value
        if highest == was:
            break
    return {name: (best[name] + before[name]) / 2 for name in best}


def area(scores: Doubles, positive: NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often a paper to include stands above one to exclude."""
    rank = np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1
    count = int(positive.sum())
    return float((rank[positive].sum() - count * (count + 1) / 2) / (count * (len(scores) - count)))


def _looked_at(labels: Doubles) -> Ints:
    """The latest decisions, a third of them at most of papers to include."""
    positive, negative = np.flatnonzero(labels > 0), np.flatnonzero(labels <= 0)
    if len(labels) > _MOST:
        positive = positive[-_MOST // 3 :]
        negative = negative[-(_MOST - len(positive)) :]
    return np.concatenate([positive, negative])


def _gram(features: Features, name: str, papers: Ints) -> Doubles:
    block = features.blocks[name]
    rows = block.rows[papers]
    gram = np.asarray((rows @ rows.T).toarray(), dtype=np.float64)
    gram[np.diag_indices_from(gram)] += block.alone[papers]
    return gram


def _left_out(gram: Doubles, target: Doubles, diagonal: Doubles) -> Doubles:
    """What the model says of each paper when it is learned from all the others."""
    inverse = np.linalg.inv(gram + 1.0 + np.diag(diagonal))
    return np.asarray(target - (inverse @ target) / np.diag(inverse))
