"""What the programs that people use read out of our exports: Pandoc, rispy, bibtexparser, citeproc."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import bibtexparser
import pytest
import rispy

from ingest.document import Document
from ingest.writers.work import Work
from litatlas.citation_styles import STYLES, cite
from tests.ingest.writers.papers import (
    ARTICLE_NUMBER,
    BOOK,
    CHAPTER,
    FULL,
    KINDS,
    REPORT,
    TALK,
    THESIS,
    exported,
)

PAPERS = (FULL, *KINDS)
pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="Pandoc is missing (scripts/packages.sh)")


def through_pandoc(text: str, format: str) -> list[dict[str, Any]]:
    command = ["pandoc", "--from", format, "--to", "csljson"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True)
    assert not done.stderr
    items: list[dict[str, Any]] = json.loads(done.stdout)
    return items


@pandoc
@pytest.mark.parametrize("format", ["bibtex", "biblatex", "csljson"])
def test_pandoc_reads_every_field(format: str) -> None:
    name = "csl" if format == "csljson" else "bibtex"
    ours = json.loads(exported(PAPERS, "csl"))
    for wanted, got in zip(ours, through_pandoc(exported(PAPERS, name), format), strict=True):
        for field in ("author", "editor", "issued", "volume", "issue", "number", "page", "publisher",
                      "DOI", "PMID", "PMCID", "ISBN", "ISSN", "URL", "keyword"):  # fmt: skip
            assert got.get(field) == _curly(wanted.get(field)), (field, wanted["title"])
        assert got["type"] == wanted["type"]
        assert got["title"].lower().startswith(wanted["title"].lower()[:20])
        for field in ("container-title", "collection-title"):
            booktitles = (item.get(field, "").lower() for item in (got, wanted))
            assert len(set(booktitles)) == 1  # Pandoc lowers English ones, as it does titles
        abstracts = (item.get("abstract", "").replace("$", "") for item in (got, wanted))
        assert len(set(abstracts)) == 1  # a formula loses its dollars
        assert ("Retracted" in got.get("note", "") + got.get("status", "").capitalize()) == (
            "status" in wanted
        )
        assert got.get("language", "")[:2] == wanted.get("language", "")[:2]
        assert got["id"] == wanted["id"]


def _curly(value: Any) -> Any:
    """Pandoc sets typographic apostrophes."""
    return json.loads(json.dumps(value).replace("'", "\\u2019")) if value else value


def test_rispy_reads_every_field() -> None:
    entries = rispy.loads(exported(PAPERS, "ris"))
    for paper, entry in zip(PAPERS, entries, strict=True):
        assert entry["title"] == paper.title
        assert entry.get("authors", []) == ([] if paper.authors == paper.editors else list(paper.authors))
        assert entry["year"] == str(paper.year)
        assert entry.get("secondary_title", "") == paper.venue
        pages = "-".join(filter(None, (entry.get("start_page"), entry.get("end_page"))))
        assert pages == paper.pages
        assert entry.get("doi", "") == paper.doi
        assert entry.get("abstract", "") == paper.abstract
        assert tuple(entry.get("keywords", ())) == paper.tags
        assert (entry.get("volume", ""), entry.get("number", "")) == (paper.volume, paper.issue)
        assert entry.get("publisher", "") == paper.publisher
        assert entry.get("tertiary_title", "") == paper.series
        assert entry.get("language", "") == paper.lang
        assert entry.get("accession_number", "") == paper.pmid
        assert entry.get("urls", [""])[0] == paper.url
        numbers = (*paper.issn, *(one.removeprefix("isbn:") for one in paper.other_ids if "isbn" in one))
        assert entry.get("issn", "") == next(iter(numbers), "")
        editors = entry.get("secondary_authors") or entry.get("unknown_tag", {}).get("ED", [])
        assert tuple(editors) == paper.editors
    kinds = [entry["type_of_reference"] for entry in entries]
    assert kinds == ["JOUR", "CHAP", "BOOK", "THES", "RPRT", "CPAPER", "JOUR"]


def test_bibtexparser_reads_every_entry() -> None:
    library = bibtexparser.parse_string(exported(PAPERS, "bibtex"))
    assert not library.failed_blocks
    kinds = [entry.entry_type for entry in library.entries]
    assert kinds == ["article", "incollection", "book", "phdthesis", "techreport", "inproceedings", "article"]
    first = {name: field.value for name, field in library.entries[0].fields_dict.items()}
    assert (first["month"], first["doi"], first["url"]) == ("mar", FULL.doi, FULL.url)
    for paper, entry in zip(PAPERS, library.entries, strict=True):
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        people = fields.get("author", "").split(" and ") if paper.authors != paper.editors else paper.authors
        assert len(people) == len(paper.authors)
        assert fields.get("editor", "").count(" and ") + bool(paper.editors) == len(paper.editors)
        assert fields["year"] == str(paper.year)
        assert fields.get("pages", "").replace("--", "-") == paper.pages
        assert (fields.get("volume", ""), fields.get("number", "")) == (paper.volume, paper.issue)
        assert fields.get("series", "") == paper.series
        assert (fields.get("doi", ""), fields.get("pmid", "")) == (paper.doi, paper.pmid)
        assert fields.get("keywords", "") == "; ".join(paper.tags)
        assert bool(fields.get("abstract")) == bool(paper.abstract)
        assert fields.get("eprint", "") == paper.arxiv_id


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        (FULL, ("1993", "Human & other networks", "24", "339–342", "10.1000/abc_1(2)")),
        (ARTICLE_NUMBER, ("2012", "PLoS ONE", "e42692")),
        (CHAPTER, ("2014", "Handbook of Peat", "Marsh", "12–24", "Bog Press")),
        (BOOK, ("Marsh", "2014", "Bog Press")),
        (THESIS, ("Marsh", "2020", "Univ. of X")),
        (REPORT, ("World Health Organization", "2019")),
        (TALK, ("2018", "Workshop on Nets", "100–110")),
        (
            Document(
                source_id="x", title="Salt intake and stroke", authors=("Marsh K", "Oduya PT"), year=2019,
                venue="J Foo", volume="12", issue="3", pages="100-110", type="article",
            ),
            ("Marsh, K", "Oduya", "J Foo", "12", "100–110"),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("style", list(STYLES))
def test_styles_print_where_a_paper_appeared(paper: Document, words: tuple[str, ...], style: str) -> None:
    text = cite(Work(paper), [style])[style]
    for word in words:
        if "–" not in word or style == "apa":  # the others shorten ranges, or print none of a chapter
            assert word in text, (word, text)


@pytest.mark.parametrize("style", list(STYLES))
def test_a_paper_that_changed_is_cited_as_it_is_now(style: str) -> None:
    before, after = Work(FULL), Work(replace(FULL, title="Of other things", venue="Another Journal"))
    first = cite(before, [style])[style]
    assert "Another Journal" in cite(after, [style])[style]
    assert cite(before, [style])[style] == first
    assert "Another Journal" not in first
