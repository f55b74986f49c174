"""Background jobs: uploads and builds, run by worker processes that share the library's table of jobs.

The table is the queue: a worker claims the oldest queued job in one transaction, beats while it works, and
writes progress, result or error into the same row. A worker that dies leaves a row whose heart has stopped;
the next worker to look says so in it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.library.library import Job, Library
from litatlas.atlas import Atlas
from litatlas.errors import Interrupted, LitatlasError
from litatlas.settings import Settings

POLL_SECONDS = 0.5
BEAT_SECONDS = 5.0
DEAD_AFTER_SECONDS = 60.0
PROGRESS_EVERY_SECONDS = 0.3


class JobProgress:
    """Writes progress into the job's row, and stops the operation when the job was cancelled."""

    def __init__(self, library: Library, job_id: str, stopping: threading.Event) -> None:
        self._library = library
        self._job = job_id
        self._stopping = stopping
        self._written = 0.0

    def step(self, name: str, done: float, total: float) -> None:
        """Store the step and its share; at most a few times a second.

        Raises:
            Interrupted: the job was cancelled, or the worker is being stopped.
        """
        now = time.monotonic()
        if now - self._written < PROGRESS_EVERY_SECONDS:
            return
        self._written = now
        if self._stopping.is_set() or self._library.is_cancelled(self._job):
            raise Interrupted("The job was stopped; what was stored before stays stored.", "Start it again.")
        share = min(1.0, done / total) if total > 0 else 0.0
        self._library.update_job(self._job, progress=share, message=name)


def work(settings: Settings, *, with_parent: bool = False) -> None:
    """Run jobs until SIGTERM or Ctrl-C; ``with_parent`` also ends when the process that started it does."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    parent = os.getppid()
    atlas = Atlas(settings)
    try:
        while not stopping.is_set() and not (with_parent and os.getppid() != parent):
            atlas.library.fail_dead_jobs(DEAD_AFTER_SECONDS)
            job = atlas.library.claim_job()
            if job is None:
                stopping.wait(POLL_SECONDS)
                continue
            with _beating(atlas.library, job.id):
                run_job(atlas, job, JobProgress(atlas.library, job.id, stopping))
    finally:
        atlas.close()


def run_job(atlas: Atlas, job: Job, progress: JobProgress) -> None:
    """Run one claimed job to its end; whatever happens ends up in its row."""
    library = atlas.library
    try:
        result = _KINDS[job.kind](atlas, job.arguments, progress)
    except LitatlasError as error:
        state = "cancelled" if isinstance(error, Interrupted) else "failed"
        said = {"message": error.message, "hint": error.hint}
        shown = {name: atlas.uploads.without_folder(text) for name, text in said.items()}
        library.update_job(job.id, state=state, error=shown)
    except Exception as error:  # a fault of ours must not take the worker down with it
        traceback.print_exc(file=sys.stderr)
        message = f"The job failed by a fault of litatlas ({type(error).__name__})."
        library.update_job(
            job.id, state="failed", error={"message": message, "hint": "The worker's log says more."}
        )
    else:
        library.update_job(job.id, state="done", progress=1.0, message="done", result=dict(result))


def _add(atlas: Atlas, arguments: dict[str, Any], progress: JobProgress) -> Any:
    path = Path(arguments["path"])
    try:
        return atlas.collections.add(
            [path],
            arguments["collection"],
            format=arguments.get("format") or None,
            encoding=arguments.get("encoding") or None,
            mapping=arguments.get("mapping") or {},
            progress=progress,
        )
    finally:
        atlas.uploads.remove(path)


def _refresh(atlas: Atlas, arguments: dict[str, Any], progress: JobProgress) -> Any:
    return {"harvests": atlas.harvests.refresh(arguments["collection"], progress=progress)}


def _build(atlas: Atlas, arguments: dict[str, Any], progress: JobProgress) -> Any:
    levels = arguments.get("levels")
    return atlas.models.build(
        **(arguments | {"levels": tuple(levels) if levels else None}), progress=progress
    )


def _publish(atlas: Atlas, _arguments: dict[str, Any], progress: JobProgress) -> Any:
    return atlas.models.publish(progress=progress)


_KINDS = {"add": _add, "refresh": _refresh, "build": _build, "publish": _publish}


@contextmanager
def _beating(library: Library, job_id: str) -> Iterator[None]:
    """Keep the job's heart beating while the block runs, also through steps that report nothing."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            library.beat_job(job_id)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
