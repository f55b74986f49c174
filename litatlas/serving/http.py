"""HTTP by waitress, which reads requests and sends answers in one thread: a slow client holds no other.

Added to it here: a bound for each address that holds before a body is read, deadlines for clients that send
or read too slowly, idle connections that give way to new ones, and a place among the uploads or a refusal.
"""

from __future__ import annotations

import copy
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

from litatlas.serving.lanes import LaneName, Lanes, Refusal, Rule, busy

CONNECTIONS = 900
"""Open at once in one process; below the 1,024 files that a process may usually open."""
CROWDED = 0.8
"""From this share of the connections on, those that have been idle longest are closed."""
LOOK_SECONDS = 1.0
IDLE_SECONDS = 30.0
HEADER_SECONDS = 20.0
SLOW_SECONDS = 30.0
SLOW_BYTES = 4_000
"""A client must take or send so many bytes a second, over each `SLOW_SECONDS`."""
LARGE_BODY = 1_000_000
LARGE_BODIES = 4
"""Bodies larger than `LARGE_BODY` that one process receives at once."""
LINGER_SECONDS = 20.0
LINGER_BYTES = 300_000_000
"""What a client still sends after it was refused is read and dropped, so that it can read why; up to this."""

TEXT_BYTES = 64_000
"""Up to so many bytes, a body that is no file is a short text."""

RuleOf = Callable[[str, str], Rule]
"""Method and path → what holds for the request."""


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request as it comes in; its body is refused before it is read, where it is too large."""

    lane: LaneName = "health"
    path = ""
    adj: Any
    error: Any = None

    def parse_header(self, header_plus: bytes) -> None:
        """Find out which rule holds, as soon as the header is there."""
        super().parse_header(header_plus)
        rule: Rule = self.adj.rule_of(self.command, self.path)
        self.lane = rule.of_texts if rule.of_texts and self._is_text() else rule.lane
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = rule.body + 1

    def _is_text(self) -> bool:
        """Whether the body is short, and brings no file."""
        is_file = self.headers.get("CONTENT_TYPE", "").lower().startswith("multipart/")
        return not is_file and 0 < self.content_length <= TEXT_BYTES

    def received(self, data: bytes) -> int:
        """Take some bytes; how many were the request's."""
        taken: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            most = self.adj.max_request_body_size // 1_000
            self.error = Refusal(
                413,
                "Content Too Large",
                f"The request is larger than {most:,} kB, the limit of this address.",
                "Send less; the command line (litatlas add) has no limit.",
                path=self.path,
            )
        if self.error is not None:
            self.expect_continue = False  # nobody wants the rest
        return taken

    @property
    def is_large(self) -> bool:
        """Whether it brings, or may bring, a body that is kept on the disk."""
        return bool(self.content_length > LARGE_BODY or self.body_bytes_received > LARGE_BODY)


@dataclass(slots=True)
class _Pace:
    """How fast a client has been since a moment."""

    since: float
    bytes: int

    def is_slow(self, now: float, total: int) -> bool:
        """Whether the last stretch was too slow; begins the next one when it is over."""
        seconds = now - self.since
        if seconds < SLOW_SECONDS:
            return False
        slow = total - self.bytes < SLOW_BYTES * seconds
        self.since, self.bytes = now, total
        return slow


