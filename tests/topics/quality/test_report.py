"""What ``quality`` answers, on a little model made by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from topics.corpus.counts import Corpus
from topics.model.hierarchy import Hierarchy, Level
from topics.quality.measures import LevelQuality, Reference, judge_level
from topics.quality.report import MIN_REFERENCE, Report, measure

TERMS = 80
LEAVES = 4
PAPERS = 4_000


def papers_of(leaf: NDArray[np.intp]) -> NDArray[np.float32]:
    """Papers that say half of their leaf's twenty words and a few of the others'."""
    noise = np.random.default_rng(3)
    own = np.repeat(np.eye(LEAVES), TERMS // LEAVES, axis=1)[leaf]
    return (noise.random((len(leaf), TERMS)) < 0.03 + 0.45 * own).astype(np.float32)


def corpus_of(leaf: NDArray[np.intp], aside: int, tags: list[str], tagged: NDArray[Any]) -> Corpus:
    held_out = np.zeros(len(leaf), dtype=bool)
    held_out[:aside] = True
    return Corpus(
        ids=[f"p{number:05d}" for number in range(len(leaf))],
        counts=sparse.csr_matrix(papers_of(leaf)),
        vocabulary=[f"w{term:02d}" for term in range(TERMS)],
        collections=["all"],
        member=sparse.csr_matrix(np.ones((len(leaf), 1), dtype=np.float32)),
        tags=tags,
        tag_counts=sparse.csr_matrix(tagged.astype(np.float32)),
        years=np.zeros(len(leaf), dtype=np.int32),
        held_out=held_out,
        full=np.ones(len(leaf), dtype=bool),
    )


@pytest.fixture(scope="module")
def leaf() -> NDArray[np.intp]:
    return np.arange(PAPERS) % LEAVES


@pytest.fixture(scope="module")
def model(leaf: NDArray[np.intp]) -> Hierarchy:
    phi = np.repeat(np.eye(LEAVES, dtype=np.float32), TERMS // LEAVES, axis=0) / (TERMS // LEAVES)
    psi = np.array([[0.5, 0], [0.5, 0], [0, 0.5], [0, 0.5]], dtype=np.float32)
    top = np.full(2, 0.5, dtype=np.float32)
    levels = [
        Level(["a", "b"], phi @ psi, None, top),
        Level([*"cdef"], phi, psi, np.full(LEAVES, 0.25, dtype=np.float32)),
    ]
    theta = np.eye(LEAVES, dtype=np.float16)[leaf]
    ones = np.ones(TERMS, dtype=np.float32)
    vectors = np.zeros((PAPERS, 2), dtype=np.float16)
    return Hierarchy(
        [f"w{term:02d}" for term in range(TERMS)],
        levels,
        {},
        ones,
        ones,
        np.zeros((TERMS, 2), dtype=np.float32),
        np.zeros(2, dtype=np.float32),
        [],
        [theta @ np.repeat(np.eye(2), 2, axis=0).astype(np.float16), theta],
        vectors,
        np.ones(PAPERS),
        {},
    )


SHOWN = [
    np.array([[*range(5), *range(20, 25), *range(5, 20)], [*range(40, 45), *range(60, 65), *range(45, 60)]]),
    np.arange(TERMS).reshape(LEAVES, 20),
]
CATEGORY = ["heart", "brain", "star", "graph"]


def test_papers_set_aside_are_the_only_ones_that_measure(model: Hierarchy, leaf: NDArray[np.intp]) -> None:
    corpus = corpus_of(leaf, 2_000, CATEGORY, np.eye(LEAVES)[leaf])
    report = measure(model, corpus, SHOWN)
    assert report.answer["held_out"] == 2_000
    aside = judge_level(SHOWN[1], Reference(corpus.counts[np.arange(2_000)]))
    row = report.answer["levels"][1]
    assert row["npmi"] == round(float(aside.npmi.mean()), 4)
    assert row["coherence"] == round(float(judge_level(SHOWN[1], Reference(corpus.counts)).npmi.mean()), 4)
    assert (row["nmi"], row["purity"]) == (1.0, 1.0), "each leaf is one category"
    assert report.answer["levels"][0]["purity"] == 0.5, "a top topic holds two"
    assert report.answer["edges"] == {"clear_parents": [1.0], "coocsim_auc": [1.0]}
    assert json.loads(json.dumps(report.answer)) == report.answer
    assert report.topic(1, 0, {})["npmi"] == round(float(aside.npmi[0]), 4)


def test_too_few_papers_set_aside_say_nothing_and_say_why(model: Hierarchy, leaf: NDArray[np.intp]) -> None:
    corpus = corpus_of(leaf, MIN_REFERENCE - 1, CATEGORY, np.eye(LEAVES)[leaf])
    report = measure(model, corpus, SHOWN)
    assert report.held_out is None
    for row, shown in zip(report.answer["levels"], SHOWN, strict=True):
        assert {row[name] for name in ("npmi", "npmi_worst_tenth", "diversity", "nmi", "purity")} == {None}
        known = judge_level(shown, Reference(corpus.counts)).npmi.mean()
        assert row["coherence"] == pytest.approx(known, abs=1e-4)
    assert report.answer["edges"]["clear_parents"] == [1.0]
    assert str(MIN_REFERENCE) in report.answer["notice"]
    assert report.topic(1, 2, {})["npmi"] is None


def test_tags_that_few_papers_have_or_nearly_all_are_no_category(
    model: Hierarchy, leaf: NDArray[np.intp]
) -> None:
    tagged = np.zeros((PAPERS, 3))
    tagged[:, 0] = 1  # everywhere
    tagged[:10, 1] = 1  # rare
    tagged[leaf == 2, 2] = 1  # a quarter: the most that a category may have
    row = measure(model, corpus_of(leaf, 2_000, ["Humans", "Odd", "star"], tagged), SHOWN).answer["levels"][1]
    assert (row["nmi"], row["purity"]) == (None, None), "one category alone labels too few papers"


def test_of_several_tags_the_commonest_telling_one_is_the_category(
    model: Hierarchy, leaf: NDArray[np.intp]
) -> None:
    rare = np.zeros((PAPERS, 1))
    rare[::9] = 1  # every ninth paper, whatever its leaf: enough to tell, but less common than a category
    tagged = np.hstack([rare, np.eye(LEAVES)[leaf]])
    row = measure(model, corpus_of(leaf, 2_000, ["Mice", *CATEGORY], tagged), SHOWN).answer["levels"][1]
    assert row["purity"] == 1.0


def a_report(coherence: float, junk: bool = False, duplicate: bool = False) -> Report:
    level = LevelQuality(np.array([coherence]), np.array([junk or duplicate]), 1.0)
    return Report({}, None, [level], [np.array([duplicate])])


@pytest.mark.parametrize(
    ("report", "word"),
    [
        (a_report(0.20), "clear"),
        (a_report(0.15), "clear"),
        (a_report(0.14), "mixed"),
        (a_report(0.04), "leftover"),
        (a_report(0.30, junk=True), "leftover"),
        (a_report(0.30, duplicate=True), "mixed"),
        (a_report(0.02, duplicate=True), "leftover"),
    ],
)
def test_a_plain_word_for_every_topic(report: Report, word: str) -> None:
    assert report.topic(0, 0, {})["word"] == word


def test_purity_of_a_topic_is_its_largest_collections_share() -> None:
    assert a_report(0.2).topic(0, 0, {"a": 30, "b": 10})["purity"] == 0.75
    assert a_report(0.2).topic(0, 0, {})["purity"] is None
