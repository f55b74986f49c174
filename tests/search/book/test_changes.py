"""What came, went or was regrouped, and why, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.book.changes import Change, RecordNow, RunFacts, changes, records_in_question
from search.book.paper_sets import packed_groups, packed_ids, unpacked_groups, unpacked_ids

BEFORE = RunFacts({"a": ("a",), "b": ("b",), "c": ("c", "d")}, 100, 10, "#1 x", "m1", "7")
NOW = {
    **{id: RecordNow(at, at, id) for at, id in enumerate("abc", 1)},
    "d": RecordNow(4, 4, "c"), "e": RecordNow(5, 5, "e"),
}  # fmt: skip


def told(after: RunFacts, now: dict[str, RecordNow]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.kind, one.paper, one.reason, one.others) for one in changes(BEFORE, after, now)]


def later(papers: dict[str, tuple[str, ...]], **more: object) -> RunFacts:
    return replace(BEFORE, papers=papers, sequence=200, last_document=20, **more)  # type: ignore[arg-type]


SAME = dict(BEFORE.papers)


def test_nothing_changed() -> None:
    assert told(later(SAME), NOW) == []  # type: ignore[arg-type]
    assert records_in_question(SAME, SAME) == set()


@pytest.mark.parametrize(
    ("record", "more", "reason"),
    [
        (RecordNow(11, 150, "e"), {}, "new"),
        (RecordNow(5, 150, "e"), {}, "edited"),
        (RecordNow(5, 5, "e"), {"strategy": "#1 x OR y"}, "search"),
        (RecordNow(5, 5, "e"), {"model": "m2"}, "model"),
        (RecordNow(5, 5, "e"), {"analysis": "8"}, "reading"),
        (RecordNow(5, 5, "e"), {}, "collection"),
    ],
)
def test_why_a_paper_came(record: RecordNow, more: dict[str, str], reason: str) -> None:
    after = later({**SAME, "e": ("e",)}, **more)  # type: ignore[dict-item]
    assert told(after, NOW | {"e": record}) == [("came", "e", reason, ())]


@pytest.mark.parametrize(
    ("now", "more", "reason", "others"),
    [
        ({"a": None}, {}, "removed", ()),
        ({"a": RecordNow(1, 150, "a")}, {}, "edited", ()),
        ({"a": RecordNow(1, 1, "a", visible=False)}, {}, "hidden", ()),
        ({"a": RecordNow(1, 1, "e")}, {}, "joined", ("e",)),
        ({}, {"strategy": "#1 z"}, "search", ()),
        ({}, {"model": "m2"}, "model", ()),
    ],
)
def test_why_a_paper_went(
    now: dict[str, RecordNow | None], more: dict[str, str], reason: str, others: tuple[str, ...]
) -> None:
    known = {id: record for id, record in (NOW | now).items() if record is not None}
    after = later({"b": ("b",), "c": ("c", "d")}, **more)
    assert told(after, known) == [("went", "a", reason, others)]


def test_papers_that_are_joined_or_split() -> None:
    joined = later({"a": ("a", "b"), "c": ("c",), "d": ("d",)})
    now = NOW | {"b": RecordNow(2, 2, "a"), "d": RecordNow(4, 4, "d")}
    assert told(joined, now) == [
        ("regrouped", "a", "joined", ("b",)),
        ("regrouped", "c", "split", ("d",)),
        ("regrouped", "d", "split", ("c",)),
    ]
    grown = later({"a": ("a", "f"), "b": ("b",), "c": ("c",)})
    now = {key: NOW[key] for key in "abc"} | {"f": RecordNow(12, 160, "a")}
    assert told(grown, now) == [
        ("regrouped", "a", "new-record", ("f",)),
        ("regrouped", "c", "removed", ("d",)),
    ]
    assert changes(joined, joined, now) == []
    assert Change("came", "x", "new").others == ()


def test_sets_are_kept_as_they_are() -> None:
    assert unpacked_ids(packed_ids(["b", "a", "b"])) == ["a", "b"]
    assert packed_ids(["b", "a"]) == packed_ids(["a", "b"])
    assert unpacked_ids(packed_ids([])) == []
    assert unpacked_groups(packed_groups({"a": ["a"], "c": ["c", "d"]})) == {"c": ("c", "d")}
    assert unpacked_groups(packed_groups({})) == {}
    with pytest.raises(ValueError, match="damaged"):
        unpacked_ids(packed_ids(["a" * 100, "b"])[:-8])
