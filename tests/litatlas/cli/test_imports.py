"""What a command imports: it is paid for at every call, by people and by scripts."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW = ("sqlalchemy", "numpy", "scipy", "lark", "ftfy")
RARE = ("docx", "openpyxl", "sklearn", "spacy", "artm", "scipy.optimize", "scipy.spatial", "scipy.cluster")


UNASKED = ("authlib", "joserfc", "cryptography")


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [("litatlas.cli.main", SLOW), ("litatlas.atlas", RARE), ("web", RARE + UNASKED)],
    ids=["help", "an atlas", "the web"],
)
def test_nothing_slow_is_imported_that_is_seldom_needed(module: str, unwanted: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
