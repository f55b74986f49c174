"""The model, against the same problem solved directly."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from search.screening.features import PHRASES, TAGS, Features, features_of
from search.screening.learner import Learner, penalties, targets
from search.screening.priority import ORDERS, Priority
from search.screening.records import Record
from search.screening.simulation import first_papers, loss, simulate, wss95
from search.screening.weights import area, chosen_weights

_TOPICS = (
    "asthma children inhaled steroid trial airway lung breathing",
    "graph network vertices edges shortest path algorithm tree",
    "soil nitrogen wheat crop yield fertilizer field rain",
)


def papers(count: int, seed: int = 0) -> tuple[list[Record], list[int]]:
    """Papers of three topics, each citing others of its own; those of the first are to be included."""
    dice = np.random.default_rng(seed)
    records, labels = [], []
    for at in range(count):
        topic = int(dice.integers(3))
        words = dice.choice(_TOPICS[topic].split(), 4, replace=False)
        cited = tuple(f"w{topic}-{number}" for number in dice.integers(5, size=2))
        records.append(
            Record(title=" ".join(words), abstract=" ".join(words), references=cited, keys=(f"p{at}",))
        )
        labels.append(int(topic == 0))
    return records, labels


def kernel(features: Features, weights: dict[str, float]) -> NDArray[np.float64]:
    total = np.ones((features.papers, features.papers))
    for name, block in features.blocks.items():
        total += weights[name] * ((block.rows @ block.rows.T).toarray() + np.diag(block.alone))
    return total


def test_scores_are_those_of_the_problem_solved_directly() -> None:
    records, labels = papers(60)
    learner = Learner(features_of(records))
    read = list(range(30))
    given = np.asarray(labels[:30], dtype=float)
    learner.learn(read, given.tolist(), tune=False)
    whole = kernel(learner.features, learner.weights)
    dual = np.linalg.solve(whole[:30, :30] + np.diag(penalties(given)), targets(given))
    # What a paper has alone counts in its own row alone, and no score of a read paper is asked for.
    assert learner.scores[30:] == pytest.approx(whole[30:, :30] @ dual, abs=0.01)


def test_learning_again_goes_on_from_the_last_answer_to_the_same_end() -> None:
    records, labels = papers(80, seed=1)
    features = features_of(records)
    again, anew = Learner(features), Learner(features)
    for read in (10, 20, 40):
        again.learn(list(range(read)), [float(label) for label in labels[:read]], tune=False)
    anew.learn(list(range(40)), [float(label) for label in labels[:40]], tune=False)
    assert again.scores == pytest.approx(anew.scores, abs=0.01)


def test_shared_references_order_papers_without_words() -> None:
    cites = [("a", "b"), ("a", "b"), ("c", "d"), ("c", "d"), ("a", "b"), ("c", "d")]
    learner = Learner(features_of([Record(title=f"n{i}", references=refs) for i, refs in enumerate(cites)]))
    learner.learn([0, 2], [1.0, 0.0])
    assert min(learner.scores[[1, 4]]) > max(learner.scores[[3, 5]])


def test_the_weight_of_a_block_that_tells_rises() -> None:
    dice = np.random.default_rng(2)
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    labels = [int(dice.random() < 0.4) for _ in range(120)]
    records = [
        Record(title=" ".join(dice.choice(words, 3)), tags=(("wanted",) if label else ("other",)))
        for label in labels
    ]
    learner = Learner(features_of(records))
    at, given = np.arange(60), np.asarray(labels[:60], dtype=float)
    chosen = chosen_weights(learner.features, at, given, learner.weights, penalties)
    assert chosen[TAGS] > learner.weights[TAGS]
    assert chosen[PHRASES] == 1.0


def test_area_counts_pairs_in_order() -> None:
    assert area(np.array([0.9, 0.1, 0.5, 0.3]), np.array([True, False, False, True])) == 0.75


def test_chances_rise_with_scores_and_fit_the_share_of_included() -> None:
    records, labels = papers(300, seed=4)
    learner = Learner(features_of(records))
    learner.learn(list(range(150)), [float(label) for label in labels[:150]])
    chances = learner.chances()
    assert np.all(np.diff(chances[np.argsort(learner.scores)]) >= 0)
    assert chances[150:].mean() == pytest.approx(np.mean(labels[150:]), abs=0.1)


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_gives_each_unread_paper_once(order: str) -> None:
    records, _ = papers(90, seed=5)
    priority = Priority(features_of(records))
    priority.learn(
        list(range(50)), [1.0] + [0.0] * 49
    )  # long without an inclusion: unseen regions are mixed in
    given = priority.next(1000, order)
    assert sorted(given) == list(range(50, 90))


def test_labels_of_one_kind_or_none_are_no_error() -> None:
    records, _ = papers(20)
    priority = Priority(features_of(records))
    assert len(priority.next(3)) == 3
    priority.learn([0, 1], [0.0, 0.0])
    assert len(priority.next(30)) == 18


def test_a_review_is_read_again_in_a_good_order() -> None:
    records, labels = papers(200, seed=6)
    run = simulate(features_of(records), labels, seed=3)
    assert run.order[:2] == first_papers(np.asarray(labels), 3)
    assert sorted(run.order) == list(range(200))
    assert run.wss95 > 0.5
    assert run.loss < 0.05
    assert run == simulate(features_of(records), labels, seed=3)


def test_measures_by_hand() -> None:
    perfect = np.array([1, 1, 0, 0, 0, 0, 0, 0])
    assert wss95(perfect) == pytest.approx(0.95 - 2 / 8)
    assert loss(perfect) == 0
    assert loss(perfect[::-1]) == 1
    assert wss95(perfect[::-1]) == pytest.approx(0.95 - 1)


def test_papers_without_anything_have_no_blocks() -> None:
    features = features_of([Record(), Record(title="x"), Record(references=("a",))])
    assert features.blocks == {}
    learner = Learner(features)
    learner.learn([0], [1.0])
    assert len(learner.scores) == 3


def test_unseen_papers_come_from_the_topics_that_least_was_read_of() -> None:
    records, labels = papers(60, seed=3)
    topics = np.arange(60) % 5
    topics[[1, 6, 11]] = 0  # the largest, of which most was read
    priority = Priority(features_of(records))
    read = [0, 5, 10, 2]
    priority.learn(read, [float(labels[at]) for at in read])
    priority.offer(range(60), topics)
    order = priority.next(60, "unseen")
    assert sorted([*order, *read]) == list(range(60))
    assert {int(topics[at]) for at in order[:3]} == {1, 3, 4}, "nobody looked at these"
    counts = np.bincount(topics[read], minlength=5)
    for at in order[:40]:
        assert counts[topics[at]] == counts.min()
        counts[topics[at]] += 1


def test_papers_that_are_not_offered_do_not_come() -> None:
    records, labels = papers(30)
    priority = Priority(features_of(records))
    priority.learn([0, 1], [float(labels[0]), float(labels[1])])
    priority.offer([1, 5, 7])
    for order in ORDERS:
        assert set(priority.next(30, order)) == {5, 7}
