"""Tables of words in files: the same words as in memory, asked without being read in, kept between starts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.arrays import ArraysError
from ingest.text.headwords import kept_tables, spacy_files
from ingest.text.headwords.kept_tables import (
    keep_tables,
    make,
    make_missing,
    make_missing_beside,
    missing,
    tables_of,
)
from ingest.text.headwords.lexicon import Lexicon, Tables
from ingest.text.headwords.spacy_files import languages_with_tables, spacy_stops, spacy_tables
from ingest.text.headwords.word_tables import WordTable, mapped, save

TABLES = Tables(
    lookup={
        "häuser": "haus", "haus": "haus", "hausen": "hausen", "a": "b", "猫": "猫", "\udc80": "x", "𐐀": "y",
        **{f"wort{number}": f"grund{number % 7}" for number in range(1_000)},
    },
    index={"noun": frozenset(["haus", "maus"]), "verb": frozenset()},
    exceptions={"noun": {"mäuse": "maus"}, "adj": {}},
    rules={"noun": (("en", ""), ("e", "e"))},
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where tables are kept, in place of the folder beside the code."""
    monkeypatch.setattr(kept_tables, "_BESIDE", tmp_path / "beside")
    monkeypatch.setattr(kept_tables, "_home", None)
    return tmp_path / "beside"


@pytest.fixture
def serving(place: Path, tmp_path: Path) -> Path:
    """The same in a server, and its folder for where the code may not be written."""
    keep_tables(tmp_path / "home")
    return tmp_path / "home"


def folder_of(place: Path) -> Path:
    (folder,) = place.glob("words-*")
    return folder


def test_what_is_in_files_is_what_was_in_memory(tmp_path: Path) -> None:
    save(TABLES, tmp_path / "de")
    tables = mapped(tmp_path / "de")
    assert dict(tables.lookup) == TABLES.lookup
    assert len(tables.lookup) == len(TABLES.lookup)
    assert {part: dict(table) for part, table in tables.exceptions.items()} == TABLES.exceptions
    for part, forms in TABLES.index.items():
        assert [form for form in (*forms, "ha", "hause", "", "zz") if form in tables.index[part]] == [*forms]
    assert tables.rules == TABLES.rules
    for absent in ("", "hau", "hauses", "wort", "wort1000", "zzz", "h\taus", "haus\n", "\U0010ffff"):
        assert tables.lookup.get(absent) is None


def test_what_a_line_cannot_hold_is_left_out(tmp_path: Path) -> None:
    save(Tables(lookup={"a\tb": "c", "d": "e\nf", "g": "h"}), tmp_path / "xx")
    assert dict(mapped(tmp_path / "xx").lookup) == {"g": "h"}


def test_tables_without_a_word_can_be_kept(tmp_path: Path) -> None:
    save(Tables(), tmp_path / "xx")
    assert mapped(tmp_path / "xx").lookup.get("a") is None


def test_of_a_language_that_is_kept_nothing_is_made_or_read_in(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("nl", place / f"words-{kept_tables._stamp()}")
    monkeypatch.setattr(spacy_files, "table", None)  # whoever reads spaCy's files fails
    lexicon = Lexicon("nl", tables_of, spacy_stops)
    assert [lexicon.lemma(form) for form in ["huizen", "kinderen", "de"]] == ["huis", "kind", ""]


def test_whoever_asks_a_server_before_tables_are_made_has_them_made_once(
    serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = ["huizen", "kinderen", "ging", "werkingen", "vitamine", "de", "zzz"]
    alone = Lexicon("nl", spacy_tables, spacy_stops)
    words = [alone.lemma(form) for form in forms]
    parts = [alone.parts(form) for form in forms]
    monkeypatch.setattr(spacy_files, "table", None)  # not in this process
    for _ in range(2):
        lexicon = Lexicon("nl", tables_of, spacy_stops)
        assert [lexicon.lemma(form) for form in forms] == words
        assert [lexicon.parts(form) for form in forms] == parts
        assert isinstance(tables_of("nl").lookup, WordTable)
        monkeypatch.setattr(kept_tables, "beside", None)


def test_a_program_that_is_no_server_reads_them_in_and_begins_no_process(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_tables, "beside", None)
    assert tables_of("cs").lookup["zenami"] == "zena"
    assert missing()[0] in languages_with_tables()


def test_english_is_read_in_for_a_server_forks_with_it(place: Path) -> None:
    assert not isinstance(tables_of("en").lookup, WordTable)
    assert not place.exists()


@pytest.mark.parametrize("lang", ["", "xx", "ja", "../nl", "zz/..", "q" * 300])
def test_a_language_without_tables_leaves_no_files(place: Path, lang: str) -> None:
    assert tables_of(lang) == Tables()
    assert not place.exists()


def test_where_code_may_not_be_written_tables_are_kept_at_home(place: Path, serving: Path) -> None:
    place.write_text("a file in the way of the folder")
    assert tables_of("cs").lookup["zenami"] == "zena"
    assert (folder_of(serving) / "cs").is_dir()


def test_without_a_place_to_keep_them_tables_are_read_anyway(place: Path, serving: Path) -> None:
    for way in (place, serving):
        way.write_text("a file in the way of the folder")
    make_missing()
    assert tables_of("cs").lookup["zenami"] == "zena"


def test_damaged_tables_are_made_anew(place: Path, serving: Path) -> None:
    assert isinstance(tables_of("cs").lookup, WordTable)
    (blocks,) = folder_of(place).glob("cs/blocks.npy")
    blocks.write_bytes(blocks.read_bytes()[:-9] + b"123456789")
    with pytest.raises(ArraysError):
        mapped(blocks.parent)
    assert tables_of("cs").lookup["zenami"] == "zena"
    assert mapped(blocks.parent).lookup["zenami"] == "zena"


def test_what_a_library_speaks_is_made_first_and_what_is_long_last(place: Path) -> None:
    every = missing()
    assert {"de", "fr", "pl", "nb"} <= set(every)
    assert {"en", "ja"}.isdisjoint(every)
    assert every[-1] == "pl"
    assert missing(["en", "pl", "zz", "de"]) == [
        "pl",
        "de",
        *(lang for lang in every if lang not in ("pl", "de")),
    ]
    assert set(every) <= set(languages_with_tables())


def test_what_is_missing_is_made_and_what_another_version_left_goes(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_tables, "languages_with_tables", lambda: ["cs", "en", "hu"])
    old = place / "words-0"
    shutil.copytree(Path(__file__).parent, old)
    make("cs", place / f"words-{kept_tables._stamp()}")
    assert missing() == ["hu"]
    make_missing()
    assert missing() == []
    assert not old.exists()
    monkeypatch.setattr(kept_tables, "beside", None)  # nothing is missing: no process is begun
    make_missing_beside()


def test_a_server_has_what_is_missing_made_beside_it(
    place: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write_text("a file in the way of the folder")
    niceness: list[int] = []
    monkeypatch.setattr(kept_tables.os, "nice", niceness.append)  # type: ignore[attr-defined]
    monkeypatch.setattr(kept_tables, "missing", lambda first: [lang for lang in first if lang != "en"])
    monkeypatch.setattr(kept_tables, "beside", at_once)
    make_missing_beside(["cs", "en"])
    assert (folder_of(serving) / "cs").is_dir()
    assert niceness == [19]


@contextmanager
def at_once(function: Callable[..., None], *arguments: object) -> Iterator[Callable[[object], None]]:
    """As `ingest.parallel.beside`, in this process."""
    function(*arguments)
    yield lambda _: None
