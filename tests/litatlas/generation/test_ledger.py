"""What the library remembers of drafts, models and indices, also as earlier versions wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library.library import Library
from litatlas.generation.home import Home
from litatlas.generation.ledger import (
    Draft,
    Ledger,
    ModelRecord,
    SuggestionsRecord,
    model_values,
    suggestions_values,
)
from litatlas.generation.worker_locks import alive, is_alive, living


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(f"sqlite:///{tmp_path / 'library.db'}")
    yield opened
    opened.close()


@pytest.fixture
def ledger(library: Library) -> Ledger:
    return Ledger(library)


def draft(model: str = "m7-1", **successors: list[str]) -> Draft:
    return Draft(model, 120, [3, 9], 7, "2026-01-01T00:00:00+00:00", {"kept": []}, successors, {"fi": 2})


def publish(library: Library, ledger: Ledger, waiting: Draft) -> None:
    library.publish(waiting.model, "papers-1", "9", 7, values=ledger.published(waiting))


def test_a_draft_comes_back_whole_and_takes_the_place_of_the_one_before(ledger: Ledger) -> None:
    assert ledger.draft() is None
    ledger.keep_draft(draft("m1"))
    ledger.keep_draft(draft("m2", t1=["t2"]))
    assert ledger.draft() == draft("m2", t1=["t2"])
    assert ledger.model("m2") == ModelRecord("m2", 7)
    ledger.forget_draft()
    assert ledger.draft() is None


def test_a_draft_of_an_earlier_version_has_no_languages_without_topics(
    library: Library, ledger: Ledger
) -> None:
    stored = {name: getattr(draft(), name) for name in Draft.__slots__ if name != "unplaced"}
    library.set_meta("draft", json.dumps(stored))
    waiting = ledger.draft()
    assert waiting is not None
    assert waiting.unplaced == {}


def test_what_is_published_is_no_draft_and_its_successors_add_up(library: Library, ledger: Ledger) -> None:
    for name, more in (("m1", {"t1": ["t2"], "t5": ["t6"]}), ("m2", {"t2": ["t3"], "t5": ["t7"]})):
        ledger.keep_draft(draft(name, **more))
        waiting = ledger.draft()
        assert waiting is not None
        publish(library, ledger, waiting)
        assert ledger.draft() is None
    assert ledger.successors() == {"t1": ["t2"], "t2": ["t3"], "t5": ["t7"]}


def test_a_draft_that_a_killed_version_left_published_is_none(library: Library, ledger: Ledger) -> None:
    ledger.keep_draft(draft("m1"))
    library.publish("m1", "papers-1", "9", 7)  # its draft was to be forgotten in a second step
    assert ledger.draft() is None


def test_where_papers_of_a_model_lie_as_it_was_written_before(library: Library, ledger: Ledger) -> None:
    assert ledger.model("m1") == ModelRecord("m1", 0)
    library.set_meta("placed:m1", "41")
    assert ledger.model("m1") == ModelRecord("m1", 41)
    ledger.keep(model_values("m1", ModelRecord("m1-papers-3", 55)))
    assert ledger.model("m1") == ModelRecord("m1-papers-3", 55)
    assert library.get_meta("placed:m1") is None, "the old word is taken back"
    assert set(model_values("m1", ModelRecord("m1"))) == {"model:m1", "placed:m1"}


def test_marks_of_an_index_are_known_two_at_a_time(ledger: Ledger) -> None:
    """The one in its stamp now, and the one that a write that was killed would have put there."""
    assert ledger.knows("papers-1", ""), "an index of a version without marks"
    first = ledger.next_history("papers-1", "")
    assert ledger.knows("papers-1", "")
    assert ledger.knows("papers-1", first)
    second = ledger.next_history("papers-1", first)
    assert first != second
    assert [ledger.knows("papers-1", mark) for mark in ("", first, second)] == [False, True, True]
    assert not ledger.knows("papers-2", first)


def test_what_the_suggestions_were_made_of(ledger: Ledger) -> None:
    assert ledger.suggestions("papers-1") == SuggestionsRecord()
    ledger.keep(suggestions_values("papers-1", SuggestionsRecord(12, 300)))
    assert ledger.suggestions("papers-1") == SuggestionsRecord(12, 300)


def test_what_is_gone_is_forgotten_and_nothing_else(library: Library, ledger: Ledger) -> None:
    for name in ("m1", "m2"):
        ledger.keep(model_values(name, ModelRecord(name, 3)))
    library.set_meta("placed:m0", "3")
    for index in ("papers-1", "papers-2"):
        ledger.next_history(index, "")
        ledger.keep(suggestions_values(index, SuggestionsRecord(1, 1)))
    library.set_meta("harvest:x", "stays")
    ledger.forget_others({"m2"}, {"papers-2"})
    kept = set(library.meta_keys("model:")) | set(library.meta_keys("placed:"))
    kept |= set(library.meta_keys("history:")) | set(library.meta_keys("aids:"))
    assert kept == {"model:m2", "history:papers-2", "aids:papers-2"}
    assert library.get_meta("harvest:x") == "stays"
    ledger.forget_others({"m2"}, {"papers-2"})  # again: nothing to do


def test_a_worker_lives_as_long_as_it_holds_its_lock(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert living(home) == []
    with alive(home, "a"):
        with alive(home, "b"):
            assert sorted(living(home)) == ["a", "b"]
        assert living(home) == ["a"]
        assert is_alive(home, "a")
        assert not is_alive(home, "b")
        assert not is_alive(home, "")
    assert living(home) == []
    assert list(home.workers.iterdir()) == [], "and takes it away"


def test_a_lock_that_a_dead_worker_left_means_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.workers.mkdir()
    (home.workers / "dead.lock").touch()
    assert not is_alive(home, "dead")
    assert living(home) == []
    with alive(home, "dead"):  # its name can be taken again
        assert is_alive(home, "dead")


def test_every_part_of_a_home_has_a_place_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    places = [
        home.models, home.indices, home.workers, home.segments, home.model("m"), home.segment("m"),
        home.assistance("papers-1"), home.lock("models"), home.lock("index"),
    ]  # fmt: skip
    assert len(set(places)) == len(places)
    assert all(place.is_relative_to(tmp_path) for place in places)
