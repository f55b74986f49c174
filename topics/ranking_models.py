"""Models that serve ranking alone, published in the folder ``ranking`` of a model.

Counts of search stems by paper and by stem (memory-mapped), flat topic models, LSA vectors, and the nearest
papers of each: what `search.ranking` rescores candidates with. Arrays are plain ``.npy``, names are text.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.progress import Progress, Silent
from topics.corpus import Papers
from topics.ranking_training import (
    inverse_frequency,
    latent_basis,
    nearest_papers,
    topic_models,
    unit_rows,
    weighted,
)

FOLDER = "ranking"
FEWEST_PAPERS = 10
FORMAT = 1
FOLD_IN_PRIOR = 0.1
_MOST_TIMES = 255  # of a stem in a paper

Stem = Callable[[str, str], str]
"""(form, language) → search stem, "" for a stop word."""

_ARRAYS = (
    "lengths",
    "row_starts",
    "row_terms",
    "row_counts",
    "term_starts",
    "term_rows",
    "term_counts",
    "frequency",
    "phi",
    "theta",
    "basis",
    "vectors",
    "idf",
    "neighbours",
    "nearness",
)


@dataclass
class RankingModels:
    """What ranking knows of N papers and V stems; the arrays are memory-mapped.

    ``row_*`` are the counts by paper (CSR), ``term_*`` the same by stem (CSC), ``frequency`` their sums by
    stem; ``phi`` (V × ΣK) and ``theta`` (N × ΣK) hold the flat models side by side; ``neighbours`` (N × k)
    are rows of near papers, ``nearness`` says how near.
    """

    ids: list[str]
    vocabulary: list[str]
    sizes: list[int]
    lengths: NDArray[np.float32]
    row_starts: NDArray[np.int64]
    row_terms: NDArray[np.int32]
    row_counts: NDArray[np.uint8]
    term_starts: NDArray[np.int64]
    term_rows: NDArray[np.int32]
    term_counts: NDArray[np.uint8]
    frequency: NDArray[np.float32]
    phi: NDArray[np.float32]
    theta: NDArray[np.float16]
    basis: NDArray[np.float32]
    vectors: NDArray[np.float16]
    idf: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    nearness: NDArray[np.float16]
    terms: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.terms = {stem: row for row, stem in enumerate(self.vocabulary)}

    @classmethod
    def load(cls, folder: Path) -> RankingModels | None:
        """The models of a published model's folder; None when it has none, or of another format."""
        place = folder / FOLDER
        if not (place / "ranking.json").is_file():
            return None
        head = json.loads((place / "ranking.json").read_text("utf-8"))
        if head["format"] != FORMAT:
            return None
        arrays: dict[str, Any] = {
            name: np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS
        }
        names = [(place / f"{name}.txt").read_text("utf-8").split("\n") for name in ("ids", "vocabulary")]
        return cls(ids=names[0], vocabulary=names[1], sizes=head["sizes"], **arrays)

    def save(self, folder: Path) -> None:
        """Write everything into ``folder/ranking``; the head last, so that half a writing is not read."""
        place = folder / FOLDER
        place.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            np.save(place / f"{name}.npy", getattr(self, name), allow_pickle=False)
        (place / "ids.txt").write_text("\n".join(self.ids), "utf-8")
        (place / "vocabulary.txt").write_text("\n".join(self.vocabulary), "utf-8")
        head = {"format": FORMAT, "sizes": self.sizes, "papers": len(self.ids), "stems": len(self.vocabulary)}
        (place / "ranking.json").write_text(json.dumps(head), "utf-8")

    def counts_of(self, texts: Iterable[Sequence[str]]) -> tuple[sparse.csr_matrix, NDArray[np.float32]]:
        """Counts (texts × V) of the stems that are known, and the number of all stems of each text."""
        scan = _Scan(self.terms, grow=False)
        for stems in texts:
            scan.add(stems)
        return scan.matrix(len(self.vocabulary)), scan.text_lengths()

    def latent(self, counts: sparse.csr_matrix) -> NDArray[np.float32]:
        """LSA vectors of unit length of rows of counts."""
        return unit_rows(np.asarray(weighted(counts, np.asarray(self.idf)) @ self.basis))


