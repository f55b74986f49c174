"""Suggested tags: those of the papers most like this one, first the tags that its own text contains."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Self

import numpy as np
from scipy import sparse

from ingest.text.analysis import Analyzer
from search.context import Context
from search.engines.documents import stems
from search.request import Visible
from search.tags import most_used, tag_key

VOTERS = 60
"""Near papers that are asked."""

LIMIT = 5
_SHARPNESS = 3.0  # the power of the nearness in a vote: the nearest decide
_IN_TEXT, _IN_TITLE = 2.0, 4.0  # what is added to a vote, times the vote, for a tag that stands there
_TAGS = 20_000  # tags whose stems are remembered
_LEAST = 0.05  # of all the votes: with less, a tag is a stranger's whim
CHECK_TAGS = frozenset(
    tag_key(tag)
    for tags in tomllib.loads(files(__package__).joinpath("check_tags.toml").read_text("utf-8")).values()
    for tag in tags
)
"""The keys of tags that indexers check of every paper (Humans, Male): nobody needs them suggested."""

_MOST_WEIGHT = 1.0 + _IN_TEXT + _IN_TITLE
"""What :meth:`TextStems.vote_weight` gives at most."""


@dataclass(frozen=True, slots=True)
class TextStems:
    """The stems of a text, in which a tag may stand."""

    analyzer: Analyzer
    lang: str
    title: frozenset[str]
    text: frozenset[str]  # title and abstract

    @classmethod
    def of(cls, analyzer: Analyzer, title: str, abstract: str, lang: str) -> Self:
        """The stems of a title and an abstract."""
        first, second = (_words(analyzer, text, lang) for text in (title, abstract))
        return cls(analyzer, lang, first, first | second)

    def vote_weight(self, tag: str) -> float:
        """What a vote for a tag counts: more where all its words stand in the text."""
        words = _tag_words(self.analyzer, tag, self.lang)
        if not words or not words <= self.text:
            return 1.0
        return 1.0 + _IN_TEXT + (_IN_TITLE if words <= self.title else 0.0)


def suggested(
    context: Context,
    row: sparse.csr_matrix,
    text: TextStems,
    own: Collection[str] = (),
    without: Sequence[str] = (),
    limit: int = LIMIT,
    visible: Visible = None,
) -> list[str]:
    """The tags of the papers nearest to a unit tf-idf row, without ``own``."""
    assert context.evidence is not None
    assert context.cosine is not None
    rows = context.evidence.rows(without)
    near = context.cosine.nearest(row, VOTERS, rows[rows >= 0].astype(np.intp))
    if visible is not None:
        allowed = set(context.allowed([id for id, _ in near], visible))
        near = [(id, score) for id, score in near if id in allowed]
    return voted(context, near, text, own, limit, visible)


def voted(
    context: Context,
    near: Sequence[tuple[str, float]],
    text: TextStems,
    own: Collection[str] = (),
    limit: int = LIMIT,
    visible: Visible = None,
) -> list[str]:
    """The tags that near papers vote for, the nearer the louder, and louder for tags that the text says
    itself; without ``own`` in any spelling and without check tags. Spellings of one tag vote together."""
    tags = context.library.tags_of([id for id, _ in near], visible)
    near = [(id, score) for id, score in near if id in tags]
    top = max((score for _, score in near), default=0.0)
    voices = {id: (score / top) ** _SHARPNESS for id, score in near if score > 0}
    votes: defaultdict[str, float] = defaultdict(float)
    for id, voice in voices.items():
        for key in set(map(tag_key, tags.get(id, ()))):
            votes[key] += voice
    never = CHECK_TAGS | set(map(tag_key, own))
    least = _LEAST * sum(voices.values())
    # Most tags have one voice among many, and would be too few with every word in the title too.
    likely = {key for key, vote in votes.items() if vote * _MOST_WEIGHT >= least and key not in never}
    spelt = Counter(tag for id in voices for tag in set(tags.get(id, ())) if tag_key(tag) in likely)
    spellings = most_used(spelt.items())
    weighted = {key: votes[key] * text.vote_weight(spellings[key]) for key in likely}
    best = sorted((key for key in weighted if weighted[key] >= least), key=lambda key: (-weighted[key], key))
    return [spellings[key] for key in best[:limit]]


@lru_cache(maxsize=_TAGS)
def _tag_words(analyzer: Analyzer, tag: str, lang: str) -> frozenset[str]:
    """The stems of a tag; papers near to each other have many tags in common."""
    return _words(analyzer, tag, lang)


def _words(analyzer: Analyzer, text: str, lang: str) -> frozenset[str]:
    return frozenset(stems(analyzer.joined(text), analyzer, lang).split())
