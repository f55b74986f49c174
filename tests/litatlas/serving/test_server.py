"""`litatlas serve` as it runs: what dies is replaced, everything ends together, no body is read in vain."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.commands import command, free_port, quiet
from tests.papers import papers, write

UNTIL = 90.0


class Serving:
    """A server in processes of its own."""

    def __init__(self, home: Path, *options: str, **settings: str) -> None:
        self.port = free_port()
        line = command(home, "serve", "--port", str(self.port), *options)
        environment = {**quiet(), "LITATLAS_PROCESSES": "1", "LITATLAS_WEB_PROCESSES": "2", **settings}
        self.process = subprocess.Popen(line, env=environment, stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait(lambda: any("is ready" in line for line in self.said) or self.process.poll() is not None)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, _read(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read())

    def children(self) -> dict[str, list[int]]:
        """The processes of the web and the workers."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("utf-8").split()
        found: dict[str, list[int]] = {"web": [], "worker": []}
        for pid in map(int, listed):
            kind = Path(f"/proc/{pid}/comm").read_text("utf-8").strip().removeprefix("litatlas ")
            if kind in found:  # not so one that has just begun
                found[kind].append(pid)
        return found

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)
        self._reader.join(60)
        assert not self._reader.is_alive(), "a child holds the server's output"
        assert self.process.stderr is not None
        self.process.stderr.close()


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """An empty atlas with one worker."""
    server = Serving(tmp_path / "home")
    yield server
    server.stop()


def wait(condition: Callable[[], object]) -> None:
    until = time.monotonic() + UNTIL
    while not condition():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.1)


def upload(serving: Serving, path: Path) -> str:
    boundary = "xxxxxxxx"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    status, job = serving.ask("/api/v1/collections/U/documents", body, **kind)
    assert status == 202
    return str(job["id"])


def test_what_dies_is_replaced_and_no_upload_is_lost(serving: Serving, tmp_path: Path) -> None:
    first = serving.children()
    assert [len(pids) for pids in first.values()] == [2, 1]
    job = upload(serving, write(tmp_path / "many.jsonl", papers(4_000, prefix="u")))
    wait(lambda: serving.ask(f"/api/v1/jobs/{job}")[1]["state"] == "running")
    os.kill(first["worker"][0], signal.SIGKILL)
    os.kill(first["web"][0], signal.SIGKILL)
    for _ in range(20):  # the other one answers
        try:
            assert serving.ask("/healthz")[0] == 200
        except OSError:  # a connection that the killed one had taken
            continue
    killed = {first["worker"][0], first["web"][0]}
    wait(lambda: killed.isdisjoint(chain(*serving.children().values())))  # the server has noticed
    wait(lambda: [len(pids) for pids in serving.children().values()] == [2, 1])
    now = serving.children()
    assert first["web"][0] not in now["web"]
    assert first["worker"] != now["worker"]
    wait(lambda: serving.ask(f"/api/v1/jobs/{job}")[1]["state"] == "done")
    assert serving.ask("/api/v1/search?q=&limit=1")[1]["total"] > 0
    assert serving.ask("/api/v1/status")[1]["documents"] == 4_000
    assert any("was killed by signal 9; it is replaced" in line for line in serving.said)


def test_the_processes_count_together(serving: Serving) -> None:
    for _ in range(30):
        assert serving.ask("/api/v1/collections")[0] == 200
    lines = serving.ask("/metrics")[1].splitlines()
    counted = 'litatlas_requests_total{route="api.collections",status="200"} '
    assert [float(line.removeprefix(counted)) for line in lines if line.startswith(counted)] == [30.0]
    assert 'litatlas_request_seconds_count{route="api.collections"} 30.0' in lines
    assert 'litatlas_up{part="library"} 1.0' in lines


def test_everything_ends_together(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    server = Serving(tmp_path / "home", TMPDIR=str(shared))
    assert list(shared.iterdir())
    children = server.children()
    server.process.kill()
    wait(lambda: not any(_runs(pid) for pid in children["web"] + children["worker"]))
    server.stop()
    assert not list((tmp_path / "home").glob("uploads/*"))
    assert not list(shared.iterdir())  # what the killed one could not remove


def test_what_is_forked_has_no_open_database_and_a_worker_no_address(
    serving: Serving, tmp_path: Path
) -> None:
    parent, worker = _open(serving.process.pid), _open(serving.children()["worker"][0])
    assert not [path for path in parent if path.startswith(str(tmp_path))]
    assert [path for path in worker if path.startswith(str(tmp_path / "home" / "library.db"))]
    sockets = {path for path in parent if path.startswith("socket:")}
    assert sockets
    assert sockets.isdisjoint(worker)


def _open(pid: int) -> set[str]:
    """What a process has open: files by their paths, sockets by their numbers."""
    links = Path(f"/proc/{pid}/fd").iterdir()
    found = set()
    for link in links:
        with suppress(OSError):  # closed meanwhile
            found.add(str(link.readlink()))
    return found


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.parametrize("path", ["/api/v1/explore", "/api/v1/builds", "/api/v1/judgements", "/nowhere"])
def test_brackets_without_end_are_a_bad_request(serving: Serving, path: str) -> None:
    kind = {"Content-Type": "application/json"}
    assert serving.ask(path, b"[" * 200_000, **kind)[0] in (400, 404, 413)
    assert serving.ask(path, b"[]" * 25_000_000, **kind)[0] == 413


def test_it_says_who_can_reach_it(tmp_path: Path) -> None:
    server = Serving(tmp_path / "home", "--host", "0.0.0.0", "--workers", "0")
    try:
        said = "".join(server.said)
        assert f"http://127.0.0.1:{server.port}" in said
        wait(lambda: "anyone who can reach this machine" in "".join(server.said))
    finally:
        server.stop()


def test_an_address_in_use_is_said(serving: Serving, tmp_path: Path) -> None:
    line = command(tmp_path / "other", "serve", "--port", str(serving.port))
    done = subprocess.run(line, env=quiet(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{serving.port}" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("setting", "value"), [("trusted_proxies", "10.0.0.0/8, proxy.example"), ("base_path", "no/../path")]
)
def test_a_wrong_setting_of_the_web_ends_it_at_once(tmp_path: Path, setting: str, value: str) -> None:
    environment = {**quiet(), f"LITATLAS_{setting.upper()}": value}
    line = command(tmp_path / "home", "serve", "--port", str(free_port()), "--workers", "0")
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert setting in done.stderr
    assert "is replaced" not in done.stderr
