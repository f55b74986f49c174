"""What bringing a library up to this version would do, and doing it."""

from __future__ import annotations

from typing import Any

from ingest.library.database import pending_migrations
from ingest.library.library import Library
from litatlas.settings import Settings


def migrate(settings: Settings, *, dry_run: bool) -> dict[str, Any]:
    """Bring the library's tables up to this version, or only say what would be done.

    Returns:
        ``library`` ("sqlite" or "postgresql"), ``from`` and ``to`` (versions of its tables), ``steps``
        (``{"version", "what"}`` each) and ``migrated``.

    Raises:
        LibraryError: it is no library, or of a newer version.
    """
    before, after, steps = pending_migrations(settings.library_url)
    if steps and not dry_run:
        Library.open(settings.library_url).close()
    kind = settings.library_url.partition(":")[0].partition("+")[0]
    told = [{"version": version, "what": what} for version, what in steps]
    return {
        "library": kind,
        "from": before,
        "to": after,
        "steps": told,
        "migrated": bool(steps) and not dry_run,
    }
