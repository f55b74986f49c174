"""Papers out of PDFs: what is read, what is refused, and what it may cost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ingest.document import Document, FieldWarning, Rejected
from ingest.input_files import read_sources
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.pdf import reader as pdf_reader
from ingest.readers.pdf.reader import PdfReader, pdf_text
from ingest.readers.registry import sniff
from ingest.sandbox import BoundsError
from tests.ingest import pdfs


def read(data: bytes) -> Document:
    (document,) = [
        found for found in PdfReader().read(io.BytesIO(data), ReadOptions()) if isinstance(found, Document)
    ]
    return document


def refusal(data: bytes) -> str:
    (rejected,) = PdfReader().read(io.BytesIO(data), ReadOptions())
    assert isinstance(rejected, Rejected)
    return rejected.reason


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Anna Berg1,2, Bo Costa2* and Kim van der Lee1", ("Anna Berg", "Bo Costa", "Kim van der Lee")),
        ("ANNA BERG AND BO COSTA", ("Anna Berg", "Bo Costa")),
    ],
)
def test_marks_as_large_as_names_and_names_in_capitals(line: str, names: tuple[str, ...]) -> None:
    assert read(pdfs.paper(authors=line)).authors == names


@pytest.mark.parametrize(("columns", "wide"), [(1, False), (2, False), (2, True), (1, True)])
@pytest.mark.parametrize("heading", ["Abstract", "ABSTRACT", "Summary", "Zusammenfassung"])
def test_a_paper_is_read(columns: int, wide: bool, heading: str) -> None:
    found = read(pdfs.paper(columns=columns, wide=wide, heading=heading))
    assert found.title == pdfs.TITLE
    assert found.authors == ("Anna Berg", "Kim Marsh", "Peter T. Oduya")
    assert found.abstract == pdfs.ABSTRACT
    assert found.year == 2015
    assert found.doi == "10.1234/foo.77"
    assert found.tags == ("rowing", "knee pain", "training load")


def test_properties_are_believed_where_the_page_says_the_same() -> None:
    title = "Load and knee pain in rowers of the north: a cohort study"
    found = read(
        pdfs.paper(properties=(title, "Berg, Anna; Marsh, Kim; Oduya, Peter T."), authors="A. Berg, K. Marsh")
    )
    assert found.title == title
    strange = read(pdfs.paper(properties=("Microsoft Word - final_v3.docx", "admin")))
    assert (strange.title, strange.authors[0]) == (pdfs.TITLE, "Anna Berg")


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ("Received 3 May 2014; accepted 2 June 2014; published online 9 January 2015", 2015),
        ("Vol. 12, No. 3, March 2015, pp. 100-110", 2015),
        ("arXiv:1503.01234v2 [q-bio.TO] 4 Mar 2015", 2015),
        ("(c) 2015 The Authors", 2015),
    ],
)
def test_the_year_is_that_of_publication(head: str, year: int) -> None:
    assert read(pdfs.paper(head=head, foot="")).year == year


def test_an_arxiv_identifier_is_read_and_a_reference_is_not_the_papers_doi() -> None:
    found = read(pdfs.paper(head="arXiv:1503.01234v2 [q-bio.TO] 4 Mar 2015", foot=""))
    assert found.arxiv_id == "1503.01234"
    assert found.doi == ""


def test_a_year_that_only_the_file_has_is_said() -> None:
    found = list(PdfReader().read(io.BytesIO(pdfs.paper(head="", foot="")), ReadOptions()))
    assert any(isinstance(note, FieldWarning) and note.field == "year" for note in found)


def test_ligatures_hyphens_and_accents_become_letters() -> None:
    lines = [
        b"/F 18 Tf 60 700 Td (Scienti\001c \002ows in caf\\351s of the north) Tj",
        b"/F 10 Tf 0 -60 Td (Abstract) Tj",
        b"0 -14 Td (The \001rst \001nding is that \002ow net-) Tj",
        b"0 -12 Td (works of small rooms grow slowly over many years of) Tj",
        b"0 -12 Td (careful work in sex- and age-speci\001c groups.) Tj",
    ]
    found = read(pdfs.drawn(b"BT " + b" ".join(lines) + b" ET"))
    assert found.title == "Scientific flows in cafés of the north"
    assert found.abstract == (
        "The first finding is that flow networks of small rooms grow slowly over many years of careful work "
        "in sex- and age-specific groups."
    )


def test_scans_locked_and_broken_files_are_refused_in_words() -> None:
    assert "scan" in refusal(pdfs.scan())
    assert "OCR" in refusal(pdfs.scan())
    assert "password" in refusal(pdfs.locked("secret"))
    assert "damaged" in refusal(b"%PDF-1.7 ...")
    assert "damaged" in refusal(pdfs.paper()[:200])
    assert "without text" in refusal(pdfs.drawn(b""))
    assert read(pdfs.locked("")).title == "A paper that is locked away"


def test_a_file_that_asks_for_too_much_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten forms that each draw the next one ten times: a kilobyte that draws ten thousand million signs."""
    forms = [
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> "
        b"/Font << /F 5 0 R >> >> /Length %d >>\nstream\n%s\nendstream" % (number + 1, len(body), body)
        for number in range(6, 16)
        for body in [b"/X Do " * 10 if number < 15 else b"BT /F 9 Tf (a) Tj ET"]
    ]
    monkeypatch.setattr(pdf_reader, "_SECONDS", 1.0)
    data = pdfs.drawn(b"/X Do", b"/XObject << /X 6 0 R >>", forms)
    assert len(data) < 5_000
    said = refusal(data)  # once: which of the two bounds it meets first differs
    assert "seconds" in said or "memory" in said
    with pytest.raises(BoundsError):
        pdf_text(data, pages=1)


def test_running_heads_are_no_text_of_a_query() -> None:
    text = pdf_text(pdfs.paper(), pages=9)
    assert "Load was measured" in text
    assert "\n2\n" not in text


def test_pdfs_are_found_in_folders_and_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "papers.zip", "w") as archive:
        archive.writestr("one.pdf", pdfs.paper())
        archive.writestr("scan.pdf", pdfs.scan())
    (tmp_path / "two.pdf").write_bytes(b"\n" + pdfs.paper(title="Another title of a paper"))
    found = [parsed for _, parsed in read_sources([tmp_path])]
    assert sorted(parsed.title for parsed in found if isinstance(parsed, Document)) == [
        "Another title of a paper", pdfs.TITLE,
    ]  # fmt: skip
    assert [parsed.reason for parsed in found if isinstance(parsed, Rejected)] == [refusal(pdfs.scan())]
    assert sniff(pdfs.paper()[:4096], "upload").name == "pdf"


@pytest.mark.parametrize(
    "title", ["https://example.org/10.1234/foo.77", "www.example.org/a", "10.1234/foo.77"]
)
def test_an_address_is_no_title_even_where_the_page_has_nothing_else(title: str) -> None:
    data = pdfs.paper(title=title, authors=title, head=title, heading="")
    found = [
        one.title for one in PdfReader().read(io.BytesIO(data), ReadOptions()) if isinstance(one, Document)
    ]
    assert not any(title.startswith(("http", "www", "10.")) for title in found)
