"""Papers that came after the models, against sums over all papers."""

from __future__ import annotations

import numpy as np
import pytest

from search.evidence import added_papers
from search.evidence.added_papers import known_of
from search.evidence.arithmetic import fold_in
from search.evidence.ranking_models import FOLD_IN_PRIOR
from tests.search.evidence_by_hand import ByHand, random_papers


@pytest.mark.parametrize("exact", [0, 20_000], ids=["among those that share stems", "among all"])
def test_an_added_paper_has_the_topics_and_neighbours_of_its_text(
    monkeypatch: pytest.MonkeyPatch, exact: int
) -> None:
    monkeypatch.setattr(added_papers, "_EXACT", exact)
    hand = ByHand(random_papers(3))
    models = hand.evidence.models
    texts = [hand.texts["p00"], [*hand.texts["p01"], "unheard-of"]]
    counts, lengths = models.counts_of(texts)
    theta = fold_in(counts.astype(np.float32), models.phi, FOLD_IN_PRIOR, 10)
    nearness = models.latent(counts) @ models.vectors.astype(np.float32).T
    for at, known in enumerate(known_of(models, texts)):
        assert known.length == lengths[at] == len(texts[at])
        assert {
            models.vocabulary[term]: count for term, count in zip(known.terms, known.counts, strict=True)
        } == {stem: texts[at].count(stem) for stem in texts[at] if stem in models.terms}
        assert known.theta == pytest.approx(theta[at], abs=1e-3)
        assert known.nearness == pytest.approx(np.maximum(nearness[at, known.neighbours], 0), abs=1e-3)
        if exact:
            assert sorted(known.nearness)[0] >= np.sort(nearness[at])[-3] - 1e-3


def test_of_many_papers_those_that_share_the_telling_stems_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(added_papers, "_EXACT", 0)
    monkeypatch.setattr(added_papers, "_POSTINGS", 2)
    texts = {f"p{number:02d}": ["common", f"rare{number % 3}"] for number in range(12)}
    models = ByHand(texts).evidence.models
    models.idf[models.terms["common"]] = 0.1
    (known,) = known_of(models, [["common", "rare1"]])
    assert {int(row) % 3 for row in known.neighbours} == {1}


def test_a_text_of_unknown_stems_has_neighbours_that_are_not_near() -> None:
    models = ByHand(random_papers(1)).evidence.models
    (known,) = known_of(models, [["unheard-of"]])
    assert not known.nearness.any()
    assert known_of(models, []) == []
