"""The blueprint of all pages, and what several of them show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from litatlas.answers import ExploreTopic, TopicCount
from web.context import site

blueprint = Blueprint("pages", __name__)


def map_parts(topics: Sequence[TopicCount] | None = None) -> dict[str, Any]:
    """The drawing (lit, when there are topics) and its twin in text."""
    drawing = site().drawing()
    return {"drawing": drawing, "map_svg": drawing.svg(topics), "tree": drawing.tree(topics or ())}


def as_counts(topics: Sequence[ExploreTopic]) -> list[TopicCount]:
    """Topics lit by a document, as those lit by a search."""
    return [
        {"id": t["id"], "label": t["label"], "level": t["level"], "count": 0, "weight": t["weight"]}
        for t in topics
    ]
