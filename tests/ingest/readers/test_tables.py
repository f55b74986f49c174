"""Tables as real services write them: one invented paper after each service's own headings."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named, sniff

PAPER = {
    "title": "Peat fires and lung function",
    "authors": ("Marsh, Kim", "Oduya, Peter T."),
    "year": 2019,
    "venue": "J Foo",
    "volume": "12",
    "issue": "3",
    "pages": "100-110",
    "doi": "10.1234/foo.1",
    "type": "article-journal",
}
INITIALS = {"authors": ("Marsh, K.", "Oduya, P.T.")}
MORE = {"abstract": "We study peat.", "tags": ("peat", "fire")}
DATA = Path(__file__).parents[1] / "data" / "tables.txt"
SERVICES = {
    name: text
    for section in DATA.read_text("utf-8").split("\n==== ")[1:]
    for name, text in [section.split("\n", 1)]
}
EXPECTED: dict[str, dict[str, Any]] = {
    "scopus": {
        **PAPER,
        **MORE,
        "pmid": "31000001",
        "lang": "en",
        "citations": 7,
        "open_access": "gold",
        "other_ids": ("scopus:2-s2.0-85012345678",),
        "issn": ("1234-5678",),
    },
    "wos": {
        **PAPER,
        **MORE,
        "authors": ("Marsh, Kim", "Oduya, Peter T.", "Peat Plenum"),
        "date": "2019-04-15",
        "group_authors": ("Peat Plenum",),
        "other_ids": ("wos:WOS:000123456700001",),
        "citations": 7,
    },
    "embase": {
        **PAPER,
        **INITIALS,
        "abstract": "We study peat.",
        "date": "2019-04-01",
        "pmid": "31000001",
        "tags": ("peat", "fire", "cyst (diagnosis, surgery)", "human"),
        "other_ids": ("embase:2001234567",),
    },
    "embase of few columns": {**PAPER, **MORE, **INITIALS, "doi": ""},
    "embase by row": {**PAPER, **MORE, **INITIALS},
    "ovid": {**PAPER, **MORE, "date": "2019-04", "issn": ("1234-5678",)},
    "ebsco": {**PAPER, **MORE, "issn": ("1234-5678",), "publisher": "Foo Press"},
    "proquest": {**PAPER, **MORE, "lang": "en", "date": "2019-04"},
    "ieee": {
        **PAPER,
        **MORE,
        "authors": ("Kim Marsh", "Peter T. Oduya"),
        "publisher": "IEEE",
        "citations": 7,
    },
    "acm": {**PAPER, "tags": ("peat", "fire"), "publisher": "ACM", "date": "2019-04"},
    "springer": {
        **PAPER,
        "pages": "",
        "authors": ("Kim Marsh", "Peter T. Oduya", "Jan van der Lee", "A. McDonald"),
    },
    "dimensions": {
        **PAPER,
        **MORE,
        "date": "2019-04-03",
        "open_access": "gold",
        "other_ids": ("pmcid:PMC7000001", "dimensions:pub.1100000001"),
    },
    "openalex": {
        **PAPER,
        **MORE,
        "authors": ("Kim Marsh", "Peter T. Oduya"),
        "orcids": ("0000-0002-1825-0097", ""),
        "pmid": "31000001",
        "notices": ("retracted",),
        "references": ("openalex:W1", "openalex:W2"),
        "other_ids": ("openalex:W2000000001",),
        "source_id": "W2000000001",
    },
    "lens": {
        **PAPER,
        **MORE,
        "authors": ("Kim Marsh", "Peter T. Oduya"),
        "issn": ("1234-5678", "8765-432X"),
        "references": ("lens:001-292-833-536-007", "lens:003-518-132-806-678"),
        "other_ids": ("mag:2400000001", "mag:2400000002", "lens:012-345-678-901-234"),
    },
    "publish or perish": {
        **PAPER,
        "authors": ("K Marsh", "PT Oduya"),
        "abstract": "We study peat.",
        "citations": 7,
        "url": "https://foo.org/1",
    },
    "google scholar": {**PAPER, "doi": "", "publisher": "Foo Press"},
    "pubmed": {**PAPER, "authors": ("Marsh, K", "Oduya, PT"), "date": "2019-04-03", "pmid": "31000001"},
    "cochrane trials": {**PAPER, **MORE, "pmid": "31000001", "other_ids": ("central:CN-00778158",)},
    "europe pmc": {
        **PAPER,
        "authors": ("Marsh, K", "Oduya, PT"),
        "pmid": "31000001",
        "other_ids": ("pmcid:PMC7000001",),
    },
    "cnki": {**PAPER, **MORE, "authors": ("张伟", "李明"), "date": "2019-04-03", "issn": ("1234-5678",)},
    "wanfang": {**PAPER, **MORE, "authors": ("张伟", "李明")},
    "jabref": {**PAPER, "date": "2019-04", "source_id": "marsh2019"},
    "endnote": {**PAPER, **MORE},
    "mendeley": {**PAPER, **MORE, "pages": "100-110"},
    "refworks": {**PAPER, **MORE, "authors": ("Marsh, Kim", "Oduya, Peter T.", "Hoven")},
    "rayyan": {**PAPER, **MORE, "date": "2019-04-03", "pmid": "31000001"},
    "covidence": {**PAPER, **MORE, "date": "2019-04"},
    "asreview": {**PAPER, **MORE},
    "zotero": {**PAPER, **MORE, "pmid": "31000001", "other_ids": ("pmcid:PMC7000001",), "lang": "en"},
    "semantic scholar": {
        **PAPER,
        "volume": "",
        "issue": "",
        "pages": "",
        "doi": "",
        "authors": ("Kim Marsh",),
        "citations": 7,
    },
}


def read(text: str | bytes, name: str = "csv", **mapping: str) -> list[Parsed]:
    data = text.encode() if isinstance(text, str) else text
    return list(reader_named(name).read(io.BytesIO(data), ReadOptions(mapping)))


def documents(parsed: list[Parsed]) -> list[Document]:
    return [found for found in parsed if isinstance(found, Document)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_row_of_a_service_is_read_whole(service: str) -> None:
    text, expected = SERVICES[service], EXPECTED[service]
    assert sniff(text.encode(), "export.csv").name in ("csv", "scopus", "zotero")
    parsed = read(text)
    document = documents(parsed)[0]
    assert {name: getattr(document, name) for name in expected} == expected
    assert not [found for found in parsed if not isinstance(found, Document)]


def test_embase_by_row_gives_every_record() -> None:
    assert [found.title for found in documents(read(SERVICES["embase by row"]))] == [
        PAPER["title"],
        "Bee mites",
    ]


@pytest.mark.parametrize("missing", ["nan", "NaN", "NA", "N/A", "null", "None", "-", "<NA>", "#N/A", ""])
def test_missing_values_are_missing(missing: str) -> None:
    row = ",".join(["Peat fires", *[missing] * 10])
    text = f"title,abstract,authors,year,journal,doi,keywords,volume,issue,pages,pmid\n{row}\n"
    (document,) = documents(read(text))
    assert document.to_json().keys() == {"id", "title", "type"}
    assert not [found for found in read(text) if isinstance(found, FieldWarning)]


def test_a_family_name_is_no_missing_value() -> None:
    (document,) = documents(read('title,authors\nPeat fires,"Na; Nan, A."\n'))
    assert document.authors == ("Na", "Nan, A.")


def test_numbers_that_went_through_pandas_are_whole_again() -> None:
    text = "title,journal,year,volume,issue,pmid,cited by\nPeat fires,J Foo,2020.0,12.0,3.0,31000001.0,7.0\n"
    (document,) = documents(read(text))
    assert (document.year, document.volume, document.issue, document.pmid, document.citations) == (
        2020,
        "12",
        "3",
        "31000001",
        7,
    )


@pytest.mark.parametrize("heading", ["No", "No.", "#", "Number", ""])
def test_a_column_of_row_numbers_is_no_issue(heading: str) -> None:
    text = f"{heading},Title,Journal\n1,One paper,J Foo\n2,Two papers,J Foo\n3,Three papers,J Foo\n"
    assert [found.issue for found in documents(read(text))] == ["", "", ""]


def test_a_column_of_numbers_that_do_not_count_rows_is_the_issue() -> None:
    text = "Title,Journal,No\nOne paper,J Foo,4\nTwo papers,J Foo,4\nThree papers,J Foo,1\n"
    assert [found.issue for found in documents(read(text))] == ["4", "4", "1"]


class TestTooManyCells:
    """Rows with more cells than headings."""

    HEADINGS = "Authors,Title,Year,Source title,Document Type,Publication Stage,Source,EID\n"

    def test_are_read_where_what_stands_in_them_shows_the_surplus(self) -> None:
        row = '"Berg A.","Snow depth",2011,"J Snow","Article","Final","",Scopus,2-s2.0-85000000001\n'
        parsed = read(self.HEADINGS + row)
        (document,) = documents(parsed)
        assert (document.title, document.authors, document.year, document.venue) == (
            "Snow depth",
            ("Berg, A.",),
            2011,
            "J Snow",
        )
        assert document.source_id == "2-s2.0-85000000001"
        (warning,) = [found for found in parsed if isinstance(found, FieldWarning)]
        assert "1 more cell than the table has headings" in warning.reason

    def test_are_rejected_where_nothing_shows_it(self) -> None:
        parsed = read("title,abstract,keywords\nPeat fires,We did this, and that,peat\n")
        (rejected,) = parsed
        assert isinstance(rejected, Rejected)
        assert "1 more cell" in rejected.reason
        assert rejected.line == 2

    def test_fields_between_are_left_out_and_said(self) -> None:
        parsed = read(
            "title,year,publisher,venue,doi,url\n"
            "Peat fires,2019,Foo, Bar Press,J Foo,10.1234/foo.1,https://x.org\n"
        )
        (document,) = documents(parsed)
        assert (document.title, document.doi, document.publisher, document.venue) == (
            "Peat fires",
            "10.1234/foo.1",
            "",
            "",
        )
        (warning,) = [found for found in parsed if isinstance(found, FieldWarning)]
        assert "publisher, venue" in warning.reason

    def test_empty_ones_at_the_end_do_not_matter(self) -> None:
        parsed = read("title,year\nPeat fires,2019,,,\n")
        assert [type(found) for found in parsed] == [Document]


def test_a_title_over_several_lines_is_one_row() -> None:
    text = (
        "Item Title,Publication Title,Book Series Title,Journal Volume,Journal Issue,Item DOI\n"
        '"Compilers\n  \n $$+$$\n  for peat, fire","J Foo","","1","2","10.1234/foo.1"\n'
        "Bee mites,J Bar,,1,2,\n"
    )
    assert [found.title for found in documents(read(text))] == [
        "Compilers $+$ for peat, fire",
        "Bee mites",
    ]


def test_semicolons_in_one_row_tell_that_commas_belong_to_names() -> None:
    text = 'title,authors\nOne,"García Márquez, Gabriel José"\nTwo,"Doe, Jane; Roe, Jo"\n'
    assert documents(read(text))[0].authors == ("García Márquez, Gabriel José",)


@pytest.mark.parametrize(
    ("listed", "cell", "names"),
    [
        ("ANNA BERG; BO COSTA", "ANNA BERG, BO COSTA", ("ANNA BERG", "BO COSTA")),
        ("Anna Berg; Bo Costa", "Anna Berg, Bo Costa", ("Anna Berg", "Bo Costa")),
        ("Anna Berg; Bo Costa", "Berg, Anna", ("Berg, Anna",)),
        ("Berg A.; Xu L.", "Berg A., Xu L.", ("Berg, A.", "Xu, L.")),
        ("Berg, A.; Xu, L.", "Berg A., Xu L.", ("Berg, A.", "Xu, L.")),
        ("Berg, A.; Xu, L.", "García Márquez, G. J.", ("García Márquez, G. J.",)),
        ("Berg, Anna; Xu, Li", "Fonseca C., Efraín R.", ("Fonseca C., Efraín R.",)),
        ("Berg, Anna; Xu, Li", "GARCIA MARQUEZ, GABRIEL", ("GARCIA MARQUEZ, GABRIEL",)),
    ],
)
def test_commas_in_one_row_are_read_as_the_names_in_others_are_written(
    listed: str, cell: str, names: tuple[str, ...]
) -> None:
    one, _ = documents(read(f'title,authors\nPeat,"{cell}"\nMoss,"{listed}"\n'))
    assert one.authors == names


def test_authors_in_columns_of_their_own() -> None:
    text = 'Title,Author 1,Author 2,Author_3,Year\nPeat,Berg A,"Costa, Bo",,2019\n'
    (document,) = documents(read(text))
    assert document.authors == ("Berg, A", "Costa, Bo")


def test_europe_pmcs_number_is_pubmeds_where_the_source_is() -> None:
    text = '"SOURCE","SOURCE_ID","TITLE"\n"MED","31000001","Peat"\n"PPR","31000002","Moss"\n'
    assert [found.pmid for found in documents(read(text))] == ["31000001", ""]


def test_a_column_that_is_named_and_is_not_there_is_said_where_nothing_can_be_read() -> None:
    parsed = read("Name,Authors\nPeat,Berg A\n", title="Titel")
    assert [found.reason for found in parsed if isinstance(found, Rejected)] == [
        "no column is a title or an abstract; say which one is with --map title=COLUMN"
        " (Titel is no column of this table)"
    ]


def test_names_that_begin_with_initials_are_several_whatever_other_rows_do() -> None:
    text = 'title,authors\nOne,"J. van den Berg, K. O\'Neil and S. Mac"\nTwo,"Doe, Jane; Roe, Jo"\n'
    assert documents(read(text))[0].authors == ("J. van den Berg", "K. O'Neil", "S. Mac")


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Article,J Foo,", "article-journal"),
        ("Conference Paper,Proc. of Foo,", "paper-conference"),
        ("Article; Proceedings Paper,J Foo,", "paper-conference"),
        ("Book Chapter,Foo Book,", "chapter"),
        (",J Foo,", "article-journal"),
        (",Proceedings of the Foo Workshop,", "paper-conference"),
        (",,9783161484100", "book"),
        ("Dissertation/Thesis,,", "thesis"),
        ("Preprint,arXiv,", "article"),
        (",,", "article"),
    ],
)
def test_types_come_from_the_source(row: str, kind: str) -> None:
    (document,) = documents(read(f"title,document type,journal,isbn\nPeat fires,{row}\n"))
    assert document.type == kind


def test_editors_are_editors() -> None:
    rows = 'title,author,editors\nBook,,"Ed, A.; Two, B."\nChapter,"Li, X.","Ed, A."\n'
    book, chapter = documents(read(rows))
    assert book.authors == book.editors == ("Ed, A.", "Two, B.")
    assert (chapter.authors, chapter.editors) == (("Li, X.",), ("Ed, A.",))


def test_retractions_in_types_titles_and_notes() -> None:
    rows = (
        "RETRACTED: One,,\nTwo,Retracted,\nThree,,Retraction in: J Foo 2020\nFour,Article,not yet retracted\n"
    )
    found = documents(read(f"title,document type,notes\n{rows}"))
    assert [document.retracted for document in found] == [True, True, True, False]


def workbook(rows: list[list[Any]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_may_have_lines_above_its_headings() -> None:
    data = workbook([["Exported from a service"], [], ["Title", "Year"], ["Peat fires", 2019.0]])
    (document,) = documents(read(data, "xlsx"))
    assert (document.title, document.year) == ("Peat fires", 2019)


def test_a_page_with_a_table_under_the_name_of_a_workbook() -> None:
    page = (
        "<html><head><meta charset='utf-8'></head><body><table><tr><td>Title-题名</td><td>Author-作者</td>"
        "<td>Year-年</td></tr><tr><td>Peat fires</td><td>张伟;李明;</td><td>2019</td></tr></table></body>"
        "</html>"
    )
    assert sniff(page.encode(), "cnki.xls").name == "xlsx"
    (document,) = documents(read(page, "xlsx"))
    assert (document.title, document.authors, document.year) == ("Peat fires", ("张伟", "李明"), 2019)


def test_no_column_of_a_wide_workbook_is_left_out() -> None:
    headings = ["Title", *(f"c{at}" for at in range(700)), "Authors", "Year"]
    data = workbook([headings, ["Peat fires", *["x"] * 700, "Berg, A.", 2019]])
    (document,) = documents(read(data, "xlsx"))
    assert (document.authors, document.year) == (("Berg, A.",), 2019)


def test_a_far_cell_and_a_bomb_cost_a_workbook_little() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Title", "Year"])
    book.active.append(["Peat fires", 2019])
    book.active.cell(row=1_000_000, column=16_000, value="far")
    buffer = io.BytesIO()
    book.save(buffer)
    assert [found.title for found in documents(read(buffer.getvalue(), "xlsx"))] == ["Peat fires"]


def test_an_old_office_file_that_is_no_workbook_is_said() -> None:
    (rejected,) = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048), "xlsx")
    assert isinstance(rejected, Rejected)
    assert "old Office file" in rejected.reason
