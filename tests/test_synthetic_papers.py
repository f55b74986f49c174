"""Papers made for measurements are the same for the same files and seed, each with an identity of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.synthetic_papers import lines, sources
from ingest.document import Document
from ingest.input_files import read_sources

HALVES = [
    ("Rats eat rice every day", "Rats were fed. They ate rice. They slept. We counted.", ["Rats", "Rice"]),
    ("Mice drink water at night", "Mice were watched. They drank. They ran. We wrote.", ["Rats", "Water"]),
    ("Stars shine far from here", "Stars are far. They shine. They cool. We measured.", ["Stars"]),
]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "real.jsonl"
    records = [
        {
            "id": str(number),
            "title": title,
            "abstract": abstract,
            "tags": tags,
            "year": 1990 + number,
            "authors": ["Doe, Jo"],
        }
        for number, (title, abstract, tags) in enumerate(HALVES)
    ]
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return str(path)


def test_the_same_seed_gives_the_same_papers_and_goes_on_where_it_ended(file: str) -> None:
    whole = list(lines([file], 20, seed=3))
    assert list(lines([file], 12, seed=3)) + list(lines([file], 8, seed=3, first=12)) == whole
    assert list(lines([file], 20, seed=4)) != whole


def test_every_paper_is_read_without_a_fault_and_has_an_identity_of_its_own(
    file: str, tmp_path: Path
) -> None:
    path = tmp_path / "made.jsonl"
    path.write_text("".join(lines([file], 200)), "utf-8")
    papers = [parsed for _, parsed in read_sources([str(path)])]
    documents = [paper for paper in papers if isinstance(paper, Document)]
    assert len(documents) == len(papers) == 200
    assert len({paper.doi for paper in documents}) == len({paper.source_id for paper in documents}) == 200
    dois = {f"doi:{paper.doi}" for paper in documents}
    assert any(paper.references for paper in documents)
    assert all(reference in dois for paper in documents for reference in paper.references)


def test_a_paper_is_the_halves_of_two_that_share_a_tag(file: str) -> None:
    halves = {paper.abstract for paper in sources([file])}
    assert len(halves) == len(HALVES)
    for line in lines([file], 50):
        abstract = json.loads(line)["abstract"]
        begins = [text for text in halves if text.startswith(abstract.split(". ")[0])]
        ends = [text for text in halves if text.endswith(abstract.split(". ")[-1])]
        assert len(begins) == len(ends) == 1


def test_papers_without_text_make_none(tmp_path: Path) -> None:
    path = tmp_path / "titles.jsonl"
    path.write_text('{"id": "1", "title": "Alone"}\n', "utf-8")
    with pytest.raises(SystemExit, match="fewer than two"):
        list(lines([str(path)], 1))
