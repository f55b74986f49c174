"""A library is copied to another database row by row, either way; a backup is restored into one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from ingest.document import Document
from ingest.intake import add
from ingest.library import schema
from ingest.library.library import Library, LibraryError
from ingest.progress import Silent
from litatlas.atlas import Atlas
from litatlas.maintenance.backup import back_up
from litatlas.maintenance.copying import copy_library, is_empty, snapshot
from litatlas.maintenance.moving import move_library
from litatlas.maintenance.restore import restore
from litatlas.settings import Settings, load
from tests.postgresql import fresh_database

pytestmark = pytest.mark.postgresql


@pytest.fixture
def server() -> Iterator[str]:
    with fresh_database() as url:
        yield url


def _fill(library: Library, numbers: range = range(12)) -> None:
    """Rows in every table that has many, with letters, signs and numbers that databases treat apart."""
    texts = [f"Öl, \\N \t tab 'quote' \"x\" {number} 漢字 \U0001f600" for number in numbers]
    documents = [
        Document(str(n), title=f"Study {n} of {text}", abstract=text * 5, authors=("Z, A",), tags=("t",))
        for n, text in zip(numbers, texts, strict=True)
    ]
    add(library, "Ä", (("t.jsonl", one) for one in documents), processes=1, progress=Silent())
    add(library, "a", (("u.jsonl", one) for one in documents[:3]), processes=1, progress=Silent())
    papers = [paper.id for paper in library.papers()]
    library.make_list("List", papers[:4])
    library.create_job("upload", {"path": "x"})
    library.publish(None, "papers-1", "2", 3, values={"k": "v"})


def _rows(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    with library.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in schema.metadata.sorted_tables
        }


def test_both_ways_every_row_is_the_same(server: str, tmp_path: Path) -> None:
    with (
        Library.open(f"sqlite:///{tmp_path}/a.db") as first,
        Library.open(server) as second,
        Library.open(f"sqlite:///{tmp_path}/b.db") as third,
    ):
        _fill(first)
        assert is_empty(second)
        rows = copy_library(first, second, Silent())
        assert rows == sum(map(len, _rows(first).values()))
        assert _rows(second) == _rows(first)
        copy_library(second, third, Silent())
        assert _rows(third) == _rows(first)
        job = second.create_job("build", {})  # numbers go on after those that were copied
        assert job in {one.id for one in second.jobs()}
        _fill(second, range(20, 24))
        with pytest.raises(LibraryError, match="not empty"):
            copy_library(first, second, Silent())


def test_a_server_cannot_hold_a_nul_and_takes_the_sign_for_it(server: str, tmp_path: Path) -> None:
    with Library.open(f"sqlite:///{tmp_path}/a.db") as first, Library.open(server) as second:
        _fill(first)
        with first.writing() as connection:
            number = connection.scalar(select(schema.collections.c.number).limit(1))
            row = {
                "collection": number,
                "kind": "reject",
                "source": "s",
                "line": 1,
                "field": "",
                "reason": "r",
            }
            connection.execute(insert(schema.rejects), [{**row, "value": "a\0b"}])
        copy_library(first, second, Silent())
        with second.reading() as connection:
            assert connection.scalar(select(schema.rejects.c.value)) == "a\ufffdb"


def test_a_copy_that_differs_is_refused_and_undone(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from litatlas.maintenance import copying

    written = copying._write

    def wrong(connection: Any, table: Any, rows: Any) -> None:
        written(connection, table, rows)
        if table.name == "documents":
            connection.execute(update(table).values(record="{}"))

    monkeypatch.setattr(copying, "_write", wrong)
    with Library.open(f"sqlite:///{tmp_path}/a.db") as first, Library.open(server) as second:
        _fill(first)
        with pytest.raises(LibraryError, match="documents"):
            copy_library(first, second, Silent())
        assert is_empty(second)


def test_an_atlas_moves_and_comes_back_from_a_backup(server: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Atlas(Settings(home=home, processes=1)) as atlas:
        _fill(atlas.library)
        atlas.generations.sync(None)
        found = atlas.search("study")["documents"]
    answer = move_library(load(home, {}), server, Silent())
    assert answer["rows"] > 12
    assert load(home, {}).library == server
    assert (home / "litatlas.toml").stat().st_mode & 0o777 == 0o600
    with Atlas(load(home, {})) as atlas:
        assert atlas.search("study")["documents"] == found
        back_up(atlas.settings, atlas.library, tmp_path / "b", Silent())
    restore(Settings(home=tmp_path / "lite"), tmp_path / "b", Silent())
    with fresh_database() as other:
        settings = Settings(home=tmp_path / "other", library=other)
        restore(settings, tmp_path / "b", Silent())
        for each in (Settings(home=tmp_path / "lite"), settings):
            with Atlas(each) as atlas:
                atlas.generations.finish_interrupted()
                assert atlas.search("study")["documents"] == found
        with (
            Library.open(server) as full,
            Library.open(other) as second,
            pytest.raises(LibraryError, match="not empty"),
        ):
            copy_library(full, second, Silent())


def test_a_snapshot_is_of_one_moment(server: str, tmp_path: Path) -> None:
    with Library.open(server) as library:
        _fill(library)
        with library.reading() as connection:
            before = connection.execute(select(schema.counters)).all()
            _fill(library, range(30, 33))
            assert connection.execute(select(schema.counters)).all() == before
        snapshot(library, tmp_path / "s.db", Silent())
        with Library.open(f"sqlite:///{tmp_path}/s.db") as copy:
            assert _rows(copy) == _rows(library)
