"""Jobs: work that the web hands to a worker process, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ingest.library.jobs import QUEUED, RUNNING, no_job
from ingest.library.library import Job
from litatlas.accounts.sight import Sight
from litatlas.answers import JobAnswer
from litatlas.errors import ForbiddenError
from litatlas.generation.generations import Generations
from litatlas.generation.worker_locks import living
from litatlas.parts.harvests import Harvests
from litatlas.settings import Settings


class Jobs:
    """The background jobs of one atlas; reached as ``Atlas.jobs``."""

    def __init__(
        self, generations: Generations, harvests: Harvests, settings: Settings, sight: Sight
    ) -> None:
        self._generations = generations
        self._library = generations.library
        self._harvests = harvests
        self._sight = sight
        self._most = settings.queued_jobs

    def all(self) -> list[JobAnswer]:
        """The latest jobs that the reader may see, the newest first."""
        visible = self._sight.collections()
        return [_answer(job) for job in self._library.jobs() if self._may_see(job, visible)]

    def one(self, id: str) -> JobAnswer:
        """A job's state, progress and result.

        Raises:
            NotFoundError: there is no such job.
        """
        job = self._library.job(id)
        if not self._may_see(job, self._sight.collections()):
            raise no_job(id)
        return _answer(job)

    def counts(self) -> dict[str, int]:
        """How many of the jobs that the reader may see are in each state."""
        visible = self._sight.collections()
        if visible is None:
            return self._library.job_counts()
        states = [job.state for job in self._library.jobs(limit=10_000) if self._may_see(job, visible)]
        return {state: states.count(state) for state in sorted(set(states))}

    def _may_see(self, job: Job, visible: frozenset[str] | None) -> bool:
        """Whether a job is the reader's own, or about a collection that they may see.

        What a build says may name any collection; where some are private it is for keepers.
        """
        reader = self._sight.reader
        if visible is None or reader.sees_all or (reader.is_person and job.owner == reader.number):
            return True
        return job.arguments.get("collection") in visible

    def has_worker(self) -> bool:
        """Whether a worker lives, on whichever host."""
        return bool(living(self._generations.home, self._library))

    def cancel(self, id: str) -> JobAnswer:
        """Ask a job to stop; it leaves everything as it was.

        Raises:
            NotFoundError: there is no such job. ForbiddenError: it is somebody else's.
        """
        self.one(id)
        if not self._sight.owns_surely(self._library.job(id).owner):
            raise ForbiddenError("This job belongs to another user.", "They, or a keeper, can stop it.")
        self._library.cancel_job(id)
        return self.one(id)

    def submit_add(
        self,
        collection: str,
        path: Path,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> JobAnswer:
        """Queue the reading of a file in the home's uploads; it is removed afterwards."""
        self._sight.check_change(collection)
        arguments = {
            "collection": collection,
            "path": str(path),
            "format": format,
            "encoding": encoding,
            "mapping": dict(mapping or {}),
        }
        return self._submit("add", arguments)

    def submit_refresh(self, collection: str) -> JobAnswer:
        """Queue the refreshing of a collection; one that was not harvested raises at once."""
        self._sight.check(collection)
        self._sight.check_change(collection)
        self._harvests.requests(collection)
        return self._submit("refresh", {"collection": collection}, once=True)

    def submit_build(self, **options: Any) -> JobAnswer:
        """Queue a build; the options are those of `Models.build`. The same build is queued once."""
        return self._submit("build", options, once=True)

    def submit_publish(self) -> JobAnswer:
        """Queue the publishing of the waiting draft.

        Raises:
            NotFoundError: none waits.
        """
        self._generations.builder.draft()
        return self._submit("publish", {}, once=True)

    def submit_roll_back(self) -> JobAnswer:
        """Queue going back to the model before the live one.

        Raises:
            NotFoundError: there is none.
        """
        self._generations.publisher.previous()
        return self._submit("roll_back", {}, once=True)

    def _submit(self, kind: str, arguments: Mapping[str, Any], *, once: bool = False) -> JobAnswer:
        return self.one(self._create(kind, arguments, once=once))

    def _create(self, kind: str, arguments: Mapping[str, Any], *, once: bool) -> str:
        owner = self._sight.reader.number
        return self._library.create_job(kind, arguments, once=once, most=self._most, owner=owner)


def _answer(row: Job) -> JobAnswer:
    """A background job."""
    answer = {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "progress": row.progress,
        "message": row.message,
        "result": row.result,
        "error": row.error,
        "created": row.created,
        "updated": row.updated,
    }
    if collection := row.arguments.get("collection"):
        answer["collection"] = collection
    if row.cancelled and row.state in (QUEUED, RUNNING):
        answer["stopping"] = True
    if path := row.arguments.get("path"):
        answer["file"] = Path(path).name
    return cast(JobAnswer, answer)
