"""Every error that a user can fix, in one place for the command line and the web."""

from __future__ import annotations

import errno

from ingest.errors import BusyError, InputError, LitatlasError, NotFoundError, TooManyError, UnavailableError
from ingest.progress import Interrupted

__all__ = [
    "BusyError",
    "DiskFullError",
    "ForbiddenError",
    "InputError",
    "Interrupted",
    "LitatlasError",
    "NotFoundError",
    "SettingsError",
    "TooLargeError",
    "TooManyError",
    "UnauthorizedError",
    "UnavailableError",
    "is_disk_full",
]


class SettingsError(LitatlasError):
    """A setting with a value that cannot be used."""


class UnauthorizedError(LitatlasError):
    """Something that only those who are signed in may do, or credentials that are none."""

    status = 401


class ForbiddenError(LitatlasError):
    """Something that who is signed in may not do."""

    status = 403


class DiskFullError(LitatlasError):
    """An upload for which there would be too little room."""

    status = 507


class TooLargeError(LitatlasError):
    """An upload or a text over its limit."""

    status = 413


def is_disk_full(error: BaseException | None) -> bool:
    """Whether this error, or one that it came of, is that nothing more can be written."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "disk is full" in str(error).lower() or ("disk of" in str(error) and "is full" in str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False
