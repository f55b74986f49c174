"""Answers as HTML: one function renders a page, the modules beside it make its parts.

- `template_functions`: what templates may call; `field_names`: fields in the reader's language.
- `search_links`: addresses of searches; `marked_papers`: papers that an address carries along.
- `result_card`: a paper in a list; `rich_text`: sentences, highlights and other text from outside.
- `math`: TeX as MathML; `marked_words`: words of a review's plan.
- `atlas_map`: the map; `map_outline`: the same as a tree in text.
- `charts`, `citation_graph`, `recall_curve`: small drawings; `atom`: feeds.
"""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from litatlas.operations.logs import stage

PRIVATE = "no-cache"


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A rendered template; a lone surrogate in a text becomes a question mark instead of an error."""
    with stage("render"):
        body = render_template(template, **context).encode("utf-8", "replace")
    response = Response(body, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = PRIVATE
    return response
