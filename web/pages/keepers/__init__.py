"""Pages for who keeps the atlas.

- ``health``: how every part is, and what helps it
"""

from web.pages.keepers import health

__all__ = ["health"]
