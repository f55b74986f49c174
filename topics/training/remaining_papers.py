"""The papers that a model was not learned from, placed in it: folded in block by block, in parallel.

They belong to the library that the sample was drawn from, so that none is refused as not fitting.
"""

from __future__ import annotations

import contextlib
from collections import Counter, deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.parallel import in_chunks, process_pool
from ingest.progress import Progress
from topics.corpus.counts import MAX_TOKENS, Papers, TrainingPaper
from topics.corpus.vectors import Vectors
from topics.model.foldin import posterior
from topics.model.hierarchy import Hierarchy
from topics.model.placement import member_masks
from topics.text.tokens import Lemma
from topics.training.sample import Sample

_BLOCK = 2_000  # papers that are folded in at once
_ROWS = 20_000  # rows that are copied at once
_MOST_KNOWN = 65_535
_STORED = {"theta": np.float16, "vectors": np.float16, "known": np.uint16}


class Folded(NamedTuple):
    """Places of a block of papers, as a model stores them."""

    theta: NDArray[np.float16]  # (papers × leaves)
    vectors: NDArray[np.float16]  # (papers × d)
    known: NDArray[np.uint16]  # (papers,)


def place_remaining(
    hierarchy: Hierarchy, papers: Papers, sample: Sample, scratch: Path, processes: int, progress: Progress
) -> None:
    """Give a model that was learned from a sample the places of all papers; topics count all of them.

    Args:
        hierarchy: the named model of the sample; changed in place. Its arrays lie in ``scratch`` afterwards.
        papers: a fresh pass over all papers of the library.
        scratch: a folder that the caller removes when the model is saved.
        processes: how many fold in; 1 starts none.
    """
    folder = scratch / "sample"
    hierarchy.save(folder)
    others = (paper for paper in papers() if paper.id not in sample.ids)
    places = _Places(hierarchy, scratch)
    blocks = _in_blocks(others, folder, hierarchy.lemma, processes)
    with contextlib.closing(places), contextlib.closing(blocks):
        for block, folded in blocks:
            places.add(block, folded)
            progress.step("Placing papers", len(places.ids), 0)
    places.join(hierarchy)
    hierarchy.folder = None


def fold(folder: Path, lemma: Lemma | None, texts: Sequence[tuple[str, str]]) -> Folded:
    """The places of papers, given as (forms, language), in the model of a folder."""
    hierarchy = _opened(folder, lemma)
    counted = [hierarchy.counts(forms.split()[:MAX_TOKENS], lang or "en") for forms, lang in texts]
    starts = np.cumsum([0, *(len(rows) for rows, _ in counted)])
    shape = (len(counted), len(hierarchy.vocabulary))
    columns, data = (np.concatenate(parts) for parts in zip(*counted, strict=True))
    counts = sparse.csr_matrix((data, columns, starts), shape=shape)
    vectors = Vectors(hierarchy.word_vectors, hierarchy.idf, hierarchy.center).documents(counts)
    assert hierarchy.centroids is not None
    theta = posterior(counts, hierarchy.levels[-1].phi, vectors, hierarchy.centroids)
    known = np.minimum(np.asarray(counts.sum(axis=1)).ravel(), _MOST_KNOWN).astype(np.uint16)
    return Folded(theta, vectors, known)


@lru_cache(maxsize=1)
def _opened(folder: Path, lemma: Lemma | None) -> Hierarchy:
    return Hierarchy.load(folder, lemma=lemma)


def _in_blocks(
    papers: Iterable[TrainingPaper], folder: Path, lemma: Lemma | None, processes: int
) -> Generator[tuple[list[TrainingPaper], Folded], None, None]:
    """Blocks of papers, in order, with their places; a bounded number is on its way at any time."""
    if processes <= 1:
        for block in in_chunks(papers, _BLOCK):
            yield block, fold(folder, lemma, _texts(block))
        return
    waiting: deque[tuple[list[TrainingPaper], Future[Folded]]] = deque()
    with process_pool(processes) as pool:
        try:
            for block in in_chunks(papers, _BLOCK):
                waiting.append((block, pool.submit(fold, folder, lemma, _texts(block))))
                if len(waiting) > 2 * processes:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


def _texts(block: Iterable[TrainingPaper]) -> list[tuple[str, str]]:
    return [(paper.forms, paper.lang) for paper in block]


