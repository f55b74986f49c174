"""Fused ranking: the engine's lexical matches, reordered with what the ranking models know.

Of the first 1,000 lexical matches each scorer gives a score; scores become z-scores over the candidates and
add up with the weights of `SCORERS`, frozen. Where there is no evidence on a paper, its lexical z-score
stands in, so that it is neither lifted nor sunk. `scorers` has the formulas. Then the titles of the best
candidates add their scores (`titles`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.clauses import Clause
from search.context import Context
from search.engines.contract import Answer, Request
from search.evidence.evidence import Evidence
from search.query.languages import Speech
from search.query.tree import Query, written
from search.ranking.by_topic import browse
from search.ranking.scorers import (
    Question,
    likelihood,
    question_of,
    smoothing,
    smoothing_again,
    topic_likelihood,
)
from search.ranking.titles import LOOKED_AT, Wording, title_parts

Floats = NDArray[np.float32]


class Meaning(Protocol):
    """What a sentence encoder makes of a query."""

    weight: float
    """What its scores count beside the other scorers."""

    def scores(self, ids: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """The cosine of each paper, and for which there is one."""

    def nearest(self, most: int) -> list[tuple[str, float]]:
        """The papers nearest to the query, with their cosines."""


CANDIDATES = 1_000
_ROUNDING = 1e-6  # of the largest score


@dataclass(frozen=True, slots=True)
class Scorer:
    """One more kind of evidence: its name in explanations, its weight, and its scores of all candidates.

    ``score`` is also given the fused scores so far (feedback needs an order).
    """

    name: str
    weight: float
    score: Callable[[Question, Floats], Floats]


SCORERS: tuple[Scorer, ...] = (Scorer("topics", 1.0, likelihood),)
"""The scorers that are added to BM25's z-score, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Papers with their scores, best first; ``parts`` say how the scores of the candidates came about.

    ``titles`` hold what the titles of the best of them add.
    """

    hits: Sequence[tuple[str, float]]
    candidates: Sequence[str] = ()
    parts: dict[str, Floats] = field(default_factory=dict)
    titles: dict[str, dict[str, float]] = field(default_factory=dict)

    def spoke(self, ids: Sequence[str]) -> dict[str, set[str]]:
        """The parts that lifted each of the papers, by their names; none for a paper in lexical order."""
        wanted = set(ids)
        columns = {id: at for at, id in enumerate(self.candidates) if id in wanted}
        return {id: {name for name, part in self.parts.items() if part[at] > 0} for id, at in columns.items()}

    def explain(self, page: Sequence[tuple[str, float]]) -> dict[str, dict[str, float]]:
        """The parts of each paper's score; a paper in lexical order has BM25's score alone."""
        columns = {id: at for at, id in enumerate(self.candidates)}
        explanations: dict[str, dict[str, float]] = {}
        for id, score in page:
            parts = {"bm25": score}
            if id in columns:
                parts = {name: round(float(part[columns[id]]), 4) for name, part in self.parts.items()}
            titles = self.titles.get(id, {})
            explanations[id] = parts | {name: round(part, 4) for name, part in titles.items() if part}
        return explanations


def rank(
    context: Context,
    query: Query,
    speech: Speech,
    clause: Clause,
    stems: Mapping[str, int],
    answer: Answer,
    request: Request,
    ranking: str,
    ranked: bool,
    meaning: Meaning | None = None,
) -> Ranked:
    """The order of an answer: the engine's, or its first matches reordered and the rest as it was."""
    lexical = Ranked(answer.hits)
    if not ranked:
        return lexical
    if not stems:
        return Ranked(browse(context, query, clause, request) or lexical.hits)
    if context.evidence is None or not answer.hits:
        return lexical
    head = answer.hits[:CANDIDATES]
    ids = [hit.id for hit in head]
    scores = np.array([hit.score for hit in head], dtype=np.float32)
    topical = ranking == "topical"
    known = context.known(stems, request.collections)
    evident = {stem: count for stem, count in stems.items() if stem in known}
    order = fuse(context.evidence, evident, ids, scores, topical=topical, meaning=meaning)
    if not topical:
        wording = Wording.of(query, speech, context.evidence, known)
        titles = context.evidence.titles([id for id, _ in order.hits[:LOOKED_AT]])
        order = with_titles(order, wording, titles)
    floor = order.hits[-1][1]
    tail = [(hit.id, floor - place) for place, hit in enumerate(answer.hits[CANDIDATES:], 1)]
    return replace(order, hits=[*order.hits, *tail])


def with_titles(order: Ranked, wording: Wording, titles: Mapping[str, str]) -> Ranked:
    """An order with the scores of titles (exact forms by paper, of the best `LOOKED_AT`) added.

    None is below 0, so that the others stay behind these, as they were.
    """
    scored = title_parts(wording, titles)
    best = [
        (id, score + sum(scored[id].values())) if id in scored else (id, score)
        for id, score in order.hits[:LOOKED_AT]
    ]
    best.sort(key=itemgetter(1), reverse=True)  # equals stay as they were
    return replace(order, hits=[*best, *order.hits[LOOKED_AT:]], titles=scored)


def query_stems(query: Query, speech: Speech) -> Counter[str]:
    """The stems, in its own language, that a query asks for in the text, and how often it says each.

    This is what is ranked by: the same word's stems in other languages are no further evidence.
    """
    stems: Counter[str] = Counter()
    for text in written(query):
        for form in speech.analyzer.forms(text):
            stems.update(speech.stems(form)[:1])
    return stems


def fuse(
    evidence: Evidence,
    stems: Mapping[str, int],
    ids: Sequence[str],
    lexical: Floats,
    *,
    topical: bool = False,
    meaning: Meaning | None = None,
) -> Ranked:
    """Reorder candidates with all scorers (``topical``: by topics and neighbours alone).

    ``meaning`` is what a sentence encoder makes of the query, where there is one: one more scorer.
    """
    question = question_of(evidence, stems, evidence.view(ids), lexical)
    known, view = len(question.terms), question.view
    base = standard(lexical, np.ones(len(ids), dtype=bool))
    parts = {"bm25": base}
    total = base
    if known and view.known.sum() > 1:
        if topical:
            parts = {"topics": standard(topic_likelihood(question, total), view.known, base)}
            total = parts["topics"]
        else:
            for scorer in SCORERS:
                parts[scorer.name] = scorer.weight * standard(scorer.score(question, total), view.known, base)
                total = total + parts[scorer.name]
            if meaning is not None:
                parts["encoder"] = meaning.weight * standard(*meaning.scores(ids), base)
                total = total + parts["encoder"]
            parts["neighbours"] = smoothing(question, total)
            if meaning is None:  # with an encoder, one step is what was measured
                parts["neighbours"] += smoothing_again(question, total + parts["neighbours"])
            total = total + parts["neighbours"]
    best = np.argsort(-total, kind="stable")
    scored = zip(map(ids.__getitem__, best.tolist()), total[best].tolist(), strict=True)
    return Ranked(list(scored), ids, parts)


def standard(scores: Floats, known: NDArray[np.bool_], otherwise: Floats | None = None) -> Floats:
    """z-scores over the known candidates; ``otherwise`` for the others."""
    values = scores[known]
    centred = values - (values.mean() if len(values) else 0)
    spread = float(np.sqrt(centred @ centred / max(len(values), 1)))
    out = np.zeros(len(scores), dtype=np.float32) if otherwise is None else otherwise.astype(np.float32)
    # Equal scores differ from their mean by its rounding: that is no spread.
    out[known] = centred / spread if spread > _ROUNDING * np.abs(values).max(initial=0) else 0.0
    return out
