"""Damage to any file of a home: `doctor` names it, no answer is wrong in silence, and its command fixes it.

The whole matrix (every file, seven damages) runs nightly; a sample of every kind of file runs always.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.doctor import examine
from litatlas.settings import Settings
from tests.damage import DAMAGES, answers_of, never_wrong, put_damaged_copy
from tests.killing import run_through
from tests.two_models import LEVELS, TwoModels, patch_settings

NOT_OURS = (".lock", ".db", ".toml")
"""Locks are empty; the library is SQLite's to check, and has a test of its own."""


@pytest.fixture(scope="module")
def whole(two_models: TwoModels, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with two models and papers that came after the second."""
    with pytest.MonkeyPatch.context() as patch:
        patch_settings(patch)
        folder = tmp_path_factory.mktemp("damage")
        home = two_models.copied(folder)
        assert run_through(home, "collections", "remove", "B") == 0
        assert run_through(home, "add", str(two_models.later), "--collection", "B") == 0
        yield home


def _files(home: Path) -> list[str]:
    """Every file that is served, or would be after a roll-back."""
    with Atlas(Settings(home=home)) as atlas:
        index = atlas.live().row.index
    names = [str(path.relative_to(home)) for path in sorted(home.rglob("*")) if path.is_file()]
    return [
        name
        for name in names
        if Path(name).suffix not in NOT_OURS
        and Path(name).name != "lock"
        and (not name.startswith(("index", "aids")) or f"/{index}/" in name)
    ]


SAMPLE = {
    "models/*/phi_0.npy": "flip a byte at two thirds",
    "models/*/model.json": "flip a byte at a third",
    "models/*/ranking/ranking.json": "delete",
    "models/*/ranking/row_terms.npy": "flip the last byte",
    "segments/*/journal.jsonl": "cut in half",
    "segments/*/theta.f16": "flip a byte at a third",
    "aids/*/suggestions/title.blob.npy": "flip a byte at a third",
    "aids/*/spelling/words.npy": "cut in half",
    "index/*/*.idx": "flip a byte at a third",
    "index/*/*.store": "empty",
    "index/*/meta.json": "flip a byte at a third",
    "index/*/stamp.json": "delete",
}


@pytest.fixture(scope="module")
def reference(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What readers of the whole home are told."""
    return answers_of(whole, tmp_path_factory.mktemp("reference"))


@pytest.mark.parametrize("pattern", SAMPLE)
def test_damage_is_named_never_served_and_fixed(
    whole: Path, reference: dict[str, Any], pattern: str, tmp_path: Path
) -> None:
    live = [name for name in _files(whole) if Path(name).match(pattern) and _is_live(whole, name)]
    _damaged(whole, live[0], SAMPLE[pattern], tmp_path, reference)


KINDS = {
    "model": ("models/*/*",),
    "models for ranking": ("models/*/ranking/*",),
    "segments": ("segments/*/*",),
    "suggestions": ("aids/*/suggestions/*",),
    "spelling": ("aids/*/spelling/*",),
    "index": ("index/*/*",),
}


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", [*KINDS, "others"])
def test_every_damage_of_every_file(
    whole: Path, reference: dict[str, Any], kind: str, damage: str, tmp_path: Path
) -> None:
    """A piece ends in minutes; together they are every file: what is of no kind is among the others."""
    for name in [name for name in _files(whole) if _kind(name) == kind]:
        _damaged(whole, name, damage, tmp_path, reference)


@pytest.fixture(scope="module")
def rolled_back(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What readers are told after a roll-back."""
    folder = tmp_path_factory.mktemp("rolled")
    shutil.copytree(whole, folder / "home")
    assert run_through(folder / "home", "rollback") == 0
    return answers_of(folder / "home", folder)


def _files_before(home: Path) -> list[str]:
    """The files of the generation that is not served now, which a roll-back takes up again."""
    served = set(_files(home))
    names = [str(path.relative_to(home)) for path in sorted(home.glob("*/*/**/*")) if path.is_file()]
    return [name for name in names if name.startswith(("index", "aids")) and name not in served]


def test_damage_of_the_generation_before_is_not_rolled_back_to(
    whole: Path, rolled_back: dict[str, Any], tmp_path: Path
) -> None:
    name = next(name for name in _files_before(whole) if name.endswith(".idx"))
    _rolled_back(whole, name, "flip a byte at a third", tmp_path, rolled_back)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_of_the_generation_before(
    whole: Path, rolled_back: dict[str, Any], damage: str, tmp_path: Path
) -> None:
    for name in _files_before(whole):
        _rolled_back(whole, name, damage, tmp_path, rolled_back)


def _rolled_back(whole: Path, name: str, damage: str, tmp_path: Path, reference: dict[str, Any]) -> None:
    case, home = (name, damage), tmp_path / "home"
    put_damaged_copy(whole, home, name, damage)
    assert run_through(home, "rollback") == 0, case
    answers = answers_of(home, tmp_path)
    never_wrong(answers, reference, case)
    if not examine(Settings(home=home))["healthy"]:
        assert run_through(home, "reindex") == 0, case
        assert examine(Settings(home=home))["healthy"], case
        answers = answers_of(home, tmp_path)
    assert answers == reference, case


def _kind(name: str) -> str:
    path = Path("/") / name  # a pattern that begins at the root matches all of a name
    kinds = [kind for kind, patterns in KINDS.items() if any(path.match(f"/{one}") for one in patterns)]
    return kinds[0] if kinds else "others"


def _is_live(home: Path, name: str) -> bool:
    with Atlas(Settings(home=home)) as atlas:
        row = atlas.live().row
    return not name.startswith(("models", "segments")) or f"/{row.model}" in name


def _damaged(whole: Path, name: str, damage: str, tmp_path: Path, reference: dict[str, Any]) -> None:
    case = (name, damage)
    home = tmp_path / "home"
    put_damaged_copy(whole, home, name, damage)
    answers = answers_of(home, tmp_path)
    never_wrong(answers, reference, case)
    findings = [check for check in examine(Settings(home=home))["checks"] if not check["ok"]]
    if not findings:
        assert answers == reference, case
        return
    assert any(_names(check["message"], name) for check in findings), (case, findings)
    command = re.search(r"litatlas (build|reindex)", findings[0]["hint"])
    assert command, (case, findings)
    options = LEVELS if command[1] == "build" else ()
    assert run_through(home, command[1], *options) == 0, case
    left = [check for check in examine(Settings(home=home))["checks"] if not check["ok"]]
    assert not left, (case, left)
    fixed = answers_of(home, tmp_path)
    if command[1] == "reindex":
        assert fixed == reference, case
    else:
        assert fixed["total"] == reference["total"], case
        assert "error" not in str(fixed), case


def _names(message: str, name: str) -> bool:
    """Whether a finding names the file; suggestions without their manifest are named as a whole."""
    return Path(name).name in message or (name.startswith("aids") and "none that this version" in message)
