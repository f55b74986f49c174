"""The words of a sample of papers, read once and told by numbers.

What a stretch between two spaces says is worked out when it is first met; where words stand, what they open
and what they are joined to is then array work over all texts at once.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.text.forms import blank_math
from topics.text.casing import HEADLINE_SHARE, Casing
from topics.text.phrases import CAPITAL_NOUNS, Part, PhraseFinder

ABSTRACT_LETTERS = 3000
_BOUND_BEFORE = re.compile(r"(?<!\w)[B-HJ-Z]\Z")  # "T helper"
_BOUND_AFTER = re.compile(r"[B-HJ-Z](?!\w)")  # "helper T cells"
_HYPHENS = frozenset("-‐‑–")  # "(NF)-κB"

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SampleText:
    """A paper to read phrases and their spelling from."""

    title: str
    abstract: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Kind:
    """A word as it is written: all that does not depend on where it stands."""

    text: str
    forms: tuple[str, ...]
    part: Part | None  # in a noun phrase
    lang: str


class _Chunks(dict[str, int]):
    """The number of each stretch between two spaces of one language, worked out when it is first met."""

    def __init__(self, tables: _Tables, lang: str) -> None:
        super().__init__()
        self._tables, self._lang = tables, lang

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = self._tables.add(chunk, self._lang)
        return number


class _Tables:
    """What is known of chunks and of the words in them; chunk 0 parts two passages."""

    def __init__(self, finder: PhraseFinder) -> None:
        self._finder = finder
        self._by_lang: dict[str, _Chunks] = {}
        self._numbers: dict[tuple[str, tuple[str, ...], str], int] = {}
        self.kinds: list[Kind] = []
        self.chunks = [""]
        self.first = array("q", [0, 0])  # the first word of each chunk
        self.closed, self.ends, self.before, self.after = ([flag] for flag in (True, True, False, False))
        self.kind, self.start, self.stop = array("q"), array("q"), array("q")
        self.joined: list[bool] = []  # to the word before, in the same chunk
        self.opens: list[bool] = []
        self.hyphen_before: list[bool] = []
        self.hyphen_after: list[bool] = []

    def of(self, lang: str) -> _Chunks:
        """The chunks of a language."""
        return self._by_lang.setdefault(lang, _Chunks(self, lang))

    def add(self, text: str, lang: str) -> int:
        """Take a chunk."""
        chunk = self._finder.chunk(text, lang)
        end = 0
        for start, stop, part, forms in chunk.pieces:
            self.kind.append(self._kind(text[start:stop], forms, part, lang))
            self.start.append(start)
            self.stop.append(stop)
            self.joined.append(0 < end >= start)
            self.opens.append(start > end)
            self.hyphen_before.append(start > 0 and text[start - 1] in _HYPHENS)
            self.hyphen_after.append(text[stop : stop + 1] in _HYPHENS)
            end = stop
        self.chunks.append(text)
        self.first.append(len(self.kind))
        self.closed.append(chunk.closed)
        self.ends.append(chunk.ends_sentence)
        self.before.append(_BOUND_BEFORE.search(text) is not None)
        self.after.append(_BOUND_AFTER.match(text) is not None)
        return len(self.chunks) - 1

    def _kind(self, text: str, forms: tuple[str, ...], part: Part | None, lang: str) -> int:
        key = text, forms, lang
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.kinds)
            self.kinds.append(Kind(text, forms, part, lang))
        return number


class SampleWords:
    """The words of all titles and abstracts, one after another; a passage is one title or one abstract.

    Of every word: ``kind`` is its number in ``kinds``, ``passage`` where it stands, ``place`` the number of
    its chunk, ``joined`` whether at most a space stands between it and the word before (``spaced``: one
    does), ``opens`` whether it opens a sentence, ``bound_before`` and ``bound_after`` whether it belongs to a
    letter or a hyphen beside it. Of every passage: ``texts`` is its paper's row in the sample, ``titles``
    whether it is a title.
    """

    def __init__(self, sample: Sequence[SampleText], finder: PhraseFinder) -> None:
        """Read the sample."""
        tables = self._tables = _Tables(finder)
        numbers = array("q")
        texts, titles, nouns = array("q"), array("b"), array("b")
        for row, is_title, text, lang in _passages(sample):
            numbers.append(0)
            numbers.extend(map(tables.of(lang).__getitem__, blank_math(text, ",").split()))
            texts.append(row)
            titles.append(is_title)
            nouns.append(lang in CAPITAL_NOUNS and not text.isupper())
        self.sample = sample
        self.lexicon = finder.lexicon
        self.kinds = tables.kinds
        self.size = len(sample)
        self.texts, self.titles, self._nouns = _longs(texts), np.array(titles, bool), np.array(nouns, bool)
        self._chunks = _longs(numbers)
        self._place()

    def _place(self) -> None:
        """Work out where every word stands and what is beside it."""
        tables, chunks = self._tables, self._chunks
        first = _longs(tables.first)
        sizes = np.diff(first)[chunks]
        begins = np.cumsum(sizes) - sizes
        self.place = place = np.repeat(np.arange(len(chunks)), sizes)
        within = np.arange(len(place)) - begins[place]
        own = chunks[place]  # the chunk of each word
        self.piece = piece = first[own] + within
        leads = within == 0
        start = _longs(tables.start)
        self.kind = _longs(tables.kind)[piece]
        self.passage = np.cumsum(chunks == 0)[place] - 1
        before = chunks[place - 1]  # a passage begins with chunk 0
        closed = np.array(tables.closed)
        self.spaced = leads
        self.joined = np.where(leads, (start[piece] == 0) & ~closed[before], _flags(tables.joined)[piece])
        self.opens = _flags(tables.opens)[piece] | (leads & self._after_a_sentence(sizes)[place])
        after = np.append(chunks, 0)[place + 1]
        alone = start[piece] == 0
        ends = _longs(tables.stop)[piece] == np.array([len(chunk) for chunk in tables.chunks])[own]
        self.bound_before = _flags(tables.hyphen_before)[piece] | (alone & np.array(tables.before)[before])
        self.bound_after = _flags(tables.hyphen_after)[piece] | (ends & np.array(tables.after)[after])

    def _after_a_sentence(self, sizes: Numbers) -> Mask:
        """Of every chunk: whether a sentence ended since the last word before it, or none stands there."""
        before = np.append(0, np.cumsum(np.array(self._tables.ends)[self._chunks]))  # sentences that ended
        stands = np.where((sizes > 0) | (self._chunks == 0), np.arange(len(sizes)), 0)
        last = np.append(0, np.maximum.accumulate(stands))[: len(sizes)]
        return np.asarray(before[: len(sizes)] > before[last], dtype=np.bool_)

    @cached_property
    def casing(self) -> Casing:
        """How the sample writes its words: see :meth:`topics.text.casing.Casing.learn`."""
        casing = Casing()
        size = len(self.texts)
        long = np.array([len(kind.text) > 3 for kind in self.kinds], dtype=np.bool_)[self.kind]
        small = np.array([kind.text[0].islower() for kind in self.kinds], dtype=np.bool_)[self.kind]
        inner = ~self.opens
        longs = np.bincount(self.passage[inner & long], minlength=size)
        capitals = np.bincount(self.passage[inner & long & ~small], minlength=size)
        teaches = self._nouns | ((longs > 1) & ~(capitals > HEADLINE_SHARE * longs))
        self._teach(casing, inner & teaches[self.passage], nouns=False)
        self._teach(casing, self._nouns[self.passage], nouns=True)
        return casing

    def _teach(self, casing: Casing, words: Mask, *, nouns: bool) -> None:
        times = np.bincount(self.kind[words], minlength=len(self.kinds))
        for number in np.flatnonzero(times).tolist():
            casing.count(self.kinds[number].text, int(times[number]), nouns=nouns)

    def between(self, first: int, last: int) -> tuple[str, str]:
        """What stands from one word to another, with single spaces, and the character after it."""
        tables = self._tables
        start, stop = tables.start[self.piece[first]], tables.stop[self.piece[last]]
        begin, end = int(self.place[first]), int(self.place[last])
        chunks = [tables.chunks[number] for number in self._chunks[begin : end + 1].tolist()]
        after = chunks[-1][stop : stop + 1]
        chunks[-1] = chunks[-1][:stop]
        chunks[0] = chunks[0][start:]
        return " ".join(chunks), after


def _passages(sample: Sequence[SampleText]) -> Iterator[tuple[int, bool, str, str]]:
    for row, text in enumerate(sample):
        for part, is_title in ((text.title, True), (text.abstract[:ABSTRACT_LETTERS], False)):
            if part:
                yield row, is_title, part, text.lang or "en"


def _longs(values: array[int]) -> Numbers:
    return np.frombuffer(values, dtype=np.int64) if len(values) else np.zeros(0, dtype=np.int64)


def _flags(values: Sequence[bool]) -> Mask:
    return np.array(values, dtype=np.bool_)
