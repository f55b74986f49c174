"""The second modality: tags (keywords, MeSH headings, arXiv categories) beside the terms.

Tags stand in the co-occurrence that word vectors are learned from, and in the counts that φ is trained on,
with a φ of their own whose columns sum to 1 (Vorontsov et al., *BigARTM*, 2015, sect. 2). Papers are placed
by their words alone: so papers with tags, with other tags and with none lie in one space, and collections
that are tagged differently do not drift apart (docs/topic-recipe.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from topics.corpus.counts import Corpus, maximum_share

Floats = NDArray[np.float32]

FEWEST_PAPERS = 5
"""A tag of fewer papers says nothing yet; one of more than a term may have ("Humans") says nothing at all."""

SHOWN = 10


@dataclass
class Tags:
    """The tags that speak, of the training papers."""

    names: list[str]
    counts: sparse.csr_matrix  # (training papers × tags), 1 where a paper has a tag


def telling_tags(corpus: Corpus, rows: NDArray[np.intp]) -> Tags:
    """The tags of the training papers that are neither rare nor everywhere."""
    counts = corpus.tag_counts[rows]
    papers = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.flatnonzero((papers >= FEWEST_PAPERS) & (papers <= maximum_share(len(rows)) * len(rows)))
    return Tags([corpus.tags[column] for column in columns.tolist()], counts[:, columns].tocsr())


def side_by_side(terms: sparse.csr_matrix, tags: sparse.csr_matrix) -> sparse.csr_matrix:
    """Counts of both modalities (papers × (terms + tags)); the terms themselves where there are no tags."""
    if not tags.nnz:
        return terms
    return sparse.csr_matrix(sparse.hstack([terms, tags], format="csr", dtype=np.float32))


def normalised(expected: Floats, terms: int) -> Floats:
    """φ from n_wt ((terms + tags) × K): each modality's columns sum to 1, or are empty."""
    shares = np.zeros_like(expected, dtype=np.float32)
    for part in (slice(0, terms), slice(terms, None)):
        total = expected[part].sum(axis=0, keepdims=True)
        np.divide(expected[part], total, out=shares[part], where=total > 0)
    return shares


def telling_of_topics(phi: Floats, mass: Floats, names: Sequence[str]) -> list[list[tuple[str, float]]]:
    """The tags that say most of each topic, with p(tag|topic), the most telling first.

    Args:
        phi: p(tag|topic), (tags × K).
        mass: p(topic), (K,).
        names: of the tags.
    """
    whole = (phi @ mass)[:, None]
    lift = np.log(np.divide(phi, whole, out=np.ones_like(phi), where=whole > 0).clip(1e-9))
    weight = phi * lift
    tags = []
    for column in range(phi.shape[1]):
        best = np.argsort(-weight[:, column], kind="stable")[:SHOWN]
        best = best[weight[best, column] > 0]
        tags.append([(names[row], float(phi[row, column])) for row in best.tolist()])
    return tags
