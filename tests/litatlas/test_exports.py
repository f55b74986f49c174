"""A joined paper is exported with what any of its records knows."""

from __future__ import annotations

from ingest.document import Document
from ingest.library.merging import Paper, StoredDocument
from litatlas.parts.exports import work_of


def joined(*documents: Document) -> Paper:
    members = tuple(StoredDocument(d.source_id, "C", "a", d, 1) for d in documents)
    return Paper("a", members[0], members, ("C",), 1, (), "", "")


def test_fields_of_every_record_are_exported() -> None:
    one = Document(
        source_id="a", title="Load", authors=("Berg, A",), year=2015, abstract="We followed rowers."
    )
    other = Document(
        source_id="b", title="Load", authors=("Berg, Anna",), year=2015, venue="J Foo", volume="12",
        pages="100-110", doi="10.1234/foo.77", tags=("sports injuries",), type="article-journal",
    )  # fmt: skip
    found = work_of(joined(one, other)).document
    assert (found.abstract, found.doi, found.pages) == (one.abstract, other.doi, other.pages)
    assert (found.tags, found.type, found.source_id) == (other.tags, "article-journal", "a")
