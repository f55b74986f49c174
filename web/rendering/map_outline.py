"""The twin of the map in text: the same topics, counts and brightness as a tree that opens and closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from litatlas.answers import MapCell, TopicCount
from web.rendering.atlas_map import MapDrawing
from web.rendering.rich_text import gettext, number, percent


class _Entry(NamedTuple):
    """A topic's place in the tree: what stands around its brightness, its count and its share."""

    id: str
    documents: int
    hidden: bool
    start: str
    name: str
    end: str


class Outline:
    """The tree of one drawing in one language, written once and lit for each search.

    Written by hand, not as a template: it has an entry for every topic and is on the busiest pages.
    """

    def __init__(self, drawing: MapDrawing) -> None:
        """In the language of the request at hand."""
        self._about, self._hidden = gettext("About"), gettext("hidden")
        self._entries = list(self._branch(drawing, None, "<ul>", "</ul>"))

    def html(self, topics: Sequence[TopicCount] | None = None) -> Markup:
        """Nested lists; with ``topics``, the counts and weights are those of a search."""
        if not self._entries:
            return Markup("<ul></ul>")
        parts: list[str] = []
        lit = {topic["id"]: (topic["count"], topic["weight"]) for topic in topics or ()}
        for id, documents, hidden, start, name, end in self._entries:
            count, weight = lit.get(id, (0, 0.0)) if topics is not None else (documents, 1.0)
            dim = ' class="dim"' if hidden or not (count or weight) else ""
            share = f" <em>{percent(weight)}</em>" if topics is not None else ""
            parts += start, dim, name, number(count), "</b>", share, end
        return Markup("".join(parts))  # noqa: S704  (labels are escaped, ids are quoted)

    def _branch(self, drawing: MapDrawing, at: str | None, before: str, after: str) -> Iterator[_Entry]:
        """The topics below one, in their order: ``before`` opens the first, ``after`` closes the last."""
        cells = drawing.children[at]
        for place, cell in enumerate(cells):
            first, last = "" if place else before, "" if cell is not cells[-1] else after
            yield from self._entry(drawing, cell, first, last)

    def _entry(self, drawing: MapDrawing, cell: MapCell, before: str, after: str) -> Iterator[_Entry]:
        label, address, hue = escape(cell["label"]), f"/topics/{quote(cell['id'])}", drawing.hues[cell["id"]]
        hidden = cell.get("hidden", False)
        start = f'{before}<li data-id="{escape(cell["id"])}"'
        name = f'<i></i><span dir="auto">{label}</span> <b>'
        end = f' <em class="fine">{self._hidden}</em>' if hidden else ""
        if not drawing.children[cell["id"]]:
            name = f'><a class="leaf h{hue}" href="{address}">{name}'
            yield _Entry(cell["id"], cell["documents"], hidden, start, name, f"{end}</a></li>{after}")
            return
        name = f'><details><summary class="h{hue}">{name}'
        end += f'</summary><a class="about" href="{address}">{self._about}: {label}</a>'
        yield _Entry(cell["id"], cell["documents"], hidden, start, name, end)
        yield from self._branch(drawing, cell["id"], "<ul>", f"</ul></details></li>{after}")
