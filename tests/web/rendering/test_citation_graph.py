"""Citations around a paper: where each is drawn."""

from __future__ import annotations

from typing import Any

from web.rendering.citation_graph import MOST, Dot, neighbourhood


def entry(id: str, year: int | None) -> dict[str, Any]:
    return {"id": id, "title": f"About {id}", "year": year}


def test_what_is_cited_stands_above_and_what_cites_below_each_at_its_year() -> None:
    drawing = neighbourhood(
        {"year": 2010, "references": [entry("old", 2000)], "cited_by": [entry("new", 2020)]}
    )
    assert drawing is not None
    # Twenty free at either side of 400: 2010 is the middle; the first row is 26 from the paper.
    assert (drawing.x, drawing.y, drawing.first, drawing.last) == (200, 95, 2000, 2020)
    assert drawing.dots == [
        Dot("new", "About new", 2020, 380, 121, "M200.0 95Q380.0 95 380.0 121", False),
        Dot("old", "About old", 2000, 20, 69, "M200.0 95Q20.0 95 20.0 69", True),
    ]
    assert (drawing.top, drawing.bottom) == (69 - 13, 121 + 13)


def test_papers_of_one_year_are_stacked_away_from_the_middle_five_high() -> None:
    drawing = neighbourhood({"year": 2010, "references": [entry(str(n), 2000) for n in range(7)]})
    assert drawing is not None
    assert [dot.y for dot in drawing.dots] == [69, 56, 43, 30, 17, 69, 56]
    assert (drawing.x, drawing.top, drawing.bottom) == (380, 17 - 13, 95 + 13)


def test_papers_of_one_year_alone_stand_in_the_middle() -> None:
    drawing = neighbourhood({"year": 2010, "cited_by": [entry("a", 2010)]})
    assert drawing is not None
    assert (drawing.x, drawing.dots[0].x, drawing.dots[0].y) == (200, 200, 121)
    assert (drawing.first, drawing.last, drawing.top) == (2010, 2010, 95 - 13)


def test_the_newest_of_many_are_drawn_and_those_without_id_or_year_are_not() -> None:
    citing = [entry(str(n), 2000 + n % 30) for n in range(100)]
    odd = [{"title": "not in the library"}, entry("undated", None), {"id": "", "year": 2001, "title": ""}]
    drawing = neighbourhood({"year": 1990, "cited_by": [*odd, *citing]})
    assert drawing is not None
    assert len(drawing.dots) == MOST
    assert min(dot.year for dot in drawing.dots) == 2022
    assert neighbourhood({"year": 1990, "references": odd, "cited_by": odd}) is None
    assert neighbourhood({"year": None, "cited_by": citing}) is None
    assert neighbourhood({"year": 1990}) is None
