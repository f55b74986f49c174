"""How papers write the terms of a model: "Gehör" for gehor, "DNA" for dna, "künstliche Intelligenz".

A term is a headword without case and accents. It is shown as the sample of typical papers most often writes
it, each word in its usual case; its headword's own spelling comes before inflected ones.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from topics.corpus.collocations import join_collocations
from topics.naming.sample_words import Kind, Numbers, SampleWords
from topics.text.casing import Casing
from topics.text.tokens import JOINT, shown_term

_STOP = re.compile("[。，、；：！？]")
"""Signs between two words of scripts without spaces, that are no term then."""


def written_terms(words: SampleWords, terms: Iterable[str]) -> dict[str, str]:
    """Term → how it is written, for the terms that are not written as they are folded."""
    surfaces: defaultdict[str, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for term, surface, headword, times in _Occurrences(words, terms):
        surfaces[term][surface, headword] += times
    written = {term: _usual(spellings, words.casing) for term, spellings in surfaces.items()}
    return {term: surface for term, surface in sorted(written.items()) if surface != shown_term(term)}


class _Occurrences:
    """The ways in which a sample writes terms: the longest at every place, as the tokenizer reads them."""

    def __init__(self, words: SampleWords, terms: Iterable[str]) -> None:
        self._words = words
        self._terms = frozenset(terms)
        self._longer = sorted(term for term in self._terms if JOINT in term)
        parts = {part for term in self._terms for part in term.split(JOINT)}
        self._numbers = {part: number for number, part in enumerate(sorted(parts), 1)}
        self._lemmas = [self._lemmas_of(kind) for kind in words.kinds]

    def _lemmas_of(self, kind: Kind) -> tuple[str, ...]:
        lemma = self._words.lexicon.lemma
        return tuple(lemma(form, kind.lang).replace(JOINT, "-") for form in kind.forms)

    def __iter__(self) -> Iterator[tuple[str, str, bool, int]]:
        """Each way of writing: its term, itself, whether each of its words is its headword, how often."""
        words, numbers = self._words, self._numbers
        sizes = np.array([len(kind.forms) for kind in words.kinds], dtype=np.int64)
        first = np.cumsum(sizes) - sizes
        lemmas = [numbers.get(lemma, 0) for own in self._lemmas for lemma in own]
        own = sizes[words.kind]
        owners = np.repeat(np.arange(len(own)), own)  # the word of each form
        begins = np.cumsum(own) - own
        forms = first[words.kind][owners] + np.arange(len(owners)) - begins[owners]
        places = np.arange(len(owners)) + words.passage[owners]  # a break stands between two passages
        stream = np.zeros(len(owners) + len(words.texts) + 1, dtype=np.int32)
        stream[places] = np.array(lemmas, dtype=np.int32)[forms]
        longer = [tuple(numbers[part] for part in term.split(JOINT)) for term in self._longer]
        joined, keep = join_collocations(stream, longer, len(numbers) + 1)
        single = keep[places] & (joined[places] <= len(numbers)) & (joined[places] > 0)
        yield from self._single(owners[single])
        several = keep & (joined > len(numbers))
        yield from self._several(np.flatnonzero(several[places]), joined[places] - len(numbers) - 1, owners)

    def _single(self, owners: Numbers) -> Iterator[tuple[str, str, bool, int]]:
        """Words that are terms; a part of a hyphenated word is no spelling of one."""
        kinds = self._words.kinds
        times = np.bincount(self._words.kind[owners], minlength=len(kinds))
        for number in np.flatnonzero(times).tolist():
            kind, lemmas = kinds[number], self._lemmas[number]
            if len(kind.forms) == 1 and lemmas[0] in self._terms:
                yield lemmas[0], kind.text, lemmas == kind.forms, int(times[number])

    def _several(
        self, places: Numbers, numbers: Numbers, owners: Numbers
    ) -> Iterator[tuple[str, str, bool, int]]:
        """Terms of several words, by the places of their first forms."""
        words = self._words
        spans: Counter[tuple[str, str, str, bool]] = Counter()
        cut = np.append(False, owners[1:] == owners[:-1])  # within a hyphenated word
        cut = np.append(cut, False)
        for place, number in zip(places.tolist(), numbers[places].tolist(), strict=True):
            term = self._longer[number]
            end = place + term.count(JOINT) + 1
            if not cut[place] and not cut[end]:
                first, last = int(owners[place]), int(owners[end - 1])
                kinds = words.kind[first : last + 1].tolist()
                headword = all(self._lemmas[kind] == words.kinds[kind].forms for kind in kinds)
                spans[term, *words.between(first, last), headword] += 1
        for (term, surface, after, headword), times in spans.items():
            if not _STOP.search(surface):
                yield term, _closed(surface, after), headword, times


def _closed(surface: str, after: str) -> str:
    """A surface that ends inside brackets, "oxygen species (ROS", with the bracket that follows it."""
    for opening, closing in ("()", "[]"):
        if surface.count(opening) > surface.count(closing):
            return surface + closing if after == closing else surface.replace(opening, "")
        if surface.count(closing) > surface.count(opening):
            return surface.replace(closing, "")
    return surface


def _usual(spellings: Counter[tuple[str, bool]], casing: Casing) -> str:
    """The most frequent spelling, of the headword where it is written at all."""
    headwords = any(headword for _, headword in spellings)
    written: Counter[str] = Counter()
    for (surface, headword), count in spellings.items():
        if headword == headwords:
            written[casing.phrase(surface)] += count
    return max(written.items(), key=lambda item: (item[1], item[0]))[0]
