"""Every export comes back through our own readers without loss of what its format holds."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.document import Document, FieldWarning, Rejected
from ingest.errors import InputError
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.registry import reader_named, sniff
from ingest.text.cleaning import clean_abstract, clean_author, clean_text, clean_title
from ingest.values.author_names import parse_name
from ingest.writers.formats import WRITERS, write
from ingest.writers.work import Work
from tests.ingest.writers.papers import BARE, FULL, KINDS, SPARSE, exported

_NOT_HELD = {
    "bibtex": {"source_id"},
    "csl": {"source_id"},
    "ris": {
        "source_id", "references", "orcids", "open_access", "open_access_url", "licence", "citations",
        "notices", "group_authors",
    },
    "csv": set(),
    "jsonl": set(),
}  # fmt: skip
"""The key stands in the place of the id; RIS has no tags for the others (a retraction is a note)."""


def back(text: str, name: str) -> list[Document]:
    data = text.encode()
    reader = sniff(data[:65536], "export")
    assert reader.name == name
    found = list(reader.read(io.BytesIO(data), ReadOptions()))
    assert not [parsed for parsed in found if isinstance(parsed, Rejected | FieldWarning)]
    return [parsed for parsed in found if isinstance(parsed, Document)]


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_nothing_is_lost(name: str) -> None:
    papers = [FULL, SPARSE, BARE, *KINDS]
    for wanted, got in zip(papers, back(exported(papers, name), name), strict=True):
        for field in wanted.__dataclass_fields__:
            value = getattr(wanted, field)
            if field == "other_ids" and name == "ris":
                value = tuple(other for other in value if not other.startswith("openalex:"))
            if field == "date" and len(value) < 5:  # the year alone says the same
                value = str(wanted.year or "") if got.date else ""
            if field not in _NOT_HELD[name]:
                assert getattr(got, field) == value, (field, wanted.title)
        assert got.retracted == wanted.retracted


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_an_empty_export_is_a_valid_file(name: str) -> None:
    text = exported([], name)
    assert list(reader_named(name).read(io.BytesIO(text.encode()), ReadOptions())) == [] or name == "csv"
    if name == "csl":
        assert json.loads(text) == []


def test_an_export_is_streamed() -> None:
    for name in WRITERS:
        pieces = write(itertools.repeat(Work(FULL)), name)
        assert all(next(pieces) for _ in range(5))


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        write([], "docx")
    assert "bibtex" in caught.value.hint


def test_writers_say_what_they_are() -> None:
    for name, writer in WRITERS.items():
        assert writer.name == name
        assert "/" in writer.media_type
        assert writer.suffix.startswith(".")


def test_collections_are_named_where_they_are_asked_for() -> None:
    work = Work(FULL, collections=("One", "Two; three"))
    for name in ("bibtex", "ris", "csl"):
        assert "Two; three" not in "".join(write([work], name))
        text = "".join(write([work], name, collections=True))
        assert "One" in text
        assert "Two; three" in text
        assert back(text, name)[0].collection.startswith("One")


_LETTERS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"), exclude_characters="$"
    ),
    min_size=1,
    max_size=60,
)
_LATEX = st.lists(
    st.sampled_from(
        [
            " $x$ ",
            "{",
            "}",
            "%",
            "&",
            "#",
            "_",
            "a",
            " ",
            "B",
            "\\",
            "'",
            '"',
            "=",
            ";",
            ",",
            "^",
            "~",
            "$",
            "@",
        ]
    ),
    max_size=20,
)
_TEXT = st.one_of(_LETTERS, _LATEX.map("".join))
_NAMES = st.text(st.sampled_from("abcdefghéüß"), min_size=3, max_size=12).map(str.capitalize)


@st.composite
def clean_documents(draw: st.DrawFn) -> Document:
    """Documents as readers yield them: every text already clean."""
    title, abstract = clean_title(draw(_TEXT)) or "T", clean_abstract(draw(_TEXT))
    # BibTeX could not hold a formula such as "${$".
    assume(not any("$" in text and ("{" in text or "}" in text) for text in (title, abstract)))
    tags = [clean_text(tag.replace(";", "").replace(",", "")) for tag in draw(st.lists(_LETTERS, max_size=3))]
    people = draw(st.lists(st.tuples(_NAMES, _NAMES), max_size=3))
    return Document(
        source_id="k",
        title=title,
        abstract=abstract,
        authors=tuple(name for a, b in people if (name := parse_name(clean_author(f"{a}, {b}")).inverted)),
        year=draw(st.one_of(st.none(), st.integers(1900, 2020))),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag.strip(" ;,|"))),
        type="article-journal",
    )


@settings(max_examples=80, deadline=None)
@given(clean_documents())
def test_clean_documents_come_back(document: Document) -> None:
    for name in WRITERS:
        (got,) = _documents(exported([document], name), name)
        # A backslash is TeX in BibTeX; as a sign of its own it comes back as that of sets.
        texts = [text.replace("\\", "∖") for text in (got.title, got.abstract)]
        assert texts == [text.replace("\\", "∖") for text in (document.title, document.abstract)], name
        assert got.year == document.year, name
        assert got.authors == document.authors, name


_HOSTILE = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "}", "{", "\\", "}\n}\n@article{evil,\n title={Evil}}\n",
                "\nER  - \nTY  - JOUR\nTI  - Evil\n", "\r\n", "\x00", "\x85", "\u2028", '",', '"', "=1+1",
                "\n=cmd|' /C calc'!A0", "%", "\\input{/etc/passwd}", "$\\write18{x}$", "^^5c", "\ud800",
                " and ", ", ", "|", ";", "%7D", "{{", "]]>", "\ufeff", "\u202e",
            ]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@st.composite
def hostile_documents(draw: st.DrawFn) -> Document:
    """Documents whose every text is an attack on one of the formats."""
    text = [draw(_HOSTILE) for _ in range(15)]
    return Document(
        source_id=text[0],
        title=text[1] or "T",
        abstract=text[2],
        authors=tuple(draw(st.lists(_HOSTILE, max_size=3))),
        editors=tuple(draw(st.lists(_HOSTILE, max_size=2))),
        year=draw(st.one_of(st.none(), st.integers(1900, 2020))),
        venue=text[3],
        volume=text[4],
        issue=text[5],
        pages=text[6],
        publisher=text[7],
        doi=text[8],
        arxiv_id=text[9],
        pmid=text[10],
        other_ids=(f"isbn:{text[11]}", f"pmcid:{text[12]}", text[13]),
        url=text[14],
        tags=tuple(draw(st.lists(_HOSTILE, max_size=3))),
        lang=draw(st.sampled_from(("", "de", "xx", "}"))),
        type=draw(st.sampled_from(("", "article", "book", "thesis", "report", "}", "paper-conference"))),
        issn=(text[11],),
        licence=text[12],
        notices=(text[13],),
        references=(text[14],),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(hostile_documents(), min_size=1, max_size=3))
def test_hostile_papers_stay_as_many_papers(documents: list[Document]) -> None:
    for name in WRITERS:
        text = exported(documents, name).encode("utf-8", "replace").decode()
        found = list(_documents(text, name)) + [r for r in _read(text, name) if isinstance(r, Rejected)]
        assert len(found) == len(documents), name
        assert not any(parsed.title == "Evil" for parsed in found if isinstance(parsed, Document)), name


def _read(text: str, name: str) -> Iterator[object]:
    return iter(reader_named(name).read(io.BytesIO(text.encode()), ReadOptions()))


def _documents(text: str, name: str) -> list[Document]:
    return [found for found in _read(text, name) if isinstance(found, Document)]
