"""People in JSON, however a program wrote them, are read; who cannot be read is named in a warning."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document, FieldWarning
from ingest.input_files import read_sources
from ingest.readers.parsing.jsonpeople import UNREAD, json_people
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ([{"literal": "WHO"}, {"family": "Ito", "given": "Y"}], ["WHO", "Ito, Y"]),
        ([{"display_name": "Ann Roe"}, {"author": {"display_name": "Yu Ito"}}], ["Ann Roe", "Yu Ito"]),
        ([{"full_name": "Kim Doe"}, {"collab": "The Bogs"}, {"fullName": "A"}], ["Kim Doe", "The Bogs", "A"]),
        ([{"lastName": "Roe", "firstName": "Ann"}, {"surname": "Ito"}], ["Roe, Ann", "Ito"]),
        ({"family": "Roe", "given": "A", "non-dropping-particle": "van"}, ["van Roe, A"]),
        ([{"name": {"family": "Roe", "given": "A", "suffix": "Jr"}}], ["Roe, A, Jr"]),
        ([["Roe", "Ann", ""], ["Ito", "Yu"]], ["Roe, Ann", "Ito, Yu"]),
        ("Roe A, Ito Y", ["Roe, A", "Ito, Y"]),
        (None, []),
    ],
)
def test_people_of_any_layout(value: Any, names: list[str]) -> None:
    people = json_people(value)
    assert (people.names, people.unread) == (names, [])


def test_what_holds_no_name_is_kept_apart_and_what_is_empty_is_nothing() -> None:
    people = json_people([{"id": 7}, {"family": "", "given": None}, {}, 5, {"author": {"author": {"x": 1}}}])
    assert people.names == []
    assert people.unread == [{"id": 7}, 5, {"author": {"author": {"x": 1}}}]


def test_files_give_their_authors_groups_orcids_and_warnings(tmp_path: Path) -> None:
    people = [
        {"literal": "Bog Watch"},
        {"family": "Ito", "ORCID": "https://orcid.org/0000-0002-1825-0097"},
        {"id": 7},
    ]
    record = {"title": "Moss of the north", "authors": people}
    item = {"type": "book", "title": "Fen", "author": people[1], "issued": {"date-parts": [[2005]]}}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    (tmp_path / "b.json").write_text(json.dumps([item]))
    results = [
        parsed for source in read_sources([tmp_path / "a.jsonl", tmp_path / "b.json"]) for parsed in source
    ]
    first, second = (one for one in results if isinstance(one, Document))
    assert (first.authors, first.group_authors) == (("Bog Watch", "Ito"), ("Bog Watch",))
    assert first.orcids == ("", "0000-0002-1825-0097")
    assert second.authors == ("Ito",)
    (warning,) = (one for one in results if isinstance(one, FieldWarning))
    assert (warning.field, warning.value) == ("authors", "{'id': 7}")


@pytest.mark.parametrize("name", [*(field.name for field in fields(Document)), "kinds", "notes", UNREAD])
def test_a_field_of_any_type_stops_no_file(tmp_path: Path, name: str) -> None:
    odd = [5, 1.5, True, None, "x", "", [], {}, {"a": 1}, [1, {"b": [2]}, None], [[["c"]]]]
    records = [
        {"title": f"Moss of the north {at}", "authors": ["Roe, A"], name: value}
        for at, value in enumerate(odd)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    papers = [one for _, one in read_sources([tmp_path / "a.jsonl"]) if isinstance(one, Document)]
    assert len(papers) >= len(odd) - (6 if name == "title" else 0)


def test_keys_that_other_programs_use_are_known() -> None:
    record = {
        "title": "Peat", "publicationYear": 2019, "journalTitle": "J Foo", "DOI": "10.1234/foo.1",
        "number": 3, "page": "1-9", "keyword": "fire; moss",
    }  # fmt: skip
    parsed = reader_named("jsonl").read(io.BytesIO(json.dumps(record).encode()), ReadOptions())
    (document,) = (one for one in parsed if isinstance(one, Document))
    assert (document.year, document.venue, document.doi) == (2019, "J Foo", "10.1234/foo.1")
    assert (document.issue, document.pages, document.tags) == ("", "1-9", ("fire", "moss"))


def test_works_of_openalex_refer_to_each_other_by_their_numbers(tmp_path: Path) -> None:
    records = [
        {"id": "W2113264115", "title": "Moss", "references": ["W1513817599", "10.1000/x", "W12", 7]},
        {"id": "https://openalex.org/W1513817599", "title": "Fen", "other_ids": ["pmcid:PMC1"]},
        {"id": "W7", "title": "Bog", "references": "none"},
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    read = [item for _, item in read_sources([tmp_path / "a.jsonl"]) if isinstance(item, Document)]
    assert [(paper.source_id, paper.other_ids) for paper in read] == [
        ("W2113264115", ("openalex:W2113264115",)),
        ("https://openalex.org/W1513817599", ("pmcid:PMC1", "openalex:W1513817599")),
        ("W7", ()),
    ]
    assert read[0].references[0] == "openalex:W1513817599"
    assert "W12" in read[0].references
