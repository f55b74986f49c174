"""The series that a book stands in, and whose ORCID is whose, in every format that has them."""

from __future__ import annotations

import io

import pytest

from ingest.document import Document
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named
from tests.ingest.writers.papers import exported


def read(name: str, text: str) -> Document:
    parsed = reader_named(name).read(io.BytesIO(text.encode()), ReadOptions())
    (document,) = [one for one in parsed if isinstance(one, Document)]
    return document


SERIES = [
    ("bibtex", "@inproceedings{a, title={Bog nets}, booktitle={Proc. of Bogs}, series={Notes in Peat}}"),
    ("ris", "TY  - CHAP\nTI  - Bog nets\nT2  - Proc. of Bogs\nT3  - Notes in Peat\nER  - \n"),
    ("enw", "%0 Book Section\n%T Bog nets\n%B Proc. of Bogs\n%S Notes in Peat\n"),
    ("csl", '[{"id": 1, "type": "chapter", "title": "Bog nets", "container-title": "Proc. of Bogs",'
            ' "collection-title": "Notes in Peat"}]'),
    ("crossref", '{"DOI": "10.1000/c3", "type": "book-chapter", "title": ["Bog nets"], "container-title": '
                 '["Notes in Peat", "Proc. of Bogs"], "is-referenced-by-count": 0}'),
    ("wos", "PT S\nTI Bog nets\nSO Proc. of Bogs\nSE Notes in Peat\nER\n"),
    ("endnote", '<xml><records><record><ref-type name="Book Section">5</ref-type><titles>'
                "<title>Bog nets</title>"
                "<secondary-title>Proc. of Bogs</secondary-title>"
                "<tertiary-title>Notes in Peat</tertiary-title></titles></record></records></xml>"),
    ("csv", "Title,Publication Title,Series\nBog nets,Proc. of Bogs,Notes in Peat\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), SERIES)
def test_a_series_stands_beside_the_book(name: str, text: str) -> None:
    document = read(name, text)
    assert (document.venue, document.series) == ("Proc. of Bogs", "Notes in Peat")


BOOK = Document(source_id="1", title="Handbook of Peat", series="Notes in Peat", type="book", year=2014)


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl", "csv", "jsonl"])
def test_a_book_keeps_its_series_through_an_export(name: str) -> None:
    assert read(name, exported([BOOK], name)).series == "Notes in Peat"


ORCIDS = ("0000-0002-1825-0097", "", "0000-0001-5109-3700")
AUTHORS = ("Berg, Anna", "Ito, Yu", "Marsh, Kim")
OWNED = [
    ("nbib", "PMID- 1\nTI  - Bog nets\nFAU - Berg, Anna\nAU  - Berg A\nAUID- ORCID: 0000-0002-1825-0097\n"
             "FAU - Ito, Yu\nAU  - Ito Y\nFAU - Marsh, Kim\nAU  - Marsh K\nAUID- ORCID: 0000000151093700\n"),
    ("csv", "Authors,Author Full Names,Article Title,ORCIDs,DOI\n"
            '"Berg, A; Ito, Y; Marsh, K","Berg, Anna; Ito, Yu; Marsh, Kim",Bog nets,'
            '"Marsh, Kim/0000-0001-5109-3700; Berg, Anna/0000-0002-1825-0097",10.1000/x\n'),
    ("wos", "PT J\nAU Berg, A\n   Ito, Y\nAF Berg, Anna\n   Ito, Yu\n   Marsh, Kim\nTI Bog nets\n"
            "OI Marsh, Kim/0000-0001-5109-3700; Berg, Anna/0000-0002-1825-0097;\n"
            "   X, Y/0000-0002-1694-233X\nER\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), OWNED)
def test_an_orcid_stays_with_its_author(name: str, text: str) -> None:
    document = read(name, text)
    assert document.authors == AUTHORS
    assert document.orcids == ORCIDS


def test_two_authors_of_one_name_get_no_orcid_by_name() -> None:
    text = "PT J\nAF Li, Xia\n   Li, Xue\nTI Bog nets\nOI Li, X/0000-0001-5109-3700\nER\n"
    assert read("wos", text).orcids == ()


def test_editors_of_endnotes_formats_are_no_authors() -> None:
    tagged = read("enw", "%0 Book Section\n%T Bog nets\n%A Berg, Anna\n%E Ito, Yu\n%B Proc. of Bogs\n")
    xml = read(
        "endnote",
        '<xml><records><record><ref-type name="Book Section">5</ref-type><contributors><authors>'
        "<author>Berg, Anna</author></authors><secondary-authors><author>Ito, Yu</author>"
        "</secondary-authors></contributors><titles><title>Bog nets</title></titles></record></records>"
        "</xml>",
    )
    for document in (tagged, xml):
        assert (document.authors, document.editors) == (("Berg, Anna",), ("Ito, Yu",))
