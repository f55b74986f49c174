"""θ and vectors of every paper: those of the published model, and those of its segment that came later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.model.hierarchy import Hierarchy, Placement, placement_state
from topics.model.inverted_lists import Lists, order_of
from topics.model.segment import Segment
from topics.rows import unit_rows

Floats = NDArray[np.float32]
THETA_WEIGHT = 0.7
"""The weight of √θ beside the document vector when papers are compared (measured in docs/topic-recipe.md)."""

_BLOCK = 20_000
_BATCH = 500


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
        self._rows = {paper: row for row, paper in enumerate(hierarchy.paper_ids)}
        self._ids: list[str] = list(hierarchy.paper_ids)
        self._known: list[int] = []
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
        return len(self._rows)

    @property
    def entries(self) -> int:
        """How many entries of the segment's journal were read."""
        return self._segment.entries

    def __contains__(self, paper_id: str) -> bool:
        return paper_id in self._rows

    def rows(self, paper_ids: Sequence[str]) -> NDArray[np.intp]:
        """The row of each paper; -1 where it has none."""
        return np.array([self._rows.get(paper, -1) for paper in paper_ids], dtype=np.intp)

    def ids(self, rows: Iterable[int]) -> list[str]:
        """The paper of each row."""
        return [self._ids[row] for row in rows]

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

    def paper_ids(self) -> list[str]:
        """The paper of every row there is."""
        return list(self._ids)

    def unfit(self, among: Container[str] | None = None) -> int:
        """How many papers (among some) the map does not explain."""
        if not self._unfit:
            return 0
        return sum(row in self._unfit and (among is None or id in among) for id, row in self._rows.items())

    def unplaced(self, among: Container[str] | None = None) -> dict[str, int]:
        """How many papers of each language have no topic, because the model knows none of their words.

        ``among`` some, those that came before the model are left out: it kept their number alone.
        """
        languages = Counter(self.hierarchy.settings.get("unplaced", {}) if among is None else {})
        rows = self._rows.items() if self._langs else ()
        live = {row for id, row in rows if among is None or id in among}
        languages.update(lang for row, lang in self._langs.items() if row in live)
        return dict(languages.most_common())

    def warm(self) -> None:
        """Make what the first question for near papers would have to wait for."""
        self._published()

    def joined(self, theta: Floats, vectors: Floats) -> Floats:
        """What papers are compared by: vector beside .7·√θ, scaled to length 1 (rows × (d + K))."""
        return unit_rows(np.hstack([vectors, THETA_WEIGHT * np.sqrt(theta)]))

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
        later = np.arange(self._base, len(self._ids), dtype=np.intp)
        rows = np.concatenate([rows, later])
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
        gone = [paper for paper in paper_ids if paper in self._rows]
        if gone:
            with self._writing():
                self._segment.remove(gone)
            self.refresh()

    def retain(self, paper_ids: Container[str]) -> None:
        """Forget every paper but these."""
        self.remove([paper for paper in self._rows if paper not in paper_ids])

    def refresh(self) -> None:
        """Read what other processes appended since the last look."""
        entries = self._segment.read()
        for entry in entries:
            self._apply(entry)
        if entries:
            self._later_joined = self._is_live = None

    # --- inside --------------------------------------------------------------------------------------------

    def _apply(self, entry: dict[str, Any]) -> None:
        if "remove" in entry:
            self._rows.pop(entry["remove"], None)
            return
        if not entry.get("fits", True):
            self._unfit.add(len(self._ids))
        if entry["known"] == 0:
            self._langs[len(self._ids)] = entry.get("lang", "")
        self._rows[entry["add"]] = len(self._ids)
        self._ids.append(entry["add"])
        self._known.append(int(entry["known"]))

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
            self._is_live = np.zeros(len(self._ids), dtype=bool)
            self._is_live[np.fromiter(self._rows.values(), dtype=np.intp, count=len(self._rows))] = True
        return self._is_live

    def _published(self) -> Lists:
        """The published papers' joined vectors, put in lists on the first use and kept."""
        with self._making:  # whoever comes meanwhile waits, and does not make them too
            if self._lists is None:
                self._lists = self._in_lists()
            return self._lists

    def _in_lists(self) -> Lists:
        leaves = self.hierarchy.theta[-1]
        groups = np.empty(self._base, dtype=np.intp)
        for start in range(0, self._base, _BLOCK):
            groups[start : start + _BLOCK] = leaves[start : start + _BLOCK].argmax(axis=1)
        order = order_of(groups)
        joined = np.empty((self._base, sum(self._widths)), dtype=np.float32)
        for start in range(0, self._base, _BLOCK):
            joined[start : start + _BLOCK] = self._joined(order[start : start + _BLOCK])
        return Lists(joined, order, groups[order])

    def _later(self) -> Floats:
        """The joined vectors of the papers that came later; kept until more come."""
        if self._later_joined is None:
            self._later_joined = self._joined(np.arange(self._base, len(self._ids), dtype=np.intp))
        return self._later_joined

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
