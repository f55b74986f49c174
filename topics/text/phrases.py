"""Noun phrases in running text: candidates for labels and key terms.

The lexicon (possible parts of speech of a form, its lemma, stop words) comes from ``ingest.text.analysis``; a
phrase is any run of at most ``MAX_WORDS`` words of the pattern (adjective | noun)* noun. A form that the
lexicon does not know counts as a noun, so in a language without a lexicon the pattern becomes "words
between stop words".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import NamedTuple, Protocol

from ingest.text.forms import blank_math

MAX_WORDS = 3
_CHUNK = re.compile(r"\S+")
_DATA: dict[str, str] = tomllib.loads(
    files("topics.text").joinpath("generic.toml").read_text(encoding="utf-8")
)
_LISTS = {name: frozenset(words.split()) for name, words in _DATA.items()}
KINDS, CHECK_TAGS = (
    frozenset(" ".join(name.split()) for name in _DATA[key].split("/")) for key in ("kinds", "check_tags")
)
"""Phrases that may be names though their words are generic; headings that papers of every subject have."""
_NOUNS_TOO, _ADJECTIVES_TOO = _LISTS["nouns_too"], _LISTS["adjectives_too"]
_ADJECTIVE = re.compile(r"..(ic|al|ive|ous|[ai]ble|ed|ary)$")  # of English words outside the lexicon
_NAMED_AFTER = re.compile(r"..[ie]an$")  # Noetherian, Laplacian: perhaps a noun
CAPITAL_NOUNS = frozenset(["de", "lb"])
"""Languages that write nouns with a capital: what has none there is no noun."""

_CLOSERS = frozenset(".!?:;")
_AROUND = '.,;:()[]"?!%'  # stands around words and is part of none

GENERIC = _LISTS["generic"]
NEVER = _LISTS["never"]
"""What has no place in a name at all."""

FURNITURE = _LISTS["furniture"]
"""Part of a name, never a name by itself: patients, rats, the United States."""

STATISTICS = _LISTS["statistics"]
"""How studies are counted and dated: ci, odds ratio, retrospective, March."""


Key = tuple[str, ...]
"""The lemmas of a phrase: its name, whatever its case and number."""


class Lexicon(Protocol):
    """What this room asks of ``ingest.text.analysis.Analyzer``."""

    def __hash__(self) -> int:
        """By this, what is remembered belongs to one lexicon."""

    def spans(self, text: str, lang: str = "en") -> Sequence[tuple[str, int, int]]:
        """Folded forms with their character offsets in ``text``."""

    def word_spans(self, text: str, lang: str = "en") -> Sequence[tuple[str, int, int]]:
        """The same, with words in place of the pairs of scripts that are written without spaces."""

    def lemma(self, form: str, lang: str = "en") -> str:
        """The lemma of a form, or ``""`` for stop words, numbers and forms that are too short."""

    def is_stop(self, form: str, lang: str = "en") -> bool:
        """Whether the form is a stop word."""

    def noun_parts(self, form: str, lang: str = "en") -> frozenset[str]:
        """The parts of speech that the form can have; empty where unknown."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a written word is in a noun phrase; ``lemmas`` are several where it has a hyphen."""

    lemmas: tuple[str, ...]
    head: bool  # can be the last word of a phrase
    alone: bool  # can be a whole phrase
    generic: bool


class Word(NamedTuple):
    """A written word of a text: its characters and what it can be; ``part`` is None where it breaks off."""

    start: int
    end: int
    part: Part | None
    joined: bool  # only a space stands between it and the word before
    opens: bool  # it opens a sentence


class Phrase(NamedTuple):
    """A noun phrase found in a text; ``key`` (its lemmas) names it whatever its case and number."""

    key: Key
    start: int
    end: int
    whole: bool  # no further word of the same noun phrase follows: not "Fourier" of "Fourier transform"
    bare: bool  # and none stands before: not "κB" of "nuclear factor κB"


Piece = tuple[int, int, Part | None, tuple[str, ...]]
"""A word of a chunk: where it begins and ends, what it can be in a phrase, its forms."""


class Chunk(NamedTuple):
    """What stands between two spaces: its words, and whether more than a word ends it, a sentence even."""

    pieces: list[Piece]
    closed: bool
    ends_sentence: bool


_MOST_CHUNKS = 50_000
"""Written words that are remembered for all texts."""


