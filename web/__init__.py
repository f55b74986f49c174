"""The reader's web: pages, JSON API, uploads. It speaks to the rest through `litatlas.atlas.Atlas` alone."""

from web.app import create_app

__all__ = ["create_app"]
