"""One paper with all that is known of it, records joined and split, collections described and renamed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.errors import InputError, NotFoundError
from litatlas.vocabulary import CITATIONS, EXPORTS
from tests.papers import papers, write

TWINS = [
    {"id": "one", "title": "Tides of a strait and what they move", "doi": "10.1000/tides", "year": 2001,
     "abstract": "We measured the tides of a strait over a year.", "authors": ["Ash, Ann"]},
    {"id": "two", "title": "Tides of a strait and what they move", "doi": "10.1000/tides", "pmid": "77",
     "venue": "Sea Journal", "tags": ["tides"]},
]  # fmt: skip


def joined(atlas: Atlas, folder: Path) -> dict[str, str]:
    """Two records of one paper in two collections, and another paper; ids by source id."""
    for name, rows in (
        ("A", TWINS[:1]),
        ("B", [*TWINS[1:], {"id": "three", "title": "Knots", "abstract": "On knots."}]),
    ):
        atlas.collections.add([write(folder / f"{name}.jsonl", rows)], name)
    found = {}
    for hit in atlas.search("", limit=10)["documents"]:
        page = atlas.papers.one(hit["id"], cited=[])
        found |= {page["source_id"]: page["id"]}
        found |= {row["source_id"]: row["id"] for row in page["duplicates"]}
    return found


def test_a_joined_paper_is_shown_by_any_of_its_records(empty: Atlas, tmp_path: Path) -> None:
    ids = joined(empty, tmp_path)
    assert set(ids) == {"one", "two", "three"}
    assert empty.search("", limit=0)["total"] == 2
    for source, other in (("one", "two"), ("two", "one")):
        page = empty.papers.one(ids[source], cited=[])
        assert page["source_id"] == source
        assert (page["year"], page["venue"], page["pmid"], page["tags"]) == (
            2001,
            "Sea Journal",
            "77",
            ["tides"],
        )
        assert page["collections"] == ["A", "B"]
        (twin,) = page["duplicates"]
        assert (twin["source_id"], twin["reason"]) == (other, "same DOI")
    sources = empty.papers.one(ids["one"], cited=[])["sources"]
    assert sources["abstract"] == ids["one"]
    assert sources["venue"] == ids["two"]


def test_a_wrong_join_is_split_stays_split_and_is_joined_again(empty: Atlas, tmp_path: Path) -> None:
    ids = joined(empty, tmp_path)
    empty.papers.split(ids["two"])
    assert empty.search("", limit=0)["total"] == 3
    assert empty.papers.one(ids["one"], cited=[])["venue"] == ""
    empty.collections.add([tmp_path / "B.jsonl"], "B")
    assert empty.search("", limit=0)["total"] == 3, "a new import keeps it out"
    empty.papers.join(ids["two"], ids["one"])
    assert empty.search("", limit=0)["total"] == 2
    with pytest.raises(InputError, match="only one record"):
        empty.papers.split(ids["three"])
    for change in (lambda: empty.papers.split("nosuch"), lambda: empty.papers.join("nosuch", ids["one"])):
        with pytest.raises(NotFoundError):
            change()


def test_papers_cite_each_other_where_the_library_has_both(empty: Atlas, tmp_path: Path) -> None:
    citing = {
        "id": "c",
        "title": "On harbours",
        "abstract": "On harbours.",
        "references": ["doi:10.1000/tides", "Nobody, 1900"],
    }
    empty.collections.add([write(tmp_path / "x.jsonl", [TWINS[0], citing])], "X")
    (found,) = empty.search("title:harbours")["documents"]
    page = empty.papers.one(found["id"], cited=[])
    assert [row["text"] for row in page["references"]] == ["doi:10.1000/tides", "Nobody, 1900"]
    known, unknown = page["references"]
    assert (known["title"], known["year"]) == (TWINS[0]["title"], 2001)
    assert set(unknown) == {"text"}
    cited = empty.papers.one(known["id"], cited=[])
    assert [row["id"] for row in cited["cited_by"]] == [found["id"]]


@pytest.mark.parametrize("format", list(CITATIONS))
def test_a_citation_names_the_paper(empty: Atlas, tmp_path: Path, format: str) -> None:
    ids = joined(empty, tmp_path)
    text = empty.papers.citation(ids["one"], format)
    assert "ides of a strait" in text.replace("Tides of a Strait", "Tides of a strait")
    assert "2001" in text
    assert "Ash" in text
    assert empty.papers.one(ids["one"], cited=[format])["cite"] == {format: text}


def test_exports_keep_the_order_and_each_paper_once(empty: Atlas, tmp_path: Path) -> None:
    ids = joined(empty, tmp_path)
    for format in EXPORTS:
        whole = "".join(empty.papers.export([ids["three"], ids["two"], ids["one"], ids["three"]], format))
        assert whole.index("Knots") < whole.index("Tides of a strait")
        assert whole.count("Knots") == 1
    with pytest.raises(InputError, match="export format"):
        empty.papers.export([ids["one"]], "word")
    with pytest.raises(NotFoundError):
        empty.papers.export(["nosuch"], "ris")
    assert empty.papers.titles([ids["three"], ids["two"]]) == {
        ids["three"]: "Knots",
        ids["two"]: TWINS[0]["title"],
    }
    assert empty.papers.key(ids["one"]).lower().startswith("ash")


def test_collections_are_in_exports_where_they_are_wanted(empty: Atlas, tmp_path: Path) -> None:
    ids = joined(empty, tmp_path)
    plain = "".join(empty.papers.export([ids["one"]], "ris"))
    named = "".join(empty.papers.export([ids["one"]], "ris", with_collections=True))
    assert len(named) > len(plain)
    assert "".join(empty.export("tides", "ris", with_collections=True)) == named


def test_an_identifier_stands_for_its_papers_text(empty: Atlas, tmp_path: Path) -> None:
    joined(empty, tmp_path)
    by_doi = empty.explore("  https://doi.org/10.1000/tides ")
    by_text = empty.explore(f"{TWINS[0]['title']}\n{TWINS[0]['abstract']}")
    assert [hit["id"] for hit in by_doi["documents"]] == [hit["id"] for hit in by_text["documents"]]
    assert empty.explore("10.1000/unknown tides")["documents"]


def test_a_collection_is_described_renamed_and_counted(empty: Atlas, tmp_path: Path) -> None:
    joined(empty, tmp_path)
    before = empty.collections.one("A")
    assert (before["documents"], before["papers"], before["rejected"]) == (1, 1, 0)
    empty.collections.describe("A", licence="CC0", description="Tides")
    empty.collections.describe("A", source="a harbour")
    after = empty.collections.one("A")
    assert (after["licence"], after["description"], after["source"]) == ("CC0", "Tides", "a harbour")
    empty.collections.rename("A", "Ä")
    assert [row["name"] for row in empty.collections.all()] == sorted(["Ä", "B"])
    assert empty.search('collection:"Ä"', limit=0)["total"] == 1
    with pytest.raises(NotFoundError) as error:
        empty.collections.one("A")
    assert error.value.hint
    with pytest.raises(InputError):
        empty.collections.rename("Ä", "B")


def test_a_paper_of_two_collections_stays_when_one_goes(empty: Atlas, tmp_path: Path) -> None:
    ids = joined(empty, tmp_path)
    assert empty.collections.remove("B") == 2
    assert empty.search("", limit=0)["total"] == 1
    page = empty.papers.one(ids["one"], cited=[])
    assert (page["collections"], page["duplicates"], page["venue"]) == (["A"], [], "")


def test_rejects_are_a_table_that_no_spreadsheet_obeys(empty: Atlas, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(
        '{"id": "1", "title": "Tides"}\n{"id": "2", "title": ""}\n'
        '{"id": "3", "title": "Knots", "year": "=1+1"}\n',
        "utf-8",
    )
    answer = empty.collections.add([tmp_path / "x.jsonl"], "X")
    assert (answer["read"], answer["added"], answer["rejected"]) == (3, 2, 1)
    rows = list(csv.DictReader(io.StringIO("".join(empty.collections.rejects_table("X")).lstrip("\ufeff"))))
    assert rows[0]["source"] == "x.jsonl", "without its folder"
    assert rows[0]["line"] == "2"
    assert not any(value.startswith("=") for row in rows for value in row.values())
    with pytest.raises(NotFoundError):
        empty.collections.rejects_table("nosuch")


def test_nothing_that_could_be_taken_says_why_and_leaves_no_collection(empty: Atlas, tmp_path: Path) -> None:
    rows = "".join(f'{{"id": "{number}", "title": ""}}\n' for number in range(9))
    (tmp_path / "x.jsonl").write_text(rows, "utf-8")
    with pytest.raises(InputError, match="None of the 9 records") as error:
        empty.collections.add([tmp_path / "x.jsonl"], "X")
    assert "and 4 more" in error.value.hint
    assert "line 1" in error.value.hint
    assert empty.collections.all() == []
    empty.collections.add([write(tmp_path / "y.jsonl", papers(2))], "X")
    with pytest.raises(InputError):
        empty.collections.add([tmp_path / "x.jsonl"], "X")
    assert empty.collections.one("X")["documents"] == 2, "one that was there stays"


def test_a_preview_takes_nothing_in_and_shows_a_tables_columns(empty: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Name,Jahr,Odd\nTides,2001,x\nKnots,1999,y\n", "utf-8")
    answer = empty.collections.preview(path, mapping={"title": "Name", "year": "Jahr"})
    assert [(row["title"], row["year"]) for row in answer["records"]] == [("Tides", 2001), ("Knots", 1999)]
    columns = {row["heading"]: row["field"] for row in answer["columns"]}
    assert (columns["Name"], columns["Jahr"]) == ("title", "year")
    assert empty.collections.all() == []
    assert empty.search("", limit=0)["total"] == 0
