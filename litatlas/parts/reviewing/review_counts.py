"""What is counted of a review: how far it is, the stopping rule, agreement, the flow of PRISMA 2020.

All of it is worked out from where the papers stand, so that no count can disagree with the decisions.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import krippendorff
import numpy as np

from litatlas.parts.reviewing.paper_states import CONFLICT, KEPT, Place, Standing
from litatlas.parts.reviewing.plan import ABSTRACT, FULL_TEXT
from litatlas.parts.reviewing.prisma_words import NO_REASON
from litatlas.parts.reviewing.review_answers import AgreementAnswer, PrismaAnswer, StageAnswer, StopAnswer
from search.screening.stopping import StopReport, stop_report

_MOST_POINTS = 2_000


def stage(standing: Standing, name: str) -> StageAnswer:
    """How far a stage is."""
    outcomes = standing.outcomes(name)
    tally = Counter(outcomes.values())
    reasons: Counter[str] = Counter()
    reviewers: Counter[str] = Counter()
    for paper, outcome in outcomes.items():
        place = standing.at(paper, name)
        reviewers.update({row.who for row in place.rows})
        if outcome == "exclude":
            reasons[_reason(place)] += 1
    return {
        "stage": name,
        "papers": len(outcomes),
        "kept": sum(tally[outcome] for outcome in KEPT),
        "include": tally["include"],
        "exclude": tally["exclude"],
        "maybe": tally["maybe"],
        "unavailable": tally["unavailable"],
        "conflict": tally[CONFLICT],
        "open": tally[""] + tally[CONFLICT],
        "reasons": dict(reasons.most_common()),
        "reviewers": dict(reviewers.most_common()),
    }


def stop(standing: Standing, name: str, expected: float | None) -> StopAnswer:
    """Whether the recall that the plan aims at is reached; labels are in the order of the decisions."""
    outcomes = standing.outcomes(name)
    decided = sorted(
        (standing.at(paper, name).rows[0].number, outcome in KEPT)
        for paper, outcome in outcomes.items()
        if outcome and outcome != CONFLICT and standing.at(paper, name).rows
    )
    labels = [int(included) for _, included in decided]
    plan = standing.plan
    report = stop_report(labels, len(outcomes), target=plan.target, confidence=plan.confidence)
    return {
        "stage": name,
        "target": report.target,
        "confidence": report.confidence,
        "records": report.records,
        "read": report.read,
        "kept": report.included,
        "p": report.p,
        "reached": report.reached,
        "more": report.more,
        "too_small": report.too_small,
        "expected": 0.0 if report.read >= report.records else expected,
        "curve": _thinned(np.cumsum(labels).tolist() if labels else []),
        "message": message(report),
    }


def message(report: StopReport) -> str:
    """The report in a sentence."""
    claim = f"recall of at least {report.target:.0%} with {report.confidence:.0%} confidence"
    if report.read >= report.records:
        return "All papers are decided; nothing is left to find."
    if report.reached:
        return (
            f"Enough: {claim} (p = {report.p:.3f}). {report.records - report.read:,} papers need not be read."
        )
    if not report.included:
        return "No paper is kept yet, so nothing can be claimed. Go on reading."
    if report.too_small:
        return f"The set is too small to claim a {claim} before all its papers are read. Read them all."
    return f"Not yet: a {claim} can be claimed after {report.more:,} more papers without one to keep."


def agreement(standing: Standing, name: str) -> AgreementAnswer:
    """How far the two reviewers with the most papers in common agree, before conflicts were settled."""
    rows = [{row.who: row.verdict for row in standing.at(paper, name).rows} for paper in standing.papers]
    both = [row for row in rows if len(row) >= 2]
    pairs = Counter(pair for row in both for pair in _pairs(sorted(row)))
    if not pairs:
        return _agreement(name, [], [], [])
    (first, second), _ = pairs.most_common(1)[0]
    shared = [row for row in both if first in row and second in row]
    return _agreement(name, [first, second], [row[first] for row in shared], [row[second] for row in shared])


def _agreement(
    name: str, reviewers: list[str], first: Sequence[str], second: Sequence[str]
) -> AgreementAnswer:
    papers = len(first)
    values = sorted({*first, *second})
    same = sum(a == b for a, b in zip(first, second, strict=True)) / papers if papers else None
    by_chance = gwet = alpha = None
    if papers and len(values) > 1:
        shares = [(first.count(v) / papers, second.count(v) / papers) for v in values]
        by_chance = sum(a * b for a, b in shares)
        gwet = sum((a + b) / 2 * (1 - (a + b) / 2) for a, b in shares) / (len(values) - 1)
        codes = [[values.index(verdict) for verdict in rater] for rater in (first, second)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            alpha = float(krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal"))
    return {
        "stage": name,
        "reviewers": reviewers,
        "papers": papers,
        "percent": same,
        "kappa": _beyond(same, by_chance),
        "ac1": _beyond(same, gwet),
        "alpha": alpha,
    }


def _beyond(same: float | None, by_chance: float | None) -> float | None:
    """Agreement beyond what chance gives; None where chance alone gives all."""
    if same is None or by_chance is None or by_chance >= 1:
        return None
    return (same - by_chance) / (1 - by_chance)


def prisma(standing: Standing) -> PrismaAnswer:
    """The flow of PRISMA 2020. Records are those that the papers' groups had when they came.

    A review of titles alone ends with its first stage, one of full texts alone takes every record to the full
    text; what is "maybe" at the last stage is not decided yet.
    """
    sources = Counter(name for paper in standing.papers.values() for _, name in paper.records)
    identified, papers = sum(sources.values()), len(standing.papers)
    stages = standing.plan.stages
    titles = Counter(standing.outcomes(ABSTRACT).values()) if ABSTRACT in stages else Counter()
    full = Counter(standing.outcomes(FULL_TEXT).values()) if FULL_TEXT in stages else Counter()
    sought = sum(full.values())
    ends, last = (full, FULL_TEXT) if FULL_TEXT in stages else (titles, ABSTRACT)
    reasons = Counter(
        _reason(standing.at(paper, last))
        for paper, outcome in standing.outcomes(last).items()
        if outcome == "exclude"
    )
    screened = titles["exclude"] + (sought if FULL_TEXT in stages else titles["include"])
    return {
        "sources": dict(sources.most_common()),
        "identified": identified,
        "duplicates": identified - papers,
        "screened": screened,
        "excluded": titles["exclude"],
        "unscreened": papers - screened,
        "sought": sought,
        "not_retrieved": full["unavailable"],
        "assessed": full["include"] + full["exclude"],
        "excluded_reasons": dict(reasons.most_common()),
        "unassessed": full[""] + full[CONFLICT] + full["maybe"],
        "included": ends["include"],
    }


def _reason(place: Place) -> str:
    rows = ([place.settled] if place.settled else []) + list(place.rows)
    return next((row.reason for row in rows if row.reason), NO_REASON)


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(a, b) for at, a in enumerate(names) for b in names[at + 1 :]]


def _thinned(curve: list[int]) -> list[int]:
    """Every paper's point, or of a long curve about two thousand and its last."""
    step = max(1, len(curve) // _MOST_POINTS)
    return curve[(len(curve) - 1) % step :: step]
