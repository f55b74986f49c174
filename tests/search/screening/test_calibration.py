"""What errors cost, how scores become chances, and when a learner chooses its weights again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from search.screening import learner as module
from search.screening.features import features_of
from search.screening.learner import Learner, _platt, named_weights, penalties
from search.screening.records import Record
from tests.search.screening.test_learner import papers


def test_papers_to_include_weigh_as_much_together_whatever_their_number() -> None:
    costs = 1 / penalties(np.array([1.0, 0.5, 0.0, 0.0, 0.0]))
    assert costs.mean() == pytest.approx(0.22)
    assert costs[:2].sum() == pytest.approx(9.8 * costs[2:].sum())
    assert costs[0] == pytest.approx(2 * costs[1])
    assert costs[2] == costs[3] == costs[4]
    for one_kind in (np.zeros(4), np.ones(4)):
        assert 1 / penalties(one_kind) == pytest.approx(np.full(4, 0.22))


def test_the_curve_of_chances_is_that_of_the_likelihood() -> None:
    dice = np.random.default_rng(1)
    labels = np.array([1.0] * 6 + [0.0] * 20)
    scores = np.where(labels > 0, 0.4, -0.6) + dice.normal(scale=0.7, size=26)
    want = np.where(labels > 0, 7 / 8, 1 / 22)  # Platt's targets, so that no chance is certain

    def loss(beta: np.ndarray) -> float:
        margin = beta[0] + beta[1] * scores
        return float((np.logaddexp(0, margin) - want * margin).sum() + 0.0005 * beta @ beta)

    assert _platt(scores, labels) == pytest.approx(minimize(loss, np.zeros(2), tol=1e-12).x, abs=1e-4)
    assert _platt(-scores, labels) == (-3.0, 2.0)  # scores that mislead tell no chance


def test_without_decisions_a_chance_is_a_guess() -> None:
    learner = Learner(features_of(papers(4)[0]))
    assert learner.chances() == pytest.approx(np.full(4, 1 / (1 + np.exp(3))))
    assert not learner.is_calibrated


@pytest.mark.parametrize(
    ("included", "calibrated"),
    [
        (range(4), False),
        (range(5), True),
        (range(0, 25, 5), False),  # all in one fold: what is learned without it knows of none
        ([0, 1, 5, 10, 15], True),
        (range(26), False),
        (range(25), True),
    ],
)
def test_chances_need_five_decisions_of_each_kind(included: range | list[int], calibrated: bool) -> None:
    labels = [float(at in included) for at in range(30)]
    records = [Record(title="wanted" if label else "other", abstract="") for label in labels]
    learner = Learner(features_of(records))
    learner.learn(range(30), labels)
    assert learner.is_calibrated == calibrated


def test_weights_are_chosen_again_after_three_tenths_more_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    records, labels = papers(40)
    learner = Learner(features_of(records))
    asked: list[int] = []

    def chosen(features: object, at: np.ndarray, *rest: object) -> dict[str, float]:
        asked.append(len(at))
        return learner.weights

    monkeypatch.setattr(module, "chosen_weights", chosen)
    for count in (7, 8, 9, 10, 11, 14, 15, 40):
        learner.learn(range(count), labels[:count])
    assert asked == [8, 11, 15, 40]
    untuned = Learner(features_of(records))
    untuned.learn(range(40), labels, tune=False)
    assert asked == [8, 11, 15, 40]
    assert not untuned.is_calibrated
    assert learner.is_calibrated


def test_likeness_to_what_was_read_is_set_against_what_was_not() -> None:
    records, _ = papers(12)
    learner = Learner(features_of(records))
    rows = learner._rows.toarray()
    read, unread = rows[[1, 4, 5]].mean(axis=0), np.delete(rows, [1, 4, 5], axis=0).mean(axis=0)
    assert learner.similar_to_read([1, 4, 5]) == pytest.approx(rows @ (read - unread), abs=1e-5)
    assert learner.similar_to_read([]) == pytest.approx(-rows @ rows.mean(axis=0), abs=1e-5)


def test_weights_that_do_not_count_are_not_shown() -> None:
    learner = Learner(features_of(papers(4)[0]))
    learner.weights = {"words": 0.004, "tags": 0.006, "phrases": 1.0}
    assert named_weights(learner) == {"tags": 0.01, "phrases": 1.0}
