"""``cites:``, ``cited_by:``, ``type:``, ``subject:`` and ``text:`` over real papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
from ingest.text.analysis import analyzer
from search.engines.tantivy.engine import TantivyEngine
from search.request import SearchRequest
from search.searcher import Searcher
from tests.search.library_of_titles import found_by
from tests.search.small_atlas import index

PAPERS = [
    Document(
        "1",
        title="On peat",
        doi="10.1000/peat",
        references=("doi:10.1000/bog", "pmid:77", "Somebody, 1950"),
        tags=("Peat soils", "Carbon"),
        type="article-journal",
        publication_types=("Journal Article", "Review"),
    ),
    Document(
        "2",
        title="On bogs",
        doi="10.1000/bog",
        pmid="78",
        tags=("Bogs",),
        type="thesis",
        other_ids=("isbn:978-3-16-148410-0",),
    ),
    Document("3", title="On fens", pmid="77", references=("pmid:78",), other_ids=("openalex:W2113264115",)),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder: Path = tmp_path_factory.mktemp("citations")
    library = Library.open(f"sqlite:///{folder / 'library.db'}")
    engine = TantivyEngine(folder / "index")
    add(library, "open", [("test", paper) for paper in PAPERS[:2]], processes=1, progress=Silent())
    add(library, "hidden", [("test", PAPERS[2])], processes=1, progress=Silent())
    index(library, engine, "papers", None)
    yield Searcher(engine, "papers", library, analyzer())
    engine.close()
    library.close()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("cites:10.1000/bog", {"On peat", "On fens"}),  # the other one by the PMID of the same paper
        ("cites:https://doi.org/10.1000/BOG", {"On peat", "On fens"}),
        ("cites:pmid:77", {"On peat"}),
        ("cites:W2113264115", {"On peat"}),
        ("cites:https://openalex.org/W2113264115", {"On peat"}),
        ("cited_by:W2113264115", {"On bogs"}),
        ("cites:10.1000/nowhere", set()),
        ("cited_by:10.1000/peat", {"On bogs", "On fens"}),
        ("cited_by:pmid:78", set()),
        ("-cites:10.1000/bog", {"On bogs"}),
        ("isbn:978-3-16-148410-0", {"On bogs"}),
        ("isbn:9783161484100", {"On bogs"}),
        ("type:review", {"On peat"}),
        ("type:article-journal", {"On peat"}),
        ('type:"journal article"', set()),
        ("type:thesis", {"On bogs"}),
        ("subject:soils", {"On peat"}),
        ('subject:"soils carbon"', set()),
        ("subject:(soils NEAR/9 carbon)", set()),
        ("subject:(peat NEAR/0 soil*)", {"On peat"}),
        ("text:bogs", {"On bogs"}),
        ("text:carbon", {"On peat"}),
        ("review[pt] AND carbon[tw]", {"On peat"}),
    ],
)
def test_finds(searcher: Searcher, query: str, titles: set[str]) -> None:
    assert found_by(searcher, query) == titles


def test_a_paper_out_of_sight_has_no_references(searcher: Searcher) -> None:
    def total(query: str, visible: frozenset[str] | None) -> int:
        return searcher.search(SearchRequest(query, visible=visible)).get("total", 0)

    assert total("cited_by:pmid:77", None) == 1
    assert total("cited_by:pmid:77", frozenset({"open"})) == 0


def test_types_are_a_facet_and_the_reading_is_told(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("exp Bogs/ or review.pt."))
    assert answer["total"] == 2
    assert {value["value"] for value in answer["facets"]["type"]} == {"article-journal", "review", "thesis"}
    reading = answer["reading"]
    assert (reading["dialect"], reading["query"]) == ("ovid", "tag:Bogs OR type:review")
    assert [each["piece"] for each in reading["inexact"]] == ["exp Bogs/"]
    assert "reading" not in searcher.search(SearchRequest("bogs"))
