"""Folders that several test files begin with: made once for all processes of a run, then copied."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy, for this process, of a folder that ``make`` fills; the process that first asks makes it."""
    own = factory.getbasetemp()
    everybody = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = everybody / f"once-{name}"
    with (everybody / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            new = everybody / f"once-{name}.new"
            shutil.rmtree(new, ignore_errors=True)  # of one that failed
            new.mkdir()
            make(new)
            new.rename(folder)
    return Path(shutil.copytree(folder, factory.mktemp(name) / name))
