"""The choice of how much each kind of evidence counts, on blocks made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from search.screening import features as blocks_of
from search.screening.features import Block, Features
from search.screening.learner import penalties
from search.screening.weights import _left_out, _looked_at, chosen_weights

START = {
    blocks_of.PHRASES: 1.0,
    blocks_of.WORDS: 0.3,
    blocks_of.TAGS: 0.0,
    blocks_of.AUTHORS: 0.05,
    blocks_of.VENUE: 0.0,
    blocks_of.COUPLING: 0.15,
    blocks_of.CITING: 0.1,
    blocks_of.COCITED: 0.2,
}
LABELS = np.tile([1.0, 0.0], 10)


def block(columns: list[int]) -> Block:
    """Papers that have one feature each, by its number."""
    papers = len(columns)
    rows = sparse.csr_matrix((np.ones(papers), (np.arange(papers), columns)))
    return Block(rows.astype(np.float32), np.zeros(papers, dtype=np.float32))


def chosen(labels: NDArray[np.float64] = LABELS, **columns: list[int]) -> dict[str, float]:
    """What is chosen after weights of nothing, doubled: the best weights themselves."""
    features = Features(len(labels), {getattr(blocks_of, name): block(at) for name, at in columns.items()})
    before = dict.fromkeys(features.blocks, 0.0)
    best = chosen_weights(features, np.arange(len(labels)), labels, before, penalties)
    return {name: 2 * weight for name, weight in best.items()}


KINDS = [int(label) for label in LABELS]
"""A feature for each kind of paper: it tells all."""
PAIRS = [at // 2 for at in range(len(LABELS))]
"""A feature for each two neighbours, one of each kind: what it says of a paper is wrong."""


def test_where_the_order_is_right_already_no_weight_moves() -> None:
    told = dict.fromkeys(
        ("PHRASES", "WORDS", "TAGS", "AUTHORS", "VENUE", "COUPLING", "CITING", "COCITED"), KINDS
    )
    assert chosen(**told) == pytest.approx(START)


def test_evidence_that_misleads_counts_nothing() -> None:
    quiet = block(KINDS)
    quiet.rows.data *= 0.16  # enough alone, too little beside a tenth of the other
    features = Features(20, {blocks_of.PHRASES: quiet, blocks_of.WORDS: block(PAIRS)})
    before = dict.fromkeys(features.blocks, 0.0)
    best = chosen_weights(features, np.arange(20), LABELS, before, penalties)
    assert best == {blocks_of.PHRASES: 0.5, blocks_of.WORDS: 0.0}


def test_evidence_that_alone_tells_counts_no_more_than_it_takes() -> None:
    assert chosen(PHRASES=PAIRS, TAGS=KINDS)[blocks_of.TAGS] == 0.3  # 0.1 is outdone by what misleads


def test_weights_stand_in_the_middle_between_those_before_and_the_best() -> None:
    features = Features(20, {blocks_of.PHRASES: block(KINDS), blocks_of.WORDS: block(KINDS)})
    before = {blocks_of.PHRASES: 0.6, blocks_of.WORDS: 0.5}
    between = chosen_weights(features, np.arange(20), LABELS, before, penalties)
    assert between == pytest.approx({blocks_of.PHRASES: 0.8, blocks_of.WORDS: 0.4})


@pytest.mark.parametrize(("positive", "moves"), [(3, False), (4, True), (16, True), (17, False)])
def test_little_of_a_kind_leaves_the_weights(positive: int, moves: bool) -> None:
    labels = np.array([1.0] * positive + [0.0] * (20 - positive))
    kinds = [int(label) for label in labels]
    assert (chosen(labels, PHRASES=kinds)[blocks_of.PHRASES] == 1.0) == moves


def test_the_latest_decisions_are_looked_at_a_third_of_them_of_papers_to_include() -> None:
    half = np.tile([1.0, 0.0], 200)
    assert _looked_at(half[:300]).tolist() == [*range(0, 300, 2), *range(1, 300, 2)]
    assert _looked_at(half).tolist() == [*range(200, 400, 2), *range(1, 400, 2)]
    few = np.array([1.0] * 20 + [0.0] * 300)
    assert _looked_at(few).tolist() == [*range(20), *range(40, 320)]


def test_what_is_said_of_a_paper_is_learned_without_it() -> None:
    dice = np.random.default_rng(1)
    rows = dice.normal(size=(12, 4))
    gram, target, diagonal = rows @ rows.T, dice.normal(size=12), dice.random(12) + 0.5
    system = gram + 1 + np.diag(diagonal)
    for paper in range(12):
        others = np.delete(np.arange(12), paper)
        numbers = np.linalg.solve(system[np.ix_(others, others)], target[others])
        assert _left_out(gram, target, diagonal)[paper] == pytest.approx((gram + 1)[paper, others] @ numbers)
