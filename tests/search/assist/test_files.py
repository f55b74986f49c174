"""Both aids from one pass over papers, and what happens without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.arrays import ArraysError
from ingest.document import Document
from ingest.library.library import Paper, StoredDocument
from ingest.text.analysis import analyzer
from search.assist.files import Aids, check_aids, has_aids, write_aids
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


def written(tmp_path: Path) -> Aids:
    write_aids(iter(PAPERS), tmp_path / "aids", analyzer(), TOPICS)
    return Aids(tmp_path / "aids")


def test_topics_terms_authors_tags_and_titles_are_suggested(tmp_path: Path) -> None:
    aids = written(tmp_path)
    assert [(one["kind"], one["text"]) for one in aids.suggest("graph")] == [
        ("term", "graphene sheet"),
        ("title", "Graphene ribbons"),
        ("title", "Graphene sheets"),
    ]
    assert [one["text"] for one in aids.suggest("mater")] == ["Carbon materials", "materials"]
    assert [one["query"] for one in aids.suggest("kon")] == ['author:"Novoselov, Konstantin"']
    assert [one["text"] for one in aids.suggest("prot")] == ["Protein design", "Protein folding"]
    assert aids.suggest("prot", limit=0) == []


def test_renamed_topics_are_shown_by_their_new_name_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    aids = written(tmp_path)
    assert [one["text"] for one in aids.suggest("carbon", labels={"t1": "Graphene & co"})] == [
        "Graphene & co"
    ]
    assert aids.suggest("carbon", labels={}) == []


def test_suggestions_respect_what_a_reader_may_see(tmp_path: Path) -> None:
    assert written(tmp_path).suggest("protein", collections={"arxiv"}) == []


def test_misspelt_words_are_corrected_and_names_are_not(tmp_path: Path) -> None:
    aids = written(tmp_path)
    assert aids.did_you_mean(parse("grpahene"), analyzer(), found=False) == "graphene"
    assert aids.did_you_mean(parse("novoselov"), analyzer(), found=True) == ""


def test_without_a_folder_there_is_nothing_to_suggest(tmp_path: Path) -> None:
    for aids in (Aids(None), Aids(tmp_path / "absent")):
        assert aids.suggest("graph") == []
        assert aids.did_you_mean(parse("grpahene"), analyzer(), found=False) == ""


def test_what_an_earlier_version_wrote_is_no_more_and_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "aids"
    folder.mkdir()
    (folder / "suggestions.bin").write_bytes(b"of before")
    assert not has_aids(folder)
    assert Aids(folder).suggest("graph") == []
    written(tmp_path)
    assert has_aids(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["spelling", "suggestions"]


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    written(tmp_path)
    check_aids(tmp_path / "aids")
    path = tmp_path / "aids" / "spelling" / "papers.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ArraysError, match=r"papers\.npy"):
        check_aids(tmp_path / "aids")


def test_a_damaged_file_is_done_without(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "aids" / "suggestions" / "suggestions.json").write_bytes(b"not ours")
    aids = Aids(tmp_path / "aids")
    assert aids.suggest("graph") == []
    assert aids.did_you_mean(parse("grpahene"), analyzer(), found=False) == "graphene"
