"""A flipped byte of any text in SQLite's file is noticed, whatever table it is of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Text, insert, select, update

from ingest.library import schema
from ingest.library.library import Library
from ingest.library.migrations import row_checksums
from tests.every_table import fill_every_table, mark

TEXTS = [
    column for table in row_checksums.covered() for column in table.columns if isinstance(column.type, Text)
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "library.db"
    with Library.open(f"sqlite:///{path}") as library:
        fill_every_table(library)
        assert library.faults() == []
    return path


def _faults(path: Path) -> list[str]:
    with Library.open(f"sqlite:///{path}") as library:
        return library.faults()


def test_a_flipped_byte_of_any_text_is_noticed(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes()
    missed = []
    for column in TEXTS:
        damaged = bytearray(data)
        damaged[data.index(mark(column).encode()) + 2] ^= 1
        (tmp_path / "library.db").write_bytes(damaged)
        if not _faults(tmp_path / "library.db"):
            missed.append(str(column))
    assert missed == []


@pytest.mark.parametrize("column", [schema.documents.c.record, schema.decisions.c.verdict], ids=str)
def test_the_table_is_named(file: Path, tmp_path: Path, column: Column[Any]) -> None:
    data = bytearray(file.read_bytes())
    name = mark(column)
    data[data.index(name.encode())] ^= 1
    (tmp_path / "library.db").write_bytes(data)
    table = name[1:].partition(".")[0]
    assert _faults(tmp_path / "library.db")[0].endswith(f" of {table} is not what was written")


def test_rows_that_are_changed_keep_their_checksums(tmp_path: Path) -> None:
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        fill_every_table(library)
        with library.writing() as connection:
            connection.execute(update(schema.lists).values(name="Another"))
            connection.execute(update(schema.documents).values(paper=schema.documents.c.number))
            connection.execute(insert(schema.meta), [{"key": "k", "value": "v"}])
        with library.reading() as connection:
            assert connection.scalar(select(schema.lists.c.name).limit(1)) == "Another"
        assert library.faults() == []


def test_a_checksum_never_changes() -> None:
    assert row_checksums._checksum(b"peat", None, b"") == 1549326275
    assert row_checksums._checksum(b"pea", b"t", None) != row_checksums._checksum(b"peat", b"", None)
