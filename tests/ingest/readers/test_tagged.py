"""RIS, MEDLINE, EndNote, RefWorks, Ovid and Web of Science as they come, not as they should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.document import Document, FieldWarning, Parsed
from ingest.input_files import read_sources

Read = Callable[[str], list[Parsed]]
GOOD = "TY  - JOUR\nTI  - Bees in northern towns\nAU  - Roe, L.\nAU  - Doe, K.\nPY  - 2009\nER  - \n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(text: str) -> list[Parsed]:
        path = tmp_path / "upload"
        path.write_text(text, "utf-8")
        return [parsed for _, parsed in read_sources([path])]

    return _read


def papers(parsed: list[Parsed]) -> list[Document]:
    return [one for one in parsed if isinstance(one, Document)]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("  - ", "  – "),
        GOOD.replace("  - ", " — "),
        GOOD.replace("  - ", "\u00a0\u00a0-\u00a0"),
        GOOD.replace("  - ", " - "),
        GOOD.replace("  - ", "\t- "),
        GOOD.replace("  - ", "  -"),
        GOOD.replace("  - ", "  − "),
        "> " + GOOD.replace("\n", "\n> "),
        GOOD.lower().replace("bees", "Bees").replace("roe, l.", "Roe, L.").replace("doe, k.", "Doe, K."),
        GOOD.replace("JOUR", "Journal Article"),
        GOOD.replace("ER  - \n", ""),
        GOOD.replace("TY  - JOUR\n", ""),
        GOOD.replace("TY  - JOUR\n", "").replace("AU", "TY  - JOUR\nAU", 1),
        GOOD.replace("\n", "\n\n"),
        GOOD.replace("\n", "\r"),
        "  " + GOOD.replace("\n", "\n  "),
        "Record #1 of 1\nProvider: Press\n\n" + GOOD + "\nLink to the text: https://x.example.org\n",
        GOOD + "C1  - Database: X\n\nSearch strategy\n",
        GOOD.replace("AU", "A1", 1),
        GOOD.replace("AU  - Doe", "A1  - Doe"),
        GOOD.replace("AU  - Roe, L.\nAU  - Doe, K.", "AU  - Roe, L.; Doe, K."),
    ],
)
def test_ris_that_is_not_quite_ris_is_one_paper(read: Read, text: str) -> None:
    (paper,) = papers(read(text))
    assert (paper.title, paper.authors, paper.year) == (
        "Bees in northern towns",
        ("Roe, L.", "Doe, K."),
        2009,
    )


@pytest.mark.parametrize(
    "text",
    [
        GOOD * 2,
        GOOD + GOOD.replace("TY  - JOUR\n", ""),
        GOOD.replace("ER  - \n", "\n") * 2,
        GOOD.replace("TY  - JOUR\n", "") * 2,
        (GOOD.replace("TY  - JOUR\n", "").replace("ER  - \n", "\n")) * 2,
        GOOD.replace("TY  - JOUR\n", "").replace("ER  - \n", "") + GOOD,
        GOOD.replace("ER  - ", "ER") * 2,
    ],
)
def test_two_records_stay_two(read: Read, text: str) -> None:
    assert [paper.authors for paper in papers(read(text))] == [("Roe, L.", "Doe, K.")] * 2


def test_tags_outside_a_record_are_no_paper_and_no_part_of_one(read: Read) -> None:
    parsed = read(GOOD + "UR  - https://doi.org/10.1000/other\n" + GOOD)
    assert [paper.doi for paper in papers(parsed)] == ["", ""]
    assert any(isinstance(one, FieldWarning) and "outside" in one.reason for one in parsed)


def test_fields_of_ris_wherever_programs_put_them(read: Read) -> None:
    text = (
        "TY  - CHAP\nTI  - Bees\nBT  - The book of bees\nA2  - Editor, E.\nAU  - Roe, L.\nPB  - Press\n"
        "SN  - 978-3-16-148410-0\nAB  - One.\nN2  - Two.\nAB  - One.\nER  - \n"
        "TY  - JOUR\nT1  - Wasps\nJO  - J Foo\nPY  - 2020\nDA  - JUN 15\nC7  - e104501\n"
        "UR  - <Go to ISI>://WOS:1\n"
        "UR  - https://arxiv.org/abs/2101.01234v2\nN1  - doi: 10.1000/x.7\nC2  - 31234567\n"
        "M3  - Retracted\nER  - \n"
        "TY  - JOUR\nTI  - Ants\nTT  - Fourmis\nN1  - Art. No.: 7042\nKW  - nests, queens, workers\n"
        "A1  - Roe, L.\nAU  - Roe, L.\nAU  - Doe, K.\nER  - \n"
    )
    bees, wasps, ants = papers(read(text))
    assert (bees.venue, bees.authors, bees.publisher, bees.type) == (
        "The book of bees",
        ("Roe, L.",),
        "Press",
        "chapter",
    )
    assert (bees.abstract, bees.other_ids) == ("One. Two.", ("isbn:978-3-16-148410-0",))
    assert (wasps.date, wasps.pages, wasps.doi, wasps.arxiv_id) == (
        "2020-06-15",
        "e104501",
        "10.1000/x.7",
        "2101.01234",
    )
    assert (wasps.pmid, wasps.notices, wasps.url) == (
        "31234567",
        ("retracted",),
        "https://arxiv.org/abs/2101.01234v2",
    )
    assert (ants.title, ants.pages, ants.authors) == ("Ants [Fourmis]", "7042", ("Roe, L.", "Doe, K."))
    assert ants.tags == ("nests", "queens", "workers")


def test_lines_behind_the_end_belong_to_the_record_that_ended(read: Read) -> None:
    late = "AB  - We counted bees.\nUR  - http://x.example.org/1\n"
    one, two = papers(read(GOOD + late + GOOD.replace("northern", "southern")))
    assert (one.abstract, one.url, two.abstract) == ("We counted bees.", "http://x.example.org/1", "")
    *_, last = papers(read(GOOD + late))
    assert last.abstract == "We counted bees."
    headless = "AU  - Ito, Y.\nPY  - 2010\nAB  - Of another paper.\n"  # whose first lines were lost
    one = papers(read(GOOD + headless + GOOD))[0]
    assert (one.authors, one.abstract) == (("Roe, L.", "Doe, K."), "")


def test_the_group_of_a_book_is_an_author_where_there_is_no_other(read: Read) -> None:
    talk = "PT C\nAU Roe, L\nGP IEEE\nTI Nets\nSO PROC. OF NETS\nUT WOS:1\nER\n\n"
    book = "PT B\nGP Bee Board\nTI The book of bees\nUT WOS:2\nER\n"
    assert [paper.authors for paper in papers(read(talk + book))] == [("Roe, L",), ("Bee Board",)]


def test_a_list_of_authors_ends_in_no_author(read: Read) -> None:
    (paper,) = papers(read(GOOD.replace("AU  - Doe, K.\n", "AU  - Doe C., Iris K.\nAU  - et al.\n")))
    assert paper.authors == ("Roe, L.", "Doe C., Iris K.")


def test_the_year_is_the_first_that_is_one(read: Read) -> None:
    (paper,) = papers(read(GOOD.replace("PY  - 2009", "PY  - in press\nPY  - 2009/04/01/")))
    assert (paper.year, paper.date) == (2009, "2009-04-01")


def test_medline_of_eric_and_of_pubmed(read: Read) -> None:
    eric = "OWN - ERIC\nTI  - {0}\nAU  - Groen, Mara\nAU  - And Others\nOID - EJ{0}\nJT  - J\nDP  - 2020\n\n"
    one, two = papers(read(eric.format(1) + eric.format(2)))
    assert (one.title, two.title, one.authors, one.other_ids) == ("1", "2", ("Groen, Mara",), ("eric:EJ1",))
    pubmed = (
        "PMID- 5\nOWN - NLM\nTI  - Mother-\n      and child-centred care of zinc-\n      or iron-deficient\n"
        "      children in COVID-\n      19\nFAU - Berg, Anna\nAUID- 0000-0002-1825-0097\nCN  - The Group\n"
        "FAU - Doe, K\nLID - e77 [pii]\nAB  - One.\nOAB - Zwei.\nPT  - Retracted Publication\nDP  - 2020\n"
    )
    (paper,) = papers(read(pubmed))
    assert paper.title == "Mother- and child-centred care of zinc- or iron-deficient children in COVID-19"
    assert paper.authors == ("Berg, Anna", "The Group", "Doe, K")
    assert (paper.pages, paper.abstract, paper.retracted) == ("e77", "One. Zwei.", True)


def test_web_of_science_with_tabs_groups_and_kinds(read: Read) -> None:
    text = (
        "FN Clarivate\nVR 1.0\nPT J\nCA WHO Study Grp\nTI Peat\nSO J\nAR 104\nPY 1999\nPD MAR-APR\nER\n\n"
        "PT C\nAU Silva, A\n   Costa, B\nTI Talk on\n   long-\n   term peat\nSO NOTES\nPY 2011\nER\n\n"
        "PT B\nBE Editor, E\nTI The book\nBN 978-3-16-148410-0\nPY 2010\nER\n\n"
        "PT B\nAU Roe, L\nTI A part\nSO THE BOOK\nDT Article; Book Chapter\nPY 2010\nER\n\nEF\n"
    )
    for form in (text, text.replace("\n   ", "\n\t").replace("TI ", "TI\t").replace("AU ", "AU\t")):
        group, talk, book, part = papers(read(form))
        assert (group.authors, group.pages, group.date) == (("WHO Study Grp",), "104", "1999-03")
        assert (talk.title, talk.authors, talk.type) == (
            "Talk on long-term peat",
            ("Silva, A", "Costa, B"),
            "paper-conference",
        )
        assert (book.authors, book.type, book.other_ids) == (
            ("Editor, E",),
            "book",
            ("isbn:978-3-16-148410-0",),
        )
        assert (part.type, part.venue) == ("chapter", "THE BOOK")


def test_endnote_keeps_paragraphs_and_records_without_a_start(read: Read) -> None:
    text = (
        "%0 Journal Article\n%T Bees\n%A Roe, L.; Doe, K.\n%X One.\n\nTwo.\n%U https://doi.org/10.1000/x\n\n"
    )
    text += "%0 Book\n%T Wasps\n"
    bees, wasps = papers(read(text))
    assert (bees.abstract, bees.doi, bees.authors) == ("One. Two.", "10.1000/x", ("Roe, L.", "Doe, K."))
    assert wasps.type == "book"
    assert [paper.title for paper in papers(read("%T Bees\n%A Roe, L.\n\n%T Wasps\n%A Doe, K.\n"))] == [
        "Bees",
        "Wasps",
    ]


def test_refworks_of_a_chinese_database(read: Read) -> None:
    text = "RT Journal Article\nSR 1\nA1 薛婉钰;刘娜\nT1 黄瓜组织\nJF 学报\nYR 2024\nIS 07\nvo 49\nOP 1-7\n"
    text += "K1 黄瓜;培养\nAB 目的\n方法研究\n"
    (paper,) = papers(read(text))
    assert (paper.authors, paper.issue, paper.volume, paper.pages) == (("薛婉钰", "刘娜"), "07", "49", "1-7")
    assert (paper.abstract, paper.tags) == ("目的方法研究", ("黄瓜", "培养"))


def test_endnote_xml_has_article_numbers_editors_and_notes(read: Read) -> None:
    record = (
        '<record><ref-type name="{0}">1</ref-type><contributors>{1}</contributors><titles><title>{2}</title>'
        "</titles><isbn>{3}</isbn><custom7>e77</custom7><notes>{4}</notes></record>"
    )
    editors = "<secondary-authors><author>Editor, E.</author></secondary-authors>"
    authors = "<authors><author>Roe, L.; Doe, K.</author></authors>"
    book, bees = papers(
        read(
            "<xml><records>"
            + record.format("Edited Book", editors, "The book", "978-3-16-148410-0", "")
            + record.format("Journal Article", authors, "Bees", "1234-5678", "Retracted. doi: 10.1000/x.7")
            + "</records></xml>"
        )
    )
    assert (book.type, book.authors, book.other_ids) == ("book", ("Editor, E.",), ("isbn:978-3-16-148410-0",))
    assert (bees.authors, bees.pages, bees.issn) == (("Roe, L.", "Doe, K."), "e77", ("1234-5678",))
    assert (bees.doi, bees.retracted) == ("10.1000/x.7", True)


OVID_CHAPTER = """<1>
VN  - Ovid Technologies
DB  - PsycINFO
TI  - Bees of the northern towns
AU  - Roe, L
SO  - Doe, Kim [Ed]; Poe, A [Ed]. (2012). The book of bees. (pp. 11-31). xvii, 254 pp. Town: Press.
YR  - 2012
"""


def test_a_chapter_of_ovid_stands_in_its_book(read: Read) -> None:
    (paper,) = papers(read(OVID_CHAPTER))
    assert (paper.venue, paper.pages) == ("The book of bees", "11-31")


def test_numbers_of_eric_and_of_articles_without_pages(read: Read) -> None:
    (paper,) = papers(read("PMID- 1\nTI  - Bees of the northern towns\nISSN- EISSN-2375-5636\nAB  - Bees.\n"))
    assert paper.issn == ("2375-5636",)
    article = (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
        "<Journal><Title>J</Title></Journal>"
        "<ArticleTitle>Bees of towns</ArticleTitle>{}<ELocationID EIdType='pii'>e42692</ELocationID>"
        "</Article>"
        "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    pages = "<Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>"
    assert [papers(read(article.format(told)))[0].pages for told in ("", pages)] == ["e42692", "1-9"]


def test_a_lone_carriage_return_ends_a_line_before_a_tag(read: Read) -> None:
    (document,) = read("TY  - JOUR\r\nTI  - Mixed line ends\nAU  - Roe, L.\rPY  - 2001\r\nER  - \n")
    assert isinstance(document, Document)
    assert (document.authors, document.year) == (("Roe, L.",), 2001)


def test_a_broken_line_behind_a_pubmed_number_is_no_part_of_it(read: Read) -> None:
    (paper,) = papers(read("PMID- 27433151\nSO  wrong line\nTI  - Bees of the northern towns\n"))
    assert (paper.pmid, paper.source_id) == ("27433151", "27433151")
