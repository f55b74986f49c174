"""Damage to `library.db`: `doctor` names it, no command ends in a traceback, and a restored backup fixes it.

What readers are told of a damaged library is right, refused, or named by `doctor`. Every page, damaged in
every part, runs nightly; a sample runs always.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from litatlas.doctor import examine
from litatlas.settings import Settings
from tests.damage import DAMAGES, answers_of
from tests.killing import run_through
from tests.litatlas.conftest import run_command
from tests.two_models import TwoModels, patch_settings

PAGE = 16_384
PARTS = {"head": 0, "pointers": 9, "middle": PAGE // 2, "three quarters": PAGE * 3 // 4, "end": PAGE - 40}
"""Places of a page: SQLite fills it from the end."""


@dataclass(frozen=True)
class Whole:
    """A home without damage, its backup, and what its readers are told."""

    home: Path
    backup: Path
    answers: dict[str, Any]


@pytest.fixture(scope="module")
def whole(two_models: TwoModels, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with pytest.MonkeyPatch.context() as patch:
        patch_settings(patch)
        folder = tmp_path_factory.mktemp("library")
        home = two_models.copied(folder)
        assert run_through(home, "backup", str(folder / "b")) == 0
        yield Whole(home, folder / "b", answers_of(home, folder))


def _flip(page: int, part: str) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        at = page * PAGE + PARTS[part]
        return data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :]

    return flip


def _damaged(whole: Whole, damage: Callable[[bytes], bytes | None], tmp_path: Path, case: object) -> Path:
    """Damage a copy of the home; what holds whatever the damage is."""
    home = tmp_path / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(whole.home, home)
    data = damage((home / "library.db").read_bytes())
    (home / "library.db").unlink()
    if data is not None:
        (home / "library.db").write_bytes(data)
    answers = answers_of(home, tmp_path)
    findings = [check for check in examine(Settings(home=home))["checks"] if not check["ok"]]
    if not findings:
        assert answers == whole.answers, case
    assert all(check["hint"] for check in findings), (case, findings)
    assert not any("Error:" in check["message"] for check in findings), (case, findings)
    for arguments in (("status",), ("backup", str(tmp_path / "b"))):
        outcome = run_command(home, *arguments, check=False)
        assert outcome.status in (0, 1), (case, arguments, outcome.err)
        assert "Traceback" not in outcome.err, (case, arguments, outcome.err)
    if findings:
        assert any("restore" in check["hint"].lower() for check in findings), (case, findings)
        assert outcome.status == 1, (case, findings, "a damaged library was backed up")
    return home


def _restored(whole: Whole, home: Path, tmp_path: Path) -> None:
    """The way back that the documentation names."""
    if (home / "library.db").exists():
        (home / "library.db").rename(home / "library.damaged")
    assert run_through(home, "restore", str(whole.backup)) == 0
    assert answers_of(home, tmp_path) == whole.answers
    assert examine(Settings(home=home))["healthy"]


SAMPLE = {
    "a page in the middle": _flip(20, "middle"),
    "cut in half": DAMAGES["cut in half"],
    "of another program": lambda data: b"PK\3\4" + data[4:],
}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_damaged_library_is_named_and_restored(whole: Whole, name: str, tmp_path: Path) -> None:
    home = _damaged(whole, SAMPLE[name], tmp_path, name)
    _restored(whole, home, tmp_path)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_of_the_file(whole: Whole, damage: str, tmp_path: Path) -> None:
    _restored(whole, _damaged(whole, DAMAGES[damage], tmp_path, damage), tmp_path)


@pytest.mark.nightly
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("part", PARTS)
def test_every_page(whole: Whole, part: str, tmp_path: Path) -> None:
    for page in range((whole.home / "library.db").stat().st_size // PAGE):
        _damaged(whole, _flip(page, part), tmp_path, (page, part))


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_the_header_of_the_file(whole: Whole, tmp_path: Path) -> None:
    for at in range(0, 100, 2):
        damage = lambda data, at=at: data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :]  # noqa: E731
        _damaged(whole, damage, tmp_path, at)


@pytest.mark.parametrize("left", [None, b""])
@pytest.mark.parametrize("command", ["status", "search", "reindex", "build", "backup", "migrate", "users"])
def test_a_library_that_is_gone_is_said_by_every_command(
    whole: Whole, tmp_path: Path, command: str, left: bytes | None
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole.home, home)
    (home / "library.db").unlink()
    if left is not None:
        (home / "library.db").write_bytes(left)
    more = {"search": ("galaxy",), "backup": (str(tmp_path / "b"),), "users": ("list",)}
    outcome = run_command(home, command, *more.get(command, ()), check=False)
    assert outcome.status == 1
    assert "The library is missing" in outcome.err
    assert "restore FILE" in outcome.err
    assert ((home / "library.db").read_bytes() if (home / "library.db").exists() else None) == left
