"""Documents as the library's JSON: read back as they were, and never with less than they hold."""

from __future__ import annotations

import json

import pytest

from ingest.document import Document
from ingest.library.backend.errors import LibraryError
from ingest.library.records import document_of, record_of

WHOLE = Document(
    "1",
    title="Of salt",
    abstract="It dissolves.",
    authors=("Curie, Marie", "Noether, Emmy"),
    year=1921,
    doi="10.1000/1",
    tags=("salt", "Größe"),
    references=("doi:10.1000/2",),
    citations=0,
    editors=("Meitner, Lise",),
)


@pytest.mark.parametrize("document", [WHOLE, Document("2", title="t"), Document("", abstract="a")])
def test_a_document_is_read_as_it_was_kept(document: Document) -> None:
    read = document_of(record_of(document))
    assert read == document
    assert hash(read) == hash(document)
    assert repr(read) == repr(document)


def test_the_same_record_is_kept_as_the_same_json_whatever_writes_it() -> None:
    text = '\x00\x1f\x7f"\\/\n\u2028é𝒳'
    expected = json.dumps({"id": "1", "title": text, "year": 0}, ensure_ascii=False, separators=(",", ":"))
    assert record_of(Document("1", title=text, year=0)) == expected
    assert record_of(Document("1", title="a\ud800b")) == '{"id":"1","title":"a?b"}'


@pytest.mark.parametrize("record", ['{"id":"1","colour":"red"}', '{"title":"without an id"}'])
def test_what_is_no_document_is_not_read_as_one(record: str) -> None:
    with pytest.raises(LibraryError, match="is damaged"):
        document_of(record)
