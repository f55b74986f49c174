"""Arithmetic between the levels: Bayes, carrying θ up, who belongs where; against plain loops."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.topics.themes import lemma
from topics.model.hierarchy import Hierarchy, Level, placement_state
from topics.model.placement import member_masks

SIZES = (2, 3, 6)
TERMS = 12
D = 4


def model(seed: int = 0, sizes: tuple[int, ...] = SIZES) -> Hierarchy:
    """A model of random distributions."""
    noise = np.random.default_rng(seed)
    levels = []
    for number, size in enumerate(sizes):
        phi = noise.dirichlet(np.full(TERMS, 0.4), size).T.astype(np.float32)
        psi = None if number == 0 else noise.dirichlet(np.ones(size), sizes[number - 1]).T.astype(np.float32)
        mass = noise.dirichlet(np.ones(size)).astype(np.float32)
        levels.append(Level([f"{number}.{k}" for k in range(size)], phi, psi, mass))
    return Hierarchy(
        vocabulary=[f"w{chr(97 + term)}" for term in range(TERMS)],
        levels=levels,
        topics={},
        idf=noise.uniform(1, 4, TERMS).astype(np.float32),
        frequency=np.ones(TERMS, dtype=np.float32),
        word_vectors=noise.normal(size=(TERMS, D)).astype(np.float32),
        center=(0.1 * noise.normal(size=D)).astype(np.float32),
        paper_ids=[],
        theta=[np.zeros((0, size), dtype=np.float16) for size in sizes],
        vectors=np.zeros((0, D), dtype=np.float16),
        known=np.zeros(0),
        settings={},
        centroids=noise.normal(size=(sizes[-1], D)).astype(np.float32),
        lemma=lemma,
    )


@pytest.mark.parametrize("seed", range(4))
def test_p_parent_of_child_is_bayes_rule(seed: int) -> None:
    above, level = model(seed).levels[1:]
    share = level.parents(above)
    psi = level.psi
    assert psi is not None
    for child, parent in product(range(6), range(3)):
        total = sum(psi[child, other] * above.mass[other] for other in range(3))
        assert share[child, parent] == pytest.approx(
            psi[child, parent] * above.mass[parent] / total, abs=1e-6
        )
    np.testing.assert_allclose(share.sum(axis=1), 1, atol=1e-6)


def test_a_child_of_nobody_belongs_to_every_parent_alike() -> None:
    above = Level(["a", "b"], np.ones((1, 2), dtype=np.float32), None, np.array([1.0, 0.0], dtype=np.float32))
    psi = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    level = Level(["c", "d"], np.ones((1, 2), dtype=np.float32), psi, np.ones(2, dtype=np.float32) / 2)
    assert level.parents(above).tolist() == [[1, 0], [0.5, 0.5]]
    with pytest.raises(ValueError, match="top level"):
        above.parents(level)


@given(st.integers(0, 500))
@settings(deadline=None, max_examples=30)
def test_theta_of_the_levels_agrees_by_every_path_through_the_tree(seed: int) -> None:
    hierarchy = model(seed)
    leaves = np.random.default_rng(seed).dirichlet(np.ones(6)).astype(np.float32)
    found = hierarchy.all_levels(leaves)
    middle = hierarchy.levels[1].parents(hierarchy.levels[0])
    low = hierarchy.levels[2].parents(hierarchy.levels[1])
    for top in range(2):
        paths = sum(leaves[c] * low[c, b] * middle[b, top] for c, b in product(range(6), range(3)))
        assert found[0][top] == pytest.approx(paths, abs=1e-5)
    assert [theta.sum() for theta in found] == pytest.approx([1, 1, 1], abs=1e-4)
    np.testing.assert_array_equal(hierarchy.all_levels(np.stack([leaves, leaves]))[1][1], found[1])


def test_a_model_of_one_level_has_nothing_to_carry() -> None:
    flat = model(1, (5,))
    assert flat.carry == []
    assert flat.main_parents == [None]
    leaves = np.full(5, 0.2, dtype=np.float32)
    assert [theta.tolist() for theta in flat.all_levels(leaves)] == [leaves.tolist()]
    assert len(member_masks(flat, leaves[None, :])) == 1


@given(st.integers(0, 500), st.integers(1, 20))
@settings(deadline=None, max_examples=40)
def test_papers_belong_to_leaves_near_their_best_and_to_the_main_parents_of_these(
    seed: int, papers: int
) -> None:
    hierarchy = model(seed % 7)
    leaves = np.random.default_rng(seed).dirichlet(np.full(6, 0.5), papers).astype(np.float32)
    masks = member_masks(hierarchy, leaves)
    for row in range(papers):
        own = {k for k in range(6) if leaves[row, k] >= leaves[row].max() / np.sqrt(2)}
        for level in (2, 1, 0):
            assert set(np.flatnonzero(masks[level][row]).tolist()) == own
            parents = hierarchy.main_parents[level]
            own = set() if parents is None else {int(parents[k]) for k in own}


def test_a_paper_of_zeros_belongs_nowhere() -> None:
    masks = member_masks(model(), np.zeros((2, 6), dtype=np.float32))
    assert [mask.any() for mask in masks] == [False] * 3


def direct_vector(
    hierarchy: Hierarchy, rows: NDArray[np.intp], counts: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(1 + ln tf)·idf of length 1, times the word vectors, less the centre, of length 1."""
    weights = [(1 + np.log(count)) * hierarchy.idf[row] for row, count in zip(rows, counts, strict=True)]
    scale = np.sqrt(sum(weight**2 for weight in weights))
    raw = sum(
        w / scale * hierarchy.word_vectors[row].astype(float) for row, w in zip(rows, weights, strict=True)
    )
    centred = raw - hierarchy.center
    return np.asarray(centred / np.linalg.norm(centred))


def test_the_vector_of_a_text_by_its_formula() -> None:
    hierarchy = model(3)
    rows, counts = hierarchy.counts("wb wa wb unheard wl wb .")
    assert rows.tolist() == [0, 1, 11]
    assert counts.tolist() == [1, 3, 1]
    np.testing.assert_allclose(
        hierarchy.vector(rows, counts), direct_vector(hierarchy, rows, counts), atol=1e-5
    )


def test_a_text_is_placed_alike_as_a_list_and_as_a_string_and_in_any_order() -> None:
    hierarchy = model(5)
    place = hierarchy.infer("wa wb wc wd we wb")
    other = hierarchy.infer(["wb", "we", "wd", "wc", "wb", "wa"])
    assert place.state == other.state == "placed"
    assert place.known == other.known == 6
    for one, two in zip(place.theta, other.theta, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)


def test_flags_by_the_number_of_known_tokens() -> None:
    assert [placement_state(known) for known in (0, 1, 4, 5, 900)] == [
        "unknown",
        "weak",
        "weak",
        "placed",
        "placed",
    ]


def test_nowhere_is_no_topic_and_no_vector() -> None:
    place = model().nowhere(7)
    assert place.state == "unfit"
    assert place.known == 7
    assert [theta.shape for theta in place.theta] == [(2,), (3,), (6,)]
    assert not any(theta.any() for theta in place.theta)
    assert not place.vector.any()


def test_words_of_a_language_that_the_model_does_not_speak_are_not_known() -> None:
    hierarchy = model()
    hierarchy.settings["languages"] = ["en"]
    assert hierarchy.infer("wa wb wc", "fi").state == "unknown"
    assert hierarchy.infer("wa wb wc", "en").state == "weak"
