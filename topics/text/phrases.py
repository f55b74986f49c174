"""Noun phrases in running text: candidates for labels and key terms.

The lexicon (possible parts of speech of a form, its lemma, stop words) comes from ``ingest.text.analysis``; a
phrase is any run of at most ``MAX_WORDS`` words of the pattern (adjective | noun)* noun. A form that the
lexicon does not know counts as a noun, so in a language without a lexicon the pattern becomes "words
between stop words".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Protocol

MAX_WORDS = 3
_CHUNK = re.compile(r"\S+")
_MATH = re.compile(r"\$[^$]{1,500}\$")
# What the lexicon, a general one, knows as verbs only.
_NOUNS_TOO = frozenset(
    """
    transform transforms embedding pooling hashing parsing routing matching boosting caching signalling
    sequencing tagging captioning spiking gating phasing debugging dosing silencing unlearning doping
    sintering tunneling tunnelling pumping filtering checking labeling labelling smoothing remodeling
    remodelling networking averaging lifting forcing stokes gan gans isolates crowdsourcing
    """.split()  # noqa: SIM905
)
_ADJECTIVES_TOO = frozenset(
    """
    computed interacting iterated polarized nested enriched resting regularized networked purified perfused
    irradiated engineered computerized coded penalized printed triangulated gated pulsed encoded switched
    rotating evolving competing
    """.split()  # noqa: SIM905
)
_ADJECTIVE = re.compile(r"..(ic|al|ive|ous|[ai]ble|ed|ary)$")  # of English words outside the lexicon
_NAMED_AFTER = re.compile(r"..[ie]an$")  # Noetherian, Laplacian: perhaps a noun
_CLOSERS = frozenset(".!?:;")

# Words that academic prose says of everything: a phrase of nothing else names no topic.
GENERIC = frozenset(
    """
    abstract account addition advance advantage aim amount analysis application approach article aspect
    assessment author basis book behavior behaviour case challenge change characteristic characterization
    choice
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
    theorem proof lemma conjecture formula bound lecture equation tool topic treatment trend type
    understanding use usage utility validation validity value variation variety version view way work year
    years day days week weeks month months patient patients case cases report reports
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
    simple single slight small smaller special specific standard straightforward strong subsequent
    substantial such sufficient suitable third traditional true typical unique unknown use used useful usual
    valuable various vast well whole wide widespread worse worst one two three four five six
    seven eight nine ten et al eg ie vs via per cf etc fig table doi http https www com org copyright rights
    reserved transl show shows shown showed present presents presented use uses using based toward towards
    exist exists give gives suggest suggests indicate indicates demonstrate demonstrates include includes
    including lead leads obtain provide provides find finds found propose proposes introduce introduces
    consider considers background methods results conclusion conclusions objective objectives purpose aim
    aims discussion abstract introduction
    """.split()  # noqa: SIM905
)


Key = tuple[str, ...]
"""The lemmas of a phrase: its name, whatever its case and number."""


class Lexicon(Protocol):
    """What this room asks of ``ingest.text.analysis.Analyzer``."""

    def spans(self, text: str, lang: str = "en") -> Sequence[tuple[str, int, int]]:
        """Folded forms with their character offsets in ``text``."""

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


class PhraseFinder:
    """Finds noun phrases; remembers what every written word is, so that a text costs a look-up a word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._parts: dict[tuple[tuple[str, ...], str], Part | None] = {}
        self._chunks: dict[tuple[str, str], list[tuple[int, int, Part | None]]] = {}

    def words(self, text: str, lang: str = "en") -> list[Word]:
        """The words of a text in order; math between dollars only breaks phrases."""
        if "$" in text:
            text = _MATH.sub(lambda math: "," + " " * (len(math.group()) - 1), text)
        found: list[Word] = []
        closed, opens = True, True
        for match in _CHUNK.finditer(text):
            chunk, at = match.group(), match.start()
            end = 0
            for start, stop, part in self._pieces(chunk, lang):
                joined = start < end if end else start == 0 and not closed
                found.append(Word(at + start, at + stop, part, joined, opens or start > end))
                end, opens = stop, False
            closed = end < len(chunk)
            opens = opens or (closed and chunk[-1] in _CLOSERS)
        return found

    def phrases(self, words: Sequence[Word]) -> Iterator[Phrase]:
        """Every phrase of one to ``MAX_WORDS`` words, nested ones included."""
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
            for length in range(1, min(MAX_WORDS, len(run)) + 1):
                first, _, modifier = run[-length]
                key = modifier.lemmas + key
                specific = specific or not modifier.generic
                if specific and (length > 1 or part.alone):
                    yield Phrase(key, first, end, whole)

    def _pieces(self, chunk: str, lang: str) -> list[tuple[int, int, Part | None]]:
        """The words inside a stretch without white space, by the one analysis; remembered."""
        key = (chunk, lang)
        found = self._chunks.get(key)
        if found is None:
            found = []
            for (start, end), spans in groupby(self.lexicon.spans(chunk, lang), key=lambda span: span[1:]):
                forms = tuple(form for form, _, _ in spans)
                if (forms, lang) not in self._parts:
                    self._parts[forms, lang] = self._part(forms, lang)
                found.append((start, end, self._parts[forms, lang]))
            self._chunks[key] = found
        return found

    def _parts_of_speech(self, form: str, lang: str) -> frozenset[str]:
        if lang == "en" and form in _NOUNS_TOO:
            return frozenset({"NOUN"})
        if lang == "en" and form in _ADJECTIVES_TOO:
            return frozenset({"ADJ"})
        return self.lexicon.noun_parts(form, lang)

    def _part(self, forms: tuple[str, ...], lang: str) -> Part | None:
        """What a written word can be in a noun phrase, or None where it cannot stand in one."""
        lemmas = [self.lexicon.lemma(form, lang) for form in forms]
        if not any(lemmas) or not _NEVER.isdisjoint([*forms, *lemmas]):
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
