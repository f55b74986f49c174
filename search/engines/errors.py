"""How an engine fails: the errors of the contract, whichever engine stands behind it."""

from __future__ import annotations

from ingest.errors import BusyError, LitatlasError, NotFoundError, UnavailableError


class EngineError(LitatlasError):
    """An engine could not do what was asked."""

    status = 503


class EngineAwayError(EngineError, UnavailableError):
    """Nothing answers at the engine's address."""


class EngineSlowError(EngineError, UnavailableError):
    """The engine did not answer in time."""


class EngineRedError(EngineError, UnavailableError):
    """Parts of the index (shards, segments) are missing or broken."""


class EngineFullError(EngineError, UnavailableError):
    """The engine accepts no more papers: its disk is full, or the index is read-only."""


class EngineRefusedError(EngineError):
    """The engine does not let us in, or not do this."""

    status = 502


class EngineVersionError(EngineError):
    """What answers is of a version that litatlas cannot work with, or no Elasticsearch at all."""

    status = 502


class IndexMissingError(EngineError, NotFoundError):
    """There is no such index."""

    status = 503


class OlderIndexError(EngineError):
    """The index was written by another version of litatlas."""


class LockedError(EngineError, BusyError):
    """Another process is writing to this index."""

    status = 409


class CursorError(EngineError):
    """A cursor that is broken, or of a reading that has expired."""

    status = 400
