from __future__ import annotations

import numpy as np
from scipy import sparse

from topics.naming.shown_words import shown_words
from topics.quality.measures import Reference


def shown(vocabulary: list[str], weights: list[float]) -> list[str]:
    """The order of terms of one topic, when any two stand together as often as others."""
    phi = np.array([[weight] for weight in weights], dtype=np.float32)
    together = Reference(sparse.csr_matrix(np.ones((4, len(vocabulary)), dtype=np.float32)))
    found = shown_words(phi / phi.sum(), np.full(len(vocabulary), 5, np.float32), together, vocabulary, 10)
    return [vocabulary[term] for term in found[0].tolist()]


FILLERS = [f"subject{number}" for number in range(12)]


def test_no_word_stands_inside_another_of_the_first_ten() -> None:
    vocabulary = ["survival", "overall_survival", "overall_survival_os", "os", *FILLERS]
    first = shown(vocabulary, [0.3, 0.2, 0.2, 0.1, *[0.01] * 12])
    assert len(set(first) & {"survival", "overall_survival", "overall_survival_os", "os"}) == 1


def test_several_longer_terms_are_kept_before_the_word_they_share() -> None:
    vocabulary = ["algebra", "hopf_algebra", "lie_algebra", *FILLERS]
    first = shown(vocabulary, [0.30, 0.29, 0.28, *[0.001] * 12])
    assert first[:2] == ["hopf_algebra", "lie_algebra"]
    assert "algebra" not in first


def test_forms_of_one_word_are_shown_once() -> None:
    first = shown(["regulate", "regulation", "regulator", *FILLERS], [0.3, 0.2, 0.1, *[0.01] * 12])
    assert len([term for term in first if term.startswith("regulat")]) == 1


def test_months_and_statistics_stand_for_no_topic() -> None:
    vocabulary = ["ci", "odds_ratio", "march", "retrospective", "smoking", *FILLERS]
    first = shown(vocabulary, [0.3, 0.2, 0.2, 0.2, 0.1, *[0.01] * 12])
    assert first[0] == "smoking"
    assert not {"ci", "odds_ratio", "march", "retrospective"} & set(first)


def test_words_that_are_furniture_elsewhere_stay_inside_terms() -> None:
    assert shown(["mean_curvature", *FILLERS], [0.3, *[0.01] * 12])[0] == "mean_curvature"
