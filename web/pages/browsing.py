"""Topics, and the views over all of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.answers import TopicAnswer, TopicPage
from web.api.openapi import description
from web.context import atlas, site
from web.pages.blueprint import as_counts, blueprint, map_parts
from web.rendering import charts, page
from web.requests import (
    BridgesRequest,
    DescribeRequest,
    HideRequest,
    RenameRequest,
    TrendsPageRequest,
    UndoRequest,
    parse,
)

EXAMPLES = {
    "search": "/api/v1/search?q=screening&limit=3",
    "suggest": "/api/v1/suggest?q=scr",
    "export": "/api/v1/export?q=screening&format=bibtex",
    **{
        name: f"/api/v1/{name}"
        for name in ("topics", "collections", "jobs", "map", "quality", "trends", "status")
    },
}


@blueprint.get("/topics/<id>")
def topic(id: str) -> AnyResponse:
    """What a topic is about, where it stands and what is in it; one that is gone leads to its successor."""
    found = atlas().topics.one(id)
    if found["id"] != id:
        return redirect(f"/topics/{quote(found['id'])}", 302)
    drawing = site().drawing()
    labels = {cell["id"]: cell for cell in drawing.cells}
    return page(
        "topic.html",
        topic=found,
        path=drawing.path(id),
        parents=_named(found["parents"], labels),
        children=_named(found["children"], labels),
        neighbours=found["neighbours"],
        trend=_trend(found),
        shares=_shares(found["collections"]),
        hue=drawing.hues.get(id, 0),
        history=atlas().topics.history(id),
        map_svg=drawing.unlit,
        drawing=drawing,
    )


def _named(edges: list[tuple[str, float]], labels: Any) -> list[dict[str, Any]]:
    return [
        {"id": id, "weight": weight, "label": labels[id]["label"], "documents": labels[id]["documents"]}
        for id, weight in edges
        if id in labels
    ]


def _trend(found: TopicPage) -> dict[str, Any]:
    trend = found["trend"]
    return {
        "bars": charts.bars(list(zip(trend["years"], trend["counts"], strict=True))),
        "line": charts.line(trend["years"], charts.smooth(trend["years"], trend["counts"], trend["totals"])),
        "movement": trend["movement"],
        "rows": list(zip(trend["years"], trend["counts"], trend["shares"], strict=True)),
    }


def _shares(collections: dict[str, int]) -> list[tuple[str, int, float]]:
    total = sum(collections.values()) or 1
    ordered = sorted(collections.items(), key=lambda item: -item[1])
    return [(name, count, count / total) for name, count in ordered]


@blueprint.post("/topics/<id>/rename")
def rename(id: str) -> AnyResponse:
    """Give a topic a name of one's own."""
    asked = parse(RenameRequest, request.form)
    atlas().topics.rename(id, asked.label, who=asked.who)
    return redirect(f"/topics/{id}", 303)


@blueprint.post("/topics/<id>/describe")
def describe(id: str) -> AnyResponse:
    """Say in words what a topic is about."""
    asked = parse(DescribeRequest, request.form)
    atlas().topics.describe(id, asked.description, who=asked.who)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/hide")
def hide(id: str) -> AnyResponse:
    """Hide a topic that misleads, or show it again."""
    asked = parse(HideRequest, request.form)
    atlas().topics.hide(id, asked.hidden, who=asked.who)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/undo")
def undo(id: str) -> AnyResponse:
    """Take back the latest name, description or hiding."""
    asked = parse(UndoRequest, request.form)
    atlas().topics.undo(id, asked.kind)
    return redirect(f"/topics/{quote(id)}#curation", 303)


@blueprint.get("/trends")
def trends() -> Response:
    """What rises and what falls."""
    asked = parse(TrendsPageRequest, request.args)
    found = atlas().reports.trends(asked.topic or None)
    years, totals = found["years"], found["totals"]
    rows: list[dict[str, Any]] = [
        {
            **entry,
            "papers": sum(entry["counts"]),
            "line": charts.line(years, charts.smooth(years, entry["counts"], totals, 2), 200.0, 40.0),
        }
        for entry in found["topics"]
    ]
    rows.sort(key=lambda row: -row["growth"])
    counts = {row["id"]: row["counts"] for row in rows}
    compared = charts.two_years(years, totals, counts, asked.left, asked.right)
    drawing = site().drawing()
    return page(
        "trends.html",
        rows=rows,
        years=years,
        compared=compared,
        asked=asked,
        path=drawing.path(asked.topic or ""),
        hues=drawing.hues,
        below={cell["parent"] for cell in drawing.cells},
    )


@blueprint.get("/bridges")
def bridges() -> Response:
    """Papers between two topics."""
    choices = _choices(atlas().topics.all()["topics"])
    if not request.args.get("a") or not request.args.get("b"):
        return page("bridges.html", choices=choices, answer=None, asked=request.args, **map_parts())
    asked = parse(BridgesRequest, request.args)
    answer = atlas().reports.bridges(asked.a, asked.b)
    lit = as_counts(answer["topics"])
    return page("bridges.html", choices=choices, answer=answer, asked=request.args, **map_parts(lit))


def _choices(topics: list[TopicAnswer]) -> list[tuple[TopicAnswer, list[TopicAnswer]]]:
    """Topics to choose from: each of the top with those below it, for grouped selects."""
    best: dict[str, list[TopicAnswer]] = {}
    for entry in topics:
        if entry["parents"]:
            parent = max(entry["parents"], key=lambda edge: edge[1])[0]
            best.setdefault(parent, []).append(entry)
    return [(entry, best.get(entry["id"], [])) for entry in topics if entry["level"] == 0]


@blueprint.get("/help")
def help() -> Response:
    """The query language, the keyboard, the API."""
    return page("help.html")


@blueprint.get("/api")
def api() -> Response:
    """The API: every operation, with examples that can be run by a click."""
    return page("api.html", paths=description()["paths"], examples=EXAMPLES)


@blueprint.get("/quality")
def quality() -> Response:
    """How good the topics are, measured on papers held out."""
    return page("quality.html", quality=atlas().reports.quality(), state=atlas().reports.status())
