"""Papers of every kind that the tests of exports write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingest.document import Document
from ingest.writers.formats import write
from ingest.writers.work import Work

FULL = Document(
    source_id="mueller1993",
    title="DNA of café networks: 5% & more_of $x^2$ at #1 {x|y}",
    abstract="Networks grow, “slowly”, by 5% & $10 of them; see $\\alpha_{i}$. New\u2014and old.",
    authors=("Müller, Jörg", "King, Martin, Jr", "Networks Study Group", "van der Lee, Ann-Marie"),
    year=1993,
    date="1993-03-05",
    venue="Human & other networks",
    volume="24",
    issue="3",
    pages="339-342",
    publisher="Old Press",
    doi="10.1000/abc_1(2)",
    arxiv_id="0704.0001",
    pmid="1001",
    other_ids=("pmcid:PMC55", "openalex:W1"),
    url="https://x.example.org/a_b?c=1&d=%20#e",
    tags=("Behavior, Animal", "graph theory", "C++"),
    lang="fr",
    type="article-journal",
    references=("doi:10.2000/ref.2", "Someone; with | signs & {braces} (1950) doi 10.5/6"),
    issn=("1234-567X", "8765-4321"),
    orcids=("0000-0002-1825-0097", "", "", ""),
    open_access="gold",
    open_access_url="https://x.example.org/a.pdf",
    licence="https://creativecommons.org/licenses/by/4.0/",
    notices=("retracted", "expression of concern"),
    citations=12,
    group_authors=("Médecins Sans Frontières",),
    publication_types=("Review", "Randomized Controlled Trial"),
)
FULL = replace(FULL, authors=(*FULL.authors[:3], "Médecins Sans Frontières"))
SPARSE = Document(source_id="b 2/ö", title="=HYPERLINK(evil)", tags=("one, with comma",), type="thesis")
BARE = Document(
    source_id="c", abstract="An abstract alone, -1 at first.", year=2001, date="2001", type="article"
)
CHAPTER = Document(
    source_id="d",
    title="Peat fires in the north",
    authors=("Berg, Anna",),
    editors=("Marsh, Kim", "Oduya, Peter T."),
    group_authors=(),
    year=2014,
    venue="Handbook of Peat",
    series="Notes in Peat",
    volume="7",
    pages="12-24",
    publisher="Bog Press",
    other_ids=("isbn:9781234567897",),
    type="chapter",
)
BOOK = Document(
    source_id="e",
    title="Handbook of Peat",
    authors=("Marsh, Kim", "Oduya, Peter T."),
    editors=("Marsh, Kim", "Oduya, Peter T."),
    year=2014,
    series="Notes in Peat",
    publisher="Bog Press",
    other_ids=("isbn:9781234567897",),
    type="book",
)
THESIS = Document(
    source_id="f",
    title="Bee mites",
    authors=("Marsh, Kim",),
    year=2020,
    publisher="Univ. of X",
    type="thesis",
)
REPORT = Document(
    source_id="g",
    title="Salt and stroke",
    authors=("World Health Organization",),
    year=2019,
    series="Reports on Salt",
    issue="12",
    publisher="WHO",
    type="report",
)
TALK = Document(
    source_id="h",
    title="Deep nets",
    authors=("Li, Xia",),
    editors=("Berg, Anna",),
    year=2018,
    date="2018-07",
    venue="Proceedings of the 3rd Workshop on Nets",
    pages="100-110",
    publisher="ACM",
    type="paper-conference",
)
ARTICLE_NUMBER = Document(
    source_id="i",
    title="Waves",
    authors=("Ito, Yu",),
    year=2012,
    venue="PLoS ONE",
    pages="e42692",
    type="article-journal",
)
KINDS = (CHAPTER, BOOK, THESIS, REPORT, TALK, ARTICLE_NUMBER)


def exported(documents: Iterable[Document], format: str) -> str:
    """The export of these papers."""
    return "".join(write((Work(document) for document in documents), format))
