"""Tags that differ in case, number or inversion are one value of the facet, on both engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
from ingest.text.analysis import ANALYSIS_VERSION, analyzer
from search.engines.contract import Answer, Engine, Request, Stamp
from search.engines.documents import index_papers
from search.engines.tag_spellings import TagSpellings
from search.engines.tantivy.engine import TantivyEngine
from search.request import SearchRequest
from search.searcher import Searcher
from search.tags import tag_key
from tests.search.conftest import open_node

TAGS = [
    ("Diabetes Mellitus, Type 2", "type 2 diabetes mellitus", "Pandemics"),
    ("Diabetes Mellitus, Type 2", "COVID-19"),
    ("Type 2 diabetes mellitus", "Covid-19", "pandemic"),
    ("COVID-19",),
]


def _engines(kind: str, folder: Path) -> Iterator[Engine]:
    if kind == "tantivy":
        yield TantivyEngine(folder / "index")
    else:
        yield from open_node(f"litatlas-tags-{os.getpid()}")


@pytest.fixture(
    scope="module",
    params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)],
)
def searcher(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Papers that spell their tags differently; one of them is in a collection of its own."""
    folder = tmp_path_factory.mktemp("tags")
    with Library.open(f"sqlite:///{folder / 'library.db'}") as library:
        for at, tags in enumerate(TAGS):
            text = {"title": f"Insulin of kind {'abcd'[at]}", "abstract": f"Sugar falls in group {at}."}
            part = [("test", Document(source_id=str(at), tags=tags, lang="en", **text))]
            add(library, "own" if at == 3 else "all", part, processes=1, progress=Silent())
        for engine in _engines(request.param, folder):
            stamp = Stamp(sequence=library.sequence(), analysis=ANALYSIS_VERSION)
            engine.create("tags", stamp)
            engine.write("tags", index_papers(library.papers(), analyzer(), None), stamp=stamp)
            yield Searcher(engine, "tags", library, analyzer())


def test_spellings_are_one_value_counted_by_papers(searcher: Searcher) -> None:
    facets = searcher.search(SearchRequest("insulin"))["facets"]["tag"]
    assert {row["value"]: row["count"] for row in facets} == {
        "COVID-19": 3, "Diabetes Mellitus, Type 2": 3, "Pandemics": 2,
    }  # fmt: skip


@pytest.mark.parametrize("spelling", ["type 2 diabetes mellitus", "Diabetes Mellitus, Type 2"])
def test_a_tag_is_found_and_chosen_in_any_spelling(searcher: Searcher, spelling: str) -> None:
    assert searcher.search(SearchRequest(f'tag:"{spelling}"'))["total"] == 3
    answer = searcher.search(SearchRequest("insulin", filters={"tag": [spelling]}))
    assert answer["total"] == 3
    (chosen,) = [row for row in answer["facets"]["tag"] if row["selected"]]
    assert chosen["value"] == spelling, "as it was chosen, so that it can be taken back"
    assert chosen.get("label", spelling) == "Diabetes Mellitus, Type 2"
    assert chosen["count"] == 3


def test_the_usual_spelling_is_that_of_the_papers_that_a_reader_may_see(searcher: Searcher) -> None:
    for names, usual in ((None, {"COVID-19"}), ({"all"}, {"COVID-19", "Covid-19"}), ({"own"}, {"COVID-19"})):
        visible = None if names is None else frozenset(names)
        facets = searcher.search(SearchRequest("insulin", visible=visible))["facets"]["tag"]
        (spelling,) = [row["value"] for row in facets if row["value"].lower() == "covid-19"]
        assert spelling in usual


def test_a_prefix_looks_into_every_spelling(searcher: Searcher) -> None:
    assert searcher.search(SearchRequest('tag:"type 2"*'))["total"] == 2
    assert searcher.search(SearchRequest("tag:diabetes*"))["total"] == 2


def test_a_chosen_tag_that_no_paper_has_stays_visible(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest("insulin", filters={"tag": ["No Such Tags"]}))
    assert {"value": "No Such Tags", "count": 0, "selected": True} in answer["facets"]["tag"]


def test_the_usual_spellings_are_the_same_once_all_were_counted(searcher: Searcher) -> None:
    context = searcher.context
    keys = [tag_key(tag) for tags in TAGS for tag in tags]
    for reader in (None, frozenset({"all"}), frozenset({"own"}), frozenset[str]()):
        asked, counted = (TagSpellings(context.engine, context.index) for _ in range(2))
        counted.count_all(reader, 1)
        assert counted.usual(keys, reader, 1) == asked.usual(keys, reader, 1)
    everybody = TagSpellings(context.engine, context.index)
    everybody.count_all(None, 1)
    pandemic = tag_key("pandemic")
    assert everybody.usual([pandemic], None, 1)[pandemic] == "Pandemics"
    assert everybody.usual([pandemic], frozenset({"own"}), 1)[pandemic] == pandemic, (
        "of no paper that is seen"
    )


def test_all_spellings_are_counted_when_it_was_asked_several_times(searcher: Searcher) -> None:
    class Counting:
        asked = 0

        def search(self, index: str, request: Request) -> Answer:
            Counting.asked += 1
            return searcher.context.engine.search(index, request)

    spellings = TagSpellings(cast(Engine, Counting()), searcher.context.index)
    for at in range(20):
        spellings.usual([f"unknown {at}"], None, 1)
    few, covid = Counting.asked, tag_key("covid-19")
    assert spellings.usual([covid], None, 1) == {covid: "COVID-19"}
    assert Counting.asked == few, "all are known"
    spellings.usual([covid], None, 2)
    assert Counting.asked == few + 1, "of another state of the index"
