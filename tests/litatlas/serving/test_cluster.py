"""The whole topology on this machine (``make cluster``), its parts killed one after another under load."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import missing
from tests.papers import papers, write

pytestmark = [pytest.mark.elasticsearch, pytest.mark.postgresql, pytest.mark.nightly]

ROOT = Path(__file__).parents[3]
CLIENTS, PAPERS = 6, 400
KILLED = ("web1", "worker1", "search2", "web2", "worker2", "search3")


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

    def job(self, id: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/api/v1/jobs/{id}", timeout=60) as answer:
            return str(json.load(answer)["state"])


@dataclass
class Reading:
    """What clients met who read all the while."""

    answered: int = 0
    failed: list[str] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def read(self, cluster: Cluster, word: str, expected: int) -> None:
        while not self.over.wait(0.05):
            try:
                total = cluster.total(f"{word}%20collection:First")
            except (URLError, OSError) as error:
                self.failed.append(str(error))
                continue
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
    second = write(
        tmp_path / "second.jsonl",
        papers(PAPERS, subjects=["river ecology", "soil microbiology"], seed=2, prefix="b"),
    )
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
    job = cluster.upload(second, "Second")
    for part in KILLED:
        assert cluster.script("kill", part).returncode == 0
        time.sleep(2)
        assert cluster.script("start", part).returncode == 0
        time.sleep(6)  # a node that comes back takes its copies over before the next one goes
    until_done(cluster, job)
    reading.over.set()
    for client in clients:
        client.join(120)
    assert reading.wrong == []
    assert reading.answered > 20
    assert len(reading.failed) <= 0.01 * reading.answered, reading.failed[:5]
    assert cluster.total("collection:First") == whole
    assert cluster.total("collection:Second") > 0.9 * PAPERS


def until_done(cluster: Cluster, job: str) -> None:
    """Wait until a job is done; one whose worker was killed is taken on by another."""
    for _ in range(600):
        try:
            state = cluster.job(job)
        except (URLError, OSError):
            state = "away"
        if state == "done":
            return
        assert state in ("queued", "running", "away"), state
        time.sleep(0.5)
    pytest.fail("the job was not done in five minutes")
