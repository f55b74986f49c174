"""`litatlas review simulate`: labelled files of every kind, and those that cannot be simulated."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from litatlas.cli.main import run
from litatlas.errors import InputError
from litatlas.parts.reviewing.exchange.labelled_files import labelled_papers
from litatlas.parts.reviewing.simulating import simulate_file

ROWS = [
    {
        "id": f"p{at}",
        "title": f"{'airway asthma' if at % 3 == 0 else 'wheat soil'} number{at}",
        "included": int(at % 3 == 0),
    }
    for at in range(30)
]


def written(folder: Path, kind: str) -> Path:
    path = folder / f"labelled.{kind}"
    if kind == "csv":
        lines = [f'{row["id"]},"{row["title"]}\n""quoted"", and, commas",{row["included"]}' for row in ROWS]
        path.write_text("id,title,included\n" + "\n".join(lines), "utf-8")
    elif kind == "tsv":
        lines = [f"{row['id']}\t{row['title']}\t{row['included']}" for row in ROWS]
        path.write_text("id\ttitle\tlabel_included\n" + "\n".join(lines), "utf-8")
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode()))
    elif kind == "xlsx":
        book = Workbook()
        for cells in [
            ["id", "title", "included"],
            *([row["id"], row["title"], row["included"]] for row in ROWS),
        ]:
            book.active.append(cells)
        book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl.gz", "xlsx"])
def test_every_kind_of_file_gives_the_same_labels(tmp_path: Path, kind: str) -> None:
    papers = labelled_papers(written(tmp_path, kind))
    assert [(paper.id, paper.label) for paper in papers] == [(row["id"], row["included"]) for row in ROWS]
    assert all("number" in paper.record.title for paper in papers)


def test_an_answer_has_every_paper_once_and_the_same_again(tmp_path: Path) -> None:
    path = written(tmp_path, "jsonl.gz")
    answer = simulate_file(path, seed=4)
    assert sorted(answer["order"]) == sorted(row["id"] for row in ROWS)
    assert (answer["records"], answer["included"]) == (30, 10)
    assert 0 < answer["stopped_at"] <= 30
    assert answer == simulate_file(path, seed=4)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("title,year\na,1\n", "no column of labels"),
        ("title,included\na,2\n", "neither 1 nor 0"),
        ("title,included\na,1\nb,1\n", "same label"),
        ("title,included\na,1\nb,\nc,0\n", "no label"),
        ("title,included\n", "no paper"),
        ('{"title": "a", "included": 1}\n[1]\n', "not a JSON object"),
    ],
)
def test_what_cannot_be_simulated_says_why(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "labelled.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=word):
        simulate_file(path)


def test_the_command_prints_the_answer_and_fails_in_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", "simulate", str(written(tmp_path, "csv")), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["records"] == 30
    assert run(["review", "simulate", str(tmp_path / "none.csv")]) == 1
    assert "cannot be read" in capfd.readouterr().err
