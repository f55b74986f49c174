"""The page of one topic, and the forms by which people name, describe and hide it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.answers import TopicPage
from litatlas.vocabulary import MAX_VALUE
from web.pages.blueprint import blueprint
from web.rendering import charts, page
from web.requests import DescribeRequest, HideRequest, RenameRequest, UndoRequest, WhoRequest, parse
from web.site import atlas, site


@blueprint.get("/topics/<id>")
def topic(id: str) -> AnyResponse:
    """What a topic is about, where it stands and what is in it; one that is gone leads to its successor."""
    answer = atlas().topics.one(id)
    if answer["id"] != id:
        return redirect(f"/topics/{quote(answer['id'])}", 302)
    drawing = site().drawing()
    labels = {cell["id"]: cell for cell in drawing.cells}
    return page(
        "topic.html",
        topic=answer,
        path=drawing.path(id),
        parents=_named(answer["parents"], labels),
        children=_named(answer["children"], labels),
        neighbours=answer["neighbours"],
        trend=_trend(answer),
        shares=_shares(answer["collections"]),
        hue=drawing.hues.get(id, 0),
        history=atlas().topics.history(id),
        proposal=atlas().proposals.one(id),
        can_propose=atlas().proposals.is_on() and atlas().reader.can("keep"),
        no_name=request.args.get("no_name", "")[:MAX_VALUE],
        map_svg=drawing.unlit,
        drawing=drawing,
    )


def _named(edges: list[tuple[str, float]], labels: Any) -> list[dict[str, Any]]:
    """Topics above or below with their papers, the largest first; ``part`` is of the largest."""
    cells = sorted((labels[id] for id, _ in edges if id in labels), key=lambda cell: -cell["documents"])
    most = max((cell["documents"] for cell in cells), default=0) or 1
    return [
        {
            "id": cell["id"],
            "label": cell["label"],
            "documents": cell["documents"],
            "part": cell["documents"] / most,
        }
        for cell in cells
    ]


def _trend(answer: TopicPage) -> dict[str, Any]:
    trend = answer["trend"]
    return {
        "bars": charts.bars(list(zip(trend["years"], trend["counts"], strict=True))),
        "lines": charts.lines(trend["years"], trend["smoothed"], trend["gaps"]),
        "gaps": charts.ranges(trend["gaps"]),
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
    params = parse(RenameRequest, request.form)
    atlas().topics.rename(id, params.label, who=params.who)
    return redirect(f"/topics/{id}", 303)


@blueprint.post("/topics/<id>/describe")
def describe(id: str) -> AnyResponse:
    """Say in words what a topic is about."""
    params = parse(DescribeRequest, request.form)
    atlas().topics.describe(id, params.description, who=params.who)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/hide")
def hide(id: str) -> AnyResponse:
    """Hide a topic that misleads, or show it again."""
    params = parse(HideRequest, request.form)
    atlas().topics.hide(id, params.hidden, who=params.who)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/keep", endpoint="keep_name")
def keep_name(id: str) -> AnyResponse:
    """Let the name hold that was given before a build changed the topic."""
    atlas().topics.keep(id)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/drop", endpoint="drop_name")
def drop_name(id: str) -> AnyResponse:
    """Drop that name."""
    atlas().topics.drop(id)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.get("/proposals")
def proposals() -> AnyResponse:
    """The names that a language model proposed, side by side with those of now."""
    return page("proposals.html", proposals=atlas().proposals.all()["proposals"])


@blueprint.post("/topics/<id>/propose", endpoint="propose_name")
def propose_name(id: str) -> AnyResponse:
    """Ask the language model for a name; the topic's page shows what came of it."""
    answer = atlas().proposals.make([id])
    refused = next(iter(answer["refused"].values()), "")
    query = f"?{urlencode({'no_name': refused})}" if refused else ""
    return redirect(f"/topics/{quote(id)}{query}", 303)


@blueprint.post("/topics/<id>/accept", endpoint="accept_name")
def accept_name(id: str) -> AnyResponse:
    """Give the topic the proposed name."""
    atlas().proposals.accept(id, who=parse(WhoRequest, request.form).who)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/refuse", endpoint="refuse_name")
def refuse_name(id: str) -> AnyResponse:
    """Throw the proposed name away."""
    atlas().proposals.refuse(id)
    return redirect(f"/topics/{quote(id)}", 303)


@blueprint.post("/topics/<id>/undo")
def undo(id: str) -> AnyResponse:
    """Take back the latest name, description or hiding."""
    params = parse(UndoRequest, request.form)
    atlas().topics.undo(id, params.kind)
    return redirect(f"/topics/{quote(id)}#curation", 303)
