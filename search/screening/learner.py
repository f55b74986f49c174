"""A linear model over the blocks, learned anew after a decision.

Weighted least squares with a penalty on the length of the coefficients, solved in its dual form by conjugate
gradients that go on from the last answer: one number for each decided paper, so that a step costs two
products with the rows of the decided papers alone. With the weak penalty on errors that screening wants,
nearly every paper lies within the margin, where the squared hinge loss of a support vector machine is the
same problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.evidence.conjugate_gradients import Doubles, ridge
from search.screening.features import Features, Floats
from search.screening.weights import START, chosen_weights

Ints = NDArray[np.int64]
_COST = 0.22
"""How much an error costs beside the length of the coefficients."""
_BALANCE = 9.8
"""How many times as much all included papers weigh as all excluded ones."""
_STEPS, _EXACT = 60, 1e-3
_TUNE_FROM, _TUNE_AGAIN = 8, 1.3
_FOLDS = 5
_PRIOR = (-3.0, 2.0)  # logit and slope of the chance while there is too little to calibrate it by


class Learner:
    """Learns from what was decided of some papers, and scores all.

    ``weights`` are those of the blocks; they are chosen again when there are three tenths more decisions.
    """

    def __init__(self, features: Features) -> None:
        self.features = features
        self.weights: dict[str, float] = {name: START[name] for name in features.blocks}
        self.scores: Doubles = np.zeros(features.papers)
        self._calibration = _PRIOR
        self._tuned = 0.0
        self._dual: Doubles = np.zeros(features.papers)
        self._mix()

    def learn(self, papers: Sequence[int], labels: Sequence[float], *, tune: bool = True) -> None:
        """Learn from papers (their rows) with labels from 0 (excluded) to 1 (included), the oldest first.

        With labels of one kind alone there is nothing to tell apart; the scores say only what is like them.
        """
        at = np.asarray(papers, dtype=np.int64)
        targets = np.asarray(labels, dtype=np.float64)
        again = len(at) >= max(_TUNE_FROM, self._tuned * _TUNE_AGAIN)
        if tune and again:
            self.weights = chosen_weights(self.features, at, targets, self.weights, penalties)
            self._tuned = len(at)
            self._mix()
        if tune and (again or not self.is_calibrated):
            self._calibration = self._calibrated(at, targets)
        self.scores = self._solve(at, targets)

    def chances(self) -> Doubles:
        """The chance of each paper to be included, as far as the decisions so far tell."""
        offset, slope = self._calibration
        return np.asarray(1 / (1 + np.exp(-np.clip(offset + slope * self.scores, -30, 30))))

    @property
    def is_calibrated(self) -> bool:
        """Whether there were enough decisions of both kinds for the chances to be more than a guess."""
        return self._calibration is not _PRIOR

    def similar_to_read(self, papers: Sequence[int] | Ints) -> Floats:
        """How like what was read each paper is, less how like what was not: low where nobody looked."""
        read = np.zeros(self.features.papers, dtype=np.float32)
        read[np.asarray(papers, dtype=np.int64)] = 1
        unread = 1 - read
        towards = self._rows.T @ (read / max(read.sum(), 1) - unread / max(unread.sum(), 1))
        return np.asarray(self._rows @ towards)

    def _mix(self) -> None:
        blocks = [(self.weights[name], block) for name, block in self.features.blocks.items()]
        used = [(weight, block) for weight, block in blocks if weight > 0]
        parts: list[sparse.csr_matrix] = [block.rows * np.float32(weight**0.5) for weight, block in used]
        empty = sparse.csr_matrix(np.zeros((self.features.papers, 1), dtype=np.float32))
        self._rows = sparse.csr_matrix(sparse.hstack(parts or [empty], format="csr"))
        self._alone: Doubles = np.zeros(self.features.papers)
        for weight, block in used:
            self._alone += weight * block.alone

    def _solve(self, at: Ints, labels: Doubles) -> Doubles:
        if not len(at):
            return np.zeros(self.features.papers)
        costs = self._alone[at] + penalties(labels)
        self._dual, scores = ridge(
            self._rows, at, targets(labels), costs, self._dual, rounds=_STEPS, exact=_EXACT
        )
        return scores

    def _calibrated(self, at: Ints, labels: Doubles) -> tuple[float, float]:
        """Platt's logistic curve over scores of papers that the model did not learn from."""
        if min((labels > 0).sum(), (labels <= 0).sum()) < _FOLDS:
            return _PRIOR
        fold = np.arange(len(at)) % _FOLDS
        scores = np.zeros(len(at))
        dual = self._dual.copy()
        for part in range(_FOLDS):
            within = fold != part
            if min((labels[within] > 0).sum(), (labels[within] <= 0).sum()) == 0:
                return _PRIOR
            scores[~within] = self._solve(at[within], labels[within])[at[~within]]
        self._dual = dual
        return _platt(scores, labels)


def targets(labels: Doubles) -> Doubles:
    """1 for papers to include, and perhaps to include, −1 for the others."""
    return np.where(labels > 0, 1.0, -1.0)


def penalties(labels: Doubles) -> Doubles:
    """What is added to the diagonal for each paper: the less it counts, the more."""
    sure = np.where(labels > 0, labels, 1.0)
    positive, negative = sure[labels > 0].sum(), (labels <= 0).sum()
    weight = np.where(labels > 0, sure, max(positive, 1) / (_BALANCE * max(negative, 1)))
    return np.asarray(1 / (_COST * weight * len(weight) / weight.sum()))


def _platt(scores: Doubles, labels: Doubles, steps: int = 50) -> tuple[float, float]:
    """Offset and slope of the logistic curve, by Newton's method with Platt's corrected targets."""
    positive = labels > 0
    want = np.where(positive, (positive.sum() + 1) / (positive.sum() + 2), 1 / ((~positive).sum() + 2))
    curve = np.stack([np.ones(len(scores)), scores], axis=1)
    beta = np.zeros(2)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(curve @ beta, -30, 30)))
        slope = curve.T @ (want - chance) - 1e-3 * beta
        bend = (curve * (chance * (1 - chance))[:, None]).T @ curve + 1e-3 * np.eye(2)
        move = np.linalg.solve(bend, slope)
        beta = beta + np.clip(move, -5, 5)
        if np.abs(move).max() < 1e-6:
            break
    return (float(beta[0]), float(beta[1])) if beta[1] > 0 else _PRIOR


def named_weights(learner: Learner) -> Mapping[str, float]:
    """The weights that count, rounded, for people to read."""
    return {name: round(weight, 2) for name, weight in learner.weights.items() if weight >= 0.005}
