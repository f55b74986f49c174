"""One harvest: page after page into the library, each stored before the state moves past it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ingest.document import Parsed
from ingest.errors import LitatlasError
from ingest.harvest import state as states
from ingest.harvest.errors import ExpiredError, InsteadError, SourceAwayError
from ingest.harvest.harvester import Page, Source, halves
from ingest.harvest.state import State
from ingest.intake import REPORTED, AddReport, add
from ingest.library.collections import checked_name, ensure
from ingest.library.library import Library
from ingest.progress import Progress, Silent
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named

OVERLAP = timedelta(2)
"""What is new is asked for from so long before the last harvest: sources index late."""
WORTH_HALVING = 5_000
"""A window that broke off after so many records goes on as two, so that less is lost the next time."""
PATIENCE = 3
"""How often a window may begin again without having got anywhere."""
EMPTY_PAGES = 50
LONGEST_MARK = 100_000


@dataclass(slots=True)
class HarvestReport:
    """What became of the records, and where the harvest stands.

    ``since`` is the day from which only what is new was asked for ("" in a first harvest); ``complete`` is
    false when a limit stopped it and the same command would go on.
    """

    added: AddReport
    source: str
    pages: int = 0
    total: int | None = None
    since: str = ""
    resumed: bool = False
    complete: bool = False
    deleted: int = 0
    notices: list[str] = field(default_factory=list)


def harvest(
    library: Library,
    collection: str,
    source: Source,
    *,
    progress: Progress,
    limit: int | None = None,
    again: bool = False,
    on_page: Callable[[int], None] | None = None,
) -> HarvestReport:
    """Harvest a request into a collection (made if it is missing), from where it stopped or what is new.

    Args:
        limit: stop after the page with the last of so many records; the next call goes on from there.
        again: forget what was harvested before and begin from the start.
        on_page: called with the records stored by this call, after every page.

    Raises:
        SourceAwayError: the source does not answer now; what was stored stays stored.
        SourceRefusedError: it does not let us in.
        BadQueryError: it does not accept the request.
        Interrupted: by ``progress``.
    """
    return _Harvest(library, checked_name(collection), source, progress, again).run(limit, on_page)


class _Harvest:
    def __init__(
        self, library: Library, collection: str, source: Source, progress: Progress, again: bool
    ) -> None:
        self.library = library
        self.collection = collection
        self.source = source
        self.progress = progress
        self.report = HarvestReport(AddReport(collection), source.name)
        self.reader = reader_named(source.format)
        self.restarts = self.furthest = self.empty = 0
        self.recounted: set[str] = set()
        self.state = self._begun(again)
        source.client.tick = self.step

    def _begun(self, again: bool) -> State:
        """The state to go on from: where it stopped, what is new since it ended, or the first harvest."""
        source, request = self.source, dict(self.source.request)
        known = None if again else states.load(self.library, self.collection, source.name, request)
        if known is None or not (known.windows or known.refreshed):
            return State(source.name, request, windows=source.first())
        if known.windows:
            self.report.resumed = True
            return known
        self.report.since = (date.fromisoformat(known.refreshed) - OVERLAP).isoformat()
        fresh = State(source.name, request, windows=source.fresh(self.report.since))
        fresh.refreshed = known.refreshed
        if not fresh.windows:
            self.report.notices.append("The requested period has ended, so it cannot have new records.")
            fresh.began = known.refreshed
        return fresh

    def run(self, limit: int | None, on_page: Callable[[int], None] | None) -> HarvestReport:
        """Harvest window after window."""
        try:
            while self.state.windows:
                if limit is not None and self.report.added.read >= limit:
                    break
                self._next()
                if on_page:
                    on_page(self.report.added.read)
        except LitatlasError as error:
            if self.report.added.read:
                error.hint = f"{error.hint} {self.report.added.read:,} records were stored.".strip()
            raise
        self._finish()
        return self.report

    def step(self) -> None:
        """Say how far it is."""
        self.progress.step(
            f"Harvesting {self.source.name}", self.state.done + self.state.seen, self.state.total or 0
        )

    def _next(self) -> None:
        """Fetch and store one page, or change the windows as the source needs it."""
        state = self.state
        window = state.windows[0]
        self.step()
        try:
            page = self.source.page(window, state.mark)
        except ExpiredError:
            self._restart(f"{self.source.name} lost the position in {window}")
            return
        except InsteadError as instead:
            state.windows[:1] = instead.windows
            state.total = state.total if instead.total is None else max(state.total or 0, instead.total)
            if instead.notice:
                self.report.notices.append(instead.notice)
            return
        state.began = state.began or self.source.client.date or datetime.now(UTC).date().isoformat()
        self._store(page)
        if self._stuck(page):
            raise SourceAwayError(
                f"{self.source.name} makes no progress: it sends pages without end.", "Try again later."
            )
        self._advance(page)

    def _store(self, page: Page) -> None:
        state, report = self.state, self.report
        if page.records:
            records = self._records(page, f"{self.source.name}, {state.windows[0]}, page {state.pages + 1}")
            page_report = add(
                self.library, self.collection, records, processes=1, progress=Silent(), source=self._origin()
            )
            _join(report.added, page_report)
        else:
            with self.library.writing(shown=False) as connection:
                ensure(connection, self.collection, source=self._origin())
        report.pages += 1
        report.deleted += page.deleted
        if page.notice:
            report.notices.append(page.notice)

    def _records(self, page: Page, label: str) -> Iterator[tuple[str, Parsed]]:
        for parsed in self.reader.read(io.BytesIO(page.body), ReadOptions()):
            yield label, parsed

    def _advance(self, page: Page) -> None:
        """Move the state past a stored page, and keep it."""
        state = self.state
        state.pages += 1
        state.seen += page.records
        if page.total is not None:
            state.total = max(state.total or 0, state.done + page.total)
        state.mark = page.following
        if state.seen > self.furthest:
            self.furthest, self.restarts = state.seen, 0
        if not page.following:
            if self._short(page):
                return
            state.windows.pop(0)
            state.done += state.seen
            state.pages = state.seen = self.furthest = 0
        states.save(self.library, self.collection, state)

    def _short(self, page: Page) -> bool:
        """Whether an exact source sent less than it said: then the window is read once more."""
        state, window = self.state, str(self.state.windows[0])
        if not self.source.exact or page.total is None or state.seen >= page.total:
            return False
        message = f"{self.source.name} sent {state.seen:,} of {page.total:,} records of {window}"
        if window in self.recounted:
            self.report.notices.append(f"{message}.")
            return False
        self.recounted.add(window)
        self._restart(message)
        return True

    def _restart(self, why: str) -> None:
        """Begin the window again, as two when it was large; what is stored is met as unchanged."""
        state = self.state
        self.restarts += 1
        if self.restarts > PATIENCE:
            raise SourceAwayError(
                f"{why}, {self.restarts} times.", "Try again later, or harvest a shorter period."
            )
        if state.seen >= WORTH_HALVING:
            today = self.source.client.date or datetime.now(UTC).date().isoformat()
            parts = halves(state.windows[0], self.source.earliest(), today)
            self.furthest = 0 if len(parts) > 1 else self.furthest
            state.windows[:1] = parts
        self.report.notices.append(f"{why}: started that part again.")
        state.mark = ""
        state.pages = state.seen = 0
        if states.load(self.library, self.collection, state.source, state.request) is not None:
            states.save(self.library, self.collection, state)

    def _stuck(self, page: Page) -> bool:
        self.empty = 0 if page.records else self.empty + 1
        return bool(page.following) and (self.empty > EMPTY_PAGES or len(page.following) > LONGEST_MARK)

    def _origin(self) -> str:
        parts = [self.state.request.get(name, "") for name in ("url", "set", "query", "filters")]
        return " ".join(filter(None, (self.source.name, *parts)))[:500]

    def _finish(self) -> None:
        state, report = self.state, self.report
        report.complete = not state.windows
        report.total = state.total
        if report.complete:
            if state.began:
                state.refreshed = state.began
            state.began, state.done, state.total = "", 0, None
            states.save(self.library, self.collection, state)
        if report.deleted:
            report.notices.append(
                f"{self.source.name} has deleted {report.deleted:,} records; those already here are kept."
            )
        self.step()


def _join(whole: AddReport, part: AddReport) -> None:
    """Add the counts of one page to those of the pages before."""
    for name in ("read", "added", "updated", "unchanged", "duplicates", "rejected"):
        setattr(whole, name, getattr(whole, name) + getattr(part, name))
    whole.warnings += part.warnings[: REPORTED - len(whole.warnings)]
    whole.rejects += part.rejects[: REPORTED - len(whole.rejects)]
