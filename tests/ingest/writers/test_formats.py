"""What each export format says, and that nothing gets out of its field."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from ingest.document import Document
from ingest.writers.latex import latex, latex_title, verbatim
from tests.ingest.writers.papers import BARE, BOOK, CHAPTER, FULL, REPORT, SPARSE, TALK, THESIS, exported

PEOPLE = Document(
    source_id="n1",
    title="Peat fires and lung function",
    authors=("Kim Marsh", "Oduya PT", "World Health Organization", "Barnes and Noble, Inc."),
    year=2020,
    publisher="Univ. of X",
    venue="J Foo",
    type="thesis",
)


def tags(text: str) -> list[tuple[str, str]]:
    return [(line[:2], line[6:]) for line in text.split("\r\n") if line]


def test_names_are_taken_apart_and_groups_stay_whole() -> None:
    assert [value for tag, value in tags(exported([PEOPLE], "ris")) if tag == "AU"] == [
        "Marsh, Kim", "Oduya, PT", "World Health Organization", "Barnes and Noble, Inc.",
    ]  # fmt: skip
    (item,) = json.loads(exported([PEOPLE], "csl"))
    assert item["author"] == [
        {"family": "Marsh", "given": "Kim"},
        {"family": "Oduya", "given": "PT"},
        {"literal": "World Health Organization"},
        {"literal": "Barnes and Noble, Inc."},
    ]
    authors = "{Marsh, Kim and Oduya, PT and {World Health Organization} and {Barnes and Noble, Inc.}}"
    assert f"author = {authors}," in exported([PEOPLE], "bibtex")


def test_publishers_are_named_by_the_kind() -> None:
    assert "school = {Univ. of X}" in exported([PEOPLE], "bibtex")
    assert "school = {Univ. of X}" in exported([THESIS], "bibtex")
    assert "institution = {WHO}" in exported([REPORT], "bibtex")
    assert "publisher = {Bog Press}" in exported([BOOK], "bibtex")


def test_editors_are_no_authors() -> None:
    text = exported([BOOK], "bibtex")
    assert "editor = {Marsh, Kim and Oduya, Peter T.}" in text
    assert "author =" not in text
    assert "booktitle = {Handbook of Peat}" in exported([CHAPTER], "bibtex")
    assert ("ED", "Marsh, Kim") in tags(exported([BOOK], "ris"))
    assert ("A2", "Marsh, Kim") in tags(exported([CHAPTER], "ris"))
    assert "author" not in json.loads(exported([BOOK], "csl"))[0]


@pytest.mark.parametrize(
    ("values", "bibtex", "ris", "csl"),
    [
        ({"venue": "J Foo", "pages": "100-110"}, "article", "JOUR", "article-journal"),
        ({"doi": "10.1234/foo.1"}, "article", "JOUR", "article-journal"),
        ({"venue": "Proceedings of the 3rd Workshop on Peat"}, "inproceedings", "CPAPER", "paper-conference"),
        ({"venue": "Proceedings of the National Academy of Sciences"}, "article", "JOUR", "article-journal"),
        ({"arxiv_id": "2101.01234"}, "misc", "UNPB", "article"),
        ({"venue": "bioRxiv", "doi": "10.1101/2020.01.01"}, "misc", "UNPB", "article"),
        ({"arxiv_id": "2101.01234", "venue": "Physical Review D"}, "article", "JOUR", "article-journal"),
        ({"other_ids": ("isbn:9781234567897",)}, "book", "BOOK", "book"),
        ({}, "misc", "GEN", "article"),
        ({"type": "posted-content"}, "misc", "GEN", "document"),
    ],
)
@pytest.mark.parametrize("kind", ["article", ""])
def test_a_kind_that_no_source_named_is_told_by_the_fields(
    values: dict[str, object], bibtex: str, ris: str, csl: str, kind: str
) -> None:
    paper = Document(**{"source_id": "x", "title": "Salt", "type": kind} | values)  # type: ignore[arg-type]
    assert exported([paper], "bibtex").startswith(f"@{bibtex}{{")
    assert exported([paper], "ris").startswith(f"TY  - {ris}\r\n")
    assert json.loads(exported([paper], "csl"))[0]["type"] == csl


@pytest.mark.parametrize(
    ("pages", "bibtex", "first", "last"),
    [
        ("100-110", "100--110", "100", "110"),
        ("S1-S10", "S1--S10", "S1", "S10"),
        ("e12345", "e12345", "e12345", ""),
        ("054012", "054012", "054012", ""),
        ("CD-ROM", "CD-ROM", "CD-ROM", ""),
        ("1-5, 9-12", "1-5, 9-12", "1-5, 9-12", ""),
    ],
)
def test_pages_are_a_range_or_an_article_number(pages: str, bibtex: str, first: str, last: str) -> None:
    paper = Document(source_id="x", title="Salt", pages=pages, type="article-journal")
    assert f"pages = {{{bibtex}}}" in exported([paper], "bibtex")
    found = dict(tags(exported([paper], "ris")))
    assert (found["SP"], found.get("EP", "")) == (first, last)
    assert json.loads(exported([paper], "csl"))[0]["page"] == pages


@pytest.mark.parametrize(
    ("pages", "last"),
    [("1123-33", "1133"), ("198-9", "199"), ("199-01", "01"), ("e12-4", "4"), ("9-12", "12")],
)
def test_a_last_page_is_written_whole(pages: str, last: str) -> None:
    paper = Document(source_id="x", title="Salt", pages=pages, type="article-journal")
    first = pages.partition("-")[0]
    assert f"pages = {{{first}--{last}}}" in exported([paper], "bibtex")
    assert dict(tags(exported([paper], "ris")))["EP"] == last
    assert json.loads(exported([paper], "csl"))[0]["page"] == f"{first}-{last}"


def test_dates_are_as_precise_as_they_are_known() -> None:
    text = exported([FULL, TALK, THESIS], "bibtex")
    assert "month = mar,\n  day = {5}," in text
    assert "month = jul" in text
    assert re.findall(r"year = \{(\d+)\}", text) == ["1993", "2018", "2020"]
    ris = tags(exported([FULL, TALK, THESIS], "ris"))
    assert [value for tag, value in ris if tag in ("PY", "DA")] == [
        "1993", "1993/03/05/", "2018", "2018/07//", "2020",
    ]  # fmt: skip
    issued = [item["issued"]["date-parts"] for item in json.loads(exported([FULL, TALK, THESIS], "csl"))]
    assert issued == [[[1993, 3, 5]], [[2018, 7]], [[2020]]]
    registered = Document(source_id="x", title="T", year=2009, date="2011-03-01")
    assert "month" not in exported([registered], "bibtex")


def test_languages_are_named_as_each_format_does() -> None:
    assert "langid = {french}" in exported([FULL], "bibtex")
    assert ("LA", "fr") in tags(exported([FULL], "ris"))
    assert json.loads(exported([FULL], "csl"))[0]["language"] == "fr"


def test_ris_makes_no_notes_but_of_a_retraction() -> None:
    assert not [value for tag, value in tags(exported([SPARSE, BARE, CHAPTER], "ris")) if tag == "N1"]
    assert ("N1", "Retracted; expression of concern") in tags(exported([FULL], "ris"))


def test_keys_are_the_same_in_every_format_and_unique() -> None:
    papers = [FULL, FULL, SPARSE]
    keys = ["muller1993dna", "muller1993dnaa", "anonndhyperlink"]
    assert re.findall(r"@\w+\{(\w+),", exported(papers, "bibtex")) == keys
    assert [value for tag, value in tags(exported(papers, "ris")) if tag == "ID"] == keys
    assert [item["id"] for item in json.loads(exported(papers, "csl"))] == keys


# --- What comes from outside stays in its field -------------------------------------------------------------


EVIL = "x},\n}\n@book{evil, title={Evil}}\n%"


@pytest.mark.parametrize(
    "field",
    ["url", "licence", "doi", "pmid", "venue", "volume", "issue", "pages", "publisher", "lang", "arxiv_id"],
)
def test_no_field_ends_its_entry(field: str) -> None:
    text = exported([Document(**{"source_id": "x", "title": "T", field: EVIL})], "bibtex")  # type: ignore[arg-type]
    assert text.count("\n@") == 0
    assert _depths(text) == 0


@pytest.mark.parametrize("number", [f"isbn:{EVIL}", f"pmcid:{EVIL}", EVIL])
def test_no_identifier_ends_its_entry(number: str) -> None:
    text = exported([Document(source_id=EVIL, title=EVIL, other_ids=(number,), issn=(EVIL,))], "bibtex")
    assert text.count("\n@") == 0
    assert _depths(text) == 0


def _depths(text: str) -> int:
    """BibTeX counts braces, whatever stands before them; never below the entry's own while it is open."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        assert depth > 0 or sign == "}" or "{" not in text[:at] or not text[at:].strip()
    return depth


