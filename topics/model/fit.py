"""Whether a model explains a paper at all: a paper of another field is placed somewhere, but belongs nowhere.

Three things tell it, each against papers of the library of about the same length: the words of the library
stand out against the general language (the mean log-odds of a paper's stems, and the share of stems that are
twenty times as frequent here), and words that belong together add up (the length of the paper's vector before
it is scaled). Their z-scores are added; what lies below the lowest thirtieth of the library's own papers does
not fit (docs/topic-recipe.md). The papers set aside before training judge, where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MISSED = 0.033
"""The share of the library's own papers that are flagged."""

MIN_PAPERS = 1_000  # to know what is usual
_BIN = 250  # papers of about the same length, at least
_BINS = 8
_OFTEN = 4  # times that a stem must occur
_STRIKING = 3.0  # log-odds: twenty times as frequent as in the general language
_LEAST = -19.5  # the log-probability of a form that the general language does not know
_SHORT = 3  # letters from which a stem says something


@dataclass(frozen=True, slots=True)
class Fit:
    """What is usual in a library.

    ``odds`` are the log-odds of its stems against the general language; a row of ``usual`` holds, for papers
    of about ``tokens`` known tokens (ascending), the means and the standard deviations of the three measures
    and the least sum of z-scores that fits. Papers in other ``languages`` than these are not judged.
    """

    languages: tuple[str, ...]
    odds: dict[str, float]
    tokens: list[float]
    usual: list[list[float]]

    def holds(self, stems: Iterable[str], known: float, length: float, lang: str) -> bool:
        """Whether a paper fits.

        Args:
            stems: of its title and abstract.
            known: tokens that the model knows.
            length: of its vector before it was scaled.
            lang: its language.
        """
        odds = np.array([self.odds[stem] for stem in set(stems) if stem in self.odds])
        if lang not in self.languages or not len(odds):
            return True
        place = int(np.abs(np.log(np.array(self.tokens)) - np.log(max(known, 1.0))).argmin())
        usual = self.usual[place]
        measures = _measures(odds, length)
        return bool(((measures - usual[:3]) / usual[3:6]).sum() >= usual[6])

    def to_json(self) -> dict[str, Any]:
        """As it is published with the model."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any] | None) -> Fit | None:
        """As it was published; None where a model has none."""
        return None if not row else cls(tuple(row["languages"]), row["odds"], row["tokens"], row["usual"])


def _measures(odds: Floats, length: float) -> Floats:
    return np.array([odds.mean(), (odds > _STRIKING).mean(), np.log(max(length, 1e-3))])


def log_odds(
    counts: NDArray[np.integer],
    index: Mapping[str, int],
    forms: Mapping[str, int],
    general: Mapping[str, float],
) -> dict[str, float]:
    """Stem → log p(stem|library) − log p(stem|general language), of the stems that occur often enough.

    Args:
        counts: how often each number occurs in the library.
        index: stem → number.
        forms: form → number of its stem.
        general: form → log-probability in the general language.
    """
    usual = np.full(len(counts), _LEAST)
    for form, number in forms.items():
        if form in general:
            usual[number] = np.logaddexp(usual[number], general[form])
    odds = np.log((counts + 0.3) / max(1, counts.sum())) - usual
    return {
        stem: round(float(odds[number]), 3)
        for stem, number in index.items()
        if counts[number] >= _OFTEN and len(stem) >= _SHORT and not stem.isdigit()
    }


def learn_fit(
    odds: dict[str, float],
    languages: Sequence[str],
    papers: Sequence[tuple[Sequence[str], float, float]],
) -> Fit | None:
    """What is usual, from (stems, known tokens, length of the vector) of papers that are the library's own.

    Returns:
        None where there are too few papers to tell.
    """
    rows = []
    for stems, known, length in papers:
        own = np.array([odds[stem] for stem in set(stems) if stem in odds])
        if len(own) and known:
            rows.append([known, *_measures(own, length)])
    if len(rows) < MIN_PAPERS or not odds:
        return None
    table = np.array(sorted(rows))
    tokens, usual = [], []
    for part in np.array_split(table, max(1, min(_BINS, len(table) // _BIN))):
        means, scales = part[:, 1:].mean(axis=0), np.maximum(part[:, 1:].std(axis=0), 1e-3)
        least = np.quantile(((part[:, 1:] - means) / scales).sum(axis=1), MISSED)
        tokens.append(float(np.exp(np.log(part[:, 0]).mean())))
        usual.append([round(float(value), 4) for value in (*means, *scales, least)])
    return Fit(tuple(languages), odds, tokens, usual)
