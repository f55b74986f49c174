"""Tags as the second modality."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from ingest.progress import Silent
from topics.corpus.counts import TrainingPaper, read_corpus
from topics.corpus.modalities import normalised, side_by_side, telling_of_topics, telling_tags
from topics.corpus.vectors import PPMI_FROM, train_vectors

THEMES = ("heart valve artery aorta vessel pulse", "star galaxy orbit planet comet dust")


def test_rare_tags_and_tags_of_nearly_all_papers_say_nothing(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    papers = []
    for number in range(200):
        drawn = [f"w{chr(97 + n // 16)}{chr(97 + n % 16)}" for n in noise.integers(0, 200, 20)]
        words = [*THEMES[number % 2].split(), *drawn]
        tags = ["Humans"] * (number < 150) + ["Cardiology"] * (number % 20 == 0) + ["Odd"] * (number == 3)
        papers.append(TrainingPaper(f"p{number:03}", ("all",), "", " ".join(words), tuple(tags)))
    corpus = read_corpus(lambda: papers, tmp_path, Silent())
    tags = telling_tags(corpus, corpus.training)
    assert tags.names == ["Cardiology"]
    assert tags.counts.sum() == 10


def test_terms_alone_are_not_copied() -> None:
    terms = sparse.random(20, 5, 0.5, format="csr", dtype=np.float32)
    assert side_by_side(terms, sparse.csr_matrix((20, 0))) is terms
    assert side_by_side(terms, sparse.csr_matrix(np.eye(20))).shape == (20, 25)


def test_each_modality_is_a_distribution_of_its_own() -> None:
    phi = normalised(np.array([[1.0, 0], [3, 2], [5, 0]], dtype=np.float32), 2)
    np.testing.assert_allclose(phi, [[0.25, 0], [0.75, 1], [1, 0]])


def test_telling_tags_of_a_topic_leave_out_what_all_topics_have() -> None:
    phi = np.array([[0.5, 0.5], [0.4, 0.0], [0.1, 0.5]], dtype=np.float32)
    found = telling_of_topics(phi, np.array([0.5, 0.5], dtype=np.float32), ["Animals", "Mice", "Stars"])
    assert found == [[("Mice", pytest.approx(0.4))], [("Stars", pytest.approx(0.5))]]


def test_words_that_share_tags_draw_near() -> None:
    """Two words that never stand together are alike when the same tag stands with both."""
    noise = np.random.default_rng(3)
    terms = np.zeros((PPMI_FROM, 40), dtype=np.float32)
    terms[np.arange(PPMI_FROM)[:, None], noise.integers(4, 40, (PPMI_FROM, 6))] = 1
    terms[np.arange(PPMI_FROM), np.arange(PPMI_FROM) % 4] = 1  # four words, each in papers of its own
    tags = np.zeros((PPMI_FROM, 2), dtype=np.float32)
    tags[np.arange(PPMI_FROM), np.arange(PPMI_FROM) % 4 // 2] = 1  # one tag for each two of them
    counts = sparse.csr_matrix(terms)

    def likeness(words: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
        unit = words / np.linalg.norm(words, axis=1, keepdims=True)
        return float(unit[0] @ unit[1] - unit[0] @ unit[2])

    alone = likeness(train_vectors(counts, 10, 1).words)
    taught = train_vectors(counts, 10, 1, sparse.csr_matrix(tags))
    assert taught.words.shape == (40, 10)
    assert likeness(taught.words) > alone + 0.3
