"""Vectors on disk: parts that are never lost or made twice, the nearest of them, damage that is noticed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.arrays import ArraysError
from search.encoders import vector_store
from search.encoders.encoder import Vectors
from search.encoders.vector_store import Origin, VectorStore, verify

ORIGIN = Origin("small", "1", "/somewhere", 8)


def rows(count: int, seed: int) -> Vectors:
    noise = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(noise / np.linalg.norm(noise, axis=1, keepdims=True))


def filled(folder: Path, parts: int = 3, size: int = 50) -> tuple[VectorStore, dict[str, Vectors]]:
    store, kept = VectorStore(folder), {}
    for part in range(parts):
        ids, vectors = [f"p{part}-{at}" for at in range(size)], rows(size, part)
        store.add(ORIGIN, ids, list(range(size)), vectors)
        kept |= dict(zip(ids, vectors, strict=True))
    return store, kept


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    _, kept = filled(tmp_path)
    store = VectorStore(tmp_path)
    assert len(store) == 150
    assert store.origin == ORIGIN
    assert store.texts()["p1-7"] == 7
    vectors, known = store.vectors(["p2-3", "gone", "p0-0"])
    assert known.tolist() == [True, False, True]
    np.testing.assert_allclose(vectors[[0, 2]], [kept["p2-3"], kept["p0-0"]], atol=1e-3)
    assert not vectors[1].any()
    with pytest.raises(ArraysError, match="lack whole"):
        verify(tmp_path)  # more vectors were still to come
    store.finish(9, frozenset(kept))
    assert verify(tmp_path) == 150


def test_a_later_vector_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    store, _ = filled(tmp_path)
    new = rows(1, 9)
    store.add(ORIGIN, ["p0-0"], [77], new)
    assert len(store) == 150
    assert store.texts()["p0-0"] == 77
    np.testing.assert_allclose(VectorStore(tmp_path).vectors(["p0-0"])[0], new, atol=1e-3)
    nearest = store.nearest(new[0], 150)
    assert nearest[0][0] == "p0-0"
    assert len({id for id, _ in nearest}) == len(nearest)


@pytest.mark.parametrize("graph", [False, True])
def test_the_nearest_are_those_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: bool) -> None:
    if graph:
        pytest.importorskip("usearch")
        monkeypatch.setattr(vector_store, "_EXACT", 20)
    store, kept = filled(tmp_path)
    store.finish(5, frozenset(kept))
    store.add(ORIGIN, ["late"], [1], rows(1, 8))
    kept["late"] = rows(1, 8)[0]
    assert (tmp_path / "graph.usearch").exists() == graph
    for seed in range(20):
        wanted = rows(1, 100 + seed)[0]
        best = sorted(kept, key=lambda id: -float(kept[id] @ wanted))[:10]
        nearest = [id for id, _ in VectorStore(tmp_path).nearest(wanted, 10)]
        assert len(set(nearest) & set(best)) >= 9, "but for the rounding"
    assert store.nearest(kept["late"], 1)[0][0] == "late"


def test_a_damaged_graph_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("usearch")
    monkeypatch.setattr(vector_store, "_EXACT", 20)
    store, kept = filled(tmp_path)
    store.finish(5, frozenset(kept))
    (tmp_path / "graph.usearch").write_bytes(b"nothing")
    assert VectorStore(tmp_path).nearest(kept["p1-1"], 1)[0][0] == "p1-1"


def test_whole_is_whole_and_many_parts_become_one(tmp_path: Path) -> None:
    store, kept = filled(tmp_path, parts=14, size=6)
    assert store.sequence is None
    kept.pop("p3-3")
    store.finish(42, frozenset(kept))
    again = VectorStore(tmp_path)
    assert again.sequence == 42
    assert set(again.texts()) == set(kept)
    assert len([path for path in tmp_path.iterdir() if path.name.isdecimal()]) == 1
    vectors, known = again.vectors(list(kept))
    assert known.all()
    np.testing.assert_allclose(vectors, np.array(list(kept.values())), atol=1e-3)


def test_damage_is_noticed(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "000002" / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-3] + b"abc")
    with pytest.raises(ArraysError):
        verify(tmp_path)


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    assert len(store) == 0
    assert store.nearest(rows(1, 1)[0], 5) == []
    assert store.vectors(["x"])[1].tolist() == [False]
