"""Each scorer by its formula, paper by paper; and what fusing promises of any scores."""

from __future__ import annotations

from math import log, log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from search.evidence.evidence import Evidence
from search.ranking import scorers
from search.ranking.fusion import Ranked, fuse, standard
from search.ranking.scorers import (
    DIRICHLET,
    NEIGHBOUR_PRIOR,
    NEIGHBOUR_WORDS,
    OWN_WORDS,
    SMOOTHING,
    SMOOTHING_LENGTH,
    TOPIC_WORDS,
    Question,
    expansion,
    likelihood,
    question_of,
    smoothing,
    smoothing_again,
    topic_likelihood,
)
from tests.search.evidence_by_hand import ByHand, random_papers, totals

seeds = st.integers(0, 400)
scores = arrays(np.float32, st.integers(1, 30), elements=st.floats(-50, 50, width=32))


def ask(hand: ByHand, stems: dict[str, int]) -> Question:
    ids = hand.evidence.models.ids
    return question_of(hand.evidence, stems, hand.evidence.view(ids), np.zeros(len(ids), np.float32))


def near_words(hand: ByHand, paper: int, stem: str) -> float:
    """p(w) in the nearest papers: each by its share of the nearness, its words by its length."""
    models = hand.evidence.models
    nearness = models.nearness[paper].astype(float)
    found = 0.0
    for other, near in zip(models.neighbours[paper].tolist(), nearness, strict=True):
        weight = near / nearness.sum() * (1 + NEIGHBOUR_PRIOR / hand.evidence.average)
        found += weight / (models.lengths[other] + NEIGHBOUR_PRIOR) * hand.times(other, stem)
    return found


def topic_words(hand: ByHand, paper: int, stem: str) -> float:
    models = hand.evidence.models
    return float(models.phi[models.terms[stem]] @ models.theta[paper].astype(float))


def background(evidence: Evidence, stem: str) -> float:
    return float(evidence.models.frequency[evidence.models.terms[stem]] / evidence.models.frequency.sum())


@given(seeds)
@settings(deadline=None, max_examples=15)
def test_the_likelihood_of_a_query_word_by_word(seed: int) -> None:
    hand = ByHand(random_papers(seed), seed)
    stems = {stem: at + 1 for at, stem in enumerate(hand.evidence.models.vocabulary[:3])}
    question = ask(hand, {**stems, "unheard": 9})
    found, by_topic = (
        scorer(question, np.zeros(12, np.float32)) for scorer in (likelihood, topic_likelihood)
    )
    for paper in range(12):
        length = len(hand.texts[f"p{paper:02d}"])
        expected = expected_topics = 0.0
        for stem, times in stems.items():
            share = background(hand.evidence, stem)
            own = (hand.times(paper, stem) + DIRICHLET * share) / (length + DIRICHLET)
            around = TOPIC_WORDS * topic_words(hand, paper, stem) + NEIGHBOUR_WORDS * near_words(
                hand, paper, stem
            )
            expected += times * log(OWN_WORDS * own + around)
            expected_topics += times * log(around + 0.1 * share)
        assert found[paper] == pytest.approx(expected, abs=2e-3)
        assert by_topic[paper] == pytest.approx(expected_topics, abs=2e-3)


@given(seeds)
@settings(deadline=None, max_examples=15)
def test_smoothing_moves_papers_towards_their_neighbours(seed: int) -> None:
    hand = ByHand(random_papers(seed), seed)
    models = hand.evidence.models
    total = totals(seed)
    found = smoothing(ask(hand, dict.fromkeys(models.vocabulary[:4], 1)), total)
    for paper in range(12):
        shares = models.nearness[paper].astype(float) / models.nearness[paper].astype(float).sum()
        mean = float(shares @ total[models.neighbours[paper]])
        strength = SMOOTHING * (2 / 3) * models.lengths[paper] / (models.lengths[paper] + SMOOTHING_LENGTH)
        assert found[paper] == pytest.approx(float(strength * (mean - total[paper])), abs=5e-3)


def test_the_second_step_goes_as_far_as_the_candidates_have_abstracts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = ByHand(random_papers(5), 5)
    question = ask(hand, dict.fromkeys(hand.evidence.models.vocabulary[:4], 1))
    lengths = question.view.lengths
    for shortest in sorted({0.0, *lengths.tolist(), 1e6}):
        monkeypatch.setattr(scorers, "ABSTRACT", shortest)
        share = sum(length >= shortest for length in lengths.tolist()) / len(lengths)
        expected = share**4 * smoothing(question, totals(5))
        np.testing.assert_allclose(smoothing_again(question, totals(5)), expected, rtol=1e-5)


@pytest.mark.parametrize(("words", "moved"), [(1, False), (2, False), (3, True)])
def test_short_queries_mean_what_they_say(words: int, moved: bool) -> None:
    hand = ByHand(random_papers(5), 5)
    question = ask(hand, dict.fromkeys(hand.evidence.models.vocabulary[:words], 1))
    assert smoothing(question, totals(5)).any() == moved


