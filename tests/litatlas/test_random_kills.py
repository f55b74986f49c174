"""Commands killed at random moments: nothing is lost or half-published, and the next command works.

The moments are drawn uniformly over the time that a command takes here, so that most of them lie where most
of the work is done; every step by name is killed in `test_kills` and `test_kills_of_changes`. The kill comes
from outside, as `kill -9` does. How many moments: ``LITATLAS_TEST_KILLS``, 100 by default; other moments, to
go on with where a run in pieces stopped: ``LITATLAS_TEST_SEED``.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.errors import NotFoundError
from litatlas.maintenance.archive import check_archive
from litatlas.settings import Settings
from tests.killing import Action, run_killed_after, run_through
from tests.papers import papers, write
from tests.two_models import LEVELS, patch_settings, two_models_and_a_draft

MOMENTS = int(os.environ.get("LITATLAS_TEST_KILLS", "100"))
SEED = os.environ.get("LITATLAS_TEST_SEED", "")
PASSWORD = "a password of some words"
NAMES = ["add", "build", "publish", "remove", "rename", "backup", "restore", "sign in"]
NAMES += ["discard", "rollback", "reindex"]
AGAIN = ("add", "build", "backup", "sign in", "rollback", "reindex")
"""What works a second time; the others say then that there is nothing to do."""

State = dict[str, Any]


@dataclass(frozen=True)
class Start:
    """Homes to begin with, a file to add, and a backup."""

    home: Path
    empty: Path
    file: Path
    backup: Path


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """300 papers, two models, papers that came after the second, a third model that waits, two accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch_settings(patch)
        folder = tmp_path_factory.mktemp("kills")
        home, empty = folder / "home", folder / "empty"
        empty.mkdir()
        counts = {"a": 240, "b": 60, "c": 40}
        files = {
            name: write(folder / f"{name}.jsonl", papers(count, seed=seed, prefix=name))
            for seed, (name, count) in enumerate(counts.items(), 1)
        }
        two_models_and_a_draft(home, files["a"], files["b"])
        with Atlas(Settings(home=home, accounts="on")) as atlas:
            atlas.accounts.add("ann", "keeper", PASSWORD)
            atlas.accounts.add("bob", "reader", PASSWORD)
        assert run_through(home, "backup", str(folder / "backup")) == 0
        yield Start(home, empty, files["c"], folder / "backup")


def sign_in(home: Path) -> None:
    with Atlas(Settings(home=home, accounts="on")) as atlas:
        atlas.accounts.sign_in("ann", PASSWORD, "127.0.0.1")


def commands(start: Start, target: Path) -> dict[str, tuple[str, ...] | Action]:
    return {
        "add": ("add", str(start.file), "--collection", "C"),
        "build": ("build", *LEVELS, "--seed", "4"),
        "publish": ("publish",),
        "remove": ("collections", "remove", "B"),
        "rename": ("collections", "rename", "B", "Z"),
        "backup": ("backup", str(target)),
        "restore": ("restore", str(start.backup)),
        "sign in": sign_in,
        "discard": ("discard",),
        "rollback": ("rollback",),
        "reindex": ("reindex",),
    }


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", NAMES)
def test_a_command_killed_at_random_moments_leaves_a_whole_atlas(
    start: Start, name: str, tmp_path: Path
) -> None:
    trial = _Trial(start, name, tmp_path)
    chance = random.Random(name + SEED)
    killed = 0
    while killed < MOMENTS:
        killed += trial.run(chance.uniform(0, trial.seconds))
        print(f"{name}: killed at {killed} moments of {trial.seconds:.2f} s", flush=True)