def test_latex_is_escaped_and_formulas_stay() -> None:
    assert latex("5% & a_b #1 $x^2$") == r"5\% \& a\_b \#1 $x^2$"
    assert latex("a } b") == r"a \textbraceright{} b"
    assert latex("{a}") == r"\{a\}"
    assert latex(r"~ ^ \foo") == r"\textasciitilde{} \textasciicircum{} \textbackslash{}foo"


@pytest.mark.parametrize(
    ("title", "lang", "wanted"),
    [
        ("DNA of McDonald and x_RNA", "", r"{DNA} of {McDonald} and x\_RNA"),
        ("Load and pain in rowers of the North Sea", "en", "Load and pain in rowers of the {North} {Sea}"),
        ("Deep Learning of Words by COVID-19 Labs", "en", "Deep Learning of Words by {COVID}-19 Labs"),
        ("Größe der Bäume im Wald", "de", "Größe der {Bäume} im {Wald}"),
        ("Über Berge", "de", "Über {Berge}"),
        ("网络", "zh", "网络"),
    ],
)
def test_capitals_that_mean_something_are_kept(title: str, lang: str, wanted: str) -> None:
    assert latex_title(title, lang) == wanted


@pytest.mark.parametrize(
    "formula",
    [
        r"\input{/etc/passwd}",
        r"\write18{ls}",
        r"\immediate\openout3=x",
        "^^5cinput x",
        r"\csname x\endcsname",
        "a % b",
    ],
)
def test_no_formula_is_a_program(formula: str) -> None:
    assert not re.search(r"\\(?:input|write|immediate|csname)|\^\^|(?<!\\)%", latex(f"see ${formula}$ there"))


@pytest.mark.parametrize(
    "formula", [r"\begin{pmatrix}1\end{pmatrix}", r"\left\{x\right\}", r"5\%", r"\leq \partial"]
)
def test_ordinary_formulas_stay(formula: str) -> None:
    assert latex(f"${formula}$") == f"${formula}$"


def test_unbalanced_formulas_are_balanced() -> None:
    assert latex(r"$\left\{ x \right.$") == r"$\left\lbrace  x \right.$"
    assert latex("${$") == r"$\lbrace $"


def test_addresses_stay_as_they_are() -> None:
    address = "https://x.example.org/a_b?c=1&d=%20#e~f"
    assert verbatim(address) == address
    assert verbatim("a{b}\\ c") == "a%7Bb%7D%5C%20c"


def test_the_table_opens_in_a_spreadsheet() -> None:
    text = exported([FULL, SPARSE, Document(source_id="u", title="Größe der Bäume", venue="＝1+1")], "csv")
    assert text.startswith("\ufeffid,title,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["title"] for row in rows[1:]] == ["'=HYPERLINK(evil)", "Größe der Bäume"]
    assert rows[2]["venue"] == "'＝1+1"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
