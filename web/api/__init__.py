"""The JSON API: the same answers as the command line, under ``/api/v1``.

- ``operations``: one table that routes, validates and documents
- ``schemas``, ``openapi``: the description, made from that table
- ``read``, ``write``, ``lists``, ``kept``, ``judgements``, ``duplicates``, ``reviews``, ``books``: the
  operations
- ``review_requests``, ``book_requests``: what may be asked about reviews and search books
- ``job_events``: a job's progress as it happens
"""

from web.api import books, duplicates, job_events, judgements, kept, lists, read, reviews, write
from web.api.operations import blueprint

__all__ = [
    "blueprint",
    "books",
    "duplicates",
    "job_events",
    "judgements",
    "kept",
    "lists",
    "read",
    "reviews",
    "write",
]
