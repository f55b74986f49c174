"""The order of topics: neighbours as alike as can be, whatever the order they came in."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from topics.naming.seriation import order_siblings


def symmetric(size: int, seed: int) -> NDArray[np.float64]:
    matrix = np.random.default_rng(seed).random((size, size))
    return (matrix + matrix.T) / 2


def length(similarity: NDArray[np.float64], order: list[int]) -> float:
    return sum(float(similarity[one, other]) for one, other in pairwise(order))


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 14), st.integers(0, 10_000))
def test_turning_no_stretch_brings_more_together(size: int, seed: int) -> None:
    similarity = symmetric(size, seed)
    order = order_siblings(similarity)
    assert sorted(order) == list(range(size))
    best = length(similarity, order)
    for first, last in combinations(range(size), 2):
        turned = order[:first] + order[first : last + 1][::-1] + order[last + 1 :]
        assert length(similarity, turned) <= best + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_of_few_topics_the_order_is_as_good_as_any_or_nearly(seed: int) -> None:
    similarity = symmetric(7, seed)
    every = [length(similarity, list(order)) for order in permutations(range(7))]
    assert length(similarity, order_siblings(similarity)) >= max(every) - 0.15 * (max(every) - min(every))


@pytest.mark.parametrize("seed", range(5))
def test_a_spectrum_is_found_however_it_was_shuffled(seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(30)
    similarity = np.exp(-np.abs(shuffled[:, None] - shuffled[None, :]) / 3.0)
    ordered = [int(shuffled[row]) for row in order_siblings(similarity)]
    assert ordered in (list(range(30)), list(range(30))[::-1])


def test_the_end_with_the_lower_index_comes_first_and_the_input_is_left_alone() -> None:
    similarity = symmetric(9, 3)
    before = similarity.copy()
    order = order_siblings(similarity)
    assert order[0] < order[-1]
    np.testing.assert_array_equal(similarity, before)


def test_groups_that_have_nothing_in_common_stay_together() -> None:
    groups = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])
    similarity = (groups[:, None] == groups[None, :]).astype(float)
    ordered = groups[order_siblings(similarity)]
    assert (np.diff(ordered) != 0).sum() == 2


def test_similarities_that_are_no_numbers_do_no_harm() -> None:
    similarity = symmetric(5, 1)
    similarity[2, :] = similarity[:, 2] = np.nan
    assert sorted(order_siblings(similarity)) == list(range(5))


def test_more_topics_than_a_leaf_ordering_can_take_are_ordered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.naming.seriation._LEAF_ORDERING_LIMIT", 20)
    similarity = np.exp(-np.abs(np.arange(40)[:, None] - np.arange(40)[None, :]) / 5.0)
    assert order_siblings(similarity) == list(range(40))


def test_a_handful_of_topics() -> None:
    assert order_siblings(np.zeros((0, 0))) == []
    assert order_siblings(np.ones((1, 1))) == [0]
    assert order_siblings(symmetric(2, 1)) == [0, 1]
    middle = np.array([[1, 0.9, 0.1], [0.9, 1, 0.1], [0.1, 0.8, 1]])  # the mean of both sides counts
    assert order_siblings(middle) == [0, 1, 2]


@pytest.mark.parametrize("seed", range(4))
def test_similarities_below_zero_are_ordered_as_those_above(seed: int) -> None:
    similarity = symmetric(12, seed)
    assert order_siblings(similarity - 5) == order_siblings(similarity)
