"""The command line with a server: the same answers, errors and exit codes as on its machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from litatlas.atlas import Atlas
from litatlas.cli.main import run
from litatlas.settings import Settings
from tests.web.built_atlas import FIRST, copied, id_of
from web import create_app


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(built_home, tmp_path_factory.mktemp("remote") / "home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[tuple[str, str]]:
    settings = Settings(home=home, processes=1, accounts="on", public_reading=False)
    with Atlas(settings) as atlas:
        atlas.accounts.add("kim", "keeper", "a password of some words")
        token = atlas.accounts.make_token("kim", "", ["read"], 1)[1]
        serving = make_server("127.0.0.1", 0, create_app(settings, atlas=atlas), threaded=True)
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}", token
        serving.shutdown()
        thread.join()
        serving.server_close()


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    status = run(list(arguments))
    said = capsys.readouterr()
    try:
        return status, without_time(json.loads(said.out)), said.err
    except ValueError:
        return status, said.out, said.err


def without_time(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_time(part) for name, part in value.items() if name != "took_ms"}
    return [without_time(part) for part in value] if isinstance(value, list) else value


def test_answers_and_errors_are_those_of_the_machine(
    server: tuple[str, str], home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, token = server
    with Atlas(Settings(home=home)) as atlas:
        paper, topic = id_of(atlas, "noted"), atlas.topics.all()["topics"][0]["id"]
    monkeypatch.setenv("LITATLAS_TOKEN", token)
    for arguments in (
        ["search", "galaxy", "--limit", "150", "--json"],
        ["search", "title:(", "--json"],
        ["document", paper, "--json"],
        ["document", "none", "--json"],
        ["similar", paper, "--json"],
        ["topics", "--json"],
        ["topic", topic, "--json"],
        ["trends", "--json"],
        ["coverage", FIRST, "--json"],
        ["collections", "--json"],
        ["export", "galaxy", "--format", "ris"],
        ["search"],
    ):
        here = outcome(capsys, "--home", str(home), *arguments)
        there = outcome(capsys, "--server", address, *arguments)
        assert there == here, arguments


def test_what_a_token_or_a_server_cannot_do_is_said(
    server: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, token = server
    monkeypatch.setenv("LITATLAS_TOKEN", token)
    assert outcome(capsys, "--server", address, "rename-topic", "x", "y")[0] == 1
    assert "machine" in outcome(capsys, "--server", address, "doctor")[2]
    assert "http" in outcome(capsys, "--server", "http://atlas.example", "topics")[2]
    monkeypatch.setenv("LITATLAS_TOKEN", token[:-1])
    assert outcome(capsys, "--server", address, "topics")[0] == 1
