"""What bringing a library up to this version would do, and doing it."""

from __future__ import annotations

from typing import Any

from ingest.library.database import pending_migrations
from ingest.library.library import Library
from litatlas.maintenance.modes import close_to_others, open_to_others
from litatlas.settings import Settings


def migrate(settings: Settings, *, dry_run: bool) -> dict[str, Any]:
    """Bring the library's tables up to this version and close the home to others, or only say what would be
    done.

    Returns:
        ``library`` ("sqlite" or "postgresql"), ``from`` and ``to`` (versions of its tables), ``steps``
        (``{"version", "what"}`` each), ``closed`` (files and folders of the home that others of the machine
        could read) and ``migrated``.

    Raises:
        LibraryError: it is no library, or of a newer version.
    """
    before, after, steps = pending_migrations(settings.library_url)
    if steps and not dry_run:
        Library.open(settings.library_url).close()
    closed = len(open_to_others(settings.home)) if dry_run else close_to_others(settings.home)
    kind = settings.library_url.partition(":")[0].partition("+")[0]
    listed = [{"version": version, "what": what} for version, what in steps]
    return {
        "library": kind,
        "from": before,
        "to": after,
        "steps": listed,
        "closed": closed,
        "migrated": bool(steps) and not dry_run,
    }
