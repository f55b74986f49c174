"""θ and vectors of every paper: those of the published model, and those of its segment that came later."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import ArraysError
from ingest.errors import BusyError
from ingest.locks import exclusive
from ingest.parallel import in_chunks
from topics.model.hierarchy import Hierarchy, Placement, placement_state
from topics.model.inverted_lists import Lists, order_of
from topics.model.paper_ids import MANY, PaperIds
from topics.model.segment import Segment
from topics.rows import unit_rows

Floats = NDArray[np.float32]
THETA_WEIGHT = 0.7
"""The weight of √θ beside the document vector when papers are compared (measured in docs/topic-recipe.md)."""

_BLOCK = 20_000
_BATCH = 500
SHARED = 20_000
"""From so many published papers on, lists of near papers lie in files that processes share."""

_LISTS_SECONDS = 600.0  # that a process waits for another that writes the lists


class Placements:
    """Where every paper of the atlas lies under one published model.

    A row is a number that stays the same as long as this object lives: first the published papers, then the
    segment's in the order they came.

    Args:
        hierarchy: the published model.
        segment_folder: where papers added later are kept for this model; made when it is missing.
        entries: how many entries its journal is known to have at least.

    Raises:
        SegmentError: the segment is damaged.
    """

    def __init__(self, hierarchy: Hierarchy, segment_folder: Path, entries: int = 0) -> None:
        self.hierarchy = hierarchy
        self._base = len(hierarchy.paper_ids)
        self._widths = (len(hierarchy.levels[-1].ids), hierarchy.center.shape[0])
        ids = hierarchy.paper_ids
        self._base_ids = ids if isinstance(ids, PaperIds) else PaperIds(ids)
        self._gone: NDArray[np.bool_] | None = None  # published papers that were removed or replaced
        self._later_ids: list[str] = []
        self._later_rows: dict[str, int] = {}
        self._known = array("I")  # of later papers
        self._unfit: set[int] = set()  # rows of papers that the model does not explain
        self._langs: dict[int, str] = {}  # of later papers without a known token
        self._segment = Segment(segment_folder, self._widths)
        self._lists: Lists | None = None
        self._making = Lock()
        self._later_joined: Floats | None = None
        self._is_live: NDArray[np.bool_] | None = None
        self.refresh()
        self._segment.expect(entries)

    # --- reading -------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of papers that are placed now."""
        gone = 0 if self._gone is None else int(self._gone.sum())
        return self._base - gone + len(self._later_rows)

    @property
    def entries(self) -> int:
        """How many entries of the segment's journal were read."""
        return self._segment.entries

    def __contains__(self, paper_id: str) -> bool:
        return bool(self.rows([paper_id])[0] >= 0)

    def rows(self, paper_ids: Sequence[str]) -> NDArray[np.intp]:
        """The row of each paper; -1 where it has none."""
        rows = self._base_ids.rows(paper_ids)
        if self._gone is not None:
            rows[(rows >= 0) & self._gone[rows]] = -1
        if self._later_rows:
            later = np.array([self._later_rows.get(paper, -1) for paper in paper_ids], dtype=np.intp)
            rows = np.where(later >= 0, later, rows)
        return rows

    def ids(self, rows: Iterable[int]) -> list[str]:
        """The paper of each row."""
        base, ids, later = self._base, self._base_ids, self._later_ids
        return [ids[row] if row < base else later[row - base] for row in rows]

    def theta(self, level: int, rows: NDArray[np.intp]) -> Floats:
        """θ of a level (rows × K); zeros for a row of -1 and for an unknown paper."""
        last = len(self.hierarchy.levels) - 1
        leaves = self._take(self.hierarchy.theta[last], self._segment.theta, rows)
        return leaves if level in (last, -1) else leaves @ self.hierarchy.carry[level]

    def vectors(self, rows: NDArray[np.intp]) -> Floats:
        """The unit vectors (rows × d); zeros for a row of -1."""
        return self._take(self.hierarchy.vectors, self._segment.vectors, rows)

    def states(self, rows: NDArray[np.intp]) -> list[str]:
        """ "placed", "weak", "unfit" or "unknown" for each row; "unknown" for -1."""
        return [
            "unfit" if row in self._unfit else placement_state(self._known_tokens(row))
            for row in rows.tolist()
        ]

    def fits(self, paper_ids: Sequence[str]) -> list[bool]:
        """Whether the map explains each paper; False where it has no place at all."""
        return [state in ("placed", "weak") for state in self.states(self.rows(paper_ids))]

    def mask(self, paper_ids: Iterable[str]) -> NDArray[np.bool_]:
        """Whether each row there is belongs to one of these papers."""
        mask = np.zeros(self._base + len(self._later_ids), dtype=bool)
        for part in in_chunks(paper_ids, _BLOCK):
            rows = self.rows(part)
            mask[rows[rows >= 0]] = True
        return mask

    def unfit(self, among: Container[str] | None = None) -> int:
        """How many papers (among some) the map does not explain."""
        return len(self._alive(self._unfit, among))

    def unplaced(self, among: Container[str] | None = None) -> dict[str, int]:
        """How many papers of each language have no topic, because the model knows none of their words.

        ``among`` some, those that came before the model are left out: it kept their number alone.
        """
        languages = Counter(self.hierarchy.settings.get("unplaced", {}) if among is None else {})
        languages.update(self._langs[row] for row in self._alive(self._langs, among))
        return dict(languages.most_common())

    def warm(self) -> None:
        """Make what the first question for near papers would have to wait for."""
        self.rows([])
        self._published()

    def joined(self, theta: Floats, vectors: Floats) -> Floats:
        """What papers are compared by: vector beside .7·√θ, scaled to length 1 (rows × (d + K))."""
        return unit_rows(np.hstack([vectors, THETA_WEIGHT * np.sqrt(theta)]))

    def joined_of(self, rows: NDArray[np.intp]) -> Floats:
        """The joined vectors of papers, as they are kept (rows × (d + K)); zeros for a row of -1."""
        joined = np.zeros((len(rows), sum(self._widths)), dtype=np.float32)
        published, later = (rows >= 0) & (rows < self._base), rows >= self._base
        if published.any():
            joined[published] = self._published().of(rows[published])
        if later.any():
            joined[later] = self._later()[rows[later] - self._base]
        return joined

    def nearest(
        self, theta: Floats, vector: Floats, limit: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.intp], Floats]:
        """The papers nearest to a place, by the lists of the likeliest topics (`inverted_lists`).

        Args:
            theta: θ at the last level (K,).
            vector: its unit vector (d,).
            limit: how many at most.
            among: whether each row may be given (rows beyond its end may not); None: all may.

        Returns:
            Rows and scores (cosine of the joined vectors, at most 1), best first.
        """
        query = self.joined(theta[None, :], vector[None, :])[0]
        rows, scores = self._published().scores(query, limit)
        rows = np.concatenate([rows, self._later_range()])
        scores = np.concatenate([scores, self._later() @ query])
        scores[~self._live()[rows] | np.isin(rows, list(self._unfit))] = -np.inf
        if among is not None:
            may = rows < len(among)
            may[may] = among[rows[may]]
            scores[~may] = -np.inf
        limit = min(limit, len(rows))
        best = np.argpartition(-scores, limit - 1)[:limit] if limit else np.zeros(0, dtype=np.intp)
        best = best[np.lexsort((rows[best], -scores[best]))]
        best = best[np.isfinite(scores[best])]
        return rows[best], scores[best]

    def memberships(self, rows: NDArray[np.intp]) -> list[list[tuple[str, float]]]:
        """The topics that each row belongs to, all levels, the top first, the strongest first in a level.

        A paper belongs to a last-level topic when p ≥ max p / √2, and above it to the main parents of these;
        the weight is its θ there.
        """
        memberships: list[list[tuple[str, float]]] = [[] for _ in range(len(rows))]
        leaves = self.theta(-1, rows)
        for level, mask in enumerate(member_masks(self.hierarchy, leaves)):
            ids = self.hierarchy.levels[level].ids
            owners, columns = np.nonzero(mask)
            if level < len(self.hierarchy.carry):  # of the few that are asked for, not of all
                carry = self.hierarchy.carry[level][:, columns]
                weights = np.einsum("nk,kn->n", leaves[owners], carry)
            else:
                weights = leaves[owners, columns]
            order = np.lexsort((-weights, owners))
            for at, column, weight in zip(
                owners[order].tolist(), columns[order].tolist(), weights[order].tolist(), strict=True
            ):
                memberships[at].append((ids[column], weight))
        return memberships

    # --- writing -------------------------------------------------------------------------------------------

    def extend(self, papers: Iterable[tuple[str, str, str]]) -> int:
        """Fold papers in and append them; a paper placed before is replaced.

        Args:
            papers: (paper id, forms of its title and abstract, language).

        Returns:
            How many were placed.
        """
        total = 0
        with self._writing():
            batch: list[tuple[dict[str, Any], Placement]] = []
            for paper_id, forms, lang in papers:
                batch.append(self._placed(paper_id, forms, lang or "en"))
                if len(batch) >= _BATCH:
                    total += self._append(batch)
                    batch = []
            total += self._append(batch)
        self.refresh()
        return total

    def remove(self, paper_ids: Iterable[str]) -> None:
        """Forget papers that left the library."""
        ids = list(paper_ids)
        gone = [paper for paper, row in zip(ids, self.rows(ids).tolist(), strict=True) if row >= 0]
        if gone:
            with self._writing():
                self._segment.remove(gone)
            self.refresh()

    def retain(self, rows: NDArray[np.bool_]) -> None:
        """Forget every paper whose row is not one of these (a mask, which may end before the last row)."""
        live = self._live().copy()
        live[: len(rows)] &= ~rows
        self.remove(self.ids(np.flatnonzero(live).tolist()))

    def refresh(self) -> None:
        """Read what other processes appended since the last look."""
        entries = self._segment.read()
        for entry in entries:
            self._apply(entry)
        if entries:
            self._later_joined = self._is_live = None

    # --- inside --------------------------------------------------------------------------------------------

    def _apply(self, entry: dict[str, Any]) -> None:
        paper = entry["remove"] if "remove" in entry else entry["add"]
        if self._later_rows.pop(paper, None) is None:
            self._forget_published(paper)
        if "remove" in entry:
            return
        row = self._base + len(self._later_ids)
        if not entry.get("fits", True):
            self._unfit.add(row)
        if entry["known"] == 0:
            self._langs[row] = entry.get("lang", "")
        self._later_rows[paper] = row
        self._later_ids.append(paper)
        self._known.append(int(entry["known"]))

    def _forget_published(self, paper: str) -> None:
        row = int(self._base_ids.rows([paper])[0])
        if row >= 0:
            if self._gone is None:
                self._gone = np.zeros(self._base, dtype=bool)
            self._gone[row] = True

    def _alive(self, rows: Collection[int], among: Container[str] | None) -> list[int]:
        """Those of some rows that are papers still (among some)."""
        live = self._live()
        alive = [row for row in rows if live[row]]
        return alive if among is None else [row for row in alive if self.ids([row])[0] in among]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the segment's lock, with everything read and what a crash left cut off."""
        with self._segment.locked():
            self.refresh()
            self._segment.cut()
            yield

    def _placed(self, paper_id: str, text: str, lang: str) -> tuple[dict[str, Any], Placement]:
        """A paper's entry in the journal, and its place: none where it does not fit."""
        hierarchy = self.hierarchy
        rows, counts = hierarchy.counts(text, lang)
        place = hierarchy.place(rows, counts)
        entry: dict[str, Any] = {"add": paper_id, "known": place.known}
        if place.known == 0:
            return entry | {"lang": lang}, place
        if not hierarchy.explains(text, lang, rows, counts):
            return entry | {"fits": False}, hierarchy.nowhere(place.known)
        return entry, place

    def _append(self, batch: Sequence[tuple[dict[str, Any], Placement]]) -> int:
        if batch:
            self._segment.append(
                [entry for entry, _ in batch],
                np.array([place.theta[-1] for _, place in batch]),
                np.array([place.vector for _, place in batch]),
            )
        return len(batch)

    def _take(self, base: NDArray[Any], segment: NDArray[Any], rows: NDArray[np.intp]) -> Floats:
        theta = np.zeros((len(rows), base.shape[1]), dtype=np.float32)
        published = (rows >= 0) & (rows < self._base)
        later = rows >= self._base
        theta[published] = base[rows[published]]
        theta[later] = segment[rows[later] - self._base]
        return theta

    def _known_tokens(self, row: int) -> int:
        if row < 0:
            return 0
        return int(self.hierarchy.known[row]) if row < self._base else self._known[row - self._base]

    def _live(self) -> NDArray[np.bool_]:
        """Which rows are papers still, and not replaced by a later row."""
        if self._is_live is None:
            live = np.zeros(self._base + len(self._later_ids), dtype=bool)
            live[: self._base] = True if self._gone is None else ~self._gone
            live[list(self._later_rows.values())] = True
            self._is_live = live
        return self._is_live

    def _published(self) -> Lists:
        """The published papers' joined vectors, put in lists on the first use and kept."""
        with self._making:  # whoever comes meanwhile waits, and does not make them too
            if self._lists is None:
                self._lists = self._in_lists()
            return self._lists

    def prepare(self) -> None:
        """Write what many processes are to share of a large model, unless it is there."""
        if self._base >= SHARED:
            self._published()

    def _in_lists(self) -> Lists:
        """Few in memory; many in files beside the segment, so that all processes have them once."""
        if self._base >= SHARED:
            try:
                return self._mapped_lists()
            except (OSError, BusyError):
                if self._base >= MANY:  # too many for each process's own memory
                    raise
        return self._new_lists(np.empty((self._base, sum(self._widths)), dtype=np.float32))

    def _mapped_lists(self) -> Lists:
        """The lists in files, which whoever comes first writes."""
        folder = self._segment.folder / "near"
        with exclusive(self._segment.folder / "near.lock", "sorting near papers", _LISTS_SECONDS):
            try:
                return Lists.load(folder)
            except ArraysError:
                self._write_lists(folder)
            return Lists.load(folder)

    def _write_lists(self, folder: Path) -> None:
        with TemporaryDirectory(prefix="near-", dir=folder.parent) as scratch:
            shape = (self._base, sum(self._widths))
            path = Path(scratch) / "vectors"
            self._new_lists(np.memmap(path, dtype=np.float32, mode="w+", shape=shape)).save(folder)

    def _new_lists(self, joined: Floats) -> Lists:
        """Fill ``joined`` (papers × (d + K)) list by list."""
        leaves = self.hierarchy.theta[-1]
        groups = np.empty(self._base, dtype=np.intp)
        for start in range(0, self._base, _BLOCK):
            groups[start : start + _BLOCK] = leaves[start : start + _BLOCK].argmax(axis=1)
        order = order_of(groups)
        for start in range(0, self._base, _BLOCK):
            joined[start : start + _BLOCK] = self._joined(order[start : start + _BLOCK])
        return Lists(joined, order, groups[order])

    def _later(self) -> Floats:
        """The joined vectors of the papers that came later; kept until more come."""
        if self._later_joined is None:
            self._later_joined = self._joined(self._later_range())
        return self._later_joined

    def _later_range(self) -> NDArray[np.intp]:
        return np.arange(self._base, self._base + len(self._later_ids), dtype=np.intp)

    def _joined(self, rows: NDArray[np.intp]) -> Floats:
        return self.joined(self.theta(-1, rows), self.vectors(rows))


def member_masks(hierarchy: Hierarchy, leaves: Floats) -> list[NDArray[np.bool_]]:
    """Which topics each document belongs to, one mask a level (documents × K), from the leaves' θ."""
    peak = leaves.max(axis=1, keepdims=True)
    mask = (leaves >= peak / np.sqrt(2)) & (leaves > 0)
    masks = [mask]
    for level in range(len(hierarchy.levels) - 1, 0, -1):
        parents = hierarchy.main_parents[level]
        above = np.zeros((leaves.shape[0], len(hierarchy.levels[level - 1].ids)), dtype=bool)
        rows, columns = np.nonzero(masks[0])
        above[rows, np.asarray(parents)[columns]] = True
        masks.insert(0, above)
    return masks
