"""Sizes of levels, groups of leaves, shares of collections: what they promise of any numbers."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.errors import InputError
from topics.training.collection_aggregation import leaf_shares
from topics.training.number_of_topics import level_sizes
from topics.training.topic_tree import group, nested_groups


@given(st.integers(1, 20_000_000))
def test_levels_grow_from_a_top_that_can_be_read(papers: int) -> None:
    sizes = level_sizes(papers)
    assert all(above < below for above, below in pairwise(sizes))
    assert 2 <= len(sizes) <= 4
    assert sizes[0] <= (max(3, sqrt(sizes[-1])) if len(sizes) > 2 else max(2, sizes[1] / 3 + 0.5))
    assert max(4, round(sqrt(papers) / 2)) <= sizes[-1] <= max(4, round(sqrt(papers)))
    assert (len(sizes) == 2) == (sizes[-1] < 20)
    assert (len(sizes) == 4) == (sizes[-1] > 300)


@given(st.integers(1, 2_000_000))
def test_a_library_that_grows_never_gets_a_smaller_model(papers: int) -> None:
    assert level_sizes(papers)[-1] <= level_sizes(papers + papers // 10 + 1)[-1]


def test_sizes_of_known_libraries() -> None:
    assert level_sizes(100) == [2, 5]
    assert level_sizes(3_000) == [3, 11, 27]
    assert level_sizes(50_000) == [13, 90, 224]
    assert level_sizes(1_000_000) == [28, 92, 304, 1000]


@pytest.mark.parametrize(
    ("given_sizes", "papers", "words"),
    [
        ([12], 1_000, "two to five"),
        ([2, 4, 8, 16, 32, 64], 1_000, "two to five"),
        ([12, 12], 1_000, "do not grow"),
        ([0, 5], 1_000, "do not grow"),
        ([60, 12], 1_000, "do not grow"),
        ([2, 201], 1_000, "too many"),
    ],
)
def test_sizes_that_cannot_be_say_why_and_what_to_ask_for(
    given_sizes: list[int], papers: int, words: str
) -> None:
    with pytest.raises(InputError, match=words) as error:
        level_sizes(papers, given_sizes)
    assert any(digit.isdigit() for digit in str(error.value.hint))


def test_sizes_as_large_as_they_may_be() -> None:
    assert level_sizes(1_000, [2, 200]) == [2, 200]


points = st.integers(0, 9_999).flatmap(
    lambda seed: st.tuples(st.just(seed), st.integers(2, 40), st.integers(1, 40), st.integers(1, 5))
)


def rows_of(seed: int, count: int, kinds: int) -> NDArray[np.float64]:
    """Points many of which may coincide: as many different ones as there are kinds."""
    noise = np.random.default_rng(seed)
    return noise.normal(size=(kinds * 4, 3))[noise.integers(0, kinds * 4, count)]


@settings(deadline=None, max_examples=80)
@given(points)
def test_there_are_as_many_groups_as_wanted_and_no_only_child_where_there_is_room(
    drawn: tuple[int, int, int, int],
) -> None:
    seed, count, size, kinds = drawn
    labels = group(rows_of(seed, count, kinds), size)
    sizes = np.bincount(labels)
    assert len(labels) == count
    assert len(sizes) == min(size, count)
    assert sizes.min() >= (2 if count >= 2 * size else 1)


@settings(deadline=None, max_examples=30)
@given(points)
def test_upper_groups_are_unions_of_lower_ones(drawn: tuple[int, int, int, int]) -> None:
    seed, count, size, kinds = drawn
    sizes = sorted({max(1, size // 4), max(1, size // 2)})
    levels = nested_groups(rows_of(seed, count, kinds).astype(np.float32), sizes)
    assert levels[-1].tolist() == list(range(count))
    for above, below in pairwise(levels):
        parents: dict[int, set[int]] = {}
        for high, low in zip(above.tolist(), below.tolist(), strict=True):
            parents.setdefault(low, set()).add(high)
        assert all(len(highs) == 1 for highs in parents.values())


def within(rows: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """Ward's criterion: squared distances to the means of the groups."""
    own = [rows[labels == number] for number in range(labels.max() + 1)]
    return sum(float(((part - part.mean(axis=0)) ** 2).sum()) for part in own)


@pytest.mark.parametrize("seed", range(4))
def test_repaired_groups_cannot_be_made_tighter_by_moving_one(seed: int) -> None:
    noise = np.random.default_rng(seed)
    rows = np.vstack(
        [noise.normal(size=(12, 3)), [[50.0, 0, 0]]]
    )  # one far away: it cannot be a group of its own
    labels = group(rows, 4)
    sizes = np.bincount(labels)
    assert sizes.min() >= 2
    for point, target in np.ndindex(len(rows), 4):
        if labels[point] != target and sizes[labels[point]] > 2:
            moved = labels.copy()
            moved[point] = target
            assert within(rows, moved) >= within(rows, labels) - 1e-9


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=9), st.integers(1, 500))
def test_collections_share_all_the_leaves_and_the_base_has_one(sizes: list[int], leaves: int) -> None:
    shares = leaf_shares(sizes, leaves)
    assert len(shares) == len(sizes)
    assert sum(shares) == leaves
    assert min(shares) >= 0
    assert shares[0] >= 1


def test_a_hundredth_of_the_papers_gets_more_than_a_hundredth_of_the_leaves() -> None:
    base, small = leaf_shares([100_000, 1_000], 200)
    assert (base, small) == (196, 4)
    assert leaf_shares([500, 500], 100) == [62, 38], "a later one shares subjects with the base"
