from __future__ import annotations

import json
import random

import numpy as np

from topics.model.fit import Fit, learn_fit, log_odds

OWN = {f"own{number}": 4.0 + number / 20 for number in range(40)}
COMMON = {f"common{number}": 0.0 for number in range(40)}


def papers(count: int, own: int, seed: int) -> list[tuple[list[str], float, float]]:
    """Papers of ten stems, about ``own`` of which are the library's."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        mine = max(0, min(10, own + chance.choice([-1, 0, 1])))
        stems = chance.sample(sorted(OWN), mine) + chance.sample(sorted(COMMON), 10 - mine)
        found.append((stems, 10.0, 0.5 + 0.03 * mine + chance.random() / 10))
    return found


def learned() -> Fit:
    fit = learn_fit(OWN | COMMON, ["en"], papers(1_500, 7, 1))
    assert fit is not None
    return fit


def test_few_of_the_own_papers_are_flagged_and_nearly_all_of_another_field() -> None:
    fit = learned()
    own = np.mean([fit.holds(*paper, "en") for paper in papers(400, 7, 2)])
    strange = np.mean([fit.holds(*paper, "en") for paper in papers(400, 2, 3)])
    assert own >= 0.92
    assert strange <= 0.02


def test_papers_that_nothing_can_be_said_of_fit() -> None:
    fit = learned()
    assert fit.holds(["common1"] * 9, 9, 0.1, "fi")
    assert fit.holds(["unheard"], 1, 0.1, "en")
    assert fit.holds([], 0, 0.0, "en")


def test_what_is_usual_is_not_told_by_few_papers() -> None:
    assert learn_fit(OWN | COMMON, ["en"], papers(900, 7, 1)) is None
    assert learn_fit({}, ["en"], papers(1_500, 7, 1)) is None


def test_it_is_published_as_json() -> None:
    fit = learned()
    again = Fit.from_json(json.loads(json.dumps(fit.to_json())))
    assert again == fit
    assert Fit.from_json(None) is None


def test_a_stem_counts_for_all_its_forms_in_the_general_language() -> None:
    counts = np.array([0, 50, 50, 2])
    index = {"": 0, "cell": 1, "word": 2, "rare": 3}
    general = {"cell": -9.0, "cells": -9.0, "word": -30.0}
    odds = log_odds(counts, index, {"cell": 1, "cells": 1, "word": 2, "rare": 3}, general)
    assert set(odds) == {"cell", "word"}
    assert odds["cell"] < 9 - 0.7
    assert odds["word"] > odds["cell"]
