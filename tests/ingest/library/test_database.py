"""The library's database: migrations from every version, transactions, small values, errors with hints."""

from __future__ import annotations

import re
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event

from ingest.document import Document
from ingest.errors import BusyError, UnavailableError
from ingest.intake import add
from ingest.library import database, schema
from ingest.library.backend.answer_marks import SHOWN
from ingest.library.backend.errors import translated
from ingest.library.library import Library, LibraryError
from ingest.progress import Silent

FOLDER = Path(database.__file__).parent / "migrations" / "versions"
VERSIONS = sorted(path.name[:4] for path in FOLDER.glob("0*.py"))
RECORD = '{"id": "7", "title": "Peat and its fires", "year": 2019, "doi": "10.1000/peat"}'


def old_library(file: Path, version: str) -> None:
    """A library as an earlier version made it, with a paper, a job and what somebody said of a topic."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "ingest.library:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        run = connection.exec_driver_sql
        for name, value in (("sequence", 1), ("document", 1)):
            run("INSERT INTO counters (name, value) VALUES (?, ?)", (name, value))
        run(
            "INSERT INTO collections (number, key, name, description, licence, source, created)"
            " VALUES (1, 'A', 'A', 'd', '', '', '2020-02-03T00:00:00+00:00')"
        )
        added = ", added" if version >= "0004" else ""
        date = ", '2021-01-01T00:00:00+00:00'" if added else ""
        run(
            "INSERT INTO documents (number, id, collection, paper, seq, fingerprint, analysis, record,"
            f" title_forms, abstract_forms{added}) VALUES (1, 'abc', 1, 1, 1, 5, '0', ?, 'peat', ''{date})",
            (RECORD,),
        )
        run("INSERT INTO papers (number, shown, seq) VALUES (1, 1, 1)")
        beat = ", beat" if version < "0005" else ""
        run(
            "INSERT INTO jobs (number, id, kind, state, arguments, progress, message, created, updated,"
            f" cancelled{beat}) VALUES (1, 'j', 'add', 'done', '{{}}', 1, '', 'then', 'then', 0"
            f"{', 0' if beat else ''})"
        )
        run(
            "INSERT INTO curations (number, topic, kind, value, who, model, made, undone)"
            " VALUES (1, 't1', 'label', 'Peat', 'ann', 'm', 'then', 0)"
        )
    engine.dispose()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_library_of_every_version_opens_with_all_that_it_held(tmp_path: Path, version: str) -> None:
    file = tmp_path / "library.db"
    old_library(file, version)
    for _ in range(2):  # the second time there is nothing to migrate
        with Library.open(f"sqlite:///{file}") as library:
            (paper,) = library.papers()
            assert (paper.id, paper.shown.document.doi) == ("abc", "10.1000/peat")
            assert paper.added[:4] == ("2021" if version >= "0004" else "2020")
            assert library.curations() == {"t1": {"label": "Peat"}}
            job = library.job("j")
            assert (job.state, job.worker, job.attempts) == ("done", "", 0)
            assert library.collection("A").description == "d"
            assert library.faults() == []
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.SCHEMA,)]
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert set(schema.metadata.tables) <= tables


@pytest.mark.parametrize("version", VERSIONS)
def test_a_migrated_library_takes_records_as_a_new_one_does(tmp_path: Path, version: str) -> None:
    file = tmp_path / "library.db"
    old_library(file, version)
    with Library.open(f"sqlite:///{file}") as library:
        fresh = Document("8", "Tides of a strait", "The tides of the strait were measured.", year=2020)
        report = add(library, "A", [("f", fresh)], processes=1, progress=Silent())
        assert (report.added, library.counts().papers) == (1, 2)
        library.add_to_list(library.make_list("x"), ["abc"])
        library.judge("paper", "t1", "abc", "yes")
        assert library.create_job("build", {}) in [job.id for job in library.jobs("queued")]


def test_the_versions_are_a_chain_that_ends_at_the_schema() -> None:
    assert [f"{number:04}" for number in range(1, len(VERSIONS) + 1)] == VERSIONS
    assert VERSIONS[-1] == schema.SCHEMA


# --- Transactions


def test_what_fails_in_a_transaction_leaves_nothing(library: Library) -> None:
    library.set_meta("k", "before")

    def fail() -> None:
        with library.writing() as connection:
            database.write_meta(connection, {"k": "after", "other": "x"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (library.get_meta("k"), library.get_meta("other")) == ("before", None)


def test_a_reader_sees_one_state_while_another_writes(library: Library) -> None:
    library.set_meta("k", "1")
    with library.reading() as connection:
        query = "SELECT value FROM meta WHERE key = 'k'"
        assert connection.exec_driver_sql(query).scalar() == "1"
        writer = threading.Thread(target=library.set_meta, args=("k", "2"))
        writer.start()
        writer.join()
        assert connection.exec_driver_sql(query).scalar() == "1"
    assert library.get_meta("k") == "2"


def test_all_processes_have_one_mark_of_what_answers_show(library: Library, library_url: str) -> None:
    library.set_meta("k", "1")
    with Library.open(library_url) as other:
        marks = [library.state()]
        assert (other.state(), library.state()) == (marks[0], marks[0])
        for writer in (other, library, other):
            writer.set_meta("k", "again")  # the same value is a change too: what is the same is not looked at
            assert library.state() == other.state()
            marks.append(other.state())
        assert len({*marks, None}) == 5
        with pytest.raises(RuntimeError), other.writing():
            raise RuntimeError
        assert library.state() == marks[-1], "what was not committed changes nothing"


def test_a_mark_never_comes_again(library: Library) -> None:
    """A library that was restored to an earlier state would otherwise count up to the same numbers."""
    library.set_meta("k", "1")
    before = library.state()
    with library.writing(shown=False) as connection:
        database.set_counter(connection, SHOWN, 1)
    library.set_meta("k", "2")
    assert before is not None
    assert (library.state() or 0) > before
    with library.writing(shown=False) as connection:
        database.set_counter(connection, SHOWN, 9 * before)  # of a clock that was wrong
    library.set_meta("k", "3")
    assert library.state() == 9 * before + 1


def test_what_no_answer_shows_changes_no_mark(library: Library) -> None:
    """Every call here writes tables of `UNSHOWN` alone."""
    library.add_user("Ada", "ada", "keeper")
    seen = []

    @event.listens_for(library._engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.extend(re.findall(r"(?:INSERT INTO|UPDATE(?! SKIP)|DELETE FROM) (\w+)", statement))

    mark = library.state()
    job = library.create_job("add", {})
    library.claim_job("w")
    library.update_job(job, progress=0.5, message="Reading")
    library.cancel_job(job)
    library.record("ada", "did")
    library.start_session("h", 1, "9999")
    library.end_session("h")
    library.attempt({"k": 5}, 60)
    library.forget_attempts("k", one_of="k")
    list_ = library.make_list("L", ["abc"])
    library.add_to_list(list_, ["abd"])
    library.rename_list(list_, "M")
    book = library.make_book("B")
    library.rename_book(book, "C")
    review = library.make_review("R", {})
    library.change_review(review, "S", {})
    assert library.state() == mark
    assert len(set(seen)) > 6
    assert set(seen) <= schema.UNSHOWN
    library.set_meta("k", "v")
    assert library.state() != mark


def test_marks_are_counted_by_who_put_them(library: Library) -> None:
    mark, nobody, first = library.state(), library.marks_state(0), library.marks_state(1)
    library.put_mark("star", "abc", 1, on=True)
    assert (library.state(), library.marks_state(0)) == (mark, nobody)
    starred = library.marks_state(1)
    assert starred != first
    library.put_mark("star", "abc", 1, on=False)
    assert library.marks_state(1) not in (first, starred)


def test_writers_take_turns_and_none_is_lost(library: Library) -> None:
    def count() -> None:
        for _ in range(10):
            with library.writing() as connection:
                sequence, _ = database.lock_counters(connection)
                database.set_counter(connection, "sequence", sequence + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.sequence() == 40


def test_a_library_that_another_holds_too_long_is_busy(
    tmp_path: Path, empty_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.db"
    file.write_bytes(empty_library.read_bytes())
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    other = sqlite3.connect(file, isolation_level=None)
    with Library.open(f"sqlite:///{file}") as library:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError) as caught:
            library.set_meta("k", "v")
        assert caught.value.hint
        assert caught.value.retry_after
        assert library.get_meta("k") is None  # reading does not wait
        other.execute("ROLLBACK")
        library.set_meta("k", "v")
    other.close()


# --- Damage, and places where nothing can be written


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, empty_library: Path) -> None:
    file = tmp_path / "library.db"
    whole = bytearray(empty_library.read_bytes())
    page = 16_384
    whole[page : 6 * page] = b"\xff" * (5 * page)
    file.write_bytes(whole)

    def read() -> None:
        with Library.open(f"sqlite:///{file}") as library:
            library.counts()
            library.jobs()
            list(library.papers())
            library.generations()

    with pytest.raises(LibraryError) as caught:
        read()
    assert "damaged" in caught.value.message or "not a library" in caught.value.message
    assert caught.value.hint


def test_an_index_without_a_row_is_found(tmp_path: Path, empty_library: Path) -> None:
    file = tmp_path / "library.db"
    file.write_bytes(empty_library.read_bytes())
    with Library.open(f"sqlite:///{file}") as library:
        assert library.faults() == []
        library.judge("paper", "t1", "a", "yes")
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(topic)', '(value)')"
            " WHERE name = 'judgements_topic'"
        )
    with Library.open(f"sqlite:///{file}") as library:
        assert any("judgements_topic" in fault for fault in library.faults())


def test_a_file_that_may_not_be_written_is_said_to_be_so(tmp_path: Path, empty_library: Path) -> None:
    file = tmp_path / "library.db"
    file.write_bytes(empty_library.read_bytes())
    with Library.open(f"sqlite:///file:{file}?mode=ro&uri=true") as library:
        with pytest.raises(LibraryError, match="opened for writing") as caught:
            library.set_meta("k", "v")
        assert caught.value.hint


def test_a_full_disk_is_said_and_harms_nothing(tmp_path: Path, empty_library: Path) -> None:
    file = tmp_path / "library.db"
    file.write_bytes(empty_library.read_bytes())

    def fill(library: Library) -> None:
        with library.writing() as connection:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for number in range(2_000):
                database.write_meta(connection, {f"k{number}": "x" * 1_000})

    with Library.open(f"sqlite:///{file}") as library:
        library.set_meta("k", "v")
        with pytest.raises(LibraryError, match="full") as caught:
            fill(library)
        assert caught.value.hint
        assert library.get_meta("k") == "v"
        assert library.get_meta("k0") is None


def test_a_server_that_does_not_answer_is_unavailable_not_broken() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(UnavailableError) as caught:
        Library.open("postgresql+psycopg://ann:secret@127.0.0.1:1/papers")
    assert "secret" not in caught.value.message + caught.value.hint
    assert caught.value.hint


# --- Small values

_STORABLE = st.characters(codec="utf-8", exclude_characters="\0")  # PostgreSQL has no NUL, nor has our JSON


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.dictionaries(
            st.sampled_from(["a", "a_b", "a%", "b"]), st.none() | st.text(_STORABLE, max_size=4), max_size=3
        ),
        max_size=6,
    )
)
def test_small_values_are_a_dictionary(library: Library, steps: list[dict[str, str | None]]) -> None:
    with library.writing() as connection:
        connection.exec_driver_sql("DELETE FROM meta")
    expected: dict[str, str | None] = {}
    for step in steps:
        library.put_meta(step)
        expected |= step
    held = {key: value for key, value in expected.items() if value is not None}
    assert {key: library.get_meta(key) for key in ("a", "a_b", "a%", "b")} == {
        key: held.get(key) for key in ("a", "a_b", "a%", "b")
    }
    for prefix in ("a", "a_", "a%", "", "c"):
        assert sorted(library.meta_keys(prefix)) == sorted(key for key in held if key.startswith(prefix))


def test_what_the_driver_itself_raises_is_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "copy").write_bytes(b"no database at all, but text" * 100)
    with (
        Library.open(f"sqlite:///{tmp_path / 'library.db'}") as library,
        pytest.raises(LibraryError, match="not a database"),
    ):
        library.copy_file(tmp_path / "copy")
    with pytest.raises(LibraryError, match="The disk of the copy is full"), translated("the copy"):
        raise sqlite3.OperationalError("database or disk is full")


def test_a_file_that_was_moved_away_or_replaced_is_not_written_to(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    with Library.open(f"sqlite:///{file}") as library, Library.open(f"sqlite:///{tmp_path / 'b.db'}"):
        library.put_meta({"before": "1"})
        file.rename(tmp_path / "damaged.db")
        for _ in range(2):
            with pytest.raises(UnavailableError, match="moved away or replaced"):
                library.put_meta({"after": "2"})
            assert not file.exists(), "an empty one in its place would be taken for an atlas"
        (tmp_path / "b.db").rename(file)
        with pytest.raises(UnavailableError, match="moved away or replaced"):
            library.get_meta("before")
        file.rename(tmp_path / "b.db")
        (tmp_path / "damaged.db").rename(file)
        assert (library.get_meta("before"), library.get_meta("after")) == ("1", None)
