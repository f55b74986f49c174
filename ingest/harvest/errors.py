"""What can go wrong between us and a source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.errors import InputError, LitatlasError, UnavailableError

if TYPE_CHECKING:
    from ingest.harvest.harvester import Window


class SourceAwayError(UnavailableError):
    """A source that does not answer, or keeps failing; the same command later goes on."""


class SourceRefusedError(LitatlasError):
    """A source that does not let us in, sends us elsewhere, or sends more than can be taken."""

    status = 502


class BadQueryError(InputError):
    """A query, set, filter or date that the source does not accept."""


class BrokenBodyError(Exception):
    """An answer that is not whole; asked for again, and never seen outside."""


class ExpiredError(Exception):
    """The source no longer knows where we were: the window begins again."""


class InsteadError(Exception):
    """A window that cannot be harvested as it is; ``windows`` together hold what it holds."""

    def __init__(self, windows: Sequence[Window], total: int | None = None, notice: str = "") -> None:
        super().__init__(notice)
        self.windows = list(windows)
        self.total = total
        self.notice = notice
