"""Every live source that can be harvested: one file per protocol, one entry of ``HARVESTERS`` per source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.errors import InputError
from ingest.harvest import crossref, oai, openalex, pubmed
from ingest.harvest.client import Client
from ingest.harvest.harvester import Source, checked_period
from ingest.network.addresses import base_url

MAX_QUERY = 10_000


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


@dataclass(frozen=True, slots=True)
class Harvester:
    """A source and how to open it.

    ``pause``: seconds between two requests, ``pause_with_key`` with an API key; ``whole``: whether all that
    the source has may be harvested, without a query, a filter or a period; ``open``: the source of a checked
    request, whose ``url`` is set, with an API key or "".
    """

    name: str
    url: str
    pause: float
    open: Callable[[Client, HarvestRequest, str], Source]
    pause_with_key: float = 0.0
    whole: bool = False


def _arxiv(client: Client, request: HarvestRequest, key: str) -> Source:
    return _oai(client, replace(request, prefix=request.prefix or "arXiv"), key)


def _oai(client: Client, request: HarvestRequest, _key: str) -> Source:
    return oai.OaiSource(
        client,
        request.url,
        name=request.source,
        prefix=request.prefix or "oai_dc",
        set_=request.set,
        since=request.since,
        until=request.until,
    )


def _pubmed(client: Client, request: HarvestRequest, key: str) -> Source:
    return pubmed.PubmedSource(
        client, request.query, url=request.url, since=request.since, until=request.until, key=key
    )


def _openalex(client: Client, request: HarvestRequest, key: str) -> Source:
    return openalex.OpenAlexSource(
        client,
        request.query,
        filters=request.filters,
        url=request.url,
        since=request.since,
        until=request.until,
        key=key,
    )


def _crossref(client: Client, request: HarvestRequest, _key: str) -> Source:
    return crossref.CrossrefSource(
        client,
        request.query,
        filters=request.filters,
        url=request.url,
        since=request.since,
        until=request.until,
    )


HARVESTERS: tuple[Harvester, ...] = (
    Harvester("arxiv", oai.ARXIV, oai.ARXIV_PAUSE, _arxiv, whole=True),
    Harvester("pubmed", pubmed.URL, pubmed.PAUSE, _pubmed, pubmed.PAUSE_WITH_KEY),
    Harvester("openalex", openalex.URL, openalex.PAUSE, _openalex),
    Harvester("crossref", crossref.URL, crossref.PAUSE, _crossref),
    Harvester("oai", "", oai.PAUSE, _oai, whole=True),
)


def open_source(
    request: HarvestRequest, *, contact: str = "", keys: Mapping[str, str] | None = None
) -> Source:
    """The source that a request names, after checking the request.

    Args:
        contact: an e-mail address that the source is told.
        keys: API keys by the source's name.

    Raises:
        InputError: there is no such source, or the request makes no sense.
    """
    since, until = checked_period(request.since, request.until)
    query = " ".join(request.query.split())
    if len(query) > MAX_QUERY:
        raise InputError(f"The query has more than {MAX_QUERY:,} characters.", "Use a shorter query.")
    _check_filters(request.filters)
    harvester = _harvester_named(request.source)
    url = base_url(request.url or harvester.url)
    if not (harvester.whole or query or request.filters or since):
        raise InputError(
            f"This would harvest everything that {harvester.name} has.", "Add a query, a filter or a period."
        )
    key = (keys or {}).get(harvester.name, "")
    client = Client(
        harvester.pause_with_key if key and harvester.pause_with_key else harvester.pause, contact
    )
    return harvester.open(client, replace(request, query=query, since=since, until=until, url=url), key)


def _harvester_named(name: str) -> Harvester:
    for harvester in HARVESTERS:
        if harvester.name == name:
            return harvester
    names = ", ".join(harvester.name for harvester in HARVESTERS)
    raise InputError(f"There is no source {name[:40]!r}.", f"Sources: {names}.")


def _check_filters(filters: Sequence[str]) -> None:
    for text in filters:
        name, colon, value = text.partition(":")
        if not (name.strip() and colon and value.strip()):
            raise InputError(f"{text[:80]!r} is not a filter.", "Filters look like type:journal-article.")
