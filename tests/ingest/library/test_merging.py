"""A joined paper knows what any of its records knows, and of each field where it is from."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document
from ingest.library.merging import merge

ABSTRACT = Document(
    "a1",
    "LOAD AND KNEE PAIN IN ROWERS OF THE NORTH",
    "We followed 412 rowers for two seasons.",
    authors=("Berg, A",),
    year=2015,
    tags=("rowing",),
    type="article",
)
DOI = Document(
    "b1",
    "Load and knee pain in rowers of the north",
    authors=("Berg, Anna",),
    year=2015,
    date="2015-03",
    venue="Journal of Foo",
    volume="12",
    doi="10.1234/foo.77",
    tags=("sports injuries", "rowing"),
    type="article-journal",
)
PAGES = Document("c1", DOI.title, year=2015, date="2015-03-09", venue="J Foo", issue="3", pages="100-110")
RECORDS = [("A", ABSTRACT), ("B", DOI), ("C", PAGES)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_each_field_is_from_the_record_that_tells_it(order: tuple[int, ...]) -> None:
    records = [RECORDS[at] for at in order]
    merged = merge(records, order.index(0))
    assert merged.document == replace(
        DOI,
        source_id="a1",
        abstract=ABSTRACT.abstract,
        date="2015-03-09",
        issue="3",
        pages="100-110",
        tags=("rowing", "sports injuries"),
    )
    told = {"abstract": "A", "authors": "B", "venue": "B", "doi": "B", "pages": "C", "date": "C"}
    assert {name: merged.sources[name] for name in told} == told
    assert records[merged.title_of][0] != "A"
    assert records[merged.abstract_of][0] == "A"


def test_a_preprint_lends_what_the_journal_does_not_tell() -> None:
    preprint = Document(
        "1", "Tides", "The whole abstract of the tides, as long as it was written by the author himself.",
        authors=("Roe, A",), year=2019, venue="arXiv", pages="12 pages", arxiv_id="1901.00001",
        doi="10.48550/arxiv.1901.00001",
    )  # fmt: skip
    journal = Document(
        "2", "Tides", "The whole", ("Roe, A",), 2021, venue="J Sea", volume="4", doi="10.1/tides"
    )
    whole = merge([("P", preprint), ("J", journal)], 1).document
    assert (whole.venue, whole.volume, whole.year, whole.doi) == ("J Sea", "4", 2021, "10.1/tides")
    assert (whole.arxiv_id, whole.abstract) == ("1901.00001", preprint.abstract)
    assert whole.other_ids == ("doi:10.48550/arxiv.1901.00001",)


def test_a_retraction_in_one_record_is_the_papers() -> None:
    marked = Document("1", "RETRACTED: Tides of a strait", notices=("retracted",))
    whole = merge([("A", marked), ("B", Document("2", "Tides of a strait"))], 0).document
    assert (whole.title, whole.retracted) == ("Tides of a strait", True)


def test_one_record_is_the_paper() -> None:
    merged = merge([("B", DOI)], 0)
    assert merged.document is DOI
    assert set(merged.sources.values()) == {"B"}
    assert "abstract" not in merged.sources


texts = st.sampled_from(["", "a", "b"])
RANDOM = st.builds(
    Document,
    st.just("1"),
    **{
        one.name: st.lists(texts.filter(bool), max_size=2).map(tuple)
        if one.default == ()
        else st.sampled_from([None, 1, 2])
        if one.default is None
        else texts
        for one in fields(Document)[1:]
    },
)


@given(st.lists(RANDOM, min_size=1, max_size=4), st.data())
def test_no_field_that_a_record_has_is_lost(documents: list[Document], data: st.DataObject) -> None:
    shown = data.draw(st.integers(0, len(documents) - 1))
    merged = merge([(str(at), document) for at, document in enumerate(documents)], shown)
    for one in fields(Document)[1:]:
        if one.name in (
            "collection",
            "orcids",
            "group_authors",
            "date",
        ):  # of the shown, the authors, the year
            continue
        values = [getattr(document, one.name) for document in documents]
        value = getattr(merged.document, one.name)
        if one.name == "other_ids":  # the other records' DOIs stand there too
            value = tuple(id for id in value if not id.startswith("doi:"))
        assert (value in ("", (), None)) == all(v in ("", (), None) for v in values), one.name
        if value not in ("", (), None):
            source = documents[int(merged.sources[one.name])]
            assert getattr(source, one.name) not in ("", (), None)
