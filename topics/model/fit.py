"""Whether a model explains a paper at all: a paper of another field is placed somewhere, but belongs nowhere.

The words of the library's papers are more usual in it than in papers of any field (`topics.text.scholarly`),
those of another field less: the mean log-odds of a paper's stems is held against papers of the library of
about as many stems. The library's language is smoothed with all papers' (Jelinek and Mercer 1980), so that a
stem that the library never saw counts little by itself. What lies below the lowest fortieth of the
library's own papers does not fit (docs/topic-recipe.md). The papers set aside before training judge; where
they are too few, every paper judges itself by what the others say.

A model that was made before is asked as it was made: by odds against the general language, the share of stems
that stand out, and the length of the paper's vector before it is scaled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MISSED = 0.025
"""The share of the library's own papers that are flagged."""

MIN_PAPERS = 1_000  # to know what is usual
_BIN = 250  # papers of about as many stems, at least
_BINS = 8
_OFTEN = 4  # times that a stem must occur to be known
_SMOOTHED = 0.3  # the share of all papers' language in the library's
_LEAST = -16.0  # the log-probability of a form that no paper is known to use
_SHORT = 3  # letters from which a stem says something
_STRIKING = 3.0  # log-odds of a former model's stems that stand out

UNSEEN = float(np.log(_SMOOTHED))
"""The log-odds of a stem that the library does not know."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What is usual in a library.

    ``odds`` are the log-odds of its stems, ``unseen`` those of any other stem (None in a former model, which
    leaves these out). A row of ``usual`` holds, for papers of about so many stems as ``tokens`` says (of a
    former model: known tokens; ascending), the means and the standard deviations of the measures (one, of a
    former model three) and the least sum of z-scores that fits. Papers in other ``languages`` are not judged.
    """

    languages: tuple[str, ...]
    odds: dict[str, float]
    tokens: list[float]
    usual: list[list[float]]
    unseen: float | None = None

    def holds(self, stems: Iterable[str], known: float, length: float, lang: str) -> bool:
        """Whether a paper fits.

        Args:
            stems: of its title and abstract.
            known: tokens that the model knows.
            length: of its vector before it was scaled.
            lang: its language.
        """
        telling = {stem for stem in stems if tells(stem)}
        if self.unseen is None:
            telling &= self.odds.keys()
        if lang not in self.languages or not telling:
            return True
        odds = np.array([self.odds.get(stem, self.unseen or 0.0) for stem in telling])
        if self.unseen is None:
            size, measures = known, [odds.mean(), (odds > _STRIKING).mean(), np.log(max(length, 1e-3))]
        else:
            size, measures = len(odds), [odds.mean()]
        place = int(np.abs(np.log(np.array(self.tokens)) - np.log(max(size, 1.0))).argmin())
        means, scales, (least,) = np.split(self.usual[place], [len(measures), 2 * len(measures)])
        return bool(((measures - means) / scales).sum() >= least)

    def to_json(self) -> dict[str, Any]:
        """As it is published with the model."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any] | None) -> Fit | None:
        """As it was published; None where a model has none."""
        if not row:
            return None
        return cls(tuple(row["languages"]), row["odds"], row["tokens"], row["usual"], row.get("unseen"))


def tells(stem: str) -> bool:
    """Whether a stem says something of a paper's field: no number, and not too short."""
    return len(stem) >= _SHORT and not stem.isdigit()


def background(forms: Mapping[str, int], language: Mapping[str, float], size: int) -> Floats:
    """The log-probability (size,) of each numbered stem in papers of any field.

    Args:
        forms: form → number of its stem.
        language: form → log-probability.
        size: how many numbers there are.
    """
    usual = np.full(size, _LEAST)
    for form, number in forms.items():
        if form in language:
            usual[number] = np.logaddexp(usual[number], language[form])
    return usual


def log_odds(counts: NDArray[np.integer], total: float, usual: Floats) -> Floats:
    """log p(stem|library) − log p(stem|papers of any field), the library's smoothed with the latter.

    Args:
        counts: how often each stem occurs in the library.
        total: how often all stems together do.
        usual: as `background` gives it, for the same stems.
    """
    share = np.where(counts >= _OFTEN, counts, 0) / max(1.0, total)
    return np.asarray(np.log((1 - _SMOOTHED) * share / np.exp(usual) + _SMOOTHED))


def learn_fit(
    odds: dict[str, float], languages: Sequence[str], papers: Sequence[tuple[int, float]]
) -> Fit | None:
    """What is usual, from (telling stems, their mean log-odds) of papers that are the library's own.

    Returns:
        None where there are too few papers to tell.
    """
    table = np.array(sorted(row for row in papers if row[0]))
    if len(table) < MIN_PAPERS or not odds:
        return None
    tokens, usual = [], []
    for part in np.array_split(table, max(1, min(_BINS, len(table) // _BIN))):
        mean, scale = part[:, 1].mean(), max(part[:, 1].std(), 1e-3)
        least = np.quantile((part[:, 1] - mean) / scale, MISSED)
        tokens.append(float(np.exp(np.log(part[:, 0]).mean())))
        usual.append([round(float(value), 4) for value in (mean, scale, least)])
    return Fit(tuple(languages), odds, tokens, usual, UNSEEN)
