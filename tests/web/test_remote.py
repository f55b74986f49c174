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


@pytest.fixture
def working(tmp_path: Path, built_home: Path) -> Iterator[tuple[Path, str]]:
    """A home of its own, and the address of a server of it that asks for no token."""
    home = copied(built_home, tmp_path / "home")
    settings = Settings(home=home, processes=1)
    with Atlas(settings) as atlas:
        serving = make_server("127.0.0.1", 0, create_app(settings, atlas=atlas), threaded=True)
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield home, f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()
        serving.server_close()


def test_reviews_books_notes_and_saved_searches_are_worked_on_from_afar(
    working: tuple[Path, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home, address = working

    def there(*arguments: str) -> Any:
        status, answer, said = outcome(capsys, "--server", address, *arguments)
        assert status == 0, said
        return answer

    there("search-book", "new", "Dust", "--json")
    there("search-book", "add", "Dust", "galaxy", "#1 NOT year:-1999", "--json")
    there("search-book", "run", "Dust", "--who", "Ada", "--json")
    there("search-book", "freeze", "Dust", "--note", "for the paper", "--who", "Ada", "--json")
    there("search-book", "answer", "Dust", "authors", "Ada", "--json")
    new = ["--from", "galaxy", "--reason", "Not dust", "--stages", "abstract", "--reviewers", "2"]
    there("review", "new", "Dusty", *new, "--who", "Ada", "--json")
    there("review", "add", "Dusty", "--from-book", "Dust", "--who", "Ada", "--json")
    first = there("review", "next", "Dusty", "--who", "Ada", "--json")["paper"]["id"]
    there("review", "decide", "Dusty", first, "exclude", "--reason", "Not dust", "--who", "Ada", "--json")
    there("review", "decide", "Dusty", first, "include", "--who", "Bo", "--json")
    note = there("notes", "add", first, "a note", "--json")["id"]
    there("mark", "star", first)
    there("saved-searches", "save", "mine", "galaxy", "--json")
    for arguments in (
        ["search-book", "list"],
        ["search-book", "show", "Dust"],
        ["search-book", "show", "Dust", "--run", "1"],
        ["search-book", "diff", "Dust", "1", "1"],
        ["search-book", "report", "Dust"],
        ["search-book", "show", "none"],
        ["search-book", "set", "Dust", "2", "#2 OR galaxy"],
        ["review", "list"],
        ["review", "status", "Dusty"],
        ["review", "rows", "Dusty", "--who", "Ada"],
        ["review", "conflicts", "Dusty"],
        ["review", "agreement", "Dusty"],
        ["review", "topics", "Dusty"],
        ["review", "stop-report", "Dusty"],
        ["notes", "list", first],
        ["mark", "star"],
        ["saved-searches", "list"],
        ["saved-searches", "run", "mine", "--limit", "120"],
    ):
        here = outcome(capsys, "--home", str(home), *arguments, "--json")
        assert outcome(capsys, "--server", address, *arguments, "--json") == here, arguments
    for arguments in (
        ["review", "prisma", "Dusty", "--format", "svg"],
        ["review", "export", "Dusty", "--format", "csv"],
        ["search-book", "export", "Dust", "--format", "ids"],
    ):
        here, file = tmp_path / "here", tmp_path / "there"
        assert run(["--home", str(home), *arguments, "--output", str(here)]) == 0
        assert run(["--server", address, *arguments, "--output", str(file)]) == 0
        assert file.read_bytes() == here.read_bytes(), arguments
    there("review", "settle", "Dusty", first, "include", "--stage", "abstract", "--who", "Cy", "--json")
    there("review", "undo", "Dusty", "--who", "Ada", "--json")
    there("review", "plan", "Dusty", "--question", "Is there dust?", "--reason", "No", "--json")
    there("notes", "change", note, "another")
    there("notes", "remove", note)
    there("saved-searches", "remove", "mine")
    there("search-book", "rename", "Dust", "Old dust", "--json")
    table = tmp_path / "decided.csv"
    table.write_text(f"id,included\n{first},1\n", "utf-8")
    there("review", "new", "Copy", *new, "--who", "Ada", "--json")
    assert there("review", "import", "Copy", str(table), "--who", "Ada", "--json")["decided"] == 1
    assert "token" in outcome(capsys, "--server", address, "notes", "list", "--user", "kim")[2]
