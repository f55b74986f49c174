from __future__ import annotations

import numpy as np
import pytest

from topics.model import inverted_lists as nearest
from topics.model.inverted_lists import Lists, order_of
from topics.rows import unit_rows


@pytest.fixture
def clusters() -> tuple[np.ndarray, np.ndarray]:
    """2,000 unit vectors around 20 centres, and the centre of each."""
    noise = np.random.default_rng(3)
    groups = noise.integers(0, 20, 2_000)
    centres = noise.normal(size=(20, 16))
    return unit_rows((centres[groups] + 0.4 * noise.normal(size=(2_000, 16))).astype(np.float32)), groups


def lists(vectors: np.ndarray, groups: np.ndarray) -> Lists:
    order = order_of(groups)
    return Lists(vectors[order], order, groups[order])


def best(found: Lists, query: np.ndarray, limit: int) -> list[int]:
    rows, scores = found.scores(query, limit)
    return rows[np.argsort(-scores, kind="stable")[:limit]].tolist()


def test_few_vectors_are_all_looked_through(clusters: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, groups = clusters
    found = lists(vectors, groups)
    for row in (0, 99, 1999):
        rows, scores = found.scores(vectors[row], 10)
        np.testing.assert_allclose(scores, vectors[rows] @ vectors[row], atol=1e-5)
        assert sorted(rows.tolist()) == list(range(2_000))


def test_of_many_the_likeliest_lists_hold_nearly_all_that_is_near(
    clusters: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, groups = clusters
    monkeypatch.setattr(nearest, "EXACT", 100)
    found = lists(vectors, groups)
    hits = 0
    for row in range(0, 2_000, 40):
        rows, _ = found.scores(vectors[row], 10)
        assert 200 <= len(rows) < 600
        exact = np.argsort(-(vectors @ vectors[row]), kind="stable")[:10].tolist()
        hits += len(set(exact) & set(best(found, vectors[row], 10)))
    assert hits >= 0.95 * 500


def test_more_are_looked_through_when_more_are_wanted(
    clusters: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, groups = clusters
    monkeypatch.setattr(nearest, "EXACT", 100)
    rows, _ = lists(vectors, groups).scores(vectors[0], 60)
    assert len(rows) >= 1_200


def test_without_vectors_nothing_is_near() -> None:
    empty = Lists(np.zeros((0, 4), dtype=np.float32), np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
    rows, scores = empty.scores(np.ones(4, dtype=np.float32), 5)
    assert len(rows) == len(scores) == 0
