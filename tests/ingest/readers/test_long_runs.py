"""Runs of one sign, as an attacker writes them: each reader and each cleaning function comes to an end.

A pattern that goes back over such a run needs hours for these sizes: the time limit of the tests ends it.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from ingest.document import Document, FieldWarning, Rejected
from ingest.readers import reader_named
from ingest.readers.parsing.reader import MAX_ABSTRACT, MAX_TITLE, MAX_TOGETHER, ReadOptions
from ingest.text.author_lists import split_authors
from ingest.text.author_names import parse_name
from ingest.text.cleaning import clean_abstract, clean_author, clean_title
from ingest.text.forms import blank_math
from ingest.text.identifiers import doi_of_link, normal_arxiv_id, normal_date, normal_doi
from ingest.text.retractions import notices_in
from ingest.text.tag_lists import split_tags

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
    data = (before + run * (LENGTH // len(run)) + after).encode()
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


def test_what_is_cut_is_said() -> None:
    names = "; ".join(f"Family{number}, Given" for number in range(40_000))
    parsed = list(
        reader_named("csv").read(io.BytesIO(f'title,authors\nT,"{names}"\n'.encode()), ReadOptions())
    )
    assert {found.field for found in parsed if isinstance(found, FieldWarning)} == {"authors"}
