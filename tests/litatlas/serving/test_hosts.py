"""Two hosts as they are run: PostgreSQL, Elasticsearch or Tantivy, S3, and homes that share no folder.

The host that answers the web has a home with nothing but its settings; another one runs the jobs.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.commands import command, free_port, quiet
from tests.papers import papers, write
from tests.postgresql import fresh_database
from tests.s3_server import s3_bucket
from tests.search.conftest import NODE, open_node

SECONDS = 600.0


@pytest.fixture(
    params=["tantivy", pytest.param(NODE, marks=[pytest.mark.elasticsearch, pytest.mark.nightly])],
    ids=["tantivy", "elasticsearch"],
)
def hosts(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Path]]:
    """The homes of two hosts, each with its settings only."""
    prefix = f"hosts-{secrets.token_hex(4)}"
    clearing = open_node(prefix) if request.param == NODE else iter([None])
    next(clearing)
    with fresh_database() as library, s3_bucket(monkeypatch) as store:
        homes = [tmp_path / "one", tmp_path / "two"]
        for home in homes:
            home.mkdir(mode=0o700)
            told = {
                "library": library, "engine": request.param, "store": store, "index_prefix": prefix,
                "trainer": "portable",
            }  # fmt: skip
            lines = [f"{key} = {json.dumps(value)}\n" for key, value in told.items()]
            (home / "litatlas.toml").write_text(
                "".join([*lines, "processes = 1\nweb_processes = 1\n"]), "utf-8"
            )
        yield homes
    next(clearing, None)


def run(home: Path, *arguments: str) -> Any:
    done = subprocess.run(
        command(home, *arguments), env=quiet(), capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(command(home, *arguments), env=quiet(), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def asked(port: int, path: str, data: bytes | None = None, **headers: str) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def until(look: Any, why: Any = lambda: "") -> Any:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if value := look():
                return value
        except OSError:  # not there yet, or too busy to answer
            pass
        time.sleep(0.2)
    raise AssertionError(why())


@pytest.mark.postgresql
@pytest.mark.timeout(3000)
def test_a_host_with_only_its_settings_serves_the_same_and_its_uploads_are_added_elsewhere(
    hosts: list[Path], tmp_path: Path
) -> None:
    one, two = hosts
    first = write(tmp_path / "first.jsonl", papers(80, seed=1, prefix="first"))
    assert run(one, "add", str(first), "--collection", "first", "--json")["added"] == 80
    run(one, "build", "--levels", "3,6")
    port = free_port()
    with running(one, "worker"), running(two, "serve", "--port", str(port), "--workers", "0"):
        until(lambda: asked(port, "/readyz")["status"] == "ok", lambda: (two / "log").read_text("utf-8"))
        query = "/api/v1/search?q=the&limit=50"
        theirs, ours = asked(port, query), run(one, "search", "the", "--limit", "50", "--json")
        assert theirs["total"] == ours["total"] > 0
        assert hits(theirs) == hits(ours)
        assert asked(port, "/api/v1/topics")["topics"] == run(one, "topics", "--json")["topics"]
        more = write(tmp_path / "more.jsonl", papers(20, seed=2, prefix="more")).read_bytes()
        job = uploaded(port, "more", more)
        done = until(lambda: over(port, job), lambda: (one / "log").read_text("utf-8"))
        assert (done["state"], done["result"]["added"]) == ("done", 20), done
        until(lambda: asked(port, "/api/v1/search?q=collection:more")["total"] == 20)
        until(lambda: run(two, "status", "--json")["store"]["current"])
        assert hits(asked(port, query)) == hits(run(one, "search", "the", "--limit", "50", "--json"))
        assert not any((two / "uploads").rglob("*.jsonl")), "a host that only answers the web keeps nothing"
    checks = {check["name"]: check for check in run(two, "doctor", "--json")["checks"]}
    assert all(checks[name]["ok"] for name in ("store", "model", "index", "suggestions")), checks
    assert {path.name for path in two.iterdir()} >= {
        "litatlas.toml",
        "models",
        "segments",
        "aids",
        "store.json",
    }


def hits(answer: dict[str, Any]) -> list[Any]:
    return [(hit["id"], round(hit["score"], 5), hit["topics"]) for hit in answer["documents"]]


def uploaded(port: int, collection: str, content: bytes) -> str:
    edge = secrets.token_hex(8)
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="more.jsonl"\r\n\r\n'.encode()
    kind = f"multipart/form-data; boundary={edge}"
    path = f"/api/v1/collections/{collection}/documents"
    answer = asked(port, path, head + content + f"\r\n--{edge}--\r\n".encode(), **{"Content-Type": kind})
    return str((answer.get("jobs") or [answer])[0]["id"])


def over(port: int, job: str) -> dict[str, Any] | None:
    answer: dict[str, Any] = asked(port, f"/api/v1/jobs/{job}")
    return answer if answer["state"] in ("done", "failed", "cancelled") else None
