"""Background jobs: uploads and builds, run by worker processes that share the library's table of jobs.

The table is the queue: a worker claims the oldest queued job in one transaction, and writes progress, result
or error into the same row. While it lives, it holds a lock of its own in the home folder (``workers/``) whose
name stands in the row: the system frees the lock of a process that dies, on whichever host, so that no clock
is needed to tell. Whoever finds a job whose worker's lock is free lets the job wait again.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from ingest.library.backend.errors import LibraryAwayError
from ingest.library.backend.patience import patiently
from ingest.library.library import Job, Library
from litatlas.atlas import Atlas
from litatlas.errors import BusyError, Interrupted, LitatlasError
from litatlas.generation.store.objects import StoreAwayError
from litatlas.generation.worker_locks import alive, is_alive
from litatlas.operations import logs
from litatlas.settings import Settings
from litatlas.uploads import UNCLAIMED_SECONDS, age

log = logging.getLogger("litatlas.worker")
POLL_SECONDS = 0.5
TIDY_SECONDS = 5.0
AWAY_SECONDS = 1.5
"""How long after the library's server was away it is asked again."""
PROGRESS_EVERY_SECONDS = 0.3
ENCODE_AGAIN_SECONDS = 600.0
"""After a failed encoding, another is queued so much later."""
GRACE_SECONDS = 20.0
STOP_SECONDS = 5.0
"""How long a worker that is told to stop waits for the library's server to give its job back."""
NICE = 5
"""By how much the priority of a worker is below that of the processes that answer readers."""
MOST_ATTEMPTS = 3
"""How often a job is begun whose worker dies each time."""
ALONE = ("build", "publish", "roll_back")
"""Of these one runs at a time: the others would only be told that models are being worked on."""


