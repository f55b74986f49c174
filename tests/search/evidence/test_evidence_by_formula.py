"""The evidence and the cosines made of it, against plain loops over a handful of papers."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.evidence.evidence import K1, B, lexical_idf, saturation
from search.evidence.tfidf import Cosine, unit
from tests.search.evidence_by_hand import ByHand, random_papers

seeds = st.integers(0, 400)
NONE = np.zeros(0, dtype=np.intp)


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_postings_and_counts_are_two_sides_of_one_table(seed: int) -> None:
    hand = ByHand(random_papers(seed))
    evidence = hand.evidence
    counts, lengths = evidence.counts(np.array([3, 0, 3]))
    for row, paper in enumerate((3, 0, 3)):
        for stem, term in evidence.models.terms.items():
            assert counts[row, term] == hand.times(paper, stem)
        assert lengths[row] == len(hand.texts[f"p{paper:02d}"])
    for stem, term in evidence.models.terms.items():
        rows, times = evidence.postings(term)
        assert {row: hand.times(row, stem) for row in rows.tolist()} == dict(
            zip(rows.tolist(), times.tolist(), strict=True)
        )
        assert len(rows) == hand.holders(stem)


def test_bm25_by_its_formula() -> None:
    assert saturation(np.array([1.0]), np.array([50.0]), 50.0) == pytest.approx(1.0)
    long = saturation(np.array([3.0]), np.array([100.0]), 50.0)
    assert long == pytest.approx(3 * (K1 + 1) / (3 + K1 * (1 - B + B * 2)))
    assert saturation(np.array([1e9]), np.array([1.0]), 50.0) == pytest.approx(K1 + 1), "it saturates"
    hand = ByHand(random_papers(1))
    found = lexical_idf(hand.evidence, np.arange(len(hand.evidence.models.vocabulary)))
    for stem, term in hand.evidence.models.terms.items():
        held = hand.holders(stem)
        assert found[term] == pytest.approx(log(1 + (12 - held + 0.5) / (held + 0.5)), rel=1e-5)


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_saturated_sums_are_those_of_every_paper(seed: int) -> None:
    hand = ByHand(random_papers(seed))
    models = hand.evidence.models
    chosen = np.arange(0, len(models.vocabulary), 2)
    weights = np.random.default_rng(seed).random(len(chosen)).astype(np.float32)
    found = hand.evidence.saturated(chosen, weights)
    for paper in range(12):
        length = np.array([float(models.lengths[paper])])
        expected = sum(
            float(
                w
                * saturation(
                    np.array([float(hand.times(paper, models.vocabulary[t]))]), length, hand.evidence.average
                )[0]
            )
            for t, w in zip(chosen, weights, strict=True)
        )
        assert found[paper] == pytest.approx(expected, abs=1e-4)
    assert not hand.evidence.saturated(NONE, np.zeros(0, dtype=np.float32)).any()


def test_values_are_spread_over_rows_and_nothing_stays_behind() -> None:
    evidence = ByHand(random_papers(2)).evidence
    places = np.array([[0, 1], [5, 11]])
    (found,) = evidence.spread(np.array([1, 5]), np.array([7.0, 9.0]), places)
    assert found.tolist() == [[0, 7], [9, 0]]
    (after,) = evidence.spread(np.array([0]), np.array([1.0]), places)
    assert after.tolist() == [[1, 0], [0, 0]]


def test_spread_clears_up_after_a_mistake_too() -> None:
    evidence = ByHand(random_papers(2)).evidence
    with pytest.raises(IndexError):
        evidence.spread(np.array([1]), np.array([7.0]), np.array([10_000]))
    (found,) = evidence.spread(np.array([0]), np.array([0.0]), np.arange(12))
    assert not found.any()


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_a_view_shares_out_nearness(seed: int) -> None:
    evidence = ByHand(random_papers(seed), seed).evidence
    ids = ["p07", "p00", "p03"]
    view = evidence.view(ids)
    assert view.known.all()
    assert view.rows.tolist() == [7, 0, 3]
    np.testing.assert_allclose(view.shares.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(view.theta, np.asarray(evidence.models.theta[[7, 0, 3]], np.float32))
    assert view.lengths.tolist() == [len(random_papers(seed)[id]) for id in ids]
    words, times = evidence.words(view, np.array([0, 2]))
    names = [evidence.models.vocabulary[term] for term in words.tolist()]
    expected = [
        (stem, random_papers(seed)[id].count(stem))
        for id in ("p07", "p03")
        for stem in sorted(set(random_papers(seed)[id]))
    ]
    assert list(zip(names, times.tolist(), strict=True)) == expected


def test_a_view_of_nothing_is_empty() -> None:
    view = ByHand(random_papers(0)).evidence.view([])
    assert view.lengths.shape == (0,)
    assert view.theta.shape == (0, 2)


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_cosines_of_all_pairs(seed: int) -> None:
    hand = ByHand(random_papers(seed))
    cosine = Cosine(hand.evidence)
    rows = cosine.papers(hand.evidence.models.ids)
    table = np.asarray((rows @ rows.T).todense())
    vectors = [hand.vector(paper) for paper in range(12)]
    for one in range(12):
        for other in range(12):
            expected = hand.cosine(vectors[one], vectors[other])
            assert table[one, other] == pytest.approx(expected, abs=1e-4)


@given(seeds, st.integers(1, 12))
@settings(deadline=None, max_examples=20)
def test_the_nearest_are_the_nearest_without_those_left_out(seed: int, limit: int) -> None:
    hand = ByHand(random_papers(seed))
    cosine = Cosine(hand.evidence)
    row = cosine.papers(["p04"])
    found = cosine.nearest(row, limit, np.array([4, 7]))
    own = hand.vector(4)
    every = {f"p{k:02d}": hand.cosine(own, hand.vector(k)) for k in range(12) if k not in (4, 7)}
    best = sorted((score for score in every.values() if score > 1e-6), reverse=True)[:limit]
    assert [score for _, score in found] == pytest.approx(best, abs=1e-4)
    for id, score in found:
        assert score == pytest.approx(every[id], abs=1e-4)


def test_nothing_is_near_when_everything_is_left_out() -> None:
    hand = ByHand(random_papers(0))
    cosine = Cosine(hand.evidence)
    assert cosine.nearest(cosine.papers(["p00"]), 5, np.arange(12)) == []
    assert cosine.towards(cosine.papers(["p00"]), 5, np.arange(12)).tolist() == []


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_the_direction_of_a_set_is_its_mean_less_that_of_the_others(seed: int) -> None:
    hand = ByHand(random_papers(seed))
    cosine = Cosine(hand.evidence)
    rows = np.asarray(cosine.papers(hand.evidence.models.ids).todense())
    own = [0, 3, 5]
    direction = rows[own].mean(axis=0) - rows[[k for k in range(12) if k not in own]].mean(axis=0)
    found = cosine.towards(cosine.papers(["p00", "p03", "p05"]), 4, np.array(own))
    expected = rows @ direction
    expected[own] = -np.inf
    assert expected[found] == pytest.approx(np.sort(expected)[::-1][:4], abs=1e-4)


def test_unit_rows_have_length_one_and_empty_ones_stay() -> None:
    from scipy import sparse

    found = unit(sparse.csr_matrix(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32)))
    assert found.toarray().tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
