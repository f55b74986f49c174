"""Suggested tags: what the papers most like this one are tagged with, those first that its own text says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from ingest.text.analysis import Analyzer
from search.context import Context
from search.engines.documents import stems
from search.request import Visible

VOTERS = 60
"""Near papers that are asked."""

LIMIT = 5
_SHARPNESS = 3.0  # the power of the nearness in a vote: the nearest decide
_IN_TEXT, _IN_TITLE = 2.0, 4.0  # what is added to a vote, times the vote, for a tag that stands there
_LEAST = 0.05  # of all the votes: with less, a tag is a stranger's whim


@dataclass(frozen=True, slots=True)
class Said:
    """The stems of a text, in which a tag may stand."""

    analyzer: Analyzer
    lang: str
    title: frozenset[str]
    text: frozenset[str]  # title and abstract

    @classmethod
    def of(cls, analyzer: Analyzer, title: str, abstract: str, lang: str) -> Self:
        """What a title and an abstract say."""
        first, second = (_words(analyzer, text, lang) for text in (title, abstract))
        return cls(analyzer, lang, first, first | second)

    def loudness(self, tag: str) -> float:
        """What a vote for a tag counts: more where all its words stand in the text."""
        words = _words(self.analyzer, tag, self.lang)
        if not words or not words <= self.text:
            return 1.0
        return 1.0 + _IN_TEXT + (_IN_TITLE if words <= self.title else 0.0)


def suggested(
    context: Context,
    row: sparse.csr_matrix,
    said: Said,
    own: Collection[str] = (),
    without: Sequence[str] = (),
    limit: int = LIMIT,
    visible: Visible = None,
) -> list[str]:
    """The tags of the papers nearest to a unit tf-idf row, without ``own`` (folded)."""
    assert context.evidence is not None
    assert context.cosine is not None
    rows = context.evidence.rows(without)
    near = context.cosine.nearest(row, VOTERS, rows[rows >= 0].astype(np.intp))
    if visible is not None:
        kept = set(context.allowed([id for id, _ in near], visible))
        near = [(id, score) for id, score in near if id in kept]
    return voted(context, near, said, own, limit)


def voted(
    context: Context,
    near: Sequence[tuple[str, float]],
    said: Said,
    own: Collection[str] = (),
    limit: int = LIMIT,
) -> list[str]:
    """The tags that near papers vote for, the nearer the louder, and louder for tags that the text says
    itself; without ``own`` (folded)."""
    tags = context.library.tags_of([id for id, _ in near])
    top = max((score for _, score in near), default=0.0)
    voices = {id: (score / top) ** _SHARPNESS for id, score in near if score > 0}
    votes: defaultdict[str, float] = defaultdict(float)
    shown: dict[str, str] = {}
    for id, voice in voices.items():
        for tag in sorted(tags.get(id, ())):
            votes[tag.casefold()] += voice
            shown.setdefault(tag.casefold(), tag)
    heard = {tag: vote * said.loudness(shown[tag]) for tag, vote in votes.items() if tag not in own}
    least = _LEAST * sum(voices.values())
    best = sorted((tag for tag in heard if heard[tag] >= least), key=lambda tag: (-heard[tag], tag))
    return [shown[tag] for tag in best[:limit]]


def _words(analyzer: Analyzer, text: str, lang: str) -> frozenset[str]:
    return frozenset(stems(analyzer.joined(text), analyzer, lang).split())
