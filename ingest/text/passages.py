"""Passages in another language inside a text: a French title of an English abstract, a translated abstract.

Function words tell them: where there are more of another language than of the text's own. A passage's words
would else become a topic of their own, made of "de", "la" and "des".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.text.language_detection import FUNCTION_WORDS

_REACH = 6
"""A word's company are the six before and the six after it."""

_OTHERS = {
    lang: [words - own for words in FUNCTION_WORDS.values() if words is not own]
    for lang, own in FUNCTION_WORDS.items()
}
_ANY_OTHER = {lang: frozenset().union(*others) for lang, others in _OTHERS.items()}


def foreign(forms: Sequence[str], lang: str) -> NDArray[np.bool_] | None:
    """Which of a text's folded forms stand in a passage that is not in its language; None: none does.

    A passage has two different function words of one other language at least, and more than twice as many as
    of the text's own: so "de Sitter" and "van der Waals" are none.
    """
    if lang not in FUNCTION_WORDS:
        return None
    met = _ANY_OTHER[lang].intersection(forms)
    telling = max((words & met for words in _OTHERS[lang]), key=len)
    if len(telling) < 2:
        return None
    here = _company([form in telling for form in forms])
    inside = (here >= 2) & (here > 2 * _company([form in FUNCTION_WORDS[lang] for form in forms]))
    seen = {forms[at] for at in np.flatnonzero(inside).tolist()} & telling
    return inside if len(seen) >= 2 else None


def _company(marked: Sequence[bool]) -> NDArray[np.intp]:
    """How many are marked within reach of each place."""
    sums = np.concatenate([[0], np.cumsum(marked)])
    places = np.arange(len(marked))
    most = np.minimum(places + _REACH + 1, len(marked))
    return np.asarray(sums[most] - sums[np.maximum(places - _REACH, 0)], dtype=np.intp)
