"""Which words stand for a topic.

Two things make a word telling: it is frequent in the topic and rare elsewhere (the weight of class-based
tf-idf), and it goes together with the topic's other telling words. The second is measured by NPMI in the
papers that the model was trained on; it lifts the coherence of the shown words on papers never seen, and
their diversity with it (docs/topic-recipe.md). φ and θ are untouched: this is only the order of display.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.analysis import analyzer
from topics.quality.measures import SHOWN, TOP, Reference
from topics.text.phrases import GENERIC, STATISTICS
from topics.text.tokens import JOINT

Floats = NDArray[np.float32]

CANDIDATES = 60
COHESION = 0.04
"""A word that goes better with the others by this much NPMI weighs e times as much."""

_LEAD = 1.25
"""The more telling of the others count for more than their weight: with this power of it."""

PAPERS = 60_000
"""Papers that are enough to know which words go together."""

_FLOOR = -0.3  # a pair never seen says little about two rare words


def telling_words(phi: Floats, frequency: Floats, count: int = SHOWN) -> NDArray[np.intp]:
    """The words (K × count) by p(w|t)·log(1 + A/f_w), the most telling first.

    A is the mean number of tokens of a topic, f_w (``frequency``) how often the word occurs in all.
    """
    weights = _telling(phi, frequency)
    count = min(count, phi.shape[0])
    best = np.argpartition(-weights, count - 1, axis=0)[:count]
    order = np.argsort(-np.take_along_axis(weights, best, axis=0), axis=0, kind="stable")
    rows: NDArray[np.intp] = np.take_along_axis(best, order, axis=0).T
    return rows


def shown_words(
    phi: Floats,
    frequency: Floats,
    together: Reference,
    vocabulary: Sequence[str] | None = None,
    count: int = SHOWN,
) -> NDArray[np.intp]:
    """The words (K × count) that are telling and go together, the best first.

    Args:
        phi: p(w|t), (terms × K).
        frequency: how often each term occurs, (terms,).
        together: the training papers (or a sample).
        vocabulary: the terms; with it, no word of the first ten echoes another or is of statistics or dates.
        count: how many to show, at most 60.
    """
    weights = _telling(phi, frequency)
    echoes = Echoes(vocabulary) if vocabulary is not None else None
    rows = []
    for topic, candidates in enumerate(telling_words(phi, frequency, max(CANDIDATES, count))):
        own = np.maximum(weights[candidates, topic], 1e-30)
        npmi = together.npmi_matrix(candidates)
        score = np.log(own) + cohesion(npmi, own) / COHESION
        if echoes is not None:
            first = echoes.without(candidates, score)[:TOP]
            score[first] += np.ptp(score) + 1  # they come first; the order of the others stays
        rows.append(candidates[np.argsort(-score, kind="stable")][:count])
    return np.array(rows, dtype=np.intp)


class Echoes:
    """Tells words that say again what a better word says: a part of it, more than it, its initials."""

    def __init__(self, vocabulary: Sequence[str], stem: Callable[[str], str] | None = None) -> None:
        """Take the terms (words joined by ``_``)."""
        stem = stem or analyzer().stem
        self._words = vocabulary
        self._stem = stem
        self._keys: dict[str, str] = {}

    def without(self, terms: NDArray[np.intp], score: NDArray[np.float64]) -> list[int]:
        """The places of the best terms none of which echoes another, the best first; no statistics, no dates.

        Where a word ("algebra") stands in several longer ones, those stay that are worth more together.
        """
        order = np.argsort(-score, kind="stable")
        words = [self._words[term] for term in terms.tolist()]
        keys = self._keys_of(words)
        free = []
        for place in order.tolist():
            parts = words[place].split(JOINT)
            furniture = STATISTICS.intersection(parts) and (STATISTICS | GENERIC).issuperset(parts)
            if not furniture and not (_initials(parts) and JOINT.join(parts[:-1]) in words):
                free.append(place)
        echo = {
            place: {near for near in free if near != place and _echo(keys[place], keys[near])}
            for place in free
        }
        worth = score - score[free[min(len(free) - 1, 2 * TOP)]] if free else score
        chosen = _greedy(free, echo, set())
        banned: set[int] = set()
        for place in chosen[:TOP]:
            if echo[place]:
                retry = _greedy(free, echo, banned | {place})
                if worth[retry[:TOP]].sum() > worth[chosen[:TOP]].sum():
                    banned.add(place)
                    chosen = retry
        return chosen

    def _keys_of(self, words: Sequence[str]) -> list[str]:
        """The stems of terms; initials, where a term spells them out, are what they stand for."""
        spelt = [parts for word in words if _initials(parts := word.split(JOINT))]
        meant = {parts[-1]: JOINT.join(parts[:-1]) for parts in spelt}
        return [self._key(meant.get(word, word)) for word in words]

    def _key(self, word: str) -> str:
        key = self._keys.get(word)
        if key is None:
            parts = word.replace("-", JOINT).split(JOINT)
            key = self._keys[word] = f" {' '.join(self._stem(part) or part for part in parts)} "
        return key


def _echo(first: str, second: str) -> bool:
    return first in second or second in first


def _greedy(free: Sequence[int], echo: dict[int, set[int]], banned: set[int]) -> list[int]:
    """The best places first, without those that echo one before."""
    chosen: list[int] = []
    out = set(banned)
    for place in free:
        if place not in out:
            chosen.append(place)
            out |= echo[place]
    return chosen


def _initials(parts: Sequence[str]) -> bool:
    """Whether a term ends with the initials of its other words: "overall survival os"."""
    return len(parts) > 2 and parts[-1] == "".join(part[:1] for part in parts[:-1])


def cohesion(npmi: NDArray[np.float64], weights: Floats) -> NDArray[np.float64]:
    """How well each word goes with the others: the mean of its NPMI, the telling ones first of all."""
    pairs = np.maximum(npmi, _FLOOR)
    np.fill_diagonal(pairs, 0)
    leading = (weights / weights.max()) ** _LEAD
    shares = leading / leading.sum()
    return np.asarray((pairs @ shares) / np.maximum(1 - shares, 1e-9), dtype=np.float64)


def sample_reference(counts: sparse.csr_matrix) -> Reference:
    """Training papers to know from which words go together: all, or an even sample of many."""
    return Reference(counts[:: max(1, counts.shape[0] // PAPERS)])


def _telling(phi: Floats, frequency: Floats) -> Floats:
    average = float(frequency.sum()) / phi.shape[1]
    return np.asarray(phi * np.log1p(average / np.maximum(frequency, 1))[:, None], dtype=np.float32)
