"""What abbreviations stand for, as the papers spell them out: "body mass index (BMI)".

Source of the method: Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions in
biomedical text, 2003: the letters of the abbreviation are found from its end in the words before the bracket,
its first one at the beginning of a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from topics.naming.sample_phrases import Stems
from topics.naming.sample_words import SampleText

_BRACKET = re.compile(r"\(([^\W\d_][\w-]{1,9})\)")
_PLURAL = re.compile(r"(?<=[A-Z])s\Z")  # MRIs
_LEAST = 2  # times that it is spelt out
_CLEAR = 0.7  # of the times that it is: one that stands for several things says none of them
_LONGEST = 120  # characters before the bracket that are looked at


def abbreviations(sample: Iterable[SampleText], stems: Stems) -> Mapping[str, frozenset[str]]:
    """Stem of an abbreviation → stems of what it stands for."""
    spelt: defaultdict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    for text in sample:
        for part in filter(None, (text.title, text.abstract)):
            for match in _BRACKET.finditer(part):
                short = _PLURAL.sub("", match.group(1))
                long = _spelt_out(short, part[max(0, match.start() - _LONGEST) : match.start()].rstrip())
                if long and (key := stems.key(short, text.lang or "en")):
                    spelt[key[0]][frozenset(stems.key(long, text.lang or "en"))] += 1
    best = {stem: (own.most_common(1)[0], own.total()) for stem, own in spelt.items()}
    return {
        stem: words
        for stem, ((words, times), total) in best.items()
        if times >= max(_LEAST, _CLEAR * total) and stem not in words
    }


def _spelt_out(short: str, before: str) -> str:
    """The end of a text that spells an abbreviation out; "" where it does not."""
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    folded = before.casefold()
    if sum(letter.isupper() for letter in short) < 2 or len(folded) != len(before):
        return ""
    at = len(folded)
    for letter in reversed(letters[1:]):
        at = folded.rfind(letter, 0, at)
        if at < 0:
            return ""
    at = folded.rfind(letters[0], 0, at)
    while at > 0 and folded[at - 1].isalnum():
        at = folded.rfind(letters[0], 0, at)
    words = before[at:].split() if at >= 0 else []
    return " ".join(words) if 1 < len(words) <= min(len(letters) + 5, 2 * len(letters)) else ""
