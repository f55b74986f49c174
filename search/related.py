"""Papers near to what was found that have none of the words: a block of their own beside the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from search.clauses import Clause
from search.context import Context, Visible
from search.evidence import Evidence
from search.ranking import K1, B, Ranked, asked, expansion, lexical_idf

_BEST = 100  # hits that feedback may look at
_PAPERS, _TERMS, _SHARE = 20, 100, 0.5
_MOST_TERMS, _COMMON = 40, 0.15  # terms looked up, and how frequent (share of papers) they may be
_SPARE = 3  # times as many as are wanted are asked of the engine, which drops those that do not fit


def related(
    context: Context,
    stems: Mapping[str, int],
    order: Ranked,
    visible: Visible,
    among: Sequence[Clause],
    found: Clause,
    limit: int,
) -> list[tuple[str, float]]:
    """Papers for the query expanded by the terms of the best hits, without those that the query finds.

    Filters and fielded clauses (``among``) hold here too.
    """
    evidence = context.evidence
    if evidence is None or not order.hits or limit <= 0:
        return []
    best = order.hits[:_BEST]
    view = evidence.view([id for id, _ in best])
    scores = np.array([score for _, score in best], dtype=np.float32)
    question = asked(evidence, stems, view, scores)
    terms, weights = expansion(question, scores, _PAPERS, _TERMS, _SHARE)
    ranked = nearest_by_terms(evidence, terms, weights, limit, question.terms)
    kept = set(context.allowed([id for id, _ in ranked], visible, among=among, but=found))
    return [(id, score) for id, score in ranked if id in kept][:limit]


def nearest_by_terms(
    evidence: Evidence,
    terms: NDArray[np.intp],
    weights: NDArray[np.float32],
    limit: int,
    without: NDArray[np.intp],
) -> list[tuple[str, float]]:
    """The papers of the models with the highest BM25 for weighted terms and without the terms ``without``."""
    models = evidence.models
    scores = np.zeros(len(models.ids), dtype=np.float32)
    value = weights * lexical_idf(evidence, terms)
    rare = evidence.holders[terms] <= max(_COMMON * len(models.ids), 10)
    chosen = [at for at in np.argsort(-value, kind="stable").tolist() if rare[at]][:_MOST_TERMS]
    for at in chosen:
        rows, counts = evidence.postings(int(terms[at]))
        norm = K1 * (1 - B + B * models.lengths[rows] / evidence.average)
        scores[rows] += value[at] * counts * (K1 + 1) / (counts + norm)
    for term in without.tolist():
        scores[evidence.postings(term)[0]] = 0
    wanted = min(_SPARE * limit, len(scores))
    best = np.argpartition(-scores, wanted - 1)[:wanted] if wanted < len(scores) else np.arange(len(scores))
    best = best[np.argsort(-scores[best], kind="stable")]
    return [(models.ids[row], float(scores[row])) for row in best.tolist() if scores[row] > 0]
