"""Request ids, the access log, and the log of slow requests.

Of what a request says, the access log has the method and the path, and no parameter. The log of slow requests
has the words of a query (unless ``slow_query_text`` is off) and the names of its filters, not their values;
never a text that somebody explores by, nor who it was: the access log has that, under the same request id.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from flask import Flask, Response, g, request

from litatlas.operations import logs
from litatlas.operations.logs import measure
from litatlas.settings import Settings
from litatlas.vocabulary import FILTERS

HEADER = "X-Request-Id"
QUIET = frozenset({"assets.file", "healthz", "readyz", "metrics"})
"""Asked all the time; logged at level debug."""
CROWDED = frozenset({"api.job_events"})
"""Whose 503 says that there is no room now, and what to ask instead: no fault of the server."""
SECRET = frozenset({"accounts.reset", "accounts.set_password"})
"""Whose path is a secret: the log has their route alone."""
LONGEST_PATH = 300
LONGEST_QUERY = 300
SHOWN = ("sort", "ranking", "match", "dialect", "format", "limit", "offset", "explain", "diverse")
"""Parameters that are logged as they are: each is one of a few words, or a number."""
_LETTER = re.compile(r"[^\W\d_]")

log = logging.getLogger("litatlas")


def install(app: Flask, settings: Settings) -> None:
    """Give every answer its request's id, and log it; installed before all that answers or changes them."""
    slow = settings.slow_milliseconds / 1000 if settings.slow_milliseconds else float("inf")

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        g.timings = measure()
        logs.request_id.set(request.environ.get("litatlas.request_id", ""))

    @app.after_request
    def end(response: Response) -> Response:
        if id := request.environ.get("litatlas.request_id"):
            response.headers[HEADER] = id
        if "began" not in g:
            return response
        seconds = time.perf_counter() - g.began
        queued = request.environ.get("litatlas.queued")
        waited = g.began - queued if queued else 0.0
        is_slow = seconds + waited >= slow
        if (settings.access_log or is_slow) and (written := logs.current()):
            if settings.access_log:
                _log_access(written, response, seconds, waited)
            if is_slow and log.isEnabledFor(logging.WARNING):
                written.write("warning", slow_request(response.status_code, seconds, waited, settings))
        return response


def _log_access(written: logs.Logs, response: Response, seconds: float, waited: float) -> None:
    failed = response.status_code >= 500 and request.endpoint not in CROWDED
    level, number = ("error", logging.ERROR) if failed else ("info", logging.INFO)
    if request.endpoint in QUIET and level == "info":
        level, number = "debug", logging.DEBUG
    if not log.isEnabledFor(number):
        return
    who = g.get("reader")
    fields = {
        "logger": "litatlas.access",
        **_request(response.status_code, seconds, waited),
        "bytes": response.content_length,
        "client": request.environ.get("litatlas.client") or request.remote_addr,
        "user": who.name if who else "",
    }
    written.write(level, fields)


def slow_request(status: int, seconds: float, waited: float, settings: Settings) -> dict[str, Any]:
    """What the log has of a slow request: what was asked, and milliseconds by stage."""
    stages = {name: round(1000 * part, 1) for name, part in g.timings.seconds.items()}
    stages["other"] = round(1000 * (seconds - sum(g.timings.seconds.values())), 1)
    fields = {"logger": "litatlas.slow", **_request(status, seconds, waited), "stages": stages}
    return fields | _asked(words=settings.slow_query_text)


def _request(status: int, seconds: float, waited: float) -> dict[str, Any]:
    return {
        "request_id": request.environ.get("litatlas.request_id", ""),
        "method": request.method,
        "route": request.endpoint or "none",
        "path": "" if request.endpoint in SECRET else request.path[:LONGEST_PATH],
        "status": status,
        "ms": round(1000 * seconds, 1),
        "waited_ms": round(1000 * waited, 1),
    }


def _asked(*, words: bool) -> dict[str, Any]:
    given = request.args
    asked: dict[str, Any] = {name: given[name][:40] for name in SHOWN if name in given}
    if query := given.get("q", ""):
        asked["query_characters"] = len(query)
        query = query[:LONGEST_QUERY]
        asked["query"] = query if words else _LETTER.sub("x", query)
    if filters := [f"{name}({len(given.getlist(name))})" for name in FILTERS if name in given]:
        asked["filters"] = ",".join(filters)
    if request.content_length:
        asked["body_bytes"] = request.content_length
    return asked
