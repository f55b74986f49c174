"""Lanes: threads of their own for requests that take long, so that pages never wait for them.

Each lane has its threads and its queue. A request that comes when the queue is full, or so long that readers
would wait too long for their turn, is refused at once, by the lane of health checks, and told when to try
again: better than an answer that nobody waits for any more. One that has waited too long all the same,
because those before it took longer than others did, is refused when its turn comes.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from waitress.task import ThreadedTaskDispatcher

LaneName = Literal["health", "read", "parse", "upload", "export", "follow"]

log = logging.getLogger("litatlas.lanes")
RETRY_SECONDS = 5
TELL_SECONDS = 1.0
_NEWEST = 0.1
"""The weight of the newest turn in the mean of how long one takes."""


class Rule(NamedTuple):
    """What holds for a request: its lane, how many bytes its body may have, and the lane of one whose body is
    a short text and no file, where that is another."""

    lane: LaneName
    body: int
    of_texts: LaneName | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane has so many threads, and lets so many requests wait for one.

    ``prompt``: its requests take no time to speak of, so that one waits only where there are too many.
    """

    threads: int
    waiting: int
    prompt: bool = False


LANES: dict[LaneName, Lane] = {
    "health": Lane(1, 1_000_000),  # takes no time: health checks, refusals
    "read": Lane(4, 256, prompt=True),  # more only make each other wait: they share one core
    "parse": Lane(4, 32),  # files of others are read: documents to explore by, previews
    "upload": Lane(2, 8),
    "export": Lane(4, 12),  # takes as long as its reader takes
    "follow": Lane(4, 4),  # goes on for a minute
}


class _Turns:
    """How fast the requests of a lane get their turn, told by those that had to wait for it."""

    def __init__(self) -> None:
        self._last = 0.0
        self._seconds = 0.0

    def begins(self, queued: float, now: float) -> None:
        """A request that was queued at a moment has its turn."""
        if queued < self._last:  # it waited for others: so one turn came after the other
            self._seconds += _NEWEST * (now - self._last - self._seconds)
        self._last = now

    def waits(self, before: int) -> float:
        """Seconds that a request will wait about, with so many before it."""
        return before * self._seconds


class Refusal:
    """An error that is answered before the application is asked, in the two shapes of its own errors."""

    def __init__(self, code: int, reason: str, message: str, hint: str, *, path: str = "") -> None:
        self.code = code
        self.reason = reason
        self.body = message
        self._hint = hint
        self._path = path

    def to_response(self, _ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body, as waitress asks for them."""
        headers = [("Cache-Control", "no-store")]
        if self.code in (429, 503):
            headers.append(("Retry-After", str(RETRY_SECONDS)))
        if self._path.startswith("/api/"):
            problem = {"type": "about:blank", "title": self.reason, "status": self.code, "detail": self.body}
            problem |= {"instance": self._path, "hint": self._hint}
            headers.append(("Content-Type", "application/problem+json"))
            return f"{self.code} {self.reason}", headers, json.dumps(problem).encode()
        headers.append(("Content-Type", "text/plain; charset=utf-8"))
        return f"{self.code} {self.reason}", headers, f"{self.body}\n{self._hint}\n".encode()


def busy(path: str) -> Refusal:
    """The refusal of a request for which there is no room now."""
    return Refusal(
        503,
        "Service Unavailable",
        "The server is overloaded.",
        f"Try again in {RETRY_SECONDS} seconds.",
        path=path,
    )


class Lanes:
    """What waitress gives its requests to; each goes to the threads of its lane.

    Args:
        seconds: how long requests of a prompt lane may wait; 0 for as long as it takes.
    """

    def __init__(self, seconds: float = 0) -> None:
        self._seconds = seconds
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no event
        self._lanes = {name: ThreadedTaskDispatcher() for name in LANES}
        self._turns = {name: _Turns() for name in LANES}
        self._refused, self._told = 0, -TELL_SECONDS
        for name, lane in self._lanes.items():
            lane.set_thread_count(LANES[name].threads)

    def add_task(self, channel: Any) -> None:
        """Queue the first request of a connection, or have it refused."""
        request = channel.requests[0]
        channel.queued = time.perf_counter()
        name: LaneName = "health" if request.error else request.lane
        if self._is_full(name, channel.queued):
            self._refuse(name)
            request.error, name = busy(request.path), "health"
        self._lanes[name].add_task(channel)

    def begins(self, channel: Any) -> None:
        """The first request of a connection has its turn; it is refused where it has waited too long."""
        request, now = channel.requests[0], time.perf_counter()
        if request.error:
            return
        self._turns[request.lane].begins(channel.queued, now)
        if LANES[request.lane].prompt and 0 < self._seconds < now - channel.queued:
            self._refuse(request.lane)
            request.error = busy(request.path)

    def _is_full(self, name: LaneName, now: float) -> bool:
        """Whether one more request could not be answered in time."""
        queue = self._lanes[name].queue
        if len(queue) >= LANES[name].waiting:
            return True
        if not LANES[name].prompt or self._seconds <= 0:
            return False
        try:
            first = float(queue[0].queued)
        except IndexError:  # a thread has just taken it
            return False
        return max(now - first, self._turns[name].waits(len(queue))) > self._seconds

    def _refuse(self, name: LaneName) -> None:
        """Log that requests are refused; a line a second at most says how many."""
        self._refused += 1
        now = time.monotonic()
        if now - self._told > TELL_SECONDS:
            log.warning(
                "overloaded: requests are refused", extra={"fields": {"lane": name, "refused": self._refused}}
            )
            self._refused, self._told = 0, now

    def shutdown(self, timeout: float = 5.0) -> None:
        """Let the requests that are being answered end, for at most ``timeout`` seconds."""
        until = time.monotonic() + timeout
        for lane in self._lanes.values():
            lane.shutdown(timeout=max(0.1, until - time.monotonic()))
