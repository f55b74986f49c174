"""The report of a search after PRISMA-S, and the files that it is published in."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from litatlas.atlas import Atlas
from litatlas.errors import InputError
from litatlas.parts.books.prisma_s import ITEMS
from litatlas.settings import load
from tests.papers import papers, write

HOSTILE = "*bold* <script>alert(1)</script> [x](javascript:y) `code` | \x07 # & $1$"
LINES = "#1 galaxy OR halo\n#2 lang:en AND patient\n#3 (#1 OR #2) NOT year:-2005"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    folder = tmp_path_factory.mktemp("reports")
    with Atlas(load(folder / "home")) as atlas:
        for name, seed in (("First", 1), ("Second", 2)):
            atlas.collections.add([write(folder / f"{name}.jsonl", papers(30, seed=seed, prefix=name))], name)
        atlas.library.describe_collection("First", source="PubMed, by query", licence="CC0")
        ids = [one.id for one in atlas.library.documents("First")]
        atlas.papers.join(ids[9], ids[1])
        yield atlas


@pytest.fixture(scope="module")
def book(atlas: Atlas) -> str:
    id = atlas.books.new("Reported", LINES)
    atlas.books.run(id, "Ada")
    atlas.books.freeze(id, 1, note="A note")
    return id


def filled(atlas: Atlas, book: str) -> dict[str, list[str]]:
    return {item["item"]: item["filled"] for item in atlas.books.report(book)["items"]}


def test_what_is_known_is_filled_in_and_the_rest_is_asked(atlas: Atlas, book: str) -> None:
    report = atlas.books.report(book)
    assert [item["item"] for item in report["items"]] == [str(number) for number in range(1, 17)]
    assert report["open"] == ["3", "4", "5", "6", "7", "10", "11", "14"]
    known = filled(atlas, book)
    assert known["1"][0].startswith("First, on litatlas ")
    assert "from PubMed, by query" in known["1"][0]
    assert known["2"][0].startswith("2 collections were searched together")
    assert known["8"] == ["#1 galaxy OR halo", "#2 lang:en AND patient", "#3 (#1 OR #2) NOT year:-2005"]
    assert known["9"] == ["#2: lang:en", "#3: not year:-2005"]
    assert known["12"] == ["The search was run once."]
    run = atlas.books.run_answer(book, 1)
    assert known["13"][0] == f"The lines were run on {run['made'][:10]}."
    last = run["lines"][-1]
    records = sum(map(len, atlas.books._run(book, 1).papers(3).values()))
    assert known["15"][0] == f"#3 found {records} records of {last['papers']} papers."
    assert f"; duplicates removed: {records - last['papers']}; " in known["16"][1]
    assert records > last["papers"]
    atlas.books.run(book)
    assert atlas.books.report(book, 1) == report
    assert filled(atlas, book)["12"][0].startswith("The lines were run 2 times")


def test_answers_are_kept_for_every_run_and_taken_back(atlas: Atlas) -> None:
    id = atlas.books.new("Answered", "galaxy")
    atlas.books.run(id)
    atlas.books.answer(id, {"14": " Reviewed by Bo, PRESS. ", "9": "No limits, as all years matter."})
    atlas.books.answer(id, {"3": "None."})
    report = atlas.books.report(id)
    assert "14" not in report["open"]
    by_item = {item["item"]: item for item in report["items"]}
    assert by_item["14"]["answer"] == "Reviewed by Bo, PRESS."
    assert by_item["9"]["filled"]
    assert by_item["9"]["answer"] == "No limits, as all years matter."
    atlas.books.answer(id, {"14": ""})
    assert atlas.books.one(id)["answers"] == {"3": "None.", "9": "No limits, as all years matter."}
    for wrong, words in (({"17": "x"}, "no item '17'"), ({"3": "x" * 20_001}, "at most 20,000")):
        with pytest.raises(InputError, match=words):
            atlas.books.answer(id, wrong)


@pytest.fixture(scope="module")
def hostile(atlas: Atlas) -> str:
    id = atlas.books.new(HOSTILE.replace("\x07", ""), 'galaxy OR "<b>bold</b>"')
    atlas.books.run(id, HOSTILE)
    atlas.books.answer(id, {item.number: HOSTILE for item in ITEMS if item.number != "8"})
    atlas.books.answer(id, {"authors": "Ada Lovelace 0000-0002-1825-0097\nBo Li", "licence": "CC-BY-4.0"})
    return id


def exported(atlas: Atlas, book: str, format: str) -> bytes:
    return b"".join(atlas.books.export(book, format))


def test_markdown_holds_every_item_and_no_markup_of_others(atlas: Atlas, hostile: str) -> None:
    text = exported(atlas, hostile, "prisma-s").decode()
    assert re.findall(r"^### (\d+)\. ", text, re.M) == [str(number) for number in range(1, 17)]
    assert r"\*bold\* \<script\>" in text
    assert "<script>" not in text.replace(r"\<script\>", "")
    assert "\x07" not in text
    assert '    #1 galaxy OR "<b>bold</b>"' in text  # code, as it was run


def test_the_word_document_is_read_again(atlas: Atlas, hostile: str) -> None:
    document = Document(io.BytesIO(exported(atlas, hostile, "prisma-s-docx")))
    rows = [row for table in document.tables for row in table.rows if row.cells[0].text != "Item"]
    assert [row.cells[0].text for row in rows] == [item.number for item in ITEMS]
    assert [row.cells[1].text for row in rows] == [item.title for item in ITEMS]
    assert '#1 galaxy OR "<b>bold</b>"' in rows[7].cells[2].text
    assert "alert(1)" in rows[13].cells[2].text
    assert document.core_properties.author == "Ada Lovelace 0000-0002-1825-0097; Bo Li"


def test_the_search_as_json_has_the_names_of_haddaway(atlas: Atlas, book: str, hostile: str) -> None:
    history = json.loads(exported(atlas, book, "search-query"))
    assert {"record_info", "authors", "date", "platform", "database", "search_string"} <= set(history)
    assert history["search_string"] == "((galaxy OR halo) OR (lang:en AND patient)) AND -year:-2005"
    assert history["database"] == ["First", "Second"]
    assert history["results"] == atlas.search(history["search_string"])["total"]
    people = json.loads(exported(atlas, hostile, "search-query"))["authors"]
    assert people == [{"name": "Ada Lovelace", "ORCID": "0000-0002-1825-0097"}, {"name": "Bo Li"}]


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["book", "hostile"])
def test_the_crate_describes_all_that_it_holds(
    atlas: Atlas, name: str, request: pytest.FixtureRequest
) -> None:
    """After the specification of RO-Crate 1.1: the descriptor, the root, and every file with its size."""
    id = request.getfixturevalue(name)
    files = unzipped(exported(atlas, id, "ro-crate"))
    metadata = json.loads(files.pop("ro-crate-metadata.json"))
    assert metadata["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities: dict[str, Any] = {entity["@id"]: entity for entity in metadata["@graph"]}
    assert len(entities) == len(metadata["@graph"])
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities[descriptor["about"]["@id"]]
    assert root["@type"] == "Dataset"
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))
    assert [part["@id"] for part in root["hasPart"]] == list(files)
    for path, content in files.items():
        assert entities[path]["@type"] == "File"
        assert entities[path]["contentSize"] == str(len(content))
        assert entities[path]["sha256"] == hashlib.sha256(content).hexdigest()
    action = entities["#run"]
    assert {entities[one["@id"]]["name"] for one in action["object"]} == {"First", "Second"}
    references = re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(metadata))
    assert [one for one in references if one not in entities and not one.startswith("https://w3id")] == []
    run = json.loads(files["run.json"])
    for line in run["lines"]:
        ids = files[f"ids/line-{line['line']}.txt"].decode().split()
        assert ids == atlas.books.ids(id, run["run"], line=line["line"])["ids"]
    assert files["papers.csv"].count(b"\n") >= run["lines"][-1]["papers"]


def test_the_crate_of_a_frozen_run_is_the_same_again(atlas: Atlas, book: str, tmp_path: Path) -> None:
    def crate() -> dict[str, bytes]:
        files = unzipped(b"".join(atlas.books.export(book, "ro-crate", 1, frozen=True)))
        return {name: files[name] for name in files if name.startswith(("ids/", "search", "run"))}

    before = crate()
    atlas.collections.add([write(tmp_path / "more.jsonl", papers(10, seed=9, prefix="m"))], "Third")
    assert crate() == before