class Task(WSGITask):  # type: ignore[misc]
    """A request that is answered; it knows how long it waited for a thread."""

    def get_environment(self) -> dict[str, Any]:
        """What the application is told."""
        environ: dict[str, Any] = super().get_environment()
        environ["litatlas.queued"] = self.channel.queued
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection; it knows since when its client has been slow."""

    parser_class = Request
    task_class = Task
    queued = 0.0
    """When its first request was given to a lane (`time.perf_counter`)."""
    request: Any
    requests: list[Any]
    _was_refused = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._got = self._sent = 0
        self._receiving: _Pace | None = None
        self._sending: _Pace | None = None
        self._lingers_until = 0.0
        super().__init__(*arguments, **options)

    # -- bytes ----------------------------------------------------------------------------------------------

    def received(self, data: bytes) -> bool:
        """Take bytes of the client; an upload for which there is no room is refused at once."""
        self._got += len(data)
        if self._lingers_until:
            return False
        before = self.request is not None and self.request.headers_finished
        taken: bool = super().received(data)
        request = self.request
        begins = request is not None and request.headers_finished and not before
        if begins and request.is_large and self.server.large_bodies() > LARGE_BODIES:
            self._refuse(request, busy(request.path))
        return taken

    def _refuse(self, request: Request, refusal: Refusal) -> None:
        with self.requests_lock:
            request.error, request.completed, request.expect_continue = refusal, True, False
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send bytes, and count them."""
        if self.socket is None:  # it was let go while a thread was about to send
            return 0
        sent: int = super().send(data, do_close=do_close)
        self._sent += sent
        return sent

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait until the client has taken enough. Waitress's own waits for ever where it was let go."""
        with self.outbuf_lock:
            while self.connected and self.total_outbufs_len > self.adj.outbuf_high_watermark:
                self.server.pull_trigger()
                self.outbuf_lock.wait(1.0)

    # -- deadlines ------------------------------------------------------------------------------------------

    def is_late(self, now: float) -> bool:
        """Whether the client has had its time: idle, or too slow in sending or reading."""
        if self._lingers_until:
            return bool(now > self._lingers_until or self._got > LINGER_BYTES)
        if self.total_outbufs_len:
            self._sending = self._sending or _Pace(now, self._sent)
            return self._sending.is_slow(now, self._sent)
        self._sending = None
        if self.requests:
            return False
        if self.request is None:
            self._receiving = None
            return bool(now - self.last_activity > IDLE_SECONDS)
        self._receiving = self._receiving or _Pace(now, self._got)
        if not self.request.headers_finished:
            return now - self._receiving.since > HEADER_SECONDS
        return self._receiving.is_slow(now, self._got)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked and nothing is left to send."""
        return not (self.requests or self.request is not None or self.total_outbufs_len)

    # -- the end --------------------------------------------------------------------------------------------

    def readable(self) -> bool:
        """Whether to look for bytes of the client."""
        return bool(self._lingers_until) or bool(super().readable())

    def handle_close(self) -> None:
        """Close, but let a client that was refused send what it is sending, or it never reads why."""
        if self._lingers_until or not self._was_refused:
            self.let_go()
            return
        self._lingers_until = time.time() + LINGER_SECONDS
        self.will_close = False
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def service(self) -> None:
        """Answer the first request."""
        request = self.requests[0]
        self.server.task_dispatcher.begins(self)
        self._receiving = None
        self._was_refused = request.error is not None and not self._lingers_until
        super().service()

    def let_go(self) -> None:
        """Close now, whether or not the client can be told; a thread that waits for it goes on."""
        if self.request is not None:
            self.request.close()
            self.request = None
        super().handle_close()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket and its connections."""

    channel_class = Channel
    next_look = 0.0

    def large_bodies(self) -> int:
        """How many large bodies are being received, or wait to be read."""
        return sum(
            any(request.is_large for request in (channel.request, *channel.requests) if request is not None)
            for channel in list(self.active_channels.values())
        )

    def maintenance(self, _: float) -> None:
        """Nothing: waitress asks for it between looking who is there and hearing from them."""

    def make_room(self, now: float) -> None:
        """Close connections whose time is over, and idle ones where others need room."""
        channels = list(self.active_channels.values())
        for channel in channels:
            if channel.is_late(now):
                channel.let_go()
        excess = len(self._map) - int(CONNECTIONS * CROWDED)
        if excess > 0:
            idle = sorted((c for c in channels if c.is_idle), key=lambda c: c.last_activity)
            for channel in idle[:excess]:
                channel.let_go()


def turn(channels: dict[int, Any], timeout: float) -> None:
    """Let every connection send and receive once, after waiting for at most ``timeout`` seconds."""
    wasyncore.loop(timeout=timeout, use_poll=True, map=channels, count=1)
    now = time.time()
    for server in [channel for channel in channels.values() if isinstance(channel, Server)]:
        if now >= server.next_look:
            server.next_look = now + LOOK_SECONDS
            server.make_room(now)


def servers(application: Any, sockets: list[socket.socket], rule_of: RuleOf, lanes: Lanes) -> dict[int, Any]:
    """Serve an application at bound sockets: the map for waitress's loop."""
    adjustments = Adjustments(
        sockets=sockets,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident="litatlas",
        max_request_header_size=32_768,
        clear_untrusted_proxy_headers=False,  # the application knows whom to trust
        log_socket_errors=False,  # a client that goes away is no fault
    )
    adjustments.rule_of = rule_of
    channels: dict[int, Any] = {}
    for bound in sockets:
        place = (bound.family, bound.type, bound.proto, bound.getsockname())
        Server(
            application,
            channels,
            True,
            bound,
            dispatcher=lanes,
            adj=adjustments,
            sockinfo=place,
            bind_socket=False,
        )
    return channels
