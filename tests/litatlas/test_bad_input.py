"""What people and disks do wrong to accounts, backups and homes: clear words, and nothing changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.commands import command, quiet
from tests.killing import run_through
from tests.litatlas.conftest import Outcome, run_command
from tests.papers import papers, write

PASSWORD = "a password of some words"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of a few papers with one keeper, and its backup beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITATLAS_PROCESSES", "1")
        folder = tmp_path_factory.mktemp("bad")
        home = folder / "home"
        given = write(folder / "a.jsonl", papers(16))
        assert run_through(home, "add", str(given), "--collection", "A") == 0
        with Atlas(Settings(home=home, accounts="on")) as atlas:
            atlas.accounts.add("kim", "keeper", PASSWORD)
        assert run_through(home, "backup", str(folder / "b")) == 0
        yield home


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "home")


def _refused(outcome: Outcome, *words: str) -> None:
    assert outcome.status == 1
    assert "Traceback" not in outcome.err
    assert any(word in outcome.err for word in words), outcome.err
    assert len(outcome.err) < 1_000, "what was given is not repeated at length"


NAMES = {
    "of 10,000 letters": "x" * 10_000,
    "with a turn of direction": "kim\u202e",
    "of marks alone": "\u202e\u200f",
    "of half a surrogate pair": "kim\ud800",
    "of control signs": "kim\x1b[2J",
    "empty": " ",
}


@pytest.mark.parametrize("kind", NAMES)
def test_no_user_has_a_name_that_cannot_be_shown(home: Path, kind: str) -> None:
    _refused(run_command(home, "users", "add", NAMES[kind], "--link", check=False), "name")
    assert [row["name"] for row in run_command(home, "users", "list", "--json").json["users"]] == ["kim"]


def test_a_name_from_right_to_left_is_a_name(home: Path) -> None:
    run_command(home, "users", "add", "عبد الله", "--link")
    assert "عبد الله" in run_command(home, "users", "list").out


@pytest.mark.parametrize("arguments", [("role", "kim", "reader"), ("remove", "kim")])
def test_the_last_keeper_cannot_be_lost(home: Path, arguments: tuple[str, ...]) -> None:
    _refused(run_command(home, "users", *arguments, check=False), "keeper")
    assert run_command(home, "users", "list", "--json").json["users"][0]["role"] == "keeper"


def test_of_two_restores_at_once_one_restores(whole: Path, tmp_path: Path) -> None:
    backup, home = whole.parent / "b", tmp_path / "restored"
    with ThreadPoolExecutor(2) as both:
        states = [both.submit(run_through, home, "restore", str(backup)) for _ in range(2)]
    assert sorted(state.result() for state in states) == [0, 1]
    with Atlas(Settings(home=home)) as atlas:
        atlas.generations.finish_interrupted()
        assert atlas.search("", limit=0)["total"] == 16
        assert atlas.library.faults() == []
    assert not [path for path in home.iterdir() if path.name in ("restoring", "restored", "unpacked.db")]


READ_ONLY = {
    "search": ("search", "galaxy"),
    "add": ("add", "more.jsonl", "--collection", "B"),
    "restore": ("restore", "b"),
}


@pytest.mark.parametrize("name", READ_ONLY)
def test_a_home_that_cannot_be_written_is_said_and_stays_as_it_is(home: Path, name: str) -> None:
    shutil.copy(home.parent / "home" / "library.db", home.parent / "b")
    write(home.parent / "more.jsonl", papers(8, seed=2, prefix="m"))
    for path in [home, *home.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    before = _content(home)
    done = subprocess.run(
        [*_without_rights_of_root(), *command(home, *READ_ONLY[name])],
        cwd=home.parent, env=quiet(), capture_output=True, timeout=240, check=False,
    )  # fmt: skip
    for path in [home, *home.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    _refused(Outcome(done.returncode, "", done.stderr.decode()), "writ", "restored into")
    assert _content(home) == before


def _without_rights_of_root() -> list[str]:
    """What begins a command so that modes of files hold for it."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv here")
    return ["setpriv", "--bounding-set", "-dac_override"]


def _content(home: Path) -> dict[str, str]:
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
