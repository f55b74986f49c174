"""θ as tokens of an index, and the sums of their counts."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np
import pytest

from search.engines.topic_shares import PARTS, Shares, share_tokens
from tests.search.small_atlas import small_atlas


def parts_of(tokens: list[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for leaf, power in (token.rsplit("|", 1) for token in tokens):
        found[leaf] += int(power)
    return found


def test_a_paper_has_sixteen_parts_each_leaf_its_share_or_a_whole_neighbour() -> None:
    theta = np.random.default_rng(1).dirichlet([0.2] * 30, 200).astype(np.float32)
    leaves = [f"t{at}" for at in range(30)]
    for row, tokens in zip(
        theta, share_tokens(leaves, theta, [f"paper{at}" for at in range(200)]), strict=True
    ):
        assert len(set(tokens)) == len(tokens)
        parts = parts_of(tokens)
        assert parts.total() == PARTS
        assert all(abs(parts[leaf] - p * PARTS) < 1 + 1e-4 for leaf, p in zip(leaves, row, strict=True))


def test_sums_over_many_papers_are_true_to_topics_that_are_small_in_each() -> None:
    theta = np.tile(np.array([[0.91, 0.03, 0.03, 0.02, 0.01]], dtype=np.float32), (4000, 1))
    tokens = share_tokens(["a", "b", "c", "d", "e"], theta, [f"paper{at}" for at in range(4000)])
    parts = parts_of(list(chain.from_iterable(tokens)))
    assert [parts[leaf] / parts.total() for leaf in "abcde"] == pytest.approx(theta[0], abs=0.003)


def test_a_paper_without_a_place_has_no_parts() -> None:
    assert share_tokens(["a", "b"], np.zeros((1, 2), dtype=np.float32), ["paper"]) == [[]]


def test_counted_tokens_add_up_at_every_level() -> None:
    hierarchy = small_atlas().searcher.context.hierarchy
    assert hierarchy is not None
    theta = np.asarray(hierarchy.theta[-1], dtype=np.float32)
    tokens = share_tokens(hierarchy.levels[-1].ids, theta, hierarchy.paper_ids)
    counted = Counter(chain.from_iterable(tokens))
    shares = Shares(hierarchy)
    sums = shares.sums([*counted.items(), ("another|16", 9)])
    assert len(sums) == len(hierarchy.levels)
    for level, found, exact in zip(
        hierarchy.levels, sums, hierarchy.all_levels(theta.sum(axis=0)), strict=True
    ):
        assert list(found) == level.ids
        assert sum(found.values()) == pytest.approx(PARTS * len(hierarchy.paper_ids), rel=1e-5)
        assert list(found.values()) == pytest.approx(PARTS * exact, abs=PARTS * 0.01 * len(theta))


def test_nothing_counted_is_nothing() -> None:
    hierarchy = small_atlas().searcher.context.hierarchy
    assert hierarchy is not None
    assert all(not any(level.values()) for level in Shares(hierarchy).sums([]))
