"""What a paper says in two or three of its own sentences, and its key terms.

The summary is extractive: sentences are ranked by their centrality in the graph of shared words (LexRank,
Erkan and Radev 2004), the first and the last weigh a little more, and one that repeats a chosen one is
passed over.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from ingest.text.forms import blank_math
from topics.text.casing import Casing
from topics.text.phrases import Lexicon, shared_finder

_MAX_LETTERS = 20_000
_MAX_SENTENCES = 200
_MIN_WORDS = 4  # content words of a sentence that can carry something
_DAMPING = 0.85
_REPEATS = 0.6  # cosine from which a sentence repeats another
_END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[^\W_a-zß-öø-ÿ])|[。！？]+[」』”]?|\n\s*\n")
_INITIALS = re.compile(r"\(?(?:[A-Z]\.|[A-Z]\.-?){1,4}")
_ABBREVIATIONS = frozenset(
    """
    al approx b bzw ca cf chap col cor corr cp dept diff dr e.g ed eds eg eq eqn eqs esp est etc ex fig figs
    gen i.e ie inc incl jr lett lim m math max med min mr mrs ms n nat no nos nr obs op p per ph phys pp
    prof proc ref refs resp rev s sci sec sect ser sp spp sr st subsp t tab temp trans univ v var viz vol vs
    w.r.t wrt z.b т.е т.д т.п др г рис см
    """.split()  # noqa: SIM905
)
_NEXT = re.compile(
    r"\s+(A|An|Also|But|Finally|For|Here|However|If|In|It|Moreover|Our|The|Then|These|This|Thus|We|When)\b"
)
_LETTERED = frozenset(
    ["vitamin", "hepatitis", "type", "group", "class", "phase", "grade", "factor", "protein"]
)


def sentences(text: str) -> list[str]:
    """Split running text into sentences; abbreviations, initials, decimals and math do not end one."""
    text = text[:_MAX_LETTERS]
    parts, start = [], 0
    for match in _END.finditer(blank_math(text, "$")):
        if not _abbreviates(text, start, match):
            parts.append(text[start : match.end()])
            start = match.end()
    parts.append(text[start:])
    return [" ".join(sentence.split()) for sentence in parts if sentence.strip()]


def _abbreviates(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether the full stop belongs to an abbreviation or an initial."""
    if not end.group().startswith(".") or end.group().startswith(".."):
        return False
    words = text[start : end.start()].split()
    last = words[-1].lstrip("([\"'“‘") if words else ""
    if last.casefold() in _ABBREVIATIONS:
        return last.casefold() != "etc"
    if last.isdigit() and len(last) < 3:
        return len(words) < 2 or words[-2][-1] in ":;."  # an item of a list
    if len(last) == 1 and last.isupper() and last != "I":
        return _NEXT.match(text, end.end()) is None and (
            len(words) < 2 or words[-2].casefold() not in _LETTERED
        )
    return _INITIALS.fullmatch(last + ".") is not None and len(last) > 1


def summary(text: str, analyzer: Lexicon, lang: str = "en", limit: int = 3) -> list[str]:
    """The at most ``limit`` sentences that carry an abstract, in their order; a short abstract is itself."""
    every = sentences(text)[:_MAX_SENTENCES]
    bags = [_bag(sentence, analyzer, lang) for sentence in every]
    rich = [k for k, bag in enumerate(bags) if len(bag) >= _MIN_WORDS]
    if len(rich) <= limit:
        return [every[k] for k in rich] or every[:limit]
    likeness = _likeness([bags[k] for k in rich])
    weights = _centrality(likeness)
    weights[0] *= 1.15
    weights[-1] *= 1.25  # where the finding is said
    chosen: list[int] = []
    for k in np.argsort(-weights, kind="stable"):
        if len(chosen) < limit and all(likeness[k, other] < _REPEATS for other in chosen):
            chosen.append(int(k))
    return [every[rich[k]] for k in sorted(chosen)]


def _bag(sentence: str, analyzer: Lexicon, lang: str) -> Counter[str]:
    lemmas = (analyzer.lemma(form, lang) for form, _, _ in analyzer.word_spans(sentence, lang))
    return Counter(lemma for lemma in lemmas if lemma)


def _likeness(bags: Sequence[Counter[str]]) -> NDArray[np.float64]:
    """Cosines of sentences by tf · inverse sentence frequency, zero on the diagonal."""
    frequency = Counter(word for bag in bags for word in bag)
    place = {word: column for column, word in enumerate(frequency)}
    matrix = np.zeros((len(bags), len(place)))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            matrix[row, place[word]] = (1 + log(count)) * log(1 + len(bags) / frequency[word])
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    likeness = matrix @ matrix.T
    np.fill_diagonal(likeness, 0.0)
    return np.asarray(likeness)


def _centrality(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """The stationary distribution of a walk from sentence to like sentence (PageRank)."""
    size = len(likeness)
    sums = likeness.sum(axis=1, keepdims=True)
    walk = np.divide(likeness, sums, out=np.full_like(likeness, 1 / size), where=sums > 0)
    weights = np.full(size, 1 / size)
    for _ in range(50):
        weights = (1 - _DAMPING) / size + _DAMPING * weights @ walk
    return np.asarray(weights)


def key_terms(
    title: str,
    abstract: str,
    analyzer: Lexicon,
    lang: str = "en",
    idf: Mapping[str, float] | None = None,
    limit: int = 10,
) -> list[str]:
    """The phrases that tell a paper from others, as it writes them, the most telling first.

    ``idf`` are the model's weights of its terms (multi-word terms joined by ``_``); a word that the model
    does not know counts as a middling one.
    """
    finder, casing = shared_finder(analyzer), Casing()
    weights: defaultdict[tuple[str, ...], float] = defaultdict(float)
    surfaces: dict[tuple[str, ...], str] = {}
    for text, weight in ((abstract[:_MAX_LETTERS], 1.0), (title, 2.5)):
        words = finder.words(text, lang)
        casing.learn(text, words, lang)
        for key, start, end, whole, _ in finder.phrases(words):
            if whole:
                weights[key] += weight
                surfaces.setdefault(key, text[start:end])
    scores = {key: _worth(key, count, idf or {}) for key, count in weights.items()}
    return [casing.phrase(surfaces[key]) for key in _distinct(scores, weights, limit)]


def _worth(key: tuple[str, ...], count: float, idf: Mapping[str, float]) -> float:
    middling = 6.0
    rarity = sum(idf.get(word, middling) for word in key) / len(key)
    known = 1.3 if len(key) > 1 and "_".join(key) in idf else 1.0
    return (1 + log(count)) * rarity * known * (1 + 0.35 * min(len(key) - 1, 2))


def _distinct(
    scores: Mapping[tuple[str, ...], float], counts: Mapping[tuple[str, ...], float], limit: int
) -> list[tuple[str, ...]]:
    """The best phrases; one that shares half of its words with a chosen one must be said far more often."""
    chosen: list[tuple[str, ...]] = []
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        words = set(key)
        overlaps = [other for other in chosen if 2 * len(words & set(other)) >= min(len(words), len(other))]
        if len(chosen) < limit and all(counts[key] >= 3 * counts[other] for other in overlaps):
            chosen.append(key)
    return chosen
