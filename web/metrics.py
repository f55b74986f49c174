"""Counts and durations of requests in Prometheus' text format, of all the processes that answer together."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

from flask import Flask, Response, g, request

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
TELL_SECONDS = 0.5
"""How often at most a process tells the others what it has counted; what is asked for is told at once."""


class Metrics:
    """Requests by endpoint and status, and a histogram of seconds by endpoint.

    Args:
        folder: where the processes of one server leave their counts for each other; None where there is one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._told = 0.0
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def observe(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._lock:
            self._counts[f"requests {endpoint} {status}"] += 1
            self._counts[f"bucket {endpoint} {place}"] += 1
            self._counts[f"seconds {endpoint}"] += seconds  # type: ignore[assignment]
        if self._folder is not None and time.monotonic() - self._told > TELL_SECONDS:
            self._tell(self._folder)

    def text(self) -> str:
        """The exposition."""
        counts = self._all()
        lines = ["# TYPE litatlas_requests_total counter"]
        for key in sorted(key for key in counts if key.startswith("requests ")):
            _, endpoint, status = key.split(" ")
            labels = f'endpoint="{endpoint}",status="{status}"'
            lines.append(f"litatlas_requests_total{{{labels}}} {counts[key]}")
        lines.append("# TYPE litatlas_request_seconds histogram")
        for key in sorted(key for key in counts if key.startswith("seconds ")):
            endpoint = key.partition(" ")[2]
            buckets = [counts[f"bucket {endpoint} {place}"] for place in range(len(BOUNDS) + 1)]
            bounds = [str(bound) for bound in BOUNDS] + ["+Inf"]
            name = "litatlas_request_seconds"
            for bound, count in zip(bounds, accumulate(buckets), strict=True):
                lines.append(f'{name}_bucket{{endpoint="{endpoint}",le="{bound}"}} {count}')
            lines.append(f'{name}_sum{{endpoint="{endpoint}"}} {counts[key]:.6f}')
            lines.append(f'{name}_count{{endpoint="{endpoint}"}} {sum(buckets)}')
        return "\n".join(lines) + "\n"

    def _all(self) -> Counter[str]:
        """The counts of every process; those of one that died stay."""
        if self._folder is None:
            with self._lock:
                return self._counts.copy()
        self._tell(self._folder)
        total: Counter[str] = Counter()
        for path in self._folder.glob("*.json"):
            with suppress(OSError, ValueError):
                total.update(json.loads(path.read_text("utf-8")))
        return total

    def _tell(self, folder: Path) -> None:
        with self._lock:
            self._told = time.monotonic()
            path = folder / f"{os.getpid()}.json"
            aside = path.with_suffix(".new")
            with suppress(OSError):
                aside.write_text(json.dumps(self._counts), "utf-8")
                aside.replace(path)


def install(app: Flask, folder: Path | None = None) -> None:
    """Measure every request; the answer is at ``/metrics``."""
    metrics = Metrics(folder)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if "began" in g:
            metrics.observe(request.endpoint or "none", response.status_code, time.perf_counter() - g.began)
        return response

    @app.get("/metrics", endpoint="metrics")
    def expose() -> Response:
        return Response(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
