"""A plain reading of resolved queries over a list of papers: what every engine must agree with.

It knows nothing of inverted lists: it looks at each paper's tokens and computes BM25 as the formula
stands. Lengths up to 40 tokens are kept exactly by both engines, so that scores agree to the last digits
of a 32-bit number.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass

from search.clauses import (
    TEXT,
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    MatchOf,
    NearOf,
    Nothing,
    PhraseOf,
    PrefixOf,
    Scored,
    Term,
    Token,
    Without,
    is_scored,
)
from search.engines.contract import IndexedPaper
from search.engines.documents import record_of

K1, B = 1.2, 0.75


@dataclass
class Oracle:
    papers: list[IndexedPaper]

    def __post_init__(self) -> None:
        self.fields = {paper.id: self._fields(paper) for paper in self.papers}
        self.texts = {paper.id: Counter(self.fields[paper.id][TEXT]) for paper in self.papers}
        self.average = sum(map(Counter.total, self.texts.values())) / max(1, len(self.papers))

    @staticmethod
    def _fields(paper: IndexedPaper) -> dict[str, list[str]]:
        found = {}
        for name, value in record_of(paper).items():
            if isinstance(value, str) and name.endswith(("_stem", "_exact", "_tokens")):
                found[name] = value.split()
            else:
                found[name] = [str(item) for item in value] if isinstance(value, list) else [str(value)]
        return found

    def matches(self, clause: Clause, paper_id: str) -> bool:  # noqa: C901 (a case for each clause)
        values = self.fields[paper_id]
        match clause:
            case Term(field, token, _):
                return token in values.get(field, ())
            case PrefixOf(field, prefix):
                return any(token.startswith(prefix) for token in values.get(field, ()))
            case PhraseOf(field, tokens, slop):
                return self._phrase(values.get(field, []), tokens, slop)
            case MatchOf(field, token):
                return any(_stands_for(token, other) for other in values.get(field, ()))
            case NearOf(field, left, right, between, ordered):
                stream = values.get(field, [])
                firsts, seconds = (self._spans(stream, side) for side in (left, right))
                pairs = [(a, b) for a in firsts for b in seconds]
                pairs += [] if ordered else [(b, a) for a in firsts for b in seconds]
                return any(0 <= second[0] - first[1] <= between for first, second in pairs)
            case Between(field, low, high):
                return any(
                    (low is None or int(value) >= low) and (high is None or int(value) <= high)
                    for value in values.get(field, ())
                )
            case AllOf(children):
                return all(self.matches(child, paper_id) for child in children)
            case AnyOf(children):
                return any(self.matches(child, paper_id) for child in children)
            case Without(child):
                return not self.matches(child, paper_id)
            case Scored(child, _):
                return self.matches(child, paper_id)
            case Everything():
                return True
            case Nothing():
                return False

    @staticmethod
    def _spans(stream: list[str], phrases: tuple[tuple[Token, ...], ...]) -> list[tuple[int, int]]:
        """Where any of the phrases begins and ends."""
        return [
            (at, at + len(phrase))
            for phrase in phrases
            for at in range(len(stream) - len(phrase) + 1)
            if all(map(_stands_for, phrase, stream[at:]))
        ]

    @staticmethod
    def _phrase(stream: list[str], tokens: tuple[Token, ...], slop: int) -> bool:
        """Some places of the tokens, each moved back to the phrase's start, lie within ``slop``."""
        places = [
            [at - offset for at, token in enumerate(stream) if _stands_for(wanted, token)]
            for offset, wanted in enumerate(tokens)
        ]
        return (
            any(max(chosen) - min(chosen) <= slop for chosen in itertools.product(*places))
            if all(places)
            else False
        )

    def score(self, clause: Clause, paper_id: str) -> float:
        match clause:
            case Term(field, token, boost):
                return boost * self._bm25(token, paper_id) if boost and field == TEXT else 0.0
            case AllOf(children) | AnyOf(children):
                return sum(self.score(child, paper_id) for child in children if self.matches(child, paper_id))
            case Scored(child, terms):
                return self.score(child, paper_id) + sum(self.score(term, paper_id) for term in terms)
        return 0.0

    def _bm25(self, token: str, paper_id: str) -> float:
        frequency = self.texts[paper_id][token]
        papers = sum(token in text for text in self.texts.values())
        rarity = math.log(1 + (len(self.papers) - papers + 0.5) / (papers + 0.5))
        norm = K1 * (1 - B + B * self.texts[paper_id].total() / self.average)
        return rarity * frequency * (K1 + 1) / (frequency + norm) if frequency else 0.0

    def hits(self, clause: Clause) -> list[tuple[str, float]]:
        found = [
            (paper.id, self.score(clause, paper.id))
            for paper in self.papers
            if self.matches(clause, paper.id)
        ]
        if not is_scored(clause):
            return sorted(found)
        return sorted(found, key=lambda hit: (-round(hit[1], 4), hit[0]))

    def counts(self, clause: Clause, field: str) -> dict[str, int]:
        found: Counter[str] = Counter()
        for paper in self.papers:
            if self.matches(clause, paper.id):
                found.update(set(self.fields[paper.id].get(field, ())))
        return dict(found)


def _stands_for(wanted: Token, token: str) -> bool:
    if isinstance(wanted, str):
        return wanted == token
    return _glob(wanted.text, token)


def _glob(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    mark, rest = pattern[0], pattern[1:]
    if mark == "*":
        return any(_glob(rest, text[at:]) for at in range(len(text) + 1))
    if mark == "?" and _glob(rest, text):
        return True
    return bool(text) and mark in ("?", "#", text[0]) and _glob(rest, text[1:])
