"""What each kind of evidence says of the candidates, as scores; `fusion` has their weights.

All parameters were chosen on two classic collections (cran and cacm) and then frozen; `bench/ranking.py`
measures them. Methods: topic-smoothed document language model (Wei and Croft, SIGIR 2006) with the words of
the nearest papers as one more component (Liu and Croft, SIGIR 2004), score regularisation over neighbours
(Diaz, CIKM 2005). Feedback (Bo1, Amati 2003) finds related papers; in the order of the matches it gained
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.evidence.evidence import Evidence, View

Floats = NDArray[np.float32]

DIRICHLET = 500.0
OWN_WORDS, TOPIC_WORDS, NEIGHBOUR_WORDS = 0.65, 0.2, 0.25
"""The mixture p(w|d): the paper's own words, its topics', its neighbours'."""
NEIGHBOUR_PRIOR = 50.0  # pseudo-tokens of a neighbour, so that title-only papers do not shout
SMOOTHING, SMOOTHING_LENGTH = 0.3, 20.0
SMOOTHED_FROM, SMOOTHED_FULLY = 2, 5  # words of a query: short ones mean just what they say
ABSTRACT = 40  # stems from which a text is more than a title
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Question:
    """What scorers are given: the query's stems that the models know, the evidence, the lexical scores."""

    terms: NDArray[np.intp]
    weights: Floats  # how often the query says each of them
    evidence: Evidence
    view: View
    lexical: Floats


def question_of(evidence: Evidence, stems: Mapping[str, int], view: View, lexical: Floats) -> Question:
    """The question that scorers answer, of the stems that the models know."""
    terms = evidence.models.terms
    known = {terms[stem]: count for stem, count in stems.items() if stem in terms}
    rows, counts = np.array(list(known), dtype=np.intp), np.array(list(known.values()), dtype=np.float32)
    return Question(rows, counts, evidence, view, lexical)


def likelihood(question: Question, _total: Floats) -> Floats:
    """log p(query | paper) under its own words, smoothed by its topics and its neighbours."""
    models, view = question.evidence.models, question.view
    share = models.frequency[question.terms] / models.frequency.sum()
    own, near = by_words(question)
    mixture = OWN_WORDS * (own + DIRICHLET * share[:, None]) / (view.lengths + DIRICHLET)
    mixture += TOPIC_WORDS * by_topics(question) + NEIGHBOUR_WORDS * near
    return np.asarray(question.weights @ np.log(mixture + _TINY), dtype=np.float32)


def topic_likelihood(question: Question, _total: Floats) -> Floats:
    """log p(query | paper) by topics and neighbours alone."""
    models = question.evidence.models
    share = models.frequency[question.terms] / models.frequency.sum()
    mixture = TOPIC_WORDS * by_topics(question) + NEIGHBOUR_WORDS * by_words(question)[1]
    return np.asarray(question.weights @ np.log(mixture + 0.1 * share[:, None]), dtype=np.float32)


def by_topics(question: Question) -> Floats:
    """Σ_k φ_wk θ_kd, averaged over the flat models (terms × candidates)."""
    models = question.evidence.models
    return np.asarray(
        models.phi[question.terms] @ question.view.theta.T / len(models.sizes), dtype=np.float32
    )


def by_words(question: Question) -> tuple[Floats, Floats]:
    """How often each candidate has each term, and p(w) in its nearest papers (both terms × candidates)."""
    evidence, view = question.evidence, question.view
    weights = view.shares * (1 + NEIGHBOUR_PRIOR / evidence.average)
    weights /= evidence.models.lengths[view.neighbours] + NEIGHBOUR_PRIOR
    own, nearby = np.zeros((2, len(question.terms), len(view.rows)), dtype=np.float32)
    for at, (counts, near) in enumerate(evidence.occurrences(view, question.terms)):
        own[at] = counts
        nearby[at] = np.einsum("nk,nk->n", near, weights)
    return own, nearby


def expansion(
    question: Question, total: Floats, papers: int, most: int, share: float
) -> tuple[NDArray[np.intp], Floats]:
    """The query's terms and the feedback's by Bo1, with their weights."""
    evidence, view = question.evidence, question.view
    best = np.argsort(-np.where(view.known, total, -np.inf), kind="stable")[:papers]
    words, times = evidence.words(view, np.sort(best))
    terms, places = np.unique(words, return_inverse=True)
    counts = np.bincount(places, weights=times, minlength=len(terms))
    mean = evidence.models.frequency[terms] / len(evidence.models.ids)
    weights = counts * np.log2((1 + mean) / mean) + np.log2(1 + mean)
    chosen = np.argsort(-weights, kind="stable")[:most]
    wanted = np.union1d(terms[chosen], question.terms)
    expanded = np.zeros(len(wanted), dtype=np.float32)
    if len(chosen):
        expanded[np.searchsorted(wanted, terms[chosen])] = share * weights[chosen] / weights[chosen[0]]
    if len(question.terms):
        expanded[np.searchsorted(wanted, question.terms)] += question.weights / question.weights.max()
    return wanted, expanded


def smoothing(question: Question, total: Floats) -> Floats:
    """What moving towards the mean of its neighbours' scores adds to each candidate.

    Neighbours that are no candidates count with the lowest score. Short texts move less, for their neighbours
    are guesses, and so do short queries.
    """
    view, words = question.view, len(question.terms)
    if words <= SMOOTHED_FROM:
        return np.zeros(len(total), dtype=np.float32)
    reach = min((words - SMOOTHED_FROM) / (SMOOTHED_FULLY - SMOOTHED_FROM), 1)
    inside, least = view.rows >= 0, total.min()
    (above,) = question.evidence.spread(view.rows[inside], total[inside] - least, view.neighbours)
    means = least + np.einsum("nk,nk->n", above, view.shares)
    strength = SMOOTHING * reach * view.lengths / (view.lengths + SMOOTHING_LENGTH)
    strength = np.where(view.nearness.any(axis=1), strength, 0)
    return np.asarray(strength * (means - total), dtype=np.float32)


def smoothing_again(question: Question, total: Floats) -> Floats:
    """What a second step towards the neighbours adds, as far as the candidates have abstracts.

    Near papers of titles alone are guesses, and guesses of guesses lose more than they find: the step falls
    with the fourth power of the share of candidates that have more than a title.
    """
    lengths = question.view.lengths[question.view.known]
    share = float((lengths >= ABSTRACT).mean()) if len(lengths) else 0.0
    return np.asarray(share**4 * smoothing(question, total), dtype=np.float32)
