"""Orders that are learned in a process beside: the same as here, and nothing is lost when it dies."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.parallel import BesideError
from litatlas.atlas import Atlas
from litatlas.parts.reviewing.open_reviews import Task
from litatlas.parts.reviewing.plan import ABSTRACT
from litatlas.parts.reviewing.reading_order import Order
from litatlas.serving.learning_process import LearningProcess
from litatlas.settings import load
from tests.papers import papers, write

UNTIL = 300.0


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    """A review "r" of some papers, whose first one was included and second one excluded."""
    path = write(tmp_path / "x.jsonl", papers(40, prefix="x"))
    with Atlas(load(tmp_path / "home")) as atlas:
        atlas.collections.add([path], collection="x")
        atlas.reviews.begin("r", {}, query="", who="Ada")
        yield atlas


@pytest.fixture
def process(atlas: Atlas) -> Iterator[LearningProcess]:
    process = LearningProcess(atlas.settings.library_url)
    yield process
    process.close()


def decide(atlas: Atlas, verdict: str) -> None:
    paper = atlas.reviews.next("r", "Ada", order="in-order")["paper"]
    assert paper is not None
    atlas.reviews.decide("r", paper["id"], verdict, "Ada")


def order_after(atlas: Atlas, decisions: int) -> Order:
    """The order that was learned from so many decisions."""
    desk = atlas.reviews._open("r").desk

    def order() -> Order | None:
        order = desk.order("abstract", "", "likely")
        return order if order is not None and order.model.endswith(f" after {decisions}") else None

    wait(order)
    found = order()
    assert found is not None
    return found


def wait(condition: Callable[[], object]) -> None:
    until = time.monotonic() + UNTIL
    while not condition():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.05)


def test_an_order_from_the_process_is_that_which_is_learned_here(
    atlas: Atlas, process: LearningProcess
) -> None:
    for verdict in ("include", "exclude", "exclude", "include"):
        decide(atlas, verdict)
    here = order_after(atlas, 4)
    atlas.open_reviews.elsewhere = process.learned
    decide(atlas, "exclude")
    beside = order_after(atlas, 5)
    with Atlas(atlas.settings) as again:
        again.reviews.next("r", "Ada", wait=True)
        alone = again.reviews._open("r").desk.order("abstract", "", "likely")
    assert alone is not None
    assert list(beside.chances) == list(alone.chances)
    assert beside.chances == pytest.approx(alone.chances)
    assert len(beside.chances) == len(here.chances) - 1


def test_a_process_that_was_killed_is_replaced_and_decisions_go_on(
    atlas: Atlas, process: LearningProcess, caplog: pytest.LogCaptureFixture
) -> None:
    atlas.open_reviews.elsewhere = process.learned
    first_page = atlas.reviews.next("r", "Ada")
    assert (first_page["chance"], first_page["model"]) == (None, ""), "nothing was learned from nothing"
    wait(lambda: process._running is not None)
    decide(atlas, "include")
    decide(atlas, "exclude")
    order_after(atlas, 2)
    wait(lambda: not atlas.reviews._open("r").desk.is_learning(ABSTRACT, ""))
    assert process._running is not None
    first = process._running.process
    first.kill()
    first.join()
    decide(atlas, "exclude")
    order_after(atlas, 3)
    assert process._running is not None
    assert process._running.process.pid != first.pid
    assert len(atlas.reviews.rows("r")) == 3
    assert not caplog.records


def test_a_process_that_was_idle_has_ended_and_another_goes_on(atlas: Atlas) -> None:
    process = LearningProcess(atlas.settings.library_url, idle_seconds=0)  # ends after each answer
    held = atlas.reviews._open("r")
    task = Task(held.review, held.stamp, ABSTRACT, "", None)
    try:
        for _ in range(3):
            assert process.learned(task).estimate.papers == 40
    finally:
        process.close()


def test_one_that_learns_is_ended_at_once_and_none_follows(atlas: Atlas, process: LearningProcess) -> None:
    held = atlas.reviews._open("r")
    task = Task(held.review, held.stamp, ABSTRACT, "", None)
    problems: list[str] = []

    def learn() -> None:
        with pytest.raises(BesideError) as failed:
            process.learned(task)
        problems.append(str(failed.value))

    threads = [threading.Thread(target=learn) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait(lambda: process._running is not None)
    process.close()
    for thread in threads:
        thread.join(UNTIL)
    assert len(problems) == 3
    assert process._running is None
    assert not [child for child in multiprocessing.active_children() if child.name == "screening"]


def test_what_fails_in_the_process_is_told_and_the_next_paper_comes(
    atlas: Atlas, caplog: pytest.LogCaptureFixture
) -> None:
    process = LearningProcess(f"sqlite:///{atlas.settings.home}/none/library.db?mode=ro&uri=true")
    atlas.open_reviews.elsewhere = process.learned
    decide(atlas, "include")
    wait(lambda: caplog.records)
    assert "the order of a review could not be learned" in caplog.text
    assert atlas.reviews.next("r", "Ada")["left"] == 39
    process.close()
