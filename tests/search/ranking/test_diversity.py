"""A varied choice: near papers that are unlike each other, in the order of choice."""

from __future__ import annotations

import numpy as np

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
