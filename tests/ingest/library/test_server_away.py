"""PostgreSQL that is another's, read-only, full, refuses, or goes away in the middle: said, or waited for."""

from __future__ import annotations

import os
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest import intake
from ingest.document import Document
from ingest.errors import BusyError
from ingest.library.backend.errors import LibraryAwayError, LibraryError
from ingest.library.backend.patience import patiently
from ingest.library.library import Library
from ingest.progress import Silent
from tests.commands import command, free_port, quiet
from tests.conftest import missing
from tests.papers import papers, write
from tests.postgresql import fresh_database

pytestmark = pytest.mark.postgresql
SCRIPT = Path(__file__).parents[3] / "scripts" / "postgresql.sh"


@dataclass
class Server:
    """A PostgreSQL of one's own, which may be killed."""

    name: str
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, action: str) -> None:
        environment = {**os.environ, "PG_PORT": str(self.port)}
        done = subprocess.run(
            [str(SCRIPT), action, self.name], env=environment, capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            missing("postgresql", done.stderr.strip()[-300:])


@pytest.fixture
def server() -> Iterator[Server]:
    own = Server(f"test-{secrets.token_hex(4)}", free_port())
    try:
        own.run("start")
        yield own
    finally:
        own.run("remove")


def documents(count: int) -> Iterator[tuple[str, Document]]:
    for at in range(count):
        yield "made", Document(source_id=f"s{at}", title=f"A study of subject {at}", abstract="of rivers")


def add(library: Library, count: int, progress: object = None) -> intake.AddReport:
    return intake.add(library, "First", documents(count), processes=1, progress=progress or Silent())  # type: ignore[arg-type]


def test_a_database_of_another_schema_is_refused() -> None:
    with fresh_database(empty=True) as url:
        import psycopg

        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE TABLE orders (id int)")
        with pytest.raises(LibraryError, match="not a library of litatlas"):
            Library.open(url)


def test_a_read_only_database_reads_and_says_that_it_cannot_write() -> None:
    with fresh_database() as url:
        with Library.open(url) as library:
            add(library, 3)
            with library.writing() as connection:
                name = connection.execute(text("SELECT current_database()")).scalar_one()
                connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        with Library.open(url) as library:
            assert library.counts().documents == 3
            with pytest.raises(LibraryError, match="is read-only"):
                add(library, 5)
            assert library.counts().documents == 3


def test_a_full_disk_undoes_the_batch_and_says_so() -> None:
    with fresh_database() as url, Library.open(url) as library:
        add(library, 3)
        with library.writing() as connection:  # what PostgreSQL raises where it cannot extend a file
            connection.execute(
                text(
                    "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    "RAISE EXCEPTION 'could not extend file: No space left on device' "
                    "USING ERRCODE = '53100'; END $$"
                )
            )
            connection.execute(
                text("CREATE TRIGGER t BEFORE INSERT ON citations EXECUTE FUNCTION full_disk()")
            )
            connection.execute(text("CREATE TRIGGER t BEFORE INSERT ON papers EXECUTE FUNCTION full_disk()"))
        with pytest.raises(LibraryError, match=r"disk of .* is full") as error:
            add(library, 8)
        assert "run the same command again" in error.value.hint
        assert library.counts().documents == 3
        with library.writing() as connection:
            connection.execute(text("DROP FUNCTION full_disk() CASCADE"))
        report = add(library, 8)
        assert (report.added, report.unchanged) == (5, 3)


def test_a_database_that_is_not_there_and_a_server_that_is_not() -> None:
    with fresh_database() as url:
        with pytest.raises(LibraryError, match="does not exist") as refused:
            Library.open(url.rpartition("/")[0] + "/none_of_this_name")
        assert "setting library" in refused.value.hint
    with pytest.raises(LibraryAwayError, match="does not answer"):
        Library.open(f"postgresql+psycopg://postgres@127.0.0.1:{free_port()}/postgres")


def test_a_writer_that_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.database.BUSY_SECONDS", 1)
    with (
        fresh_database() as url,
        Library.open(url) as one,
        Library.open(url) as other,
        one.writing(),
        pytest.raises(BusyError, match="has been writing"),
        other.writing(),
    ):
        pass


def test_a_server_that_goes_away_in_an_add_is_waited_for(server: Server) -> None:
    class Killing(Silent):
        """Kills the server when the first batch is stored, and starts it again later."""

        starting: threading.Thread | None = None
        waited = 0

        def step(self, name: str, done: float, total: float) -> None:
            if self.starting is None and done >= 1000:
                server.run("kill")
                self.starting = threading.Thread(target=lambda: (time.sleep(2), server.run("start")))
                self.starting.start()
            self.waited += name == "Waiting for the database"

    killing = Killing()
    with Library.open(server.url) as library:
        report = add(library, 3_500, killing)
        assert killing.starting is not None
        killing.starting.join()
        assert killing.waited > 0
        assert (report.read, report.added, report.rejected) == (3_500, 3_500, 0)
        counts = library.counts()
        assert (counts.documents, counts.papers) == (3_500, 3_500)
        with library.reading() as connection:
            numbers = connection.execute(text("SELECT count(DISTINCT seq), count(*) FROM documents")).one()
        assert numbers[0] == numbers[1] == 3_500


def test_a_read_after_a_restart_works_at_once(server: Server) -> None:
    with Library.open(server.url) as library:
        add(library, 3)
        server.run("kill")
        with pytest.raises(LibraryAwayError, match="does not answer"):
            library.counts()
        server.run("start")
        time.sleep(1.1)  # connections that were used just now are not asked first
        assert library.counts().documents == 3


def test_who_waits_too_long_gives_up_and_who_is_stopped_stops() -> None:
    def away() -> None:
        raise LibraryAwayError("away")

    pauses: list[float] = []
    with pytest.raises(LibraryAwayError):
        patiently(away, pauses.append, seconds=0.5)
    assert pauses == [0.25]

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        patiently(away, stop)


def test_a_job_goes_on_when_its_library_comes_back(server: Server, tmp_path: Path) -> None:
    home = tmp_path / "home"
    Library.open(server.url).close()
    environment = {**quiet(), "LITATLAS_LIBRARY": server.url}
    (home / "uploads" / "u").mkdir(parents=True)
    file = write(home / "uploads" / "u" / "papers.jsonl", papers(3_000))
    with (
        subprocess.Popen(command(home, "worker"), env=environment, stderr=subprocess.DEVNULL) as worker,
        Library.open(server.url) as library,
    ):
        try:
            id = library.create_job("add", {"path": str(file), "collection": "First"})
            _until(lambda: library.counts().documents > 0)
            server.run("kill")
            time.sleep(1)
            server.run("start")
            _until(lambda: library.job(id).state in ("done", "failed"))
            assert library.job(id).state == "done", library.job(id).error
            assert library.counts().documents == 3_000
            assert worker.poll() is None
        finally:
            worker.terminate()


def _until(holds: object) -> None:
    deadline = time.monotonic() + 200
    while True:
        try:
            if holds():  # type: ignore[operator]
                return
        except LibraryAwayError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.2)
