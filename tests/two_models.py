"""Homes with two models, and papers that came after the second."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.killing import run_through
from tests.papers import papers, write

LEVELS = ("--levels", "3,6")


def patch_settings(patch: pytest.MonkeyPatch) -> None:
    """Have small models built fast, and the same every time."""
    patch.setenv("LITATLAS_TRAINER", "portable")
    patch.setenv("LITATLAS_PROCESSES", "1")


@dataclass(frozen=True)
class TwoModels:
    """A home with collection A in two models and collection B after them, and the file of the latter."""

    home: Path
    later: Path

    def copied(self, folder: Path) -> Path:
        """The home again, in a folder."""
        return Path(shutil.copytree(self.home, folder / "home"))


def make_two_models(folder: Path) -> None:
    """Make the home ``home`` and the file of its later papers, ``b.jsonl``, in a folder."""
    home = folder / "home"
    first = write(folder / "a.jsonl", papers(64, seed=1, prefix="a"))
    second = write(folder / "b.jsonl", papers(16, seed=2, prefix="b"))
    with pytest.MonkeyPatch.context() as patch:
        patch_settings(patch)
        for arguments in (
            ("add", str(first), "--collection", "A"),
            ("build", *LEVELS, "--seed", "2"),
            ("build", *LEVELS),
            ("add", str(second), "--collection", "B"),
        ):
            assert run_through(home, *arguments) == 0


def two_models_and_a_draft(home: Path, first: Path, second: Path) -> None:
    """Fill a home: collection A in two models, the papers of B after them, and a third model that waits."""
    for arguments in (
        ("add", str(first), "--collection", "A"),
        ("build", *LEVELS),
        ("build", *LEVELS, "--seed", "2"),
        ("add", str(second), "--collection", "B"),
        ("build", *LEVELS, "--seed", "3", "--preview"),
    ):
        assert run_through(home, *arguments) == 0
