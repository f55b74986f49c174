"""The blueprint of all pages, and what several of them show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Blueprint

from litatlas.answers import ExploreTopic, TopicCount
from web.locales import LANGUAGES, current
from web.rendering.atlas_map import MapDrawing
from web.rendering.map_outline import Outline
from web.site import site

blueprint = Blueprint("pages", __name__)


def map_parts(topics: Sequence[TopicCount] | None = None) -> dict[str, Any]:
    """The drawing (lit, when there are topics) and its twin in text."""
    drawing = site().drawing()
    svg = drawing.unlit if topics is None else drawing.svg(topics)
    return {"drawing": drawing, "map_svg": svg, "tree": _outline(drawing, current()).html(topics)}


@lru_cache(maxsize=2 * len(LANGUAGES))
def _outline(drawing: MapDrawing, _: str) -> Outline:
    return Outline(drawing)


def as_counts(topics: Sequence[ExploreTopic]) -> list[TopicCount]:
    """Topics lit by a document, as those lit by a search."""
    return [
        {"id": t["id"], "label": t["label"], "level": t["level"], "count": 0, "weight": t["weight"]}
        for t in topics
    ]
