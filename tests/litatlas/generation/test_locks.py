"""Two hosts with one library of PostgreSQL: their locks of files do not meet, those of the database do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.library.backend.advisory_locks import key_of
from ingest.library.library import Library
from litatlas import worker
from litatlas.atlas import Atlas
from litatlas.errors import BusyError
from litatlas.generation.home import Home
from litatlas.generation.locks import Locks
from litatlas.generation.worker_locks import alive, is_alive
from litatlas.settings import Settings
from tests.postgresql import fresh_database

pytestmark = pytest.mark.postgresql


@contextmanager
def hosts(folder: Path) -> Iterator[tuple[Locks, Locks, Library, Library]]:
    with fresh_database() as url, Library.open(url) as one, Library.open(url) as other:
        yield Locks(Home(folder / "a"), one), Locks(Home(folder / "b"), other), one, other


def disconnect(library: Library, other: Library) -> None:
    """End the connections of one host, as a server that is started again does, and wait for their end."""
    with other.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE application_name LIKE 'litatlas %' AND datname = current_database()"
            )
        )


def test_another_host_is_kept_out_and_told_by_whom(tmp_path: Path) -> None:
    with hosts(tmp_path) as (here, there, one, _):
        with here.exclusive("index", "indexing"):
            with (
                pytest.raises(BusyError, match=r"Cannot start publishing: litatlas indexing process \d+ on"),
                there.exclusive("index", "publishing"),
            ):
                pass
            with pytest.raises(BusyError), there.shared("index", "a look"):
                pass
            with there.exclusive("models", "a build"):
                pass
        with there.exclusive("index", "publishing"):
            pass
        assert not one.is_locked("index")


def test_who_shares_does_not_keep_out_who_shares(tmp_path: Path) -> None:
    with hosts(tmp_path) as (here, there, _, _), here.shared("changes", "a change"):
        with there.shared("changes", "a change"):
            pass
        with pytest.raises(BusyError, match="a change"), there.exclusive("changes", "a look"):
            pass


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    with hosts(tmp_path) as (here, there, _, _):
        released = threading.Event()

        def hold() -> None:
            with here.exclusive("index", "indexing"):
                taken.set()
                released.wait(30)

        taken = threading.Event()
        holder = threading.Thread(target=hold)
        holder.start()
        taken.wait(30)
        threading.Timer(0.5, released.set).start()
        with there.exclusive("index", "publishing", 60):
            assert released.is_set()
        holder.join()


def test_a_lock_that_the_server_forgot_is_taken_anew(tmp_path: Path) -> None:
    with hosts(tmp_path) as (_, _, one, other), one.lock("worker w", "worker w") as held:
        assert held is not None
        assert other.is_locked("worker w")
        disconnect(one, other)
        assert not other.is_locked("worker w")
        held.keep()
        assert other.is_locked("worker w")
        disconnect(one, other)
        with other.lock("worker w", "somebody else"), pytest.raises(BusyError, match="somebody else"):
            held.keep()


def test_the_numbers_of_locks_are_the_same_in_every_version() -> None:
    assert key_of("index") == 1_110_386_499_388_451_973


def test_a_worker_of_another_host_lives_and_its_job_stays_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database() as url:
        settings = [Settings(home=tmp_path / name, library=url) for name in ("a", "b")]
        with Atlas(settings[0]) as here, Atlas(settings[1]) as there:
            id = here.library.create_job("build", {})
            with alive(here.home, "w1", here.library):
                assert here.library.claim_job("w1") is not None
                assert is_alive(there.home, "w1", there.library)
                assert worker.release_dead(there) == []
            suspects = worker.Suspects(there.library)
            assert worker.release_dead(there, suspects=suspects) == []  # it may be about to be told again
            monkeypatch.setattr(suspects, "_grace", 0.0)
            assert [job.id for job in worker.release_dead(there, suspects=suspects)] == [id]
