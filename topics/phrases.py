"""Noun phrases in running text: candidates for labels and key terms.

The lexicon (possible parts of speech of a form, its lemma, stop words) comes from ``ingest.analysis``; a
phrase is any run of at most ``MAX_WORDS`` words of the pattern (adjective | noun)* noun. A form that the
lexicon does not know counts as a noun, so in a language without a lexicon the pattern becomes "words
between stop words".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

MAX_WORDS = 3
_JOINT = re.compile(r"\s{0,2}|['’]s? ")

# Words that academic prose says of everything: a phrase of nothing else names no topic.
GENERIC = frozenset(
    """
    abstract account addition advance advantage aim amount analysis application approach article aspect
    assessment author basis behavior behaviour case challenge change characteristic characterization choice
    class combination comparison component concept conclusion condition consequence consideration context
    contrast contribution course criterion data dataset datum degree demonstration dependence description
    design detail determination development difference difficulty direction discussion effect efficiency
    element estimate estimation evaluation evidence example existence experiment explanation extension fact
    factor feature finding form formation framework function future general goal group hand help idea
    identification implementation implication importance improvement increase influence information insight
    interest introduction investigation issue kind knowledge lack letter level limit limitation line
    literature mean meaning measure measurement mechanism method methodology model modification nature need
    note number object objective observation occurrence order origin outcome overview paper parameter part
    pattern performance perspective phenomenon point possibility potential practice prediction presence
    principle problem procedure process product progress property proposal prospect publication purpose
    quality question range rate ratio reason recommendation reduction relation relationship relevance report
    requirement research response result review role sample scale scenario scheme scope section sense set
    setting significance situation size solution source state statement strategy strength structure study
    subject success suggestion sum summary support survey system task technique term test theory thing time
    tool topic treatment trend type understanding use usage utility validation validity value variation
    variety version view way work year years day days week weeks month months patient patients case cases
    report reports
    """.split()  # noqa: SIM905
)
# Words that have no place in a label at all.
_NEVER = frozenset(
    """
    able above accurate actual additional alternative appropriate available average better best brief certain
    clear common comparative complete considerable consistent conventional correct corresponding crucial
    current different difficult easy effective efficient entire essential excellent existing experimental
    extensive few final first following former full further given good great high higher highest important
    improved inc increased individual initial interesting key known large larger largest last later latter
    less little low lower lowest main major many maximum minimum modern more most much necessary new next
    normal notable novel numerous obtained old only original other overall own particular popular possible
    potential practical preliminary present previous primary promising proposed prominent proper rapid real
    recent related relative relevant reliable respective same second several short significant similar
    simple single slight small smaller so-called special specific standard straightforward strong subsequent
    substantial such sufficient suitable third traditional true typical unique unknown use used useful usual
    valuable various vast well well-known whole wide widespread worse worst one two three four five six
    seven eight nine ten et al eg ie vs via per cf etc fig table doi http https www com org copyright rights
    reserved show shows shown showed present presents presented use uses using based toward towards exist
    exists give gives suggest suggests indicate indicates demonstrate demonstrates include includes
    including lead leads obtain provide provides find finds found propose proposes introduce introduces
    consider considers background methods results conclusion conclusions objective objectives purpose aim
    aims discussion abstract introduction
    """.split()  # noqa: SIM905
)


class Lexicon(Protocol):
    """What this room asks of ``ingest.analysis.Analyzer``."""

    def spans(self, text: str, lang: str = "en") -> Sequence[tuple[str, int, int]]:
        """Folded forms with their character offsets in ``text``."""

    def lemma(self, form: str, lang: str = "en") -> str:
        """The lemma of a form, or ``""`` for stop words, numbers and forms that are too short."""

    def is_stop(self, form: str, lang: str = "en") -> bool:
        """Whether the form is a stop word."""

    def noun_parts(self, form: str, lang: str = "en") -> frozenset[str]:
        """The parts of speech that the form can have; empty where unknown."""


@dataclass(frozen=True, slots=True)
class Token:
    """A written word that can stand in a noun phrase; ``lemmas`` are several where it has a hyphen."""

    lemmas: tuple[str, ...]
    start: int
    end: int
    head: bool  # can be the last word of a phrase
    generic: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase found in a text; ``key`` (its lemmas) names it whatever its case and number."""

    key: tuple[str, ...]
    words: tuple[tuple[int, int], ...]  # character offsets of its words

    @property
    def span(self) -> tuple[int, int]:
        """Character offsets of the phrase in its text."""
        return self.words[0][0], self.words[-1][1]


