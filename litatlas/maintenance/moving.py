"""Moving a library into another database, while nobody changes it."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy.engine import make_url

from ingest.library.library import Library
from ingest.locks import exclusive
from ingest.progress import Progress
from litatlas.generation.home import Home
from litatlas.maintenance.copying import copy_library
from litatlas.maintenance.settings_text import remember_library
from litatlas.settings import Settings

WAIT_SECONDS = 30.0


def move_library(settings: Settings, url: str, progress: Progress) -> dict[str, Any]:
    """Copy the library into an empty database, compare every row, and name that one in the home's settings.

    The library that was copied stays as it is. Nobody may build or change anything meanwhile.

    Returns:
        ``rows``, ``from``, ``to`` and ``notice``, which says what is left to do.

    Raises:
        BusyError: somebody is at work. LibraryError: the other database is not empty, or cannot be used.
    """
    home = Home(settings.home)
    with (
        exclusive(home.lock("models"), "moving the library", WAIT_SECONDS),
        exclusive(home.lock("changes"), "moving the library", WAIT_SECONDS),
        Library.open(settings.library_url) as source,
        Library.open(url) as target,
    ):
        rows = copy_library(source, target, progress)
        remember_library(settings.home, url)
    before, after = [make_url(at).render_as_string(hide_password=True) for at in (settings.library_url, url)]
    notice = "It is used from now on; the one before stays as it was. Restart what is running."
    if os.environ.get("LITATLAS_LIBRARY"):
        notice = f"Set LITATLAS_LIBRARY to {after}; the one before stays as it was. Restart what is running."
    return {"rows": rows, "from": before, "to": after, "notice": notice}
