"""The machine that tells the papers of a set from others, against liblinear's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.svm import LinearSVC

from search.similarity.separation import _length, margins


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


@pytest.mark.parametrize(("step", "length"), [(0.5, 1.0), (8.0, 1 / 8), (9.0, 1 / 16), (100.0, 1 / 128)])
def test_a_step_that_goes_too_far_is_halved_until_it_comes_no_higher(step: float, length: float) -> None:
    # a unit row, its offset, and a cost of 1: 2 (length · step)² + 2 max(0, 1 − 2 length · step)² against 2
    none, whole = np.zeros(1), np.array([step])
    assert _length(none, whole, none, 2 * whole, np.ones(1), np.ones(1)) == length


def test_a_step_is_measured_from_where_it_begins() -> None:
    one = np.ones(1)
    assert _length(one, one, 2 * one, 2 * one, one, one) < 1e-5  # 2 (1 + length)² only rises
    assert _length(one, -one / 2, 2 * one, -one, one, one) == 1.0
