"""Lists against a model of them: what a list holds after any sequence of changes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from ingest.errors import InputError, NotFoundError
from ingest.library.library import Library
from ingest.library.lists import MOST_PAPERS
from ingest.library.schema import lists

_PAPERS = st.lists(st.sampled_from("abcdefg"), max_size=5)
_CHANGES = st.lists(
    st.one_of(st.tuples(st.just("add"), _PAPERS), st.tuples(st.just("take"), _PAPERS)), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_PAPERS, changes=_CHANGES)
def test_a_list_is_what_was_put_in_less_what_was_taken_out(
    library: Library, first: list[str], changes: list[tuple[str, list[str]]]
) -> None:
    id = library.make_list("x", first)
    expected = list(dict.fromkeys(first))
    for what, papers in changes:
        if what == "add":
            library.add_to_list(id, papers)
            expected += [paper for paper in dict.fromkeys(papers) if paper not in expected]
        else:
            for paper in papers:
                library.take_from_list(id, paper)
            expected = [paper for paper in expected if paper not in papers]
        assert library.reading_list(id).papers == tuple(expected)
    assert next(found for found in library.reading_lists() if found.id == id).papers == tuple(expected)


def test_lists_do_not_share_their_papers(library: Library) -> None:
    one, other = library.make_list("one", ["a", "b"]), library.make_list("two", ["b", "a"])
    library.take_from_list(one, "a")
    assert library.reading_list(one).papers == ("b",)
    assert library.reading_list(other).papers == ("b", "a")
    library.remove_list(one)
    assert library.reading_list(other).papers == ("b", "a")


def test_a_removed_list_leaves_no_papers_for_the_next_of_its_number(library: Library) -> None:
    library.remove_list(library.make_list("one", ["a", "b"]))
    assert library.reading_list(library.make_list("two")).papers == ()


def test_the_same_name_makes_two_lists(library: Library) -> None:
    one, other = library.make_list("Mine"), library.make_list("Mine")
    assert one != other
    assert {found.name for found in library.reading_lists()} == {"Mine"}
    assert len(one) >= 12  # whoever has the address may read it


def test_lists_come_by_their_last_change_then_by_their_age(library: Library) -> None:
    ids = [library.make_list(name) for name in ("first", "second", "third")]
    with library.writing() as connection:
        for id, day in zip(ids, ("03", "01", "02"), strict=True):
            connection.execute(update(lists).where(lists.c.id == id).values(changed=f"2020-01-{day}"))
    assert [found.name for found in library.reading_lists()] == ["first", "third", "second"]
    with library.writing() as connection:
        connection.exec_driver_sql("UPDATE lists SET changed = '2020-01-01'")
    assert [found.name for found in library.reading_lists()] == ["third", "second", "first"]


@pytest.mark.parametrize("change", ["add", "take", "rename"])
def test_every_change_is_dated(library: Library, change: str) -> None:
    id = library.make_list("x", ["a"])
    with library.writing() as connection:
        connection.exec_driver_sql("UPDATE lists SET made = '2020-01-01', changed = '2020-01-01'")
    if change == "add":
        library.add_to_list(id, ["b"])
    elif change == "take":
        library.take_from_list(id, "a")
    else:
        library.rename_list(id, "y")
    found = library.reading_list(id)
    assert found.made == "2020-01-01"
    assert found.changed > "2020-01-01"


def test_a_list_holds_its_most_and_not_one_more(library: Library) -> None:
    papers = [str(number) for number in range(MOST_PAPERS)]
    id = library.make_list("full", papers)
    library.add_to_list(id, papers[:3])  # they are in it
    with pytest.raises(InputError) as caught:
        library.add_to_list(id, ["one more"])
    assert caught.value.hint
    assert library.reading_list(id).papers == tuple(papers)
    with pytest.raises(InputError):
        library.make_list("too long", [*papers, "one more"])
    assert [found.name for found in library.reading_lists()] == ["full"]


def test_no_change_of_a_list_that_is_not_there(library: Library) -> None:
    for change in (
        lambda: library.add_to_list("nope", ["a"]),
        lambda: library.take_from_list("nope", "a"),
        lambda: library.rename_list("nope", "x"),
        lambda: library.remove_list("nope"),
    ):
        with pytest.raises(NotFoundError) as caught:
            change()
        assert caught.value.hint


def test_an_id_can_be_typed_into_a_command(library: Library) -> None:
    ids = [library.make_list(f"list {number}") for number in range(300)]
    assert len(set(ids)) == 300
    assert not [id for id in ids if id.startswith("-")], "a command would take it for an option"
