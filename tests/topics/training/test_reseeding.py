"""Leaves that say nothing are given up, and only when that makes the whole better."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from topics.quality.measures import Reference
from topics.training.clusters import nearest, reseed, word_judge

SIDES = 6  # so few that only a repeated leaf is given up


@pytest.fixture(scope="module")
def points() -> NDArray[np.float32]:
    """Six groups of sixty papers, each around its own axis."""
    noise = np.random.default_rng(2).normal(0, 0.05, (SIDES * 60, SIDES))
    rows = np.eye(SIDES)[np.arange(SIDES * 60) % SIDES] + noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def poor() -> NDArray[np.float32]:
    """One leaf between two groups, and another group split between two leaves."""
    good = np.eye(SIDES, dtype=np.float32)
    between = (good[0] + good[1]) / 2
    tilted = good[2] + np.float32(0.02) * good[3]
    return np.vstack([between, good[2:], tilted]).astype(np.float32)


def purity_judge(rows: Any, labels: NDArray[np.intp], clusters: int) -> Any:
    """Coherent is what holds one group; a leaf repeats another when both have the same group."""
    groups = np.zeros((clusters, SIDES))
    np.add.at(groups, (labels, rows % SIDES), 1)
    mostly = groups.argmax(axis=1).tolist()
    repeated = np.array([group in mostly[:leaf] for leaf, group in enumerate(mostly)])
    return groups.max(axis=1) / np.maximum(groups.sum(axis=1), 1), repeated


def test_a_repeated_leaf_is_given_up_and_the_widest_split(points: Any, poor: Any) -> None:
    rows = np.arange(len(points))
    before, _ = purity_judge(rows, nearest(points, poor), SIDES)
    better = reseed(points, rows, poor, purity_judge, 1)
    after, repeated = purity_judge(rows, nearest(points, better), SIDES)
    assert better.shape == poor.shape
    assert before.mean() < 1
    assert after.mean() == 1
    assert not repeated.any()
    np.testing.assert_array_equal(better, reseed(points, rows, poor, purity_judge, 1))


def test_leaves_stay_where_giving_some_up_makes_nothing_better(points: Any, poor: Any) -> None:
    calls = []

    def falling(rows: Any, labels: Any, clusters: int) -> Any:
        calls.append(clusters)
        return np.full(clusters, 1.0 / len(calls)), np.arange(clusters) == 0

    assert reseed(points, np.arange(len(points)), poor, falling, 1) is poor
    assert calls == [SIDES, SIDES]


def test_few_leaves_without_a_repeated_one_are_left_alone(points: Any) -> None:
    good = np.eye(SIDES, dtype=np.float32)

    def judge(rows: Any, labels: Any, clusters: int) -> Any:
        return np.arange(clusters, dtype=np.float64), np.zeros(clusters, dtype=bool)

    assert reseed(points, np.arange(len(points)), good, judge, 1) is good


def test_clusters_are_judged_by_their_own_words() -> None:
    """Two themes of thirty words each; a cluster of one theme is more coherent than a mixture."""
    noise = np.random.default_rng(4)
    themes = np.kron(np.eye(2), np.ones(30)) / 30
    counts = sparse.csr_matrix(
        np.array([noise.multinomial(12, themes[n % 2]) for n in range(400)], dtype=np.float32)
    )
    judge = word_judge(counts, Reference(counts))
    rows = np.arange(400)
    pure, _ = judge(rows, rows % 2, 2)
    mixed, _ = judge(rows, rows // 200, 2)
    assert pure.mean() > mixed.mean()
