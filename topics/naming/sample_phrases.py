"""The noun phrases of a sample, counted by what they say.

They are found as :meth:`topics.text.phrases.PhraseFinder.phrases` finds them, in all texts at once, and may
have a word more. Two that
have the same stems say the same; a hash of the stems tells which, so that only those that are wanted are put
into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topics.naming.sample_words import Kind, Mask, Numbers, SampleWords
from topics.naming.word_stream import Stem
from topics.text.phrases import Key, Lexicon

MAX_WORDS = 4
"""Words of a name at most: one more than of a term, for many a term of three is a piece of four."""

TITLE, ABSTRACT = 3, 1
"""How much a way of writing counts in a title and in an abstract."""

_BASE = 0x9E3779B97F4A7C15
_FACTORS = 0xD1342543DE82EF95, 0xBF58476D1CE4E5B9
_64 = (1 << 64) - 1

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Surface:
    """One way of writing a phrase."""

    text: str
    lemmas: Key
    times: int
    weight: int


@dataclass(slots=True)
class Group:
    """What one phrase is in the sample."""

    texts: int  # papers that have it
    said: int
    whole: int  # times that no further word of the same noun phrase follows
    bare: int  # times that none stands before, nor a letter that belongs to it
    inside: int  # times that it stands in one and the same longer phrase, or beside a letter of its own
    key: Key = ()
    surfaces: list[Surface] = field(default_factory=list)


class Stems:
    """The stems of phrases, as the search cuts them, and a hash of their sequence."""

    def __init__(self, lexicon: Lexicon, stem: Stem) -> None:
        self._lexicon, self._stem = lexicon, stem
        self._numbers: dict[str, int] = {}

    def key(self, phrase: str, lang: str) -> Key:
        """The stems of a phrase; a function word stands for itself."""
        return self.of((form for form, _, _ in self._lexicon.spans(phrase, lang)), lang)

    def of(self, forms: Iterator[str] | Sequence[str], lang: str) -> Key:
        """The stems of forms."""
        return tuple(self._stem(form, lang) or form for form in forms)

    def of_kind(self, kind: Kind) -> Key:
        """The stems of a word; those of an unspaced script overlap, as in the search."""
        return self.of(kind.forms, kind.lang) if kind.text.isascii() else self.key(kind.text, kind.lang)

    def hash(self, key: Key) -> int:
        """A polynomial of the stems' own hashes, modulo 2^64: that of two keys in a row is made of theirs."""
        value = 0
        for stem in key:
            value = (value * _BASE + self._hash(stem)) & _64
        return value

    def _hash(self, stem: str) -> int:
        number = self._numbers.setdefault(stem, len(self._numbers) + 1) * _FACTORS[0] & _64
        return (number ^ (number >> 31)) * _FACTORS[1] & _64


@dataclass(frozen=True, slots=True)
class _Found:
    """Phrases in the order of the texts, and the distinct ways of writing them."""

    last: Numbers  # the last word of each
    whole: Mask
    bare: Mask
    bound: Mask
    length: Numbers
    code: Numbers  # its way of writing, of those below
    kinds: Numbers  # (ways × MAX_WORDS): of its words, then −1
    spaced: Mask  # (ways × MAX_WORDS): whether a space stands before the word


