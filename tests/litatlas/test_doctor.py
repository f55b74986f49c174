"""`doctor` on homes that are damaged: it names what is wrong, says what mends it, and never crashes."""

from __future__ import annotations

import io
import os
import shutil
import stat
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.doctor import examine
from litatlas.errors import LitatlasError
from litatlas.settings import Settings
from tests.litatlas.conftest import run_module
from tests.papers import papers, write


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


def test_a_log_whose_last_changes_are_lost_is_named(tmp_path: Path) -> None:
    """SQLite reads it up to the damage and says nothing; the copy is what is left to tell of it."""
    home, used = tmp_path / "home", tmp_path / "used"
    home.mkdir()
    with Atlas(Settings(home=used)) as atlas:
        for number in range(5):
            atlas.library.set_meta(f"k{number}", "value" * 100)
        for name in ("library.db", "library.db-wal"):  # as a kill leaves them
            shutil.copy(used / name, home / name)
    log = home / "library.db-wal"
    data = bytearray(log.read_bytes())
    data[len(data) * 2 // 3] ^= 0x11
    log.write_bytes(data)
    for _ in range(2):
        (finding,) = [check for check in examine(Settings(home=home))["checks"] if check["name"] == "library"]
        assert not finding["ok"]
        assert "library.db-wal.damaged" in finding["message"]
        assert "restore" in finding["hint"]
    (home / "library.db-wal.damaged").unlink()
    (finding,) = [check for check in examine(Settings(home=home))["checks"] if check["name"] == "library"]
    assert finding["ok"]


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


def test_all_of_a_home_is_its_owners_alone_and_what_is_exported_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITATLAS_TRAINER", "portable")
    home, given, exported = tmp_path / "home", tmp_path / "papers.jsonl", tmp_path / "all.ris"
    write(given, papers(48))
    before = os.umask(0o022)  # of most users, whoever runs the tests
    try:
        run_module(home, "add", str(given), "--collection", "A")
        run_module(home, "build", "--levels", "2,4")
        write(given, papers(8, seed=2, prefix="b"))
        run_module(home, "add", str(given), "--collection", "B")
        run_module(home, "export", "", "--format", "ris", "--output", str(exported))
        with Atlas(Settings(home=home)) as atlas:
            atlas.uploads.store(io.BytesIO(b"text"), "x.txt", 1)
            atlas.uploads.accept(atlas.uploads.stage(io.BytesIO(b"text"), "y.txt", 1))
    finally:
        os.umask(before)
    modes = {str(path.relative_to(home)): stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*")}
    assert {name.partition("/")[0] for name in modes} >= {"models", "segments", "aids", "index", "uploads"}
    others = {name: oct(mode) for name, mode in modes.items() if mode & 0o077}
    assert not others
    assert stat.S_IMODE(exported.stat().st_mode) == 0o644
