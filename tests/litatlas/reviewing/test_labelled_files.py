"""Files of decisions from other tools: every shape that is read, and everything that is refused in words."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from litatlas.errors import InputError
from litatlas.parts.reviewing.exchange.labelled_files import LABELS, Labelled, labelled_papers
from litatlas.parts.reviewing.exchange.review_imports import told
from litatlas.parts.reviewing.simulating import simulate_file

CSV = b"id,title,doi,included\n1,Tides,10.1000/A,1\n2,Knots,,0\n3,Ropes,,\n"
EXPECTED = [("1", "Tides", 1), ("2", "Knots", 0), ("3", "Ropes", None)]


def read(folder: Path, content: bytes, name: str = "file") -> list[Labelled]:
    path = folder / name
    path.write_bytes(content)
    return labelled_papers(path)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, packed = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        CSV.replace(b",", b";"),
        CSV.replace(b",", b"\t"),
        CSV.replace(b"\n", b"\r\n"),
        CSV.replace(b"Ropes,,", b"Ropes"),
        b"\xef\xbb\xbf" + CSV,
        CSV.decode().encode("utf-16"),
        gzip.compress(CSV, mtime=0),
        CSV.replace(b"included", b"Final Included"),
        CSV.replace(b",1\n", b",Yes\n").replace(b",0\n", b",irrelevant\n").replace(b",,\n", b",,-1\n"),
        b'{"id":1,"title":"Tides","doi":"10.1000/A","included":1}\n{"id":"2","title":"Knots","label":0}\n'
        b'{"id":3,"title":"Ropes","included":null}',
        b'[{"id":1,"title":"Tides","doi":"10.1000/A","included":true},'
        b'{"id":2,"title":"Knots","included":false},{"id":3,"title":"Ropes","included":""}]',
        workbook(("id", "title", "doi", "included"), (1, "Tides", "10.1000/A", 1), (2, "Knots", None, 0),
                 (3, "Ropes", None, None)),
    ],
    ids=["comma", "semicolon", "tab", "windows", "short rows", "bom", "utf-16", "gzip", "heading", "words",
         "jsonl", "json", "workbook"],
)  # fmt: skip
def test_the_same_papers_in_every_shape(tmp_path: Path, content: bytes) -> None:
    papers = read(tmp_path, content)
    assert [(paper.id, paper.record.title, paper.label) for paper in papers] == EXPECTED
    assert "doi:10.1000/a" in papers[0].record.keys
    assert papers[1].record.keys == ("2",)


def test_of_several_columns_of_labels_the_surest_counts(tmp_path: Path) -> None:
    headings = ",".join(["title", *reversed(LABELS)])
    values = ",".join(["Tides", *["0"] * (len(LABELS) - 1), "1"])
    assert read(tmp_path, f"{headings}\n{values}\n".encode())[0].label == 1


def test_lists_in_cells_and_in_json_are_the_same(tmp_path: Path) -> None:
    table = b'title,authors,keywords,references,included\nT,"Abbott, Ada; Brown, Bo",x; y,r1|r2,1\n'
    record = {
        "title": "T",
        "authors": ["Abbott, Ada", "Brown, Bo"],
        "keywords": ["x", "y"],
        "references": ["r1", "r2"],
    }
    one, other = read(tmp_path, table)[0], read(tmp_path, json.dumps(record | {"included": 1}).encode())[0]
    assert (one.record.authors, one.record.tags) == (("Abbott, Ada", "Brown, Bo"), ("x", "y"))
    assert one.record.references == other.record.references == ("r1", "r2")
    assert (other.record.authors, other.record.tags) == (one.record.authors, one.record.tags)


def test_a_paper_without_an_id_is_called_by_its_row(tmp_path: Path) -> None:
    assert [paper.id for paper in read(tmp_path, b"title,included\nA,1\n\nB,0\n")] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "no paper"),
        (b"title,included\n", "no paper"),
        (b"title,year\nTides,1999\n", "no column of labels"),
        (b"title,included\nTides,perhaps\n", "'perhaps'"),
        (b"title,included\nTides,2\n", "Paper 1"),
        (b"title,included\nTides,1,more\n", "more cells"),
        (b'{"title":"Tides","included":1}\n[1]\n', "not a JSON object"),
        (gzip.compress(CSV, mtime=0)[:-12], "cannot be read"),
        (gzip.compress(CSV, mtime=0)[:10] + b"\xff" * 40, "cannot be read"),
        (b"PK\x03\x04 no workbook", ""),
    ],
)
def test_what_is_no_file_of_labels_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, content)
    assert part in refused.value.message
    assert refused.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError):
            labelled_papers(path)
        with pytest.raises(InputError, match="not a file"):
            told(path)


@given(st.binary(max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_papers_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for head in (b"", b"\x1f\x8b\x08\x00", b"title,included\n", b"[{"):
        path.write_bytes(head + content)
        with suppress(InputError):
            papers = labelled_papers(path)
            assert papers
            assert all(paper.label in (0, 1, None) for paper in papers)


# -- RIS and project files of ASReview ----------------------------------------------------------------------


def ris(*notes: str) -> bytes:
    return "".join(
        f"TY  - JOUR\nTI  - Paper {number}\nDO  - 10.1000/{number}\n{note}ER  - \n\n"
        for number, note in enumerate(notes)
    ).encode()


def test_notes_of_asreview_and_rayyan(tmp_path: Path) -> None:
    path = tmp_path / "x.ris"
    path.write_bytes(
        ris(
            "N1  - ASReview_relevant\n",
            "N1  - ASReview_irrelevant\n",
            "N1  - ASReview_not_seen\n",
            'N1  - RAYYAN-INCLUSION: {"Ada"=>"Included"}\n',
            'N1  - RAYYAN-INCLUSION: {"Ada"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: language\n',
            'N1  - RAYYAN-INCLUSION: {"Ada"=>"Included", "Bob"=>"Excluded"}\n',
            'N1  - RAYYAN-INCLUSION: {"Ada"=>"Maybe"}\n',
            "",
        )
    )
    papers = told(path)
    assert [paper.verdict for paper in papers] == [
        "include", "exclude", "", "include", "exclude", "maybe", "maybe", "",
    ]  # fmt: skip
    assert papers[3].names == ("doi:10.1000/3",)
    path.write_bytes(ris("", "N1  - a note\n"))
    with pytest.raises(InputError, match="no decisions"):
        told(path)


def test_each_record_of_ris_has_its_own_notes(tmp_path: Path) -> None:
    path = tmp_path / "x.ris"
    text = (
        "TY  - JOUR\nTI  - Tides\nN1  - ASReview_relevant\nER  - \n\n"
        "TY  - JOUR\nDO  - 10.1000/untitled\nN1  - ASReview_irrelevant\nER  - \n\n"
        "TY  - JOUR\nTI  - Knots\nN1  - ASReview_relevant\n\n"  # its end is missing
        "TY  - JOUR\nTI  - Ropes\nN1  - ASReview_irrelevant\nER  - \n"
    )
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(text.encode(encoding))
        assert [(paper.title, paper.verdict) for paper in told(path)] == [
            ("Tides", "include"), ("", "exclude"), ("Knots", "include"), ("Ropes", "exclude"),
        ]  # fmt: skip
        assert told(path)[1].names == ("doi:10.1000/untitled",)


def test_an_archive_of_rayyan_has_a_log_beside_its_articles(tmp_path: Path) -> None:
    path = tmp_path / "rayyan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("customizations_log.csv", "article_id,user_email,key,value\n1,a@b.org,included,1\n")
        archive.writestr(
            "articles.csv",
            'key,title,notes\n1,Tides,"RAYYAN-INCLUSION: {""Ada""=>""Included""}"\n2,Knots,\n',
        )
        archive.writestr("screen_csv.csv", "Title,Covidence #,Notes\n")
    assert [(paper.title, paper.verdict) for paper in told(path)] == [("Tides", "include"), ("Knots", "")]


def project(path: Path, *, about: bytes = b'{"project_file_version": 3}', **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", about)
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_db", ".db").replace("_csv", ".csv"), content)
    return path


def results(folder: Path, *labels: tuple[str, object]) -> bytes:
    path = folder / "made.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE record (record_id, dataset_row, title, doi)")
        connection.execute("CREATE TABLE results (record_id, label, note)")
        for at, (title, label) in enumerate(labels):
            connection.execute("INSERT INTO record VALUES (?, ?, ?, ?)", (at, at, title, f"10.1000/{at}"))
            if label is not None:
                connection.execute("INSERT INTO results VALUES (?, ?, 'why')", (at, label))
    connection.close()
    return path.read_bytes()


def test_the_labels_of_a_project(tmp_path: Path) -> None:
    labels = results(tmp_path, ("Tides", 1), ("Knots", 0), ("Ropes", None), ("Odd", 7))
    papers = told(project(tmp_path / "x.asreview", results_db=labels))
    assert [(paper.title, paper.verdict, paper.note) for paper in papers] == [
        ("Tides", "include", "why"), ("Knots", "exclude", "why"), ("Ropes", "", ""), ("Odd", "", "why"),
    ]  # fmt: skip
    assert papers[0].names == ("doi:10.1000/0",)
    unlabelled = b"title,doi\nTides,10.1000/0\nKnots,10.1000/1\n"  # as ASReview keeps what it was given
    path = project(tmp_path / "y.asreview", results_db=labels, data__papers_csv=unlabelled)
    assert [paper.verdict for paper in told(path)] == ["include", "exclude", "", ""]


@pytest.mark.parametrize(
    ("about", "part"),
    [
        (b'{"project_file_version": 4}', "newer ASReview"),
        (b'{"project_file_version": 2}', "older ASReview"),
        (b"{}", "older ASReview"),
        (b'{"project_file_version": "new"}', "no readable project.json"),
        (b'{"project_file_version": Infinity}', "no readable project.json"),
        (b"[]", "no readable project.json"),
        (b"not json", "no readable project.json"),
        (b"[" * 100_000, "no readable project.json"),
        (b"\xff\xfe\xff", "no readable project.json"),
    ],
)
def test_projects_that_cannot_be_read_are_refused(tmp_path: Path, about: bytes, part: str) -> None:
    path = project(tmp_path / "x.asreview", about=about, results_db=results(tmp_path, ("Tides", 1)))
    with pytest.raises(InputError, match=part) as refused:
        told(path)
    assert refused.value.hint


def test_projects_that_are_damaged_are_refused(tmp_path: Path) -> None:
    whole = project(tmp_path / "whole", results_db=results(tmp_path, ("Tides", 1)), data__papers_csv=CSV)
    data = whole.read_bytes()
    at = data.index(b"results.db") + len(b"results.db")
    path = tmp_path / "x.asreview"
    for damaged in (
        project(tmp_path / "a", results_db=b"no database").read_bytes(),
        project(tmp_path / "b", results_db=b"").read_bytes(),
        data[: at + 5] + bytes(60) + data[at + 65 :],
        data[: len(data) // 2],
    ):
        path.write_bytes(damaged)
        with pytest.raises(InputError) as refused:
            told(path)
        assert refused.value.hint


# -- a labelled file read as a review -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "stop", "part"),
    [
        (["1", "0", ""], 0.95, "1 of 3 papers have no label"),
        (["1", "1"], 0.95, "the same label"),
        (["0"], 0.95, "the same label"),
        (["1", "0"], 1.0, "recall to stop at"),
        (["1", "0"], 0.4, "recall to stop at"),
    ],
)
def test_a_simulation_needs_papers_of_both_labels(
    tmp_path: Path, labels: list[str], stop: float, part: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "title,included\n" + "".join(f"T{at},{label}\n" for at, label in enumerate(labels)), "utf-8"
    )
    with pytest.raises(InputError, match=part) as refused:
        simulate_file(path, stop=stop)
    assert refused.value.hint
