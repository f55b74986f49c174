"""Runs of one sign, as an attacker writes them: each reader and each cleaning function comes to an end.

A pattern that goes back over such a run needs hours for these sizes: the time limit of the tests ends it.
What is one record a line is shorter: there the calls are counted, which must grow as the lines do.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from ingest.document import Document, FieldWarning, Rejected
from ingest.readers.parsing.reader import MAX_ABSTRACT, MAX_TITLE, MAX_TOGETHER, ReadOptions
from ingest.readers.registry import reader_named
from ingest.readers.tables.delimited import delimited_rows
from ingest.text.cleaning import clean_abstract, clean_author, clean_title
from ingest.text.forms import blank_math
from ingest.values.author_lists import split_authors
from ingest.values.author_names import parse_name
from ingest.values.dates import normal_date
from ingest.values.identifiers import doi_of_link, normal_arxiv_id, normal_doi
from ingest.values.retractions import notices_in
from ingest.values.tag_lists import split_tags

RUNS = [" ", "{", "}", "$", "\\", "a", '"', "=", "#", "@", ",", ";", "<", "&", "(", "\\a", "-\n", "\t", "^2"]
LENGTH = 250_000
AROUND = {
    "title": ("bibtex", "@article{k, title={", "}}\n"),
    "quotes": ("bibtex", '@article{k, title="', '"}\n'),
    "author": ("bibtex", "@article{k, title={T}, author={", "}}\n"),
    "field": ("bibtex", "@article{k,", "}\n"),
    "abstract": ("csv", 'title,abstract\nT,"', '"\n'),
    "names": ("csv", 'title,authors\nT,"', '"\n'),
    "source": ("csv", 'title,source,keywords\nT,"', '",\n'),
    "json": ("jsonl", '{"title": "', '"}\n'),
    "xml": ("pubmed", "<PubmedArticle><PMID>1</PMID><ArticleTitle>", "</ArticleTitle></PubmedArticle>"),
}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("place", AROUND)
def test_readers_end_and_fields_are_bounded(place: str, run: str) -> None:
    name, before, after = AROUND[place]
    length = LENGTH // 25 if name == "csv" and "\n" in run else LENGTH
    data = (before + run * (length // len(run)) + after).encode()
    reader = reader_named(name)
    reader.sniff(data[:65_536], "x")
    for found in reader.read(io.BytesIO(data), ReadOptions()):
        assert isinstance(found, Document | FieldWarning | Rejected)
        if isinstance(found, Document):
            assert len(found.title) <= MAX_TITLE
            assert len(found.abstract) <= MAX_ABSTRACT
            assert sum(map(len, found.authors)) <= MAX_TOGETHER


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    "function",
    [clean_title, clean_abstract, clean_author, blank_math, split_authors, split_tags, parse_name, notices_in,
     normal_doi, normal_arxiv_id, normal_date, doi_of_link],
)  # fmt: skip
def test_functions_end(function: Callable[[str], object], run: str) -> None:
    text = run * (LENGTH // 5 // len(run))
    assert function(f"x{text}") is not None
    assert function(f"{text}y") is not None


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python and of C are called."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("line", ["-\n", 'x","y\n', '"x\n', '""x\n', '"""x\n'])
def test_lines_of_an_open_cell_are_read_in_linear_steps(line: str) -> None:
    def read(lines: int) -> int:
        stream = io.BytesIO(f'title,abstract\nT,"{line * lines}'.encode())
        return calls(lambda: [row for row in delimited_rows(stream)])  # noqa: C416

    few, many = read(2_500), read(5_000)
    assert many < 3 * few
    assert many < 400 * 5_000


def test_what_is_cut_is_said() -> None:
    names = "; ".join(f"Family{number}, Given" for number in range(40_000))
    parsed = list(
        reader_named("csv").read(io.BytesIO(f'title,authors\nT,"{names}"\n'.encode()), ReadOptions())
    )
    assert {found.field for found in parsed if isinstance(found, FieldWarning)} == {"authors"}
