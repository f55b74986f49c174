"""`doctor` on homes that are damaged: it names what is wrong, says what mends it, and never crashes."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.doctor import examine
from litatlas.errors import LitatlasError
from litatlas.settings import Settings


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(built_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.mark.parametrize("empty", [False, True])
def test_a_missing_library_is_no_new_atlas(home: Path, empty: bool) -> None:
    (home / "library.db").unlink()
    if empty:
        (home / "library.db").touch()
    with pytest.raises(LitatlasError, match="library is missing") as refused:
        Atlas(Settings(home=home))
    assert "litatlas reindex" in refused.value.hint
    found = examine(Settings(home=home))
    assert not found["healthy"]
    assert "library is missing" in found["checks"][-1]["message"]


def test_a_damaged_library_is_named(home: Path) -> None:
    data = bytearray((home / "library.db").read_bytes())
    for at in range(40 * 16384, len(data) - 16384, 16384):  # the heads of pages
        data[at : at + 64] = bytes(64)
    (home / "library.db").write_bytes(data)
    found = examine(Settings(home=home))
    assert not found["healthy"]
    assert any("damaged" in check["message"] and "backup" in check["hint"] for check in found["checks"])


def test_a_damaged_model_is_mended_by_the_build_that_is_advised(home: Path) -> None:
    model = next(home.glob("models/*/phi_0.npy"))
    model.write_bytes(model.read_bytes()[:-100])
    found = examine(Settings(home=home))
    assert not found["healthy"]
    assert any("litatlas build" in check["hint"] for check in found["checks"])
    with Atlas(Settings(home=home, processes=1, trainer="portable")) as atlas:
        atlas.models.build(levels=(3, 6))
    assert examine(Settings(home=home))["healthy"]


def test_a_new_home_is_its_owners_alone(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path / "new")):
        pass
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "library.db").stat().st_mode) == 0o600
