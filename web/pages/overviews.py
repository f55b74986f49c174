"""Views over all topics: trends, bridges between two, quality."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from litatlas.answers import TopicAnswer
from web.pages.blueprint import as_counts, blueprint, map_parts
from web.rendering import charts, page
from web.requests import BridgesPageRequest, TrendsPageRequest, parse
from web.site import atlas, site


@blueprint.get("/trends")
def trends() -> Response:
    """What rises and what falls."""
    params = parse(TrendsPageRequest, request.args)
    answer = atlas().reports.trends(params.topic or None)
    years = answer["years"]
    rows: list[dict[str, Any]] = [
        {
            **entry,
            "papers": sum(entry["counts"]),
            "lines": charts.lines(years, entry["smoothed"], answer["gaps"], 200.0, 40.0),
        }
        for entry in answer["topics"]
    ]
    rows.sort(key=lambda row: -row["growth"])
    shares = {row["id"]: row["smoothed"] for row in rows}
    compared = charts.two_years(years, shares, params.left, params.right, answer["gaps"])
    drawing = site().drawing()
    return page(
        "trends.html",
        rows=rows,
        years=years,
        gaps=charts.ranges(answer["gaps"]),
        compared=compared,
        params=params,
        path=drawing.path(params.topic or ""),
        hues=drawing.hues,
        below={cell["parent"] for cell in drawing.cells},
    )


@blueprint.get("/bridges")
def bridges() -> Response:
    """Papers between two topics."""
    choices = _choices(atlas().topics.all()["topics"])
    if not request.args.get("a") or not request.args.get("b"):
        return page("bridges.html", choices=choices, answer=None, params=request.args, **map_parts())
    params = parse(BridgesPageRequest, request.args)
    answer = atlas().reports.bridges(params.a, params.b)
    lit = as_counts(answer["topics"])
    return page("bridges.html", choices=choices, answer=answer, params=request.args, **map_parts(lit))


def _choices(topics: list[TopicAnswer]) -> list[tuple[TopicAnswer, list[TopicAnswer]]]:
    """Topics to choose from: each of the top with those below it, for grouped selects."""
    best: dict[str, list[TopicAnswer]] = {}
    for entry in topics:
        if entry["parents"]:
            parent = max(entry["parents"], key=lambda edge: edge[1])[0]
            best.setdefault(parent, []).append(entry)
    return [(entry, best.get(entry["id"], [])) for entry in topics if entry["level"] == 0]


@blueprint.get("/quality")
def quality() -> Response:
    """How good the topics are, measured on papers held out."""
    return page("quality.html", quality=atlas().reports.quality(), state=atlas().reports.status())
