"""The one lock of the house."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest.errors import BusyError
from ingest.locks import exclusive


def test_a_second_process_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "build.lock"
    code = (
        "import sys; from pathlib import Path; from ingest.locks import exclusive\n"
        f"with exclusive(Path({str(lock)!r}), 'a build'):\n    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(BusyError, match=rf"a build \(process {holder.pid} on .*\) holds the lock"),
            exclusive(lock, "another"),
        ):
            pass
    finally:
        holder.communicate("")
    with exclusive(lock, "another"):
        assert "another" in lock.read_text()


def test_threads_exclude_each_other_and_wait(tmp_path: Path) -> None:
    lock, order = tmp_path / "lock", []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with exclusive(lock, "the second", 30):
            order.append("second")

    thread = threading.Thread(target=second)
    with exclusive(lock, "the first"):
        thread.start()
        assert begun.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


@pytest.mark.parametrize("left", ["", "{", "[]", '{"doing": 1}', "a build (process 12)"])
def test_a_holder_that_cannot_be_read_is_another_process(tmp_path: Path, left: str) -> None:
    lock = tmp_path / "lock"
    with exclusive(lock, "a build"):
        lock.write_text(left)
        with (
            pytest.raises(BusyError, match="Cannot start another: another process holds the lock"),
            exclusive(lock, "another"),
        ):
            pass
