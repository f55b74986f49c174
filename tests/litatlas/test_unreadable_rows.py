"""Rows of a library that SQLite finds no fault with, and that are not what was written: said as damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.library.database import LibraryError
from litatlas.atlas import Atlas
from litatlas.generation.ledger import Draft, Ledger, ModelRecord
from litatlas.settings import Settings
from tests.litatlas.conftest import run_command
from tests.papers import papers, write


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as atlas:
        atlas.collections.add([write(tmp_path / "a.jsonl", papers(8))], "A")
        atlas.accounts.add("kim", "keeper")
        atlas.library.create_job("build", {})
        atlas.searches.save("Mine", "galaxy")
        Ledger(atlas.library).keep_draft(Draft("m1", 1, [1], 1, "", {}, {}))
        yield atlas


def _id(atlas: Atlas) -> str:
    with atlas.library.reading() as connection:
        return str(connection.scalar(text("SELECT id FROM documents")))


ANOTHER = '{"id": "x", "sitle": "y"}'
ABSENT = {("meta.value", ""), ("jobs.arguments", ANOTHER), ("users.groups", ANOTHER)}
"""What reads as nothing, or as another value of the same shape."""

READ: dict[str, Callable[[Atlas], object]] = {
    "documents.record": lambda atlas: atlas.papers.one(_id(atlas)),
    "users.groups": lambda atlas: atlas.accounts.all(),
    "jobs.arguments": lambda atlas: atlas.jobs.all(),
    "kept_items.text": lambda atlas: atlas.searches.all(),
    "meta.value": lambda atlas: Ledger(atlas.library).draft(),
}


@pytest.mark.parametrize("damage", ["", "{", '{"a\x11": 1}', "3", "null", ANOTHER])
@pytest.mark.parametrize("column", READ)
def test_what_is_no_value_any_more_is_damage(atlas: Atlas, column: str, damage: str) -> None:
    READ[column](atlas)
    table, name = column.split(".")
    with atlas.library.writing() as connection:
        connection.execute(text(f'UPDATE {table} SET "{name}" = :damage'), {"damage": damage})
    if (column, damage) in ABSENT:
        return
    with pytest.raises(LibraryError, match="is damaged: what it keeps cannot be read") as caught:
        READ[column](atlas)
    assert "litatlas restore FILE" in caught.value.hint


def test_what_is_remembered_of_a_model_is_read_or_damage(atlas: Atlas) -> None:
    ledger = Ledger(atlas.library)
    assert ledger.model("m1") == ModelRecord("m1", 1)
    atlas.library.put_meta({"placed:m0": "seven", "model:m2": '{"segment": "s", "places": 1}'})
    for name in ("m0", "m2"):
        with pytest.raises(LibraryError, match="is damaged"):
            ledger.model(name)


@pytest.mark.parametrize("version", ["NULL", "''", "'00\x0212'", "'base'", "'00123'"])
def test_a_library_without_a_version_is_damaged(atlas: Atlas, version: str) -> None:
    home = atlas.home.folder
    with atlas.library.writing() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ({version})")
    atlas.close()
    for command in (("status",), ("migrate", "--dry-run"), ("doctor",)):
        outcome = run_command(home, *command, check=False)
        assert outcome.status == 1
        assert "is damaged" in outcome.err + outcome.out
        assert "Traceback" not in outcome.err
