"""Mutation testing: what is changed in a file, and that a test which holds nothing is found out."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.mutants import MAX_TABLE_ENTRIES, mutants

ROOT = Path(__file__).parents[1]


def changed(source: str) -> list[str]:
    return [str(mutant) for mutant in mutants(source)]


def test_every_mutant_is_another_program_that_python_reads() -> None:
    source = Path(__file__).read_text("utf-8")
    plain = ast.unparse(ast.parse(source))
    texts = [mutant.source for mutant in mutants(source)]
    assert len(texts) > 20
    for text in texts:
        assert ast.unparse(ast.parse(text)) != plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["1: a < b  →  a <= b"]),
        ("a < b == c", ["1: a < b == c  →  a <= b == c", "1: a < b == c  →  a < b != c"]),
        ("a and b", ["1: a and b  →  a or b"]),
        ("if not a: b", ["1: not a  →  a"]),
        ("while a: b", ["1: while a: b  →  while not a: b"]),
        ("a += b", ["1: a += b  →  a -= b"]),
        ("a()", ["1: a()  →  pass"]),
        ("x = True", ["1: True  →  False"]),
        ("def f(a: int = 3) -> str: return a", ["1: 3  →  4", "1: return a  →  return None"]),
    ],
)
def test_what_is_changed(source: str, expected: list[str]) -> None:
    assert changed(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "__all__ = ['a']",
        "import a",
        "@dataclass(frozen=True)\nclass A:\n    b: Literal['c']",
        "if TYPE_CHECKING:\n    x = 1",
        f"words = {list(range(MAX_TABLE_ENTRIES + 1))}",
    ],
)
def test_what_is_left_alone(source: str) -> None:
    assert changed(source) == []


def test_survivors_are_printed_and_fail_the_run() -> None:
    command = [sys.executable, "-m", "scripts.mutants", "ingest/parallel.py", "--only", "1-30"]
    tests = ["tests/test_mutants.py::test_what_is_left_alone"]
    run = subprocess.run([*command, *tests], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert "survived ingest/parallel.py:" in run.stdout
    assert "0 of " in run.stdout.splitlines()[-1]
