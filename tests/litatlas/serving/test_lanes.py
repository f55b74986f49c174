"""Lanes and refusals: a request goes to the threads of its lane, or is told at once to come again."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from litatlas.errors import InputError
from litatlas.server import EVERYWHERE, _announcement, _bound, _hosts
from litatlas.serving import http
from litatlas.serving.http import SLOW_BYTES, SLOW_SECONDS, _Pace
from litatlas.serving.lanes import LANES, RETRY_SECONDS, Lanes, Refusal, _Turns, busy
from litatlas.settings import Settings


@dataclass
class Request:
    lane: str
    path: str = "/"
    error: Any = None


@dataclass
class Connection:
    """What lanes know of a connection: its requests, and how the first is answered."""

    requests: list[Request]
    go: threading.Event
    lanes: Lanes
    answered: threading.Event = field(default_factory=threading.Event)
    thread: str = ""
    queued: float = 0.0

    def service(self) -> None:
        self.lanes.begins(self)
        if self.requests[0].error is None:
            self.go.wait(10)
        self.thread = threading.current_thread().name
        self.answered.set()

    def cancel(self) -> None:
        self.answered.set()


@pytest.fixture
def go() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def lanes(go: threading.Event) -> Iterator[Lanes]:
    opened = Lanes()
    yield opened
    go.set()
    opened.shutdown(5)


def ask(lanes: Lanes, go: threading.Event, lane: str) -> Connection:
    connection = Connection([Request(lane)], go, lanes)
    lanes.add_task(connection)
    return connection


def test_a_full_lane_does_not_hold_up_the_others(lanes: Lanes, go: threading.Event) -> None:
    held = [ask(lanes, go, "upload") for _ in range(LANES["upload"].threads)]
    ready = threading.Event()
    ready.set()
    for lane in ("read", "parse", "export", "health"):
        assert ask(lanes, ready, lane).answered.wait(5), lane
    assert not any(connection.answered.is_set() for connection in held)
    go.set()
    assert all(connection.answered.wait(5) for connection in held)


def test_readers_are_refused_while_those_before_them_wait_too_long(go: threading.Event) -> None:
    lanes, ready = Lanes(seconds=0.05), threading.Event()
    ready.set()
    held = [ask(lanes, go, "read") for _ in range(LANES["read"].threads)]
    waiting = ask(lanes, go, "read")
    while time.perf_counter() - waiting.queued < 0.1:
        time.sleep(0.01)
    refused = ask(lanes, go, "read")
    assert refused.answered.wait(5)
    assert refused.requests[0].error.code == 503
    assert ("Retry-After", str(RETRY_SECONDS)) in refused.requests[0].error.to_response()[1]
    assert ask(lanes, ready, "health").requests[0].error is None, "health checks are always answered"
    assert ask(lanes, go, "upload").requests[0].error is None, "uploads may take long, and may wait long"
    go.set()
    assert all(one.answered.wait(5) for one in (*held, waiting))
    assert [one.requests[0].error for one in held] == [None] * len(held), "they had their turn at once"
    assert waiting.requests[0].error.code == 503, "its turn comes after its time"
    later = ask(lanes, go, "read")
    assert later.answered.wait(5)
    assert later.requests[0].error is None, "as soon as nobody waits any more"
    lanes.shutdown(5)


def test_readers_are_refused_where_so_many_are_before_them_that_they_would_wait_too_long() -> None:
    turns = _Turns()
    assert turns.waits(1_000) == 0, "nobody had to wait yet"
    turns.begins(queued=10.0, now=10.0)
    turns.begins(queued=12.0, now=12.0)
    assert turns.waits(1_000) == 0, "two that came apart tell nothing of how long a turn takes"
    for number in range(100):  # all came at 12; each has its turn 0.2 s after the one before it
        turns.begins(queued=11.9, now=12.2 + 0.2 * number)
    assert turns.waits(0) == 0
    assert turns.waits(10) == pytest.approx(2.0, rel=0.01)
    for number in range(100):
        turns.begins(queued=30.0, now=32.01 + 0.01 * number)
    assert turns.waits(10) < 0.12, "the newest turns weigh most"


def test_what_finds_no_room_is_refused_at_once(lanes: Lanes, go: threading.Event) -> None:
    lane = LANES["follow"]
    taken = [ask(lanes, go, "follow") for _ in range(lane.threads)]
    until = 200
    while len(lanes._lanes["follow"].queue) and until:  # the threads take what waits
        until -= 1
        threading.Event().wait(0.02)
    waiting = [ask(lanes, go, "follow") for _ in range(lane.waiting)]
    assert all(connection.requests[0].error is None for connection in [*taken, *waiting])
    late = ask(lanes, go, "follow")
    assert late.answered.wait(5)
    assert late.requests[0].error.code == 503


def test_a_refusal_is_text_for_people_and_a_problem_for_programs() -> None:
    status, headers, body = busy("/search").to_response()
    assert status == "503 Service Unavailable"
    assert ("Retry-After", str(RETRY_SECONDS)) in headers
    assert ("Cache-Control", "no-store") in headers
    message, hint = body.decode().splitlines()
    assert message.startswith("The server ")
    assert str(RETRY_SECONDS) in hint
    status, headers, body = busy("/api/v1/search").to_response()
    problem = json.loads(body)
    assert dict(headers)["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["instance"]) == (503, "/api/v1/search")
    assert (problem["detail"], problem["hint"]) == (message, hint)
    _, headers, _ = Refusal(413, "Content Too Large", "m", "h").to_response()
    assert "Retry-After" not in dict(headers), "it would be as large the next time"


def test_a_client_is_slow_only_over_a_whole_stretch() -> None:
    pace = _Pace(100.0, 0)
    assert not pace.is_slow(100 + SLOW_SECONDS - 1, 0), "the stretch is not over"
    assert pace.is_slow(100 + SLOW_SECONDS, 0)
    enough = int(SLOW_BYTES * SLOW_SECONDS)
    pace = _Pace(0.0, 500)
    assert not pace.is_slow(SLOW_SECONDS, 500 + enough)
    assert pace.is_slow(2 * SLOW_SECONDS, 500 + 2 * enough - 1), "each stretch is looked at by itself"


def test_large_bodies_are_those_on_the_disk() -> None:
    request = http.Request(http.Adjustments())
    assert not request.is_large
    request.content_length = http.LARGE_BODY
    assert not request.is_large
    request.content_length += 1
    assert request.is_large
    request.content_length, request.body_bytes_received = 0, http.LARGE_BODY + 1
    assert request.is_large, "one that does not say how long it is"


@pytest.mark.parametrize(
    ("host", "asked", "names"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("::1", "", "[::1]"),
        ("0.0.0.0", "", "*"),
        ("::", "", "*"),
        ("0.0.0.0", "papers.example", "papers.example"),
        ("atlas.local", "", "atlas.local"),
    ],
)
def test_names_that_are_answered_to(host: str, asked: str, names: str) -> None:
    assert _hosts(replace(Settings(), allowed_hosts=asked), host) == names


def test_it_is_said_where_it_listens_and_who_can_reach_it() -> None:
    assert _announcement("127.0.0.1", 8000) == "litatlas is ready: http://127.0.0.1:8000"
    assert _announcement("::1", 80) == "litatlas is ready: http://[::1]:80"
    for host in EVERYWHERE:
        assert "anyone who can reach this machine" in _announcement(host, 80)


def test_an_address_is_bound_or_why_not_is_said() -> None:
    sockets = _bound("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    try:
        with socket.create_connection(("127.0.0.1", port), 5):
            pass
        with pytest.raises(InputError, match=f"127.0.0.1:{port}") as error:
            _bound("127.0.0.1", port)
        assert "--port" in error.value.hint
    finally:
        for bound in sockets:
            bound.close()
    for host in ("256.1.1.1", "x" * 300, "no.such.host.invalid"):
        with pytest.raises(InputError, match=host[:9]):
            _bound(host, 0)
