"""The titles of many papers at once."""

from __future__ import annotations

from sqlalchemy import update

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.library.schema import documents
from ingest.progress import Silent


def test_titles_are_those_of_the_papers_as_all_may_know_them(library: Library) -> None:
    rows = {
        "one": [Document("a", "Sleep of rowers"), Document("b", "Salt in yeast", doi="10.1000/x")],
        "two": [Document("c", "Salt, in yeast: a study", doi="10.1000/x"), Document("d", "Stale tides")],
    }
    for collection, records in rows.items():
        add(library, collection, [("test", record) for record in records], processes=1, progress=Silent())
    with library.writing() as connection:
        old = documents.c.title_forms == "stale tides"
        connection.execute(update(documents).where(old).values(analysis="0", title_forms="of before"))
    papers = {paper.id: paper.title_forms for paper in library.papers()}
    titles = library.titles([*papers, "unknown"])
    assert titles == papers
    assert {"sleep of rowers", "stale tides"} <= set(titles.values())
    assert library.titles([]) == {}