class _Trial:
    """A command, what an atlas is before and after it, and how long it takes here."""

    def __init__(self, start: Start, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder
        self._start, self._target = start, folder / "backups" / "target"
        self._begin = start.empty if name == "restore" else start.home
        change = commands(start, self._target)[name]
        self._arguments, self._action = ((), change) if callable(change) else (change, None)
        took = []
        for _ in range(3):
            home = self._fresh()
            began = time.monotonic()
            assert self._go(home) == 0
            took.append(time.monotonic() - began)
        self.seconds = statistics.median(took)
        self._after = _state(home)
        self._files, self._folders = _files(home), _folders(home)
        if name in AGAIN:
            assert self._go(home) == 0
            self._files, self._folders = self._files | _files(home), self._folders | _folders(home)
        self._before = {} if name == "restore" else _state(self._fresh())

    def _fresh(self) -> Path:
        home = self._folder / "home"
        for folder in (home, self._target.parent):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._begin, home)
        self._target.parent.mkdir()
        shutil.copy(self._start.backup, self._target)
        return home

    def _go(self, home: Path) -> int:
        return run_through(home, *self._arguments, action=self._action)

    def run(self, moment: float) -> bool:
        """Kill the command at a moment and look at what is left; False where it had ended by then."""
        home, case = self._fresh(), f"{self._name} after {moment:.3f} s"
        if not run_killed_after(home, moment, *self._arguments, action=self._action):
            return False
        check_archive(self._target)
        is_done = self._is_whole(home, case)
        status = self._go(home)
        assert status == 0 or (is_done and self._name not in AGAIN), case
        state = _state(home)
        assert _same(self._name, state, self._after), (case, _difference(state, self._after))
        extra = _files(home) - self._files
        assert not extra, (case, extra)
        more = {
            folder: (n, self._folders[folder])
            for folder, n in _folders(home).items()
            if n > self._folders[folder]
        }
        assert not more, (case, more)
        for backup in self._target.parent.iterdir():
            check_archive(backup)
        return True

    def _is_whole(self, home: Path, case: str) -> bool:
        """Whether a reader sees the atlas as it is after the command; otherwise they see that before it."""
        if self._name == "restore" and not any((home / name).exists() for name in ("library.db", "restored")):
            return False
        with Atlas(Settings(home=home)) as atlas:
            atlas.generations.finish_interrupted()
        state = _state(home)
        is_done = _same(self._name, state, self._after)
        before = self._before
        if self._name == "build" and state["draft"]:  # built, and killed before it was published: it waits
            before = {**before, "draft": state["draft"]}
        assert is_done or state == before, (case, _difference(state, before or self._after))
        return is_done


def _same(name: str, state: State, after: State) -> bool:
    """A build names its model anew each time, and each roll-back goes to the model before."""
    if name not in ("build", "rollback"):
        return state == after
    free = ("model", "topics") if name == "rollback" else ("model",)
    return {k: v for k, v in state.items() if k not in free} == {
        k: v for k, v in after.items() if k not in free
    }


def _difference(state: State, other: State) -> State:
    return {name: (state[name], other.get(name)) for name in state if state[name] != other.get(name)}


def _state(home: Path) -> State:
    """What readers and a keeper see."""
    with Atlas(Settings(home=home, accounts="on")) as atlas:
        assert atlas.library.faults() == []
        status = atlas.reports.status()
        assert status["engine"]["behind"] == 0
        assert atlas.search("", limit=0)["total"] == status["papers"]
        draft = atlas.models.draft()
        if draft is None:
            with pytest.raises(NotFoundError):
                atlas.models.discard()
        hits = atlas.search("galaxy", limit=3)["documents"]
        assert hits
        assert all(atlas.papers.one(hit["id"])["topics"] for hit in hits)
        return {
            "documents": status["documents"],
            "ids": hash(frozenset(one.id for name in "ABCZ" for one in atlas.library.documents(name))),
            "accounts": sorted((user["name"], user["role"]) for user in atlas.accounts.all()),
            "topics": len(atlas.topics.all()["topics"]),
            "model": atlas.live().row.model,
            "draft": draft and draft["model"],
            "collections": {row["name"]: n for row in atlas.collections.all() if (n := row["documents"])},
            "found": {name: atlas.search(f'collection:"{name}"', limit=0)["total"] for name in "ABCZ"},
        }


_GENERATION = re.compile(r"[0-9a-f]{8,}|[0-9]+")


def _files(home: Path) -> set[str]:
    """The kinds of files of a home: without the numbers of generations and the names of an index's parts."""
    names = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    return {
        _GENERATION.sub("*", name)
        for name in names
        if not (name.startswith("index/") and name.count("/") > 1) and not name.endswith(("-wal", "-shm"))
    }


def _folders(home: Path) -> Counter[str]:
    """How many generations of each kind there are."""
    return Counter(path.parent.name for path in home.glob("*/*") if path.is_dir())
