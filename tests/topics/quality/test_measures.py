"""The measures, by hand on little tables."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from scipy import sparse

from topics.naming.shown_words import shown_words, telling_words
from topics.quality.measures import (
    Reference,
    agreement,
    diversity,
    duplicate_topics,
    judge_edges,
    judge_level,
    junk_topics,
)


def reference(rows: list[list[int]]) -> Reference:
    return Reference(sparse.csr_matrix(np.array(rows, dtype=np.float32)))


def test_npmi_by_hand() -> None:
    papers = reference([[1, 2, 0], [1, 1, 0], [1, 0, 0], [0, 0, 1]])
    npmi = papers.npmi_matrix(np.array([0, 1, 2]))
    assert npmi[0, 1] == pytest.approx(log(0.5 / (0.75 * 0.5)) / -log(0.5))
    assert npmi[0, 2] == -1, "a pair never seen"
    mean = (npmi[0, 1] - 1 - 1) / 3
    assert papers.coherence(np.array([0, 1, 2])) == pytest.approx(mean)


def test_words_that_nobody_has_count_as_never_seen() -> None:
    assert reference([[1, 0], [1, 0]]).coherence(np.array([0, 1])) == -1


def test_diversity_and_duplicates() -> None:
    words = np.array([[0, 1], [1, 2]])
    assert diversity(words) == 0.75
    top = np.array([range(10), [*range(6), *range(20, 24)], [*range(5), *range(30, 35)]])
    assert duplicate_topics(top).tolist() == [False, True, False]


def test_junk_is_incoherent_generic_or_a_duplicate() -> None:
    rows = [[1] * 10 + [0] * 30 for _ in range(30)] + [[0] * 10 + [1] * 10 + [0] * 20 for _ in range(30)]
    rows += [[0] * 20 + [int(word == number % 20) for word in range(20)] for number in range(940)]
    papers = reference(rows)
    top = np.array([range(10), range(10, 20), range(20, 30), range(10)])
    npmi = np.array([papers.coherence(row) for row in top])
    assert junk_topics(top, npmi, papers).tolist() == [False, False, True, True]
    row = judge_level(np.hstack([top, top]), papers).row(2)
    assert row["junk_share"] == 0.5
    assert row["topics"] == 4


def test_edges_by_hand() -> None:
    papers = reference([[1, 1, 0, 0]] * 5 + [[0, 0, 1, 1]] * 5)
    above = np.array([[0], [2]])
    below = np.array([[1], [3]])
    share = np.array([[0.9, 0.1], [0.6, 0.4]], dtype=np.float32)
    edges = judge_edges([above, below], [share], papers)
    assert edges["clear_parents"] == [1.0]
    assert edges["coocsim_auc"] == [0.5], "the second child's words go with the other parent"


def test_agreement_with_labels() -> None:
    same = np.array([0, 0, 1, 1])
    assert agreement(same, same) == (pytest.approx(1), 1)
    nmi, purity = agreement(np.array([0, 1, 0, 1]), same)
    assert nmi == pytest.approx(0)
    assert purity == 0.5
    assert agreement(np.zeros(3, dtype=np.intp), np.zeros(3, dtype=np.intp)) == (1.0, 1.0)


def test_common_words_are_not_telling() -> None:
    phi = np.array([[0.5, 0.5], [0.4, 0.0], [0.1, 0.5]], dtype=np.float32)
    frequency = np.array([10_000, 20, 20], dtype=np.float32)
    assert telling_words(phi, frequency, 1).ravel().tolist() == [1, 2]


def test_a_word_that_goes_with_none_of_the_others_comes_last() -> None:
    counts = [[1, 1, 1, 0, 0]] * 10 + [[0, 0, 0, 1, 1]] * 10
    phi = np.array([[0.24], [0.24], [0.24], [0.28], [0.0]], dtype=np.float32)
    words = shown_words(phi, np.full(5, 10, dtype=np.float32), reference(counts), count=4)
    assert set(words[0, :3].tolist()) == {0, 1, 2}
    assert words[0, 3] in {3, 4}
