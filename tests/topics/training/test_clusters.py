"""Groups of papers, the tree over them, and how collections are poured together."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import kmeans_plusplus
from threadpoolctl import threadpool_info, threadpool_limits

from topics.corpus import vectors as vectors_module
from topics.corpus.vectors import ppmi, train_vectors
from topics.rows import unit_rows
from topics.training.clusters import cluster, means, nearest, start_phi
from topics.training.collection_aggregation import (
    Leaves,
    Material,
    concat,
    grow,
    heterogeneous,
    leaf_shares,
    pour,
)
from topics.training.topic_tree import group, nested_groups


def blobs(centers: int, each: int, seed: int = 0, first: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    noise = np.random.default_rng(seed)
    rows = np.repeat(np.eye(12, dtype=np.float32)[first : first + centers], each, axis=0)
    return unit_rows(rows + noise.normal(0, 0.08, rows.shape).astype(np.float32))


def test_clusters_are_found_and_repeatable() -> None:
    points = blobs(5, 40)
    centroids = cluster(points, 5, 1)
    labels = nearest(points, centroids)
    assert len(set(labels.tolist())) == 5
    assert all(len(set(labels[start : start + 40].tolist())) == 1 for start in range(0, 200, 40))
    np.testing.assert_array_equal(centroids, cluster(points, 5, 1))


def test_an_empty_cluster_keeps_its_place() -> None:
    former = np.array([[1.0, 0.0], [5.0, 5.0]], dtype=np.float32)
    found = means(np.array([[2.0, 0.0]], dtype=np.float32), np.array([0]), former)
    np.testing.assert_array_equal(found, [[2, 0], [5, 5]])


def test_points_that_are_all_the_same_do_no_harm() -> None:
    points = np.zeros((50, 3), dtype=np.float32)
    assert nearest(points, cluster(points, 4, 1)).shape == (50,)


def test_start_has_the_words_of_a_cluster_and_the_corpus_where_there_are_none() -> None:
    counts = sparse.csr_matrix(np.array([[4, 0], [0, 4]], dtype=np.float32))
    phi = start_phi(counts, np.array([0, 1]), 3)
    np.testing.assert_allclose(phi[:, 0], [1, 0], atol=1e-6)
    np.testing.assert_allclose(phi[:, 2], [0.5, 0.5], atol=1e-6)


@pytest.mark.parametrize(
    ("points", "sizes"), [(20, [3, 8]), (16, [2, 8]), (120, [12, 60]), (9, [4]), (40, [2, 5, 15])]
)
def test_no_only_children_and_nested(points: int, sizes: list[int]) -> None:
    centroids = np.random.default_rng(points).normal(size=(points, 6)).astype(np.float32)
    levels = nested_groups(centroids, sizes)
    assert [level.max() + 1 for level in levels] == [*sizes, points]
    for above, below in itertools.pairwise(levels):
        pairs = set(zip(below.tolist(), above.tolist(), strict=True))
        assert len(pairs) == below.max() + 1, "a group has two parents"
        assert np.bincount([parent for _, parent in pairs]).min() >= 2


def test_groups_without_room_for_pairs_are_allowed() -> None:
    points = np.random.default_rng(1).normal(size=(5, 2))
    assert np.bincount(group(points, 4)).min() >= 1
    assert group(points, 4).max() == 3


def test_identical_points_can_be_grouped() -> None:
    assert np.bincount(group(np.zeros((8, 2)), 4)).tolist() == [2, 2, 2, 2]


def test_shares_of_leaves_do_not_bury_the_small() -> None:
    shares = leaf_shares([9000, 900], 50)
    assert sum(shares) == 50
    assert shares[1] > 50 * 900 / 9900
    assert leaf_shares([100, 1, 1], 3)[0] >= 1


def test_what_the_base_covers_joins_it_and_the_rest_is_new() -> None:
    base, covered, new = blobs(3, 60), blobs(3, 10, seed=9), blobs(2, 30, seed=4, first=6)
    vectors = np.vstack([base, covered, new])
    labels = np.full(len(vectors), -1)
    labels[:180] = np.repeat(np.arange(3), 60)
    leaves = Leaves(labels, means(base, labels[:180], np.zeros((3, 12), dtype=np.float32)), 3)
    poured = pour(Material(vectors, [], 2, 1), leaves, np.arange(180, len(vectors)), 2, 1)
    assert poured.labels[:180].tolist() == labels[:180].tolist()
    assert (poured.labels[180:210] == np.repeat(np.arange(3), 10)).mean() > 0.9
    assert set(poured.labels[210:].tolist()) == {3, 4}


def test_heterogeneous_keeps_the_base_apart_and_concat_does_not_care() -> None:
    vectors = np.vstack([blobs(4, 80), blobs(2, 40, seed=2, first=6)])
    groups = [np.arange(320), np.arange(320, 400)]
    both = heterogeneous(Material(vectors, groups, 7, 1))
    assert both.kept == leaf_shares([320, 80], 7)[0]
    assert not set(both.labels[:320].tolist()) & set(both.labels[320:].tolist())
    assert len(concat(Material(vectors, groups, 6, 1)).centroids) == 6


def test_growing_keeps_the_published_leaves() -> None:
    vectors = np.vstack([blobs(3, 50), blobs(1, 40, seed=3, first=8)])
    former = np.concatenate([np.repeat(np.arange(3), 50), np.full(40, -1)])
    leaves = grow(Material(vectors, [np.arange(190)], 4, 1, former))
    assert leaves.labels[:150].tolist() == former[:150].tolist()
    assert set(leaves.labels[150:].tolist()) == {3}


def test_a_new_collection_brings_leaves_of_its_own_as_far_as_there_is_room() -> None:
    vectors = np.vstack([blobs(3, 50), blobs(3, 40, seed=3, first=8)])
    former = np.concatenate([np.repeat(np.arange(3), 50), np.full(120, -1)])
    groups = [np.arange(150), np.arange(150, 270)]
    assert len(grow(Material(vectors, groups, 3, 1, former, most=6)).centroids) == 6
    assert len(grow(Material(vectors, groups, 3, 1, former, most=4)).centroids) == 4
    assert len(grow(Material(vectors, groups, 3, 1, former)).centroids) == 3
    one = [np.arange(270)]  # more papers of a collection that was there: the model's own size holds
    assert len(grow(Material(vectors, one, 3, 1, former, most=6)).centroids) == 3


def test_ppmi_is_high_for_words_that_meet_and_never_negative() -> None:
    counts = sparse.csr_matrix(
        np.array([[1, 1, 0, 0]] * 6 + [[0, 0, 1, 1]] * 6 + [[1, 0, 1, 0]], dtype=np.float32)
    )
    matrix = ppmi(counts)
    assert matrix.min() >= 0
    assert matrix.diagonal().sum() == 0
    assert matrix[0, 1] > matrix[0, 2]


def test_ppmi_by_blocks_is_that_of_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(5)
    dense = noise.poisson(0.4, (60, 25)).astype(np.float32)
    monkeypatch.setattr(vectors_module, "_TERMS", 7)
    present = (dense > 0).astype(np.float64)
    together = present.T @ present
    np.fill_diagonal(together, 0)
    sums = together.sum(axis=1)
    context = sums**0.75
    with np.errstate(divide="ignore"):
        expected = np.maximum(np.log(together * context.sum() / np.outer(sums, context)), 0)
    found = ppmi(sparse.csr_matrix(present.astype(np.float32))).toarray()
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("papers", [200, 3200])
def test_papers_of_one_theme_have_like_vectors(papers: int) -> None:
    noise = np.random.default_rng(2)
    themes = noise.dirichlet(np.full(40, 0.1), 4)
    counts = sparse.csr_matrix(
        np.array([noise.multinomial(15, themes[n % 4]) for n in range(papers)], dtype=np.float32)
    )
    vectors = train_vectors(counts, 10, 1)
    rows = vectors.documents(counts)
    np.testing.assert_allclose(np.linalg.norm(rows.astype(np.float32), axis=1), 1, atol=2e-3)
    same, other = rows[:4] @ rows[4:8].T, rows[0] @ rows[1]
    assert np.diag(same).min() > 0.5
    assert other < 0.3
    assert not vectors.documents(sparse.csr_matrix((1, 40), dtype=np.float32)).any()


def test_the_small_products_of_a_start_wait_for_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def watched(*arguments: Any, **options: Any) -> Any:
        seen.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return kmeans_plusplus(*arguments, **options)

    monkeypatch.setattr("topics.training.clusters.kmeans_plusplus", watched)
    with threadpool_limits(2):
        cluster(blobs(3, 20), 3, 1)
    assert seen
    assert set(seen) == {1}
