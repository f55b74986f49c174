"""Papers are told by collection and year without their texts; private ones are left out on request."""

from __future__ import annotations

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library import papers
from ingest.library.library import Library
from ingest.progress import Silent


def take(library: Library, collection: str, *documents: Document) -> None:
    pieces = (("t.jsonl", document) for document in documents)
    add(library, collection, pieces, processes=1, progress=Silent())


def test_every_paper_has_its_collection_and_its_year(
    library_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "_STRATA", 2)
    quoted = 'He wrote "year":1234 in the margin'
    with Library.open(library_url) as library:
        take(library, "A", Document("1", title=quoted, year=1990), Document("2", title="No year at all"))
        take(library, "A", Document("3", title="A joint paper of two collections", year=2001, doi="10.1/x"))
        take(library, "B", Document("4", title="A joint paper of two collections", year=2001, doi="10.1/x"))
        take(library, "B", Document("5", title="Another one that is alone", year=2002))
        found = list(library.strata())
        assert {id for id, _, _ in found} == {paper.id for paper in library.papers()}
        assert sorted(row[1:] for row in found) == [("A", 0), ("A", 1990), ("A", 2001), ("B", 2002)]


def test_papers_of_private_collections_alone_are_left_out(library_url: str) -> None:
    with Library.open(library_url) as library:
        take(library, "A", Document("1", title="A joint paper of two collections", year=2001, doi="10.1/x"))
        take(library, "B", Document("2", title="A joint paper of two collections", year=2001, doi="10.1/x"))
        take(library, "B", Document("3", title="Another one that is alone", year=2002))
        library.share_collection("B", private=True)
        assert [year for _, _, year in library.strata(public_only=True)] == [2001]
        assert len(list(library.strata())) == 2
