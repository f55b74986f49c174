"""Tables of words in files: the same words as in memory, shared by processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.text import analysis, shared_folder
from ingest.text.lexicon import Lexicon, Tables
from ingest.text.shared_folder import share_languages
from ingest.text.word_tables import WordTable, mapped, save

TABLES = Tables(
    lookup={"häuser": "haus", "haus": "haus", "hausen": "hausen", "a": "b", "猫": "猫", "\udc80": "x"},
    index={"noun": frozenset(["haus", "maus"]), "verb": frozenset()},
    exceptions={"noun": {"mäuse": "maus"}, "adj": {}},
    rules={"noun": (("en", ""), ("e", "e"))},
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shared_folder, "_folder", None)
    return tmp_path


def test_what_is_in_files_is_what_was_in_memory(tmp_path: Path) -> None:
    save(TABLES, tmp_path / "de")
    tables = mapped(tmp_path / "de")
    assert dict(tables.lookup) == TABLES.lookup
    assert {part: dict(table) for part, table in tables.exceptions.items()} == TABLES.exceptions
    for part, forms in TABLES.index.items():
        assert [form for form in (*forms, "ha", "hause", "", "zz") if form in tables.index[part]] == [*forms]
    assert tables.rules == TABLES.rules
    for absent in ("", "hau", "hauses", "zzz", "h\taus"):
        assert tables.lookup.get(absent) is None


def test_of_two_that_write_the_tables_of_a_language_the_first_one_s_stay(tmp_path: Path) -> None:
    save(TABLES, tmp_path / "de")
    save(Tables(), tmp_path / "de")
    assert [path.name for path in tmp_path.iterdir()] == ["de"]
    assert len(mapped(tmp_path / "de").lookup) == len(TABLES.lookup)


def test_processes_that_share_tables_know_the_same_headwords(folder: Path) -> None:
    forms = ["huizen", "kinderen", "ging", "werkingen", "vitamine", "de", "zzz"]
    alone = Lexicon("nl", analysis._spacy_tables, analysis._spacy_stops)
    share_languages(folder)
    together = Lexicon("nl", analysis._tables, analysis._spacy_stops)
    assert [together.lemma(form) for form in forms] == [alone.lemma(form) for form in forms]
    assert isinstance(analysis._tables("nl").lookup, WordTable)
    assert not isinstance(analysis._tables("en").lookup, WordTable)  # a server forks with them


@pytest.mark.parametrize("lang", ["", "xx", "../nl", "zz/..", "q" * 300])
def test_a_language_without_tables_leaves_no_files(folder: Path, lang: str) -> None:
    share_languages(folder)
    assert analysis._tables(lang) == Tables()
    assert [*folder.iterdir()] == []


def test_without_a_place_to_share_them_tables_are_read_anyway(folder: Path) -> None:
    share_languages(folder / "gone")
    assert "aagten" in analysis._tables("nl").lookup
