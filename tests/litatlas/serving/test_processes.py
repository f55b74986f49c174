"""Processes that die are replaced, later and later where they die at once, and stopped in the end."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time

import pytest

from litatlas.serving import processes
from litatlas.serving.processes import Processes


def sleeper(started: list[subprocess.Popen[bytes]], first: bool) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-c", "import time; time.sleep(60)"]
    started.append(subprocess.Popen(line))
    assert first == (len(started) == 1)
    return started[-1]


def test_what_dies_is_replaced_and_everything_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    started: list[subprocess.Popen[bytes]] = []
    stopping = threading.Event()
    kept = Processes()
    kept.add("sleeper", lambda first: sleeper(started, first))
    watcher = threading.Thread(target=kept.run, args=[stopping])
    watcher.start()
    started[0].kill()
    _wait(lambda: len(started) == 2)
    stopping.set()
    watcher.join()
    assert [one.poll() for one in started] == [-9, -15]
    assert "a sleeper was killed by signal 9; it is replaced now" in caplog.text


def test_what_dies_again_and_again_is_replaced_ever_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead:
        def poll(self) -> int:
            return 1

        def terminate(self) -> None: ...

        def kill(self) -> None: ...

    starts: list[float] = []
    now = 0.0

    def start(_: bool) -> Dead:
        starts.append(now)
        return Dead()

    kept = Processes()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    kept.add("dead one", start)
    while now < 100:
        processes._look_after(kept._places[0], now)
        now += 0.5
    pauses = [later - sooner for sooner, later in itertools.pairwise(starts)]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 20
    assert len(starts) < 10


def _wait(condition: object) -> None:
    until = time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.05)
