"""A local server that speaks the sources' protocols over a small store of records, with faults on order.

Faults are put on ``server.faults`` and used up one a request, in order; everything that was asked for is in
``server.asked``.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TODAY = "2024-03-10"
WORDS = [
    "graph",
    "coffee",
    "river",
    "kernel",
    "protein",
    "galaxy",
    "syntax",
    "market",
    "vaccine",
    "robot",
    "tensor",
    "glacier",
]

_ENTERED = re.compile(r'"([\d/]+)"\[edat\] : "([\d/]+)"\[edat\]')


@dataclass(frozen=True)
class Entry:
    """One paper of the store: its number, the day it was made and the day it last changed."""

    number: int
    made: str
    changed: str
    note: str = ""

    @property
    def title(self) -> str:
        """Unlike every other one, so that nothing is joined."""
        first, second = WORDS[self.number % 12], WORDS[self.number // 12 % 12]
        return f"Paper {self.number} on the {first} of {second} number {self.number * 7919}{self.note}"

    @property
    def abstract(self) -> str:
        """As above."""
        return " ".join(f"{WORDS[(self.number * step) % 12]}{self.number * step}" for step in range(1, 15))


def entries(count: int, first: int = 1, day: str = "2024-01-{:02d}") -> list[Entry]:
    """Papers, ten made on each day."""
    made = [day.format(1 + index // 10) for index in range(count)]
    return [Entry(first + index, made[index], made[index]) for index in range(count)]


@dataclass(frozen=True)
class Fault:
    """Something other than the right answer; with ``cut`` half of the right one."""

    status: int = 200
    wait: str = ""
    cut: bool = False
    to: str = ""
    endless: bool = False
    body: bytes = b""
    do: Callable[[], None] | None = None


class Server(ThreadingHTTPServer):
    """The store, the faults to come (None: a right answer), and what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store: list[Entry] = []
        self.faults: list[Fault | None] = []
        self.asked: list[dict[str, str]] = []
        self.agents: list[str] = []
        self.page = 10
        self.forget_at: int | None = None
        """Tokens, cursors and searches for places at or beyond this are forgotten, ``forget_times``."""
        self.forget_times = 1
        self.hidden = 0
        """Records that the source counts, but does not send the first time."""
        self.today = TODAY

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs while the block does."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        """Stay silent."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The store's own day."""
        return f"Tue, {self.server.today[8:]} Mar 2024 12:00:00 GMT"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._serve(self.rfile.read(length).decode())

    def do_GET(self) -> None:
        self._serve(urlsplit(self.path).query)

    def _serve(self, query: str) -> None:
        fields = {name: values[-1] for name, values in parse_qs(query).items()}
        path = urlsplit(self.path).path
        self.server.asked.append(fields | {"path": path})
        self.server.agents.append(self.headers.get("User-Agent", ""))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault and fault.do:
            fault.do()
        try:
            self._faulty(fault) if fault and not fault.cut else self._right(path, fields, bool(fault))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _faulty(self, fault: Fault) -> None:
        self.send_response(fault.status)
        if fault.wait:
            self.send_header("Retry-After", fault.wait)
        if fault.to:
            self.send_header("Location", fault.to)
        if not fault.endless:
            self.send_header("Content-Length", str(len(fault.body)))
        self.end_headers()
        self.wfile.write(fault.body)
        while fault.endless:
            self.wfile.write(b"<record>" * 10_000)

    def _right(self, path: str, fields: dict[str, str], cut: bool) -> None:
        answers: dict[str, Callable[[dict[str, str]], tuple[int, bytes]]] = {
            "/oai": self._oai,
            "/openalex/works": self._openalex,
            "/crossref/works": self._crossref,
            "/eutils/esearch.fcgi": self._esearch,
            "/eutils/efetch.fcgi": self._efetch,
        }
        status, body = answers[path](fields) if path in answers else (404, b"{}")
        packed = gzip.compress(body)
        self.send_response(status)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed[: len(packed) // 2] if cut else packed)

    def _forgets(self, start: int) -> bool:
        """Whether this place in a list is one that the server has forgotten, as often as it was told to."""
        forgets = (
            self.server.forget_at is not None
            and start >= self.server.forget_at
            and self.server.forget_times > 0
        )
        self.server.forget_times -= forgets
        return forgets

    # -- OAI-PMH --------------------------------------------------------------------------------------------

    def _oai(self, fields: dict[str, str]) -> tuple[int, bytes]:
        if fields["verb"] == "Identify":
            return 200, _oai_page("<Identify><earliestDatestamp>2024-01-01</earliestDatestamp></Identify>")
        if token := fields.get("resumptionToken"):
            since, until, place = token.split("|")
            start = int(place)
            if self._forgets(start) or len(fields) != 2:
                return 200, _oai_page('<error code="badResumptionToken">gone</error>')
        else:
            since, until, start = fields.get("from", ""), fields.get("until", ""), 0
            if fields.get("set") == "nowhere":
                return 200, _oai_page('<error code="badArgument">no such &lt;set&gt;</error>')
        found = [e for e in self.server.store if since <= e.changed <= (until or "9")]
        if not found:
            return 200, _oai_page('<error code="noRecordsMatch"/>')
        records = "".join(map(_oai_record, found[start : start + self.server.page]))
        following = start + self.server.page
        place = f"{since}|{until}|{following}" if following < len(found) else ""
        token = f'<resumptionToken cursor="{start}" completeListSize="{len(found)}">{place}</resumptionToken>'
        return 200, _oai_page(f"<ListRecords>{records}{token}</ListRecords>")

    # -- E-utilities ----------------------------------------------------------------------------------------

    def _esearch(self, fields: dict[str, str]) -> tuple[int, bytes]:
        term = fields["term"]
        if term.startswith("((("):
            return 200, b"<eSearchResult><ERROR>unbalanced brackets</ERROR></eSearchResult>"
        count = len(self._pubmed(term))
        missing = "<PhraseNotFound>blorgh</PhraseNotFound>" if "blorgh" in term else ""
        body = (
            f"<eSearchResult><Count>{count}</Count><QueryKey>1</QueryKey><WebEnv>{escape(term)}</WebEnv>"
            f"<ErrorList>{missing}</ErrorList></eSearchResult>"
        )
        return 200, body.encode()

    def _pubmed(self, term: str) -> list[Entry]:
        """The entries in the range of days that a term ends with: of entry, or of entry and change."""
        match = _ENTERED.search(term)
        low, high = (day.replace("/", "-") for day in match.groups()) if match else ("", "9")
        by_change = "mdat" in term
        return [e for e in self.server.store if low <= (e.changed if by_change else e.made) <= high]

    def _efetch(self, fields: dict[str, str]) -> tuple[int, bytes]:
        start = int(fields["retstart"])
        if self._forgets(start):
            return 400, b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"
        found = self._pubmed(fields["WebEnv"])[start : start + int(fields["retmax"])]
        if self.server.hidden:
            found, self.server.hidden = found[: -self.server.hidden], 0
        return 200, f"<PubmedArticleSet>{''.join(map(_pubmed_record, found))}</PubmedArticleSet>".encode()

    # -- OpenAlex and Crossref ------------------------------------------------------------------------------

    def _openalex(self, fields: dict[str, str]) -> tuple[int, bytes]:
        filters = _filters(fields)
        if "nonsense" in filters:
            return 400, json.dumps({"error": "Invalid", "message": "nonsense is not a valid field"}).encode()
        if "from_updated_date" in filters and fields.get("api_key") != "paid":
            return 403, json.dumps({"message": "from_updated_date needs a plan"}).encode()
        low = filters.get("from_publication_date", "")
        found = [
            e
            for e in self.server.store
            if low <= e.made <= filters.get("to_publication_date", "9")
            and e.changed >= filters.get("from_updated_date", "")
        ]
        start = 0 if fields["cursor"] == "*" else int(fields["cursor"])
        if start and self._forgets(start):
            return 400, b'{"error": "cursor is not valid"}'
        results = [_openalex_record(e) for e in found[start : start + self.server.page]]
        meta = {"count": len(found), "next_cursor": str(start + self.server.page) if results else None}
        return 200, json.dumps({"meta": meta, "results": results}).encode()

    def _crossref(self, fields: dict[str, str]) -> tuple[int, bytes]:
        filters = _filters(fields)
        kind = "update" if "from-update-date" in filters else "created"
        low, high = filters.get(f"from-{kind}-date", ""), filters.get(f"until-{kind}-date", "9")
        found = [e for e in self.server.store if low <= (e.changed if kind == "update" else e.made) <= high]
        start = 0 if fields["cursor"] == "*" else int(fields["cursor"])
        if start and self._forgets(start):
            failed = {"status": "failed", "message": [{"type": "cursor", "message": "expired cursor"}]}
            return 404, json.dumps(failed).encode()
        items = [_crossref_record(e) for e in found[start : start + int(fields["rows"])]]
        if self.server.hidden:
            items, self.server.hidden = items[: -self.server.hidden], 0
        following = str(start + int(fields["rows"]))
        message = {"total-results": len(found), "items": items, "next-cursor": following}
        return 200, json.dumps({"status": "ok", "message-type": "work-list", "message": message}).encode()


def _filters(fields: dict[str, str]) -> dict[str, str]:
    pairs = (part.partition(":") for part in fields.get("filter", "").split(",") if part)
    return {name: value for name, _, value in pairs}


def _oai_page(inner: str) -> bytes:
    head = f"<responseDate>{TODAY}T12:00:00Z</responseDate><request>x</request>"
    return f'<?xml version="1.0"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{head}{inner}</OAI-PMH>\n'.encode()


def _oai_record(entry: Entry) -> str:
    header = f"<identifier>oai:x:{entry.number}</identifier><datestamp>{entry.changed}</datestamp>"
    if entry.note == "deleted":
        return f'<record><header status="deleted">{header}</header></record>'
    body = (
        f"<dc:title>{entry.title}</dc:title><dc:description>{entry.abstract}</dc:description>"
        f"<dc:creator>Author, {WORDS[entry.number % 12]}</dc:creator><dc:date>{entry.made}</dc:date>"
    )
    names = (
        'xmlns:d="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    return f"<record><header>{header}</header><metadata><d:dc {names}>{body}</d:dc></metadata></record>"


def _pubmed_record(entry: Entry) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{entry.number}</PMID><Article><ArticleTitle>{entry.title}"
        f"</ArticleTitle><Abstract><AbstractText>{entry.abstract}</AbstractText></Abstract></Article>"
        "</MedlineCitation></PubmedArticle>"
    )


def _openalex_record(entry: Entry) -> dict[str, Any]:
    index = {word: [place] for place, word in enumerate(dict.fromkeys(entry.abstract.split()))}
    return {
        "id": f"https://openalex.org/W{entry.number}",
        "title": entry.title,
        "publication_date": entry.made,
        "abstract_inverted_index": index,
    }


def _crossref_record(entry: Entry) -> dict[str, Any]:
    return {"DOI": f"10.5555/{entry.number}", "title": [entry.title], "abstract": entry.abstract}
