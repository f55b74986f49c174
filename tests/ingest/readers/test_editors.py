"""Editors are kept as editors by each format that names them, and are authors only where there are none."""

from __future__ import annotations

import io
import json

import pytest

from ingest.document import Document, FieldWarning
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named

PUBMED = """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>21</PMID><Book>
<BookTitle>Knees</BookTitle><PubDate><Year>2009</Year></PubDate>{}
<AuthorList Type="editors"><Author><LastName>Ed</LastName><ForeName>Ida</ForeName></Author>
<Author><CollectiveName>Knee Board of Bergen</CollectiveName></Author></AuthorList></Book>{}
</BookDocument></PubmedBookArticle></PubmedArticleSet>"""
PUBMED_AUTHORS = (
    "<AuthorList Type='authors'><Author><LastName>Li</LastName><ForeName>Xu</ForeName></Author></AuthorList>"
)
ACL = """<collection id="2020.foo"><volume id="1"><meta><booktitle>Proceedings of Foo</booktitle>
<editor><first>Ida</first><last>Ed</last></editor><editor id="x"><first>Bo</first><last>Two</last></editor>
<year>2020</year></meta><paper id="1"><title>Peat</title><author><first>Xu</first><last>Li</last></author>
</paper></volume><volume id="2"><meta><booktitle>Other</booktitle></meta><paper id="1"><title>Moss</title>
<author><first>Xu</first><last>Li</last></author></paper></volume></collection>"""
WORK = {
    "DOI": "10.1/a", "title": ["Peat"], "indexed": {}, "author": [{"family": "Li", "given": "Xu"}],
    "editor": [{"family": "Ed", "given": "Ida"}],
}  # fmt: skip
WOS = "FN Clarivate\nPT B\nAU Li, X\nAF Li, Xu\nBE Ed, I\n   Two, B\nTI Peat\nPY 2010\nER\n\nEF\n"


def read(name: str, text: str) -> list[Document]:
    parsed = reader_named(name).read(io.BytesIO(text.encode()), ReadOptions())
    return [one for one in parsed if isinstance(one, Document)]


@pytest.mark.parametrize(
    ("name", "text", "editors"),
    [
        ("pubmed", PUBMED.format(PUBMED_AUTHORS, ""), ("Ed, Ida", "Knee Board of Bergen")),
        (
            "pubmed",
            PUBMED.format("", f"<ArticleTitle book='x'>Pain</ArticleTitle>{PUBMED_AUTHORS}"),
            ("Ed, Ida", "Knee Board of Bergen"),
        ),
        ("crossref", json.dumps(WORK), ("Ed, Ida",)),
        ("acl", ACL, ("Ed, Ida", "Two, Bo")),
        ("wos", WOS, ("Ed, I", "Two, B")),
    ],
)
def test_editors_stand_beside_authors(name: str, text: str, editors: tuple[str, ...]) -> None:
    document = read(name, text)[0]
    assert document.authors == ("Li, Xu",)
    assert document.editors == editors


def test_a_volume_has_its_own_editors() -> None:
    assert [document.editors for document in read("acl", ACL)] == [("Ed, Ida", "Two, Bo"), ()]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pubmed", PUBMED.format("", "")),
        ("crossref", json.dumps({**WORK, "author": []})),
        ("wos", WOS.replace("AU Li, X\nAF Li, Xu\n", "")),
    ],
)
def test_where_there_are_no_authors_editors_are_both(name: str, text: str) -> None:
    (document,) = read(name, text)
    assert document.editors
    assert document.authors == document.editors


def test_book_authors_of_web_of_science_are_authors() -> None:
    (document,) = read("wos", WOS.replace("AU Li, X\nAF Li, Xu\n", "BA Li, X\nBF Li, Xu\n"))
    assert (document.authors, document.editors) == (("Li, Xu",), ("Ed, I", "Two, B"))


def test_an_editor_without_a_name_is_named_in_a_warning() -> None:
    work = WORK | {"editor": [{"family": "Ed", "given": "Ida"}, {"id": 7}]}
    parsed = list(reader_named("crossref").read(io.BytesIO(json.dumps(work).encode()), ReadOptions()))
    (warning,) = (one for one in parsed if isinstance(one, FieldWarning) and one.field == "authors")
    assert ("7" in warning.value, warning.reason) == (True, "has no name that can be read; left out")
    alone = json.dumps({name: value for name, value in work.items() if name != "author"})
    parsed = list(reader_named("crossref").read(io.BytesIO(alone.encode()), ReadOptions()))
    warnings = [one for one in parsed if isinstance(one, FieldWarning) and one.field == "authors"]
    assert len(warnings) == 1  # once, though it is the author's place and the editor's
