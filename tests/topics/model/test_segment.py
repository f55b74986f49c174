"""The files of papers that came later: only what the journal names is there, whatever a crash left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.model.segment import Segment

WIDTHS = (3, 2)


def rows(*values: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """A row of θ and a vector for each value, told apart by it."""
    return tuple(np.repeat(np.array(values)[:, None], width, axis=1) for width in WIDTHS)  # type: ignore[return-value]


def added(*names: str) -> list[dict[str, Any]]:
    return [{"add": name, "known": 7} for name in names]


def write(folder: Path, *names: str, first: float = 1.0) -> Segment:
    segment = Segment(folder, WIDTHS)
    with segment.locked():
        segment.read()
        segment.cut()
        segment.append(added(*names), *rows(*(first + k for k in range(len(names)))))
    return segment


def test_what_one_writes_another_reads_once(tmp_path: Path) -> None:
    write(tmp_path, "a", "b")
    reader = Segment(tmp_path, WIDTHS)
    assert reader.read() == added("a", "b")
    assert reader.theta.tolist() == [[1, 1, 1], [2, 2, 2]]
    assert reader.vectors.tolist() == [[1, 1], [2, 2]]
    assert reader.read() == []
    write(tmp_path, "c", first=9)
    assert reader.read() == added("c")
    assert reader.theta[:, 0].tolist() == [1, 2, 9]


def test_a_new_segment_is_empty_and_its_folder_is_made(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "deep" / "down", WIDTHS)
    assert segment.read() == []
    assert (segment.theta.shape, segment.vectors.shape) == ((0, 3), (0, 2))


def test_a_removal_takes_no_row_and_noting_nothing_leaves_nothing(tmp_path: Path) -> None:
    segment = write(tmp_path, "a")
    with segment.locked():
        segment.remove(["a", "статья"])
        segment.remove([])
        segment.append([], *rows())
    reader = Segment(tmp_path, WIDTHS)
    assert reader.read() == [*added("a"), {"remove": "a"}, {"remove": "статья"}]
    assert len(reader.theta) == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_crash_at_any_byte_loses_only_what_was_not_yet_named(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """θ, vectors and journal are written in this order; a crash leaves a beginning of one of them."""
    folder = tmp_path_factory.mktemp("segment")
    write(folder, "a", "b")
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    write(folder, "c", "d", first=3)
    order = ["theta.f16", "vectors.f16", "journal.jsonl"]
    torn = data.draw(st.integers(0, 2))
    for number, name in enumerate(order):
        path = folder / name
        after = path.read_bytes()
        kept = len(after) if number < torn else sizes[name]
        if number == torn:
            kept = data.draw(st.integers(sizes[name], len(after)))
        path.write_bytes(after[:kept])
    complete = 4 if kept == len(after) and torn == 2 else 2  # a batch is there as a whole, or not at all
    reader = Segment(folder, WIDTHS)
    assert [entry["add"] for entry in reader.read()] == [*"abcd"][:complete]
    assert reader.theta[:, 0].tolist() == [1, 2, 3, 4][:complete]
    write(folder, "e", first=5)  # the next writer cuts the tail off, and its rows are where they belong
    again = Segment(folder, WIDTHS)
    assert [entry["add"] for entry in again.read()] == [*[*"abcd"][:complete], "e"]
    assert again.theta[:, 0].tolist() == [*[1, 2, 3, 4][:complete], 5]
    assert again.vectors[:, 0].tolist() == again.theta[:, 0].tolist()


def test_a_reader_beside_a_writer_that_is_not_done_sees_whole_batches_only(tmp_path: Path) -> None:
    write(tmp_path, "a")
    journal = tmp_path / "journal.jsonl"
    before = journal.stat().st_size
    write(tmp_path, "b", "c", first=2)
    whole = journal.read_bytes()
    reader = Segment(tmp_path, WIDTHS)
    found = []
    for size in range(before, len(whole), 7):
        journal.write_bytes(whole[:size])
        found += reader.read()
        assert found == added("a")
    journal.write_bytes(whole)
    assert found + reader.read() == added("a", "b", "c")
    assert reader.theta[:, 0].tolist() == [1, 2, 3]
