"""Hostile work costs its own process only."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ingest import sandbox
from ingest.errors import InputError
from ingest.sandbox import BoundsError, items

_HERE = __name__


def pieces(data: bytes, count: int) -> Iterator[Any]:
    for number in range(count):
        yield {"number": number, "size": len(data), "process": os.getpid()}


def nested(data: bytes, count: int) -> Iterator[Any]:
    for piece in items(f"{_HERE}:pieces", data, count):
        yield {**piece, "outer": os.getpid()}


def endless(_data: bytes) -> Iterator[int]:
    yield 1
    while True:
        pass


def greedy(_data: bytes) -> Iterator[int]:
    kept = []
    while True:
        kept.append(bytes(10_000_000))
        yield len(kept)


def crashing(_data: bytes) -> Iterator[int]:
    os._exit(9)
    yield 1


def printing(_data: bytes) -> Iterator[int]:
    os.write(1, b"noise of a library")
    yield 1


def damaged(_data: bytes) -> Iterator[int]:
    raise ZeroDivisionError("as a library may")
    yield 1


def refused(_data: bytes) -> Iterator[int]:
    raise InputError("is locked", "Unlock it.")
    yield 1


def run(name: str, *arguments: Any, **limits: Any) -> list[Any]:
    return list(items(f"{_HERE}:{name}", b"x" * 100_000, *arguments, **limits))


def test_answers_come_one_by_one_from_one_kept_process() -> None:
    first, second = run("pieces", 3), run("pieces", 2)
    assert [piece["number"] for piece in first] == [0, 1, 2]
    assert first[0]["size"] == 100_000
    assert {piece["process"] for piece in first + second} == {first[0]["process"]}
    assert first[0]["process"] != os.getpid()


def test_a_child_calls_what_it_would_ask_of_a_child() -> None:
    (piece,) = run("nested", 1)
    assert piece["process"] == piece["outer"] != os.getpid()


@pytest.mark.parametrize(
    ("name", "words"),
    [("endless", "seconds"), ("greedy", "memory"), ("crashing", "broke"), ("damaged", "ZeroDivisionError")],
)
def test_what_goes_wrong_is_said_and_the_next_file_is_read(name: str, words: str) -> None:
    with pytest.raises(BoundsError, match=words):
        run(name, seconds=1 if name == "endless" else 20, memory=300 << 20)
    assert len(run("pieces", 1)) == 1


def test_refusals_come_through_as_they_are() -> None:
    with pytest.raises(InputError, match="is locked") as caught:
        run("refused")
    assert caught.value.hint == "Unlock it."
    assert not isinstance(caught.value, BoundsError)


def test_what_a_library_prints_does_not_get_between() -> None:
    assert run("printing") == [1]


def test_a_reader_that_stops_early_leaves_nothing_behind() -> None:
    sandbox.end_idle()
    stream = items(f"{_HERE}:pieces", b"", 1_000_000)
    assert next(stream)["number"] == 0
    process = next(stream)["process"]
    stream.close()  # type: ignore[attr-defined]
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            break
        time.sleep(0.01)
    else:
        pytest.fail("the process is still there")
