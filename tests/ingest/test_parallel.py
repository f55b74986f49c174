"""Work in several processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.document import Document
from ingest.parallel import BesideError, beside, in_chunks
from ingest.preparing import prepare

ROOT = Path(__file__).parents[2]

SCRIPT = """
import os, sys, time
sys.path.insert(0, {root!r})
from ingest.parallel import process_pool

if __name__ == "__main__":
    with process_pool(2) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_chunks() -> None:
    assert list(in_chunks("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(in_chunks("", 2)) == []


def test_a_batch_is_handed_over_whole() -> None:
    document = Document(source_id="1", title="On half \ud800 letters", authors=("Berg, A.",), doi="10.1/x")
    batch = prepare("collection", [("file.ris", document), ("file.ris", document)])
    assert len(batch.records) == 2
    assert pickle.loads(pickle.dumps(batch)) == batch


def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(SCRIPT.format(root=str(ROOT)))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    for _ in range(300):
        if not running(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker is still there")


def running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except OSError:
        return False


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def _fail() -> None:
    raise ValueError("no luck")


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _nothing() -> None:
    pass


def test_a_function_works_beside(tmp_path: Path) -> None:
    with beside(_write, str(tmp_path / "x"), "done") as wait:
        wait(_nothing)
    assert (tmp_path / "x").read_text() == "done"


@pytest.mark.parametrize(
    ("function", "problem"), [(_fail, "ValueError: no luck"), (_end, r"ended unexpectedly \(-9\)")]
)
def test_what_fails_beside_is_said(function: Callable[[], None], problem: str) -> None:
    with beside(function) as wait, pytest.raises(BesideError, match=problem):
        wait(_nothing)


def _stop() -> None:
    raise KeyboardInterrupt


def test_a_block_that_is_left_ends_what_works_beside() -> None:
    with beside(time.sleep, 600) as wait, pytest.raises(KeyboardInterrupt):
        wait(_stop)
    assert not multiprocessing.active_children()
