"""Judging the topics by hand, a question at a time."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from litatlas.vocabulary import JUDGEMENTS
from web.downloads import download
from web.pages.blueprint import blueprint
from web.rendering import page
from web.requests import AssessRequest, JudgePageRequest, TakeBackRequest, parse
from web.site import atlas, site


@blueprint.get("/assess")
def assess() -> Response:
    """The next question."""
    params = parse(AssessRequest, request.args)
    drawing = site().drawing()
    question = (
        atlas().judgements.question([params.kind] if params.kind else JUDGEMENTS) if drawing.cells else None
    )
    return page(
        "assess.html",
        params=params,
        question=question,
        counts=atlas().judgements.counts(),
        drawing=drawing,
    )


@blueprint.post("/assess", endpoint="judge")
def judge() -> AnyResponse:
    """Keep an answer and ask the next question."""
    params = parse(JudgePageRequest, request.form)
    number = atlas().judgements.judge(params.kind, params.topic, params.subject, params.value, who=params.who)
    following = {"who": params.who, "kind": params.wanted, "last": number}
    return redirect("/assess?" + urlencode({name: value for name, value in following.items() if value}), 303)


@blueprint.post("/assess/undo", endpoint="take_back")
def take_back() -> AnyResponse:
    """Take the last answer back."""
    params = parse(TakeBackRequest, request.form)
    atlas().judgements.take_back(params.number)
    return redirect("/assess" + (f"?{urlencode({'who': params.who})}" if params.who else ""), 303)


@blueprint.get("/assess/answers.json")
def judgements() -> Response:
    """All answers, to download."""
    body = json.dumps(atlas().judgements.all(), ensure_ascii=False, indent=1)
    return download([body], "application/json", "judgements", ".json")
