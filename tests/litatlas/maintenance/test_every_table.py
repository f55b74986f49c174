"""A backup, a restore and a move carry every table that there is: a new one is held to it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ingest.library import schema
from ingest.library.library import Library
from ingest.progress import Silent
from litatlas.maintenance.backup import back_up
from litatlas.maintenance.copying import copy_library
from litatlas.maintenance.restore import restore
from litatlas.settings import Settings
from tests.every_table import ROWS, every_row, fill_every_table
from tests.postgresql import fresh_database

NOT_RESTORED = {"sessions"}
"""Whoever signed out since the backup stays signed out."""


@pytest.fixture
def server() -> Iterator[str]:
    with fresh_database() as url:
        yield url


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")  # of the indices with checksums
def test_the_tables_that_migrations_make_are_those_that_the_code_knows(tmp_path: Path) -> None:
    with Library.open(f"sqlite:///{tmp_path}/a.db") as library, library.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_backup_holds_every_row_of_every_table(tmp_path: Path) -> None:
    settings, other = Settings(home=tmp_path / "home"), Settings(home=tmp_path / "other")
    with Library.open(settings.library_url) as library:
        fill_every_table(library)
        rows = every_row(library)
        assert min(map(len, rows.values())) >= ROWS
        back_up(settings, library, tmp_path / "b", Silent())
    restore(other, tmp_path / "b", Silent())
    with Library.open(other.library_url) as library:
        restored = every_row(library)
    assert all(restored[name] == kept for name, kept in rows.items() if name not in {"meta", *NOT_RESTORED})
    assert set(restored["meta"]) >= set(rows["meta"])
    assert all(restored[name] == [] for name in NOT_RESTORED)


@pytest.mark.postgresql
def test_a_move_carries_every_row_of_every_table_both_ways(server: str, tmp_path: Path) -> None:
    with (
        Library.open(f"sqlite:///{tmp_path}/a.db") as first,
        Library.open(server) as second,
        Library.open(f"sqlite:///{tmp_path}/b.db") as third,
    ):
        fill_every_table(first)
        copy_library(first, second, Silent())
        copy_library(second, third, Silent())
        assert every_row(first) == every_row(second) == every_row(third)


@pytest.mark.postgresql
def test_a_backup_of_a_server_is_restored_into_another(server: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", library=server)
    with Library.open(server) as library:
        fill_every_table(library)
        rows = every_row(library)
        back_up(settings, library, tmp_path / "b", Silent())
    with fresh_database() as other:
        restore(Settings(home=tmp_path / "other", library=other), tmp_path / "b", Silent())
        with Library.open(other) as library:
            restored = every_row(library)
    differing = {name for name, kept in rows.items() if restored[name] != kept}
    assert differing <= {"meta", *NOT_RESTORED}
