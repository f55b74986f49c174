from __future__ import annotations

import pytest

from topics.model.trends import Movement, gaps, smoothed
from topics.model.trends import movement as movement_of_years


def movement(totals: list[int], counts: list[int]) -> Movement:
    """Of years that follow each other."""
    return movement_of_years(range(2000, 2000 + len(totals)), totals, counts)


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


def test_what_lies_before_a_gap_is_another_time() -> None:
    years = [1977, 1978, *range(2018, 2022)]
    totals = [4000, 4000, 300, 300, 300, 600]
    assert movement_of_years(years, totals, [0, 0, 50, 50, 50, 100]).word == "steady"
    assert movement_of_years(years, totals, [900, 900, 20, 20, 20, 200]).word == "rising"
    assert movement_of_years([1977, 1978, 2021], [400, 400, 800], [0, 0, 700]).word == "too few"


def test_one_poor_year_is_no_gap_between_two_times() -> None:
    assert movement_of_years([2000, 2001, 2003, 2004], [400] * 4, [20, 20, 80, 80]).word == "rising"
    assert movement([400, 400, 1, 400, 400], [20, 20, 0, 80, 80]).word == "rising"


def test_in_a_small_library_every_year_that_has_papers_says_something() -> None:
    assert gaps([2000, 2001, 2002], [2, 0, 1]) == [(2001, 2001)]


def test_gaps_are_years_with_too_few_papers_for_a_share() -> None:
    assert gaps([1977, 1978, 2018, 2019, 2021], [900, 800, 900, 900, 900]) == [(1979, 2017), (2020, 2020)]
    assert gaps([2000, 2001, 2002], [900, 3, 900]) == [(2001, 2001)]
    assert gaps([2000, 2001, 2002], [1, 1, 1]) == gaps([], []) == []


@pytest.mark.parametrize(
    ("totals", "counts", "word"),
    [
        ([10_000, 10_000], [9, 10], "too few"),
        ([10_000, 10_000], [10, 10], "steady"),
        ([10_000, 10_000], [10, 31], "rising"),
        ([10_000, 10_000], [31, 10], "falling"),
        ([100_000, 100_000], [10_000, 12_450], "steady"),
        ([100_000, 100_000], [10_000, 12_550], "rising"),
        ([100_000, 100_000], [12_450, 10_000], "steady"),
        ([100_000, 100_000], [12_550, 10_000], "falling"),
        ([100, 100], [50, 60], "steady"),
        ([100, 100], [50, 70], "rising"),
        ([1_000, 1_000], [450, 550], "steady"),
        ([1_000, 1_000], [430, 570], "rising"),
    ],
)
def test_where_a_movement_begins(totals: list[int], counts: list[int], word: str) -> None:
    assert movement(totals, counts).word == word


def test_growth_by_hand() -> None:
    # Shares .1 and .2, drawn to .15 by five papers: (10 + .75) / 105 and (20 + .75) / 105.
    assert movement([100, 100], [10, 20]).growth == pytest.approx((20.75 - 10.75) / (20.75 + 10.75))
    # Half of the papers lie before the end of the second year: three years against one.
    assert movement([50, 50, 50, 50], [0, 0, 20, 20]).growth == pytest.approx(
        movement([100, 100], [0, 40]).growth
    )


def test_all_papers_in_a_topic_do_not_move_it() -> None:
    moved = movement([100, 100], [100, 100])
    assert (moved.word, moved.growth) == ("steady", 0.0)


def test_years_of_a_handful_of_papers_do_not_shout() -> None:
    years, totals = [1990, 2000, 2001, 2002], [2, 1000, 1000, 1000]
    alone, *full = smoothed(years, [2, 0, 300, 600], totals)
    assert full == pytest.approx([0.15, 0.3, 0.45], abs=0.04)
    assert alone == pytest.approx(0.3, abs=0.01)  # two of two say nothing, nor do years far from it
    assert smoothed([2000], [0], [0]) == [0]


def test_what_lies_behind_a_gap_pulls_no_line() -> None:
    years = [1977, 1978, 2018, 2019, 2020, 2021]
    shares = smoothed(years, [300, 300, 5, 10, 100, 2_000], [1000, 1000, 50, 100, 1_000, 20_000])
    assert shares == pytest.approx([0.3, 0.3, 0.1, 0.1, 0.1, 0.1], abs=0.002)


def test_a_share_is_smoothed_over_three_years() -> None:
    # Pseudo-papers: half of a mean year's 10,000, at the topic's share of all years together, .6.
    shares = smoothed([1, 2, 3, 4, 5], [0, 0, 10_000, 10_000, 10_000], [10_000] * 5)
    by_hand = [
        (3_000 + own) / (5_000 + whole)
        for own, whole in [
            (0, 20_000),
            (10_000, 30_000),
            (20_000, 30_000),
            (30_000, 30_000),
            (20_000, 20_000),
        ]
    ]
    assert shares == pytest.approx(by_hand)
