"""Answers as HTML: one function renders a page, the modules beside it make its parts."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

PRIVATE = "no-cache"


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered template; a lone surrogate in a text becomes a question mark instead of an error."""
    body = render_template(template, **context).encode("utf-8", "replace")
    response = Response(body, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = PRIVATE
    return response
