"""Multi-word terms found by how much more often their words stand together than apart.

Source of the method: normalised pointwise mutual information of neighbours (Bouma 2009), applied twice, so
that a term may have up to four words. Everything works on flat arrays of word numbers: counting a million
neighbours is one sort, not a million dictionary look-ups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int32]
"""A run of word numbers; 0 is a break (a stop word, a number, the end of a text)."""

THRESHOLD = 0.35
MAX_WORDS = 4
_CHUNK = 4_000_000


def find_collocations(words: Words, vocabulary_size: int, minimum: int) -> list[tuple[int, ...]]:
    """The multi-word terms of a corpus as tuples of word numbers.

    Args:
        words: the whole corpus; 0 breaks.
        vocabulary_size: one more than the largest word number.
        minimum: how often a term must occur.
    """
    parts: dict[int, tuple[int, ...]] = {}
    size = vocabulary_size
    current = words
    for _ in range(2):
        pairs = _telling_pairs(current, size, minimum)
        fresh: dict[tuple[int, int], int] = {}
        for left, right in pairs.tolist():
            joined = parts.get(left, (left,)) + parts.get(right, (right,))
            if len(joined) <= MAX_WORDS:
                fresh[(left, right)] = size + len(fresh)
                parts[size + len(fresh) - 1] = joined
        if not fresh:
            break
        current = _merge(current, fresh, size)
        size += len(fresh)
    return sorted(set(parts.values()))


def _telling_pairs(words: Words, size: int, minimum: int) -> NDArray[np.int64]:
    """Neighbours (n × 2) that occur often enough and have NPMI of at least ``THRESHOLD``."""
    frequency = np.bincount(words, minlength=size)
    frequency[0] = 0
    total = float(frequency.sum())
    keys, counts = _count_pairs(words, frequency >= minimum, size)
    often = counts >= minimum
    keys, counts = keys[often], counts[often]
    left, right = keys // size, keys % size
    together = counts / max(total, 1.0)
    apart = (frequency[left] / total) * (frequency[right] / total) if keys.size else together
    bound = np.log(np.minimum(together, 0.999999))
    npmi = (np.log(together) - np.log(apart)) / -bound
    return np.stack([left, right], axis=1)[npmi >= THRESHOLD]


def _count_pairs(
    words: Words, frequent: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of frequent neighbours as left·size + right, with its count; in chunks, to bound memory."""
    keys, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for start in range(0, max(len(words) - 1, 0), _CHUNK):
        left = words[start : start + _CHUNK].astype(np.int64)
        right = words[start + 1 : start + 1 + _CHUNK].astype(np.int64)
        left = left[: len(right)]
        both = frequent[left] & frequent[right]
        pairs, times = np.unique(left[both] * size + right[both], return_counts=True)
        merged = np.concatenate([keys, pairs])
        keys, inverse = np.unique(merged, return_inverse=True)
        counts = np.bincount(inverse, weights=np.concatenate([counts, times])).astype(np.int64)
    return keys, counts


def _merge(words: Words, pairs: dict[tuple[int, int], int], size: int) -> Words:
    """The corpus with every pair (leftmost first, not overlapping) replaced by its own number."""
    keys = np.array([left * size + right for left, right in pairs], dtype=np.int64)
    numbers = np.array(list(pairs.values()), dtype=np.int32)
    order = np.argsort(keys)
    keys, numbers = keys[order], numbers[order]
    starts, fresh = [], []
    for begin in range(0, len(words) - 1, _CHUNK):
        left, right = words[begin : begin + _CHUNK], words[begin + 1 : begin + 1 + _CHUNK]
        here = left[: len(right)].astype(np.int64) * size + right
        place = np.minimum(np.searchsorted(keys, here), len(keys) - 1)
        hits = np.flatnonzero(keys[place] == here)
        starts.append(begin + hits)
        fresh.append(numbers[place[hits]])
    first = np.concatenate(starts)
    taken = _not_overlapping(first, np.full(len(first), 2))
    first = first[taken]
    merged = words.copy()
    merged[first] = np.concatenate(fresh)[taken]
    keep = np.ones(len(words), dtype=bool)
    keep[first + 1] = False
    return merged[keep]


