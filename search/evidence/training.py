"""From a pass over the papers to the saved models that serve ranking alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import sparse

from ingest.progress import Progress, Silent
from ingest.text.analysis import analyzer
from search.evidence.arithmetic import weighted
from search.evidence.latent_models import inverse_frequency, latent_basis, nearest_papers, topic_models
from search.evidence.ranking_models import RankingModels, Scan
from topics.corpus.counts import Papers
from topics.rows import unit_rows

FEWEST_PAPERS = 10


def build_ranking(
    papers: Papers, folder: Path, *, seed: int, progress: Progress | None = None
) -> RankingModels | None:
    """Train and save what ranking needs beside a published model; None for a handful of papers.

    Args:
        papers: gives a fresh pass over the papers at every call.
        folder: the model's folder.
        seed: the same papers and seed give the same models.
        progress: told how far it is; may raise to stop.
    """
    progress = progress or Silent()
    progress.step("Learning to rank", 0, 4)
    ids, scan = _read(papers)
    counts, vocabulary = _trimmed(scan)
    lengths = scan.text_lengths()
    del scan  # every word of the library
    if len(ids) < FEWEST_PAPERS or counts.shape[1] < FEWEST_PAPERS:
        return None
    idf = inverse_frequency(counts)
    rows = weighted(counts, idf)
    basis = latent_basis(rows, seed)
    vectors = unit_rows(np.asarray(rows @ basis))
    progress.step("Learning to rank", 1, 4)
    # Not counts.astype: that copies where the counts stand as well.
    parts = counts.data.astype(np.float32), counts.indices, counts.indptr
    models = list(topic_models(sparse.csr_matrix(parts, shape=counts.shape), vectors, seed))
    progress.step("Learning to rank", 2, 4)
    neighbours, nearness = nearest_papers(rows, vectors, seed)
    progress.step("Learning to rank", 3, 4)
    del rows
    frequency = np.asarray(counts.sum(axis=0), dtype=np.float32).ravel()
    counts.data = counts.data.astype(np.uint8)
    by_term = counts.tocsc()
    ranking_models = RankingModels(
        ids=ids,
        vocabulary=vocabulary,
        sizes=[phi.shape[1] for phi, _ in models],
        lengths=lengths,
        row_starts=counts.indptr.astype(np.int64),
        row_terms=counts.indices.astype(np.int32, copy=False),
        row_counts=counts.data,
        term_starts=by_term.indptr.astype(np.int64),
        term_rows=by_term.indices.astype(np.int32, copy=False),
        term_counts=by_term.data,
        frequency=frequency,
        phi=np.hstack([phi for phi, _ in models]),
        theta=np.hstack([theta for _, theta in models]).astype(np.float16),
        basis=basis,
        vectors=vectors.astype(np.float16),
        idf=idf,
        neighbours=neighbours,
        nearness=nearness,
    )
    ranking_models.save(folder)
    progress.step("Learning to rank", 4, 4)
    return ranking_models


def _read(papers: Papers) -> tuple[list[str], Scan]:
    """Every paper's stems, counted."""
    scan, ids = Scan({}, grow=True), []
    for paper in papers():
        stem = analyzer().stemmer(paper.lang or "en")
        ids.append(paper.id)
        scan.add(list(filter(None, map(stem, paper.forms.split()))))
    return ids, scan


def _trimmed(scan: Scan) -> tuple[sparse.csr_matrix, list[str]]:
    """The counts without stems of a single paper, which no evidence can be shared over."""
    counts = scan.matrix(len(scan.terms))
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.flatnonzero(holders >= 2)
    names = list(scan.terms)
    return counts[:, columns].tocsr(), [names[column] for column in columns]
