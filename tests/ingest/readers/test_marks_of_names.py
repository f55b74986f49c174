"""What stands around names (ORCIDs, marks, titles, degrees, braces) and lists that other programs bend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.document import Document
from ingest.input_files import read_sources
from ingest.text.cleaning import clean_author
from ingest.values.author_lists import split_authors
from ingest.values.author_names import without_titles


def document(tmp_path: Path, name: str, text: str) -> Document:
    (tmp_path / name).write_text(text, "utf-8")
    (found,) = (one for _, one in read_sources([tmp_path / name]) if isinstance(one, Document))
    return found


def test_ris_names_lose_what_is_no_name_and_keep_what_it_says(tmp_path: Path) -> None:
    names = ["Roe, A. [orcid:0000-0002-1825-0097]", "Doe, Kim 1,2", "Dr. Ann Ito, MD", "{MOSS}", "Lee, B"]
    tags = "".join(f"AU  - {name}\n" for name in names)
    paper = document(tmp_path, "a.ris", f"TY  - CHAP\nTI  - Moss\n{tags}ED  - 2\nED  - Ed, I\nER  - \n")
    assert paper.authors == ("Roe, A.", "Doe, Kim", "Ann Ito", "MOSS", "Lee, B")
    assert paper.orcids == ("0000-0002-1825-0097", "", "", "", "")
    assert (paper.group_authors, paper.editors) == (("MOSS",), ("Ed, I",))


def test_medline_keeps_a_group_in_braces(tmp_path: Path) -> None:
    paper = document(tmp_path, "a.nbib", "PMID- 12345678\nTI  - Moss of fens.\nFAU - {MOSS}\nDP  - 2001\n")
    assert (paper.authors, paper.group_authors) == (("MOSS",), ("MOSS",))


def test_pubmed_leaves_out_names_that_are_not_valid_any_more(tmp_path: Path) -> None:
    authors = "".join(
        f'<Author ValidYN="{valid}"><LastName>{name}</LastName></Author>'
        for valid, name in (("Y", "Roe"), ("N", "Row"))
    )
    paper = document(
        tmp_path,
        "a.xml",
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>12345678</PMID><Article><ArticleTitle>Moss"
        f"</ArticleTitle><AuthorList>{authors}</AuthorList></Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>",
    )
    assert paper.authors == ("Roe",)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("John Roe, Mary Doe and Peter Ito", ("John Roe", "Mary Doe", "Peter Ito")),
        ("García Márquez, Gabriel José and Ito, Yu", ("García Márquez, Gabriel José", "Ito, Yu")),
        ("García Márquez, Gabriel José and others", ("García Márquez, Gabriel José",)),
        ("van der Roe, Ann Bea and Yu Ito", ("van der Roe, Ann Bea", "Yu Ito")),
    ],
)
def test_commas_before_the_and_of_bibtex(tmp_path: Path, written: str, names: tuple[str, ...]) -> None:
    assert document(tmp_path, "a.bib", f"@book{{a, title={{Moss}}, author={{{written}}}}}").authors == names


@pytest.mark.parametrize("comma", [None, False])
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Roe¹, Yu Ito²*", ["Ann Roe", "Yu Ito"]),
        ("Ann Roe¹,², Yu Ito³", ["Ann Roe", "Yu Ito"]),
        ("1. Ann Roe 2. Yu Ito", ["Ann Roe", "Yu Ito"]),
        ("ROE, ANN/ITO, YU", ["ROE, ANN", "ITO, YU"]),
        ("Roe A.  Ito Y.", ["Roe, A.", "Ito, Y."]),
        ("Roe A/Ito Y", ["Roe, A", "Ito, Y"]),
        ("Centre for Peat/Moss Unit", ["Centre for Peat/Moss Unit"]),
    ],
)
def test_lists_that_are_bent(text: str, names: list[str], comma: bool | None) -> None:
    assert split_authors(text, comma=comma) == names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Dr. Jane Roe, MD", "Jane Roe"),
        ("Prof. Dr. med. Jane Roe", "Jane Roe"),
        ("Roe, Prof. dr. A.B.", "Roe, A.B."),
        ("Roe, Jane, Ph.D.", "Roe, Jane"),
        ("Roe, MD", "Roe, MD"),
        ("Prof. Phil Roe", "Phil Roe"),
        ("Drew, Ann", "Drew, Ann"),
        ("Dr, A.", "Dr, A."),
        ("Roe, Jane, Jr.", "Roe, Jane, Jr."),
    ],
)
def test_titles_and_degrees(written: str, name: str) -> None:
    assert without_titles(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Lee, Kim 1,2", "Lee, Kim"),
        ("Lee, Kim1, 2*", "Lee, Kim"),
        ("Berg, Anna¹,²", "Berg, Anna"),
        ("Chen, L.¹*", "Chen, L."),
        ("Berg, A.1", "Berg, A."),
        ("Berg, Anna[1]", "Berg, Anna"),
        ("Berg, Anna a,b", "Berg, Anna"),
        ("Berg, Anna^{1,2}", "Berg, Anna"),
        ("Anna Berg ✉", "Anna Berg"),
        ("Wei Wang 0001", "Wei Wang"),
        ("WHO*", "WHO"),
        ("COVID19", "COVID19"),
        ("HapMap 3", "HapMap 3"),
        ("Study Group, Phase 2", "Study Group, Phase 2"),
        ("Berg, Anna a", "Berg, Anna a"),
        ("Berg, Anna III", "Berg, Anna III"),
    ],
)
def test_marks_behind_names_are_known_in_every_format(tmp_path: Path, written: str, name: str) -> None:
    assert clean_author(written) == clean_author(name) == name
    ris = f"TY  - JOUR\nTI  - Moss\nAU  - {written}\nAU  - Roe, B\nER  - \n"
    assert document(tmp_path, "a.ris", ris).authors == (name, "Roe, B")
    text = json.dumps({"title": "Moss", "authors": [written, "Roe, B"]})
    assert document(tmp_path, "a.jsonl", text).authors == (name, "Roe, B")
