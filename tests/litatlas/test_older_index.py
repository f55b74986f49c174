"""An index of another version of litatlas: said wherever one looks, mended by one command."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.commands import command, free_port, quiet
from tests.litatlas.conftest import run_command

SAID = "has layout 0"
MENDED_BY = "litatlas reindex"


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    """The built atlas as an older version would have left its index."""
    copy = tmp_path / "home"
    shutil.copytree(built_home, copy)
    for path in copy.glob("index/*/stamp.json"):
        stamp = json.loads(path.read_text("utf-8"))
        earlier = {key: stamp[key] for key in ("sequence", "analysis", "model", "dims", "history")}
        path.write_text(json.dumps({**earlier, "schema": "0"}), "utf-8")
    return copy


def test_commands_say_it_and_reindex_mends_it(home: Path, built_home: Path) -> None:
    asked = run_command(home, "search", "galaxy formation", check=False)
    assert (asked.status, asked.out) == (1, "")
    for outcome in (asked, run_command(home, "status"), run_command(home, "doctor", check=False)):
        assert SAID in outcome.out + outcome.err
        assert MENDED_BY in outcome.out + outcome.err
    before = run_command(home, "collections", "--json").json
    run_command(home, "reindex")
    assert run_command(home, "doctor", "--json").json["healthy"]  # the index of before is still there
    assert run_command(home, "collections", "--json").json == before
    answers = [run_command(at, "search", "galaxy formation", "--json").json for at in (home, built_home)]
    first, second = ([hit["id"] for hit in answer["documents"]] for answer in answers)
    assert first == second != []


def test_the_server_says_it_at_the_start_and_is_not_ready(home: Path) -> None:
    port = free_port()
    line = command(home, "serve", "--port", str(port), "--workers", "0")
    with subprocess.Popen(line, env=quiet(), stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            assert "is ready" in server.stderr.readline()
            said = server.stderr.readline()
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60)
        finally:
            server.send_signal(signal.SIGTERM)
    assert SAID in said
    assert MENDED_BY in said
    problem = json.load(refused.value)
    assert (problem["status"], MENDED_BY in problem["hint"]) == (503, True)
