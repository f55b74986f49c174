"""A job's progress as server-sent events."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

from flask import Response, stream_with_context

from litatlas.atlas import Atlas
from web.api.operations import blueprint
from web.problems import problem
from web.site import atlas

SECONDS_BETWEEN = 0.4
SECONDS_IN_ALL = 55.0
FINISHED = ("done", "failed", "cancelled")
_streams = threading.BoundedSemaphore(3)
"""Each stream keeps one of the server's threads; those who find none free ask again and again instead."""


@blueprint.get("/jobs/<id>/events")
def job_events(id: str) -> Response:
    """Events ``job`` with the job as JSON, until it has finished; browsers reconnect after a while."""
    source = atlas()
    source.jobs.one(id)
    if not _streams.acquire(blocking=False):
        return problem(
            503, "Too many clients are following jobs.", f"Ask /api/v1/jobs/{id} every second instead."
        )
    response = Response(stream_with_context(_events(source, id)), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(_streams.release)
    return response


def _events(source: Atlas, job_id: str) -> Iterator[str]:
    end = time.monotonic() + SECONDS_IN_ALL
    sent = ""
    while time.monotonic() < end:
        job = source.jobs.one(job_id)
        body = json.dumps(job)
        if body != sent:
            sent = body
            yield f"event: job\ndata: {body}\n\n"
        if job["state"] in FINISHED:
            return
        time.sleep(SECONDS_BETWEEN)
