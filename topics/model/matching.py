"""Which topic of a new model is which of the published one, so that ids, links and given names survive.

Topics are compared by their shown words, by φ over the shared vocabulary (Bhattacharyya) and by the papers
that both models know; an optimal assignment level by level pairs them, and what is left may still be found
at another level. A pair must be like enough to be the same topic to a reader; the rest are new, gone, split
or merged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAME = 0.4  # from this likeness on a topic keeps its id
SAME_ELSEWHERE = 0.55  # at another level
STILL_ITSELF = 0.8  # from this likeness on, what a person said of a topic still holds (bench/kept_names.py)
STILL_ITS_PAPERS = 0.5  # and of its papers so many must still be there
SPLIT_SHARE = 0.25  # of a former topic's papers, in each part
MERGE_SHARE = 0.5  # of a former topic's papers, gone into one
SUCCESSOR_SHARE = 0.15
_WORDS = 10
_ALPHABET = "0123456789bcdfghjkmnpqrstvwxyz"  # no vowels: an id never spells a word; no l: it is not a 1

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LevelView:
    """What matching looks at of one level of a model.

    ``members`` holds each paper's most probable topic, −1 where it has none; ``shown`` at least ten shown
    words a topic; ``ids`` are empty for the new model; ``parents`` index the clear parents one level up.
    """

    phi: NDArray[np.floating]  # (terms × K)
    shown: Sequence[Sequence[str]]
    members: NDArray[np.integer]  # (papers,)
    ids: Sequence[str] = ()
    parents: Sequence[int | None] = ()
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ModelView:
    """What matching looks at of a model."""

    vocabulary: Sequence[str]
    paper_ids: Sequence[str]
    levels: Sequence[LevelView]


@dataclass
class Matching:
    """The ids of the new model's topics and how it differs from the published one."""

    ids: list[list[str]]
    kept: list[dict[str, Any]] = field(default_factory=list)  # id, level, likeness, words, papers
    moved: list[dict[str, Any]] = field(default_factory=list)  # id, and level or parent before and now
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    split: list[dict[str, Any]] = field(default_factory=list)  # {"from": id, "into": [ids]}
    merged: list[dict[str, Any]] = field(default_factory=list)  # {"from": [ids], "into": id}
    successors: dict[str, list[str]] = field(default_factory=dict)  # of every topic that is gone

    def to_json(self) -> dict[str, Any]:
        """The diff as it is shown before a build is published."""
        names = ("kept", "moved", "new", "gone", "split", "merged", "successors")
        return {name: getattr(self, name) for name in names}


def is_itself(kept: Mapping[str, Any]) -> bool:
    """Whether a topic that kept its id (a row of `Matching.kept`) is still what a person named."""
    papers = kept.get("papers")
    return kept["likeness"] >= STILL_ITSELF and (papers is None or papers >= STILL_ITS_PAPERS)


