"""A finished review read again in the order of the priority: how much reading it would have saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.screening.features import Features
from search.screening.priority import Priority
from search.screening.stopping import CONFIDENCE, TARGET, chance_below

Ints = NDArray[np.int64]
_EVERY = 0.03
"""The model learns again when there are this many times more decisions, as it does behind a reviewer."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """The order in which papers were shown, and what it is worth.

    ``wss95``: share of the papers that need not be read to find 95 % of the included, less the 5 % that a
    random order saves. ``loss``: the area above the curve of papers found over papers read, 0 for a perfect
    order. Both count the two papers that the review began with.
    """

    order: tuple[int, ...]
    wss95: float
    loss: float
    stopped_at: int
    recall_at_stop: float


def first_papers(labels: Ints, seed: int) -> tuple[int, int]:
    """One included and one excluded paper, drawn as ASReview draws its own with ``--prior-seed``.

    Both are drawn by NumPy's first generator, begun anew for each.
    """
    drawn = [
        int(np.random.RandomState(seed).choice(np.flatnonzero(labels == value), 1, replace=False)[0])
        for value in (1, 0)
    ]
    return drawn[0], drawn[1]


def simulate(
    features: Features,
    labels: Sequence[int],
    *,
    seed: int = 1,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> Simulation:
    """Read a labelled review to its end, learning from the labels of what was read alone.

    Args:
        labels: 1 for included, 0 for excluded; both must occur.
    """
    known = np.asarray(labels, dtype=np.int64)
    priority = Priority(features)
    order = list(first_papers(known, seed))
    left = int(known.sum()) - 1
    while left:
        priority.learn(order, [float(known[at]) for at in order])
        batch = priority.next(max(1, int(len(order) * _EVERY)))
        order += batch
        left -= int(known[batch].sum())
    priority.learn(order, [float(known[at]) for at in order])
    order += priority.next(len(known))
    return _measured(known, np.asarray(order), target, confidence)


def _measured(labels: Ints, order: Ints, target: float, confidence: float) -> Simulation:
    ordered = labels[order]
    stopped = _stopped_at(ordered, target, confidence)
    recall = float(ordered[:stopped].sum() / ordered.sum())
    return Simulation(tuple(map(int, order)), wss95(ordered), loss(ordered), stopped, recall)


def wss95(ordered: Ints) -> float:
    """Work saved over sampling at a recall of 95 %, of labels in the order of reading."""
    needed = int(np.ceil(0.95 * ordered.sum() - 1e-9))
    read = int(np.searchsorted(np.cumsum(ordered), needed)) + 1
    return 0.95 - read / len(ordered)


def loss(ordered: Ints) -> float:
    """The area above the recall curve, between a perfect order (0) and the worst (1)."""
    included, papers = int(ordered.sum()), len(ordered)
    best = included * (papers - (included - 1) / 2)
    return float((best - np.cumsum(ordered).sum()) / (included * (papers - included)))


def _stopped_at(ordered: Ints, target: float, confidence: float) -> int:
    """After how many papers the stopping rule holds; asked after each hundredth of them, or each ten."""
    step = max(10, len(ordered) // 200)
    for read in range(step, len(ordered), step):
        if chance_below(ordered[:read], len(ordered), target) < 1 - confidence:
            return read
    return len(ordered)
