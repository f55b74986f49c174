"""What matching promises of any two models."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topics.model.test_matching import WORDS, terms, view
from topics.model.matching import LevelView, ModelView, match, new_id


def random_view(seed: int, topics: int, papers: int, named: bool) -> ModelView:
    noise = np.random.default_rng(seed)
    groups = [noise.choice(60, 10, replace=False).tolist() for _ in range(topics)]
    members = [int(topic) for topic in noise.integers(-1, topics, papers)]
    return view(groups, members, [f"t{seed}x{k}" for k in range(topics)] if named else None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 999), st.integers(1, 9), st.integers(1, 9), st.integers(0, 120))
def test_every_former_topic_is_kept_or_gone_and_every_new_one_new_or_kept(
    seed: int, before: int, after: int, papers: int
) -> None:
    previous = random_view(seed, before, papers, named=True)
    current = random_view(seed // 2, after, papers, named=False)
    matching = match(previous, current, {"tused"}, seed)
    former, now = set(previous.levels[0].ids), set(matching.ids[0])
    assert len(matching.ids[0]) == len(now) == after
    kept = {row["id"] for row in matching.kept}
    assert kept | set(matching.gone) == former
    assert not kept & set(matching.gone)
    assert set(matching.new) == now - kept
    assert "tused" not in now
    assert set(matching.successors) == set(matching.gone)
    for heirs in matching.successors.values():
        assert heirs
        assert set(heirs) <= now
    for row in matching.kept:
        assert row["likeness"] >= 0.4
    assert json.loads(json.dumps(matching.to_json())) == matching.to_json()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.integers(1, 9), st.integers(0, 60))
def test_the_very_same_model_keeps_everything_in_any_order(seed: int, topics: int, papers: int) -> None:
    previous = random_view(seed, topics, papers, named=True)
    level = previous.levels[0]
    order = np.random.default_rng(seed).permutation(topics)
    place = np.append(np.argsort(order), -1)  # −1 stays −1
    shuffled = LevelView(
        level.phi[:, order], [level.shown[k] for k in order], place[level.members.astype(int)]
    )
    matching = match(previous, ModelView(WORDS, previous.paper_ids, [shuffled]))
    assert matching.ids[0] == [level.ids[k] for k in order]
    assert not matching.new
    assert not matching.gone
    assert not matching.moved
    assert not matching.split
    assert not matching.merged


def test_leaves_that_became_the_level_above_keep_their_ids() -> None:
    groups = [terms(0), terms(10), terms(20), terms(30)]
    papers = [topic for topic in range(4) for _ in range(30)]
    # a level more below: what were leaves are the upper level now
    previous = view(groups, papers, ["ta", "tb", "tc", "td"])
    upper = previous.levels[0]
    fine = view([terms(40, 6), terms(50, 6)], [number % 2 for number in range(120)])  # like none of them
    current = ModelView(
        WORDS,
        previous.paper_ids,
        [
            LevelView(upper.phi, upper.shown, upper.members),
            LevelView(
                fine.levels[0].phi,
                fine.levels[0].shown,
                fine.levels[0].members,
                parents=[0, 1],
            ),
        ],
    )
    matching = match(previous, current)
    assert matching.ids[0] == ["ta", "tb", "tc", "td"]
    assert matching.new == matching.ids[1]
    assert not matching.gone


@pytest.mark.parametrize(("stay", "split"), [(0.8, False), (0.6, True)])
def test_a_part_counts_from_a_quarter_on(stay: float, split: bool) -> None:
    gone = round(100 * (1 - stay))
    previous = view([terms(0), terms(20)], [0] * 100 + [1] * 100, ["ta", "tb"])
    current = view(
        [terms(0, 8) + terms(40, 2), terms(8, 2) + terms(50, 8), terms(20)],
        [0] * (100 - gone) + [1] * gone + [2] * 100,
    )
    assert bool(match(previous, current).split) == split


def test_few_shared_papers_say_little_against_the_same_words() -> None:
    previous = view([terms(0), terms(20)], [0, 0, 1, 1], ["ta", "tb"])
    crossed = view([terms(0), terms(20)], [1, 1, 0, 0])
    assert match(previous, crossed).ids == [["ta", "tb"]]


def test_ids_grow_where_the_short_ones_are_taken() -> None:
    class Crowd:
        """As if every id of five characters had been given."""

        def __contains__(self, name: object) -> bool:
            return isinstance(name, str) and len(name) == 5

    name = new_id(1, ["a"], Crowd())  # type: ignore[arg-type]
    assert len(name) == 6
    assert new_id(1, ["a"], Crowd()) == name  # type: ignore[arg-type]