class _Places:
    """Collects places in files, and what topics count of them."""

    def __init__(self, hierarchy: Hierarchy, scratch: Path) -> None:
        self.ids: list[str] = []
        self._hierarchy = hierarchy
        self._scratch = scratch
        self._files = {name: (scratch / f"rest-{name}").open("wb") for name in Folded._fields}
        self._documents = _zeros(hierarchy)
        self._by_collection: dict[str, list[NDArray[np.int64]]] = {}
        self._unplaced: Counter[str] = Counter()

    def add(self, block: Sequence[TrainingPaper], folded: Folded) -> None:
        for name, rows in zip(Folded._fields, folded, strict=True):
            self._files[name].write(rows.tobytes())
        self.ids += [paper.id for paper in block]
        self._unplaced.update(block[row].lang or "en" for row in np.flatnonzero(folded.known == 0).tolist())
        self._count(block, folded.theta.astype(np.float32))

    def _count(self, block: Sequence[TrainingPaper], leaves: NDArray[np.float32]) -> None:
        rows: dict[str, list[int]] = {}
        for row, paper in enumerate(block):
            for name in set(paper.collections):
                rows.setdefault(name, []).append(row)
        for number, mask in enumerate(member_masks(self._hierarchy, leaves)):
            self._documents[number] += mask.sum(axis=0)
            for name, own in rows.items():
                counts = self._by_collection.setdefault(name, _zeros(self._hierarchy))
                counts[number] += mask[own].sum(axis=0)

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def join(self, hierarchy: Hierarchy) -> None:
        """Put the places beside those of the sample, all papers in the order of their ids."""
        ids = [*hierarchy.paper_ids, *self.ids]
        order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp)
        leaves = self._joined("theta", hierarchy.theta[-1], order)
        vectors = self._joined("vectors", np.asarray(hierarchy.vectors, dtype=np.float16), order)
        known = self._joined("known", hierarchy.known, order)
        above = [
            self._new(f"theta-{n}", np.float16, (len(ids), len(level.ids)))
            for n, level in enumerate(hierarchy.levels[:-1])
        ]
        for start in range(0, len(ids), _ROWS):
            part = slice(start, start + _ROWS)
            for rows, theta in zip(above, hierarchy.all_levels(leaves[part]), strict=False):
                rows[part] = theta
        hierarchy.theta = [*above, leaves]
        hierarchy.vectors, hierarchy.known = vectors, known
        hierarchy.paper_ids = [ids[row] for row in order.tolist()]
        self._recount(hierarchy)

    def _joined(self, name: str, sampled: NDArray[Any], order: NDArray[np.intp]) -> NDArray[Any]:
        shape = (len(self.ids), *sampled.shape[1:])
        path = self._scratch / f"rest-{name}"
        rest = np.memmap(path, dtype=_STORED[name], mode="r", shape=shape) if self.ids else sampled[:0]
        joined = self._new(name, _STORED[name], (len(order), *sampled.shape[1:]))
        for start in range(0, len(order), _ROWS):
            rows = order[start : start + _ROWS]
            drawn = rows < len(sampled)
            part = np.empty((len(rows), *sampled.shape[1:]), dtype=_STORED[name])
            part[drawn] = sampled[rows[drawn]]
            part[~drawn] = rest[rows[~drawn] - len(sampled)]
            joined[start : start + _ROWS] = part
        path.unlink()
        return joined

    def _new(self, name: str, dtype: Any, shape: tuple[int, ...]) -> NDArray[Any]:
        path = self._scratch / f"whole-{name}.npy"
        return np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)

    def _recount(self, hierarchy: Hierarchy) -> None:
        for id, topic in hierarchy.topics.items():
            collections = Counter(topic.collections)
            for name, counts in self._by_collection.items():
                collections[name] += int(counts[topic.level][topic.index])
            hierarchy.topics[id] = replace(
                topic,
                documents=topic.documents + int(self._documents[topic.level][topic.index]),
                collections={name: count for name, count in sorted(collections.items()) if count},
            )
        unplaced = Counter(hierarchy.settings["unplaced"]) + self._unplaced
        hierarchy.settings["unplaced"] = dict(unplaced.most_common())


def _zeros(hierarchy: Hierarchy) -> list[NDArray[np.int64]]:
    """A count for every topic of every level."""
    return [np.zeros(len(level.ids), dtype=np.int64) for level in hierarchy.levels]
