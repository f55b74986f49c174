"""PubMed by the E-utilities: a search kept on the history server, then its records page by page.

PubMed hands out no more than 9,999 records of one search, so a larger one is taken apart by the days on
which its records were entered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from lxml import etree

from ingest.harvest.client import Client
from ingest.harvest.errors import BadQueryError, BrokenBodyError, ExpiredError, InsteadError
from ingest.harvest.harvester import Page, Window, halves, number, refusal

URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
PAUSE = 0.35
"""NCBI allows three requests a second, ten with a key."""
PAUSE_WITH_KEY = 0.11
MOST = 9_999
ROWS = 200
EARLIEST = "1780-01-01"
_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where we are in a search that the source keeps, and what it remarked about it."""

    env: str
    key: str
    start: int
    count: int
    notice: str


class PubmedSource:
    """One search, in PubMed's own query language; the period is that of publication."""

    name = "pubmed"
    format = "pubmed"
    exact = True

    def __init__(
        self,
        client: Client,
        query: str,
        *,
        url: str = URL,
        since: str = "",
        until: str = "",
        key: str = "",
        rows: int = ROWS,
        most: int = MOST,
    ) -> None:
        self.client = client
        self._query = query
        self._url = url
        self._since = since
        self._until = until
        self._rows = rows
        self._most = most
        who = {"db": "pubmed", "tool": "litatlas", "email": client.contact, "api_key": key}
        self._who = {name: value for name, value in who.items() if value}

    @property
    def request(self) -> Mapping[str, str]:
        """The search."""
        return {"url": self._url, "query": self._query, "from": self._since, "until": self._until}

    def first(self) -> list[Window]:
        """Everything at once; taken apart when that is too much."""
        return [Window()]

    def fresh(self, since: str) -> list[Window]:
        """What was entered or changed since then."""
        return [Window(since, "", "changed")]

    def earliest(self) -> str:
        """Long before its first record."""
        return EARLIEST

    def page(self, window: Window, mark: str) -> Page:
        """One answer to EFetch, after the search for the first."""
        place = _Place(**json.loads(mark)) if mark else self._search(window)
        if not place.count:
            return Page(b"", 0, total=0, notice=place.notice)
        fields = self._who | {
            "WebEnv": place.env,
            "query_key": place.key,
            "retstart": str(place.start),
            "retmax": str(self._rows),
            "retmode": "xml",
        }
        answer = self.client.fetch(f"{self._url}/efetch.fcgi", fields, check=_check_fetched)
        if answer.status != 200:
            raise refusal(self.name, answer, mark or "first")
        if b"<PubmedArticleSet" not in answer.body:
            raise ExpiredError
        following = replace(place, start=place.start + self._rows, notice="")
        mark = json.dumps(asdict(following)) if following.start < place.count else ""
        records = answer.body.count(b"<PubmedArticle>") + answer.body.count(b"<PubmedBookArticle>")
        return Page(answer.body, records, mark, place.count, notice=place.notice)

    def _search(self, window: Window) -> _Place:
        """Run the search and keep it at the source: its place there, and what the source remarks."""
        fields = self._who | {"term": self._term(window), "usehistory": "y", "retmax": "0", "retmode": "xml"}
        answer = self.client.fetch(f"{self._url}/esearch.fcgi", fields, check=_check_found, post=True)
        if answer.status != 200:
            raise refusal(self.name, answer, "")
        root = _xml(answer.body)
        if error := root.findtext("ERROR"):
            raise BadQueryError(f"pubmed does not accept the query. It says: {error[:300]}")
        count = number(root.findtext("Count")) or 0
        notice = ", ".join((node.text or "")[:100] for node in root.iterfind("ErrorList/PhraseNotFound"))
        if count > self._most:
            today = self.client.date or datetime.now(UTC).date().isoformat()
            parts = halves(window, EARLIEST, today)
            if len(parts) > 1:
                raise InsteadError(parts, count)
            notice = f"{count:,} records of {window}: only the first {self._most:,} can be had"
        elif notice:
            notice = f"pubmed does not know: {notice}"
        env, key = root.findtext("WebEnv") or "", root.findtext("QueryKey") or ""
        if count and not (env and key):
            raise BadQueryError("pubmed did not keep the search.", "Try again, or use a simpler query.")
        return _Place(env, key, 0, min(count, self._most), notice)

    def _term(self, window: Window) -> str:
        parts = [f"({self._query})"] if self._query else []
        if self._since or self._until:
            parts.append(_range(self._since or EARLIEST, self._until or "3000-01-01", "dp"))
        if window.since or window.until:
            since, until = window.since or EARLIEST, window.until or "3000-01-01"
            entered = _range(since, until, "edat")
            changed = f"({entered} OR {_range(since, until, 'mdat')})"
            parts.append(changed if window.by == "changed" else entered)
        return " AND ".join(parts)


def _range(since: str, until: str, field: str) -> str:
    first, last = (day.replace("-", "/") for day in (since, until))
    return f'("{first}"[{field}] : "{last}"[{field}])'


def _xml(body: bytes) -> etree._Element:
    try:
        return etree.fromstring(body, etree.XMLParser(**_PARSER))  # type: ignore[arg-type]
    except etree.XMLSyntaxError as error:
        raise BrokenBodyError("its answers are cut off or are not XML") from error


def _check_found(body: bytes) -> None:
    root = _xml(body)
    if root.tag != "eSearchResult" or (root.find("Count") is None and root.find("ERROR") is None):
        raise BrokenBodyError("its answers are not those of a search")


def _check_fetched(body: bytes) -> None:
    """A whole set of records, or the refusal that a forgotten search gets; an empty set is a fault."""
    whole = body.rstrip().endswith(b"</PubmedArticleSet>") and b"Article>" in body
    refused = b"<ERROR>" in body and b"</eFetchResult>" in body
    if not whole and not refused:
        raise BrokenBodyError("its answers are cut off in the middle")
