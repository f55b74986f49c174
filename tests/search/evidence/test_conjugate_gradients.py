"""Least squares by conjugate gradients, against the system written out and solved."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from scipy import sparse

from search.evidence.conjugate_gradients import _solved, ridge

ROWS, FEATURES = 40, 15


def unit_rows(seed: int) -> sparse.csr_matrix:
    chance = np.random.default_rng(seed)
    rows = chance.random((ROWS, FEATURES)) * (chance.random((ROWS, FEATURES)) < 0.3)
    rows[:, 0] += 0.1
    return sparse.csr_matrix(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.mark.parametrize("start", [0.0, 3.0])
def test_numbers_and_scores_solve_the_system(start: float) -> None:
    rows, chance = unit_rows(1), np.random.default_rng(2)
    at = np.flatnonzero(np.arange(ROWS) % 3)
    target, penalties = chance.normal(size=len(at)), chance.random(len(at)) + 0.1
    numbers, scores = ridge(rows, at, target, penalties, np.full(ROWS, start), rounds=500, exact=1e-12)
    dense = rows.toarray()
    products = dense @ dense[at].T + 1  # one more feature, which all have: the offset
    wanted = np.linalg.solve(products[at] + np.diag(penalties), target)
    assert numbers[at] == pytest.approx(wanted, abs=1e-9)
    assert not numbers[np.arange(ROWS) % 3 == 0].any()
    assert scores == pytest.approx(products @ wanted, abs=1e-9)


def test_penalties_of_every_size_are_met_within_few_rounds() -> None:
    rows, penalties = unit_rows(3), np.logspace(-1, 9, ROWS)
    target = np.where(np.arange(ROWS) % 2, 1.0, -1.0) * penalties  # so that every number matters as much
    numbers, _ = ridge(rows, np.arange(ROWS), target, penalties, np.zeros(ROWS), rounds=25, exact=0)
    dense = rows.toarray()
    wanted = np.linalg.solve(dense @ dense.T + 1 + np.diag(penalties), target)
    assert numbers == pytest.approx(wanted, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("exact", [0.3, 0.01, 1e-5])
def test_it_ends_with_the_first_answer_that_is_exact_enough(exact: float) -> None:
    chance = np.random.default_rng(4)
    some = chance.normal(size=(20, 20))
    system = some @ some.T + np.diag(np.linspace(1, 30, 20))
    target, inverse = chance.normal(size=20), 1 / np.diag(system)

    def missing(answer: np.ndarray) -> float:
        left = target - system @ answer
        return float(np.sqrt((left @ (inverse * left)) / (target @ (inverse * target))))

    def after(rounds: int, exact: float) -> np.ndarray:
        return _solved(system.__matmul__, target, np.zeros(20), inverse, rounds=rounds, exact=exact)

    first = next(rounds for rounds in count() if missing(after(rounds, 0)) <= exact)
    assert first > 1
    assert after(1000, exact) == pytest.approx(after(first, 0), abs=0)
    assert missing(after(first - 1, exact)) > exact  # it is asked no more often than it may be
