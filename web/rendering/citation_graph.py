"""The citations around a paper as a small drawing: what it cites and what cites it, by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, MIDDLE = 400, 95
EDGE, STEP, ROWS = 20, 13, 5
MOST = 24
"""Papers drawn on either side; the list beside the drawing has them all."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A paper in the drawing, with the curve to the paper in the middle."""

    id: str
    title: str
    year: int
    x: float
    y: float
    curve: str
    cites: bool


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The paper at (x, y), what it cites above it and what cites it below; from ``top`` to ``bottom``."""

    x: float
    y: float
    dots: list[Dot]
    first: int
    last: int
    top: float
    bottom: float


def neighbourhood(paper: Mapping[str, Any]) -> Neighbourhood | None:
    """The citations within the library; None where there is nothing to draw."""
    own = paper.get("year")
    cited = _known(paper.get("references", ()))
    citing = _known(paper.get("cited_by", ()))
    if not own or not cited + citing:
        return None
    years = [own, *(entry["year"] for entry in cited + citing)]
    first, last = min(years), max(years)

    def at(year: int) -> float:
        share = (year - first) / (last - first) if last > first else 0.5
        return round(EDGE + share * (WIDTH - 2 * EDGE), 1)

    dots = _dots(citing, at(own), 1, at) + _dots(cited, at(own), -1, at)
    heights = [MIDDLE, *(dot.y for dot in dots)]
    return Neighbourhood(at(own), MIDDLE, dots, first, last, min(heights) - STEP, max(heights) + STEP)


def _known(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    known = [entry for entry in entries if entry.get("id") and entry.get("year")]
    return sorted(known, key=lambda entry: entry["year"])[-MOST:]


def _dots(entries: Sequence[Mapping[str, Any]], centre: float, side: int, at: Any) -> list[Dot]:
    """The papers of one side, stacked away from the middle where they are of one place in time."""
    stacked: dict[int, int] = defaultdict(int)
    dots = []
    for entry in entries:
        x = at(entry["year"])
        column = round(x / STEP)
        row = stacked[column] % ROWS
        stacked[column] += 1
        y = MIDDLE + side * (2 * STEP + row * STEP)
        curve = f"M{centre} {MIDDLE}Q{x} {MIDDLE} {x} {y}"
        dots.append(Dot(entry["id"], entry.get("title", ""), entry["year"], x, y, curve, side < 0))
    return dots
