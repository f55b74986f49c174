"""The measures against their definitions, worked out pair by pair and paper by paper."""

from __future__ import annotations

from itertools import combinations
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import normalized_mutual_info_score

from topics.quality.measures import (
    LevelQuality,
    Reference,
    agreement,
    duplicate_topics,
    judge_edges,
    judge_level,
    junk_topics,
)

tables = arrays(np.float32, (12, 6), elements=st.sampled_from([0.0, 0.0, 1.0, 3.0]))
labels = arrays(np.intp, 40, elements=st.integers(0, 4))


def npmi(table: NDArray[np.float32], one: int, other: int) -> float:
    """Bouma 2009: ln(p(x,y) / p(x)p(y)) / −ln p(x,y), of papers in which words stand."""
    has_one, has_other = table[:, one] > 0, table[:, other] > 0
    both = float((has_one & has_other).mean())
    if both == 0:
        return -1.0
    return 1.0 if both == 1 else log(both / (has_one.mean() * has_other.mean())) / -log(both)


@given(tables)
def test_npmi_of_every_pair_and_its_mean(table: NDArray[np.float32]) -> None:
    reference = Reference(sparse.csr_matrix(table))
    words = np.array([4, 0, 5, 2])
    matrix = reference.npmi_matrix(words)
    pairs = list(combinations(range(4), 2))
    expected = [npmi(table, int(words[a]), int(words[b])) for a, b in pairs]
    assert [matrix[pair] for pair in pairs] == pytest.approx(expected, abs=1e-9)
    np.testing.assert_array_equal(matrix, matrix.T)
    assert (np.abs(matrix) <= 1 + 1e-9).all()
    assert reference.coherence(words) == pytest.approx(np.mean(expected))


def test_how_often_a_word_stands_in_a_paper_does_not_matter() -> None:
    table = np.random.default_rng(0).poisson(0.7, (40, 8)).astype(np.float32)
    often = Reference(sparse.csr_matrix(table))
    once = Reference(sparse.csr_matrix((table > 0).astype(np.float32)))
    words = np.arange(8)
    np.testing.assert_array_equal(often.npmi_matrix(words), once.npmi_matrix(words))
    assert often.documents.tolist() == (table > 0).sum(axis=0).tolist()


def test_a_level_is_judged_topic_by_topic() -> None:
    noise = np.random.default_rng(5)
    reference = Reference(sparse.csr_matrix((noise.random((200, 60)) < 0.2).astype(np.float32)))
    words = np.array([noise.choice(60, 25, replace=False) for _ in range(7)])
    judged = judge_level(words, reference)
    assert judged.npmi == pytest.approx([reference.coherence(row[:10]) for row in words])
    assert judged.diversity == pytest.approx(len(set(words.ravel().tolist())) / 175)


def test_a_row_rounds_and_takes_the_worst_tenth_but_one_topic_at_least() -> None:
    scores = np.linspace(-0.2, 0.7, 25)
    row = LevelQuality(scores, scores < 0.05, 0.61237).row(3)
    assert row["npmi_worst_tenth"] == round(float(scores[:2].mean()), 4)
    assert row["npmi"] == 0.25
    assert row["diversity"] == 0.6124
    assert row["junk_share"] == round(7 / 25, 4)
    assert LevelQuality(scores[:3], scores[:3] > 9, 1.0).row(0)["npmi_worst_tenth"] == -0.2


@pytest.mark.parametrize(("shared", "twice"), [(5, False), (6, True), (10, True)])
def test_six_words_in_common_make_a_duplicate_and_the_earlier_topic_is_none(shared: int, twice: bool) -> None:
    top = np.array([np.arange(10), np.arange(100, 110), [*range(shared), *range(50, 60 - shared)]])
    assert duplicate_topics(top).tolist() == [False, False, twice]


@pytest.mark.parametrize(("common", "generic"), [(3, False), (4, True)])
def test_four_common_words_make_a_topic_generic(common: int, generic: bool) -> None:
    table = np.zeros((1_000, 400), dtype=np.float32)
    table[:40, :] = 1  # in exactly 4 % of the papers: not common yet
    table[:41, :common] = 1
    top = np.arange(400).reshape(40, 10)  # forty topics: 1.5/K is below 4 %
    junk = junk_topics(top, np.full(40, 0.5), Reference(sparse.csr_matrix(table)))
    assert junk.tolist() == [generic] + [False] * 39


