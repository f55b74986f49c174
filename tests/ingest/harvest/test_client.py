"""The client that talks to sources, against a local server that answers as it is told to."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.errors import InputError
from ingest.harvest.client import MAX_WAIT, Answer, Client
from ingest.harvest.errors import BrokenBodyError, SourceAwayError, SourceRefusedError
from ingest.network.addresses import base_url
from ingest.progress import Interrupted

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    """Gives the next of ``replies``, the last one again and again; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[Reply] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, body: str) -> None:
        self.server.asked.append((self.path, body, dict(self.headers)))
        replies = self.server.replies
        (replies.pop(0) if len(replies) > 1 else replies[0])(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def says(body: bytes = b"fine", status: int = 200, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        sent = {"Content-Length": str(len(body))} | {n.replace("_", "-"): v for n, v in headers.items()}
        for name, value in sent.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 1
        self.now += seconds


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    return Client(0, "me@example.org", attempts=3, sleep=clock.sleep, clock=lambda: clock.now)


def ask(client: Client, server: Server, **options: Any) -> Answer:
    fields = options.pop("fields", {})
    return client.fetch(server.url, fields, check=options.pop("check", lambda _: None), **options)


# --- What is asked


def test_fields_go_into_the_address_or_the_body(client: Client, server: Server) -> None:
    server.replies = [says()]
    fields = {"q": "ä & b", "n": "1"}
    assert ask(client, server, fields=fields) == Answer(200, b"fine")
    ask(client, server, fields=fields, post=True)
    client.fetch(f"{server.url}?x=1", fields, check=lambda _: None)
    ask(client, server)
    (got, _, headers), (posted, body, _), (longer, *_), (bare, *_) = server.asked
    assert parse_qs(urlsplit(got).query) == {"q": ["ä & b"], "n": ["1"]}
    assert (posted, parse_qs(body)) == ("/api", {"q": ["ä & b"], "n": ["1"]})
    assert longer.startswith("/api?x=1&q=")
    assert bare == "/api"
    assert "mailto:me@example.org" in headers["User-Agent"]


@pytest.mark.parametrize("contact", ["me", "me@", "@x.org", "me@x.org\r\nEvil: 1", "a b@x.org", "é@x.org"])
def test_a_contact_is_an_address(contact: str) -> None:
    with pytest.raises(InputError) as caught:
        Client(0, contact)
    assert caught.value.hint


def test_requests_keep_the_pace_of_the_source(server: Server, clock: Clock) -> None:
    server.replies = [says()]
    paced = Client(3, sleep=clock.sleep, clock=lambda: clock.now)
    ask(paced, server)
    assert clock.now == 0
    ask(paced, server)
    assert clock.now == pytest.approx(3)
    clock.now += 2
    ask(paced, server)
    assert clock.now == pytest.approx(6)


# --- Answers


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
def test_an_answer_that_will_not_change_is_given_at_once(client: Client, server: Server, status: int) -> None:
    server.replies = [says(b"no", status)]
    assert ask(client, server, check=lambda _: pytest.fail("not checked")) == Answer(status, b"no")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_source_in_trouble_is_asked_again(
    client: Client, server: Server, clock: Clock, status: int
) -> None:
    server.replies = [says(b"", status), says(b"", status), says(b"at last")]
    assert ask(client, server).body == b"at last"
    assert 0.75 + 1.5 <= clock.now <= 1.25 + 2.5
    server.replies = [says(b"", status)]
    with pytest.raises(SourceAwayError, match=f"{status}.*3 attempts") as caught:
        ask(client, server)
    assert caught.value.hint
    assert len(server.asked) == 6


def test_an_answer_that_is_not_whole_is_asked_for_again(client: Client, server: Server) -> None:
    def check(body: bytes) -> None:
        if not body.endswith(b"</end>"):
            raise BrokenBodyError("it ends in the middle")

    server.replies = [says(b"<begin>"), says(b"<begin></end>")]
    assert ask(client, server, check=check).body == b"<begin></end>"
    server.replies = [says(b"<begin>")]
    with pytest.raises(SourceAwayError, match="ends in the middle"):
        ask(client, server, check=check)


def test_packed_answers_are_unpacked(client: Client, server: Server) -> None:
    packed = gzip.compress(b"papers " * 1_000)
    server.replies = [says(packed, Content_Encoding="gzip")]
    assert ask(client, server).body == b"papers " * 1_000
    server.replies = [says(packed, Content_Encoding=" X-GZIP ")]
    assert ask(client, server).body == b"papers " * 1_000
    assert "gzip" in server.asked[0][2]["Accept-Encoding"]


@pytest.mark.parametrize(
    "reply",
    [
        says(gzip.compress(b"papers " * 1_000)[:-20], Content_Encoding="gzip"),
        says(b"no gzip at all", Content_Encoding="gzip"),
        says(b"short", Content_Length="10"),
    ],
    ids=["cut", "not packed", "too short"],
)
def test_a_cut_answer_is_no_answer(client: Client, server: Server, reply: Reply) -> None:
    def close(handler: BaseHTTPRequestHandler) -> None:
        reply(handler)
        handler.close_connection = True

    server.replies = [close]
    with pytest.raises(SourceAwayError):
        ask(client, server)
    assert len(server.asked) == 3


def test_a_source_that_hangs_up_is_asked_again(client: Client, server: Server) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    server.replies = [hang_up, says(b"there")]
    assert ask(client, server).body == b"there"


def test_nobody_there(client: Client, clock: Clock) -> None:
    with pytest.raises(SourceAwayError, match=r"127\.0\.0\.1 cannot be used now") as caught:
        client.fetch("http://127.0.0.1:1/", {}, check=lambda _: None)
    assert caught.value.hint
    assert clock.now > 0


# --- Bounds


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_has_at_most_so_many_bytes(server: Server, clock: Clock, packed: bool) -> None:
    small = Client(0, max_body=1_000, sleep=clock.sleep, clock=lambda: clock.now)

    def of(size: int) -> Reply:
        body = b"x" * size
        return says(gzip.compress(body), Content_Encoding="gzip") if packed else says(body)

    server.replies = [of(1_000)]
    assert len(ask(small, server).body) == 1_000
    server.replies = [of(1_001)]
    with pytest.raises(SourceRefusedError, match="as one page") as caught:
        ask(small, server)
    assert caught.value.hint
    assert len(server.asked) == 2


def test_a_bomb_is_not_unpacked(server: Server, clock: Clock) -> None:
    small = Client(0, max_body=1_000, sleep=clock.sleep, clock=lambda: clock.now)
    server.replies = [says(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")]
    with pytest.raises(SourceRefusedError):
        ask(small, server)


# --- Waiting


def test_the_source_says_how_long_to_wait(client: Client, server: Server, clock: Clock) -> None:
    server.replies = [says(b"", 503, Retry_After="120"), says()]
    ask(client, server)
    assert clock.now == pytest.approx(120)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)
    server.replies = [says(b"", 429, Retry_After=later), says()]
    ask(client, server)
    assert 290 <= clock.now - 120 <= 301


@pytest.mark.parametrize(
    "value", ["soon", "-5", "", "Mon, 99 Nov 2020 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_wait_that_makes_no_sense_is_ours_to_choose(
    client: Client, server: Server, clock: Clock, value: str
) -> None:
    server.replies = [says(b"", 503, Retry_After=value), says()]
    ask(client, server)
    assert 0.75 <= clock.now <= 1.25


def test_who_asks_for_too_long_a_wait_is_left_alone(client: Client, server: Server, clock: Clock) -> None:
    server.replies = [says(b"", 503, Retry_After=str(int(MAX_WAIT) + 1))]
    with pytest.raises(SourceAwayError, match="come back in 10 minutes"):
        ask(client, server)
    assert (len(server.asked), clock.now) == (1, 0)


def test_waiting_can_be_stopped(client: Client, server: Server, clock: Clock) -> None:
    def stop() -> None:
        if clock.now >= 5:
            raise Interrupted("stopped")

    client.tick = stop
    server.replies = [says(b"", 503, Retry_After="500")]
    with pytest.raises(Interrupted):
        ask(client, server)
    assert clock.now == 5


# --- Redirects and addresses


def test_redirects_within_a_site_are_followed(client: Client, server: Server) -> None:
    server.replies = [says(b"", 302, Location="/moved?to=here"), says(b"moved")]
    assert ask(client, server, fields={"q": "x"}).body == b"moved"
    assert [path for path, _, _ in server.asked] == ["/api?q=x", "/moved?to=here"]


@pytest.mark.parametrize(
    "place", ["http://localhost:1/", "https://example.org/", "ftp://127.0.0.1/", "file:///etc"]
)
def test_other_redirects_are_refused(client: Client, server: Server, place: str) -> None:
    server.replies = [says(b"", 301, Location=place)]
    with pytest.raises(SourceRefusedError) as caught:
        ask(client, server)
    assert caught.value.hint
    assert len(server.asked) == 1


def test_circles_are_refused(client: Client, server: Server) -> None:
    server.replies = [says(b"", 302, Location="/api")]
    with pytest.raises(SourceRefusedError, match="redirects in"):
        ask(client, server)
    assert len(server.asked) < 10


def test_a_posted_request_is_not_sent_elsewhere(client: Client, server: Server) -> None:
    server.replies = [says(b"", 307, Location="/moved")]
    with pytest.raises(SourceRefusedError):
        ask(client, server, fields={"q": "x"}, post=True)


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("example.org/oai", "https://example.org/oai"),
        ("http://example.org:8080/oai/", "http://example.org:8080/oai"),
        (" https://example.org/a?b=c#d ", "https://example.org/a?b=c"),
        ("https://example.org?", "https://example.org"),
    ],
)
def test_addresses_of_sources(url: str, full: str) -> None:
    assert base_url(url) == full


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x.org", "file:///etc/passwd", "https://", "https://me@x.org", "https://x.org/a b", "https://x.org:0",
     "https://x.org:99999", "https://[x", "https://ex\u0430mple.org", "https://x.org/\r\nEvil: 1"],
)  # fmt: skip
def test_what_is_no_address_of_a_source(url: str) -> None:
    with pytest.raises(InputError) as caught:
        base_url(url)
    assert caught.value.hint


def test_the_day_is_the_earlier_of_the_sources_and_ours(client: Client, server: Server) -> None:
    server.replies = [says()]  # the server's own Date is of today
    ask(client, server)
    today = datetime.now(UTC).date().isoformat()
    assert client.date <= today
    server.replies = [_dated("Mon, 01 Jan 2001 00:00:00 GMT")]
    ask(client, server)
    assert client.date == "2001-01-01"
    server.replies = [_dated("Mon, 01 Jan 2091 00:00:00 GMT")]
    ask(client, server)
    assert client.date[:4] < "2091"


def _dated(date: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        for name, value in (("Date", date), ("Content-Length", "0")):
            handler.send_header(name, value)
        handler.end_headers()

    return reply
