"""Progress and text for the terminal."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from litatlas.cli import progress as console
from litatlas.cli import terminal
from litatlas.cli.progress import ConsoleProgress


def test_a_log_gets_lines_of_steps_that_take_long_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0, 1, 2, 20, 30, 40, 45, 45])
    monkeypatch.setattr(console.time, "monotonic", lambda: float(next(clock)))
    out = io.StringIO()
    progress = ConsoleProgress(out)
    progress.step("Sniffing", 1, 2)
    progress.step("Reading", 0, 100)  # at 1 s
    progress.step("Reading", 5, 100)
    progress.step("Reading", 25, 100)  # at 20 s
    progress.step("Indexing", 7, 0)  # at 30 s
    progress.close()
    lines = out.getvalue().splitlines()
    assert lines == ["Reading:  25%, about 57 s left", "Reading: done in 39 s"]


def test_control_characters_of_papers_never_reach_the_terminal() -> None:
    assert terminal.plain("a\x1b[31mred\x07\u202eb\ud800c\ue000d\ue001") == "a[31mredbcd"


def test_commands_do_not_load_what_only_a_build_or_the_pages_need() -> None:
    heavy = ("artm", "elasticsearch", "flask", "sklearn", "spacy")
    code = (
        f"import sys, litatlas.atlas, litatlas.cli; print([name for name in {heavy} if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
