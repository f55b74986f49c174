"""A real small atlas, built once by the real command line, and a runner for commands."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import command, quiet
from tests.forked import run_forked
from tests.made_once import made_once
from tests.papers import papers, write
from tests.two_models import TwoModels, make_two_models

Run = Callable[..., "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


def run_command(home: Path, *arguments: str, stdin: str | bytes = b"", check: bool = True) -> Outcome:
    """Run one ``litatlas`` command in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        streams = Path(folder)
        (streams / "in").write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        status = run_forked(home, *arguments, streams=streams)
        outcome = Outcome(status, *((streams / name).read_bytes().decode() for name in ("out", "err")))
    if check:
        assert outcome.status == 0, outcome.err
    return outcome


def run_module(home: Path, *arguments: str, stdin: bytes = b"") -> Outcome:
    """Run ``python -m litatlas``, as a shell would."""
    done = subprocess.run(
        command(home, *arguments), input=stdin, capture_output=True, timeout=240, env=quiet(), check=False
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An atlas of two collections (one has two subjects that the other lacks), built and published."""
    return made_once(tmp_path_factory, "atlas", _build) / "home"


def _build(folder: Path) -> None:
    home = folder / "home"
    subjects = ["neural translation", "galaxy formation", "cardiac surgery", "graph theory", "quantum optics"]
    first = write(folder / "first.jsonl", papers(400, subjects=subjects, seed=1, prefix="a"))
    second = write(
        folder / "second.jsonl",
        papers(160, subjects=["cardiac surgery", "river ecology", "soil microbiology"], seed=2, prefix="b"),
    )
    run_command(home, "add", str(first), "--collection", "First", "--json")
    run_command(home, "add", str(second), "--collection", "Second", "--json")
    run_command(home, "build", "--levels", "4,8,14", "--json")


@pytest.fixture(scope="session")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> TwoModels:
    """A home with two models and papers that came after the second; to be copied."""
    folder = made_once(tmp_path_factory, "two-models", make_two_models)
    return TwoModels(folder / "home", folder / "b.jsonl")


@pytest.fixture
def run(built_home: Path) -> Run:
    """Run a command on the built atlas (reading commands only)."""

    def runner(*arguments: str, **options: Any) -> Outcome:
        return run_command(built_home, *arguments, **options)

    return runner
