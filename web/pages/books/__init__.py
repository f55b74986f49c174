"""The pages of search books.

- ``overview``: all books; one with its lines and runs, and the forms that change it
- ``runs``: a run, frozen or not, with its papers; what changed between runs; files
"""

from web.pages.books import overview, runs

__all__ = ["overview", "runs"]
