"""What a request works with: the atlas, its settings and the drawing of its map."""

from __future__ import annotations

import threading
from typing import cast

from flask import current_app, g

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from web.rendering.atlas_map import MapDrawing

DRAWINGS = 8
"""Maps that are kept drawn, one for each set of collections that somebody may see."""


class Site:
    """The atlas that an application serves, and what is worth keeping between requests."""

    def __init__(self, settings: Settings, atlas: Atlas) -> None:
        self.settings = settings
        self.atlas = atlas
        self._lock = threading.Lock()
        self.kept: dict[str, object] = {}
        """What pages keep between requests."""
        self._drawings: dict[frozenset[str] | None, MapDrawing] = {}

    def drawing(self) -> MapDrawing:
        """The drawing of the current map as who asks may see it; made again only when the map's answer has
        changed."""
        mine = atlas()
        key, answer = mine.sight.collections(), mine.topics.map()
        with self._lock:
            drawing = self._drawings.get(key)
            if drawing is None or not drawing.shows(answer):
                if len(self._drawings) >= DRAWINGS:
                    self._drawings.clear()
                drawing = self._drawings[key] = MapDrawing(answer)
            return drawing


def site() -> Site:
    """The site of the application at hand."""
    return cast(Site, current_app.extensions["litatlas"])


def atlas() -> Atlas:
    """The atlas as who sends the request at hand may see and change it."""
    current: Atlas = g.get("atlas") or site().atlas
    return current
