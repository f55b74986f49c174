"""Counts and durations of requests in Prometheus' text format."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from itertools import accumulate

from flask import Flask, Response, g, request

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Requests by endpoint and status, and a histogram of seconds by endpoint."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, int], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._sums: dict[str, float] = defaultdict(float)

    def observe(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = next((n for n, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._lock:
            self._requests[endpoint, status] += 1
            self._buckets[endpoint][place] += 1
            self._sums[endpoint] += seconds

    def text(self) -> str:
        """The exposition."""
        lines = ["# TYPE litatlas_requests_total counter"]
        with self._lock:
            for (endpoint, status), count in sorted(self._requests.items()):
                lines.append(f'litatlas_requests_total{{endpoint="{endpoint}",status="{status}"}} {count}')
            lines.append("# TYPE litatlas_request_seconds histogram")
            for endpoint, buckets in sorted(self._buckets.items()):
                bounds = [str(bound) for bound in BOUNDS] + ["+Inf"]
                for bound, count in zip(bounds, accumulate(buckets), strict=True):
                    lines.append(
                        f'litatlas_request_seconds_bucket{{endpoint="{endpoint}",le="{bound}"}} {count}'
                    )
                lines.append(
                    f'litatlas_request_seconds_sum{{endpoint="{endpoint}"}} {self._sums[endpoint]:.6f}'
                )
                lines.append(f'litatlas_request_seconds_count{{endpoint="{endpoint}"}} {sum(buckets)}')
        return "\n".join(lines) + "\n"


def install(app: Flask) -> None:
    """Measure every request; the answer is at ``/metrics``."""
    metrics = Metrics()

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
