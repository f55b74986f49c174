"""Atom feeds: what is newest in a topic, or among the results of a search."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext

from litatlas.answers import SearchAnswer
from web.pages.blueprint import blueprint
from web.rendering.atom import feed
from web.requests import FeedRequest, NoParameters, parse
from web.site import atlas

ENTRIES = 30


@blueprint.get("/topics/<id>/feed")
def topic_feed(id: str) -> Response:
    """The newest papers of a topic; one that is gone is followed to its successor."""
    parse(NoParameters, request.args)
    topic = atlas().topics.one(id)
    answer = atlas().search(f"topic:{topic['id']}", limit=ENTRIES, sort="added")
    return _feed(topic["label"], f"topics/{quote(topic['id'])}", answer)


@blueprint.get("/search/feed")
def search_feed() -> Response:
    """The newest papers of a search."""
    params = parse(FeedRequest, request.args)
    answer = atlas().search(params.search(), limit=ENTRIES, sort="added")
    page = "search?" + request.query_string.decode("ascii", "replace")
    return _feed(params.q or gettext("All papers"), page, answer)


def _feed(title: str, page: str, answer: SearchAnswer) -> Response:
    root = request.url_root
    body = feed(f"{title} · litatlas", request.url, root + page, root, answer["documents"])
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
