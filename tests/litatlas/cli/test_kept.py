"""Commands about notes, stars and saved searches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from litatlas.cli.main import cli
from tests.papers import papers, write


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    file = write(folder / "a.jsonl", papers(4, seed=1, prefix="a"))
    assert run(folder / "home", "add", str(file), "--collection", "A").exit_code == 0
    return folder / "home"


def run(home: Path, *arguments: str, input: str = "") -> Result:
    return CliRunner().invoke(cli, ["--home", str(home), *arguments], input=input)


def found(home: Path, *arguments: str) -> dict[str, list[dict[str, object]]]:
    answer: dict[str, list[dict[str, object]]] = json.loads(run(home, *arguments, "--json").stdout)
    return answer


def test_notes_stars_and_searches(home: Path) -> None:
    paper = str(found(home, "search", "")["documents"][0]["id"])
    first = run(home, "notes", "add", paper, "A *note*").stdout.strip()
    second = run(home, "notes", "add", paper, "-", input="from stdin\n").stdout.strip()
    assert [note["text"] for note in found(home, "notes", "list", paper)["notes"]] == [
        "A *note*",
        "from stdin",
    ]
    assert run(home, "notes", "change", first, "Another").exit_code == 0
    assert run(home, "notes", "remove", second).exit_code == 0
    assert "Another" in run(home, "notes", "list").stdout
    assert run(home, "mark", "star", paper).exit_code == 0
    assert [hit["id"] for hit in found(home, "mark", "star")["documents"]] == [paper]
    assert run(home, "mark", "star", paper, "--off").exit_code == 0
    assert found(home, "mark", "star")["documents"] == []
    assert run(home, "saved-searches", "save", "All", "-nothing").exit_code == 0
    assert len(found(home, "saved-searches", "run", "All")["documents"]) == 4
    assert run(home, "saved-searches", "share", "All", "--public").exit_code == 0
    assert found(home, "saved-searches", "list")["searches"][0]["name"] == "All"
    assert run(home, "saved-searches", "remove", "All").exit_code == 0
    assert found(home, "saved-searches", "list")["searches"] == []


def test_as_a_user(home: Path) -> None:
    paper = str(found(home, "search", "")["documents"][1]["id"])
    for name, role in (("kim", "keeper"), ("ann", "reader"), ("bob", "reader")):
        made = run(home, "users", "add", name, "--role", role, input="a password of words\n")
        assert made.exit_code == 0
    note = run(home, "notes", "add", paper, "Ann's", "--user", "ann").stdout.strip()
    assert found(home, "notes", "list", "--user", "bob")["notes"] == []
    assert run(home, "notes", "share", note, "--with", "bob", "--user", "ann").exit_code == 0
    assert [one["who"] for one in found(home, "notes", "list", "--user", "bob")["notes"]] == ["ann"]
