"""What a request works with: the atlas, its settings and the drawing of its map."""

from __future__ import annotations

import threading
from typing import cast

from flask import current_app

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from web.rendering.atlas_map import MapDrawing


class Site:
    """The atlas that an application serves, and what is worth keeping between requests."""

    def __init__(self, settings: Settings, atlas: Atlas) -> None:
        self.settings = settings
        self.atlas = atlas
        self._lock = threading.Lock()
        self._drawing: MapDrawing | None = None

    def drawing(self) -> MapDrawing:
        """The drawing of the current map; made again only when the map's answer has changed."""
        answer = self.atlas.topics.map()
        with self._lock:
            if self._drawing is None or not self._drawing.shows(answer):
                self._drawing = MapDrawing(answer)
            return self._drawing


def site() -> Site:
    """The site of the application at hand."""
    return cast(Site, current_app.extensions["litatlas"])


def atlas() -> Atlas:
    """The atlas of the application at hand."""
    return site().atlas