def build_ranking(
    papers: Papers, folder: Path, *, seed: int, stem: Stem | None = None, progress: Progress | None = None
) -> RankingModels | None:
    """Train and save what ranking needs beside a published model; None for a handful of papers.

    Args:
        papers: gives a fresh pass over the papers at every call.
        folder: the model's folder.
        seed: the same papers and seed give the same models.
        stem: another stem function than the atlas's analysis (tests).
        progress: told how far it is; may raise to stop.
    """
    told = progress or Silent()
    told.step("Learning to rank", 0, 4)
    ids, scan = _read(papers, stem or _analysis_stem())
    counts, vocabulary = _trimmed(scan)
    if len(ids) < FEWEST_PAPERS or counts.shape[1] < FEWEST_PAPERS:
        return None
    idf = inverse_frequency(counts)
    rows = weighted(counts, idf)
    basis = latent_basis(rows, seed)
    vectors = unit_rows(np.asarray(rows @ basis))
    told.step("Learning to rank", 1, 4)
    models = list(topic_models(counts.astype(np.float32), vectors, seed))
    told.step("Learning to rank", 2, 4)
    neighbours, nearness = nearest_papers(rows, vectors, seed)
    told.step("Learning to rank", 3, 4)
    by_term = counts.tocsc()
    made = RankingModels(
        ids=ids,
        vocabulary=vocabulary,
        sizes=[phi.shape[1] for phi, _ in models],
        lengths=scan.text_lengths(),
        row_starts=counts.indptr.astype(np.int64),
        row_terms=counts.indices.astype(np.int32),
        row_counts=counts.data.astype(np.uint8),
        term_starts=by_term.indptr.astype(np.int64),
        term_rows=by_term.indices.astype(np.int32),
        term_counts=by_term.data.astype(np.uint8),
        frequency=np.asarray(counts.sum(axis=0), dtype=np.float32).ravel(),
        phi=np.hstack([phi for phi, _ in models]),
        theta=np.hstack([theta for _, theta in models]).astype(np.float16),
        basis=basis,
        vectors=vectors.astype(np.float16),
        idf=idf,
        neighbours=neighbours,
        nearness=nearness,
    )
    made.save(folder)
    told.step("Learning to rank", 4, 4)
    return made


def _analysis_stem() -> Stem:
    from ingest.analysis import analyzer

    return analyzer().stem


def _read(papers: Papers, stem: Stem) -> tuple[list[str], _Scan]:
    """Every paper's stems, counted; stems are cached by form and language."""
    scan, ids = _Scan({}, grow=True), []
    known: dict[str, dict[str, str]] = {}
    for paper in papers():
        lang = paper.lang or "en"
        cache = known.setdefault(lang, {})
        found = []
        for form in f"{paper.title_forms} {paper.abstract_forms}".split():
            value = cache.get(form)
            if value is None:
                value = cache[form] = stem(form, lang)
            if value:
                found.append(value)
        ids.append(paper.id)
        scan.add(found)
    return ids, scan


def _trimmed(scan: _Scan) -> tuple[sparse.csr_matrix, list[str]]:
    """The counts without stems of a single paper, which no evidence can be shared over."""
    counts = scan.matrix(len(scan.terms))
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero(holders >= 2)
    names = list(scan.terms)
    return counts[:, kept].tocsr(), [names[column] for column in kept]


class _Scan:
    """Collects counts of stems, text by text."""

    def __init__(self, terms: dict[str, int], *, grow: bool) -> None:
        self.terms = terms
        self._grow = grow
        self._columns = array("i")
        self._starts = array("q", [0])
        self._lengths = array("f")

    def add(self, stems: Sequence[str]) -> None:
        for stem in stems:
            column = self.terms.get(stem, -1)
            if column < 0 and self._grow:
                column = self.terms[stem] = len(self.terms)
            if column >= 0:
                self._columns.append(column)
        self._starts.append(len(self._columns))
        self._lengths.append(len(stems))

    def matrix(self, width: int) -> sparse.csr_matrix:
        data = np.ones(len(self._columns), dtype=np.int32)
        shape = (len(self._starts) - 1, width)
        parts = (
            data,
            np.frombuffer(self._columns, dtype=np.int32),
            np.frombuffer(self._starts, dtype=np.int64),
        )
        counts = sparse.csr_matrix(parts, shape=shape, copy=True)
        counts.sum_duplicates()
        counts.data = np.minimum(counts.data, _MOST_TIMES)
        return counts

    def text_lengths(self) -> NDArray[np.float32]:
        return np.array(self._lengths, dtype=np.float32)
