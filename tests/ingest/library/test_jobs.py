"""Background jobs: the queue's order, who may take a job, and what becomes of one that is stopped."""

from __future__ import annotations

import threading

import pytest

from ingest.errors import NotFoundError, TooManyError
from ingest.library.jobs import CANCELLED, DONE, FAILED, QUEUED, RUNNING
from ingest.library.library import Job, Library


def claimed(library: Library, worker: str = "w") -> Job:
    job = library.claim_job(worker)
    assert job is not None
    return job


def test_a_new_job_waits_with_what_it_was_given(library: Library) -> None:
    arguments = {"paths": ["ä.bib", "b"], "collection": "Tiefe Täler", "limit": None, "nested": {"a": [1.5]}}
    job = library.job(library.create_job("add", arguments))
    assert (job.kind, job.state, job.arguments, job.progress) == ("add", QUEUED, arguments, 0.0)
    assert (job.result, job.error, job.cancelled, job.worker, job.attempts) == (None, None, False, "", 0)
    assert job.created == job.updated


def test_ids_cannot_be_guessed_from_one_another(library: Library) -> None:
    ids = {library.create_job("add", {}) for _ in range(20)}
    assert len(ids) == 20
    assert all(len(id) == 16 and int(id, 16) >= 0 for id in ids)


def test_jobs_are_taken_in_the_order_of_their_making(library: Library) -> None:
    ids = [library.create_job("add", {"n": n}) for n in range(5)]
    assert [claimed(library).id for _ in ids] == ids
    assert library.claim_job("w") is None


def test_a_job_that_waits_again_keeps_its_place(library: Library) -> None:
    first, second = library.create_job("add", {}), library.create_job("add", {})
    claimed(library)
    library.update_job(first, progress=0.7, message="half way")
    library.requeue_job(first)
    again = library.job(first)
    assert (again.state, again.progress, again.message, again.worker, again.attempts) == (
        QUEUED,
        0,
        "",
        "",
        0,
    )
    assert [claimed(library).id, claimed(library).id] == [first, second]


def test_only_a_running_job_waits_again(library: Library) -> None:
    done = library.create_job("add", {})
    claimed(library)
    library.update_job(done, state=DONE)
    library.requeue_job(done)
    assert library.job(done).state == DONE
    waiting = library.create_job("add", {})
    library.requeue_job(waiting)
    assert library.job(waiting).attempts == 0


def test_every_job_is_taken_by_one_worker_alone(library: Library) -> None:
    ids = {library.create_job("add", {"n": n}) for n in range(24)}
    taken: list[tuple[str, str]] = []

    def work(name: str) -> None:
        while (job := library.claim_job(name)) is not None:
            taken.append((job.id, job.worker))

    workers = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken) == 24
    assert {id for id, _ in taken} == ids
    assert {id: library.job(id).worker for id in ids} == dict(taken)


def test_an_update_changes_what_it_names_and_nothing_else(library: Library) -> None:
    id = library.create_job("build", {"seed": 1})
    library.update_job(id, progress=0.25)
    library.update_job(id, message="training")
    job = library.job(id)
    assert (job.state, job.progress, job.message) == (QUEUED, 0.25, "training")
    library.update_job(id, state=FAILED, error={"message": "no", "hint": "yes"})
    job = library.job(id)
    assert (job.state, job.progress, job.message) == (FAILED, 0.25, "training")
    assert job.error == {"message": "no", "hint": "yes"}
    assert job.result is None
    library.update_job(id, progress=0.0, message="", result={})
    job = library.job(id)
    assert (job.progress, job.message, job.result) == (0.0, "", {})


def test_an_update_of_a_job_that_is_gone_harms_nothing(library: Library) -> None:
    id = library.create_job("build", {})
    library.update_job("0" * 16, state=DONE)
    assert library.job(id).state == QUEUED


def test_who_asks_for_a_job_that_is_not_there_is_told(library: Library) -> None:
    for ask in (library.job, library.cancel_job):
        with pytest.raises(NotFoundError, match="no job 'nope'") as caught:
            ask("nope")
        assert caught.value.hint
    assert not library.is_cancelled("nope")


def test_the_same_job_twice_is_one_only_while_the_first_goes_on(library: Library) -> None:
    first = library.create_job("build", {"seed": 1}, once=True)
    assert library.create_job("publish", {"seed": 1}, once=True) != first
    assert library.create_job("build", {"seed": 1}) != first
    library.cancel_job(first)
    assert library.create_job("build", {"seed": 1}, once=True) != first


def test_running_jobs_do_not_count_among_those_that_wait(library: Library) -> None:
    library.create_job("add", {}, most=1)
    claimed(library)
    library.create_job("add", {}, most=1)
    with pytest.raises(TooManyError) as caught:
        library.create_job("add", {}, most=1)
    assert caught.value.hint
    assert library.job_counts() == {QUEUED: 1, RUNNING: 1}
    library.create_job("add", {})  # no bound was named


def test_the_latest_jobs_come_first_and_are_bounded(library: Library) -> None:
    ids = [library.create_job("add", {"n": n}) for n in range(5)]
    assert [job.id for job in library.jobs(limit=2)] == [ids[4], ids[3]]
    claimed(library)
    assert [job.id for job in library.jobs(RUNNING)] == [ids[0]]
    assert [job.id for job in library.jobs(QUEUED, limit=1)] == [ids[4]]
    assert library.jobs(DONE) == []


def test_a_job_that_is_over_is_not_cancelled(library: Library) -> None:
    id = library.create_job("add", {})
    claimed(library)
    library.update_job(id, state=DONE, result={"read": 1})
    library.cancel_job(id)
    assert library.job(id).state == DONE
    assert library.job(id).result == {"read": 1}


def test_a_cancelled_job_is_never_taken(library: Library) -> None:
    ids = [library.create_job("add", {"n": n}) for n in range(3)]
    library.cancel_job(ids[0])
    assert library.job(ids[0]).state == CANCELLED
    assert claimed(library).id == ids[1]


def test_kinds_that_run_alone_do_not_hold_up_the_others(library: Library) -> None:
    alone = ("build",)
    build, second, add = (
        library.create_job(kind, {"n": n}) for n, kind in enumerate(("build", "build", "add"))
    )
    kinds = [job and job.id for job in (library.claim_job("w", alone=alone) for _ in range(3))]
    assert kinds == [build, add, None]
    library.update_job(build, state=FAILED)
    last = library.claim_job("w", alone=alone)
    assert last is not None
    assert last.id == second


def test_only_the_worker_that_had_a_job_gives_it_up(library: Library) -> None:
    id = library.create_job("build", {})
    assert library.release_job(id, "one", 3) is None
    claimed(library, "one")
    assert library.release_job(id, "two", 3) is None
    assert library.job(id).state == RUNNING
    released = library.release_job(id, "one", 3)
    assert released is not None
    assert released == library.job(id)
    assert "another" in released.message


def test_a_job_whose_workers_die_fails_with_a_hint(library: Library) -> None:
    id = library.create_job("build", {})
    claimed(library, "one")
    failed = library.release_job(id, "one", most=1)
    assert failed is not None
    assert (failed.state, failed.message) == (FAILED, "")
    assert failed.error is not None
    assert failed.error["hint"]
    assert library.claim_job("two") is None
