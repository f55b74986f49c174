"""Answers that processes leave for each other: given while they hold, and to those alone who may see them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.web.built_atlas import copied
from tests.web.conftest import Names
from tests.web.private_atlas import CANARIES, SECRET, Pair, settings
from tests.web.test_answer_cache import counted, signed_in
from web import create_app
from web.shared_answers import OLD_SECONDS, Answer, SharedAnswers

ANSWER = Answer(b"\n\x00 body\n", [("Content-Type", "text/html; charset=utf-8"), ("X-Two", "a\u00e9")])


def processes(chosen: Settings, folder: Path, stack: ExitStack) -> list[Flask]:
    """What two processes of one server would have: an open atlas each, and the folder."""
    folder.mkdir(exist_ok=True)
    atlases = [stack.enter_context(Atlas(chosen)) for _ in range(2)]
    return [create_app(chosen, atlas=atlas, answers=folder) for atlas in atlases]


@pytest.fixture
def two(built_home: Path, tmp_path: Path) -> Iterator[list[Flask]]:
    with ExitStack() as stack:
        chosen = Settings(home=copied(built_home, tmp_path / "home"), processes=1)
        yield processes(chosen, tmp_path / "answers", stack)


def test_what_one_process_has_answered_no_other_works_out(two: list[Flask]) -> None:
    calls = counted(two[1], "pages.search")
    first = two[0].test_client().get("/search?q=galaxy")
    second = two[1].test_client().get("/search?q=galaxy")
    assert (second.data, second.headers["ETag"], calls) == (first.data, first.headers["ETag"], [0])
    russian = two[1].test_client().get("/search?q=galaxy", headers={"Accept-Language": "ru"})
    assert '<html lang="ru">' in russian.get_data(as_text=True)
    assert calls == [1]


def test_no_process_is_given_what_was_true_before_a_change(two: list[Flask], names: Names) -> None:
    addresses = (f"/topics/{names.topic}", "/api/v1/map", "/search?q=galaxy")
    clients = [app.test_client() for app in two]
    for round_ in range(3):  # each time the change is made by the other one
        label = f"Telescopes of old {round_}"
        assert all(label not in clients[0].get(each).get_data(as_text=True) for each in addresses)
        two[round_ % 2].extensions["litatlas"].atlas.topics.rename(names.topic, label)
        for address in addresses:
            for client in (clients[1], clients[0]):
                assert label in client.get(address).get_data(as_text=True), (address, round_)


def test_nobody_is_given_what_was_made_for_who_sees_more(private_pair: Pair, tmp_path: Path) -> None:
    chosen = settings(copied(private_pair.with_secret, tmp_path / "own"))
    addresses = ["/search?q=vrelmok", "/search?q=galaxy", "/api/v1/search?q=vrelmok", "/api/v1/topics", "/"]
    with ExitStack() as stack:
        one, other = processes(chosen, tmp_path / "answers", stack)
        ada = signed_in(one, "ada")
        seen = [ada.get(address).get_data(as_text=True).lower() for address in addresses]
        assert sum(any(word in body for word in CANARIES) for body in seen) > 2
        for client in (signed_in(other, "bo"), other.test_client()):
            for address in addresses:
                body = client.get(address).get_data(as_text=True).lower().replace("vrelmok", "", 9)
                assert SECRET.lower() not in body
                assert "kwimblat" not in body, address
        assert ada.get(addresses[0]).get_data(as_text=True).lower() == seen[0]


def test_an_answer_is_left_whole_and_found_by_what_it_depends_on(tmp_path: Path) -> None:
    one, other = SharedAnswers(tmp_path), SharedAnswers(tmp_path)
    name = one.name("mark", ("/search", b"q=1"), frozenset({"A", "B"}))
    assert other.get(name) is None
    one.put(name, ANSWER)
    assert other.get(other.name("mark", ("/search", b"q=1"), frozenset({"B", "A"}))) == ANSWER
    others = [
        one.name("mark", ("/search", b"q=1"), frozenset({"A"})),
        one.name("mark", ("/search", b"q=1"), None),
        one.name("other", ("/search", b"q=1"), frozenset({"A", "B"})),
        one.name("mark", ("/search", "q=1"), frozenset({"A", "B"})),
    ]
    assert len({name, *others}) == 5
    assert all(other.get(each) is None for each in others)


def test_each_process_leaves_no_more_than_it_may(tmp_path: Path) -> None:
    answers = SharedAnswers(tmp_path, most=10_000)
    for number in range(20):
        answers.put(answers.name(number), Answer(bytes(1_000), []))
    left = [number for number in range(20) if answers.get(answers.name(number))]
    assert left == [15, 16, 17, 18, 19]
    assert len(list(tmp_path.iterdir())) == 5


def test_what_a_process_left_that_died_is_removed_by_the_next(tmp_path: Path) -> None:
    died = SharedAnswers(tmp_path)
    for name in ("old", "new"):
        died.put(name, ANSWER)
    before = time.time() - OLD_SECONDS - 1
    os.utime(tmp_path / "old", (before, before))
    next_one = SharedAnswers(tmp_path)
    assert (next_one.get("old"), next_one.get("new")) == (None, ANSWER)


def test_without_a_folder_nothing_is_left_and_nothing_fails(tmp_path: Path) -> None:
    answers = SharedAnswers(tmp_path / "gone")
    answers.put(answers.name(1), ANSWER)
    assert answers.get(answers.name(1)) is None
