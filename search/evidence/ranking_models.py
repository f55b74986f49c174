"""Models that serve ranking alone, published in the folder ``ranking`` of a model.

Counts of search stems by paper and by stem (memory-mapped), flat topic models, LSA vectors, and the nearest
papers of each: what fused ranking rescores candidates with.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.arrays import Layout, has_checksums, read_arrays, write_arrays
from search.evidence.arithmetic import used_columns, weighted
from topics.model.paper_ids import PaperIds
from topics.rows import unit_rows

FOLDER = "ranking"
RANKING = Layout("models for ranking", "ranking.json", 2, "Run: litatlas build", ("ids", "vocabulary"))
"""How their folder is laid out; of format 1, there are no checksums."""

FOLD_IN_PRIOR = 0.1
_MOST_TIMES = 255  # of a stem in a paper

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

    ids: Sequence[str]  # `PaperIds` when loaded
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
    def load(cls, folder: Path, ids: Sequence[str] | None = None) -> RankingModels | None:
        """The models of a published model's folder; None when it was built without.

        ``ids``: those of the published model, which are mostly the same, to be kept once.

        Raises:
            ArraysError: they are damaged, or of a later version.
        """
        place = folder / FOLDER
        if not place.is_dir():
            return None
        header, arrays = read_arrays(RANKING, place)
        typed: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        own = PaperIds(arrays["ids"] if "ids" in arrays else header["ids"]).or_equal(ids)
        return cls(own, header["vocabulary"], header["sizes"], **typed)

    @staticmethod
    def verify(folder: Path) -> bool:
        """Whether all files have their checksums; False for what was written before there were any.

        Raises:
            ArraysError: a file is missing or damaged.
        """
        place = folder / FOLDER
        return not place.is_dir() or has_checksums(RANKING, place)

    def save(self, folder: Path) -> None:
        """Write everything into ``folder/ranking``."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        header = {"sizes": self.sizes, "vocabulary": self.vocabulary}
        many = PaperIds(self.ids).array
        if many is None:
            header["ids"] = list(self.ids)
        else:
            arrays["ids"] = many
        write_arrays(RANKING, folder / FOLDER, header, arrays)

    def counts_of(self, texts: Iterable[Sequence[str]]) -> tuple[sparse.csr_matrix, NDArray[np.float32]]:
        """Counts (texts × V) of the stems that are known, and the number of all stems of each text."""
        scan = Scan(self.terms, grow=False)
        for stems in texts:
            scan.add(stems)
        return scan.matrix(len(self.vocabulary)), scan.text_lengths()

    def latent(self, counts: sparse.csr_matrix) -> NDArray[np.float32]:
        """LSA vectors of unit length of rows of counts."""
        used, own = used_columns(counts)
        return unit_rows(np.asarray(weighted(own, self.idf[used]) @ np.ascontiguousarray(self.basis[used])))


class Scan:
    """Collects counts of stems, text by text."""

    def __init__(self, terms: dict[str, int], *, grow: bool) -> None:
        self.terms = terms
        self._grow = grow
        self._columns = array("i")
        self._starts = array("q", [0])
        self._lengths = array("f")

    def add(self, stems: Sequence[str]) -> None:
        """Count the stems of one more text."""
        for stem in stems:
            column = self.terms.get(stem, -1)
            if column < 0 and self._grow:
                column = self.terms[stem] = len(self.terms)
            if column >= 0:
                self._columns.append(column)
        self._starts.append(len(self._columns))
        self._lengths.append(len(stems))

    def matrix(self, width: int) -> sparse.csr_matrix:
        """Counts by text and stem (texts × ``width``)."""
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
        """The number of stems of each text, unknown ones included."""
        return np.array(self._lengths, dtype=np.float32)