def test_with_few_topics_a_word_may_be_in_more_papers() -> None:
    table = np.zeros((100, 30), dtype=np.float32)
    table[:45, :] = 1
    reference = Reference(sparse.csr_matrix(table))
    top = np.arange(30).reshape(3, 10)
    assert not junk_topics(top, np.full(3, 0.5), reference).any()  # 1.5/3 = half of the papers
    table[:51, :] = 1
    assert junk_topics(top, np.full(3, 0.5), Reference(sparse.csr_matrix(table))).all()


@given(labels, labels)
@settings(deadline=None)
def test_nmi_is_that_of_scikit_learn_and_purity_that_of_counting(
    topics: NDArray[np.intp], tags: NDArray[np.intp]
) -> None:
    nmi, purity = agreement(topics, tags)
    assert nmi == pytest.approx(normalized_mutual_info_score(tags, topics), abs=1e-9)
    best = sum(np.bincount(tags[topics == topic]).max() for topic in set(topics.tolist()))
    assert purity == pytest.approx(best / 40)


def test_the_auc_of_a_tree_by_counting_wins() -> None:
    noise = np.random.default_rng(11)
    reference = Reference(sparse.csr_matrix((noise.random((150, 80)) < 0.25).astype(np.float32)))
    above = np.arange(40).reshape(4, 10)
    below = np.arange(30, 80).reshape(5, 10)  # the first repeats the words of the last parent
    share = noise.dirichlet(np.ones(4), 5).astype(np.float32)
    table = reference.npmi_matrix(np.arange(80))

    def likeness(parent: int, child: int) -> float:
        pairs = [(a, b) for a in above[parent] for b in below[child] if a != b]
        return float(np.mean([table[pair] for pair in pairs]))

    wins = []
    for child in range(5):
        true = int(share[child].argmax())
        scores = [likeness(parent, child) for parent in range(4)]
        wins += [
            1.0 if scores[true] > scores[other] else 0.5 if scores[true] == scores[other] else 0.0
            for other in range(4)
            if other != true
        ]
    edges = judge_edges([above, below], [share], reference)
    assert edges["coocsim_auc"] == [pytest.approx(np.mean(wins), abs=1e-4)]
    assert edges["clear_parents"] == [pytest.approx((share.max(axis=1) >= 0.5).mean(), abs=1e-4)]


def test_a_single_topic_at_the_top_has_no_rival_to_be_better_than() -> None:
    reference = Reference(sparse.csr_matrix(np.eye(30, dtype=np.float32)))
    above, below = np.arange(10).reshape(1, 10), np.arange(10, 30).reshape(2, 10)
    edges = judge_edges([above, below], [np.ones((2, 1), dtype=np.float32)], reference)
    assert edges == {"clear_parents": [1.0], "coocsim_auc": [None]}


def test_parents_with_the_very_same_words_are_a_draw() -> None:
    table = (np.random.default_rng(2).random((50, 20)) < 0.4).astype(np.float32)
    above = np.array([np.arange(10), np.arange(10)])
    share = np.array([[0.6, 0.4]], dtype=np.float32)
    edges = judge_edges([above, np.arange(10, 20)[None]], [share], Reference(sparse.csr_matrix(table)))
    assert edges["coocsim_auc"] == [0.5]


def test_every_step_of_a_tree_is_judged_with_the_levels_that_it_joins() -> None:
    noise = np.random.default_rng(6)
    reference = Reference(sparse.csr_matrix((noise.random((100, 90)) < 0.3).astype(np.float32)))
    words = [noise.choice(90, 10 * size, replace=False).reshape(size, 10) for size in (2, 3, 5)]
    parents = [noise.dirichlet(np.ones(above), below).astype(np.float32) for above, below in ((2, 3), (3, 5))]
    whole = judge_edges(words, parents, reference)
    steps = [judge_edges(words[at : at + 2], parents[at : at + 1], reference) for at in (0, 1)]
    for name in ("clear_parents", "coocsim_auc"):
        assert whole[name] == [step[name][0] for step in steps]
