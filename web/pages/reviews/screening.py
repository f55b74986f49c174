"""The screening page, and conflicts: one paper at a time, decided by forms alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from web.api.review_requests import DecidePageRequest, DecideRequest, ScreenRequest
from web.pages.blueprint import blueprint
from web.pages.reviews.forms import filled, who_is_deciding
from web.rendering import page
from web.requests import parse
from web.site import atlas


@blueprint.get("/reviews/<id>/screen")
def screen(id: str) -> Response:
    """The paper that a reviewer decides next; without a name, the question for it."""
    params = parse(ScreenRequest, request.args)
    who = who_is_deciding(params.who)
    following = None
    if who:
        name, plan, following = atlas().reviews.screen(
            id, who, stage=params.stage or None, order=params.order, topic=params.topic or None
        )
    else:
        name, plan = atlas().reviews.plan(id)
    topic = atlas().topics.one(params.topic)["label"] if params.topic else ""
    return page("screen.html", id=id, name=name, plan=plan, following=following, asked=params, topic=topic)


@blueprint.post("/reviews/<id>/decide", endpoint="decide")
def decide(id: str) -> AnyResponse:
    """Keep a decision and show the next paper."""
    params = parse(DecidePageRequest, filled(request.form))
    atlas().reviews.decide(
        id,
        params.paper,
        params.verdict,
        who_is_deciding(params.who),
        stage=params.stage or None,
        reason=params.reason if params.verdict == "exclude" else "",
        note=params.note,
        rank=params.rank,
        model=params.model,
    )
    return _to_screen(id, params)


@blueprint.post("/reviews/<id>/undo", endpoint="undo_decision")
def undo_decision(id: str) -> AnyResponse:
    """Take the last decision back; its paper comes again in its order."""
    params = parse(ScreenRequest, request.form)
    atlas().reviews.undo(id, who_is_deciding(params.who))
    return _to_screen(id, params)


@blueprint.get("/reviews/<id>/conflicts")
def conflicts(id: str) -> Response:
    """The papers about which reviewers disagree."""
    name, plan = atlas().reviews.plan(id)
    who = parse(ScreenRequest, request.args).who
    return page(
        "conflicts.html", id=id, name=name, plan=plan, who=who, conflicts=atlas().reviews.conflicts(id)
    )


@blueprint.post("/reviews/<id>/settle", endpoint="settle")
def settle(id: str) -> AnyResponse:
    """End a conflict."""
    params = parse(DecideRequest, filled(request.form))
    atlas().reviews.settle(
        id,
        params.paper,
        params.verdict,
        who_is_deciding(params.who),
        stage=params.stage,
        reason=params.reason if params.verdict == "exclude" else "",
        note=params.note,
    )
    return redirect(f"/reviews/{quote(id)}/conflicts?{urlencode({'who': params.who})}", 303)


def _to_screen(id: str, params: Any) -> AnyResponse:
    wanted = {"who": params.who, "stage": params.stage, "order": params.order}
    wanted |= {"topic": params.topic} if params.topic else {}
    return redirect(f"/reviews/{quote(id)}/screen?{urlencode(wanted)}", 303)
