"""Passages in another language inside a text: a French title of an English abstract, a translated abstract.

Function words tell them: where there are more of another language than of the text's own. A passage's words
would else become a topic of their own, made of "de", "la" and "des".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_FUNCTION_WORDS = {
    "de": "der die das und ist fur mit von dem des ein eine einer eines wir werden wird auf auch sich nicht "
    "zu zur zum durch uber wie bei sind im",
    "en": "the of and to for with from by that this on we are which is be as an its in it can these a at or "
    "not has have between their using our also into was were than",
    "es": "el la los las de del que en un una por para con se es su como esta este entre sobre al lo",
    "fr": "le la les des du de un une et est dans pour sur que qui nous par avec cette ces ce sont dont aux "
    "au il ou entre en ainsi leur chez",
    "it": "il la di che del della delle dei degli un una per con nel nella sono alla da gli questo le",
    "nl": "de het een en van voor met dat zijn niet op te wordt deze uit bij naar",
    "pt": "de da dos das em um uma para com que por na ao mais os como sao pela pelo",
    "ru": "и в на для что из не как от при это мы по",
}  # as they are folded; no single Latin letters, for they are variables
_REACH = 6
"""A word's company are the six before and the six after it."""

_WORDS = {lang: frozenset(words.split()) for lang, words in _FUNCTION_WORDS.items()}
_OTHERS = {
    lang: [words - own for words in _WORDS.values() if words is not own] for lang, own in _WORDS.items()
}
_ANY_OTHER = {lang: frozenset().union(*others) for lang, others in _OTHERS.items()}


def foreign(forms: Sequence[str], lang: str) -> NDArray[np.bool_] | None:
    """Which of a text's folded forms stand in a passage that is not in its language; None: none does.

    A passage has two different function words of one other language at least, and more than twice as many as
    of the text's own: so "de Sitter" and "van der Waals" are none.
    """
    if lang not in _WORDS:
        return None
    met = _ANY_OTHER[lang].intersection(forms)
    told = max((words & met for words in _OTHERS[lang]), key=len)
    if len(told) < 2:
        return None
    here = _company([form in told for form in forms])
    inside = (here >= 2) & (here > 2 * _company([form in _WORDS[lang] for form in forms]))
    seen = {forms[at] for at in np.flatnonzero(inside).tolist()} & told
    return inside if len(seen) >= 2 else None


def _company(marked: Sequence[bool]) -> NDArray[np.intp]:
    """How many are marked within reach of each place."""
    sums = np.concatenate([[0], np.cumsum(marked)])
    places = np.arange(len(marked))
    most = np.minimum(places + _REACH + 1, len(marked))
    return np.asarray(sums[most] - sums[np.maximum(places - _REACH, 0)], dtype=np.intp)
