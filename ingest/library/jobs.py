"""Background jobs: the table is the queue, and each row tells its job's whole story."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from ingest.errors import NotFoundError
from ingest.library.database import Database, now
from ingest.library.schema import jobs

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A background job; ``state`` is queued, running, done, failed or cancelled, ``progress`` 0 to 1."""

    id: str
    kind: str
    state: str
    arguments: dict[str, Any]
    progress: float
    message: str
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created: str
    updated: str
    cancelled: bool


class JobsTable(Database):
    """The part of the library that keeps jobs."""

    def create_job(self, kind: str, arguments: Mapping[str, Any]) -> str:
        """Queue a job; ``arguments`` must be JSON. Returns its id."""
        id = secrets.token_hex(8)
        row = {
            "id": id,
            "kind": kind,
            "state": QUEUED,
            "arguments": json.dumps(dict(arguments)),
            "progress": 0.0,
        }
        times = {"message": "", "created": now(), "updated": now(), "beat": time.time(), "cancelled": False}
        with self.writing() as connection:
            connection.execute(insert(jobs), row | times)
        return id

    def job(self, id: str) -> Job:
        """A job.

        Raises:
            NotFoundError: there is none with this id.
        """
        with self.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == id)).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no job {id!r}.", "Jobs are listed on the page of jobs.")
        return _job(row)

    def jobs(self, state: str | None = None, limit: int = 100) -> list[Job]:
        """The latest jobs, newest first."""
        query = select(jobs).order_by(jobs.c.number.desc()).limit(limit)
        with self.reading() as connection:
            return [
                _job(row)
                for row in connection.execute(query.where(jobs.c.state == state) if state else query)
            ]

    def job_counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        query = select(jobs.c.state, func.count().label("held")).group_by(jobs.c.state).order_by(jobs.c.state)
        with self.reading() as connection:
            return {row.state: row.held for row in connection.execute(query)}

    def update_job(
        self,
        id: str,
        *,
        state: str | None = None,
        progress: float | None = None,
        message: str | None = None,
        result: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what is not None into a job's row."""
        values: dict[str, Any] = {"state": state, "progress": progress, "message": message}
        values = {name: value for name, value in values.items() if value is not None}
        for name, value in (("result", result), ("error", error)):
            if value is not None:
                values[name] = json.dumps(dict(value))
        with self.writing() as connection:
            values |= {"updated": now(), "beat": time.time()}
            connection.execute(update(jobs).where(jobs.c.id == id).values(**values))

    def claim_job(self) -> Job | None:
        """Take the oldest queued job and mark it running; None where nothing waits."""
        waiting = select(jobs.c.number).where(jobs.c.state == QUEUED).order_by(jobs.c.number).limit(1)
        with self.reading() as connection:
            if connection.scalar(waiting) is None:
                return None
        with self.writing() as connection:
            number = connection.scalar(waiting.with_for_update(skip_locked=True))
            if number is None:
                return None
            values = {"state": RUNNING, "updated": now(), "beat": time.time()}
            connection.execute(update(jobs).where(jobs.c.number == number).values(**values))
            return _job(connection.execute(select(jobs).where(jobs.c.number == number)).one())

    def beat_job(self, id: str) -> None:
        """Say that a running job's worker is alive."""
        with self.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == id).values(beat=time.time()))

    def cancel_job(self, id: str) -> None:
        """Ask a job to stop; one that has not begun is cancelled at once, one that is over stays as it is.

        Raises:
            NotFoundError: there is none with this id.
        """
        self.job(id)
        with self.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == id).values(cancelled=True))
            queued = update(jobs).where(jobs.c.id == id, jobs.c.state == QUEUED)
            connection.execute(queued.values(state=CANCELLED, updated=now()))

    def is_cancelled(self, id: str) -> bool:
        """Whether somebody asked the job to stop."""
        with self.reading() as connection:
            return bool(connection.scalar(select(jobs.c.cancelled).where(jobs.c.id == id)))

    def fail_dead_jobs(self, seconds: float) -> int:
        """Mark running jobs whose worker was last heard of ``seconds`` ago as failed; how many they were."""
        dead = (jobs.c.state == RUNNING) & (jobs.c.beat < time.time() - seconds)
        with self.reading() as connection:
            if connection.scalar(select(jobs.c.number).where(dead).limit(1)) is None:
                return 0
        error = {"message": "The worker that ran this job died.", "hint": "Start the job again."}
        with self.writing() as connection:
            values = {"state": FAILED, "error": json.dumps(error), "updated": now()}
            return connection.execute(update(jobs).where(dead).values(**values)).rowcount


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        state=row.state,
        arguments=json.loads(row.arguments),
        progress=row.progress,
        message=row.message,
        result=json.loads(row.result) if row.result else None,
        error=json.loads(row.error) if row.error else None,
        created=row.created,
        updated=row.updated,
        cancelled=row.cancelled,
    )
