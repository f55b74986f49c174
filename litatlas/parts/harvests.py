"""Harvesting from live sources: with which settings, and what it answers."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ingest.harvest import state as states
from ingest.harvest.harvester import Source
from ingest.harvest.run import HarvestReport
from ingest.harvest.run import harvest as run
from ingest.harvest.sources import HarvestRequest as HarvestRequest
from ingest.harvest.sources import open_source
from ingest.progress import Progress, Silent
from litatlas.answers import AddAnswer
from litatlas.errors import InputError, LitatlasError
from litatlas.generation.generations import Generations
from litatlas.parts.collections import added
from litatlas.settings import Settings

SYNC_EVERY = 20_000
"""Records after which a long harvest makes searchable what it has."""


class HarvestAnswer(AddAnswer):
    """What ``add`` answers, with where the harvest stands; not ``complete``: the same command goes on."""

    source: str
    pages: int
    total: int | None
    since: str
    resumed: bool
    complete: bool
    notices: list[str]


class Harvests:
    """Harvesting into the collections of one atlas; reached as ``Atlas.harvests``."""

    def __init__(self, generations: Generations, settings: Settings) -> None:
        self._generations = generations
        self._library = generations.library
        self._settings = settings

    def run(
        self,
        request: HarvestRequest,
        collection: str,
        *,
        limit: int | None = None,
        again: bool = False,
        progress: Progress | None = None,
    ) -> HarvestAnswer:
        """Fetch from a live source into a collection: from where it stopped, or what is new since.

        ``limit`` stops it after about that many records; ``again`` forgets what was harvested before.

        Raises:
            LitatlasError: as `ingest.harvest.run.harvest`; what was stored before is searchable.
        """
        progress = progress or Silent()
        started = time.monotonic()
        source = self._source(request)
        stored = searchable = 0

        def on_page(records: int) -> None:
            nonlocal stored, searchable
            stored = records
            if stored - searchable >= SYNC_EVERY:
                searchable = stored
                self._generations.sync(progress)

        with self._generations.changing(progress):
            try:
                report = run(
                    self._library,
                    collection,
                    source,
                    progress=progress,
                    limit=limit,
                    again=again,
                    on_page=on_page,
                )
            except LitatlasError:
                if stored > searchable:
                    self._generations.sync(progress)
                raise
        if not self._settings.contact:
            report.notices.append(
                "The sources ask for a contact address: set LITATLAS_CONTACT, or contact in litatlas.toml."
            )
        return _answer(report, time.monotonic() - started)

    def _source(self, request: HarvestRequest) -> Source:
        settings = self._settings
        keys = {"pubmed": settings.pubmed_key, "openalex": settings.openalex_key}
        return open_source(request, contact=settings.contact, keys=keys)

    def refresh(self, collection: str, *, progress: Progress | None = None) -> list[HarvestAnswer]:
        """Harvest again everything that a collection was harvested from.

        Raises:
            NotFoundError: there is no such collection.
            InputError: it was not harvested.
        """
        return [self.run(request, collection, progress=progress) for request in self.requests(collection)]

    def has(self, collection: str) -> bool:
        """Whether anything was harvested into a collection."""
        return bool(states.states(self._library, collection))

    def requests(self, collection: str) -> list[HarvestRequest]:
        """What was harvested into a collection.

        Raises:
            NotFoundError: there is no such collection.
            InputError: nothing was.
        """
        requests = [
            _request(state.source, state.request) for state in states.states(self._library, collection)
        ]
        if not requests:
            raise InputError(
                f"The collection {collection!r} was not harvested, so there is no source to harvest again.",
                "Add its newer files with: litatlas add",
            )
        return requests


def _request(source: str, stored: Mapping[str, str]) -> HarvestRequest:
    return HarvestRequest(
        source,
        query=stored.get("query", ""),
        set=stored.get("set", ""),
        prefix=stored.get("metadataPrefix", ""),
        # One text of several filters stays one: the source reads it the same.
        filters=(stored["filters"],) if stored.get("filters") else (),
        since=stored.get("from", ""),
        until=stored.get("until", ""),
        url=stored.get("url", ""),
    )


def _answer(report: HarvestReport, seconds: float) -> HarvestAnswer:
    return {
        **added(report.added, seconds),
        "source": report.source,
        "pages": report.pages,
        "total": report.total,
        "since": report.since,
        "resumed": report.resumed,
        "complete": report.complete,
        "notices": report.notices,
    }
