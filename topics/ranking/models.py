"""Models that serve ranking alone, published in the folder ``ranking`` of a model.

Counts of search stems by paper and by stem (memory-mapped), flat topic models, LSA vectors, and the nearest
papers of each: what fused ranking rescores candidates with. Arrays are plain ``.npy``, names are text.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from topics.ranking.arithmetic import unit_rows, weighted

FOLDER = "ranking"
FORMAT = 1
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
        # as plain arrays over the mapped files: every slice of a memmap costs as much as ten of an array
        arrays: dict[str, Any] = {
            name: np.asarray(np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False))
            for name in _ARRAYS
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
        scan = Scan(self.terms, grow=False)
        for stems in texts:
            scan.add(stems)
        return scan.matrix(len(self.vocabulary)), scan.text_lengths()

    def latent(self, counts: sparse.csr_matrix) -> NDArray[np.float32]:
        """LSA vectors of unit length of rows of counts."""
        return unit_rows(np.asarray(weighted(counts, np.asarray(self.idf)) @ self.basis))


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
