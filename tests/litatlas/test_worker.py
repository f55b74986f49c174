"""Workers: jobs of those that die or are told to stop are run by another, and nothing of them is left."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from litatlas import worker
from litatlas.atlas import Atlas
from litatlas.generation.worker_locks import alive, living
from litatlas.settings import Settings
from litatlas.uploads import UNCLAIMED_SECONDS
from tests.commands import command, quiet
from tests.papers import papers, write

UNTIL = 90.0


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as found:
        yield found


def uploaded(atlas: Atlas, count: int) -> Path:
    folder = atlas.uploads.waiting / ("0" * 24)
    folder.mkdir(parents=True)
    return write(folder / "mine.jsonl", papers(count, prefix="u"))


def run_next(atlas: Atlas, name: str = "w", stopping: threading.Event | None = None) -> str:
    job = atlas.library.claim_job(name)
    assert job is not None
    worker.run_job(atlas, job, worker.JobProgress(atlas.library, job.id, stopping or threading.Event()))
    return atlas.library.job(job.id).state


def test_a_worker_that_is_told_to_stop_keeps_job_and_file(atlas: Atlas) -> None:
    path = uploaded(atlas, 30)
    job = atlas.jobs.submit_add("U", path)
    stopping = threading.Event()
    stopping.set()
    assert run_next(atlas, stopping=stopping) == "queued"
    assert path.exists()
    assert run_next(atlas) == "done"
    assert not path.parent.exists()
    assert atlas.library.job(job["id"]).attempts == 1
    assert atlas.search("", limit=0)["total"] == 30


def test_a_cancelled_job_is_over_and_its_file_gone(atlas: Atlas) -> None:
    path = uploaded(atlas, 5)
    atlas.jobs.cancel(atlas.jobs.submit_add("U", path)["id"])
    assert atlas.library.claim_job() is None
    worker.tidy(atlas)
    assert path.exists()
    old = time.time() - 2 * UNCLAIMED_SECONDS
    os.utime(path.parent, (old, old))
    worker.tidy(atlas)
    assert not path.parent.exists()


def test_a_file_that_waits_for_its_job_is_not_removed_however_old(atlas: Atlas) -> None:
    path = uploaded(atlas, 5)
    atlas.jobs.submit_add("U", path)
    os.utime(path.parent, (0, 0))
    worker.tidy(atlas)
    assert path.exists()


def test_only_the_jobs_of_dead_workers_are_released(atlas: Atlas) -> None:
    path = uploaded(atlas, 5)
    job = atlas.jobs.submit_add("U", path)["id"]
    with alive(atlas.home, "w"):
        atlas.library.claim_job("w")
        assert living(atlas.home) == ["w"]
        assert worker.release_dead(atlas) == []
    assert living(atlas.home) == []
    assert [released.state for released in worker.release_dead(atlas)] == ["queued"]
    for _ in range(worker.MOST_ATTEMPTS - 1):
        assert path.exists()
        atlas.library.claim_job("dead")
        released = worker.release_dead(atlas)
    assert [(found.id, found.state) for found in released] == [(job, "failed")]
    assert not path.parent.exists()


def test_a_killed_worker_is_noticed_and_its_upload_taken_in_by_the_next(atlas: Atlas) -> None:
    path = uploaded(atlas, 6_000)
    job = atlas.jobs.submit_add("U", path)["id"]
    line = command(atlas.settings.home, "worker")
    environment = {**quiet(), "LITATLAS_PROCESSES": "1"}
    with subprocess.Popen(line, env=environment) as first:
        wait(lambda: atlas.library.collections() and atlas.library.counts().documents > 0)
        first.kill()
    assert atlas.library.job(job).state == "running"
    assert path.exists()
    with subprocess.Popen(line, env=environment) as second:
        wait(lambda: atlas.library.job(job).state == "done")
        second.send_signal(signal.SIGTERM)
    assert second.returncode == 0
    result = atlas.library.job(job).result
    assert result is not None
    assert result["read"] == 6_000
    assert result["unchanged"] > 0
    assert not path.parent.exists()
    assert atlas.reports.status()["engine"]["behind"] == 0
    assert not list(atlas.home.workers.glob(f"{second.pid}*"))


def wait(condition: object) -> None:
    until = time.monotonic() + UNTIL
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.05)