@dataclass
class PhraseFinder:
    """Finds noun phrases; remembers every word's part, so that a text costs a dictionary look-up a word."""

    lexicon: Lexicon
    _known: dict[tuple[tuple[str, ...], str], _Part | None] = field(default_factory=dict)

    def phrases(self, text: str, lang: str = "en") -> Iterator[Phrase]:
        """Every phrase of one to ``MAX_WORDS`` words, nested ones included, in the order of the text."""
        for run in self.runs(text, lang):
            for start in range(len(run)):
                for end in range(start + 1, min(start + MAX_WORDS, len(run)) + 1):
                    words = run[start:end]
                    if words[-1].head and not all(word.generic for word in words):
                        key = tuple(lemma for word in words for lemma in word.lemmas)
                        yield Phrase(key, tuple((word.start, word.end) for word in words))

    def runs(self, text: str, lang: str = "en") -> Iterator[list[Token]]:
        """Maximal runs of adjacent words that can stand in one noun phrase."""
        run: list[Token] = []
        for (start, end), forms in _written(self.lexicon.spans(text, lang)):
            part = self._part(forms, lang)
            if run and (part is None or not _joined(text, run[-1].end, start)):
                yield run
                run = []
            if part is not None:
                run.append(Token(part.lemmas, start, end, part.head, part.generic))
        if run:
            yield run

    def _part(self, forms: tuple[str, ...], lang: str) -> _Part | None:
        key = (forms, lang)
        if key not in self._known:
            self._known[key] = self._look_up(forms, lang)
        return self._known[key]

    def _look_up(self, forms: tuple[str, ...], lang: str) -> _Part | None:
        """What a written word can be, or None where it cannot stand in a label."""
        lemmas = tuple(self.lexicon.lemma(form, lang) for form in forms)
        last = forms[-1] if lemmas[-1] else forms[0]
        if not any(lemmas) or "-".join(forms) in _NEVER:
            return None
        if any(lemma in _NEVER or form in _NEVER for lemma, form in zip(lemmas, forms, strict=True)):
            return None
        if len(forms) > 2 and any(self.lexicon.is_stop(form, lang) for form in forms):
            return None  # state-of-the-art
        parts = self.lexicon.noun_parts(last, lang)
        if parts and not parts & {"NOUN", "PROPN", "ADJ"} and len(forms) == 1:
            return None
        key = tuple(lemma or form for lemma, form in zip(lemmas, forms, strict=True))
        head = not parts or bool(parts & {"NOUN", "PROPN"})
        generic = all(lemma in GENERIC or form in GENERIC for lemma, form in zip(key, forms, strict=True))
        return _Part(key, head, generic)


@dataclass(frozen=True, slots=True)
class _Part:
    lemmas: tuple[str, ...]
    head: bool
    generic: bool


def _written(spans: Sequence[tuple[str, int, int]]) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """Spans with their forms: the parts of a hyphenated word come as one."""
    for span, group in groupby(spans, key=lambda item: (item[1], item[2])):
        yield span, tuple(form for form, _, _ in group)


def _joined(text: str, end: int, start: int) -> bool:
    """Whether nothing but a space stands between two words (or they overlap, as in Chinese)."""
    return start < end or _JOINT.fullmatch(text, end, start) is not None
