"""Word and document vectors, against their formulas."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from topics.corpus import vectors as room
from topics.corpus.vectors import (
    Vectors,
    left_singular_vectors,
    lsa_words,
    ppmi,
    product,
    train_vectors,
    weighted,
)
from topics.rows import unit_rows


def some_counts(papers: int, terms: int, seed: int, rate: float = 0.8) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.random.default_rng(seed).poisson(rate, (papers, terms)).astype(np.float32))


@given(st.integers(0, 500))
@settings(deadline=None, max_examples=30)
def test_weights_are_one_plus_log_tf_times_idf_of_length_one(seed: int) -> None:
    counts = some_counts(6, 5, seed)
    idf = np.random.default_rng(seed).uniform(1, 5, 5).astype(np.float32)
    found = weighted(counts, idf).toarray()
    for row, own in enumerate(counts.toarray()):
        raw = [(1 + log(tf)) * idf[term] if tf else 0.0 for term, tf in enumerate(own)]
        length = sqrt(sum(value**2 for value in raw))
        assert found[row] == pytest.approx([value / length if length else 0.0 for value in raw], abs=1e-6)


def test_a_paper_without_known_terms_has_no_vector_though_the_centre_is_taken_off() -> None:
    counts = sparse.csr_matrix(np.array([[1, 2], [0, 0], [0, 3]], dtype=np.float32))
    made = Vectors(np.eye(2, dtype=np.float32), np.ones(2, np.float32), np.array([0.3, 0.3], np.float32))
    found = made.documents(counts)
    assert found.dtype == np.float16
    assert not found[1].any()
    assert np.linalg.norm(found[[0, 2]].astype(np.float32), axis=1) == pytest.approx([1, 1], abs=2e-3)
    assert found[2, 0] < 0 < found[2, 1]


def test_the_centre_is_the_mean_of_the_raw_vectors_in_blocks_of_any_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = some_counts(50, 20, 4)
    made = train_vectors(counts, 6, 1)
    raw = weighted(counts, made.idf) @ made.words
    np.testing.assert_allclose(made.center, raw.mean(axis=0), atol=1e-5)
    whole = made.documents(counts)
    monkeypatch.setattr(room, "_BLOCK", 7)
    np.testing.assert_array_equal(made.documents(counts), whole)
    np.testing.assert_allclose(train_vectors(counts, 6, 1).center, made.center, atol=1e-6)


def test_idf_is_smoothed_and_a_word_of_every_paper_counts_one() -> None:
    counts = sparse.csr_matrix(np.array([[1, 1, 0], [2, 0, 0], [1, 5, 1], [1, 0, 0]], dtype=np.float32))
    idf = train_vectors(counts, 2, 1).idf
    assert idf == pytest.approx([1, 1 + log(5 / 3), 1 + log(5 / 2)])


@pytest.mark.parametrize(
    ("papers", "terms", "asked", "given"), [(40, 9, 100, 8), (5, 30, 100, 4), (40, 30, 7, 7)]
)
def test_there_are_never_more_dimensions_than_papers_or_terms_allow(
    papers: int, terms: int, asked: int, given: int
) -> None:
    assert train_vectors(some_counts(papers, terms, 1), asked, 1).words.shape == (terms, given)


def test_latent_semantic_analysis_spans_what_the_singular_vectors_span() -> None:
    counts = some_counts(60, 12, 8)
    idf = np.ones(12, dtype=np.float32)
    found = lsa_words(counts, idf, 4, 1)
    _, _, right = np.linalg.svd(weighted(counts, idf).toarray(), full_matrices=False)
    # the same plane: projecting the exact directions on the found ones loses nearly nothing
    kept = np.linalg.norm(found.T @ right[:4].T, axis=0)
    assert kept[:2] == pytest.approx([1, 1], abs=1e-2)
    np.testing.assert_allclose(found.T @ found, np.eye(4), atol=1e-4)


def dense_ppmi(present: NDArray[np.float32]) -> NDArray[np.float64]:
    """log(C_ij Σq / s_i q_j) where positive, C without its diagonal, s its rows' sums, q = s^¾; by loops."""
    terms = present.shape[1]
    together = present.T @ present
    np.fill_diagonal(together, 0)
    sums = together.sum(axis=1)
    found = np.zeros((terms, terms))
    for one in range(terms):
        for other in range(terms):
            if together[one, other]:
                ratio = together[one, other] * (sums**0.75).sum() / (sums[one] * sums[other] ** 0.75)
                found[one, other] = max(0.0, log(ratio))
    return found


@given(st.integers(0, 500), st.integers(1, 8))
@settings(deadline=None, max_examples=40)
def test_ppmi_by_its_definition(seed: int, papers: int) -> None:
    present = (np.random.default_rng(seed).random((papers, 7)) < 0.4).astype(np.float32)
    np.testing.assert_allclose(ppmi(sparse.csr_matrix(present)).toarray(), dense_ppmi(present), atol=1e-4)


@pytest.mark.parametrize("seed", [0, 7])
def test_singular_vectors_are_those_of_scikit_learn(seed: int) -> None:
    matrix = sparse.random(300, 250, 0.1, format="csr", dtype=np.float32, random_state=seed)
    vectors, scales = left_singular_vectors(matrix, 20, seed)
    expected, expected_scales, _ = randomized_svd(matrix, 20, n_iter=2, n_oversamples=10, random_state=seed)
    np.testing.assert_allclose(scales, expected_scales, rtol=1e-5)
    np.testing.assert_allclose(vectors, expected, atol=1e-4)


@pytest.mark.parametrize("columns", [1, 3, 40])
def test_a_product_on_several_cores_is_the_product(columns: int) -> None:
    matrix = sparse.random(50, 60, 0.2, format="csr", dtype=np.float32, random_state=1)
    dense = np.random.default_rng(2).random((60, columns), dtype=np.float32)
    assert (product(matrix, dense) == matrix @ dense).all()
    assert (product(matrix.T, product(matrix, dense)) == matrix.T @ (matrix @ dense)).all()


def test_rows_of_any_size_become_length_one_and_zeros_stay() -> None:
    found = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0], [1e-5, 0.0], [-1e20, 0.0]]))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0], [1, 0], [-1, 0]], atol=1e-6)