def new_id(seed: int, words: Sequence[str], used: Collection[str]) -> str:
    """An opaque id, "t" and four characters, that was never used; the same for the same seed and words."""
    attempt = 0
    while True:
        digest = blake2b(f"{seed}|{'|'.join(words)}|{attempt}".encode(), digest_size=16).digest()
        number = int.from_bytes(digest, "big")
        length = 4 + attempt // 100  # a crowded space grows
        name = "t" + "".join(_ALPHABET[number // 30**place % 30] for place in range(length))
        if name not in used:
            return name
        attempt += 1


def match(
    previous: ModelView | None, current: ModelView, used: Collection[str] = (), seed: int = 0
) -> Matching:
    """Give every topic of ``current`` an id: its former one where it is still the same topic.

    ``used`` are all ids that this atlas ever gave; none of them is given to another topic.
    """
    pairs = _Pairs(previous, current) if previous is not None else None
    assigned = pairs.assign() if pairs else {}
    taken = set(used) | ({id_ for level in previous.levels for id_ in level.ids} if previous else set())
    matching = Matching([])
    for number, level in enumerate(current.levels):
        ids = []
        for topic, words in enumerate(level.shown):
            former = assigned.get((number, topic))
            id_ = former if former else new_id(seed, words[:_WORDS], taken)
            taken.add(id_)
            ids.append(id_)
            if not former:
                matching.new.append(id_)
        matching.ids.append(ids)
    if previous is not None and pairs is not None:
        _Account(previous, current, pairs, matching).write()
    return matching


@dataclass
class _Likeness:
    """How like the topics of two levels are: former × current."""

    words: Floats  # share of the ten first shown words in common
    papers: Floats  # papers in both, among the papers that both models know
    total: Floats


class _Pairs:
    """Compares the levels of two models and assigns topics to each other."""

    def __init__(self, previous: ModelView, current: ModelView) -> None:
        self.previous = previous
        self.current = current
        _, self.rows, self.new_rows = np.intersect1d(
            np.asarray(previous.paper_ids, dtype=str),
            np.asarray(current.paper_ids, dtype=str),
            return_indices=True,
        )
        place = {term: row for row, term in enumerate(current.vocabulary)}
        shared = [(row, place[term]) for row, term in enumerate(previous.vocabulary) if term in place]
        self.terms = np.array(shared, dtype=np.intp).reshape(-1, 2)
        self._known: dict[tuple[int, int], _Likeness] = {}

    def likeness(self, former: int, current: int) -> _Likeness:
        """The likeness of a former level to a current one."""
        if (former, current) not in self._known:
            self._known[former, current] = self._compare(
                self.previous.levels[former], self.current.levels[current]
            )
        return self._known[former, current]

    def levels(self) -> list[tuple[int, int]]:
        """Which former level answers to which current one: counted from the leaves, where papers belong."""
        shift = len(self.current.levels) - len(self.previous.levels)
        return [(a, a + shift) for a in range(len(self.previous.levels)) if a + shift >= 0]

    def assign(self) -> dict[tuple[int, int], str]:
        """(level, topic) of the new model → former id: first level by level, then the rest across levels."""
        assigned: dict[tuple[int, int], str] = {}
        free = {(a, row) for a, level in enumerate(self.previous.levels) for row in range(len(level.ids))}
        same = self.levels()
        every = product(range(len(self.previous.levels)), range(len(self.current.levels)))
        others = [pair for pair in every if pair not in same]
        for a, b in same + others:
            least = SAME if (a, b) in same else SAME_ELSEWHERE
            total = self.likeness(a, b).total
            rows = [row for row in range(total.shape[0]) if (a, row) in free]
            columns = [column for column in range(total.shape[1]) if (b, column) not in assigned]
            for row, column in _pair(total, rows, columns, least):
                assigned[b, column] = self.previous.levels[a].ids[row]
                free.discard((a, row))
        return assigned

    def _compare(self, former: LevelView, current: LevelView) -> _Likeness:
        before, after = former.members[self.rows], current.members[self.new_rows]
        papers = _overlap(before, after, len(former.ids), len(current.shown))
        words = (
            np.array(
                [[len(set(a[:_WORDS]) & set(b[:_WORDS])) for b in current.shown] for a in former.shown],
                dtype=float,
            ).reshape(len(former.shown), len(current.shown))
            / _WORDS
        )
        spread = np.sqrt(former.phi[self.terms[:, 0]]).T @ np.sqrt(current.phi[self.terms[:, 1]])
        sizes = papers.sum(axis=1)[:, None] + papers.sum(axis=0)[None, :]
        common = np.divide(2 * papers, sizes, out=np.zeros_like(papers), where=sizes > 0)
        by_words = (words + spread) / 2
        trust = np.minimum(sizes / 40, 1.0) / 2  # few shared papers say little
        return _Likeness(words, papers, np.asarray((1 - trust) * by_words + trust * common))


def _pair(total: Floats, rows: list[int], columns: list[int], least: float) -> list[tuple[int, int]]:
    """The optimal assignment among the given rows and columns, without pairs below ``least``."""
    if not rows or not columns:
        return []
    from scipy.optimize import linear_sum_assignment  # here: only a build needs it, and it is slow to load

    part = total[np.ix_(rows, columns)]
    worth = np.where(part >= least, part, 0.0)
    picked = zip(*linear_sum_assignment(-worth), strict=True)
    return [(rows[a], columns[b]) for a, b in picked if worth[a, b] > 0]


def _overlap(before: NDArray[np.integer], after: NDArray[np.integer], rows: int, columns: int) -> Floats:
    """How many papers each former topic has in common with each current one."""
    both = (before >= 0) & (after >= 0)
    flat = before[both].astype(np.int64) * columns + after[both].astype(np.int64)
    return np.bincount(flat, minlength=rows * columns).reshape(rows, columns).astype(np.float64)


class _Account:
    """Writes down what became of each former topic."""

    def __init__(self, previous: ModelView, current: ModelView, pairs: _Pairs, matching: Matching) -> None:
        self.previous = previous
        self.current = current
        self.pairs = pairs
        self.matching = matching
        self.now = {id_: (b, k) for b, ids in enumerate(matching.ids) for k, id_ in enumerate(ids)}

    def write(self) -> None:
        for a, level in enumerate(self.previous.levels):
            for row, id_ in enumerate(level.ids):
                if id_ in self.now:
                    self._keep(a, row, id_)
                else:
                    self.matching.gone.append(id_)
                    self.matching.successors[id_] = self._successors(a, row)
        for a, b in self.pairs.levels():
            self._splits_and_merges(a, b)

    def _keep(self, a: int, row: int, id_: str) -> None:
        b, column = self.now[id_]
        like = self.pairs.likeness(a, b)
        before = float(like.papers[row].sum())
        self.matching.kept.append(
            {
                "id": id_,
                "level": b,
                "likeness": round(float(like.total[row, column]), 3),
                "words": round(float(like.words[row, column]), 2),
                "papers": round(float(like.papers[row, column] / before), 3) if before else None,
            }
        )
        change: dict[str, Any] = {}
        if a != b:
            change["level"] = [a, b]
        above = _parent_id(self.previous.levels, a, row, [level.ids for level in self.previous.levels])
        now = _parent_id(self.current.levels, b, column, self.matching.ids)
        if above != now:
            change["parent"] = [above, now]
        if change:
            self.matching.moved.append({"id": id_, **change})

    def _successors(self, a: int, row: int) -> list[str]:
        """Where a gone topic's papers went, most first; without shared papers the one of the likest words."""
        b = max(0, a + len(self.current.levels) - len(self.previous.levels))
        like = self.pairs.likeness(a, b)
        papers = like.papers[row]
        heirs = np.argsort(-papers, kind="stable")[:5]
        least = max(1.0, SUCCESSOR_SHARE * papers.sum())
        ids = [self.matching.ids[b][k] for k in heirs if papers[k] >= least]
        return ids or [self.matching.ids[b][int(np.argmax(like.total[row]))]]

    def _splits_and_merges(self, a: int, b: int) -> None:
        papers = self.pairs.likeness(a, b).papers
        sizes, now_sizes = papers.sum(axis=1), papers.sum(axis=0)
        share = np.divide(papers, sizes[:, None], out=np.zeros_like(papers), where=sizes[:, None] > 0)
        made_of = np.divide(papers, now_sizes, out=np.zeros_like(papers), where=now_sizes > 0)
        ids, former = self.matching.ids[b], self.previous.levels[a].ids
        for row in range(len(share)):
            into = [
                ids[k] for k in np.flatnonzero((share[row] >= SPLIT_SHARE) & (made_of[row] >= MERGE_SHARE))
            ]
            if len(into) > 1:
                self.matching.split.append({"from": former[row], "into": into})
        for column in range(share.shape[1]):
            enough = (share[:, column] >= MERGE_SHARE) & (made_of[:, column] >= SPLIT_SHARE)
            sources = [former[int(row)] for row in np.flatnonzero(enough)]
            if len(sources) > 1:
                self.matching.merged.append({"from": sources, "into": ids[column]})


def _parent_id(
    levels: Sequence[LevelView], depth: int, topic: int, ids: Sequence[Sequence[str]]
) -> str | None:
    parents = levels[depth].parents
    parent = parents[topic] if depth and parents else None
    return ids[depth - 1][parent] if parent is not None else None
