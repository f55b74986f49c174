"""Papers near to what was found that the query does not find: a block of their own beside the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import chain, islice, zip_longest

import numpy as np
from numpy.typing import NDArray

from search.clauses import Clause
from search.context import Context
from search.evidence.evidence import Evidence, lexical_idf
from search.ranking.fusion import Meaning, Ranked
from search.ranking.scorers import expansion, question_of
from search.request import Visible

_BEST = 100  # hits that feedback may look at
_PAPERS, _TERMS, _SHARE = 20, 100, 0.5
_MOST_TERMS, _COMMON = 40, 0.15  # terms looked up, and how frequent (share of papers) they may be
_CLOSE = (0.5, 0.2, 0)  # of the best score
_SPARE, _WINDOWS = 3, 4  # times as many as are wanted are asked of the engine, which drops what does not fit


def related(
    context: Context,
    stems: Mapping[str, int],
    order: Ranked,
    visible: Visible,
    among: Sequence[Clause],
    matching: Clause | None,
    limit: int,
    *,
    every: bool = False,
) -> list[tuple[str, float]]:
    """Papers for the query expanded by the terms of the best hits, without those that the query finds.

    Filters and fielded clauses (``among``) hold here too. ``matching`` is what the query matches,
    None if that is just what stands in ``order``; without filters the index need not be asked then.
    ``every``: the query finds the papers that have every word, so that papers with some of them come here,
    and first.
    """
    evidence = context.evidence
    if evidence is None or not order.hits or limit <= 0:
        return []
    best = order.hits[:_BEST]
    view = evidence.view([id for id, _ in best])
    scores = np.array([score for _, score in best], dtype=np.float32)
    question = question_of(evidence, stems, view, scores)
    terms, weights = expansion(question, scores, _PAPERS, _TERMS, _SHARE)
    without = _found(evidence, question.terms, every)
    ranked = nearest_by_terms(evidence, terms, weights, _WINDOWS * _SPARE * limit, without)
    listed = {id for id, _ in order.hits} if matching is None else set()
    ranked = [pair for pair in ranked if pair[0] not in listed]
    if matching is None and visible is None and not among and (placed := context.placements) is not None:
        return list(islice((pair for pair in ranked if pair[0] in placed), limit))
    papers: list[tuple[str, float]] = []
    for start in range(0, len(ranked), _SPARE * limit):
        window = ranked[start : start + _SPARE * limit]
        fit = set(context.allowed([id for id, _ in window], visible, among=among, but=matching))
        papers += [(id, score) for id, score in window if id in fit]
        if len(papers) >= limit:
            break
    return papers[:limit]


def near_in_meaning(
    context: Context,
    meaning: Meaning,
    order: Ranked,
    visible: Visible,
    among: Sequence[Clause],
    matching: Clause,
    limit: int,
) -> list[tuple[str, float]]:
    """The papers nearest to a query by the atlas's own encoder, without those that the query finds."""
    listed = {id for id, _ in order.hits}
    wanted = _SPARE * limit
    enough = len(listed) + wanted
    near: list[tuple[str, float]] = []
    for most in sorted({min(3 * wanted, enough), enough}):  # of a thousand it takes ten times as long
        near = [pair for pair in meaning.nearest(most) if pair[0] not in listed][:wanted]
        if len(near) == wanted:
            break
    fit = set(context.allowed([id for id, _ in near], visible, among=among, but=matching))
    return [pair for pair in near if pair[0] in fit][:limit]


def in_turn(
    first: Sequence[tuple[str, float]], second: Sequence[tuple[str, float]], limit: int
) -> list[tuple[str, float]]:
    """Two lists as one, from each in turn, no paper twice."""
    mixed: dict[str, float] = {}
    for pair in chain.from_iterable(zip_longest(first, second)):
        if pair is not None:
            mixed.setdefault(*pair)
    return list(mixed.items())[:limit]


def nearest_by_terms(
    evidence: Evidence,
    terms: NDArray[np.intp],
    weights: NDArray[np.float32],
    most: int,
    without: Iterable[NDArray[np.int32]],
) -> list[tuple[str, float]]:
    """The papers of the models with the highest BM25 for weighted terms, but for some rows."""
    models = evidence.models
    value = weights * lexical_idf(evidence, terms)
    rare = evidence.holders[terms] <= max(_COMMON * len(models.ids), 10)
    order = np.argsort(-value, kind="stable")
    chosen = order[rare[order]][:_MOST_TERMS]
    scores = evidence.saturated(terms[chosen], value[chosen])
    for rows in without:
        scores[rows] = 0
    highest = scores.max()
    for share in _CLOSE:  # most papers score little: those near to the best are enough, nearly always
        best = np.flatnonzero(scores > share * highest)
        if len(best) >= most:
            best = best[np.argpartition(-scores[best], most - 1)[:most]]
            break
    best = best[np.lexsort((best, -scores[best]))]
    return [(models.ids[row], score) for row, score in zip(best.tolist(), scores[best].tolist(), strict=True)]


def _found(evidence: Evidence, terms: NDArray[np.intp], every: bool) -> list[NDArray[np.int32]]:
    """The rows of papers that have the terms: all of them, or any."""
    holders = sorted((evidence.postings(term)[0] for term in terms.tolist()), key=len)
    return [reduce(_common, holders)] if every and holders else holders


def _common(few: NDArray[np.int32], many: NDArray[np.int32]) -> NDArray[np.int32]:
    """What is in both of two ascending rows."""
    at = np.searchsorted(many, few)
    return few[many[np.minimum(at, len(many) - 1)] == few] if len(many) else many