class Stopped(Interrupted):
    """The worker is told to stop; its job is not over."""


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
            Stopped: the worker is being stopped. Interrupted: the job was cancelled.
        """
        if self._stopping.is_set():
            raise Stopped("The worker was stopped; the job continues when a worker runs again.")
        now = time.monotonic()
        if now - self._written < PROGRESS_EVERY_SECONDS:
            return
        self._written = now
        share = min(1.0, done / total) if total > 0 else 0.0
        with suppress(BusyError, LibraryAwayError):  # the next step tells it
            if self._library.is_cancelled(self._job):
                raise Interrupted("The job was stopped; everything stored so far is kept.", "Start it again.")
            self._library.update_job(self._job, progress=share, message=name)

    def wait(self, seconds: float) -> None:
        """Wait for the library's server.

        Raises:
            Stopped: the worker is being stopped.
        """
        if self._stopping.wait(seconds):
            raise Stopped("The worker was stopped; the job continues when a worker runs again.")


def work(settings: Settings, *, parent: int | None = None) -> None:
    """Run jobs until SIGTERM or Ctrl-C, and no longer than the process ``parent`` that started it."""
    logs.configure(settings, "worker")
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    name = secrets.token_hex(8)
    with Atlas(settings) as atlas, alive(atlas.home, name, atlas.library):
        log.info("worker begins", extra={"fields": {"worker": name}})
        tidied, suspects = -TIDY_SECONDS, Suspects(atlas.library)
        while not stopping.is_set() and parent in (None, os.getppid()):
            try:
                if time.monotonic() - tidied >= TIDY_SECONDS:
                    tidy(atlas, name, suspects)
                    tidied = time.monotonic()
                job = atlas.library.claim_job(name, alone=ALONE)
                if job is not None:
                    run_job(atlas, job, JobProgress(atlas.library, job.id, stopping))
                    continue
            except (LibraryAwayError, BusyError) as error:  # it comes back, and jobs go on
                log.warning("%s", error.message)
                stopping.wait(AWAY_SECONDS)
            except Stopped:
                break  # whoever finds its job lets it wait again
            stopping.wait(POLL_SECONDS)


def run_job(atlas: Atlas, job: Job, progress: JobProgress) -> None:
    """Run one claimed job to its end; whatever happens ends up in its row."""
    library, began = atlas.library, time.monotonic()

    def settle(**values: Any) -> None:
        patiently(lambda: library.update_job(job.id, **values), progress.wait, seconds=float("inf"))

    log.info("job begins", extra={"fields": _told(job)})
    try:
        result = _KINDS[job.kind](atlas, job.arguments, progress)
    except Stopped:
        patiently(lambda: library.requeue_job(job.id), seconds=STOP_SECONDS)
        log.info("job waits again: the worker is told to stop", extra={"fields": _told(job)})
        return
    except (LibraryAwayError, StoreAwayError) as error:
        log.warning("job waits again: %s", error.message, extra={"fields": _told(job, began)})
        patiently(partial(library.requeue_job, job.id), progress.wait, seconds=float("inf"))
        return
    except LitatlasError as error:
        state = "cancelled" if isinstance(error, Interrupted) else "failed"
        texts = {"message": error.message, "hint": error.hint}
        cleaned = {key: atlas.uploads.public(text) for key, text in texts.items()}
        settle(state=state, error=cleaned)
        log.warning("job %s", state, extra={"fields": _told(job, began) | {"error": error.message}})
    except Exception as error:  # a fault of ours must not take the worker down with it
        log.exception("job failed", extra={"fields": _told(job, began)})
        message = f"The job failed because of an error in litatlas ({type(error).__name__})."
        settle(state="failed", error={"message": message, "hint": "See the worker's log for details."})
    else:
        settle(state="done", progress=1.0, message="done", result=dict(result))
        log.info("job done", extra={"fields": _told(job, began)})
    _forget_file(atlas, job)


def _told(job: Job, began: float | None = None) -> dict[str, Any]:
    """What the log tells of a job, and how long it took."""
    told = {"job": job.id, "kind": job.kind, "collection": job.arguments.get("collection", "")}
    return told if began is None else told | {"seconds": round(time.monotonic() - began, 3)}


class Suspects:
    """Workers that seem dead. A database that is started again has forgotten who lives, and is told again
    within seconds: there, a worker is dead only when it has seemed so for a while."""

    def __init__(self, library: Library) -> None:
        self._grace = GRACE_SECONDS if library.dialect == "postgresql" else 0.0
        self._since: dict[str, float] = {}

    def is_dead(self, worker: str, *, alive: bool) -> bool:
        """Whether a worker is taken for dead, after one more look."""
        if alive:
            self._since.pop(worker, None)
            return False
        now = time.monotonic()
        return now - self._since.setdefault(worker, now) >= self._grace


def release_dead(atlas: Atlas, idle: str = "", suspects: Suspects | None = None) -> list[Job]:
    """Let the jobs of workers that died wait again, or fail where that happened too often; these jobs.

    ``idle``: a worker that runs nothing; a job of its own was given to it by an answer that it never got.
    """
    released = []
    suspects = suspects or Suspects(atlas.library)
    for job in atlas.library.jobs("running"):
        alive = is_alive(atlas.home, job.worker, atlas.library)
        if job.worker != idle and not suspects.is_dead(job.worker, alive=alive):
            continue
        now = atlas.library.release_job(job.id, job.worker, MOST_ATTEMPTS)
        if now is not None:
            released.append(now)
            log.warning("the worker of a job died; the job is %s", now.state, extra={"fields": _told(now)})
            if now.state != "queued":
                _forget_file(atlas, now)
    for lock in atlas.home.workers.glob("*.lock"):
        if age(lock) > UNCLAIMED_SECONDS and not is_alive(atlas.home, lock.stem, atlas.library):
            lock.unlink(missing_ok=True)  # not a young one: its worker may be about to hold it
    return released


def tidy(atlas: Atlas, idle: str = "", suspects: Suspects | None = None) -> None:
    """Take up what dead processes left: jobs, changes that are not indexed, files that no job reads."""
    release_dead(atlas, idle, suspects)
    with suppress(LitatlasError):  # whoever searches is told; the next round tries again
        atlas.generations.finish_interrupted()
    with suppress(LitatlasError):
        _encode_new_papers(atlas)
    waiting = [job for state in ("queued", "running") for job in atlas.library.jobs(state, limit=10_000)]
    atlas.uploads.remove_unclaimed(Path(job.arguments["path"]) for job in waiting if job.kind == "add")


def _seconds_since(moment: str) -> float:
    """The seconds since a moment as jobs have it (ISO 8601)."""
    then = datetime.fromisoformat(moment)
    return (datetime.now(UTC) - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()


def _forget_file(atlas: Atlas, job: Job) -> None:
    """Remove the file that a job was to read: the job is over."""
    if job.kind == "add":
        atlas.uploads.remove(Path(job.arguments["path"]))


# -- what each kind does -------------------------------------------------------------------------------------


def _add(atlas: Atlas, arguments: dict[str, Any], progress: JobProgress) -> Any:
    return atlas.collections.add(
        [atlas.uploads.here(Path(arguments["path"]))],
        arguments["collection"],
        format=arguments.get("format") or None,
        encoding=arguments.get("encoding") or None,
        mapping=arguments.get("mapping") or {},
        progress=progress,
    )


def _refresh(atlas: Atlas, arguments: dict[str, Any], progress: JobProgress) -> Any:
    return {"harvests": atlas.harvests.refresh(arguments["collection"], progress=progress)}


def _build(atlas: Atlas, arguments: dict[str, Any], progress: JobProgress) -> Any:
    levels = arguments.get("levels")
    return atlas.models.build(
        **(arguments | {"levels": tuple(levels) if levels else None}), progress=progress
    )


def _publish(atlas: Atlas, _arguments: dict[str, Any], progress: JobProgress) -> Any:
    return atlas.models.publish(progress=progress)


def _roll_back(atlas: Atlas, _arguments: dict[str, Any], progress: JobProgress) -> Any:
    atlas.models.roll_back(progress=progress)
    return {"generation": atlas.reports.status()["generation"]}


def _encode(atlas: Atlas, _arguments: dict[str, Any], progress: JobProgress) -> Any:
    return atlas.models.encode(progress=progress)


def _encode_new_papers(atlas: Atlas) -> None:
    """Queue the encoding of papers that lack vectors, where an encoder is set and did not just fail."""
    encodings = atlas.generations.encodings
    if encodings is None or not encodings.is_behind():
        return
    jobs = [job for job in atlas.library.jobs() if job.kind == "encode"]
    if any(job.state in ("queued", "running") for job in jobs):
        return
    failed = [job for job in jobs[:1] if job.state in ("failed", "cancelled")]
    if failed and _seconds_since(failed[0].updated) < ENCODE_AGAIN_SECONDS:
        return
    atlas.library.create_job("encode", {}, once=True)


_KINDS = {
    "encode": _encode,
    "add": _add,
    "refresh": _refresh,
    "build": _build,
    "publish": _publish,
    "roll_back": _roll_back,
}
