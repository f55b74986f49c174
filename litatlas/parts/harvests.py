"""Harvesting from live sources: which source with which settings, and the answer that becomes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.harvest import state as states
from ingest.harvest.client import Client, base_url
from ingest.harvest.crossref import PAUSE as CROSSREF_PAUSE
from ingest.harvest.crossref import URL as CROSSREF
from ingest.harvest.crossref import CrossrefSource
from ingest.harvest.harvester import Source, checked_period
from ingest.harvest.oai import ARXIV, ARXIV_PAUSE, OaiSource
from ingest.harvest.oai import PAUSE as OAI_PAUSE
from ingest.harvest.openalex import PAUSE as OPENALEX_PAUSE
from ingest.harvest.openalex import URL as OPENALEX
from ingest.harvest.openalex import OpenAlexSource
from ingest.harvest.pubmed import PAUSE as PUBMED_PAUSE
from ingest.harvest.pubmed import PAUSE_WITH_KEY as PUBMED_PAUSE_WITH_KEY
from ingest.harvest.pubmed import URL as PUBMED
from ingest.harvest.pubmed import PubmedSource
from ingest.harvest.run import HarvestReport
from ingest.harvest.run import harvest as run
from ingest.progress import Progress, Silent
from litatlas.answers import AddAnswer
from litatlas.errors import InputError, LitatlasError
from litatlas.generation.generations import Generations
from litatlas.parts.collections import added
from litatlas.settings import Settings

SYNC_EVERY = 20_000
"""Records after which a long harvest makes searchable what it has."""
LONGEST_QUERY = 10_000
_URLS = {"arxiv": ARXIV, "pubmed": PUBMED, "openalex": OPENALEX, "crossref": CROSSREF}
SOURCES = (*_URLS, "oai")


@dataclass(frozen=True, slots=True)
class HarvestRequest:
    """What to harvest; ``url`` is an OAI-PMH endpoint, or replaces the address of another source.

    ``since`` and ``until`` are days of the records' datestamps for arxiv and oai, else of publication.
    """

    source: str
    query: str = ""
    set: str = ""
    prefix: str = ""
    filters: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    url: str = ""


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
        source = source_of(request, self._settings)
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
                f"The collection {collection!r} was not harvested, so it has no source to ask.",
                "Add its newer files with: litatlas add",
            )
        return requests


def source_of(request: HarvestRequest, settings: Settings) -> Source:
    """The source that a request names, after checking what it asks for.

    Raises:
        InputError: what it asks for makes no sense.
    """
    since, until = checked_period(request.since, request.until)
    query = " ".join(request.query.split())
    if len(query) > LONGEST_QUERY:
        raise InputError(f"The query has more than {LONGEST_QUERY:,} characters.", "Give a shorter one.")
    _check_filters(request.filters)
    name = request.source
    if name not in SOURCES:
        raise InputError(f"There is no source {name[:40]!r}.", f"Sources: {', '.join(SOURCES)}.")
    url = base_url(request.url or _URLS.get(name, ""))
    if name not in ("arxiv", "oai") and not (query or request.filters or since):
        raise InputError(
            "That would be everything that the source has.", "Give a query, a filter or a period."
        )
    client = Client(_pause(name, settings), settings.contact)
    if name == "pubmed":
        return PubmedSource(client, query, url=url, since=since, until=until, key=settings.pubmed_key)
    if name == "openalex":
        key = settings.openalex_key
        return OpenAlexSource(
            client, query, filters=request.filters, url=url, since=since, until=until, key=key
        )
    if name == "crossref":
        return CrossrefSource(client, query, filters=request.filters, url=url, since=since, until=until)
    prefix = request.prefix or ("arXiv" if name == "arxiv" else "oai_dc")
    return OaiSource(client, url, name=name, prefix=prefix, set_=request.set, since=since, until=until)


def _pause(name: str, settings: Settings) -> float:
    pubmed = PUBMED_PAUSE_WITH_KEY if settings.pubmed_key else PUBMED_PAUSE
    pauses = {
        "arxiv": ARXIV_PAUSE,
        "pubmed": pubmed,
        "openalex": OPENALEX_PAUSE,
        "crossref": CROSSREF_PAUSE,
    }
    return pauses.get(name, OAI_PAUSE)


def _check_filters(filters: tuple[str, ...]) -> None:
    for one in filters:
        name, colon, value = one.partition(":")
        if not (name.strip() and colon and value.strip()):
            raise InputError(f"{one[:80]!r} is not a filter.", "Filters look like type:journal-article.")


def _request(source: str, told: Mapping[str, str]) -> HarvestRequest:
    return HarvestRequest(
        source,
        query=told.get("query", ""),
        set=told.get("set", ""),
        prefix=told.get("metadataPrefix", ""),
        # One text of several filters stays one: the source reads it the same.
        filters=(told["filters"],) if told.get("filters") else (),
        since=told.get("from", ""),
        until=told.get("until", ""),
        url=told.get("url", ""),
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
