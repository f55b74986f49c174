"""What people say of topics, what they judge, and what was published: each with its history."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import NotFoundError
from ingest.library.library import Library

_TOPIC, _KIND = st.sampled_from(["t1", "t2"]), st.sampled_from(["label", "hidden", "order"])
# No NUL: what reads requests takes it off, an argument of a command cannot hold it, and PostgreSQL has none.
_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=3)
_SAYINGS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), _TOPIC, _KIND, _TEXT),
        st.tuples(st.just("undo"), _TOPIC, _KIND, st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sayings=_SAYINGS)
def test_the_latest_saying_holds_and_undoing_brings_the_one_before_it_back(
    library: Library, sayings: list[tuple[str, str, str, str]]
) -> None:
    with library.writing() as connection:
        connection.exec_driver_sql("DELETE FROM curations")
    stacks: dict[tuple[str, str], list[str]] = defaultdict(list)
    said: list[tuple[str, str, str]] = []
    for what, topic, kind, value in sayings:
        stack = stacks[topic, kind]
        if what == "say":
            library.curate(topic, kind, value)
            stack.append(value)
            said.append((topic, kind, value))
        else:
            assert library.undo_curation(topic, kind) == bool(stack)
            if stack:
                stack.pop()
                last = max(at for at, one in enumerate(said) if one[:2] == (topic, kind))
                said.pop(last)
    expected: dict[str, dict[str, str]] = {}
    for (topic, kind), stack in stacks.items():
        if stack:
            expected.setdefault(topic, {})[kind] = stack[-1]
    assert library.curations() == expected
    history = [(one.topic_id, one.kind, one.value) for one in library.curation_history()]
    assert history == said[::-1]
    assert [one.value for one in library.curation_history("t2")] == [v for t, _, v in said[::-1] if t == "t2"]


def test_a_saying_keeps_who_said_it_of_which_model(library: Library) -> None:
    first = library.curate("t1", "label", "Herzen", who="ann", model="m1")
    second = library.curate("t1", "label", "Hearts")
    assert second > first
    newest, oldest = library.curation_history("t1")
    assert (newest.number, newest.who, newest.model) == (second, "", "")
    assert (oldest.number, oldest.who, oldest.model) == (first, "ann", "m1")
    assert oldest.made.endswith("+00:00")


def test_judgements_are_kept_in_their_order_with_all_that_was_said(library: Library) -> None:
    numbers = [library.judge("paper", "t1", id, "yes", who="ann", model="m1") for id in ("b", "a")]
    assert numbers == sorted(numbers)
    first, second = library.judgements()
    assert (first.kind, first.topic, first.subject, first.value) == ("paper", "t1", "b", "yes")
    assert (first.who, first.model, first.number) == ("ann", "m1", numbers[0])
    assert second.subject == "a"


def test_one_person_may_judge_the_same_twice_and_both_count(library: Library) -> None:
    for value in ("yes", "no", "yes"):
        library.judge("label", "t1", "Hearts", value, model="m")
    assert library.judgement_counts() == {"label": {"yes": 2, "no": 1}}
    assert library.judged_subjects("m") == {("label", "t1", "Hearts")}
    assert library.judged_subjects("other") == set()
    assert library.judgement_counts(model="other") == {}


def test_a_judgement_is_taken_back_once(library: Library) -> None:
    number = library.judge("paper", "t1", "d", "yes")
    kept = library.judge("paper", "t1", "e", "no")
    library.take_back_judgement(number)
    assert [row.number for row in library.judgements()] == [kept]
    with pytest.raises(NotFoundError) as caught:
        library.take_back_judgement(number)
    assert caught.value.hint


def test_what_is_published_and_what_changes_with_it_is_one_step(library: Library) -> None:
    library.put_meta({"draft": "m2", "kept": "yes"})
    number = library.publish("m2", "papers-2", "7", 42, values={"draft": None, "previous": "m1"})
    live = library.generation()
    assert live is not None
    assert (live.number, live.model, live.index, live.analysis, live.seq) == (
        number,
        "m2",
        "papers-2",
        "7",
        42,
    )
    assert [library.get_meta(key) for key in ("draft", "previous", "kept")] == [None, "m1", "yes"]


def test_the_same_model_may_be_published_again(library: Library) -> None:
    first = library.publish("m1", "a", "1", 1)
    library.publish("m2", "b", "1", 2)
    back = library.publish("m1", "a", "1", 3)
    assert [one.number for one in library.generations()] == [first, first + 1, back]
    live = library.generation()
    assert live is not None
    assert (live.model, live.seq) == ("m1", 3)
