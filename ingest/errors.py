"""The root of every error that a user can fix; the boundary (command line, HTTP) translates it once."""

from __future__ import annotations


class LitatlasError(Exception):
    """Something that a user can fix.

    ``message`` says in one sentence what is wrong and where; ``hint`` says how to fix it.
    """

    status = 400
    """The HTTP status that the web boundary answers with."""
    retry_after: int | None = None
    """Seconds after which the same may succeed; the web boundary says so."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(LitatlasError):
    """A file, an upload or an argument that cannot be read at all."""


class NotFoundError(LitatlasError):
    """A paper, topic, collection or job that does not exist."""

    status = 404


class BusyError(LitatlasError):
    """Another process holds the lock that this operation needs."""

    status = 409
    retry_after = 10


class TooManyError(LitatlasError):
    """More is asked for at once than is done at once."""

    status = 429
    retry_after = 30


class UnavailableError(LitatlasError):
    """A part that is needed (the engine, the model) is away; trying again later may help."""

    status = 503
    retry_after = 10
