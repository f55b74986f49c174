from __future__ import annotations

import pytest

from topics.model.trends import movement

TOTALS = [70, 80, 100, 140, 220]


def test_what_grows_faster_than_the_whole_rises_and_the_rest_falls() -> None:
    rising, falling = movement(TOTALS, [10, 20, 40, 80, 160]), movement(TOTALS, [40] * 5)
    assert (rising.word, falling.word) == ("rising", "falling")
    assert rising.growth > 0.2
    assert falling.growth < -0.2


def test_even_growth_is_steady() -> None:
    moved = movement([100, 200, 400], [50, 100, 200])
    assert moved.word == "steady"
    assert moved.growth == pytest.approx(0)


def test_a_change_within_chance_is_steady() -> None:
    assert movement([1000, 1000], [12, 20]).word == "steady"
    assert movement([100_000, 100_000], [1200, 2000]).word == "rising"


@pytest.mark.parametrize(
    ("totals", "counts"), [([501, 509], [1, 9]), ([500], [100]), ([], []), ([100, 0], [30, 0])]
)
def test_a_handful_of_papers_or_a_single_year_says_nothing(totals: list[int], counts: list[int]) -> None:
    assert movement(totals, counts).word == "too few"


def test_two_periods_far_apart() -> None:
    totals = [400, 400, *[0] * 42, 800]
    assert movement(totals, [100, 100, *[0] * 42, 700]).word == "rising"
    assert movement(totals, [300, 300, *[0] * 42, 100]).word == "falling"
