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
    asked = parse(ScreenRequest, request.args)
    who = who_is_deciding(asked.who)
    name, plan = atlas().reviews.plan(id)
    following = None
    if who:
        following = atlas().reviews.next(
            id, who, stage=asked.stage or None, order=asked.order, topic=asked.topic or None
        )
    topic = atlas().topics.one(asked.topic)["label"] if asked.topic else ""
    return page("screen.html", id=id, name=name, plan=plan, following=following, asked=asked, topic=topic)


@blueprint.post("/reviews/<id>/decide", endpoint="decide")
def decide(id: str) -> AnyResponse:
    """Keep a decision and show the next paper."""
    asked = parse(DecidePageRequest, filled(request.form))
    atlas().reviews.decide(
        id,
        asked.paper,
        asked.verdict,
        who_is_deciding(asked.who),
        stage=asked.stage or None,
        reason=asked.reason if asked.verdict == "exclude" else "",
        note=asked.note,
        rank=asked.rank,
        model=asked.model,
    )
    return _to_screen(id, asked)


@blueprint.post("/reviews/<id>/undo", endpoint="undo_decision")
def undo_decision(id: str) -> AnyResponse:
    """Take the last decision back; its paper comes again in its order."""
    asked = parse(ScreenRequest, request.form)
    atlas().reviews.undo(id, who_is_deciding(asked.who))
    return _to_screen(id, asked)


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
    asked = parse(DecideRequest, filled(request.form))
    atlas().reviews.settle(
        id,
        asked.paper,
        asked.verdict,
        who_is_deciding(asked.who),
        stage=asked.stage,
        reason=asked.reason if asked.verdict == "exclude" else "",
        note=asked.note,
    )
    return redirect(f"/reviews/{quote(id)}/conflicts?{urlencode({'who': asked.who})}", 303)


def _to_screen(id: str, asked: Any) -> AnyResponse:
    wanted = {"who": asked.who, "stage": asked.stage, "order": asked.order}
    wanted |= {"topic": asked.topic} if asked.topic else {}
    return redirect(f"/reviews/{quote(id)}/screen?{urlencode(wanted)}", 303)
