"""The pages: a route calls the atlas and renders; it decides nothing else."""

from web.pages import browsing, collecting, feeds
from web.pages import document as reading
from web.pages import explore as exploring
from web.pages import judgements as assessing
from web.pages import language as speaking
from web.pages import lists as keeping
from web.pages import search as searching
from web.pages import uploads as looking
from web.pages.blueprint import blueprint

__all__ = [
    "assessing",
    "blueprint",
    "browsing",
    "collecting",
    "exploring",
    "feeds",
    "keeping",
    "looking",
    "reading",
    "searching",
    "speaking",
]
