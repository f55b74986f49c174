"""The machine that tells the papers of a set from others, against liblinear's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.svm import LinearSVC

from search.similarity.separation import margins


def _rows(papers: int, features: int, seed: int) -> sparse.csr_matrix:
    """Unit rows with a few features each; the first tenth share some."""
    chance = np.random.default_rng(seed)
    rows = chance.random((papers, features)) * (chance.random((papers, features)) < 0.08)
    rows[: papers // 10, :6] += chance.random((papers // 10, 6)) * 0.4
    rows[-1] = 0  # a paper of which nothing is known
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return sparse.csr_matrix((rows / np.where(lengths > 0, lengths, 1)).astype(np.float32))


@pytest.mark.parametrize("cost", [0.01, 0.1, 10.0])
@pytest.mark.parametrize("positives", [1, 20, 190])
def test_the_machine_is_that_of_liblinear(positives: int, cost: float) -> None:
    rows = _rows(200, 60, positives)
    positive = np.arange(200) < positives
    peer = LinearSVC(C=cost, class_weight="balanced", dual=False, tol=1e-9, max_iter=10_000)
    wanted = peer.fit(rows.astype(np.float64), positive).decision_function(rows)
    assert np.abs(margins(rows, positive, cost) - wanted).max() < 1e-3