def phrase_groups(
    words: SampleWords, stems: Stems, wanted: Callable[[Hashes, Numbers], Mask], longest: int
) -> list[Group]:
    """The phrases of the sample that are wanted, in the order in which they are first said.

    Args:
        words: the sample.
        stems: tells which phrases say the same.
        wanted: of the hash of every phrase, and of how many papers have it, whether it is.
        longest: characters of a phrase that is looked at.
    """
    found = _find(words, longest)
    hashes = _hashes(words, found, stems)[found.code]
    distinct, first, numbers = np.unique(hashes, return_index=True, return_inverse=True)
    texts = _papers(numbers, words.texts[words.passage[found.last]], len(distinct))
    chosen = np.flatnonzero(wanted(distinct, texts))
    chosen = chosen[np.argsort(first[chosen], kind="stable")]
    flags = (None, found.whole, found.bare, _inside(words, found, numbers))
    totals = [np.bincount(numbers, flag, len(distinct)) for flag in flags]
    table = np.stack([texts, *totals], axis=1)[chosen].astype(np.int64)
    groups = [Group(*row) for row in table.tolist()]
    place = np.full(len(distinct), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    of_way = np.full(len(found.kinds), -1, dtype=np.int64)
    of_way[found.code] = place[numbers]
    _put_into_words(groups, of_way, words, found, stems)
    return groups


def _papers(numbers: Numbers, owners: Numbers, size: int) -> Numbers:
    """In how many papers each number stands."""
    order = np.lexsort((owners, numbers))
    numbers, owners = numbers[order], owners[order]
    fresh = np.append(True, (numbers[1:] != numbers[:-1]) | (owners[1:] != owners[:-1]))[: len(numbers)]
    return np.bincount(numbers[fresh], minlength=size)


def _put_into_words(
    groups: Sequence[Group], of_way: Numbers, words: SampleWords, found: _Found, stems: Stems
) -> None:
    """Give the groups their stems and their ways of writing."""
    weights = np.where(words.titles[words.passage[found.last]], TITLE, ABSTRACT)
    times = np.bincount(found.code, minlength=len(of_way))
    weight = np.bincount(found.code, weights, len(of_way))
    for way in np.flatnonzero(of_way >= 0).tolist():
        kinds = [words.kinds[number] for number in found.kinds[way].tolist() if number >= 0]
        text = _written(kinds, found.spaced[way].tolist())
        lemmas = tuple(lemma for kind in kinds if kind.part for lemma in kind.part.lemmas)
        group = groups[of_way[way]]
        group.surfaces.append(Surface(text, lemmas, int(times[way]), int(weight[way])))
        group.key = group.key or stems.key(text, kinds[0].lang)


def _written(kinds: Sequence[Kind], spaced: Sequence[bool]) -> str:
    return "".join(
        f" {kind.text}" if place and space else kind.text
        for place, (kind, space) in enumerate(zip(kinds, spaced, strict=False))
    )


def _find(words: SampleWords, longest: int) -> _Found:
    """All noun phrases of one to ``MAX_WORDS`` words, nested ones included."""
    parts = [kind.part for kind in words.kinds]
    table = [(p is not None, p and p.head, p and p.alone, p and not p.generic) for p in parts]
    flags = np.array(table, dtype=np.bool_).reshape(-1, 4)
    stands, head, alone, specific = flags[words.kind].T
    rows = np.arange(len(words.kind))
    begins = ~words.joined | ~np.append(False, stands)[:-1]
    run = rows - np.maximum.accumulate(np.where(begins, rows, 0)) + 1
    goes_on = np.append(words.joined & stands, False)[1:]
    letters = np.array([len(kind.text) for kind in words.kinds], dtype=np.int64)[words.kind]
    reach = np.cumsum(letters + words.spaced)  # characters up to the end of each word
    lasts, sizes = [], []
    says = np.zeros(len(rows), dtype=np.bool_)  # a word that is not generic
    for size in range(1, MAX_WORDS + 1):
        lead = np.maximum(rows - size + 1, 0)
        says = says | specific[lead]
        long = reach - reach[lead] + letters[lead]
        at = np.flatnonzero(head & says & (run >= size) & (long <= longest) & (alone | (size > 1)))
        lasts.append(at)
        sizes.append(np.full(len(at), size, dtype=np.int64))
    last, length = np.concatenate(lasts), np.concatenate(sizes)
    order = np.lexsort((length, last))
    last, length = last[order], length[order]
    bound = words.bound_before[last - length + 1] | words.bound_after[last]
    bare = (length == run[last]) & ~bound
    return _Found(last, ~goes_on[last], bare, bound, length, *_ways(words, last, length))


def _inside(words: SampleWords, found: _Found, numbers: Numbers) -> Mask:
    """Which occurrences of each phrase stand beside the word that most often stands beside it, in one noun
    phrase with it, or are bound to a letter."""
    stands = np.array([kind.part is not None for kind in words.kinds], dtype=np.bool_)[words.kind]
    first = found.last - found.length + 1
    joined = np.append(words.joined & stands, False)
    before = np.where(joined[first] & stands[first - 1], words.kind[first - 1], -1)
    after = np.where(joined[found.last + 1], np.append(words.kind, 0)[found.last + 1], -1)
    return found.bound | _usual(numbers, before) | _usual(numbers, after)


def _usual(numbers: Numbers, kinds: Numbers) -> Mask:
    """Which of the phrases have the neighbour that is the most frequent of all with their number."""
    size = int(kinds.max(initial=0)) + 1
    has = kinds >= 0
    pairs, times = np.unique(numbers[has] * size + kinds[has], return_counts=True)
    order = np.lexsort((times, pairs // size))
    owners = pairs[order] // size
    best = np.append(owners[1:] != owners[:-1], True)[: len(owners)]
    usual = np.full(int(numbers.max(initial=0)) + 1, -1, dtype=np.int64)
    usual[owners[best]] = pairs[order][best] % size
    return np.asarray(has & (usual[numbers] == kinds), dtype=np.bool_)


def _ways(words: SampleWords, last: Numbers, length: Numbers) -> tuple[Numbers, Numbers, Mask]:
    """The way of writing of each phrase; of each way the kinds of its words and the spaces before them."""
    places = (last - length + 1)[:, None] + np.arange(MAX_WORDS)
    inside = places <= last[:, None]
    places = np.where(inside, places, 0)
    kinds, spaced = np.full(places.shape, -1, dtype=np.int64), np.zeros(places.shape, dtype=np.bool_)
    kinds[inside], spaced[inside] = words.kind[places[inside]], words.spaced[places[inside]]
    spaced[:, 0] = True  # whatever stands before a phrase
    code = np.zeros(len(last), dtype=np.int64)
    first = code
    for column in range(MAX_WORDS):
        own = 2 * (kinds[:, column] + 1) + spaced[:, column]
        _, first, code = np.unique(
            code * (2 * len(words.kinds) + 2) + own, return_index=True, return_inverse=True
        )
    return code, kinds[first], spaced[first]


def _hashes(words: SampleWords, found: _Found, stems: Stems) -> Hashes:
    """The hash of the stems of each way of writing."""
    used = np.unique(found.kinds[found.kinds >= 0]).tolist()
    own = np.zeros(len(words.kinds) + 1, dtype=np.uint64)  # the last is of −1: no word
    power = np.ones(len(words.kinds) + 1, dtype=np.uint64)
    for number in used:
        key = stems.of_kind(words.kinds[number])
        own[number], power[number] = stems.hash(key), pow(_BASE, len(key), 1 << 64)
    hashes = np.zeros(len(found.kinds), dtype=np.uint64)
    for column in range(MAX_WORDS):
        kinds = found.kinds[:, column]
        hashes = hashes * power[kinds] + own[kinds]
    glued = ((found.kinds >= 0) & ~found.spaced).any(axis=1)
    for way in np.flatnonzero(glued).tolist():  # of pairs of characters that reach over the joint
        parts = [words.kinds[number] for number in found.kinds[way].tolist() if number >= 0]
        text = _written(parts, found.spaced[way].tolist())
        hashes[way] = stems.hash(stems.key(text, parts[0].lang))
    return hashes
