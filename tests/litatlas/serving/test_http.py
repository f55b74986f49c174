"""HTTP against clients that are slow, greedy or many; small deadlines, a small application, real sockets."""

from __future__ import annotations

import http.client
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from waitress.adjustments import Adjustments

from litatlas.serving import http as serving
from litatlas.serving import lanes
from litatlas.serving.lanes import Lane, Lanes, Rule

Start = Callable[[str, list[tuple[str, str]]], Any]


class Application:
    """Answers how much came; at some addresses it waits, or answers without end."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.waiting = threading.Semaphore(0)  # released by each request that waits
        self.closed = threading.Event()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        path = environ["PATH_INFO"]
        if path == "/waits":
            self.waiting.release()
            self.go.wait(30)
        if path == "/export":
            return self.endless()
        return [str(len(environ["wsgi.input"].read())).encode()]

    def endless(self) -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 100_000
        finally:
            self.closed.set()


def rule(_: str, path: str) -> Rule:
    if path == "/health":
        return Rule("health", 100)
    if path in ("/upload", "/export"):
        return Rule("upload" if path == "/upload" else "export", 30_000_000)
    return Rule("read", 1_000)


@pytest.fixture
def application() -> Iterator[Application]:
    made = Application()
    yield made
    made.go.set()


@pytest.fixture
def port(application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    for name, seconds in {"IDLE": 4.0, "HEADER": 1.0, "SLOW": 1.0, "LINGER": 5.0}.items():
        monkeypatch.setattr(serving, f"{name}_SECONDS", seconds)
    monkeypatch.setattr(serving, "CONNECTIONS", 60)
    monkeypatch.setitem(lanes.LANES, "read", Lane(2, 3))
    bound = socket.create_server(("127.0.0.1", 0))
    threads = Lanes()
    channels = serving.servers(application, [bound], rule, threads)
    stopping = threading.Event()

    def loop() -> None:
        while not stopping.is_set():
            serving.turn(channels, 0.1)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    yield bound.getsockname()[1]
    application.go.set()
    stopping.set()
    thread.join()
    threads.shutdown(2)
    for one in list(channels.values()):  # a refused client would be let linger by `handle_close`
        if isinstance(one, serving.Channel):
            one.let_go()
        else:
            one.close()


def ask(port: int, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


Begin = Callable[..., socket.socket]


@pytest.fixture
def begin(port: int) -> Iterator[Begin]:
    """Connect and send something; what is still open at the end is closed."""
    clients: list[socket.socket] = []

    def connected(data: bytes = b"", buffer: int = 0) -> socket.socket:
        client = socket.socket()
        clients.append(client)
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.connect(("127.0.0.1", port))
        client.sendall(data)
        client.settimeout(15)
        return client

    yield connected
    for client in clients:
        client.close()


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_a_body_that_is_too_large_is_refused_before_it_is_there(port: int, path: str, begin: Begin) -> None:
    status, _, text = ask(port, path, b"[" * 40_000_000)
    assert status == 413
    assert b"larger than 1 kB" in text
    chunked = ask(port, path, iter([b"[]" * 1_000] * 5_000))
    assert chunked[0] == 413
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n"
    assert begin(head).recv(100).startswith(b"HTTP/1.1 413")
    assert ask(port, path, b"x" * 1_000)[::2] == (200, b"1000")


def test_programs_are_told_in_their_own_shape(port: int) -> None:
    status, headers, body = ask(port, "/api/v1/x", b"x" * 2_000)
    assert (status, headers["Content-Type"]) == (413, "application/problem+json")
    problem = json.loads(body)
    assert (problem["status"], problem["instance"]) == (413, "/api/v1/x")
    assert problem["hint"]


def readable(clients: Iterable[socket.socket]) -> set[socket.socket]:
    """Those that have something to read, waited for; `select` knows no descriptors past 1,023."""
    by_descriptor = {client.fileno(): client for client in clients}
    poll = select.poll()
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    return {by_descriptor[descriptor] for descriptor, _ in poll.poll(15_000)}


def test_when_every_thread_is_taken_health_is_answered_and_the_rest_told_to_wait(
    port: int, application: Application, begin: Begin
) -> None:
    request = b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n"
    clients = [begin(request) for _ in range(2)]
    assert all(application.waiting.acquire(timeout=15) for _ in clients)  # two threads wait …
    clients += [begin(request) for _ in range(7)]
    refused: set[socket.socket] = set()
    while len(refused) < 4:  # … and three requests behind them
        refused |= readable(clients)
    for client in refused:
        answer = client.recv(1_000)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 5" in answer
    assert ask(port, "/health")[0] == 200
    application.go.set()
    assert all(client.recv(12) == b"HTTP/1.1 200" for client in set(clients) - refused)
    assert ask(port, "/")[0] == 200


def test_idle_connections_give_way(port: int, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "IDLE_SECONDS", 1.0)
    crowd = [begin() for _ in range(200)]
    assert ask(port, "/health")[0] == 200
    for client in crowd:
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    "head",
    [b"GET / HTTP/1.1\r\nHo", b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"],
)
def test_a_client_that_never_ends_its_header_or_body_is_let_go(begin: Begin, head: bytes) -> None:
    client = begin(head)
    with pytest.raises(OSError):
        _trickle(client)


def _trickle(client: socket.socket) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        client.send(b"a")
        time.sleep(0.2)


def test_a_client_that_never_reads_is_let_go_and_the_export_ends(
    port: int, application: Application, begin: Begin
) -> None:
    clients = [begin(b"GET /export HTTP/1.1\r\nHost: x\r\n\r\n", buffer=4096) for _ in range(6)]
    assert ask(port, "/")[0] == 200
    assert application.closed.wait(15)
    assert ask(port, "/health")[0] == 200
    assert len(clients) == 6


def test_a_client_that_reads_steadily_gets_everything(begin: Begin) -> None:
    client = begin(b"GET /export HTTP/1.1\r\nHost: x\r\n\r\n")
    until, total = time.monotonic() + 3, 0
    while time.monotonic() < until:
        total += len(client.recv(20_000))
        time.sleep(0.05)
    assert total > 300_000
    client.close()


def test_only_so_many_uploads_come_in_at_once(
    port: int, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SLOW_SECONDS", 60.0)
    head = b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n"
    taken = [begin(head + b"x" * 1_000) for _ in range(serving.LARGE_BODIES)]
    time.sleep(0.3)
    refused = begin(head + b"x" * 1_000)
    assert refused.recv(12) == b"HTTP/1.1 503"
    assert ask(port, "/upload", b"x" * 10)[0] == 200
    for client in taken:
        client.close()
    time.sleep(0.5)
    assert ask(port, "/upload", b"x" * 2_000_000)[::2] == (200, b"2000000")


@pytest.mark.parametrize(
    ("headers", "lane"),
    [
        ("Content-Type: application/json\r\nContent-Length: 900", "read"),
        ("Content-Type: text/plain\r\nContent-Length: 64000", "read"),
        ("Content-Type: text/plain\r\nContent-Length: 64001", "parse"),
        ("Content-Type: Multipart/form-data; boundary=x\r\nContent-Length: 900", "parse"),
        ("Content-Type: application/json\r\nTransfer-Encoding: chunked", "parse"),
        ("Content-Type: application/json", "parse"),
    ],
)
def test_short_texts_wait_with_readers_and_files_apart(headers: str, lane: str) -> None:
    adjustments = Adjustments()
    adjustments.rule_of = lambda _method, _path: Rule("parse", 1_000_000, "read")
    request = serving.Request(adjustments)
    request.received(f"POST /explore HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n".encode())
    assert request.lane == lane
