"""Which words stand for a topic, against the formulas of its docstrings."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.naming.candidates import MAX_LETTERS, _tag_name
from topics.naming.labels import BETA, f_beta
from topics.naming.shown_words import COHESION, Echoes, cohesion, sample_reference, shown_words, telling_words
from topics.quality.measures import Reference


@given(st.integers(0, 999), st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_words_are_told_by_share_and_rarity(seed: int, count: int) -> None:
    noise = np.random.default_rng(seed)
    phi = noise.dirichlet(np.full(12, 0.5), 3).T.astype(np.float32)
    frequency = noise.integers(0, 500, 12).astype(np.float32)
    average = frequency.sum() / 3
    found = telling_words(phi, frequency, count)
    assert found.shape == (3, min(count, 12))
    for topic in range(3):
        worth = [phi[word, topic] * log(1 + average / max(frequency[word], 1)) for word in range(12)]
        best = sorted(worth, reverse=True)[:count]
        assert [worth[word] for word in found[topic]] == pytest.approx(best, rel=1e-4, abs=1e-7)


@given(st.integers(0, 999), st.integers(2, 8))
def test_cohesion_is_the_weighted_mean_of_npmi_with_the_others(seed: int, words: int) -> None:
    noise = np.random.default_rng(seed)
    npmi = noise.uniform(-1, 1, (words, words))
    npmi = (npmi + npmi.T) / 2
    weights = noise.uniform(0.1, 3, words).astype(np.float32)
    found = cohesion(npmi.copy(), weights)
    for word in range(words):
        others = [other for other in range(words) if other != word]
        share = [float(weights[other]) ** 1.25 for other in others]
        mean = sum(s * max(npmi[word, o], -0.3) for s, o in zip(share, others, strict=True)) / sum(share)
        assert found[word] == pytest.approx(mean, rel=1e-4, abs=1e-5)


def test_a_word_that_goes_better_with_the_others_by_cohesion_weighs_e_times_as_much() -> None:
    """Two words of equal weight: their order turns where one goes better with the others."""
    counts = np.array([[1, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 0], [1, 1, 1, 0]] * 5, dtype=np.float32)
    together = Reference(sparse.csr_matrix(counts))
    npmi = together.npmi_matrix(np.arange(4))
    weights = np.array([0.3, 0.2, 0.25, 0.05], dtype=np.float32)
    frequency = np.ones(4, dtype=np.float32)
    order = shown_words(weights[:, None], frequency, together, count=4)[0]
    telling = weights * np.float32(np.log1p(4.0))
    score = np.log(telling) + cohesion(npmi, telling) / COHESION
    assert order.tolist() == np.argsort(-score).tolist()


def test_a_sample_of_many_papers_is_even(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.naming.shown_words.PAPERS", 10)
    counts = sparse.csr_matrix(np.eye(35, dtype=np.float32))
    assert sample_reference(counts).papers == 12  # every third
    assert sample_reference(counts[:15]).papers == 15


def plain(word: str) -> str:
    return word


@given(
    st.lists(st.sampled_from(["a", "b", "a_b", "b_c", "a_b_c", "d", "c_d"]), min_size=1, unique=True),
    st.data(),
)
def test_no_two_of_the_chosen_stand_in_each_other_and_nothing_free_is_left_out(
    words: list[str], data: st.DataObject
) -> None:
    scores = data.draw(st.lists(st.floats(-5, 5), min_size=len(words), max_size=len(words)))
    chosen = Echoes(words, plain).without(np.arange(len(words)), np.array(scores))
    parts = [f" {words[place].replace('_', ' ')} " for place in chosen]
    for one, first in enumerate(parts):
        assert all(first not in other and other not in first for other in parts[one + 1 :])
    assert chosen
    assert [scores[place] for place in chosen] == sorted((scores[place] for place in chosen), reverse=True)


def test_initials_are_what_they_stand_for() -> None:
    words = ["os", "overall_survival", "overall_survival_os", "valve"]
    chosen = Echoes(words, plain).without(np.arange(4), np.array([4.0, 3.0, 2.0, 1.0]))
    assert [words[place] for place in chosen] == ["os", "valve"]


@given(st.floats(0, 1), st.floats(0, 1))
def test_f_beta_is_a_weighted_harmonic_mean(precision: float, recall: float) -> None:
    found = float(f_beta(np.array([precision]), np.array([recall]))[0])
    assert min(precision, recall) - 1e-9 <= found <= max(precision, recall) + 1e-9
    if precision > 1e-6 and recall > 1e-6:
        weight = 1 / (1 + BETA**2)
        assert found == pytest.approx(1 / (weight / precision + (1 - weight) / recall))
    if precision > recall > 0.01:
        turned = float(f_beta(np.array([recall]), np.array([precision]))[0])
        assert found >= turned, "precision counts for more"


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("Neoplasms, Lung", "Lung Neoplasms"),
        ("*Heart/physiology", "Heart"),
        ("cs.CL", "Natural language processing"),
        ("zz.QQ", ""),
        ("16D10", ""),
        ("  ", ""),
        ("Нейронные сети", "Нейронные сети"),
        ("one two three four five", ""),
        ("x" * (MAX_LETTERS + 1), ""),
        ("1" * 5_000 + " x", ""),  # a code is not looked for in what is too long anyway: that took minutes
    ],
)
def test_a_tag_as_a_name(tag: str, name: str) -> None:
    assert _tag_name(tag) == name


def test_names_of_categories_can_all_be_labels() -> None:
    for code, name in CATEGORY_NAMES.items():
        assert _tag_name(code) == name
        assert len(name.split()) <= 3
        assert name[0].isupper()
