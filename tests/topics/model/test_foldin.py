"""Fold-in as the EM that it is, and the start that nearness gives it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from topics.model import foldin
from topics.model.foldin import NEARNESS, STEPS, fold_in, fold_in_many, nearness, posterior

Floats = NDArray[np.float32]


def some_phi(terms: int, topics: int, seed: int) -> Floats:
    return np.random.default_rng(seed).dirichlet(np.full(terms, 0.3), topics).T.astype(np.float32)


def likelihood(rows: Floats, counts: Floats, theta: Floats) -> float:
    """log p(d) = Σ n_w · log Σ φ_wt θ_t."""
    return float((counts * np.log(np.maximum(rows.astype(np.float64) @ theta, 1e-300))).sum())


def one_step(rows: Floats, counts: Floats, theta: list[float]) -> list[float]:
    """EM by its definition: n_t = Σ_w n_w p(t|d,w), p(t|d,w) ∝ φ_wt θ_t."""
    expected = [0.0] * len(theta)
    for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
        joint = [p * share for p, share in zip(row, theta, strict=True)]
        for topic, part in enumerate(joint):
            expected[topic] += count * part / sum(joint)
    return [part / sum(expected) for part in expected]


@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 9_999))
@settings(deadline=None)
def test_each_step_is_the_textbooks_and_explains_the_paper_better(terms: int, topics: int, seed: int) -> None:
    rows = some_phi(20, topics, seed)[:terms] + np.float32(1e-6)
    counts = np.random.default_rng(seed).integers(1, 9, terms).astype(np.float32)
    theta = np.full(topics, 1 / topics, dtype=np.float32)
    for _ in range(4):
        after = fold_in(rows, counts, 1, theta)
        assert after == pytest.approx(one_step(rows, counts, theta.tolist()), abs=1e-4)
        assert likelihood(rows, counts, after) >= likelihood(rows, counts, theta) - 1e-3
        theta = after
    assert fold_in(rows, counts, 4) == pytest.approx(theta, abs=1e-6)


@given(st.integers(0, 9_999), st.integers(2, 50))
@settings(deadline=None)
def test_a_paper_said_twice_over_has_the_same_theta_and_order_does_not_matter(seed: int, times: int) -> None:
    rows = some_phi(8, 4, seed) + np.float32(1e-6)
    counts = np.random.default_rng(seed).integers(1, 5, 8).astype(np.float32)
    theta = fold_in(rows, counts, 10)
    assert fold_in(rows, counts * times, 10) == pytest.approx(theta, abs=1e-4)
    shuffled = np.random.default_rng(seed + 1).permutation(8)
    assert fold_in(rows[shuffled], counts[shuffled], 10) == pytest.approx(theta, abs=1e-4)


def test_words_that_no_topic_knows_count_for_nothing() -> None:
    rows = np.array([[0.2, 0.1], [0.0, 0.0]], dtype=np.float32)
    counts = np.array([2.0, 50.0], dtype=np.float32)
    assert fold_in(rows, counts, 5) == pytest.approx(fold_in(rows[:1], counts[:1], 5))
    assert fold_in(rows[1:], counts[1:], 5).tolist() == [0, 0]


def test_a_topic_that_the_start_rules_out_stays_out() -> None:
    rows = some_phi(6, 3, 1)
    theta = fold_in(rows, np.ones(6, dtype=np.float32), 20, np.array([0.5, 0.0, 0.5], dtype=np.float32))
    assert theta[1] == 0
    assert theta.sum() == pytest.approx(1)


def test_a_background_topic_gets_its_tokens_for_certain() -> None:
    rows = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]], dtype=np.float32)  # the last topic says nothing
    theta = fold_in(rows, np.array([3.0, 1.0], dtype=np.float32), 30, smoothing=4.0)
    assert theta == pytest.approx([3 / 8, 1 / 8, 4 / 8], abs=1e-5)


def test_many_papers_are_folded_in_as_each_alone() -> None:
    noise = np.random.default_rng(5)
    counts = sparse.csr_matrix(noise.poisson(0.4, (30, 15)).astype(np.float64))
    phi = some_phi(15, 4, 5)
    starts = noise.dirichlet(np.ones(4), 30).astype(np.float32)
    for given_starts in (None, starts):
        together = fold_in_many(counts, phi, 6, given_starts)
        for row in range(30):
            own = counts[row]
            alone = fold_in(
                phi[own.indices],
                own.data.astype(np.float32),
                6,
                None if given_starts is None else starts[row],
            )
            expected = alone if own.nnz else np.zeros(4)
            np.testing.assert_allclose(together[row], expected, atol=1e-6)


def test_nearness_is_e_times_as_large_for_a_cosine_larger_by_its_scale() -> None:
    angle = np.arccos(1 - NEARNESS)
    centroids = np.array(
        [[5.0, 0.0], [np.cos(angle), np.sin(angle)]], dtype=np.float32
    )  # length is no matter
    near = nearness(np.array([1.0, 0.0]), centroids)
    assert near[0] / near[1] == pytest.approx(np.e, rel=2e-3)
    assert near.sum() == pytest.approx(1)


def test_nearness_of_one_is_its_row_of_many_and_zeros_are_near_to_all_alike() -> None:
    noise = np.random.default_rng(9)
    vectors = noise.normal(size=(5, 3)).astype(np.float16)
    vectors[2] = 0
    centroids = noise.normal(size=(4, 3)).astype(np.float32)
    many = nearness(vectors, centroids)
    np.testing.assert_allclose(many[3], nearness(vectors[3], centroids), atol=1e-6)
    np.testing.assert_allclose(many[2], 0.25, atol=1e-6)


def test_published_theta_is_one_step_from_nearness_in_blocks_of_any_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = np.random.default_rng(12)
    counts = sparse.csr_matrix(noise.poisson(0.5, (23, 10)).astype(np.float32))
    phi, centroids = some_phi(10, 3, 2), noise.normal(size=(3, 4)).astype(np.float32)
    vectors = noise.normal(size=(23, 4)).astype(np.float16)
    whole = posterior(counts, phi, vectors, centroids)
    monkeypatch.setattr(foldin, "_BLOCK", 7)
    np.testing.assert_array_equal(posterior(counts, phi, vectors, centroids), whole)
    expected = fold_in_many(counts, phi, STEPS, nearness(vectors, centroids))
    np.testing.assert_allclose(whole, expected, atol=1e-3)
