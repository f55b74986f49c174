"""Exports of papers with any text in any field: each stays one record of its format, and comes back."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.document import Document
from ingest.errors import InputError
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named
from ingest.writers.formats import WRITERS, write, writer_named
from ingest.writers.latex import latex
from ingest.writers.table import COLUMNS, MARK
from ingest.writers.work import (
    CSL_TYPES,
    Work,
    date_parts,
    in_one_line,
    kind_of,
    numbers_of,
    page_range,
    remaining,
    tag_line,
)

_TEXT = st.text(alphabet="aÄ中{}\\$%&#_^~\"'<>|;:,.-=@+\r\n\t\u2028\x00\x1b ", max_size=12)
_DOCUMENTS: st.SearchStrategy[Document] = st.builds(
    Document,
    source_id=_TEXT,
    title=_TEXT,
    abstract=_TEXT,
    authors=st.lists(_TEXT, max_size=2).map(tuple),
    editors=st.lists(_TEXT, max_size=1).map(tuple),
    year=st.none() | st.integers(1450, 2030),
    venue=_TEXT,
    volume=_TEXT,
    pages=_TEXT,
    publisher=_TEXT,
    doi=_TEXT,
    url=_TEXT,
    tags=st.lists(_TEXT, max_size=2).map(tuple),
    lang=st.sampled_from(["", "en", "de", "xx"]),
    type=st.sampled_from(["", "article", *sorted(CSL_TYPES)]),
    other_ids=st.lists(_TEXT.map(lambda text: f"isbn:{text}"), max_size=1).map(tuple),
    notices=st.lists(st.sampled_from(["retracted", "corrected"]), unique=True, max_size=2).map(tuple),
    citations=st.none() | st.integers(0, 9),
)


def exported(documents: list[Document], format: str, **options: Any) -> str:
    works = [Work(document, collections=("A | B",), notes=("said\nonce",)) for document in documents]
    return "".join(write(works, format, **options))


# --- Any text


@given(st.lists(_DOCUMENTS, max_size=3))
@settings(max_examples=60)
def test_bibtex_has_one_entry_a_paper_and_its_braces_match(documents: list[Document]) -> None:
    text = exported(documents, "bibtex")
    depth = entries = 0
    for at, sign in enumerate(text):
        if sign == "@" and depth == 0:
            entries += 1
            assert re.match(r"@[a-z]+\{[a-z0-9]+,\n", text[at:])
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert (depth, entries) == (0, len(documents))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


@given(st.lists(_DOCUMENTS, max_size=3))
@settings(max_examples=60)
def test_ris_is_lines_of_tags_between_a_type_and_an_end(documents: list[Document]) -> None:
    text = exported(documents, "ris", collections=True)
    lines = text.split("\r\n")
    assert all(not line or re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines)
    tags = [line[:2] for line in lines if line]
    assert tags.count("TY") == tags.count("ER") == len(documents)
    for at, tag in enumerate(tags):
        assert (tag == "TY") == (at == 0 or tags[at - 1] == "ER")
    assert tags.count("N1") >= 2 * len(documents)


@given(st.lists(_DOCUMENTS, max_size=3))
@settings(max_examples=60)
def test_csl_is_an_array_of_items_with_a_known_type(documents: list[Document]) -> None:
    items = json.loads(exported(documents, "csl"))
    assert len(items) == len(documents)
    assert len({item["id"] for item in items}) == len(items)
    for item, document in zip(items, documents, strict=True):
        assert item["type"] == kind_of(document)
        assert item["type"] in CSL_TYPES or item["type"] == "document"
        assert item.get("title", "") == document.title
        assert not any(value in ("", [], {}) for value in item.values())


@given(st.lists(_DOCUMENTS, max_size=3))
@settings(max_examples=60)
def test_a_table_has_a_row_a_paper_and_runs_nothing(documents: list[Document]) -> None:
    text = exported(documents, "csv")
    assert text.startswith(MARK)
    rows = list(csv.reader(io.StringIO(text.removeprefix(MARK), newline="")))
    assert rows[0] == list(COLUMNS)
    assert [len(row) for row in rows] == [len(COLUMNS)] * (len(documents) + 1)
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for row in rows for cell in row if cell)


@given(st.lists(_DOCUMENTS, max_size=3))
@settings(max_examples=60)
def test_our_own_lines_say_every_field_as_it_is(documents: list[Document]) -> None:
    lines = exported(documents, "jsonl").split("\n")
    assert lines.pop() == ""
    for line, document in zip(lines, documents, strict=True):
        record = json.loads(line)
        assert {
            name: value for name, value in record.items() if name not in ("collection", "collections")
        } == {name: value for name, value in document.to_json().items() if name != "collection"}


@given(_DOCUMENTS)
@settings(max_examples=40)
@pytest.mark.parametrize("name", ["bibtex", "ris", "csl", "csv", "jsonl"])
def test_no_export_becomes_more_papers_when_it_is_read(name: str, document: Document) -> None:
    data = exported([document], name).encode("utf-8", "replace")
    found = list(reader_named(name).read(io.BytesIO(data), ReadOptions()))
    assert sum(isinstance(one, Document) for one in found) <= 1


@given(st.text(alphabet="aÄ{}\\$%&#_^~ 1", max_size=30))
def test_latex_is_balanced_and_shows_the_same_letters(text: str) -> None:
    assume(not re.search(r"\$.*\\a.*\$", text))  # a formula keeps its macros as they are
    written = latex(text)
    depth = 0
    for sign in written:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert [sign for sign in text if sign in "aÄ1"] == [
        sign for sign in re.sub(r"\\[A-Za-z]+", "", written) if sign in "aÄ1"
    ]


# --- What formats share


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_an_export_too(name: str) -> None:
    text = exported([], name)
    assert text in ("", "[]\n") or text == MARK + ",".join(COLUMNS) + "\r\n"


def test_formats_are_found_by_name_or_refused_with_the_names() -> None:
    assert writer_named(" RIS ").suffix == ".ris"
    with pytest.raises(InputError, match="'docx'") as caught:
        writer_named("docx")
    assert all(name in caught.value.hint for name in WRITERS)


@pytest.mark.parametrize("name", [name for name, writer in WRITERS.items() if writer.names_collections])
def test_collections_are_named_where_that_is_asked_for(name: str) -> None:
    paper = [Document("1", "Peat")]
    assert "A ¦ B" in exported(paper, name, collections=True) or "A | B" in exported(
        paper, name, collections=True
    )
    assert not re.search(r"A [|¦] B", exported(paper, name))


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"year": 2020, "date": "2020-03-05"}, [2020, 3, 5]),
        ({"date": "2020-03"}, [2020, 3]),
        ({"year": 2019, "date": "2020-03"}, [2019]),
        ({"year": 2019}, [2019]),
        ({}, []),
    ],
)
def test_parts_of_dates(fields: dict[str, Any], parts: list[int]) -> None:
    assert date_parts(Document("1", "T", **fields)) == parts


@pytest.mark.parametrize(
    ("pages", "ends"),
    [("100-110", ("100", "110")), ("S1-S9", ("S1", "S9")), ("e7", ("e7", "")), ("1-9, 12", ("1-9, 12", "")),
     ("a-b", ("a-b", "")), ("", ("", "")), ("7-", ("7-", "")), ("-7", ("-7", ""))],
)  # fmt: skip
def test_ends_of_pages(pages: str, ends: tuple[str, str]) -> None:
    assert page_range(Document("1", "T", pages=pages)) == ends


def test_lines_numbers_and_what_remains() -> None:
    document = Document(
        "1", "T", tags=("cyst, renal",), other_ids=("isbn:1", "pmcid:PMC2", "isbn:3"), citations=0
    )
    assert tag_line(document) == "cyst, renal;"
    assert tag_line(Document("1", "T", tags=("a;b", "c"))) == "a,b; c"
    assert numbers_of(document, "isbn") == ["1", "3"]
    assert dict(remaining(document, ("citations", "licence", "orcids"))) == {"citations": "0"}
    assert in_one_line(" a\r\n\x00 b\u2028c ") == "a b c"
