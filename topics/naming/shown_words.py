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
from topics.quality.measures import SHOWN, Reference
from topics.text.phrases import STATISTICS
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
    found: NDArray[np.intp] = np.take_along_axis(best, order, axis=0).T
    return found


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
        vocabulary: the terms; with it, words that echo a better one, and those of statistics and dates, come last.
        count: how many to show, at most 60.
    """
    weights = _telling(phi, frequency)
    echoes = Echoes(vocabulary) if vocabulary is not None else None
    found = []
    for topic, candidates in enumerate(telling_words(phi, frequency, max(CANDIDATES, count))):
        own = np.maximum(weights[candidates, topic], 1e-30)
        score = np.log(own) + cohesion(together.npmi_matrix(candidates), own) / COHESION
        ordered = candidates[np.argsort(-score, kind="stable")]
        found.append((ordered if echoes is None else echoes.last(ordered))[:count])
    return np.array(found, dtype=np.intp)


class Echoes:
    """Tells words that say again what a better word of the topic says: a part or a whole of it, its initials."""

    def __init__(self, vocabulary: Sequence[str], stem: Callable[[str], str] | None = None) -> None:
        """Take the terms (words joined by ``_``)."""
        stem = stem or analyzer().stem
        self._words = vocabulary
        self._stem = stem
        self._keys: dict[int, str] = {}

    def last(self, terms: NDArray[np.intp]) -> NDArray[np.intp]:
        """The terms in their order, but those that echo an earlier one, or count and date studies, at the end."""
        kept: list[int] = []
        rest: list[int] = []
        plain = {self._words[term] for term in terms.tolist()}
        for term in terms.tolist():
            words = self._words[term].split(JOINT)
            echo = any(self._echo(term, other) for other in kept) or _spelt(words, plain)
            (rest if echo or not STATISTICS.isdisjoint(words) else kept).append(term)
        return np.array(kept + rest, dtype=np.intp)

    def _key(self, term: int) -> str:
        key = self._keys.get(term)
        if key is None:
            words = self._words[term].replace("-", JOINT).split(JOINT)
            key = self._keys[term] = f" {' '.join(self._stem(word) or word for word in words)} "
        return key

    def _echo(self, term: int, other: int) -> bool:
        one, two = self._key(term), self._key(other)
        return one in two or two in one or _initials(self._words[term], self._words[other])


def _initials(one: str, two: str) -> bool:
    """Whether one term is made of the first letters of the other: "os", "overall survival"."""
    short, long = sorted((one, two), key=len)
    words = long.split(JOINT)
    return len(words) > 1 and short == "".join(word[:1] for word in words)


def _spelt(words: Sequence[str], plain: set[str]) -> bool:
    """Whether a term ends with its own initials, and stands without them too: "overall survival os"."""
    initials = "".join(word[:1] for word in words[:-1])
    return len(words) > 2 and words[-1] == initials and JOINT.join(words[:-1]) in plain


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
