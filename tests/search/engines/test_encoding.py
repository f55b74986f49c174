"""Numbers that stand for ids, orders and vectors: their order is that of what they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.contract import IndexedPaper
from search.engines.errors import EngineError
from search.engines.tantivy.encoding import (
    VECTOR_STEPS,
    near_tokens,
    pack_id,
    sort_keys,
    unpack_ids,
    vector_tokens,
)

ids = st.text("-0123456789ABCXYZ_abcxyz", min_size=1, max_size=16)
vectors = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@given(st.lists(ids, min_size=1, max_size=20))
def test_packed_ids_come_back_and_keep_their_order(names: list[str]) -> None:
    packed = [pack_id(name) for name in names]
    assert unpack_ids([high for high, _ in packed], [low for _, low in packed]) == names
    assert sorted(names) == [name for _, name in sorted(zip(packed, names, strict=True))]
    assert all(0 <= part < 2**64 for pair in packed for part in pair)


@pytest.mark.parametrize("name", ["", "x" * 17, "a b", "ä", "a\0"])
def test_ids_that_cannot_be_packed_are_refused(name: str) -> None:
    with pytest.raises(EngineError, match="not a valid paper id"):
        pack_id(name)


papers = st.builds(
    IndexedPaper,
    ids,
    year=st.none() | st.integers(0, 3000),
    citations=st.none() | st.integers(0, 10**9),
    added=st.none() | st.integers(19_000_101, 20_991_231),
)


@given(papers, papers)
def test_sort_keys_order_papers_by_value_then_by_id(one: IndexedPaper, other: IndexedPaper) -> None:
    first, second = sort_keys(one), sort_keys(other)
    assert all(0 <= key < 2**64 for key in first.values())
    head = [paper.id[:6].ljust(6, "-") for paper in (one, other)]

    def before(name: str, key: int, other_key: int, values: list[int | None], down: bool) -> None:
        """Whether the key of the first comes first, as it should by value, then by the id's beginning."""
        sign = -1 if down else 1
        missing = [value is None for value in values]
        amounts = [0 if value is None else min(value, 2**28 - 4) for value in values]
        expected = (missing[0], sign * amounts[0], head[0]) < (missing[1], sign * amounts[1], head[1])
        same = (missing[0], amounts[0], head[0]) == (missing[1], amounts[1], head[1])
        assert (key == other_key) == same, name
        assert (sign * key < sign * other_key) == expected, name

    before("newest", first["newest"], second["newest"], [one.year, other.year], True)
    before("oldest", first["oldest"], second["oldest"], [one.year, other.year], False)
    before("cited", first["cited"], second["cited"], [one.citations, other.citations], True)
    before("arrived", first["arrived"], second["arrived"], [one.added, other.added], True)


@given(vectors)
def test_tokens_are_a_vector_rounded(vector: list[float]) -> None:
    back = np.zeros(len(vector))
    for token in vector_tokens(vector).split():
        at, step = map(int, token.split("_"))
        back[at] = step / VECTOR_STEPS
        assert 1 <= step <= VECTOR_STEPS
    assert np.abs(back - np.array(vector)).max() <= 0.5 / VECTOR_STEPS + 1e-9


@given(vectors, st.integers(0, 99))
def test_what_near_tokens_add_is_the_dot_product(vector: list[float], seed: int) -> None:
    query = np.random.default_rng(seed).dirichlet(np.full(len(vector), 0.3)) ** 0.5
    gains = dict(near_tokens(query.tolist()))
    score = sum(gains.get(token, 0.0) for token in vector_tokens(vector).split())
    largest = np.argsort(-query, kind="stable")[:24]
    exact = float(sum(query[at] * vector[at] for at in largest))
    assert score == pytest.approx(exact, abs=0.5 / VECTOR_STEPS * float(query[largest].sum()) + 1e-9)


def test_a_vector_out_of_bounds_is_clipped_and_zeros_say_nothing() -> None:
    assert vector_tokens([0.0, 2.0, -1.0, 0.001]) == f"1_{VECTOR_STEPS}"
    assert near_tokens([0.0, -1.0]) == []


def test_numbers_by_hand() -> None:
    assert pack_id("A") == (0x41 << 56, 0)
    assert pack_id("A" * 8 + "B") == (int.from_bytes(b"A" * 8, "big"), 0x42 << 56)
    first, second = (sort_keys(IndexedPaper(id, year=1999)) for id in ("------", "zzzzzz"))
    assert first["oldest"] == 2000 << 36, "a year above what is missing, then the id from 0"
    assert first["newest"] == (2000 << 36) + 2**36 - 1
    assert second["oldest"] == (2000 << 36) + 2**36 - 1
    assert second["newest"] == 2000 << 36


@pytest.mark.parametrize(
    ("value", "kept"), [(-5, 1), (0, 1), (2**28 - 4, 2**28 - 3), (2**28, 2**28 - 2), (2**40, 2**28 - 2)]
)
def test_values_are_kept_within_their_bits(value: int, kept: int) -> None:
    paper = IndexedPaper("a", year=value, citations=value, added=value)
    assert {key >> 36 for key in sort_keys(paper).values()} == {kept}
    nothing = {name: key >> 36 for name, key in sort_keys(IndexedPaper("a")).items()}
    assert nothing == {"newest": 0, "oldest": 2**28 - 1, "cited": 0, "arrived": 0}


def test_near_tokens_are_of_the_largest_components_every_step() -> None:
    tokens = near_tokens([0.5, 0.0, *[0.1] * 30])
    assert len(tokens) == 24 * VECTOR_STEPS
    assert dict(tokens)["0_1"] == pytest.approx(0.5 / VECTOR_STEPS)
    assert dict(tokens)[f"0_{VECTOR_STEPS}"] == 0.5
    assert not [token for token, _ in tokens if token.startswith(("1_", "25_"))], "ties go to the first"
