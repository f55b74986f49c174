"""An empty library for each test, copied from one that was made once: migrations take longer than a test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library.library import Library


@pytest.fixture(scope="session")
def empty_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a library that holds nothing."""
    file = tmp_path_factory.mktemp("empty") / "library.db"
    Library.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def library(empty_library: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of the test's own that holds nothing yet."""
    file = tmp_path / "own" / "library.db"
    file.parent.mkdir()
    shutil.copy(empty_library, file)
    with Library.open(f"sqlite:///{file}") as opened:
        yield opened
