"""NoteExpress, CNKI's own text and Embase's plain text: values behind or below headings."""

from __future__ import annotations

import io

import pytest

from ingest.document import Document, FieldWarning, Parsed
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named

NOTE_EXPRESS = """{Reference Type}: Journal Article
{Title}: 公共图书馆的读者研究
{Author}: 张伟
{Author}: 李明
{Author Address}: 某大学
{Journal}: 图书馆学
{Year}: 2019
{Volume}: 12
{Issue}: 3
{Pages}: 12-24
{Keywords}: 图书馆;读者
{Abstract}: 本文研究了读者。
{ISBN/ISSN}: 1234-5679
{DOI}: 10.9999/foo.1
{URL}: https://example.org/1
{Database Provider}: CNKI

{Reference Type}: Thesis
{Title}: 档案
{Author}: 王芳
{Publisher}: 某大学
{Year}: 2020
{Abstract}: 一。
二。
"""
CNKI = """SrcDatabase-来源库: 期刊
Title-题名: 公共图书馆的读者研究
Author-作者: 张伟;李明;
Organ-单位: 某大学
Source-文献来源: 图书馆学
Keyword-关键词: 图书馆;;读者
Summary-摘要: 本文研究了读者。
PubTime-发表时间: 2019-04-03
FirstDuty-第一责任人: 张伟;
Year-年: 2019
Volume-卷: 12
Period-期: 03
PageCount-页码: 12-24

SrcDatabase-来源库: 期刊
Title-题名: 档案
Author-作者: 王芳;
Source-文献来源: 图书馆学
Year-年: 2020
"""
EMBASE = """RECORD 1

TITLE
Peat fires and the lungs of firemen
AUTHOR NAMES
Marsh K., Oduya P.T.
SOURCE
Journal of Foo (2019) 12:3 (12-24). Date of Publication: 3 Apr 2019
PUBLICATION TYPE
Article
ISSN
1234-5679
ABSTRACT
We looked at peat fires.
EMTREE MEDICAL INDEX TERMS
fire, lung, human
MEDLINE PMID
31000001
DOI
10.9999/foo.1
LANGUAGE OF ARTICLE
English

RECORD 2

TITLE
Moss
AUTHOR NAMES
Berg A.
SOURCE TITLE
Moss J
PUBLICATION YEAR
2020
VOLUME
5
"""


def read(text: str) -> list[Parsed]:
    return list(reader_named("headed").read(io.BytesIO(text.encode()), ReadOptions()))


def documents(text: str) -> list[Document]:
    return [one for one in read(text) if isinstance(one, Document)]


@pytest.mark.parametrize("text", [NOTE_EXPRESS, CNKI, EMBASE])
def test_it_is_recognised(text: str) -> None:
    reader = reader_named("headed")
    assert reader.sniff(text.encode(), "x.txt") > 0.9
    assert reader.sniff(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "x.txt") > 0.9
    assert reader.sniff(b"Title: Peat\nA record 1 of prose", "x.txt") == 0


@pytest.mark.parametrize("text", [NOTE_EXPRESS, CNKI])
def test_chinese_records_are_whole(text: str) -> None:
    first, second = documents(text)
    assert (first.title, first.authors) == ("公共图书馆的读者研究", ("张伟", "李明"))
    assert (first.venue, first.year, first.volume, first.pages) == ("图书馆学", 2019, "12", "12-24")
    assert (first.issue.lstrip("0"), first.tags) == ("3", ("图书馆", "读者"))
    assert (first.abstract, first.type) == ("本文研究了读者。", "article-journal")
    assert (second.title, second.authors, second.year) == ("档案", ("王芳",), 2020)


def test_note_express_keeps_identifiers_types_and_lines_that_go_on() -> None:
    first, second = documents(NOTE_EXPRESS)
    assert (first.doi, first.issn, first.url) == ("10.9999/foo.1", ("1234-5679",), "https://example.org/1")
    assert (second.type, second.publisher, second.abstract) == ("thesis", "某大学", "一。 二。")


def test_embase_records_are_whole() -> None:
    first, second = documents(EMBASE)
    assert (first.title, first.authors) == (
        "Peat fires and the lungs of firemen",
        ("Marsh, K.", "Oduya, P.T."),
    )
    assert (first.venue, first.year, first.volume) == ("Journal of Foo", 2019, "12")
    assert (first.issue, first.pages, first.issn) == ("3", "12-24", ("1234-5679",))
    assert (first.pmid, first.doi, first.lang) == ("31000001", "10.9999/foo.1", "en")
    assert first.tags == ("fire", "lung", "human")
    assert first.abstract == "We looked at peat fires."
    assert (second.title, second.venue, second.year, second.volume) == ("Moss", "Moss J", 2020, "5")


def test_lines_before_the_first_record_are_reported_once() -> None:
    parsed = read(f"An export\nof yesterday\n{CNKI}")
    warnings = [one for one in parsed if isinstance(one, FieldWarning)]
    assert [(one.line, one.value) for one in warnings] == [(1, "An export")]
    assert len(parsed) == 3


@pytest.mark.parametrize(
    ("text", "title", "authors"),
    [
        ("{Reference Type}: Journal Article\n{Title}: Bees\n{Author}: Roe, L.\n", "Bees", ("Roe, L.",)),
        ("RECORD 1\n\nTITLE\nBees\nAUTHOR NAMES\nRoe L.\n", "Bees", ("Roe, L.",)),
        ("Title-题名: 图书馆研究\nAuthor-作者: 张伟\n", "图书馆研究", ("张伟",)),
    ],
)
def test_short_records_are_read(text: str, title: str, authors: tuple[str, ...]) -> None:
    (document,) = documents(text)
    assert (document.title, document.authors) == (title, authors)
    assert reader_named("headed").sniff(text.encode(), "x.txt") > 0.9
