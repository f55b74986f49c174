"""The map of knowledge as SVG and as a tree in text, made once for a generation and lit for each search."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup, escape

from litatlas.answers import MapAnswer, MapCell, TopicCount

WIDTH, HEIGHT = 1600, 1000
HUES = 24
_LINK = re.compile(r"</?a\b[^>]*>")
STEPS = 10
"""Brightness comes in steps, one class each, because the page's policy allows no style attributes."""


class MapDrawing:
    """The drawing of one generation's map."""

    def __init__(self, answer: MapAnswer) -> None:
        self._answer = answer
        self.generation = answer["generation"]
        self.cells = answer["cells"]
        self.by_id = {cell["id"]: cell for cell in self.cells}
        self.children: dict[str | None, list[MapCell]] = defaultdict(list)
        for cell in self.cells:
            self.children[cell["parent"]].append(cell)
        self.depth = 1 + max((cell["level"] for cell in self.cells), default=-1)
        self.hues = self._hues()
        ordered = sorted(self.cells, key=lambda cell: cell["level"])
        self._shapes = [(cell["id"], *self._shape(cell)) for cell in ordered]
        self._outlines = "".join(
            f'<polygon class="outline l{cell["level"]}" points="{_points(cell)}"></polygon>'
            for cell in reversed(ordered)
            if cell["level"] < self.depth - 1
        )
        labels = "".join(self._still_label(cell) for cell in self.children[None])
        self._outlines += f'</g><g class="still-labels">{labels}</g></svg>'

    def shows(self, answer: MapAnswer) -> bool:
        """Whether this is the drawing of ``answer``: same generation, labels and counts."""
        return answer is self._answer or answer == self._answer

    def _hues(self) -> dict[str, int]:
        """A hue for each topic: its top topic's place in the spectrum.

        The topics of the second level spread a little around their parent's hue, in their own order; what is
        below them has theirs.
        """
        tops = self.children[None]
        hues: dict[str, int] = {}
        spread = min(3.0, 0.6 * HUES / max(1, len(tops)))
        for place, top in enumerate(tops):
            hue = place * HUES / len(tops)
            hues[top["id"]] = round(hue) % HUES
            below = self.children[top["id"]]
            for number, cell in enumerate(below):
                offset = spread * (number / max(1, len(below) - 1) - 0.5)
                hues[cell["id"]] = round(hue + offset) % HUES
        for cell in sorted(self.cells, key=lambda cell: cell["level"]):
            if cell["parent"] is not None:
                hues.setdefault(cell["id"], hues.get(cell["parent"], 0))
        return hues

    def _shape(self, cell: MapCell) -> tuple[str, str]:
        """A cell's polygon, a link at the last level: what stands before its brightness, and after."""
        shade = sum(map(ord, cell["id"])) % 4
        leaf = " leaf" if cell["level"] == self.depth - 1 else ""
        veiled = " veiled" if any(above.get("hidden") for above in self.path(cell["id"])) else ""
        start, end = (f'<a href="/topics/{quote(cell["id"])}" tabindex="-1">', "</a>") if leaf else ("", "")
        start += (
            f'<polygon points="{_points(cell)}" data-id="{escape(cell["id"])}" data-level="{cell["level"]}" '
            f'data-parent="{escape(cell["parent"] or "")}" data-documents="{cell["documents"]}" '
            f'data-label="{escape(cell["label"])}" '
            f'class="cell l{cell["level"]} h{self.hues[cell["id"]]} s{shade}{leaf}{veiled}'
        )
        return start, f'"></polygon>{end}'

    @cached_property
    def unlit(self) -> Markup:
        """The drawing without a search."""
        return self.svg()

    def svg(self, topics: Sequence[TopicCount] | None = None) -> Markup:
        """The drawing; with the ``topics`` of a search, each cell is lit by its weight at its level."""
        lit = brightness({t["id"]: (t["level"], t["weight"]) for t in topics or ()})
        parts = [
            f'<svg class="map-drawing{"" if topics is None else " lit"}" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'preserveAspectRatio="none" aria-hidden="true" focusable="false"><g class="cells">'
        ]
        for id, start, end in self._shapes:
            parts += start, f" b{step}" if (step := lit.get(id)) else "", end
        parts.append(self._outlines)
        return Markup("".join(parts))  # noqa: S704  (labels and ids are escaped)

    def picture(self, ids: Collection[str]) -> Markup:
        """The drawing without links, some topics lit: for a map that is not the live one."""
        lit: list[TopicCount] = [
            {"id": id, "label": "", "level": self.by_id[id]["level"], "count": 0, "weight": 1.0}
            for id in ids
            if id in self.by_id
        ]
        return Markup(_LINK.sub("", self.svg(lit)))  # noqa: S704  (labels and ids are escaped)

    def _still_label(self, cell: MapCell) -> str:
        """A top topic's name for readers without scripts; the map's script places its own."""
        x, y = _centre(cell["polygon"])
        text = f'<text x="{x * WIDTH:.0f}" y="{y * HEIGHT:.0f}">{escape(cell["label"])}</text>'
        return f'<a href="/topics/{quote(cell["id"])}" tabindex="-1">{text}</a>'

    def path(self, topic_id: str) -> list[MapCell]:
        """From the top down to the topic."""
        path: list[MapCell] = []
        at: str | None = topic_id
        while at is not None and at in self.by_id and len(path) <= self.depth:
            path.append(self.by_id[at])
            at = self.by_id[at]["parent"]
        return path[::-1]


def _points(cell: MapCell) -> str:
    return " ".join(f"{x * WIDTH:.1f},{y * HEIGHT:.1f}" for x, y in cell["polygon"])


def brightness(weights: Mapping[str, tuple[int, float]]) -> dict[str, int]:
    """Steps 0…STEPS by the square root of the weight relative to the strongest at the same level."""
    strongest: dict[int, float] = defaultdict(float)
    for level, weight in weights.values():
        strongest[level] = max(strongest[level], weight)
    return {
        topic: max(1, round(STEPS * (weight / strongest[level]) ** 0.5))
        if weight > 0 and strongest[level]
        else 0
        for topic, (level, weight) in weights.items()
    }


def _centre(polygon: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The centroid of a polygon."""
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        cross = x0 * y1 - x1 * y0
        area += cross
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    if not area:
        return polygon[0] if polygon else (0.5, 0.5)
    return x / (3 * area), y / (3 * area)
