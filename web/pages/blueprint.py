"""The blueprint of all pages, and what several of them show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from litatlas.answers import ExploreTopic, TopicCount
from web.locales import LANGUAGES, current
from web.rendering.atlas_map import MapDrawing
from web.rendering.map_outline import tree_html
from web.site import site

blueprint = Blueprint("pages", __name__)


def map_parts(topics: Sequence[TopicCount] | None = None) -> dict[str, Any]:
    """The drawing (lit, when there are topics) and its twin in text."""
    drawing = site().drawing()
    if topics is None:
        return {"drawing": drawing, "map_svg": drawing.unlit, "tree": _unlit_tree(drawing, current())}
    tree = tree_html(drawing.tree(topics), lit=True)
    return {"drawing": drawing, "map_svg": drawing.svg(topics), "tree": tree}


@lru_cache(maxsize=2 * len(LANGUAGES))
def _unlit_tree(drawing: MapDrawing, _: str) -> Markup:
    return tree_html(drawing.tree(), lit=False)


def as_counts(topics: Sequence[ExploreTopic]) -> list[TopicCount]:
    """Topics lit by a document, as those lit by a search."""
    return [
        {"id": t["id"], "label": t["label"], "level": t["level"], "count": 0, "weight": t["weight"]}
        for t in topics
    ]
