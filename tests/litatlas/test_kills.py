"""A command that is killed at any of its steps: nothing is lost or half-published, and the next one works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.errors import NotFoundError
from litatlas.settings import Settings
from tests.killing import run_killed, run_through, steps_of
from tests.papers import papers, write
from tests.two_models import LEVELS, patch_settings, two_models_and_a_draft

MOST = {"models": 3, "segments": 3, "index": 4, "aids": 2}
"""The folders of the kept generations and of a draft; an index has a lock beside its folder."""

MOST_KEYS = 15
"""The draft, successors; for each of three models its places, slips and options; for each of two indices its
suggestions and history."""


@dataclass(frozen=True)
class Start:
    """A home to begin with, and files to add."""

    home: Path
    files: dict[str, Path]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Two models, papers that came after the second, and a third model that waits."""
    with pytest.MonkeyPatch.context() as patch:
        patch_settings(patch)
        folder = tmp_path_factory.mktemp("kills")
        home = folder / "home"
        files = {
            name: write(folder / f"{name}.jsonl", papers(count, seed=seed, prefix=name))
            for seed, (name, count) in enumerate({"a": 64, "b": 16, "c": 8}.items(), 1)
        }
        two_models_and_a_draft(home, files["a"], files["b"])
        yield Start(home, files)


def commands(start: Start) -> dict[str, tuple[str, ...]]:
    return {
        "add": ("add", str(start.files["c"]), "--collection", "C"),
        "publish": ("publish",),
        "discard": ("discard",),
        "rollback": ("rollback",),
        "reindex": ("reindex",),
        "rename": ("collections", "rename", "B", "Z"),
        "remove": ("collections", "remove", "B"),
        "build": ("build", *LEVELS),
    }


NAMES = ["add", "publish", "discard", "rollback", "reindex", "rename", "remove"]


@pytest.mark.parametrize("name", NAMES)
def test_a_command_killed_at_its_first_and_last_commit_leaves_a_whole_atlas(
    start: Start, name: str, tmp_path: Path
) -> None:
    _killed_everywhere(start, name, tmp_path, often=True)


@pytest.mark.nightly
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", NAMES)
def test_a_command_killed_at_any_step_leaves_a_whole_atlas(start: Start, name: str, tmp_path: Path) -> None:
    _killed_everywhere(start, name, tmp_path, often=False)


def _killed_everywhere(start: Start, name: str, tmp_path: Path, *, often: bool) -> None:
    arguments = commands(start)[name]
    done = _copy(start, tmp_path / "done")
    steps = steps_of(done, *arguments)
    commits = [step for step in steps if step.startswith("commit ")]
    before, after = _state(start.home, tmp_path), _state(done, tmp_path)
    for step in dict.fromkeys([commits[0], commits[-1]]) if often else steps:
        home = _copy(start, tmp_path / "home")
        assert run_killed(home, step, *arguments), step
        _is_whole(name, home, tmp_path, arguments, before, after, step)


def _is_whole(
    name: str,
    home: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    before: dict[str, object],
    after: dict[str, object],
    step: str,
) -> None:
    """A home after a kill holds what it held before the command or holds after it, and the command works."""
    with Atlas(Settings(home=home)) as atlas:
        atlas.generations.finish_interrupted()
    state = _state(home, tmp_path)
    assert state in (before, after), step
    assert run_through(home, *arguments) == (0 if _can_run(name, state, before) else 1), step
    assert _state(home, tmp_path) == after or name in ("rollback", "reindex"), step
    _nothing_left(home, step)


@pytest.mark.parametrize("step", ["commit in _commit of _make_live of publish", "rmdir /index/papers-*"])
def test_a_build_after_a_killed_publish_builds_on_it(start: Start, step: str, tmp_path: Path) -> None:
    home = _copy(start, tmp_path / "home")
    assert run_killed(home, step, "publish")
    assert run_through(home, "build", *LEVELS) == 0
    with Atlas(Settings(home=home)) as atlas:
        assert atlas.reports.status()["model"] is not None
        assert atlas.search("galaxy")["total"] > 0
        atlas.models.roll_back()
        assert atlas.search("galaxy")["topics"]


@pytest.mark.nightly
@pytest.mark.timeout(3000)
def test_a_build_killed_at_any_step_leaves_a_whole_atlas(start: Start, tmp_path: Path) -> None:
    arguments = commands(start)["build"]
    done = _copy(start, tmp_path / "done")
    before = _state(start.home, tmp_path)
    for step in steps_of(done, *arguments):
        home = _copy(start, tmp_path / "home")
        assert run_killed(home, step, *arguments), step
        state = _state(home, tmp_path)
        assert state["documents"] == before["documents"], step
        assert state["topics"], step
        assert run_through(home, *arguments) == 0, step
        _nothing_left(home, step)


def _copy(start: Start, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(start.home, home)
    return home


def _state(home: Path, scratch: Path) -> dict[str, object]:
    """What a reader and a keeper see; asked of a copy, so that asking mends nothing."""
    copy = scratch / "asked"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    with Atlas(Settings(home=copy)) as atlas:
        status = atlas.reports.status()
        assert status["engine"]["behind"] == 0
        total = atlas.search("", limit=0)["total"]
        assert total == status["papers"]
        draft = atlas.models.draft()
        state = {
            "documents": status["documents"],
            "topics": sorted(topic["id"] for topic in atlas.topics.all()["topics"]),
            "model": atlas.live().row.model,
            "draft": draft and draft["model"],
            "collections": {row["name"]: n for row in atlas.collections.all() if (n := row["documents"])},
            "found": {name: atlas.search(f'collection:"{name}"')["total"] for name in "ABCZ"},
        }
        if draft:
            atlas.models.publish()
            assert atlas.live().row.model == draft["model"]
            assert atlas.topics.all()["topics"]
        else:
            with pytest.raises(NotFoundError):
                atlas.models.discard()
    return state


def _can_run(name: str, state: dict[str, object], before: dict[str, object]) -> bool:
    """Whether the command has something to do still: a draft is published once, a collection removed once."""
    return state == before or name in ("add", "rollback", "reindex")


def _nothing_left(home: Path, step: str) -> None:
    """After one more command that tidies up there is no more than the atlas needs."""
    with Atlas(Settings(home=home)) as atlas:
        atlas.models.reindex()
        for folder, most in MOST.items():
            names = sorted(path.name for path in (home / folder).glob("*"))
            assert len(names) <= most, (step, names)
        rests = [path for path in home.rglob("*") if path.suffix in (".part", ".new", ".writing", ".old")]
        assert not rests, step
        kept = atlas.library.meta_keys("")
        assert len(kept) <= MOST_KEYS, (step, kept)