def test_five_words_move_as_much_as_six_and_neighbours_that_are_no_candidates_count_least() -> None:
    hand = ByHand(random_papers(5), 5)
    five, six = (
        smoothing(ask(hand, dict.fromkeys(hand.evidence.models.vocabulary[:count], 1)), totals(5))
        for count in (5, 6)
    )
    np.testing.assert_allclose(five, six)
    view = hand.evidence.view(["p00"])  # alone: none of its neighbours is a candidate
    terms = np.arange(5)
    alone = Question(terms, np.ones(5, np.float32), hand.evidence, view, np.zeros(1, np.float32))
    assert smoothing(alone, np.array([3.0], np.float32)).tolist() == [0.0]


@given(seeds)
@settings(deadline=None, max_examples=15)
def test_feedback_by_bo1(seed: int) -> None:
    """Amati 2003: tf_x · log2((1 + P) / P) + log2(1 + P), P the mean frequency of a term in a paper."""
    hand = ByHand(random_papers(seed), seed)
    models = hand.evidence.models
    total = totals(seed)
    asked = models.vocabulary[0]
    terms, weights = expansion(ask(hand, {asked: 2}), total, 3, 4, 0.5)
    best = np.argsort(-total)[:3].tolist()
    bo1 = {}
    for stem in {stem for paper in best for stem in hand.texts[f"p{paper:02d}"]}:
        mean = sum(hand.times(paper, stem) for paper in range(12)) / 12
        said = sum(hand.times(paper, stem) for paper in best)
        bo1[stem] = said * log2((1 + mean) / mean) + log2(1 + mean)
    most = max(bo1.values())
    found = {models.vocabulary[term]: weight for term, weight in zip(terms.tolist(), weights, strict=True)}
    assert asked in found
    assert len(found) <= 5
    for stem, weight in found.items():
        own = 1.0 if stem == asked else 0.0
        fed = 0.5 * bo1.get(stem, 0.0) / most
        assert weight == pytest.approx(own + fed, abs=1e-4) or (
            stem == asked and weight == pytest.approx(own)
        )
    left_out = [value for stem, value in bo1.items() if stem not in found]
    kept = [bo1[stem] for stem in found if stem != asked]
    assert max(left_out, default=0) <= min(kept, default=most) + 1e-6


@given(scores, st.floats(0.1, 10), st.floats(-5, 5))
@settings(max_examples=60)
def test_standard_scores_do_not_see_scale_and_shift(values: np.ndarray, scale: float, shift: float) -> None:  # type: ignore[type-arg]
    known = np.ones(len(values), dtype=bool)
    one = standard(values, known)
    assert abs(float(one.mean())) < 1e-2
    if values.std() > 0.1:
        moved = (values * np.float32(scale) + np.float32(shift)).astype(np.float32)
        np.testing.assert_allclose(standard(moved, known), one, atol=1e-2)
        order = np.argsort(values, kind="stable")
        assert (np.diff(one[order]) >= -1e-6).all()


def test_equal_scores_say_nothing_whatever_their_mean_is_rounded_to() -> None:
    for value in (1.1684736, -37.3, 1e-6, 0.0):
        for count in (1, 7, 10, 999):
            same = np.full(count, value, dtype=np.float32)
            assert not standard(same, np.ones(count, dtype=bool)).any()


def test_standard_leaves_what_it_is_given_alone() -> None:
    otherwise = np.array([1.0, 2.0], dtype=np.float32)
    found = standard(np.array([5.0, 7.0], np.float32), np.array([False, True]), otherwise)
    assert found.tolist() == [1, 0]
    assert otherwise.tolist() == [1, 2]
    assert standard(np.zeros(0, np.float32), np.zeros(0, bool)).tolist() == []


@given(seeds, st.booleans())
@settings(deadline=None, max_examples=20)
def test_fused_scores_are_the_sum_of_their_parts_best_first(seed: int, topical: bool) -> None:
    hand = ByHand(random_papers(seed), seed)
    ids = hand.evidence.models.ids
    lexical = np.abs(totals(seed)) * 5
    order = fuse(hand.evidence, dict.fromkeys("abcd", 1), ids, lexical, topical=topical)
    assert sorted(id for id, _ in order.hits) == ids
    values = [score for _, score in order.hits]
    assert values == sorted(values, reverse=True)
    for id, parts in order.explain(order.hits).items():
        assert sum(parts.values()) == pytest.approx(dict(order.hits)[id], abs=1e-3)
        assert set(parts) == ({"topics"} if topical else {"bm25", "topics", "neighbours"})


def test_words_that_the_models_do_not_know_leave_the_lexical_order() -> None:
    hand = ByHand(random_papers(3))
    ids = hand.evidence.models.ids
    lexical = np.arange(12, dtype=np.float32)
    order = fuse(hand.evidence, {"unheard": 1}, ids, lexical)
    assert [id for id, _ in order.hits] == ids[::-1]
    assert set(order.parts) == {"bm25"}


def test_equals_keep_the_order_that_they_came_in() -> None:
    hand = ByHand({f"p{k}": ["a", "b"] for k in range(5)})
    order = fuse(hand.evidence, {"unheard": 1}, ["p3", "p1", "p4"], np.ones(3, np.float32))
    assert [id for id, _ in order.hits] == ["p3", "p1", "p4"]


def test_a_paper_beyond_the_candidates_is_explained_by_bm25_alone() -> None:
    ranked = Ranked([("a", 1.0), ("b", 0.5)], ["a"], {"bm25": np.array([0.123456], np.float32)})
    assert ranked.explain([("a", 1.0), ("b", 0.5)]) == {"a": {"bm25": 0.1235}, "b": {"bm25": 0.5}}
