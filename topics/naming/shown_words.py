"""Which words stand for a topic.

Two things make a word telling: it is frequent in the topic and rare elsewhere (the weight of class-based
tf-idf), and it goes together with the topic's other telling words. The second is measured by NPMI in the
papers that the model was trained on; it lifts the coherence of the shown words on papers never seen, and
their diversity with it (docs/topic-recipe.md). φ and θ are untouched: this is only the order of display.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from topics.quality.measures import SHOWN, Reference

Floats = NDArray[np.float32]

CANDIDATES = 60
COHESION = 0.04
"""A word that goes better with the others by this much NPMI weighs e times as much."""

_LEAD = 1.25
"""The more telling of the others count for more than their weight: with this power of it."""

PAPERS = 60_000
"""Papers that are enough to know which words go together."""

_FLOOR = -0.3  # a pair never seen says little about two rare words


def telling_words(phi: Floats, frequency: Floats, count: int = SHOWN) -> NDArray[np.intp]:
    """The words (K × count) by p(w|t)·log(1 + A/f_w), the most telling first.

    A is the mean number of tokens of a topic, f_w (``frequency``) how often the word occurs in all.
    """
    weights = _telling(phi, frequency)
    count = min(count, phi.shape[0])
    best = np.argpartition(-weights, count - 1, axis=0)[:count]
    order = np.argsort(-np.take_along_axis(weights, best, axis=0), axis=0, kind="stable")
    found: NDArray[np.intp] = np.take_along_axis(best, order, axis=0).T
    return found


def shown_words(phi: Floats, frequency: Floats, together: Reference, count: int = SHOWN) -> NDArray[np.intp]:
    """The words (K × count) that are telling and go together, the best first.

    Args:
        phi: p(w|t), (terms × K).
        frequency: how often each term occurs, (terms,).
        together: the training papers (or a sample).
        count: how many to show, at most 60.
    """
    weights = _telling(phi, frequency)
    found = []
    for topic, candidates in enumerate(telling_words(phi, frequency, max(CANDIDATES, count))):
        own = np.maximum(weights[candidates, topic], 1e-30)
        score = np.log(own) + cohesion(together.npmi_matrix(candidates), own) / COHESION
        found.append(candidates[np.argsort(-score, kind="stable")[:count]])
    return np.array(found, dtype=np.intp)


def cohesion(npmi: NDArray[np.float64], weights: Floats) -> NDArray[np.float64]:
    """How well each word goes with the others: the mean of its NPMI, the telling ones first of all."""
    pairs = np.maximum(npmi, _FLOOR)
    np.fill_diagonal(pairs, 0)
    leading = (weights / weights.max()) ** _LEAD
    shares = leading / leading.sum()
    return np.asarray((pairs @ shares) / np.maximum(1 - shares, 1e-9), dtype=np.float64)


def sample_reference(counts: sparse.csr_matrix) -> Reference:
    """Training papers to know from which words go together: all, or an even sample of many."""
    return Reference(counts[:: max(1, counts.shape[0] // PAPERS)])


def _telling(phi: Floats, frequency: Floats) -> Floats:
    average = float(frequency.sum()) / phi.shape[1]
    return np.asarray(phi * np.log1p(average / np.maximum(frequency, 1))[:, None], dtype=np.float32)
