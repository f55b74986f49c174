"""Texts in every encoding that people save, and what is said of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ingest.document import Document, FieldWarning
from ingest.errors import InputError
from ingest.input_files import read_sources
from ingest.readers.parsing import encodings
from ingest.readers.parsing.encodings import Utf8Stream, codec_named, recognised

TITLES = {
    "gb18030": ("GB18030", "图书馆学研究方法的回顾与展望"),
    "big5": ("Big5", "圖書館學研究方法之回顧與前瞻"),
    "cp932": ("Shift JIS", "図書館における研究方法の展望について"),
    "euc_jp": ("EUC-JP", "図書館における研究方法の展望について"),
    "cp949": ("EUC-KR", "도서관 연구 방법의 회고와 전망"),
    "cp1251": ("Windows-1251", "Методы исследования читательских интересов"),
    "koi8-r": ("KOI8-R", "Методы исследования читательских интересов"),
    "cp866": ("CP866", "Методы исследования читательских интересов"),
    "cp1250": ("Windows-1250", "Wpływ oświetlenia na wzrost świerków górskich"),
    "iso8859-2": ("ISO 8859-2", "Wpływ oświetlenia na wzrost świerków górskich"),
    "cp1252": ("Windows-1252", "Über die Größe der Wälder „im Süden“ – ein Überblick"),
    "cp1253": ("Windows-1253", "Μέθοδοι έρευνας στις δημόσιες βιβλιοθήκες"),
    "cp1254": ("Windows-1254", "Kütüphanelerde araştırma yöntemlerinin geçmişi ve geleceği"),
    "cp1255": ("Windows-1255", "שיטות מחקר בספריות הציבוריות"),
    "cp1256": ("Windows-1256", "مناهج البحث في المكتبات العامة"),
    "cp874": ("Windows-874", "วิธีการวิจัยในห้องสมุดประชาชน"),
    "iso2022_jp": ("ISO-2022-JP", "図書館における研究方法の展望について"),
}
FORMATS = {
    "ris": "TY  - JOUR\nTI  - {title}\nPY  - 1999\nER  - \n",
    "nbib": "PMID- 1\nTI  - {title}\nDP  - 1999\n",
    "enw": "%0 Journal Article\n%T {title}\n%D 1999\n",
    "wos": "FN Clarivate\nVR 1.0\nPT J\nTI {title}\nPY 1999\nER\nEF\n",
    "bibtex": "@article{{a,\n title = {{{title}}},\n year = 1999\n}}\n",
    "csv": "Title,Year\n{title},1999\n",
    "jsonl": '{{"title": "{title}", "year": 1999}}\n',
    "csl": '[{{"title": "{title}", "type": "article", "container-title": "J"}}]\n',
    "oai": "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><record><metadata><dc>"
    "<title>{title}</title></dc></metadata></record></OAI-PMH>",
    "text": "{title}\n{title}\n",
}


def read(tmp_path: Path, data: bytes, **options: str) -> tuple[list[Document], list[FieldWarning]]:
    path = tmp_path / "upload"
    path.write_bytes(data)
    parsed = [one for _, one in read_sources([path], **options)]
    warnings = [one for one in parsed if isinstance(one, FieldWarning) and one.field == "encoding"]
    return [one for one in parsed if isinstance(one, Document)], warnings


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("codec", TITLES)
def test_code_pages_are_recognised_and_named(tmp_path: Path, codec: str, name: str) -> None:
    label, title = TITLES[codec]
    found, warnings = read(tmp_path, FORMATS[name].format(title=title).encode(codec))
    assert found[0].title == title
    assert [label in warning.reason for warning in warnings] == [True]
    assert title[:10] in warnings[0].value


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_utf_16_and_32_with_and_without_mark(tmp_path: Path, codec: str, name: str, marked: bool) -> None:
    title = "Größe der Welt und 図書館"
    mark = "\ufeff" if marked else ""
    found, warnings = read(tmp_path, (mark + FORMATS[name].format(title=title)).encode(codec))
    assert found[0].title == title
    assert len(warnings) == (not marked)  # what is certain needs no word


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    data = FORMATS["ris"].format(title="Größe").encode("cp850")
    found, warnings = read(tmp_path, data, encoding="cp850")
    assert found[0].title == "Größe"
    assert warnings == []
    with pytest.raises(InputError, match="no encoding 'utf-99'"):
        codec_named("utf-99")
    with pytest.raises(InputError, match="no encoding 'rot13'"):
        codec_named("rot13")
    # A larger code page of the same kind is used, whatever its small one is called.
    assert codec_named("GB2312") == "gb18030"
    assert codec_named("latin-1") == "cp1252"


def test_what_makes_no_sense_in_the_named_encoding_is_said(tmp_path: Path) -> None:
    data = FORMATS["ris"].format(title="Größe der Welt").encode("cp1252")
    _, warnings = read(tmp_path, data, encoding="utf-8")
    assert "no meaning in UTF-8" in warnings[0].reason


@pytest.mark.parametrize(
    ("declaration", "codec"),
    [
        ('<?xml version="1.0" encoding="windows-1251"?>', "cp1251"),
        ('<?xml version="1.0" encoding="ISO-8859-5"?>', "iso8859-5"),
    ],
)
def test_a_declared_encoding_goes_before_a_guess(tmp_path: Path, declaration: str, codec: str) -> None:
    text = declaration + FORMATS["oai"].format(title="Ёж")
    assert read(tmp_path, text.encode(codec))[0][0].title == "Ёж"
    # Saved again by an editor, as UTF-8, the declaration lies.
    assert read(tmp_path, text.encode())[0][0].title == "Ёж"


def test_lines_of_two_encodings_in_one_file(tmp_path: Path) -> None:
    data = "".join(FORMATS["ris"].format(title=f"Über Wälder, Band {n}") for n in range(5)).encode()
    data += FORMATS["ris"].format(title="Größe der Städte").encode("cp1252") + data
    found, warnings = read(tmp_path, data)
    assert [one.title for one in found][4:7] == [
        "Über Wälder, Band 4",
        "Größe der Städte",
        "Über Wälder, Band 0",
    ]
    assert (warnings[0].line, len(warnings)) == (22, 1)
    assert "some lines" in warnings[0].reason


def test_the_first_word_in_another_encoding_may_come_late(tmp_path: Path) -> None:
    plain = "".join(FORMATS["ris"].format(title=f"Study {n} of forests") for n in range(9_000))
    late = FORMATS["ris"].format(title="Методы исследования интересов")
    found, warnings = read(tmp_path, (plain + late).encode("cp1251"))
    assert found[-1].title == "Методы исследования интересов"
    assert warnings[0].line == 4 * 9_000 + 2


def test_a_character_may_be_cut_by_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "HEAD_BYTES", 5)
    monkeypatch.setattr(encodings, "_CHUNK", 3)
    text = "aé図\U0001d54f" * 20 + "\n"
    stream = Utf8Stream(io.BytesIO(text.encode()))
    assert b"".join(stream.chunks()).decode() == text
    assert stream.take_notes() == []
    for codec in ("utf-16-le", "utf-32-be", "gb18030"):
        stream = Utf8Stream(io.BytesIO(text.encode(codec)), codec)
        assert b"".join(stream.chunks()).decode() == text


def test_what_makes_sense_in_no_encoding_is_refused(tmp_path: Path) -> None:
    noise = bytes(range(0x80, 0xFF)) * 3
    data = b"TY  - JOUR\nTI  - " + noise + b"\nAB  - " + noise[::-1] + b"\nER  - \n"
    with pytest.raises(InputError, match="encoding that cannot be detected") as caught:
        read(tmp_path, data)
    assert "--encoding" in caught.value.hint


def test_a_stray_byte_costs_nothing_else(tmp_path: Path) -> None:
    good = "".join(FORMATS["ris"].format(title=f"Über Wälder, Band {n}") for n in range(9)).encode()
    found, warnings = read(tmp_path, good.replace(b"Band 4", b"Band \xe4"))
    titles = [one.title for one in found]
    assert titles[:4] + titles[5:] == [f"Über Wälder, Band {n}" for n in range(9) if n != 4]
    assert [(warning.line, "some lines" in warning.reason) for warning in warnings] == [(18, True)]


@pytest.mark.parametrize(
    "text", ["© 1993 Café à Genève", "Müller © 2020", "Café à Genève", "© 2020 Elsevier"]
)
def test_a_few_words_of_latin_1_are_no_other_code_page(text: str) -> None:
    assert recognised([text.encode("cp1252")]) == "cp1252"


@pytest.mark.parametrize(
    "text",
    [
        "The “quoted” – study of bogs’ moss",
        "Fens’ reeds – a review,Müller",
        "Effect of 5 µm ± 2 °C on moss",
        "Effect of 5 µm on Sørensen’s moss",
        "Peat – a study of fens; Žižek",
        "Ten 10 m² plots",
        "L’œuvre de l’été",
        "Brønsted acid",
        "— and Lukasz",
    ],
)
def test_curly_quotes_dashes_and_units_are_no_letters_of_another_code_page(text: str) -> None:
    assert recognised([text.encode("cp1252")]) == "cp1252"


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1250", "Effect of 5 µm – Łukasz"),
        ("cp1250", "Dvořák, Antonín"),
        ("cp1250", "Studia nad „lasem” – Wójcik"),
        ("iso8859-2", "Życie książka"),
        ("iso8859-2", "Život"),
        ("iso8859-15", "Œuvre à 5 €"),
        ("cp850", "Étude générale"),
        ("mac-roman", "García"),
        ("cp1251", "Леса России – обзор"),
        ("gb18030", "森林"),
        ("cp949", "숲 연구"),
    ],
)
def test_letters_of_another_language_tell_its_code_page(codec: str, text: str) -> None:
    data = text.encode(codec)
    assert data.decode(recognised([data])) == text
