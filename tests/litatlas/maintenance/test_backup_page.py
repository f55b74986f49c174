"""Every command of docs/backup.md is run as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import quiet
from tests.papers import papers, write
from tests.postgresql import fresh_database

PAGE = Path(__file__).parents[3] / "docs" / "backup.md"
FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
BLOCKS = [block for language, block in FENCED if not language]
ADDRESS = re.compile(r"postgresql\+psycopg://\S+")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an atlas and a backup of it, as the page takes them to be there."""
    monkeypatch.setenv("LITATLAS_HOME", str(tmp_path / "home"))
    write(tmp_path / "a.jsonl", papers(20, seed=1, prefix="a"))
    _run(tmp_path, "litatlas add a.jsonl --collection A")
    _run(tmp_path, "litatlas backup atlas.tar.zst")
    return tmp_path


def _run(folder: Path, line: str) -> None:
    program, *arguments = shlex.split(line)
    assert program == "litatlas"
    command = [sys.executable, "-m", "litatlas", *arguments]
    done = subprocess.run(command, cwd=folder, env=quiet(), capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, (line, done.stderr)


def _lines(block: str) -> Iterator[str]:
    return (line for line in block.splitlines() if line)


@pytest.mark.parametrize("number", [at for at, block in enumerate(BLOCKS) if not ADDRESS.search(block)])
def test_the_commands_of_the_page_run(place: Path, number: int) -> None:
    for line in _lines(BLOCKS[number]):
        _run(place, line)


@pytest.mark.postgresql
@pytest.mark.parametrize("number", [at for at, block in enumerate(BLOCKS) if ADDRESS.search(block)])
def test_the_commands_for_postgresql_run(place: Path, number: int) -> None:
    for line in _lines(BLOCKS[number]):
        with fresh_database() as url:
            _run(place, ADDRESS.sub(url, line))
            shutil.rmtree(place / "drill", ignore_errors=True)
            (place / "home" / "litatlas.toml").unlink(missing_ok=True)
