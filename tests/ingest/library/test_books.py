"""Search books in the library: lines, runs that are only added, sets that are kept once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document
from ingest.errors import InputError, NotFoundError
from ingest.intake import add
from ingest.library.library import BookRun, Library
from ingest.progress import Silent
from litatlas.maintenance.copying import copy_library
from search.book.paper_sets import content_hash, packed_ids, unpacked_ids

RUN = BookRun(0, "", "Ada", 3, "m1", 17, 9, {"lines": [{"line": 1, "text": "ä"}]})


def test_lines_are_written_replaced_and_removed(library: Library) -> None:
    book = library.make_book("Über", owner=None)
    library.write_lines(book, {2: "b", 1: "a"})
    library.write_lines(book, {2: "b2", 5: "c"}, removed=[1])
    assert library.lines_of(book) == {2: "b2", 5: "c"}
    with pytest.raises(InputError, match="already"):
        library.make_book("Über")
    library.rename_book(book, "Other")
    assert library.book("Other").id == library.book(book.id).id == book.id
    with pytest.raises(NotFoundError, match="no search book"):
        library.book("Über")


def test_runs_are_numbered_and_sets_are_kept_once(library: Library, tmp_path: Path) -> None:
    book, other = library.make_book("One"), library.make_book("Two")
    content = packed_ids(["x1", "x2"])
    hash = content_hash(content)
    first = library.keep_run(book, RUN, {hash: content})
    second = library.keep_run(book, RUN, {hash: content, "empty": packed_ids([])})
    assert (first.run, second.run, library.keep_run(other, RUN, {}).run) == (1, 2, 1)
    assert first.facts == RUN.facts
    assert first.made
    library.freeze_run(book, 1, who="Bo", note="n")
    frozen = library.run_of(book, 1)
    library.freeze_run(book, 1, who="Cy", note="again")
    assert library.run_of(book, 1) == frozen
    assert (frozen.frozen_by, frozen.note) == ("Bo", "n")
    assert [run.run for run in library.runs_of(book)] == [2, 1]
    assert unpacked_ids(library.set_of(book, hash)) == ["x1", "x2"]
    with pytest.raises(NotFoundError):
        library.set_of(other, hash)
    with Library.open(f"sqlite:///{tmp_path}/copy.db") as copy:  # bytes are the same in every database
        copy_library(library, copy, Silent())
        assert unpacked_ids(copy.set_of(copy.book("One"), hash)) == ["x1", "x2"]
        assert copy.run_of(copy.book("One"), 1) == frozen
    library.remove_book(book)
    assert [one.name for one in library.books()] == ["Two"]
    with library.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM book_sets").scalar() == 0


def test_where_records_are(library: Library) -> None:
    documents = [
        Document(str(n), title=f"Study {n} of rivers", abstract="x", doi=f"10.1/{n}") for n in range(3)
    ]
    add(library, "A", (("f", one) for one in documents), processes=1, progress=Silent())
    twin = [Document("t", title="Study 1 of rivers", abstract="x", doi="10.1/1")]
    add(library, "B", (("f", one) for one in twin), processes=1, progress=Silent())
    papers = [paper.id for paper in library.papers()]
    places = library.places_of_papers(papers)
    assert [place.number for place in places] == sorted(place.number for place in places)
    assert {place.collection for place in places} == {"A", "B"}
    joined = next(place for place in places if place.collection == "B")
    assert joined.paper != joined.id
    assert library.papers_with_records([joined.id, "none"]) == {joined.id: joined.paper}
    assert library.last_document() == max(place.number for place in places)
    assert set(library.last_additions()) == {"A", "B"}
