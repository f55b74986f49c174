"""The text inside a file that is used as a query, whatever the file is."""

from __future__ import annotations

import io
import tempfile
import zipfile

import pytest

from litatlas import query_file
from litatlas.errors import InputError, TooLargeError
from litatlas.query_file import MAX_BYTES, MAX_CHARACTERS, MAX_RECORDS, query_text
from tests.ingest.workbooks import dense_workbook

RIS = "TY  - JOUR\nTI  - Tides of a strait\nAB  - The tides turn.\nID  - {}\nER  - \n\n"


@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        (b"Tides of a strait.", "note.txt", "Tides of a strait."),
        ("Приливы пролива.".encode(), "note.txt", "Приливы пролива."),
        ("Приливы пролива в этом году.".encode("utf-16"), "note.txt", "Приливы пролива в этом году."),
        (b"\xef\xbb\xbfTides", "note", "Tides"),
        (b"  \n Tides \n ", "standard input", "Tides"),
        (rb"\documentclass{article}\begin{document}Tides\end{document}", "draft.tex", r"\documentclass"),
    ],
)
def test_plain_texts_are_read_as_they_are(content: bytes, name: str, text: str) -> None:
    assert query_text(content, name).startswith(text)


def test_a_file_of_references_is_its_titles_and_abstracts() -> None:
    text = query_text((RIS.format(1) + RIS.format(2).replace("Tides", "Knots")).encode(), "x.ris")
    assert text == "Tides of a strait\nThe tides turn.\n\nKnots of a strait\nThe tides turn."


def test_of_many_references_the_first_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "".join(RIS.format(number) for number in range(MAX_RECORDS + 20)).encode()
    assert query_text(many, "x.ris").count("Tides of a strait") == MAX_RECORDS
    monkeypatch.setattr(query_file, "MAX_CHARACTERS", 40)
    assert len(query_text(many, "x.ris")) <= 40


def test_an_archive_of_references_is_read_too() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.ris", RIS.format(1))
    assert query_text(packed.getvalue(), "x.zip").startswith("Tides of a strait")


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"%PDF-1.4 but broken", bytes(range(256)) * 20])
def test_what_holds_no_text_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(InputError) as error:
        query_text(content, "mine.bin")
    assert "mine.bin" in error.value.message
    assert error.value.hint


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLargeError, match="over 20 MB"):
        query_text(b"x" * (MAX_BYTES + 1), "x.txt")
    assert len(query_text(b"word " * 100_000, "x.txt")) <= MAX_CHARACTERS


def test_exactly_as_large_as_may_be_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_file, "MAX_BYTES", 100)
    assert query_text(b"x" * 100, "x.txt") == "x" * 100
    with pytest.raises(TooLargeError) as error:
        query_text(b"x" * 101, "x.txt")
    assert error.value.hint == "Use the abstract, or a single paper."


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "There is no text in mine.bin.", "Use a text file, a PDF with text or a file of references."),
        (b"%PDF-1.4 but broken", "mine.bin is", ", or paste the abstract."),
        (b"x" * 1000 + b"%PDF-1.4 but broken", "mine.bin is", ", or paste the abstract."),
        (b"PK\x03\x04 but broken", "mine.bin contains no file", "."),
        (b"<odd><paper/></odd>", "mine.bin is", "."),
    ],
)
def test_a_refusal_names_the_file_and_says_what_helps(content: bytes, message: str, hint: str) -> None:
    with pytest.raises(InputError) as error:
        query_text(content, "mine.bin")
    assert error.value.message.startswith(message)
    assert error.value.hint.endswith(hint)
    assert tempfile.gettempdir() not in error.value.message


def test_what_speaks_of_pdfs_is_none() -> None:
    text = "x" * 1024 + " a file begins with %PDF-1.4"
    assert query_text(text.encode(), "note.txt") == text


def test_a_longer_text_is_cut_and_its_end_is_no_space() -> None:
    text = query_text(b"word " * (MAX_CHARACTERS // 5 + 3), "x.txt")
    assert len(text) == MAX_CHARACTERS - 1
    assert text.endswith("word")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", "."])
def test_a_name_is_never_a_place(name: str) -> None:
    assert query_text(RIS.format(1).encode(), name).startswith("Tides of a strait")


def test_a_small_file_that_needs_long_to_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_file, "SECONDS", 1)
    with pytest.raises(InputError, match=r"small\.xlsx needs more than 1 seconds") as refusal:
        query_text(dense_workbook(), "small.xlsx")
    assert "Paste" in refusal.value.hint
