"""A line of a page of a PDF, a page, and what both are compared by."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_MOST_LINES = 400
MARKS = re.compile(r"[*∗†‡§¶‖#✉☆⋆⁎\u2070-\u209f¹²³°ª]+")
"""Signs that lead from a title or a name to a footnote."""


class Line(NamedTuple):
    """A line of a page; lengths are in points, ``top`` is how far its baseline is from the page's head."""

    text: str
    unmarked: str  # with a comma for each footnote mark
    left: float
    right: float
    top: float
    size: float
    style: str


class Page(NamedTuple):
    """A page's lines, its height in points, and its whole text with what runs along the margins."""

    lines: list[Line]
    height: float
    text: str

    def rows(self) -> list[Line]:
        """The lines from top to bottom."""
        return sorted(self.lines[:_MOST_LINES], key=lambda line: (round(line.top / 3), line.left))


def folded(text: str) -> str:
    """A text as two printings of it are compared: letters and digits alone."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text).casefold())
