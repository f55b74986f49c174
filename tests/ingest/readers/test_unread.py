"""What holds no papers, or is in a format that is not read, is refused by name and never becomes papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document, Rejected
from ingest.errors import InputError
from ingest.input_files import read_sources
from ingest.readers.registry import sniff

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
PROGRAM = '''"""Adds numbers for a study of bees in northern towns."""

import sys
from pathlib import Path


def total(values: list[int]) -> int:
    """The sum of all values, as one would expect of it."""
    result = 0
    for value in values:
        result += value
    return result


if __name__ == "__main__":
    print(total([int(word) for word in sys.argv[1:]]))
'''


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<rdf:RDF {DC}><bib:Article><dc:title>Bees</dc:title></bib:Article></rdf:RDF>", "RDF"),
        ('<?xml version="1.0"?><!-- x --><modsCollection><mods/></modsCollection>', "MODS"),
        ('<collection xmlns="http://www.loc.gov/MARC21/slim"><record/></collection>', "MARC"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><title>Bees</title></feed>', "Atom"),
        (
            "Anna Berg, Leo Roe,\nLoad on knees of rowers,\nJournal of Foo,\nVolume 12,\n2015,\n"
            "https://doi.org/10.1234/s.\n(https://www.sciencedirect.com/science/article/pii/S1)\nAbstract: …",
            "ScienceDirect",
        ),
        ("--AU-- Roe, L.\n--TI-- Bees of the northern towns\n--YP-- 2001\n", "Biblioscape"),
        ("QQ - Bees of the northern towns\nWW - Roe, L.\nXX - 2001\nZZ - Journal of Bees\n", "tagged export"),
        (
            'x[\n{"id": "a",\n "title": "Bees of the northern towns",\n "author": [{"family": "Roe"}]}\n]',
            "JSON",
        ),
        (PROGRAM, "program"),
        ("#!/bin/sh\n# Counts the bees of all the towns\nfor f in *; do\n  wc -l $f\ndone\n", "program"),
        ("body { color: red; }\n.bees > p {\n  margin: 0;\n  padding: 1em;\n}\n", "program"),
        ("[bees]\ncolour = yellow\nwings = 4\nqueens = 1\n", "program"),
        ("2020-01-01 10:00:00 INFO bees started flying\n2020-01-01 10:00:01 ERROR a bee fell\n" * 3, "log"),
        ("1,2,3,4 bees\n5,6,7,8 wasps\n9,10,11,12 ants\n", "table"),
    ],
)
def test_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        sniff(text.encode(), "upload")
    assert caught.value.message.startswith("upload ")
    assert caught.value.hint


@pytest.mark.parametrize("name", ["study.py", "Notes.R", "style.css", "run.log", "settings.toml"])
def test_programs_by_their_name(name: str) -> None:
    with pytest.raises(InputError, match="by its name"):
        sniff(b"Bees of the northern towns fly far\n", name)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", "Word document"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"),
        (b"SQLite format 3\x00", "database"),
    ],
)
def test_binary_files_by_their_kind(head: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sniff(head, "upload")


@pytest.mark.parametrize(
    "rubbish", [b"broken stuff \x00\xff\xfe not a known format\n", b"a\x00b\xc3\x00" * 9 + b"\xfe" * 400]
)
def test_bytes_that_are_no_text_become_no_paper(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "broken.xyz").write_bytes(rubbish)
    with pytest.raises(InputError, match="binary file"):
        list(read_sources([tmp_path / "broken.xyz"]))


def test_a_web_page_is_a_paper_only_where_it_shows_one(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    prose = "We are glad that you came to this page, which tells you of many things that we did. " * 5
    page.write_text(
        f"<html><head><title>Sign in</title></head><body><h1>Welcome here</h1><p>{prose}</p></body></html>"
    )
    parsed = [one for _, one in read_sources([page])]
    assert not any(isinstance(one, Document) for one in parsed)
    assert ["web page" in one.reason for one in parsed if isinstance(one, Rejected)] == [True]
    page.write_text(
        f"<html><body><pre>@article{{a, title={{Bees}}, year=2001}}</pre><p>{prose}</p></body></html>"
    )
    (paper,) = [one for _, one in read_sources([page]) if isinstance(one, Document)]
    assert (paper.title, paper.year) == ("Bees", 2001)


def test_named_by_hand_it_is_text_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "titles.py"
    path.write_text("Bees of the northern towns\nWasps of the southern towns\n")
    titles = [one.title for _, one in read_sources([path], format="text") if isinstance(one, Document)]
    assert titles == ["Bees of the northern towns", "Wasps of the southern towns"]
