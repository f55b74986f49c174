"""Homes with two models, and papers that came after the second."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import run_through
from tests.papers import papers, write

LEVELS = ("--levels", "3,6")


def patch_settings(patch: pytest.MonkeyPatch) -> None:
    """Have small models built fast, and the same every time."""
    patch.setenv("LITATLAS_TRAINER", "portable")
    patch.setenv("LITATLAS_PROCESSES", "1")


def two_models(folder: Path, *, later: int) -> tuple[Path, Path]:
    """The home, with collection A in both models, and the file of the ``later`` papers of collection B."""
    home = folder / "home"
    first = write(folder / "a.jsonl", papers(64, seed=1, prefix="a"))
    second = write(folder / "b.jsonl", papers(later, seed=2, prefix="b"))
    assert run_through(home, "add", str(first), "--collection", "A") == 0
    assert run_through(home, "build", *LEVELS, "--seed", "2") == 0
    assert run_through(home, "build", *LEVELS) == 0
    assert run_through(home, "add", str(second), "--collection", "B") == 0
    return home, second


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
