"""Help: the query language, the keyboard, and a page on the API."""

from __future__ import annotations

from flask import Response

from web.api.openapi import description
from web.pages.blueprint import blueprint
from web.rendering import page

EXAMPLES = {
    "search": "/api/v1/search?q=screening&limit=3",
    "suggest": "/api/v1/suggest?q=scr",
    "export": "/api/v1/export?q=screening&format=bibtex",
    **{
        name: f"/api/v1/{name}"
        for name in ("topics", "collections", "jobs", "map", "quality", "trends", "status")
    },
}


@blueprint.get("/help")
def help() -> Response:
    """The query language, the keyboard, the API."""
    return page("help.html")


@blueprint.get("/api")
def api() -> Response:
    """The API: every operation, with examples that can be run by a click."""
    return page("api.html", paths=description()["paths"], examples=EXAMPLES)
