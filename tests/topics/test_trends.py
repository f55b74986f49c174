from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from topics.trends import trends_answer, year_table


def yearly(counts: dict[int, list[int]]) -> tuple[list[int | None], np.ndarray]:
    """Papers of one topic each: year → papers of each topic."""
    years: list[int | None] = []
    topics: list[int] = []
    for year, row in counts.items():
        for topic, count in enumerate(row):
            years += [year] * count
            topics += [topic] * count
    return years, np.eye(len(next(iter(counts.values()))))[topics]


TABLE = year_table(
    *yearly(
        {2018: [40, 10, 20], 2019: [40, 20, 20], 2020: [40, 40, 20], 2021: [40, 80, 20], 2022: [40, 160, 20]}
    )
)


def test_counts_and_shares_by_year() -> None:
    assert TABLE.years == [2018, 2019, 2020, 2021, 2022]
    trend = TABLE.trend(1)
    assert trend["counts"] == [10, 20, 40, 80, 160]
    assert trend["shares"] == pytest.approx([10 / 70, 20 / 80, 40 / 100, 80 / 140, 160 / 220], abs=1e-6)


def test_what_grows_faster_than_the_whole_rises_and_the_rest_falls() -> None:
    assert TABLE.movement(1).word == "rising"
    assert TABLE.movement(0).word == "falling"
    assert (TABLE.movement(1).slope or 0) > 0 > (TABLE.movement(0).slope or 0)


def test_even_growth_is_steady() -> None:
    table = year_table(*yearly({2000: [50, 50], 2001: [100, 100], 2002: [200, 200]}))
    assert table.movement(0).word == "steady"
    assert table.movement(0).ratio == pytest.approx(1.0)


def test_a_handful_of_papers_says_nothing() -> None:
    table = year_table(*yearly({2000: [1, 500], 2001: [9, 500]}))
    assert table.movement(0).word == "too few"
    assert table.movement(0).ratio is None


def test_any_two_years_side_by_side() -> None:
    moved = TABLE.movement(1, earlier=(2018, 2018), later=(2022, 2022))
    assert moved.word == "rising"
    assert (moved.ratio or 0) > (TABLE.movement(1).ratio or 0)


def test_two_periods_far_apart() -> None:
    table = year_table(*yearly({1977: [300, 100], 1978: [300, 100], 2021: [100, 700]}))
    assert table.years[0] == 1977
    assert table.years[-1] == 2021
    assert len(table.years) == 45
    assert table.movement(1).word == "rising"
    assert table.trend(0)["shares"][10] == 0


def test_soft_memberships_count_by_their_weight() -> None:
    table = year_table([2000, 2000, 2001], csr_matrix(np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])))
    assert table.counts.tolist() == [[1.5, 0.0], [0.5, 1.0]]


def test_papers_without_a_year_are_left_out() -> None:
    table = year_table([None, 0, 2001, 2002], np.ones((4, 1)))
    assert table.years == [2001, 2002]
    assert table.totals.tolist() == [1, 1]
    assert year_table([None, None], np.ones((2, 3))).trend(2) == {"years": [], "counts": [], "shares": []}


def test_a_year_that_is_a_typing_error_does_not_stretch_the_table() -> None:
    table = year_table([9] + [2000] * 50 + [2001] * 50, np.ones((101, 1)))
    assert len(table.years) < 500


def test_one_year_is_too_few() -> None:
    table = year_table([2020] * 100, np.ones((100, 1)))
    assert table.movement(0).word == "too few"


def test_the_answer_lists_risers_first_and_fallers_last() -> None:
    answer = trends_answer(TABLE, ["ta", "tb", "tc"], ["A", "B", "C"])
    assert answer["years"] == TABLE.years
    assert answer["topics"][0]["id"] == "tb"
    assert answer["topics"][0]["movement"] == "rising"
    assert {row["id"] for row in answer["topics"]} == {"ta", "tb", "tc"}
    assert all(len(row["counts"]) == len(row["shares"]) == 5 for row in answer["topics"])
