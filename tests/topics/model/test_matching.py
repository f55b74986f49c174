from __future__ import annotations

import numpy as np
import pytest

from topics.model.matching import LevelView, ModelView, match, new_id

WORDS = [f"w{k}" for k in range(60)]


def view(
    groups: list[list[int]],
    papers: list[int],
    ids: list[str] | None = None,
    top: list[int] | None = None,
    names: list[str] | None = None,
) -> ModelView:
    """One model: ``groups`` are the terms of each topic, ``papers`` the topic of each paper."""
    phi = np.full((len(WORDS), len(groups)), 1e-4)
    for topic, terms in enumerate(groups):
        phi[terms, topic] = 1.0
    phi /= phi.sum(axis=0)
    shown = [[WORDS[term] for term in terms] for terms in groups]
    leaf = LevelView(phi, shown, np.array(papers), ids or (), parents=() if top is None else top)
    paper_ids = names or [f"p{k}" for k in range(len(papers))]
    if top is None:
        return ModelView(WORDS, paper_ids, [leaf])
    above = np.stack(
        [phi[:, [k for k, t in enumerate(top) if t == parent]].mean(axis=1) for parent in set(top)], axis=1
    )
    upper = LevelView(
        above,
        [[w for k, t in enumerate(top) if t == parent for w in shown[k][:5]] for parent in set(top)],
        np.array([top[paper] for paper in papers]),
        () if ids is None else [f"T{parent}" for parent in set(top)],
    )
    return ModelView(WORDS, paper_ids, [upper, leaf])


def terms(start: int, count: int = 10) -> list[int]:
    return list(range(start, start + count))


def test_the_first_model_is_all_new_and_repeatable() -> None:
    current = view([terms(0), terms(10), terms(20)], [0] * 5 + [1] * 5 + [2] * 5)
    matching = match(None, current, seed=7)
    assert len(set(matching.ids[0])) == 3
    assert matching.new == matching.ids[0]
    assert match(None, current, seed=7).ids == matching.ids
    assert match(None, current, seed=8).ids != matching.ids


def test_reordered_topics_keep_their_ids() -> None:
    previous = view([terms(0), terms(10), terms(20)], [0] * 30 + [1] * 30 + [2] * 30, ["ta", "tb", "tc"])
    current = view([terms(20), terms(0), terms(10)], [1] * 30 + [2] * 30 + [0] * 30)
    matching = match(previous, current)
    assert matching.ids == [["tc", "ta", "tb"]]
    assert matching.new == matching.gone == matching.split == matching.merged == []
    assert {row["id"]: row["papers"] for row in matching.kept} == {"ta": 1.0, "tb": 1.0, "tc": 1.0}


def test_a_changed_vocabulary_does_not_matter() -> None:
    previous = view([terms(0), terms(10)], [0] * 30 + [1] * 30, ["ta", "tb"])
    current = view([terms(10), terms(0)], [1] * 30 + [0] * 30)
    order = np.random.default_rng(0).permutation(len(WORDS))
    level = current.levels[0]
    shuffled = ModelView(
        [WORDS[k] for k in order],
        current.paper_ids,
        [LevelView(level.phi[order], level.shown, level.members)],
    )
    assert match(previous, shuffled).ids == [["tb", "ta"]]


def test_a_topic_that_is_no_longer_itself_gets_a_new_id_and_successors() -> None:
    previous = view([terms(0), terms(10), terms(20)], [0] * 30 + [1] * 30 + [2] * 30, ["ta", "tb", "tc"])
    current = view(
        [terms(0), terms(10), terms(40)], [0] * 30 + [1] * 30 + [1] * 10 + [0] * 20 + [2] * 40, None
    )
    matching = match(previous, current)
    assert matching.ids[0][:2] == ["ta", "tb"]
    assert matching.gone == ["tc"]
    assert matching.new == [matching.ids[0][2]]
    assert matching.successors == {"tc": ["ta", "tb"]}


