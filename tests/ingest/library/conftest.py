"""The contract of the library: its tests run on SQLite and on a real PostgreSQL.

Each test has an empty library of its own, copied from one that was made once: migrations take longer than a
test.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library.library import Library
from tests.postgresql import fresh_database


@pytest.fixture(scope="session")
def empty_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a library that holds nothing."""
    file = tmp_path_factory.mktemp("empty") / "library.db"
    Library.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def library_url(request: pytest.FixtureRequest, empty_library: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a library of each kind that holds nothing yet."""
    if request.param == "sqlite":
        file = tmp_path / "own" / "library.db"
        file.parent.mkdir()
        shutil.copy(empty_library, file)
        yield f"sqlite:///{file}"
    else:
        with fresh_database() as url:
            yield url


@pytest.fixture
def library(library_url: str) -> Iterator[Library]:
    """A library of each kind that holds nothing yet."""
    with Library.open(library_url) as opened:
        yield opened
