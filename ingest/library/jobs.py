"""Background jobs: the table is the queue, and each row tells its job's whole story."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from ingest.errors import NotFoundError, TooManyError
from ingest.library.backend.errors import read_json
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
    worker: str
    attempts: int
    owner: int | None = None


class JobsTable(Database):
    """The part of the library that keeps jobs."""

    def create_job(
        self,
        kind: str,
        arguments: Mapping[str, Any],
        *,
        once: bool = False,
        most: int | None = None,
        owner: int | None = None,
    ) -> str:
        """Queue a job (of a user); ``arguments`` must be JSON. Returns its id.

        Args:
            once: a job that asks for the same and is not over yet stands for this one.
            most: how many jobs may wait.

        Raises:
            TooManyError: as many wait already.
        """
        text = json.dumps(dict(arguments))
        row = {"id": secrets.token_hex(8), "kind": kind, "state": QUEUED, "arguments": text, "progress": 0.0}
        times = {"message": "", "created": now(), "updated": now(), "cancelled": False, "owner": owner}
        with self.writing(shown=False) as connection:
            same = (jobs.c.kind == kind) & (jobs.c.arguments == text) & ~jobs.c.cancelled
            alike = select(jobs.c.id).where(same, jobs.c.state.in_((QUEUED, RUNNING)))
            if once and (known := connection.scalar(alike.limit(1))) is not None:
                return str(known)
            waiting = select(func.count()).select_from(jobs).where(jobs.c.state == QUEUED)
            if most is not None and int(connection.scalar(waiting) or 0) >= most:
                raise TooManyError(
                    f"{most:,} jobs are already waiting.", "Try again when some of them are done."
                )
            connection.execute(insert(jobs), row | times)
        return str(row["id"])

    def job(self, id: str) -> Job:
        """A job.

        Raises:
            NotFoundError: there is none with this id.
        """
        with self.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == id)).one_or_none()
        if row is None:
            raise no_job(id)
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
        with self.writing(shown=False) as connection:
            values |= {"updated": now()}
            connection.execute(update(jobs).where(jobs.c.id == id).values(**values))

    def claim_job(self, worker: str = "", *, alone: Collection[str] = ()) -> Job | None:
        """Take the oldest queued job and mark it running by ``worker``; None where nothing waits.

        Args:
            alone: kinds of jobs of which only one runs at a time; another waits.
        """
        running = select(jobs.c.number).where(jobs.c.state == RUNNING, jobs.c.kind.in_(alone))
        waiting = select(jobs.c.number).where(jobs.c.state == QUEUED).order_by(jobs.c.number).limit(1)
        with self.reading() as connection:
            if connection.scalar(waiting) is None:
                return None
        with self.writing(shown=False) as connection:
            if alone and connection.scalar(running.limit(1)) is not None:
                waiting = waiting.where(jobs.c.kind.not_in(alone))
            number = connection.scalar(waiting.with_for_update(skip_locked=True))
            if number is None:
                return None
            values = {"state": RUNNING, "updated": now(), "worker": worker, "attempts": jobs.c.attempts + 1}
            connection.execute(update(jobs).where(jobs.c.number == number).values(**values))
            return _job(connection.execute(select(jobs).where(jobs.c.number == number)).one())

    def requeue_job(self, id: str) -> None:
        """Let a running job wait again as if it had never begun: its worker was told to stop."""
        mine = (jobs.c.id == id) & (jobs.c.state == RUNNING)
        values = {"state": QUEUED, "progress": 0.0, "message": "", "worker": "", "updated": now()}
        with self.writing(shown=False) as connection:
            again = update(jobs).where(mine).values(**values, attempts=jobs.c.attempts - 1)
            connection.execute(again)

    def release_job(self, id: str, worker: str, most: int) -> Job | None:
        """A running job whose worker died waits again, or fails when it was begun ``most`` times.

        Returns:
            The job as it is now; None where it is not running by that worker any more.
        """
        mine = (jobs.c.id == id) & (jobs.c.worker == worker) & (jobs.c.state == RUNNING)
        with self.writing(shown=False) as connection:
            row = connection.execute(select(jobs).where(mine).with_for_update()).one_or_none()
            if row is None:
                return None
            values: dict[str, Any] = {"state": QUEUED, "progress": 0.0, "worker": "", "updated": now()}
            values["message"] = "its worker died; waiting for another"
            if row.cancelled:
                values |= {"state": CANCELLED, "message": ""}
            elif row.attempts >= most:
                message = f"The worker died each of the {row.attempts} times that it ran this job."
                error = {
                    "message": message,
                    "hint": "It may need more memory than is available; see the log.",
                }
                values |= {"state": FAILED, "message": "", "error": json.dumps(error)}
            connection.execute(update(jobs).where(jobs.c.number == row.number).values(**values))
            return _job(connection.execute(select(jobs).where(jobs.c.number == row.number)).one())

    def cancel_job(self, id: str) -> None:
        """Ask a job to stop; one that has not begun is cancelled at once, one that is over stays as it is.

        Raises:
            NotFoundError: there is none with this id.
        """
        self.job(id)
        with self.writing(shown=False) as connection:
            connection.execute(update(jobs).where(jobs.c.id == id).values(cancelled=True))
            queued = update(jobs).where(jobs.c.id == id, jobs.c.state == QUEUED)
            connection.execute(queued.values(state=CANCELLED, updated=now()))

    def is_cancelled(self, id: str) -> bool:
        """Whether somebody asked the job to stop."""
        with self.reading() as connection:
            return bool(connection.scalar(select(jobs.c.cancelled).where(jobs.c.id == id)))


def no_job(id: str) -> NotFoundError:
    """The error of a job that is not there, or not for who asks."""
    return NotFoundError(f"There is no job {id!r}.", "The jobs page lists all jobs.")


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        state=row.state,
        arguments=read_json(row.arguments, dict),
        progress=row.progress,
        message=row.message,
        result=read_json(row.result, dict) if row.result else None,
        error=read_json(row.error, dict) if row.error else None,
        created=row.created,
        updated=row.updated,
        cancelled=row.cancelled,
        worker=row.worker,
        attempts=row.attempts,
        owner=row.owner,
    )
