"""The pages: a route calls the atlas and renders; it decides nothing else."""

from web.pages import browsing, collecting, exploring, feeds, reading, searching
from web.pages.base import blueprint

__all__ = ["blueprint", "browsing", "collecting", "exploring", "feeds", "reading", "searching"]
