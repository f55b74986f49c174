"""Every error that a user can mend, in one place for the command line and the web."""

from __future__ import annotations

from ingest.errors import BusyError, InputError, LitatlasError, NotFoundError, UnavailableError
from ingest.progress import Interrupted

__all__ = [
    "BusyError",
    "InputError",
    "Interrupted",
    "LitatlasError",
    "NotFoundError",
    "SettingsError",
    "TooLargeError",
    "UnavailableError",
]


class SettingsError(LitatlasError):
    """A setting with a value that cannot be used."""


class TooLargeError(LitatlasError):
    """An upload or a text over its limit."""

    status = 413
