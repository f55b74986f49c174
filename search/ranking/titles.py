"""What titles say of the best candidates: whether they have the query's words, and side by side.

Function words are passed over, but for the words just as they were typed. Pairs of neighbouring words are the
ordered windows of the sequential dependence model (Metzler and Croft, SIGIR 2005). Titles come from the
library, so that both engines give the same order. Scores are never below 0, so that a candidate whose title
is not looked at cannot pass one whose title is. The weights were chosen on cran and cacm, and then frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np

from ingest.text.occurrences import Occurrences
from search.evidence.evidence import Evidence, lexical_idf
from search.query.languages import Speech
from search.query.tree import Query, written

_NOTHING: frozenset[str] = frozenset()

LOOKED_AT = 100
"""So many of the best candidates have their titles looked at."""


@dataclass(frozen=True)
class Title:
    """The title of a candidate: its exact forms joined by spaces, and which of the query's stems it has."""

    forms: str
    present: frozenset[str]
    read: Callable[[str], str]
    """Form → its stem, or the form where it is a letter that the query names."""

    @cached_property
    def stems(self) -> list[str]:
        """Its stems, in order; few titles have so much of a query that these are asked for."""
        return list(filter(None, map(self.read, self.forms.split())))


@dataclass(frozen=True)
class Wording:
    """How a query is worded: its exact forms joined by spaces, its stems in order, the idf of each stem."""

    forms: str
    stems: Sequence[str]
    idf: Mapping[str, float]
    speech: Speech

    @classmethod
    def of(
        cls, query: Query, speech: Speech, evidence: Evidence, known: Collection[str] | None = None
    ) -> Self:
        """The wording of what a query looks for in the text; of stems that are not ``known`` the models tell
        nothing (None: of all they do)."""
        forms = [form for text in written(query) for form in speech.analyzer.forms(text)]
        stems = [stem for form in forms if (stem := speech.own(form) or _letter(form))]
        return cls(" ".join(forms), stems, _idf(stems, evidence, known), speech)

    def title(self, forms: str) -> Title:
        """A title, read in the language of the query, with the letters that the query names."""
        present = self._occurrences.counts(forms)
        return Title(forms, frozenset(map(self._read, present)) if present else _NOTHING, self._read)

    @cached_property
    def _occurrences(self) -> Occurrences:
        stems = frozenset(self.stems)
        letters = frozenset(filter(_letter, stems))
        return Occurrences(self.speech.analyzer, self.speech.langs[0], stems, letters)

    @cached_property
    def _read(self) -> Callable[[str], str]:
        stem = self.speech.analyzer.stemmer(self.speech.langs[0])
        return lambda form: stem(form) or (form if form in self.idf else "")

    @property
    def pairs(self) -> dict[tuple[str, str], float]:
        """Neighbouring stems, each pair with the idf of the more frequent one."""
        return {(one, other): min(self.idf[one], self.idf[other]) for one, other in pairwise(self.stems)}


@dataclass(frozen=True, slots=True)
class TitleScorer:
    """One scorer: its name in explanations, its weight, and what makes the score of a title."""

    name: str
    weight: float
    score: Callable[[Wording], Callable[[Title], float]]


def words(wording: Wording) -> Callable[[Title], float]:
    """The share of the query's words that the title has, by idf."""
    whole = sum(wording.idf.values()) or 1.0
    return lambda title: sum(map(wording.idf.__getitem__, title.present)) / whole


def neighbours(wording: Wording) -> Callable[[Title], float]:
    """The share of the query's pairs of neighbours that stand side by side, in this order, by idf."""
    pairs = wording.pairs
    whole = sum(pairs.values()) or 1.0
    fewest = min((len(set(pair)) for pair in pairs), default=0)

    def score(title: Title) -> float:
        if len(title.present) < fewest or not pairs:
            return 0.0
        return sum(pairs[pair] for pair in pairs.keys() & set(pairwise(title.stems))) / whole

    return score


def side_by_side(wording: Wording) -> Callable[[Title], float]:
    """1 when all words of the query stand in the title as they follow each other, 2 when just as typed."""
    phrase = f" {' '.join(wording.stems)} "
    typed = f" {wording.forms} "
    if len(wording.stems) < 2:  # a word alone is beside nothing
        return lambda _: 0.0

    def score(title: Title) -> float:
        if len(title.present) < len(wording.idf):
            return 0.0
        return float(phrase in f" {' '.join(title.stems)} ") + float(typed in f" {title.forms} ")

    return score


TITLE_SCORERS: tuple[TitleScorer, ...] = (
    TitleScorer("words in the title", 2.0, words),
    TitleScorer("neighbouring words in the title", 1.0, neighbours),
    TitleScorer("title has all words, side by side", 2.0, side_by_side),
)


def title_parts(wording: Wording, titles: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """What each scorer adds to each paper whose title has any of the words, of the titles (exact forms joined
    by spaces) by paper."""
    scorers = [(scorer.name, scorer.weight, scorer.score(wording)) for scorer in TITLE_SCORERS]
    read = {id: title for id, forms in titles.items() if (title := wording.title(forms)).present}
    return {
        id: {name: weight * score(title) for name, weight, score in scorers} for id, title in read.items()
    }


def _letter(form: str) -> str:
    """A letter that names something though alone it is the rest of a contraction (``vitamin d``), else ""."""
    return form if len(form) == 1 and form.isascii() and form.isalpha() and form not in "aeiouy" else ""


def _idf(stems: Sequence[str], evidence: Evidence, among: Collection[str] | None = None) -> dict[str, float]:
    """The idf of each stem; one that the models do not know is as rare as can be."""
    terms = evidence.models.terms
    known = [stem for stem in dict.fromkeys(stems) if stem in terms and (among is None or stem in among)]
    values = lexical_idf(evidence, np.array([terms[stem] for stem in known], dtype=np.intp)).tolist()
    rarest = float(np.log(1 + (len(evidence.models.ids) + 0.5) / 0.5))
    return dict.fromkeys(stems, rarest) | dict(zip(known, values, strict=True))
