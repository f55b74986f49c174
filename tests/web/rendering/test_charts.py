"""Charts by year: where bars, lines and gaps stand."""

from __future__ import annotations

import pytest

from web.rendering import charts


def test_bars_are_as_tall_as_their_counts_and_years_between_are_empty_places() -> None:
    drawn = charts.bars([(2003, 10), (2000, 5), (2002, 0)], frozenset({2003}))
    assert [(bar.year, bar.count, bar.selected) for bar in drawn] == [
        (2000, 5, False),
        (2002, 0, False),
        (2003, 10, True),
    ]
    # Four years of 150 each, less 2 between bars; of 140 in height, 4 stay free above the tallest.
    assert [(bar.x, bar.width) for bar in drawn] == [(1, 148), (301, 148), (451, 148)]
    assert [(bar.y, bar.height) for bar in drawn] == [(72, 68), (140, 0), (4, 136)]


def test_a_year_with_any_paper_is_seen_and_bars_of_many_years_keep_apart() -> None:
    small, tall = charts.bars([(2000, 1), (2001, 10_000)], height=100)
    assert (small.y, small.height) == (98.5, 1.5)
    assert (tall.y, tall.height) == (4, 96)
    many = charts.bars([(year, 1) for year in range(1900, 2020)])  # 5 each, a fifth of it between them
    assert {bar.width for bar in many} == {4}
    assert [bar.x for bar in many[:2]] == [0.5, 5.5]


def test_nothing_is_drawn_of_nothing() -> None:
    assert charts.bars([]) == []
    assert charts.lines([], [], []) == []
    assert charts.ranges([]) == []
    assert [(bar.y, bar.height) for bar in charts.bars([(2000, 0)])] == [(charts.HEIGHT, 0)]
    assert charts.lines([2000, 2001], [0.0, 0.0], []) == ["150.0,137.0 450.0,137.0"]


def test_a_line_stands_over_the_bars_of_its_years() -> None:
    years = [2000, 2001, 2002]
    drawn = charts.bars([(year, 5) for year in years])
    (line,) = charts.lines(years, [0.1, 0.2, 0.0], [])
    points = [point.split(",") for point in line.split()]
    assert [float(x) for x, _ in points] == pytest.approx([b.x + b.width / 2 for b in drawn], abs=0.1)
    assert [float(y) for _, y in points] == pytest.approx([70, 3, charts.HEIGHT - 3])


def test_a_gap_is_a_gap() -> None:
    years, gaps = [1977, 1978, 1993, 2018, 2019, 2021], [(1979, 2017), (2020, 2020)]
    lines = charts.lines(years, [0.1, 0.2, 0.9, 0.2, 0.1, 0.2], gaps)
    assert [len(line.split()) for line in lines] == [2, 2, 2]
    left, right = (float(point.split(",")[0]) for point in lines[2].split())
    middle = (2021 - 1977 + 0.5) * charts.WIDTH / (2021 - 1977 + 1)
    assert (left + right) / 2 == pytest.approx(middle, abs=0.1)
    assert left < right
    assert charts.ranges(gaps) == ["1979–2017", "2020"]
    assert charts.lines([2000, 2001], [0.1, 0.2], [(2000, 2001)]) == []
    # The highest year that is drawn reaches the top; a year alone is three tenths of a year wide each way.
    assert charts.lines([2000, 2001, 2002], [0.1, 0.9, 0.2], [(2001, 2001)], 300, 40) == [
        "20.0,20.0 80.0,20.0",
        "220.0,3.0 280.0,3.0",
    ]


def test_two_years_side_by_side() -> None:
    years, shares = [2000, 2001, 2002], {"t": [0.1, 0.3, 0.4], "u": [0.6, 0.2, 0.0]}
    compared = charts.two_years(years, shares, None, 2001)
    assert compared is not None
    assert (compared.left, compared.right) == (2000, 2001)
    assert compared.shares == {"t": (0.1, 0.3), "u": (0.6, 0.2)}
    assert compared.top == 0.6
    assert charts.two_years([2000], {}, None, None) is None
    assert charts.two_years([2000, 2001], {"t": [0.1, 0.2]}, None, None) == charts.Comparison(
        2000, 2001, {"t": (0.1, 0.2)}, 0.2
    )
    assert charts.two_years(years, {}, 2001, None) == charts.Comparison(2001, 2002, {}, 1.0)
    assert charts.two_years(years, {"t": [0.0] * 3}, 2000, 2000) == charts.Comparison(
        2000, 2000, {"t": (0.0, 0.0)}, 1.0
    )
    with_a_gap = charts.two_years(years, {}, None, None, [(1999, 2000)])
    assert with_a_gap == charts.Comparison(2001, 2002, {}, 1.0)
    assert charts.two_years(years, {}, 2000, None, [(2000, 2000)]) == charts.Comparison(2000, 2002, {}, 1.0)
    assert charts.two_years(years, {}, None, None, [(2000, 2001)]) == charts.Comparison(2000, 2002, {}, 1.0)
    unknown = charts.two_years(years, shares, 1990, 2030)
    assert unknown is not None
    assert (unknown.left, unknown.right) == (2000, 2002)
