"""Figures for Prometheus: requests of all the processes that answer together, and the state of the atlas."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from litatlas.parts.health import Figure
from web.site import site

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The folder of the figures of all processes of a server, where there are several."""


class Requests:
    """Counts requests by route and status, and their seconds by route."""

    def __init__(self, registry: CollectorRegistry) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._requests = Counter(
            "litatlas_requests", "Requests answered.", ("route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "litatlas_request_seconds",
            "Seconds until the answer began.",
            ("route",),
            registry=registry,
            buckets=BOUNDS,
        )
        self._observers: dict[tuple[str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        observers = self._observers.get((route, status))
        if observers is None:  # what belongs to these labels is looked up once
            counter = self._requests.labels(route, str(status))
            observers = counter.inc, self._seconds.labels(route).observe
            self._observers[route, status] = observers
        count, observe = observers
        count()
        observe(seconds)


class AtlasFigures(Collector):
    """The state of the atlas, looked at when it is asked for."""

    def __init__(self, figures: Callable[[], Iterable[Figure]]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """A gauge for each figure; one that cannot be known now is left out."""
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._figures():
            family = families.get(figure.name)
            if family is None:
                family = families[figure.name] = GaugeMetricFamily(
                    f"litatlas_{figure.name}", figure.help, labels=list(figure.labels)
                )
            family.add_metric(list(figure.labels.values()), figure.value)
        return families.values()


def install(app: Flask) -> None:
    """Measure every request that `request_log` saw begin; the answer is at ``/metrics``."""
    own = CollectorRegistry()
    requests = Requests(own)

    @app.after_request
    def end(response: Response) -> Response:
        if "began" in g:
            requests.observe(request.endpoint or "none", response.status_code, time.perf_counter() - g.began)
        return response

    @app.get("/metrics", endpoint="metrics")
    def expose() -> Response:
        registry = own
        if SHARED in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(AtlasFigures(site().atlas.health.figures))
        body = generate_latest(registry) + generate_latest(state)
        return Response(body, content_type=CONTENT_TYPE_LATEST)
