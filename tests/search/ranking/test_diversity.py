"""A varied choice: near papers that are unlike each other, in the order of choice."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking.diversity import varied
from tests.search.small_atlas import ids_of, small_atlas


def _scored(count: int = 30) -> list[tuple[str, float]]:
    context = small_atlas().searcher.context
    return [(id, 1.0 - at / 100) for at, id in enumerate(ids_of(context, "stars")[:count])]


def _mean_cosine(ids: list[str]) -> float:
    placements = small_atlas().searcher.context.placements
    assert placements is not None
    vectors = placements.vectors(placements.rows(ids))
    return float((vectors @ vectors.T)[np.triu_indices(len(ids), 1)].mean())


def test_the_nearest_comes_first_and_the_others_are_less_alike() -> None:
    first, *others = _scored()
    scored = [first, *((id, 0.5) for id, _ in others)]
    chosen = varied(small_atlas().searcher.context, scored, 6)
    assert chosen[0] == first
    assert len({id for id, _ in chosen}) == 6
    assert set(chosen) <= set(scored)
    assert _mean_cosine([id for id, _ in chosen]) < _mean_cosine([id for id, _ in scored[:6]])


def test_all_of_them_are_a_choice_of_all() -> None:
    scored = _scored(8)
    assert sorted(varied(small_atlas().searcher.context, scored, 20)) == sorted(scored)


def test_a_paper_twice_the_same_is_chosen_late() -> None:
    scored = _scored(5)
    twin = (scored[0][0], scored[0][1] - 0.001)  # as near as the first, and just like it
    chosen = varied(small_atlas().searcher.context, [scored[0], twin, *scored[1:]], 3)
    assert [id for id, _ in chosen].count(twin[0]) == 1


def test_without_a_model_or_with_a_handful_the_order_stays() -> None:
    scored = _scored(10)
    assert varied(small_atlas().bare.context, scored, 4) == scored[:4]
    assert varied(small_atlas().searcher.context, scored[:2], 4) == scored[:2]


def _context(vectors: dict[str, list[float]]) -> Any:
    """A context in which papers have these vectors; the others are not known and have none."""
    table = np.array([*vectors.values(), [0.0] * len(next(iter(vectors.values())))], dtype=np.float32)
    rows = {id: row for row, id in enumerate(vectors)}
    return SimpleNamespace(
        placements=SimpleNamespace(
            rows=lambda ids: np.array([rows.get(id, -1) for id in ids]), vectors=lambda at: table[at]
        )
    )


def test_the_choice_by_hand() -> None:
    # Nearness is 1, .9, .8, 0. After a: b is its twin, .6·.9 − .4·1 = .14; c is unlike it, .6·.8 = .48.
    context = _context({"a": [1, 0], "b": [1, 0], "c": [0, 1], "d": [0.6, 0.8]})
    scored = [("a", 20.0), ("b", 19.0), ("c", 18.0), ("d", 10.0)]
    assert [id for id, _ in varied(context, scored, 4)] == ["a", "c", "b", "d"]
    assert varied(context, scored, 2) == [("a", 20.0), ("c", 18.0)]
    # A paper that is not known is like none: .6·.8 beats c's .6·.85 − .4·.8.
    context = _context({"a": [1, 0], "c": [0.8, 0.6], "d": [1, 0]})
    scored = [("a", 20.0), ("c", 18.5), ("unknown", 18.0), ("d", 10.0)]
    assert [id for id, _ in varied(context, scored, 2)] == ["a", "unknown"]


def test_of_equals_those_stay_in_order_that_are_alike() -> None:
    context = _context({"a": [1, 0], "b": [1, 0], "c": [1, 0]})
    scored = [("a", 2.0), ("b", 2.0), ("c", 2.0)]
    assert varied(context, scored, 3) == scored


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 6.28)), min_size=3, max_size=9), st.integers(1, 9))
def test_the_choice_by_its_definition(papers: list[tuple[float, float]], limit: int) -> None:
    papers = sorted(papers, reverse=True)
    vectors = {str(at): [float(np.cos(turn)), float(np.sin(turn))] for at, (_, turn) in enumerate(papers)}
    scored = [(str(at), score) for at, (score, _) in enumerate(papers)]
    chosen = varied(_context(vectors), scored, limit)
    assert len(chosen) == min(limit, len(scored))
    worst, best = papers[-1][0], papers[0][0]

    def value(id: str, before: list[str]) -> float:
        near = (dict(scored)[id] - worst) / ((best - worst) or 1)
        return 0.6 * near - 0.4 * max([0.0, *(float(np.dot(vectors[id], vectors[one])) for one in before)])

    for place, (id, _) in enumerate(chosen):
        before = [one for one, _ in chosen[:place]]
        rest = [one for one, _ in scored if one not in before]
        assert value(id, before) == pytest.approx(max(value(one, before) for one in rest), abs=1e-4)
