"""Every export comes back through our own readers without loss."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Document
from ingest.errors import InputError
from ingest.readers import reader_named, sniff
from ingest.readers.parsing.reader import ReadOptions
from ingest.text.cleaning import clean_abstract, clean_author, clean_text, clean_title
from ingest.writers import WRITERS, write

FULL = Document(
    source_id="mueller1993",
    title="DNA of café networks: 5% & more_of $x^2$ at #1 {x|y}",
    abstract="Networks grow, “slowly”, by 5% & $10 of them; see $\\alpha_{i}$. New\u2014and old.",
    authors=("Müller, Jörg", "King, Martin, Jr", "Networks Study Group", "Jane Doe", "O'Neil, Ann-Marie"),
    year=1993,
    date="1993-03-05",
    venue="Human & other networks",
    volume="24",
    issue="3",
    pages="339-42",
    publisher="Old Press",
    doi="10.1000/abc_1(2)",
    arxiv_id="0704.0001",
    pmid="1001",
    other_ids=("pmcid:PMC55", "isbn:9781234567897", "openalex:W1"),
    url="https://x.example.org/a_b?c=1&d=%20#e",
    tags=("Behavior, Animal", "graph theory", "C++"),
    lang="fr",
    type="article-journal",
    references=("doi:10.2000/ref.2", "Someone; with | signs & {braces} (1950) doi 10.5/6"),
    issn=("1234-567X", "8765-4321"),
    orcids=("0000-0002-1825-0097", "", "", "", ""),
    open_access="gold",
    open_access_url="https://x.example.org/a.pdf",
    licence="https://creativecommons.org/licenses/by/4.0/",
    notices=("retracted", "expression of concern"),
    citations=12,
    collection="mine",
)
SPARSE = Document(source_id="b 2/ö", title="=HYPERLINK(evil)", tags=("one, with comma",), type="thesis")
BARE = Document(
    source_id="c", abstract="An abstract alone, -1 at first.", year=2001, date="2001", type="article"
)


def back(text: str, name: str) -> list[Document]:
    data = text.encode()
    reader = sniff(data[:65536], "export")
    assert reader.name == name
    return [found for found in reader.read(io.BytesIO(data), ReadOptions()) if isinstance(found, Document)]


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_nothing_is_lost(name: str) -> None:
    found = back("".join(write([FULL, SPARSE, BARE], name)), name)
    for wanted, got in zip([FULL, SPARSE, BARE], found, strict=True):
        for field in wanted.__dataclass_fields__:
            if field == "source_id" and name == "bibtex":  # a key may not hold spaces
                continue
            assert getattr(got, field) == getattr(wanted, field), field


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_an_empty_export_is_a_valid_file(name: str) -> None:
    text = "".join(write([], name))
    assert list(reader_named(name).read(io.BytesIO(text.encode()), ReadOptions())) == [] or name == "csv"
    if name == "csl":
        assert json.loads(text) == []


def test_an_export_is_streamed() -> None:
    def endless() -> object:
        while True:
            yield FULL

    for name in WRITERS:
        pieces = write(endless(), name)  # type: ignore[arg-type]
        assert all(next(pieces) for _ in range(5))


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        write([], "docx")
    assert "bibtex" in caught.value.hint


def test_no_cell_runs_as_a_formula() -> None:
    text = "".join(write([SPARSE], "csv"))
    assert "'=HYPERLINK" in text
    assert "\n=" not in text.replace(",=", "\n=")


def test_bibtex_keys_are_unique_and_plain() -> None:
    text = "".join(write([FULL, FULL, SPARSE], "bibtex"))
    assert "@article{mueller1993," in text
    assert "@article{mueller1993-2," in text
    assert "@phdthesis{b_2/," in text
    assert "{{DNA} of café" in text  # capitals that a style must not lower
    assert "{Networks Study Group}" in text


def test_csl_is_what_citation_processors_take() -> None:
    (item,) = json.loads("".join(write([FULL], "csl")))
    assert item["issued"] == {"date-parts": [[1993, 3, 5]]}
    assert item["author"][1] == {"family": "King", "given": "Martin", "suffix": "Jr"}
    assert item["author"][2] == {"literal": "Networks Study Group"}
    assert item["DOI"] == "10.1000/abc_1(2)"


def test_writers_say_what_they_are() -> None:
    for name, writer in WRITERS.items():
        assert writer.name == name
        assert "/" in writer.media_type
        assert writer.suffix.startswith(".")


_LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp")),
    min_size=1,
    max_size=60,
)
_LATEX = st.lists(
    st.sampled_from(["$x$", "{", "}", "%", "&", "#", "_", "a", " ", "B", "\\", "'", '"', "=", ";", ","]),
    max_size=20,
)
_TEXT = st.one_of(_LETTERS, _LATEX.map("".join))


@st.composite
def clean_documents(draw: st.DrawFn) -> Document:
    """Documents as readers yield them: every text already clean."""
    title = clean_title(draw(_TEXT)) or "T"
    tags = [clean_text(tag.replace(";", "").replace(",", "")) for tag in draw(st.lists(_LETTERS, max_size=3))]
    return Document(
        source_id="k",
        title=title,
        abstract=clean_abstract(draw(_TEXT)),
        authors=tuple(
            name
            for name in (
                clean_author(f"{a}, {b}") for a, b in draw(st.lists(st.tuples(_NAMES, _NAMES), max_size=3))
            )
            if name
        ),
        year=draw(st.one_of(st.none(), st.integers(1900, 2020))),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag.strip(" ;,|"))),
        type="article-journal",
    )


_NAMES = st.text(st.sampled_from("abcdefgh ABCÉéüß'-"), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=80, deadline=None)
@given(clean_documents())
def test_clean_documents_come_back(document: Document) -> None:
    for name in WRITERS:
        text = "".join(write([document], name))
        (got,) = [
            found
            for found in reader_named(name).read(io.BytesIO(text.encode()), ReadOptions())
            if isinstance(found, Document)
        ]
        assert (got.title, got.abstract, got.year) == (document.title, document.abstract, document.year), name
        assert got.authors == document.authors, name
