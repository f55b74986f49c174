"""A handful of papers whose ranking models are so small that every number can be worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.library.library import Library
from ingest.text.analysis import Analyzer
from search.evidence.evidence import Evidence
from search.evidence.ranking_models import RankingModels
from topics.rows import unit_rows


class Shelf:
    """A library in which nothing changes and nothing was added."""

    def sequence(self) -> int:
        return 1


@dataclass
class ByHand:
    """Papers (id → stems), two topics, three neighbours; all arrays are made from a seed."""

    texts: dict[str, list[str]]
    seed: int = 0
    evidence: Evidence = field(init=False)

    def __post_init__(self) -> None:
        noise = np.random.default_rng(self.seed)
        ids, vocabulary = list(self.texts), sorted({stem for text in self.texts.values() for stem in text})
        counts = np.array([[text.count(stem) for stem in vocabulary] for text in self.texts.values()])
        rows = sparse.csr_matrix(counts.astype(np.uint8))
        by_term = rows.tocsc()
        near = np.array([noise.permutation([other for other in range(len(ids)) if other != row])[:3]
                         for row in range(len(ids))])  # fmt: skip
        models = RankingModels(
            ids=ids,
            vocabulary=vocabulary,
            sizes=[2],
            lengths=np.array([len(text) for text in self.texts.values()], dtype=np.float32),
            row_starts=rows.indptr.astype(np.int64),
            row_terms=rows.indices.astype(np.int32),
            row_counts=rows.data,
            term_starts=by_term.indptr.astype(np.int64),
            term_rows=by_term.indices.astype(np.int32),
            term_counts=by_term.data,
            frequency=counts.sum(axis=0).astype(np.float32),
            phi=noise.dirichlet(np.ones(len(vocabulary)), 2).T.astype(np.float32),
            theta=noise.dirichlet(np.ones(2), len(ids)).astype(np.float16),
            basis=noise.normal(size=(len(vocabulary), 2)).astype(np.float32),
            vectors=unit_rows(noise.normal(size=(len(ids), 2))).astype(np.float16),
            idf=np.ones(len(vocabulary), dtype=np.float32),
            neighbours=near.astype(np.int32),
            nearness=noise.random(near.shape).astype(np.float16),
        )
        self.evidence = Evidence(models, cast(Library, Shelf()), cast(Analyzer, None))

    def times(self, paper: int, stem: str) -> int:
        return self.texts[self.evidence.models.ids[paper]].count(stem)

    def holders(self, stem: str) -> int:
        return sum(stem in text for text in self.texts.values())

    def vector(self, paper: int) -> dict[str, float]:
        """Each stem's saturated count times idf, by the formula of BM25."""
        text = self.texts[self.evidence.models.ids[paper]]
        average = np.mean([len(other) for other in self.texts.values()])
        found = {}
        for stem, count in Counter(text).items():
            held = self.holders(stem)
            idf = np.log(1 + (len(self.texts) - held + 0.5) / (held + 0.5))
            found[stem] = idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(text) / average))
        return found

    def cosine(self, one: dict[str, float], other: dict[str, float]) -> float:
        def length(row: dict[str, float]) -> float:
            return float(np.sqrt(sum(value**2 for value in row.values())))

        shared = sum(value * other.get(stem, 0.0) for stem, value in one.items())
        return shared / max(length(one) * length(other), 1e-12)


def random_papers(seed: int, count: int = 12, words: int = 9) -> dict[str, list[str]]:
    """Papers of two to eight of the stems "a", "b", …"""
    noise = np.random.default_rng(seed)
    stems = [chr(97 + k) for k in range(words)]
    return {f"p{k:02d}": noise.choice(stems, noise.integers(2, 9)).tolist() for k in range(count)}


def totals(seed: int, count: int = 12) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=count).astype(np.float32)
