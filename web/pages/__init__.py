"""The pages: a route calls the atlas and renders; it decides nothing else."""

from web.pages import (
    assessing,
    browsing,
    collecting,
    exploring,
    feeds,
    keeping,
    looking,
    reading,
    searching,
    speaking,
)
from web.pages.base import blueprint

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
