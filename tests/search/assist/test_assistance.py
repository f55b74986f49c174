"""Suggestions and did-you-mean from one pass over papers, and what happens without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.arrays import ArraysError
from ingest.document import Document
from ingest.library.library import Paper, StoredDocument
from ingest.text.analysis import analyzer
from search.assist.assistance import Assistance, check_assistance, has_assistance, write_assistance
from search.query.parser import parse
from topics.model.hierarchy import Topic


def paper(number: int, title: str, collection: str = "arxiv", **fields: object) -> Paper:
    document = Document(str(number), title=title, **fields)  # type: ignore[arg-type]
    stored = StoredDocument(f"d{number}", collection, f"d{number}", document, number)
    joined = analyzer().joined
    return Paper(
        f"d{number}", stored, (stored,), (collection,), number, "", joined(title), joined(document.abstract)
    )


PAPERS = [
    paper(1, "Graphene sheets", authors=("Novoselov, Konstantin",), tags=("materials",), year=2004),
    paper(2, "Graphene ribbons", authors=("Novoselov, Konstantin", "Geim, Andre"), citations=9),
    paper(
        3, "Protein folding", "pubmed", abstract="How a protein folds.", authors=("Anfinsen, C.",), year=2020
    ),
    paper(4, "Protein design", "pubmed", authors=("Baker, D.",), year=2021),
]
TOPICS = [Topic("t1", 0, 0, "Carbon materials", (("graphene_sheet", 0.5), ("ribbon", 0.2)), documents=2)]


def written(tmp_path: Path) -> Assistance:
    write_assistance(iter(PAPERS), tmp_path / "aids", analyzer(), TOPICS)
    return Assistance(tmp_path / "aids")


def test_topics_terms_authors_tags_and_titles_are_suggested(tmp_path: Path) -> None:
    assistance = written(tmp_path)
    assert [(one["kind"], one["text"]) for one in assistance.suggest("graph")] == [
        ("term", "graphene sheet"),
        ("title", "Graphene ribbons"),
        ("title", "Graphene sheets"),
    ]
    assert [one["text"] for one in assistance.suggest("mater")] == ["Carbon materials", "materials"]
    assert [one["query"] for one in assistance.suggest("kon")] == ['author:"Novoselov, Konstantin"']
    assert [one["text"] for one in assistance.suggest("prot")] == ["Protein design", "Protein folding"]
    assert assistance.suggest("prot", limit=0) == []


def test_renamed_topics_are_shown_by_their_new_name_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    assistance = written(tmp_path)
    assert [one["text"] for one in assistance.suggest("carbon", labels={"t1": "Graphene & co"})] == [
        "Graphene & co"
    ]
    assert assistance.suggest("carbon", labels={}) == []


def test_suggestions_respect_what_a_reader_may_see(tmp_path: Path) -> None:
    assert written(tmp_path).suggest("protein", collections={"arxiv"}) == []


def test_misspelt_words_are_corrected_and_names_are_not(tmp_path: Path) -> None:
    assistance = written(tmp_path)
    assert assistance.did_you_mean(parse("grpahene"), analyzer(), has_hits=False) == "graphene"
    assert assistance.did_you_mean(parse("novoselov"), analyzer(), has_hits=True) == ""


def test_without_a_folder_there_is_nothing_to_suggest(tmp_path: Path) -> None:
    for assistance in (Assistance(None), Assistance(tmp_path / "absent")):
        assert assistance.suggest("graph") == []
        assert assistance.did_you_mean(parse("grpahene"), analyzer(), has_hits=False) == ""


def test_what_an_earlier_version_wrote_is_no_more_and_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "aids"
    folder.mkdir()
    (folder / "suggestions.bin").write_bytes(b"of before")
    assert not has_assistance(folder)
    assert Assistance(folder).suggest("graph") == []
    written(tmp_path)
    assert has_assistance(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["spelling", "suggestions"]


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    written(tmp_path)
    check_assistance(tmp_path / "aids")
    path = tmp_path / "aids" / "spelling" / "papers.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ArraysError, match=r"papers\.npy"):
        check_assistance(tmp_path / "aids")


def test_a_damaged_file_is_done_without(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "aids" / "suggestions" / "suggestions.json").write_bytes(b"not ours")
    assistance = Assistance(tmp_path / "aids")
    assert assistance.suggest("graph") == []
    assert assistance.did_you_mean(parse("grpahene"), analyzer(), has_hits=False) == "graphene"
