"""What the command line writes for people: widths, counts, fragments; and queries that look like options."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from litatlas.cli import terminal
from litatlas.cli.commands.search import search
from litatlas.cli.main import cli, run
from litatlas.cli.text.search import search as search_text


@pytest.mark.parametrize(
    ("arguments", "query", "limit"),
    [
        (["-graph"], "-graph", 10),
        (["-has:topic", "--limit", "3"], "-has:topic", 3),
        (["--limit", "3", "--", "-has:topic"], "-has:topic", 3),
        (["heart"], "heart", 10),
    ],
)
def test_a_query_may_begin_with_a_minus(arguments: list[str], query: str, limit: int) -> None:
    context = search.make_context("search", arguments, parent=click.Context(cli))
    assert (context.params["query"], context.params["limit"]) == (query, limit)


def test_a_misspelt_option_is_still_wrong_usage() -> None:
    with pytest.raises(click.UsageError):
        search.make_context("search", ["heart", "--limt", "3"], parent=click.Context(cli))


def test_reading_where_there_is_no_atlas_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "none"
    assert run(["--home", str(home), "search", "heart"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"There is no atlas in {home}." in said.err
    assert not home.exists()
    (tmp_path / ".demo").mkdir()
    (tmp_path / ".demo" / "library.db").touch()
    assert run(["--home", str(home), "topics"]) == 1
    assert "litatlas --home .demo" in capsys.readouterr().err


def test_tables_and_text_fit_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    table = terminal.table([("x", "word " * 40, "3"), ("y", "short", "4")], ("id", "label", "n"))
    lines = click.unstyle(table).splitlines()
    assert max(map(len, lines)) <= 50
    assert lines[1].endswith("3")
    assert "…" in lines[1]
    assert max(map(len, terminal.wrapped("word " * 60).splitlines())) <= 50


def test_fragments_are_cut_once_and_one_is_one() -> None:
    assert (
        click.unstyle(terminal.fragment("… of the \ue000heart\ue001 now.")).strip() == "… of the heart now."
    )
    assert "\x1b[1mheart\x1b[0m" in terminal.fragment("of the \ue000heart\ue001 now")
    answer = {"total": 1, "took_ms": 1.0, "notice": "", "documents": [], "topics": [], "related": []}
    assert search_text(answer).startswith("1 paper in")
    assert search_text({**answer, "total": 1234}).startswith("1,234 papers in")


def test_no_answer_acts_on_a_terminal() -> None:
    bold = click.style("found", bold=True)
    text = f"a {bold}\n\x1b]0;title\x07b\x1b[2Jc\u202ed\re"
    assert terminal.safe(text) == f"a {bold}\n]0;titleb[2Jcde"


def test_migrating_nothing_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    assert run(["--home", str(home), "migrate"]) == 1
    assert "There is no atlas in" in capsys.readouterr().err
    assert not home.exists()