def test_a_split_is_named() -> None:
    previous = view([terms(0), terms(20)], [0] * 60 + [1] * 60, ["ta", "tb"])
    current = view(
        [terms(0, 6) + terms(40, 4), terms(6, 4) + terms(50, 6), terms(20)], [0] * 32 + [1] * 28 + [2] * 60
    )
    matching = match(previous, current)
    assert [row["from"] for row in matching.split] == ["ta"]
    assert set(matching.split[0]["into"]) == set(matching.ids[0][:2])


def test_a_merge_is_named() -> None:
    previous = view([terms(0), terms(10), terms(20)], [0] * 30 + [1] * 30 + [2] * 30, ["ta", "tb", "tc"])
    current = view([terms(0, 5) + terms(10, 5), terms(20)], [0] * 60 + [1] * 30)
    matching = match(previous, current)
    assert matching.merged == [{"from": ["ta", "tb"], "into": matching.ids[0][0]}]
    assert set(matching.successors) == set(matching.gone)
    assert all(heirs == [matching.ids[0][0]] for heirs in matching.successors.values())


def test_words_alone_decide_when_no_paper_is_shared() -> None:
    previous = view([terms(0), terms(10)], [0, 1], ["ta", "tb"], names=["x", "y"])
    current = view([terms(10), terms(0), terms(30)], [0, 1, 2])
    matching = match(previous, current)
    assert matching.ids[0][:2] == ["tb", "ta"]
    assert matching.ids[0][2] not in {"ta", "tb"}
    assert all(row["papers"] is None for row in matching.kept)


def test_a_topic_with_another_parent_is_moved() -> None:
    groups = [terms(0), terms(10), terms(20), terms(30)]
    papers = [0] * 30 + [1] * 30 + [2] * 30 + [3] * 30
    previous = view(groups, papers, ["ta", "tb", "tc", "td"], top=[0, 0, 1, 1])
    current = view(groups, papers, None, top=[0, 1, 1, 1])
    matching = match(previous, current)
    assert matching.ids[1] == ["ta", "tb", "tc", "td"]
    moved = {row["id"]: row for row in matching.moved}
    assert "tb" in moved
    assert moved["tb"]["parent"][0] == "T0"
    assert "ta" not in moved or moved["ta"]["parent"][0] != moved["ta"]["parent"][1]


def test_a_level_more_keeps_the_topics_of_the_others() -> None:
    groups = [terms(0), terms(10), terms(20), terms(30)]
    papers = [0] * 30 + [1] * 30 + [2] * 30 + [3] * 30
    previous = view(groups, papers, ["ta", "tb", "tc", "td"])
    current = view(groups, papers, None, top=[0, 0, 1, 1])
    matching = match(previous, current)
    assert matching.ids[1] == ["ta", "tb", "tc", "td"]
    assert {row["id"]: row["level"] for row in matching.moved} == {name: [0, 1] for name in matching.ids[1]}


def test_no_id_is_given_twice_or_again() -> None:
    groups = [terms(k % 50) for k in range(40)]
    used = set(match(None, view(groups, [0] * 40), seed=1).ids[0])
    again = match(None, view(groups, [0] * 40), used, seed=1).ids[0]
    assert len(set(again)) == 40
    assert not used & set(again)


def test_ids_are_short_and_never_spell_words() -> None:
    names = [new_id(seed, ["a", "b"], ()) for seed in range(300)]
    assert len(set(names)) == 300
    assert all(len(name) == 5 and name[0] == "t" and not set(name[1:]) & set("aeiou") for name in names)


def test_the_diff_is_plain_json() -> None:
    import json

    previous = view([terms(0), terms(20)], [0] * 60 + [1] * 60, ["ta", "tb"])
    diff = match(previous, view([terms(0), terms(40)], [0] * 60 + [1] * 60)).to_json()
    assert json.loads(json.dumps(diff)) == diff
    assert {"kept", "moved", "new", "gone", "split", "merged"} <= set(diff)


@pytest.mark.parametrize("papers", [0, 1])
def test_tiny_models_match(papers: int) -> None:
    previous = view([terms(0)], [0] * papers, ["ta"])
    assert match(previous, view([terms(0)], [0] * papers)).ids == [["ta"]]
