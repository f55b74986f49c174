"""The arithmetic of ranking, at build time and at query time, against its formulas."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from search.evidence import arithmetic, latent_models
from search.evidence.arithmetic import blocks, fold_in, normal, ratio_of, weighted
from search.evidence.latent_models import inverse_frequency, latent_basis, nearest_papers, topic_models
from search.evidence.ranking_models import Scan
from topics.rows import unit_rows


def some_counts(papers: int, terms: int, seed: int) -> sparse.csr_matrix:
    table = np.random.default_rng(seed).poisson(0.8, (papers, terms)).astype(np.float32)
    table[:, 0] += 1  # no paper is empty
    return sparse.csr_matrix(table)


def test_rarity_of_terms() -> None:
    counts = sparse.csr_matrix(np.array([[1, 0, 2], [1, 1, 0], [3, 0, 0], [1, 0, 0]], dtype=np.float32))
    assert inverse_frequency(counts) == pytest.approx([1, 1 + log(4), 1 + log(4)])


@given(st.integers(0, 200))
@settings(deadline=None, max_examples=20)
def test_weights_by_their_formula(seed: int) -> None:
    counts = some_counts(4, 5, seed)
    idf = np.random.default_rng(seed).uniform(1, 4, 5).astype(np.float32)
    found = weighted(counts, idf).toarray()
    for row, own in enumerate(counts.toarray()):
        raw = [(1 + log(tf)) * weight if tf else 0.0 for tf, weight in zip(own, idf, strict=True)]
        assert found[row] == pytest.approx(np.array(raw) / sqrt(sum(v**2 for v in raw)), abs=1e-5)


@given(st.integers(0, 200), st.integers(1, 9))
@settings(deadline=None, max_examples=20)
def test_fold_in_is_em_with_pseudo_counts(seed: int, iterations: int) -> None:
    counts = some_counts(3, 6, seed)
    phi = np.random.default_rng(seed).dirichlet(np.ones(6), 2).T.astype(np.float32)
    found = fold_in(counts, phi, 0.1, iterations)
    for row, own in enumerate(counts.toarray()):
        theta = np.full(2, 0.5)
        for _ in range(iterations):
            expected = np.full(2, 0.1)
            for term, times in enumerate(own):
                joint = phi[term] * theta
                expected += times * joint / joint.sum()
            theta = expected / expected.sum()
        assert found[row] == pytest.approx(theta, abs=1e-4)


@pytest.mark.parametrize("floats", [1, 20, 10_000])
def test_blocks_hold_every_row_once_and_change_nothing(floats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = some_counts(17, 9, 3)
    phi = np.random.default_rng(3).dirichlet(np.ones(9), 4).T.astype(np.float32)
    whole = fold_in(counts, phi, 0.1, 4)
    monkeypatch.setattr(arithmetic, "_BLOCK_FLOATS", floats)
    parts = list(blocks(counts, 4))
    assert [row for part in parts for row in range(part.start, part.stop)] == list(range(17))
    np.testing.assert_allclose(fold_in(counts, phi, 0.1, 4), whole, atol=1e-6)


def test_blocks_of_empty_rows_end() -> None:
    empty = sparse.csr_matrix((5, 3), dtype=np.float32)
    assert [(part.start, part.stop) for part in blocks(empty, 2)] == [(0, 5)]
    assert list(blocks(sparse.csr_matrix((0, 3), dtype=np.float32), 2)) == []


@pytest.mark.parametrize("floats", [1, 7, 100_000])
def test_ratios_stand_where_the_counts_do(floats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.evidence.arithmetic._GATHERED_FLOATS", floats)
    counts = sparse.csr_matrix(np.array([[2.0, 0.0], [1.0, 3.0]], dtype=np.float32))
    phi = np.array([[0.5], [0.25]], dtype=np.float32)
    found = ratio_of(counts, phi, np.ones((2, 1), dtype=np.float32))
    assert found.toarray().tolist() == [[4, 0], [2, 12]]
    assert normal(np.array([[1.0, 3.0]], dtype=np.float32)).tolist() == [[0.25, 0.75]]


def test_the_basis_is_orthonormal_and_as_wide_as_it_can_be() -> None:
    rows = weighted(some_counts(30, 12, 5), np.ones(12, dtype=np.float32))
    basis = latent_basis(rows, 1)
    assert basis.shape == (12, 11)
    np.testing.assert_allclose(basis.T @ basis, np.eye(11), atol=1e-4)
    np.testing.assert_array_equal(basis, latent_basis(rows, 1))


def test_topic_models_are_distributions_of_a_size_that_fits_the_library() -> None:
    counts = some_counts(60, 20, 6)
    vectors = unit_rows(np.random.default_rng(1).normal(size=(60, 5)))
    models = list(topic_models(counts, vectors, 1))
    assert len(models) == 3
    for phi, theta in models:
        assert phi.shape == (20, 15)  # a quarter of the papers
        np.testing.assert_allclose(phi.sum(axis=0), 1, atol=1e-4)
        np.testing.assert_allclose(theta.sum(axis=1), 1, atol=1e-4)
        assert (phi > 0).all()


def test_topic_models_find_two_languages_of_papers() -> None:
    noise = np.random.default_rng(2)
    table = np.zeros((80, 20))
    for paper in range(80):
        words = noise.integers(0, 10, 12) + 10 * (paper % 2)
        np.add.at(table[paper], words, 1)
    counts = sparse.csr_matrix(table.astype(np.float32))
    vectors = unit_rows(
        np.asarray(
            weighted(counts, inverse_frequency(counts))
            @ latent_basis(weighted(counts, inverse_frequency(counts)), 1)
        )
    )
    phi, theta = next(topic_models(counts, vectors, 1))
    first = phi[:10].sum(axis=0) > 0.5  # topics that speak the first language
    share = theta[:, first].sum(axis=1)
    assert share[::2].min() > 0.7
    assert share[1::2].max() < 0.3


def test_the_nearest_papers_are_those_of_a_plain_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(4)
    rows = weighted(some_counts(40, 15, 4), np.ones(15, dtype=np.float32))
    vectors = unit_rows(noise.normal(size=(40, 4)))
    likeness = (vectors @ vectors.T + (rows @ rows.T).toarray()) / 2
    np.fill_diagonal(likeness, -9)
    expected = np.sort(likeness, axis=1)[:, ::-1][:, :8]
    for block in (1_000, 7):
        monkeypatch.setattr(latent_models, "_ROWS", block)
        neighbours, nearness = nearest_papers(rows, vectors, 1)
        assert (neighbours != np.arange(40)[:, None]).all()
        np.testing.assert_allclose(np.sort(nearness, axis=1)[:, ::-1], np.maximum(expected, 0), atol=2e-3)


def test_of_many_papers_each_is_compared_with_its_like(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(5)
    groups = np.arange(300) % 6
    vectors = unit_rows(np.eye(6)[groups] + 0.1 * noise.normal(size=(300, 6)))
    rows = weighted(some_counts(300, 10, 1), np.ones(10, dtype=np.float32))
    monkeypatch.setattr(latent_models, "_EXACT_UP_TO", 100)
    monkeypatch.setattr(latent_models, "_LOOKED_AT", 60)
    neighbours, _ = nearest_papers(rows, vectors, 1)
    assert (neighbours != np.arange(300)[:, None]).all()
    assert (groups[neighbours] == groups[:, None]).mean() > 0.9


def test_a_library_of_two_papers_has_one_neighbour_each() -> None:
    neighbours, nearness = nearest_papers(
        weighted(some_counts(2, 4, 1), np.ones(4, dtype=np.float32)), np.eye(2, dtype=np.float32), 1
    )
    assert neighbours.tolist() == [[1], [0]]
    assert nearness[0] == nearness[1]


def test_a_scan_counts_what_it_knows_and_measures_everything() -> None:
    scan = Scan({"a": 0, "b": 1}, grow=False)
    for text in (["a", "x", "a"], [], ["b"] * 400):
        scan.add(text)
    assert scan.matrix(2).toarray().tolist() == [[2, 0], [0, 0], [0, 255]]
    assert scan.text_lengths().tolist() == [3, 0, 400]
    growing = Scan({}, grow=True)
    growing.add(["x", "y", "x"])
    assert growing.terms == {"x": 0, "y": 1}
    assert growing.matrix(2).toarray().tolist() == [[2, 1]]
