"""The built atlas, opened once for the tests that only read it or take back what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.settings import Settings


@pytest.fixture(scope="module")
def built(built_home: Path) -> Iterator[Atlas]:
    """560 papers in the collections "First" and "Second", under 4, 8 and 14 topics."""
    with Atlas(Settings(home=built_home, processes=1)) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Atlas]:
    """An atlas without papers."""
    with Atlas(Settings(home=tmp_path / "home", processes=1)) as opened:
        yield opened
