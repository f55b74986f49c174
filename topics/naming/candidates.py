"""What topics may be called: noun phrases of a sample of papers, tags, names of arXiv categories.

A candidate is known by its stems, as a search would look for it: "Vaccines" and "vaccination" are one. It is
shown as it is most often written. Which papers bear it out is found in all papers, not in the sample.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.forms import is_unspaced
from topics.naming.abbreviations import abbreviations
from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.naming.sample_phrases import MAX_WORDS, Stems, phrase_groups
from topics.naming.sample_words import SampleWords
from topics.naming.word_stream import Stem, WordStream
from topics.text.phrases import (
    CHECK_TAGS,
    FURNITURE,
    GENERIC,
    KINDS,
    STATISTICS,
    Key,
    PhraseFinder,
)

MIN_PAPERS = 3  # of the sample, or with a tag, for a candidate
_FEW = 300  # of so few papers in the sample, two are enough
MAX_LETTERS = 42
SUBJECT = 0.15
"""A phrase that stands in fewer titles of the papers that say it is seldom a subject."""

_SMOOTH = 5  # papers
_PLURAL = 0.25  # a plural is preferred from this share of its singular
_VERBAL = 0.5  # for "inducing apoptosis", unless it is a tag
_WHOLE = 0.4  # a candidate that stands whole less often is a fragment …
_BARE = 0.1  # … and so is a word that stands by itself less often: "helper" of "T helper"
_FREE = 0.5  # … and what stands outside of one and the same longer phrase less often: "cereus"
_LITTLE = GENERIC | FURNITURE | STATISTICS | {""}
_SHORT_CODE = re.compile(r"(?=\w*\d)\w{1,3}")  # Ca2, H2O
_CODE = re.compile(r"[a-z-]+\.[A-Za-z-]+|[a-z]+-(ph|th|ex|lat|qc)|[A-Z]?\d[\w.-]*|\S*\d\S*\d\S*")

Floats = NDArray[np.float32]


@dataclass
class Candidates:
    """Names that topics may have, and the papers that bear each out."""

    keys: list[Key]  # stems
    meant: list[frozenset[str]]  # the same, and those of what its abbreviations stand for
    surfaces: list[str]
    words: list[int]  # how many words each has
    wholeness: Floats  # 1, or less for a fragment of longer phrases
    tagged: NDArray[np.bool_]  # is a tag of the library, too
    about: Floats  # the share of the papers that say it which say it in their title
    holders: sparse.csr_matrix  # (candidates × papers), 1 where a paper says it or is tagged with it


def collect(
    words: SampleWords,
    stream: WordStream,
    tags: Sequence[str],
    tagged: sparse.csr_matrix,
    finder: PhraseFinder,
    stem: Stem,
) -> Candidates:
    """The candidates of a library.

    Args:
        words: of a sample: typical papers of every topic, in their original case.
        stream: the stems of all papers.
        tags: the tags of the library.
        tagged: (tags × papers), 1 where a paper has a tag.
        finder: of noun phrases.
        stem: the stems of the search.
    """
    collector = _Collector(words, finder, stem)
    rows = collector.read(tags, np.diff(tagged.indptr))
    names = collector.names()
    keys = [name.key for name in names]
    holders, titles = stream.holders(keys)
    papers = np.asarray(holders.sum(axis=1), dtype=np.float32).ravel()
    about = (titles + SUBJECT * _SMOOTH) / (papers + _SMOOTH)  # a tag may be said by few papers, or none
    if rows:
        place = {key: number for number, key in enumerate(keys)}
        pairs = [(place[key], row) for row, key in rows if key in place]
        numbers, own = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        ones = np.ones(len(own), dtype=np.float32)
        joined = sparse.csr_matrix((ones, (numbers, own)), shape=(len(keys), len(tags))) @ tagged
        holders = (holders + joined).tocsr()
        holders.data[:] = 1
    return Candidates(
        keys,
        collector.meant(keys),
        [name.surface for name in names],
        [collector.count_words(name.surface) for name in names],
        np.array([name.wholeness for name in names], dtype=np.float32),
        np.array([name.tag for name in names], dtype=bool),
        about,
        holders,
    )


@dataclass(slots=True)
class _Name:
    key: Key
    surface: str
    wholeness: float
    tag: bool


@dataclass
class _Written:
    """How one name is written in the sample."""

    surfaces: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    said: int = 0
    whole: int = 0
    bare: int = 0
    inside: int = 0
    generic: int = 0
    tag: bool = False


class _Collector:
    """Counts the noun phrases of the sample and the tags."""

    def __init__(self, words: SampleWords, finder: PhraseFinder, stem: Stem) -> None:
        self._finder, self._lexicon = finder, finder.lexicon
        self._stems = Stems(finder.lexicon, stem)
        self._casing = words.casing
        self._words = words
        self._least = MIN_PAPERS - (words.size < _FEW)
        self._written: dict[Key, _Written] = {}
        self._generic: dict[Key, bool] = {}

    def read(self, tags: Sequence[str], papers: NDArray[np.intp]) -> list[tuple[int, Key]]:
        """Take the phrases, and the tags that may be names; returns which tags are which candidates."""
        keys = self._tag_keys(tags, papers)
        wanted = np.array(sorted({self._stems.hash(key) for _, _, key in keys}), dtype=np.uint64)
        for group in phrase_groups(
            self._words,
            self._stems,
            lambda hashes, texts: (texts >= self._least) | np.isin(hashes, wanted),
            MAX_LETTERS,
        ):
            own = self._written[group.key] = _Written(
                texts=group.texts,
                said=group.said,
                whole=group.whole,
                bare=group.bare,
                inside=group.inside,
            )
            for surface in group.surfaces:
                own.surfaces[surface.text] += surface.weight
                own.generic += surface.times * self._is_generic(surface.lemmas)
        for _, name, key in keys:
            self._take_tag(name, key)
        return [(row, key) for row, _, key in keys]

    def _tag_keys(self, tags: Sequence[str], papers: NDArray[np.intp]) -> list[tuple[int, str, Key]]:
        """The tags that may be names: their rows, names and stems."""
        rows = np.flatnonzero(papers >= self._least).tolist()
        names = ((row, _tag_name(tags[row])) for row in rows)
        keys = (
            (row, name, self._stems.key(name, "en")) for row, name in names if name and self._is_name(name)
        )
        return [(row, name, key) for row, name, key in keys if key]

    def _take_tag(self, name: str, key: Key) -> None:
        own = self._written.get(key)
        if own is None:
            own = self._written[key] = _Written(texts=self._least, said=1, whole=1, bare=1)
        own.surfaces[name] += 1 + own.surfaces.total() // 4 if not own.tag else 0
        own.texts = max(own.texts, self._least)  # what papers are tagged with, the sample may seldom say
        own.tag = True

    def _is_name(self, name: str) -> bool:
        """Whether a tag is a noun phrase that says something; it may hold a function word."""
        forms = [form for form, _, _ in self._lexicon.word_spans(name)]
        lemmas = [self._lexicon.lemma(form) or form for form in forms]
        words = self._finder.words(name)
        if (
            not words
            or not words[-1].part
            or not words[-1].part.head
            or self._says_little(lemmas, " ".join(forms))
        ):
            return False
        return len(words) > 1 or words[0].part.alone  # type: ignore[union-attr]

    def _is_generic(self, lemmas: Key) -> bool:
        generic = self._generic.get(lemmas)
        if generic is None:
            generic = self._generic[lemmas] = self._says_little(lemmas)
        return generic

    def _says_little(self, lemmas: Sequence[str], name: str = "") -> bool:
        name = name or " ".join(lemmas)
        return name in CHECK_TAGS or (_LITTLE.issuperset(lemmas) and name not in KINDS)

    def names(self) -> list[_Name]:
        """What may be a name."""
        names = []
        for key, own in self._written.items():
            if own.texts < self._least or 2 * own.generic >= own.said:
                continue
            surface = self._surface(own)
            if not self._may_stand(key, surface):
                continue
            wholeness = min(own.whole / own.said / _WHOLE, 1.0) ** (1 if len(key) == 1 else 2)
            if " " not in surface and not own.tag:
                wholeness *= min(own.bare / own.said / _BARE, 1.0)
            if not own.tag and len(key) < MAX_WORDS:  # the whole of a longer one is too long for a name
                wholeness *= min((1 - own.inside / (own.said + 1)) / _FREE, 1.0) ** 2
            wholeness *= _VERBAL if self._verbal(surface) and not own.tag else 1.0
            names.append(_Name(key, surface, wholeness, own.tag))
        return names

    def meant(self, keys: Sequence[Key]) -> list[frozenset[str]]:
        """The stems of phrases, with those of what their abbreviations stand for."""
        spelt = abbreviations(self._words.sample, self._stems)
        return [frozenset(key).union(*(spelt.get(stem, ()) for stem in key)) for key in keys]

    def count_words(self, surface: str) -> int:
        """How many words a candidate has; not every script has spaces between them."""
        return len(surface.split()) if surface.isascii() else len(self._finder.words(surface))

    def _may_stand(self, key: Key, surface: str) -> bool:
        """Whether a candidate says something as it is written."""
        if len(key) == 1 and _SHORT_CODE.fullmatch(key[0]):
            return False
        lemmas = [self._lexicon.lemma(form) or form for form, _, _ in self._lexicon.word_spans(surface)]
        return not self._says_little(lemmas)

    def _verbal(self, surface: str) -> bool:
        """Whether a phrase opens with what may be a verb: "inducing apoptosis"."""
        if is_unspaced(surface):
            words = [form for form, _, _ in self._lexicon.word_spans(surface)]
            return len(words) > 1 and "VERB" in self._lexicon.noun_parts(words[0])
        first, _, rest = surface.partition(" ")
        return bool(rest) and first.endswith("ing") and "VERB" in self._lexicon.noun_parts(first.casefold())

    def _surface(self, own: _Written) -> str:
        """The most frequent way a candidate is written, once each word has its usual case."""
        written: Counter[str] = Counter()
        for surface, count in own.surfaces.items():
            written[self._casing.phrase(surface)] += count
        best = max(written.items(), key=lambda item: (item[1], item[0]))[0]
        plurals = [surface for surface in (f"{best}s", f"{best}es", f"{best[:-1]}ies") if surface in written]
        return next((plural for plural in plurals if written[plural] > _PLURAL * written[best]), best)


def _tag_name(tag: str) -> str:
    """A tag as a name, "Neoplasms, Lung" read as "Lung neoplasms"; "" where it is none."""
    name = CATEGORY_NAMES.get(tag, tag).split("/", 1)[0].strip(" *").removesuffix(" as Topic")
    if not name or len(name) > MAX_LETTERS or len(name.split()) > MAX_WORDS or _CODE.fullmatch(name):
        return ""  # the length first: a code is looked for in short names only, where it costs nothing
    return " ".join(reversed(name.split(", ")))
