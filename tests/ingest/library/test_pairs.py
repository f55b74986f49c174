"""Pairs of records: the least sure first, decided by people, undone, and kept over imports."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.document import Document
from ingest.errors import InputError, NotFoundError
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent

ROWERS = Document(
    "1",
    "Load and knee pain in rowers of the north",
    "We followed four hundred rowers for two seasons and asked them of their knees every month.",
    authors=("Berg, Anna",),
    year=2015,
    doi="10.1000/a",
)
LIKELY = replace(ROWERS, source_id="2", title="Load and knee pain in rowers from the north", doi="")
SURE = replace(ROWERS, source_id="3")


def fill(library: Library, *documents: Document, collection: str = "A") -> dict[str, str]:
    """Add documents; the source's number → the id."""
    for document in documents:
        add(library, collection, [("f", document)], processes=1, progress=Silent())
    papers = [member for paper in library.papers() for member in paper.members]
    return {member.document.source_id: member.id for member in papers}


def sizes(library: Library) -> list[int]:
    return sorted(len(paper.members) for paper in library.papers())


def test_the_least_sure_pair_comes_first_and_a_decided_one_no_more(library: Library) -> None:
    ids = fill(library, ROWERS, LIKELY, SURE)
    count, pairs = library.open_pairs()
    assert count == len(pairs) >= 2
    assert [pair.score for pair in pairs] == sorted(pair.score for pair in pairs)
    assert ids["2"] in (pairs[0].a, pairs[0].b)
    assert pairs[0].score < 1 == pairs[-1].score
    assert pairs[-1].reason == "same DOI"
    assert library.open_pairs(offset=1, limit=1)[1] == pairs[1:2]
    library.decide_pair(pairs[0].b, pairs[0].a, "same", who="Ada")
    assert library.open_pairs() == (count - 1, pairs[1:])


def test_not_the_same_parts_two_records_and_a_new_import_keeps_it(library: Library) -> None:
    ids = fill(library, ROWERS, LIKELY)
    assert sizes(library) == [2]
    number = library.decide_pair(ids["1"], ids["2"], "different")
    assert sizes(library) == [1, 1]
    fill(library, replace(LIKELY, abstract=f"{LIKELY.abstract} So we did."))
    assert sizes(library) == [1, 1]
    assert library.open_pairs()[0] == 0
    library.remove_collection("A")
    fill(library, ROWERS, LIKELY)
    assert sizes(library) == [1, 1]
    library.undo_pair(number)
    assert sizes(library) == [2]
    assert library.open_pairs()[0] == 1


def test_the_same_joins_what_identifiers_keep_apart_and_undo_brings_the_join_back(library: Library) -> None:
    ids = fill(library, ROWERS, replace(LIKELY, doi="10.1000/b"))
    assert sizes(library) == [1, 1]
    number = library.decide_pair(ids["1"], ids["2"], "same", who="Ada")
    assert sizes(library) == [2]
    fill(library, replace(ROWERS, venue="J Row"))
    assert sizes(library) == [2]
    library.undo_pair(number, who="Bo")
    assert sizes(library) == [1, 1]
    log = list(library.pair_decisions())
    assert [(row.verdict, row.who, row.undone, row.undoes) for row in log] == [
        ("same", "Ada", True, None), ("undo", "Bo", False, number),
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        library.undo_pair(number)


def test_an_undone_confirmation_has_its_own_reason_again(library: Library) -> None:
    ids = fill(library, ROWERS, LIKELY)
    _, before = library.open_pairs()
    library.undo_pair(library.decide_pair(ids["1"], ids["2"], "same"))
    assert library.open_pairs()[1] == before
    assert sizes(library) == [2]


def test_decisions_are_undone_from_the_last(library: Library) -> None:
    ids = fill(library, ROWERS, LIKELY)
    first = library.decide_pair(ids["1"], ids["2"], "same")
    second = library.decide_pair(ids["1"], ids["2"], "different")
    with pytest.raises(InputError, match="later decision"):
        library.undo_pair(first)
    library.undo_pair(second)
    library.undo_pair(first)
    assert sizes(library) == [2]


def test_what_contradicts_is_refused_and_changes_nothing(library: Library) -> None:
    ids = fill(library, ROWERS, SURE, replace(LIKELY, doi="10.1000/b"))
    library.decide_pair(ids["1"], ids["3"], "same")
    library.decide_pair(ids["3"], ids["2"], "different")
    before, log = sizes(library), list(library.pair_decisions())
    with pytest.raises(InputError, match="contradict"):
        library.decide_pair(ids["1"], ids["2"], "same")
    assert sizes(library) == before
    assert list(library.pair_decisions()) == log
    with pytest.raises(InputError, match="one record"):
        library.decide_pair(ids["1"], ids["1"], "same")
    with pytest.raises(NotFoundError):
        library.decide_pair(ids["1"], "none", "same")


def test_a_pair_is_open_to_those_who_see_both_records(library: Library) -> None:
    fill(library, ROWERS)
    fill(library, LIKELY, collection="B")
    assert library.open_pairs(frozenset("AB"))[0] == 1
    assert library.open_pairs(frozenset("A")) == (0, [])
    assert library.open_pairs(frozenset()) == (0, [])