class PhraseFinder:
    """Finds noun phrases; remembers what every written word is, so that a text costs a look-up a word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._parts: dict[tuple[tuple[str, ...], str], Part | None] = {}
        self._chunks: dict[str, dict[str, Chunk]] = {}  # by language and as written

    def words(self, text: str, lang: str = "en") -> list[Word]:
        """The words of a text in order; math between dollars only breaks phrases."""
        text = blank_math(text, ",")
        words: list[Word] = []
        known = self._chunks.setdefault(lang, {})
        closed, opens = True, True
        for match in _CHUNK.finditer(text):
            chunk = known.get(match.group())
            if chunk is None:
                chunk = known[match.group()] = self.chunk(match.group(), lang)
            at, end = match.start(), 0
            for start, stop, part, _ in chunk.pieces:
                joined = start <= end if end else start == 0 and not closed
                words.append(Word(at + start, at + stop, part, joined, opens or start > end))
                end, opens = stop, False
            closed = chunk.closed
            opens = opens or chunk.ends_sentence
        return words

    def phrases(self, words: Sequence[Word], most: int = MAX_WORDS) -> Iterator[Phrase]:
        """Every phrase of one to ``most`` words, nested ones included."""
        run: list[tuple[int, int, Part]] = []
        for place, (start, end, part, joined, _) in enumerate(words):
            if not joined or part is None:
                run = []
            if part is None:
                continue
            run.append((start, end, part))
            if not part.head:
                continue
            after = words[place + 1] if place + 1 < len(words) else None
            whole = after is None or not after.joined or after.part is None
            key: Key = ()
            specific = False
            for length in range(1, min(most, len(run)) + 1):
                first, _, modifier = run[-length]
                key = modifier.lemmas + key
                specific = specific or not modifier.generic
                if specific and (length > 1 or part.alone):
                    yield Phrase(key, first, end, whole, length == len(run))

    def chunk(self, chunk: str, lang: str) -> Chunk:
        """A stretch without white space, by the one analysis; of a word and a comma the word may be known."""
        word = chunk.strip(_AROUND)
        if word != chunk and word.isascii() and word.isalpha():
            known = self._chunks.setdefault(lang, {})
            own = known.get(word)
            if own is None:
                own = known[word] = self.chunk(word, lang)
            at = chunk.index(word)
            pieces = [(at + start, at + end, part, forms) for start, end, part, forms in own.pieces]
        else:
            pieces = self._pieces(chunk, lang)
        closed = (pieces[-1][1] if pieces else 0) < len(chunk)
        return Chunk(pieces, closed, closed and chunk[-1] in _CLOSERS)

    def _pieces(self, chunk: str, lang: str) -> list[Piece]:
        pieces: list[Piece] = []
        known = self._parts
        for (start, end), spans in groupby(self.lexicon.word_spans(chunk, lang), key=lambda span: span[1:]):
            forms = tuple(form for form, _, _ in spans)
            if (forms, lang) not in known:
                known[forms, lang] = self._part(forms, lang)
            part = known[forms, lang]
            if part and lang in CAPITAL_NOUNS and chunk[start].islower():
                part = replace(part, head=False, alone=False)
            pieces.append((start, end, part, forms))
        return pieces

    def _parts_of_speech(self, form: str, lang: str) -> frozenset[str]:
        if lang == "en" and form in _NOUNS_TOO:
            return frozenset({"NOUN"})
        if lang == "en" and form in _ADJECTIVES_TOO:
            return frozenset({"ADJ"})
        return self.lexicon.noun_parts(form, lang)

    def _part(self, forms: tuple[str, ...], lang: str) -> Part | None:
        """What a written word can be in a noun phrase, or None where it cannot stand in one."""
        lemmas = [self.lexicon.lemma(form, lang) for form in forms]
        if not any(lemmas) or not NEVER.isdisjoint([*forms, *lemmas]):
            return None
        if len(forms) > 2 and any(self.lexicon.is_stop(form, lang) for form in forms):
            return None  # state-of-the-art
        parts = self._parts_of_speech(forms[-1], lang)
        if parts and parts.isdisjoint({"NOUN", "PROPN", "ADJ"}) and len(forms) == 1:
            return None
        key = tuple(lemma or form for lemma, form in zip(lemmas, forms, strict=True))
        if parts or lang != "en":
            head = not parts or not parts.isdisjoint({"NOUN", "PROPN"})
            return Part(key, head, head and "ADJ" not in parts, GENERIC.issuperset(key))
        adjective = _ADJECTIVE.search(forms[-1]) is not None
        return Part(key, not adjective, not adjective and not _NAMED_AFTER.search(forms[-1]), False)


class _SharedFinder(PhraseFinder):
    """Finds noun phrases in any number of texts, for several threads; begins anew when its memory is full."""

    def words(self, text: str, lang: str = "en") -> list[Word]:
        if sum(map(len, self._chunks.values())) > _MOST_CHUNKS:
            self._chunks, self._parts = {}, {}
        return super().words(text, lang)


@lru_cache(maxsize=1)
def shared_finder(lexicon: Lexicon) -> PhraseFinder:
    """The finder for texts that come one by one: of most of their words it knows already what they are."""
    return _SharedFinder(lexicon)
