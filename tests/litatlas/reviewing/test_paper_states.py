"""Where papers stand, worked out from rows: by tables, and by properties of any rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.library.library import Decision, ReviewPaper
from litatlas.parts.reviewing.paper_states import CONFLICT, Standing
from litatlas.parts.reviewing.plan import ABSTRACT, FULL_TEXT, Plan

PAPERS = ("p1", "p2", "p3")


def standing(
    *rows: Decision, reviewers: int = 1, stages: tuple[str, ...] = (ABSTRACT, FULL_TEXT)
) -> Standing:
    """Three papers, of which the first has a second record, and rows numbered from 1."""
    papers = [
        ReviewPaper(id, id, place, 1, ((id, "A"), *([("p1b", "B")] if id == "p1" else [])))
        for place, id in enumerate(PAPERS)
    ]
    made = Standing(Plan(reviewers=reviewers, stages=stages), papers)
    made.add(replace(row, number=number) for number, row in enumerate(rows, 1))
    return made


def row(who: str, verdict: str, paper: str = "p1", stage: str = ABSTRACT, kind: str = "decide") -> Decision:
    return Decision(paper, stage, who, verdict, kind)


def undo(number: int, paper: str = "p1", who: str = "Ada") -> Decision:
    return Decision(paper, ABSTRACT, who, "", "undo", undoes=number)


IN, OUT, MAYBE, LATER = "include", "exclude", "maybe", "later"


@pytest.mark.parametrize(
    ("reviewers", "rows", "outcome"),
    [
        (1, [], ""),
        (1, [row("Ada", IN)], IN),
        (1, [row("Ada", IN), row("Ada", OUT)], OUT),
        (1, [row("Ada", IN), row("Bob", OUT)], CONFLICT),
        (1, [row("Ada", LATER)], ""),
        (1, [row("Ada", IN), row("Ada", LATER)], ""),
        (1, [row("Ada", IN), row("Ada", OUT), undo(2)], IN),
        (1, [row("Ada", IN), undo(1)], ""),
        (1, [row("Ada", IN, "p1b")], IN),
        (2, [row("Ada", IN)], ""),
        (2, [row("Ada", IN), row("Ada", IN)], ""),
        (2, [row("Ada", IN), row("Bob", IN)], IN),
        (2, [row("Ada", IN), row("Bob", MAYBE)], CONFLICT),
        (2, [row("Ada", IN), row("Bob", OUT), row("Bob", IN)], IN),
        (2, [row("Ada", IN), row("Bob", OUT), row("Cleo", OUT, kind="settle")], OUT),
        (2, [row("Ada", IN), row("Bob", OUT), row("Cleo", OUT, kind="settle"), undo(3)], CONFLICT),
        (2, [row("Ada", OUT, kind="import")], OUT),
        (2, [row("Ada", OUT, kind="import"), row("Bob", IN)], CONFLICT),
    ],
)
def test_what_holds_of_a_paper(reviewers: int, rows: list[Decision], outcome: str) -> None:
    assert standing(*rows, reviewers=reviewers).at("p1", ABSTRACT).outcome == outcome


def test_a_settled_conflict_keeps_the_rows_that_were_in_it() -> None:
    place = standing(row("Ada", IN), row("Bob", OUT), row("Ada", OUT, kind="settle"), reviewers=2).at(
        "p1", ABSTRACT
    )
    assert {each.who: each.verdict for each in place.rows} == {"Ada": IN, "Bob": OUT}
    assert place.settled is not None
    assert place.settled.number == 3


def test_only_what_passed_a_stage_reaches_the_next() -> None:
    made = standing(row("Ada", IN), row("Ada", OUT, "p2"), row("Ada", MAYBE, "p3"))
    assert list(made.reached(FULL_TEXT)) == ["p1", "p3"]
    assert made.outcomes(FULL_TEXT) == {"p1": "", "p3": ""}
    assert [made.final(paper) for paper in PAPERS] == ["", OUT, ""]
    made.add([Decision("p1", FULL_TEXT, "Ada", "unavailable", number=4)])
    assert made.final("p1") == "unavailable"


def test_of_one_stage_the_outcome_is_final() -> None:
    made = standing(row("Ada", IN), row("Ada", MAYBE, "p2"), stages=(ABSTRACT,))
    assert [made.final(paper) for paper in PAPERS] == [IN, MAYBE, ""]


def test_papers_put_off_come_last_and_those_decided_not_at_all() -> None:
    made = standing(row("Ada", LATER), row("Ada", IN, "p2"), reviewers=2)
    assert list(made.open_to(ABSTRACT, "Ada")) == ["p3", "p1"]
    assert list(made.open_to(ABSTRACT, "Bob")) == ["p1", "p2", "p3"]
    own = made.own("p1", ABSTRACT, "Ada")
    assert own is not None
    assert own.verdict == LATER
    assert made.own("p1", ABSTRACT, "Bob") is None


def test_a_reviewer_learns_nothing_of_what_another_decided_blind() -> None:
    made = standing(row("Ada", IN), row("Bob", OUT, "p2"), row("Ada", MAYBE, "p3"), reviewers=2)
    assert made.labels(ABSTRACT, "Ada") == [("p1", 1.0, 1), ("p3", 0.5, 3)]
    assert made.labels(ABSTRACT, "Bob") == [("p2", 0.0, 2)]
    made.add([Decision("p1", ABSTRACT, "Bob", IN, number=4)])
    assert [paper for paper, _, _ in made.labels(ABSTRACT, "Bob")] == ["p1", "p2"], "both decided p1"


def test_rows_are_shown_to_others_once_nobody_is_blind_any_more() -> None:
    made = standing(row("Ada", IN), row("Bob", OUT, "p2"), row("Ada", OUT, "p2"), reviewers=2)
    shown = {
        who: [n for n, each in made.rows().items() if made.is_shown(each, who)] for who in ("Ada", "Bob", "")
    }
    assert shown == {"Ada": [1, 2, 3], "Bob": [2, 3], "": [2, 3]}
    alone = standing(row("Ada", IN))
    assert alone.is_shown(alone.rows()[1], "Bob")


def test_undo_takes_back_the_last_that_is_not_taken_back() -> None:
    made = standing(row("Ada", IN), row("Ada", OUT, "p2"), row("Bob", IN, "p3"), undo(2, "p2"))
    last = made.last_of("Ada")
    assert last is not None
    assert last.number == 1
    assert made.is_undone(made.rows()[2])
    assert not made.is_undone(last)
    assert made.last_of("Cleo") is None
    imported = standing(row("Ada", IN, kind="import"))
    assert imported.last_of("Ada") is None, "a file that was taken in is not undone a paper at a time"


def test_two_papers_that_became_one_bring_their_decisions() -> None:
    papers = [ReviewPaper("p1", "p2", 0, 1, (("p1", "A"),)), ReviewPaper("p2", "p2", 1, 1, (("p2", "A"),))]
    made = Standing(Plan(), papers)
    made.add([replace(row("Ada", IN), number=1), replace(row("Bob", OUT, "p2"), number=2)])
    assert list(made.papers) == ["p2"]
    assert made.at("p2", ABSTRACT).outcome == CONFLICT
    assert made.conflicts(ABSTRACT) == ["p2"]


@pytest.mark.parametrize("reviewers", [1, 2])
def test_one_reviewer_who_decided_two_papers_differently_that_became_one_is_a_conflict(
    reviewers: int,
) -> None:
    papers = [ReviewPaper(id, "p3", at, 1, ((id, "A"),)) for at, id in enumerate(("p1", "p2"))]
    made = Standing(Plan(reviewers=reviewers), papers)
    made.add([replace(row("Ada", IN), number=1), replace(row("Ada", OUT, "p2"), number=2)])
    assert made.at("p3", ABSTRACT).outcome == CONFLICT
    assert [one.verdict for one in made.at("p3", ABSTRACT).rows] == [IN, OUT]
    assert made.named("p3", ABSTRACT, "Ada") == "p2", "who decides again replaces a row of their own"
    made.add([replace(row("Ada", IN, "p2"), number=3)])
    assert made.at("p3", ABSTRACT).outcome == (IN if reviewers == 1 else "")
    made.add([replace(row("Bob", OUT, "p3"), number=4)])
    assert made.at("p3", ABSTRACT).outcome == CONFLICT
    made.add([replace(row("Cleo", OUT, "p3", kind="settle"), number=5)])
    assert made.at("p3", ABSTRACT).outcome == OUT


def test_a_paper_that_left_the_library_stays_under_the_id_that_it_came_with() -> None:
    made = Standing(Plan(), [ReviewPaper("p1", None, 0, 1, (("p1", "A"),))])
    assert made.has("p1")
    assert made.paper_of("p1") == "p1"
    assert not made.has("p9")
    assert made.paper_of("p9") == "p9"


decisions = st.lists(
    st.builds(
        row,
        st.sampled_from(["Ada", "Bob"]),
        st.sampled_from([IN, OUT, MAYBE, LATER]),
        st.sampled_from(["p1", "p1b", "p2"]),
    ),
    max_size=12,
)


@given(decisions, st.integers(1, 2), st.integers(0, 12))
@settings(deadline=None)
def test_rows_that_come_in_two_parts_come_to_the_same(rows: list[Decision], reviewers: int, cut: int) -> None:
    numbered = [replace(each, number=number) for number, each in enumerate(rows, 1)]
    whole, parts = standing(reviewers=reviewers), standing(reviewers=reviewers)
    whole.add(numbered)
    for part in (numbered[:cut], numbered[cut:]):
        parts.add(part)
        _outcomes(parts)  # what is worked out in between is not kept too long
    assert _outcomes(parts) == _outcomes(whole)
    assert parts.last == whole.last == len(rows)


@given(decisions, st.integers(1, 2))
@settings(deadline=None)
def test_undoing_all_of_a_reviewer_leaves_what_the_others_decided(
    rows: list[Decision], reviewers: int
) -> None:
    made = standing(*rows, reviewers=reviewers)
    number = len(rows)
    while (last := made.last_of("Ada")) is not None:
        number += 1
        made.add([replace(undo(last.number, last.document), number=number)])
    without = standing(*(each for each in rows if each.who != "Ada"), reviewers=reviewers)
    assert _outcomes(made) == _outcomes(without)
    assert len(made.rows()) == number, "no row is ever taken away"


@given(decisions, st.integers(1, 2))
@settings(deadline=None)
def test_every_paper_is_open_decided_or_in_conflict(rows: list[Decision], reviewers: int) -> None:
    made = standing(*rows, reviewers=reviewers)
    outcomes = made.outcomes(ABSTRACT)
    assert list(outcomes) == list(PAPERS)
    conflicts = set(made.conflicts(ABSTRACT))
    assert conflicts == {paper for paper, outcome in outcomes.items() if outcome == CONFLICT}
    for who in ("Ada", "Bob"):
        waiting = list(made.open_to(ABSTRACT, who))
        assert len(set(waiting)) == len(waiting)
        assert not {paper for paper in waiting if outcomes[paper]}


anything = st.lists(
    st.one_of(
        st.builds(
            row,
            st.sampled_from(["Ada", "Bob"]),
            st.sampled_from([IN, OUT, MAYBE, LATER]),
            st.sampled_from(["p1", "p1b", "p2", "p3", "p9"]),
            st.sampled_from([ABSTRACT, FULL_TEXT]),
            st.sampled_from(["decide", "settle", "import"]),
        ),
        st.sampled_from(["Ada", "Bob"]),
    ),
    max_size=20,
)


@given(anything, st.integers(1, 2))
@settings(deadline=None)
def test_what_waits_is_the_same_row_by_row_as_from_all_rows(
    steps: list[Decision | str], reviewers: int
) -> None:
    made, rows = standing(reviewers=reviewers), list[Decision]()
    for step in steps:
        if isinstance(step, str):  # takes their last row back
            last = made.last_of(step)
            if last is None:
                continue
            step = replace(undo(last.number, last.document, step), stage=last.stage)
        rows.append(replace(step, number=len(rows) + 1))
        made.add(rows[-1:])
        for stage, who in itertools.product((ABSTRACT, FULL_TEXT), ("Ada", "Bob")):
            assert _waiting(made, stage, who) == _waiting(standing(*rows, reviewers=reviewers), stage, who)


def test_a_copy_stays_as_it_was() -> None:
    made = standing(row("Ada", IN), row("Ada", OUT, "p2"))
    assert _outcomes(made) == [IN, OUT, ""]
    copied = made.copy()
    made.add(
        replace(added, number=number)
        for number, added in enumerate([undo(1), row("Ada", MAYBE, "p3"), row("Bob", IN, "p2")], 3)
    )
    assert _outcomes(made) == ["", CONFLICT, MAYBE]
    assert _outcomes(copied) == [IN, OUT, ""]
    assert (copied.last, list(copied.rows()), copied.last_at(ABSTRACT)) == (2, [1, 2], 2)
    assert _waiting(copied, ABSTRACT, "Ada") == (["p3"], [], {"p1", "p2"})


def _waiting(made: Standing, stage: str, who: str) -> tuple[list[str], list[str], set[str]]:
    waiting = made.waiting(stage, who)
    return list(waiting.fresh), list(waiting.later), waiting.seen


def _outcomes(made: Standing) -> Sequence[str]:
    return [made.at(paper, ABSTRACT).outcome for paper in PAPERS]
