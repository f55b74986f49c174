"""Papers near in meaning that the query does not find: few are asked for, all where these do not do."""

from __future__ import annotations

from typing import Any, cast

import pytest

from search.clauses import Nothing
from search.similarity.related import near_in_meaning

NEAREST = [(f"p{number:03d}", 1 - number / 1000) for number in range(400)]


class Meaning:
    def __init__(self) -> None:
        self.asked: list[int] = []

    def nearest(self, most: int) -> list[tuple[str, float]]:
        self.asked.append(most)
        return NEAREST[:most]


class Context:
    def allowed(self, ids: list[str], *_: Any, **__: Any) -> list[str]:
        return ids


class Order:
    def __init__(self, found: int) -> None:
        self.hits = NEAREST[:found]


@pytest.mark.parametrize(
    ("found", "asked"), [(0, [6]), (10, [18]), (12, [18]), (13, [18, 19]), (100, [18, 106])]
)
def test_the_nearest_that_are_not_found_however_many_are_asked_for(found: int, asked: list[int]) -> None:
    meaning = Meaning()
    near = near_in_meaning(
        cast(Any, Context()), cast(Any, meaning), cast(Any, Order(found)), None, (), Nothing(), 2
    )
    assert near == NEAREST[found : found + 2]
    assert meaning.asked == [min(one, found + 6) for one in asked]