def _not_overlapping(starts: NDArray[np.intp], widths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the spans (ascending starts) remain when each takes its place from left to right."""
    taken = np.zeros(len(starts), dtype=bool)
    free = -1
    for number, (start, width) in enumerate(zip(starts.tolist(), widths.tolist(), strict=True)):
        if start >= free:
            taken[number] = True
            free = start + width
    return taken


def join_collocations(
    words: Words, terms: Sequence[tuple[int, ...]], first: int
) -> tuple[Words, NDArray[np.bool_]]:
    """Join the longest multi-word terms from left to right, as :class:`topics.text.tokens.Tokenizer` does.

    Args:
        words: the corpus; 0 breaks.
        terms: the multi-word terms; term number i becomes word number ``first`` + i.
        first: one more than the largest word number.

    Returns:
        The corpus with terms in the place of their first word, and a mask of the places that remain.
    """
    widths = np.ones(len(words), dtype=np.int8)
    numbers = words.astype(np.int32, copy=True)
    keep = np.ones(len(words), dtype=bool)
    if not terms or len(words) < 2:
        return numbers, keep
    ids = {term: first + number for number, term in enumerate(terms)}
    _match(words, _levels(_prefixes(terms), ids, first), first, widths, numbers)
    starts = np.flatnonzero(widths > 1)
    spans = widths[starts].astype(np.intp)
    taken = _not_overlapping(starts, spans)
    lost = starts[~taken]
    numbers[lost] = words[lost]
    for start, width in zip(starts[taken].tolist(), spans[taken].tolist(), strict=True):
        keep[start + 1 : start + width] = False
    return numbers, keep


def _prefixes(terms: Iterable[tuple[int, ...]]) -> list[dict[tuple[int, ...], int]]:
    """For each length from 2 on: the beginnings of that length of all terms, numbered."""
    levels: list[dict[tuple[int, ...], int]] = [{} for _ in range(MAX_WORDS - 1)]
    for term in terms:
        for width in range(2, len(term) + 1):
            level = levels[width - 2]
            level.setdefault(term[:width], len(level))
    return [level for level in levels if level]


@dataclass(frozen=True, slots=True)
class _Level:
    """The beginnings of one length: keys in ascending order, numbers, and those of whole terms (or −1)."""

    keys: NDArray[np.int64]
    numbers: NDArray[np.int64]
    whole: NDArray[np.int64]


def _levels(
    prefixes: list[dict[tuple[int, ...], int]], ids: dict[tuple[int, ...], int], size: int
) -> list[_Level]:
    levels = []
    above: dict[tuple[int, ...], int] = {}
    for depth, level in enumerate(prefixes):
        keys = np.array([(above[p[:-1]] if depth else p[0]) * size + p[-1] for p in level], dtype=np.int64)
        order = np.argsort(keys)
        numbers = np.array(list(level.values()), dtype=np.int64)
        whole = np.array([ids.get(p, -1) for p in level], dtype=np.int64)
        levels.append(_Level(keys[order], numbers[order], whole[order]))
        above = level
    return levels


def _match(
    words: Words, levels: Sequence[_Level], size: int, widths: NDArray[np.int8], numbers: Words
) -> None:
    """Set the width and the number of the longest term that starts at each place; in chunks."""
    for begin in range(0, len(words) - 1, _CHUNK):
        places = np.arange(begin, min(begin + _CHUNK, len(words) - 1))
        state = words[places].astype(np.int64)
        for depth, level in enumerate(levels):
            inside = places + depth + 1 < len(words)
            places, state = places[inside], state[inside]
            here = state * size + words[places + depth + 1]
            slots = np.minimum(np.searchsorted(level.keys, here), len(level.keys) - 1)
            hit = level.keys[slots] == here
            places, slots = places[hit], slots[hit]
            state = level.numbers[slots]
            complete = level.whole[slots] >= 0
            widths[places[complete]] = depth + 2
            numbers[places[complete]] = level.whole[slots[complete]]
