"""What a movement promises of any counts."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.model.trends import MIN_PAPERS, RISING, SURE, Movement
from topics.model.trends import _movement as movement

years = st.lists(st.tuples(st.integers(0, 400), st.floats(0, 1)), min_size=2, max_size=25)


def drawn(rows: list[tuple[int, float]]) -> tuple[list[int], list[int]]:
    return [total for total, _ in rows], [int(total * share) for total, share in rows]


@given(years)
def test_growth_is_bounded_and_the_word_has_its_sign(rows: list[tuple[int, float]]) -> None:
    totals, counts = drawn(rows)
    moved = movement(totals, counts)
    assert -1 <= moved.growth <= 1
    if moved.word == "rising":
        assert (1 + moved.growth) / (1 - moved.growth) >= RISING - 1e-9
    if moved.word == "falling":
        assert (1 - moved.growth) / (1 + moved.growth) >= RISING - 1e-9
    if sum(counts) < MIN_PAPERS:
        assert moved == Movement("too few", 0.0)


@given(years)
def test_years_without_papers_at_either_end_change_nothing(rows: list[tuple[int, float]]) -> None:
    totals, counts = drawn(rows)
    moved = movement(totals, counts)
    if moved.word != "too few":
        assert movement([*totals, 0], [*counts, 0]) == moved
        assert movement([0, *totals], [0, *counts]) == moved


@given(st.integers(100, 2_000), st.integers(10, 100), st.integers(10, 100))
@settings(max_examples=60)
def test_time_turned_round_turns_the_movement_round(total: int, before: int, after: int) -> None:
    one = movement([total, total], [before, after])
    other = movement([total, total], [after, before])
    assert other.growth == pytest.approx(-one.growth)
    turned = {"rising": "falling", "falling": "rising"}
    assert other.word == turned.get(one.word, one.word)


@given(st.integers(200, 5_000), st.integers(10, 190), st.integers(10, 190))
@settings(max_examples=100)
def test_two_years_by_the_test_of_two_proportions(total: int, before: int, after: int) -> None:
    overall = (before + after) / (2 * total)
    earlier = (before + 5 * overall) / (total + 5)
    later = (after + 5 * overall) / (total + 5)
    sure = abs(later - earlier) >= SURE * sqrt(overall * (1 - overall) * 2 / total)
    much = later / earlier >= RISING or later / earlier <= 1 / RISING
    moved = movement([total, total], [before, after])
    assert (moved.word in ("rising", "falling")) == (sure and much)


def test_a_topic_that_is_everything_is_steady() -> None:
    assert movement([30, 50, 90], [30, 50, 90]) == Movement("steady", 0.0)


def test_a_topic_of_the_last_year_alone_rises_though_the_cut_lies_there() -> None:
    # more than half of all papers are of the last year: it is the later half by itself
    assert movement([10, 10, 10, 500], [0, 0, 0, 250]).word == "rising"
    assert movement([500, 10, 10, 10], [250, 0, 0, 0]).word == "falling"
