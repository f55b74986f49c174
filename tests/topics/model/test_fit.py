"""Whether a paper fits: by its words' log-odds against papers of any field."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from topics.model.fit import UNSEEN, Fit, background, learn_fit, log_odds, tells

OWN = {f"own{number}": 2.0 + number / 20 for number in range(40)}
COMMON = {f"common{number}": 0.0 for number in range(40)}
ODDS = OWN | COMMON


def papers(count: int, own: int, seed: int) -> list[list[str]]:
    """Papers of ten stems, about ``own`` of which are the library's."""
    chance = random.Random(seed)
    texts = []
    for _ in range(count):
        mine = max(0, min(10, own + chance.choice([-1, 0, 1])))
        texts.append(chance.sample(sorted(OWN), mine) + chance.sample(sorted(COMMON), 10 - mine))
    return texts


def learned() -> Fit:
    rows = [(len(stems), float(np.mean([ODDS[stem] for stem in stems]))) for stems in papers(1_500, 7, 1)]
    fit = learn_fit(ODDS, ["en"], rows)
    assert fit is not None
    return fit


def test_few_of_the_own_papers_are_flagged_and_nearly_all_of_another_field() -> None:
    fit = learned()
    own = np.mean([fit.holds(stems, 10, 1.0, "en") for stems in papers(400, 7, 2)])
    strange = np.mean([fit.holds(stems, 10, 1.0, "en") for stems in papers(400, 2, 3)])
    assert own >= 0.92
    assert strange <= 0.02


def test_a_paper_of_words_that_the_library_never_saw_does_not_fit() -> None:
    assert not learned().holds([f"unheard{number}" for number in range(10)], 10, 1.0, "en")


def test_papers_that_nothing_can_be_said_of_fit() -> None:
    fit = learned()
    assert fit.holds(["common1"] * 9, 9, 0.1, "fi")
    assert fit.holds(["of", "12", "2021"], 1, 0.1, "en")
    assert fit.holds([], 0, 0.0, "en")


def test_what_is_usual_is_not_told_by_few_papers() -> None:
    assert learn_fit(ODDS, ["en"], [(10, 1.0)] * 999) is None
    assert learn_fit(ODDS, ["en"], [(10, 1.0)] * 999 + [(0, 0.0)] * 99) is None
    assert learn_fit({}, ["en"], [(10, 1.0)] * 1_500) is None


def test_short_papers_are_held_against_short_ones() -> None:
    chance = np.random.default_rng(1)
    rows = [(size, float(chance.normal(1, 1 / np.sqrt(size)))) for size in [5, 80] * 1_000]
    fit = learn_fit(ODDS, ["en"], rows)
    assert fit is not None
    doubtful = [f"common{number}" for number in range(40)]  # their mean log-odds are 0
    assert fit.holds(doubtful[:5], 5, 1.0, "en")
    assert not fit.holds(doubtful, 40, 1.0, "en")


def test_it_is_published_as_json() -> None:
    fit = learned()
    again = Fit.from_json(json.loads(json.dumps(fit.to_json())))
    assert again == fit
    assert Fit.from_json(None) is None


def test_a_model_of_before_is_asked_as_it_was_made() -> None:
    row = {
        "languages": ["en"],
        "odds": {"enzyme": 5.0, "common": 0.0},
        "tokens": [10.0],
        "usual": [[2.0, 0.5, 0.0, 1.0, 0.2, 0.5, -1.5]],
    }
    fit = Fit.from_json(row)
    assert fit is not None
    assert fit.holds(["enzyme", "unheard"], 10, 1.0, "en")  # (3 + 2.5 + 0) deviations
    assert not fit.holds(["common", "unheard"], 10, 1.0, "en")  # (−2 − 2.5 + 0)
    assert not fit.holds(["enzyme"], 10, 0.01, "en")  # (3 + 2.5 − 9.2): its words do not add up
    assert fit.holds(["unheard"], 10, 0.01, "en")


def test_a_stem_counts_for_all_its_forms_in_papers_of_any_field() -> None:
    usual = background({"cell": 1, "cells": 1, "word": 2}, {"cell": -9.0, "cells": -9.0, "word": -30.0}, 4)
    assert usual[1] == pytest.approx(-9 + np.log(2), abs=0.01)
    assert usual[0] == usual[3] == pytest.approx(usual[2], abs=0.01)


def test_log_odds_rise_with_the_count_and_know_no_rare_stem() -> None:
    usual = np.full(5, -9.0)
    odds = log_odds(np.array([0, 3, 40, 400, 4_000]), 100_000, usual)
    assert odds[0] == odds[1] == pytest.approx(UNSEEN)
    assert odds[1] < odds[2] < odds[3] < odds[4]
    assert odds[3] == pytest.approx(np.log(0.7 * 0.004 * np.exp(9) + 0.3))


def test_numbers_and_letters_tell_nothing() -> None:
    assert [tells(stem) for stem in ("cell", "of", "2021", "", "p53")] == [True, False, False, False, True]
