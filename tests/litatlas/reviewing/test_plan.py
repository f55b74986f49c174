"""Plans of reviews: what may be written down, what is refused, and what comes back from the library."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litatlas.errors import InputError
from litatlas.parts.reviewing.plan import (
    ABSTRACT,
    FULL_TEXT,
    KEYS,
    REASONS,
    STAGES,
    VERDICTS,
    Plan,
    changed_plan,
    check_verdict,
    plan_of,
    review_name,
    reviewer_name,
)
from litatlas.vocabulary import MAX_CRITERIA, MAX_REVIEW_NAME, MAX_WHO

words = st.text("abcdefgh ijk", max_size=20)
plans = st.fixed_dictionaries(
    {},
    optional={
        "question": words,
        "criteria": words,
        "stages": st.sampled_from(["abstract", "full text", "full-text,abstract", ["titles"]]),
        "reasons": st.lists(words, max_size=5),
        "reviewers": st.sampled_from([1, 2, "1", "2"]),
        "good_words": st.lists(words, max_size=5),
        "bad_words": st.lists(words, max_size=5),
        "keys": st.fixed_dictionaries({}, optional={"include": st.sampled_from(["1", "Y", ""])}),
        "target": st.floats(0.5, 0.99),
        "confidence": st.floats(0.5, 0.99),
    },
)


@given(plans)
@settings(deadline=None)
def test_a_plan_comes_back_from_json_as_it_was(values: dict[str, Any]) -> None:
    plan = changed_plan(Plan(), values)
    assert plan_of(json.loads(json.dumps(plan.to_json()))) == plan


@given(plans, plans)
@settings(deadline=None)
def test_a_change_leaves_what_it_does_not_name(first: dict[str, Any], second: dict[str, Any]) -> None:
    before = changed_plan(Plan(), first)
    after = changed_plan(before, second)
    for name in ("question", "criteria", "stages", "reasons", "reviewers", "target", "confidence"):
        if name not in second:
            assert getattr(after, name) == getattr(before, name), name
    assert changed_plan(after, second) == after
    assert changed_plan(before, dict.fromkeys(second)) == before, "None leaves a field as it is"


def test_what_an_older_or_a_newer_version_kept_is_read() -> None:
    assert plan_of({}) == Plan()
    newer = {"reviewers": 2, "invented_later": [1], "keys": {"include": "y"}, "marked": None}
    plan = plan_of(newer)
    assert (plan.reviewers, plan.marked) == (2, ((), ()))
    assert dict(plan.keys) == {**KEYS, "include": "y"}


@pytest.mark.parametrize(
    ("given", "stages"),
    [
        ("abstract", (ABSTRACT,)),
        (" Title and  Abstract ", (ABSTRACT,)),
        ("full text, titles", (ABSTRACT, FULL_TEXT)),
        (["full_text", "fulltext"], (FULL_TEXT,)),
    ],
)
def test_stages_by_the_names_that_people_use_in_the_order_of_the_flow(
    given: Any, stages: tuple[str, ...]
) -> None:
    assert changed_plan(Plan(), {"stages": given}).stages == stages


def test_reasons_are_lines_or_parts_between_commas_each_once() -> None:
    plan = changed_plan(Plan(), {"reasons": " too  old,no trial\ntoo old\n\n,animals"})
    assert plan.reasons == ("too old", "no trial", "animals")
    assert changed_plan(plan, {"reasons": []}).reasons == REASONS, "a review without reasons has the usual"


def test_good_and_bad_words_are_changed_each_by_itself() -> None:
    plan = changed_plan(Plan(), {"good_words": "trial, cohort"})
    plan = changed_plan(plan, {"bad_words": ["mouse"]})
    assert plan.marked == (("trial", "cohort"), ("mouse",))
    assert changed_plan(plan, {"good_words": []}).marked == ((), ("mouse",))


def test_one_key_is_changed_and_the_others_stay() -> None:
    plan = changed_plan(Plan(), {"keys": {"include": "Y", "later": ""}})
    assert dict(plan.keys) == {**KEYS, "include": "y", "later": ""}
    with pytest.raises(InputError, match="one key of its own"):
        changed_plan(plan, {"keys": {"maybe": "y"}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"stages": ""},
        {"stages": []},
        {"stages": "abstract,nowhere"},
        {"stages": [1]},
        {"reviewers": 0},
        {"reviewers": 3},
        {"reviewers": "two"},
        {"reviewers": 1.5},
        {"target": 0.49},
        {"target": 1},
        {"target": float("nan")},
        {"target": "much"},
        {"confidence": []},
        {"question": "x" * (MAX_CRITERIA + 1)},
        {"criteria": "x" * (MAX_CRITERIA + 1)},
        {"reasons": ["x" * 101]},
        {"reasons": [str(number) for number in range(51)]},
        {"good_words": [str(number) for number in range(201)]},
        {"bad_words": ["x" * 101]},
        {"keys": {"include": "in"}},
        {"keys": {"include": "e"}},
        {"keys": {"fly": "f"}},
        {"keys": {"include": 1}},
        {"keys": ["include"]},
    ],
    ids=lambda wrong: next(f"{name} {str(value)[:12]}" for name, value in wrong.items()),
)
def test_what_cannot_be_a_plan_is_refused_with_a_hint(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        changed_plan(Plan(), wrong)
    assert refused.value.hint
    assert len(refused.value.message) < 200, "what was given is not repeated at length"


def test_the_bounds_themselves_are_allowed() -> None:
    longest = {"question": "x" * MAX_CRITERIA, "reasons": ["x" * 100], "target": 0.5, "confidence": 0.999}
    plan = changed_plan(Plan(), longest | {"good_words": [str(number) for number in range(200)]})
    assert (len(plan.question), len(plan.marked[0]), plan.target) == (MAX_CRITERIA, 200, 0.5)


@pytest.mark.parametrize(("check", "most"), [(review_name, MAX_REVIEW_NAME), (reviewer_name, MAX_WHO)])
def test_names_are_on_one_line_and_bounded(check: Any, most: int) -> None:
    assert check("  Ada \n Lovelace ") == "Ada Lovelace"
    assert check("x" * most) == "x" * most
    for wrong in ("", " \t\n", "x" * (most + 1)):
        with pytest.raises(InputError) as refused:
            check(wrong)
        assert refused.value.hint


def test_every_verdict_of_a_stage_and_no_other_can_be_decided() -> None:
    plan = Plan()
    assert set(VERDICTS[FULL_TEXT]) - set(VERDICTS[ABSTRACT]) == {"unavailable"}
    for stage in STAGES:
        for verdict in VERDICTS[stage]:
            check_verdict(plan, stage, verdict, "")
            check_verdict(plan, stage, verdict, plan.reasons[-1])
    for stage, verdict, reason, told in (
        ("nowhere", "include", "", ABSTRACT),
        (ABSTRACT, "unavailable", "", "maybe"),
        (FULL_TEXT, "", "", "include"),
        (ABSTRACT, "exclude", "no such reason", plan.reasons[0]),
    ):
        with pytest.raises(InputError) as refused:
            check_verdict(plan, stage, verdict, reason)
        assert told in refused.value.hint, "the hint names what there is"


def test_a_review_that_says_nothing_has_the_usual_plan() -> None:
    plan = Plan()
    assert plan.checked_stage(None) == ABSTRACT
    assert plan.checked_stage(FULL_TEXT) == FULL_TEXT
    assert plan.reasons == (
        "population", "intervention", "comparison", "outcome", "study design", "publication type", "language",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"reasons": [str(number) for number in range(51)]},
            "At most 50 reasons of up to 100 characters each.",
        ),
        ({"good_words": "x" * 101}, "At most 200 marked words of up to 100 characters each."),
        ({"stages": []}, "A review has at least one stage."),
        ({"reviewers": 3}, "One or two reviewers decide each paper."),
        ({"target": 1}, "The target is a number from 0.5 to below 1."),
    ],
)
def test_a_refusal_says_what_may_be(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as error:
        changed_plan(Plan(), changes)
    assert error.value.message == words
