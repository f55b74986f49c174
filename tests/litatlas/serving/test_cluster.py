"""The whole topology on this machine (``make cluster``), its parts killed one after another under load."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import missing
from tests.papers import papers, write

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.postgresql,
    pytest.mark.nightly,
    pytest.mark.timeout(2_400),
]

ROOT = Path(__file__).parents[3]
CLIENTS, PAPERS = 50, 400
PAUSE_SECONDS = 0.4
ROUNDS = (
    ("web1", "worker1", "search1", "database", "front"),
    ("web2", "worker2", "search2", "database", "front"),
    ("web1", "worker1", "search3", "database", "front"),
)
"""What is killed while an upload and a build run: each kind of process in each round."""
SINGLE = frozenset({"database", "front"})
"""Of which there is one: while it is away, reads cannot be answered, and must say so."""


@dataclass
class Cluster:
    """The cluster that the script started, and how to work with it."""

    environment: dict[str, str]
    port: int

    def script(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "scripts" / "cluster.sh"), *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=900)

    def total(self, query: str) -> int:
        address = f"http://127.0.0.1:{self.port}/api/v1/search?q={query}&limit=1"
        with urlopen(address, timeout=60) as answer:
            return int(json.load(answer)["total"])

    def upload(self, file: Path, collection: str) -> str:
        edge = "edge-of-a-part"
        body = (
            f"--{edge}\r\n".encode()
            + f'Content-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
            + file.read_bytes()
            + f"\r\n--{edge}--\r\n".encode()
        )
        address = f"http://127.0.0.1:{self.port}/api/v1/collections/{collection}/documents"
        request = Request(address, body, {"Content-Type": f"multipart/form-data; boundary={edge}"})
        with urlopen(request, timeout=120) as answer:
            return str(json.load(answer)["id"])

    def build(self, seed: int) -> str:
        body = json.dumps({"levels": "4,8", "seed": seed}).encode()
        address = f"http://127.0.0.1:{self.port}/api/v1/builds"
        with urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=120) as answer:
            return str(json.load(answer)["id"])

    def status(self) -> dict[str, Any]:
        address = f"http://127.0.0.1:{self.port}/api/v1/status"
        for _ in range(60):
            with suppress(HTTPError), urlopen(address, timeout=60) as answer:
                status: dict[str, Any] = json.load(answer)
                return status
            time.sleep(1)  # as a 503 asks
        pytest.fail("the status was refused for a minute")

    def wait_until_ready(self) -> None:
        for _ in range(240):
            with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10):
                return
            time.sleep(0.5)
        pytest.fail("the cluster was not ready again in two minutes")

    def job(self, id: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/api/v1/jobs/{id}", timeout=60) as answer:
            return str(json.load(answer)["state"])


@dataclass
class Reading:
    """What clients met who read all the while."""

    answered: int = 0
    failed: list[str] = field(default_factory=list)
    while_away: int = 0
    wrong: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    away: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, cluster: Cluster, word: str, expected: int) -> None:
        while not self.over.wait(PAUSE_SECONDS):
            away = self.away.is_set()
            try:
                total = cluster.total(f"{word}%20collection:First")
            except (URLError, OSError) as error:
                with self._lock:
                    if away or self.away.is_set():
                        self.while_away += 1
                    else:
                        self.failed.append(str(error))
                continue
            with self._lock:
                self.answered += 1
                if total != expected:
                    self.wrong.append(total)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1] // 100 * 100 - 1_000
    environment = {
        **os.environ,
        "LITATLAS_CLUSTER_DIR": str(folder / "cluster"),
        "CLUSTER_PORT": str(port),
        "LITATLAS_COMMAND": os.environ.get("LITATLAS_COMMAND", str(ROOT / ".venv" / "bin" / "litatlas")),
    }
    made = Cluster(environment, port)
    try:
        started = made.script("start")
        if started.returncode:
            missing("elasticsearch", started.stderr.strip()[-500:])
        yield made
    finally:
        made.script("remove")


def test_parts_are_killed_under_load_and_nothing_is_lost(cluster: Cluster, tmp_path: Path) -> None:
    first = write(tmp_path / "first.jsonl", papers(PAPERS, subjects=["galaxy formation", "cardiac surgery"]))
    until_done(cluster, cluster.upload(first, "First"))
    expected = cluster.total("galaxy%20collection:First")
    whole = cluster.total("collection:First")
    assert expected > 0
    reading = Reading()
    clients = [
        threading.Thread(target=reading.read, args=(cluster, "galaxy", expected), daemon=True)
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    generation, records = cluster.status()["generation"], cluster.status()["documents"]
    for number, parts in enumerate(ROUNDS, 1):
        more = papers(
            PAPERS, subjects=["river ecology", "soil microbiology"], seed=number, prefix=f"r{number}-"
        )
        jobs = [
            cluster.upload(write(tmp_path / f"{number}.jsonl", more), f"Round{number}"),
            cluster.build(number),
        ]
        for part in parts:
            kill_and_start(cluster, part, reading)
        for job in jobs:
            until_done(cluster, job)
        records += len(more)
        assert cluster.status()["documents"] == records, f"round {number}"
    reading.over.set()
    for client in clients:
        client.join(120)
    away = f"{reading.while_away} while the only database or proxy was away"
    print(f"{reading.answered} reads answered, {len(reading.failed)} failed, {away}")
    assert reading.wrong == []
    assert reading.answered > 200
    assert len(reading.failed) <= 0.01 * reading.answered, reading.failed[:5]
    assert cluster.total("collection:First") == whole
    status = cluster.status()
    assert status["generation"] >= generation + len(ROUNDS)
    assert status["engine"]["behind"] == 0
    assert status["engine"]["papers"] == status["papers"]


def kill_and_start(cluster: Cluster, part: str, reading: Reading) -> None:
    """Kill a part under load, and start it again."""
    if part in SINGLE:
        reading.away.set()
    assert cluster.script("kill", part).returncode == 0
    time.sleep(2)
    started = cluster.script("start", part)
    assert started.returncode == 0, started.stderr[-500:]
    cluster.wait_until_ready()
    if part in SINGLE:
        time.sleep(2)
        reading.away.clear()
    time.sleep(6 if part.startswith("search") else 2)  # a node takes its copies over before the next one goes


def until_done(cluster: Cluster, job: str) -> None:
    """Wait until a job is done; one whose worker was killed is taken on by another."""
    for _ in range(1_200):
        try:
            state = cluster.job(job)
        except (URLError, OSError):
            state = "away"
        if state == "done":
            return
        assert state in ("queued", "running", "away"), state
        time.sleep(0.5)
    pytest.fail("the job was not done in ten minutes")
