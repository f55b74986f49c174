"""`litatlas harvest` from end to end, against a local server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litatlas.atlas import Atlas
from litatlas.cli.main import run
from litatlas.settings import load
from litatlas.worker import JobProgress, run_job
from tests.ingest.harvest.harvest_server import Entry, Fault, Server, entries, running


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("LITATLAS_OPENALEX_KEY", "paid")
    with running() as server:
        server.store = entries(25)
        yield server


def test_harvested_papers_are_searchable(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*arguments: str) -> Any:
        assert run(["--home", str(tmp_path / "home"), *arguments, "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    asked = ["harvest", "openalex", "graphs", "--collection", "Live", "--base-url", f"{server.url}/openalex"]
    part = command(*asked, "--limit", "10")
    assert (part["added"], part["complete"]) == (10, False)
    assert any("LITATLAS_CONTACT" in notice for notice in part["notices"])
    rest = command(*asked)
    assert (rest["added"], rest["resumed"], rest["complete"]) == (15, True, True)
    assert command("search", server.store[20].title)["documents"][0]["source_id"] == "W21"
    server.store.append(Entry(26, "2024-03-09", "2024-03-09"))
    [fresh] = command("harvest", "refresh", "--collection", "Live")["harvests"]
    assert (fresh["added"], fresh["read"], fresh["since"]) == (1, 1, "2024-03-08")
    server.store.append(Entry(27, "2024-03-10", "2024-03-10"))
    with Atlas(load(tmp_path / "home")) as atlas:
        job = atlas.jobs.submit_refresh("Live")
        claimed = atlas.library.claim_job()
        assert claimed is not None
        run_job(atlas, claimed, JobProgress(atlas.library, claimed.id, threading.Event()))
        done = atlas.jobs.one(job["id"])
    assert (done["state"], done["result"]["harvests"][0]["added"]) == ("done", 1)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "home").glob("library.db*"))
    assert b"api_key" not in stored
    assert b"paid" not in stored


def test_failures_say_why_and_print_nothing(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "home"), "harvest"]
    server.faults = [Fault(401)]
    url = f"{server.url}/openalex"
    for arguments, said in (
        (["openalex", "x", "--collection", "Live", "--base-url", url], "LITATLAS_OPENALEX_KEY"),
        (["openalex", "--collection", "Live", "--base-url", url], "everything"),
        (["crossref", "--filter", "type", "--collection", "Live"], "not a filter"),
        (["oai", "file:///etc/passwd", "--collection", "Live"], "not the address"),
        (["arxiv", "--from", "soon", "--collection", "Live"], "2024-05-31"),
        (["refresh", "--collection", "Live"], "no collection"),
    ):
        assert run([*home, *arguments, "--json"]) == 1
        captured = capsys.readouterr()
        assert said in captured.err
        assert captured.out == ""


def test_a_collection_of_files_has_nothing_to_refresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "home")]
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "A paper on rivers"}))
    assert run([*home, "add", str(tmp_path / "a.jsonl"), "--collection", "Files"]) == 0
    assert run([*home, "harvest", "refresh", "--collection", "Files"]) == 1
    assert "was not harvested" in capsys.readouterr().err
