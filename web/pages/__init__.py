"""The pages, each named by what it shows: a route calls the atlas and renders; it decides nothing else.

- ``blueprint``: what several pages show, such as the map
- ``search``: the first page, and results
- ``topic``, ``document``: the page of a topic, and of a paper
- ``overviews``: trends, bridges, quality
- ``explore``: a whole text, a file or marked papers as the query
- ``collections``, ``uploads``, ``jobs``: papers coming in: collections, previews, the work on them
- ``lists``, ``judgements``: what people keep, and what they answer about topics
- ``kept/``: saved searches, notes, stars
- ``books/``: search books
- ``reviews``: screening, conflicts, and what is reported
- ``feeds``: Atom
- ``accounts/``: signing in, users, the audit log, sharing
- ``keepers/``: the health of the atlas
- ``help``, ``language_choice``: help and the API's page; the choice of the language
"""

from web.pages import (
    books,
    collections,
    document,
    explore,
    feeds,
    help,
    jobs,
    judgements,
    keepers,
    kept,
    language_choice,
    lists,
    overviews,
    reviews,
    search,
    topic,
    uploads,
)
from web.pages.accounts import blueprint as accounts
from web.pages.blueprint import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "books",
    "collections",
    "document",
    "explore",
    "feeds",
    "help",
    "jobs",
    "judgements",
    "keepers",
    "kept",
    "language_choice",
    "lists",
    "overviews",
    "reviews",
    "search",
    "topic",
    "uploads",
]
