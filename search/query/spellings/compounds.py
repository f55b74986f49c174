"""Words of the language that are written together, apart or with a hyphen: "wellbeing", "well being".

The index holds what a paper wrote (``well-being`` = ``well being``), and the query asks for the other ways
too. What is a compound is known by its first part (a closed list: "meta", "non"), or by the tables of English
words: "health care", since they have "healthcare", "health" and "care". Two words that only make another by
chance ("mass age", "form ally") are kept apart by the length of their parts and by what they end with.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.text.analysis import Analyzer

_COMBINING = re.compile(
    "(?:meta|non|multi|micro|macro|nano|neuro|psycho|socio|pseudo|semi|self|hyper|hypo|ultra|intra|extra|post"
    "|peri|supra|cyber|electro|immuno|tele|thermo|photo|cardio|cross|well"
    "|(co|inter|super|sub|pre|anti|bio|alpha|beta|gamma))"
    r"(?=[^\W\d_]{4})"
)
"""What is written with or without a hyphen before a word: "meta-analysis", "nonlinear", "well-being". Many a
simple word begins like the last ones."""
_PARTICLE = re.compile(
    "(?:over|under)(?=express|weight|nutri|nourish|estimat|diagnos|treat|represent|report|dos[ei]|fit|load"
    "|crowd|graz|fish|feed|us[ei]|served|graduate|sampl)"
    "|(?:up|down)(?=regulat|stream|scal|sampl|take)|out(?=patient)|on(?=line$|going$)"
    "|off(?=line$|label|shore|target)"
    "|by(?=products?$)"
    "|(?:back|break|build|check|clean|follow|line|look|make|mark|pick|scale|set|speed|start|warm)(?=ups?$)"
    "|(?:cut|drop|kick|lay|pay|run|spin|stand|take|trade)(?=offs?$)"
    "|(?:black|burn|drop|fall|knock|wash)(?=outs?$)|(?:break|knock|lock|melt|shut|slow)(?=downs?$)"
    "|(?:cross|spill|turn)(?=overs?$)"
)
"""Small words and what they are written together with: "up-regulated", "knock-out", not "lead in"."""
_PERSIAN_FIRST = frozenset(["مي", "نمي", "بي"])
_PERSIAN_LAST = frozenset(["ها", "هاي", "هايي", "هايش", "تر", "ترين"])
"""As forms are folded. Persian writes them with a space, without, or with a joiner that has no width."""
_SHORT_FIRST = frozenset(["air", "bed", "day", "eye", "gas", "ice", "key", "oil", "sea", "sun", "web"])
_SHORT_LAST = frozenset(["bed", "day", "end", "eye", "fly", "net", "set", "way", "web"])
"""Words of three letters that compounds have; others begin and end words by chance ("mass age")."""
_CHANCE = frozenset(
    [
        "ages",
        "ally",
        "able",
        "ions",
        "ring",
        "rings",
        "ants",
        "ness",
        "ment",
        "rate",
        "rates",
        "ration",
        "rations",
    ]
)
_OPEN = frozenset(["borne", "care", "milk", "phone", "scale", "water", "wide"])
"""Last parts that make more compounds than the tables have: "foodborne", "stormwater"."""
_LONGEST = 24  # letters of a word that is taken apart


def compound_runs(forms: Sequence[str], analyzer: Analyzer) -> list[slice]:
    """Where in a row of forms two words may be a compound that is also written together: "meta analysis"."""
    return [
        slice(at, at + 2)
        for at, (first, second) in enumerate(itertools.pairwise(forms))
        if is_compound(first, second, analyzer)
    ]


@lru_cache(maxsize=20_000)
def is_compound(first: str, second: str, analyzer: Analyzer) -> bool:
    """Whether two forms side by side may be one word."""
    if not (first.isalpha() and second.isalpha()):
        return False
    if any(
        (match := begins.match(first + second)) and match[0] == first for begins in (_COMBINING, _PARTICLE)
    ):
        return True
    return _is_persian(first, second) or _is_english(first, second, analyzer)


@lru_cache(maxsize=20_000)
def compounds(form: str, analyzer: Analyzer) -> tuple[tuple[str, str, bool], ...]:
    """The pairs of words that a word written together may stand for, each with whether the second may have
    any ending: not where the first is often no word of its own ("coronary").

    >>> compounds("metaanalysis", analyzer())
    (('meta', 'analysis', True),)
    """
    if not form.isalpha() or not 4 <= len(form) <= _LONGEST:
        return ()
    for begins in (_COMBINING, _PARTICLE):
        if match := begins.match(form):
            return ((match[0], form[match.end() :], begins is _PARTICLE or not match[1]),)
    pairs = ((form[:at], form[at:]) for at in range(2, len(form) - 1))
    return tuple(
        (first, second, False)
        for first, second in pairs
        if _is_persian(first, second) or _is_english(first, second, analyzer)
    )


def either_number(word: str) -> list[str]:
    """A word and its plural, or its singular."""
    return [word, word[:-1] if word.endswith("s") and not word.endswith("ss") else f"{word}s"]


def other_number(form: str) -> str:
    """A compound's form in the other number where stems do not bring the two together ("metaanalyses"); else
    ""."""
    return f"{form[:-2]}{'es' if form[-2] == 'i' else 'is'}" if form.endswith(("sis", "ses")) else ""


def _is_persian(first: str, second: str) -> bool:
    return not first.isascii() and (first in _PERSIAN_FIRST or second in _PERSIAN_LAST)


def _is_english(first: str, second: str, analyzer: Analyzer) -> bool:
    if not (first.isascii() and second.isascii()):
        return False
    if not (len(first) > 3 or first in _SHORT_FIRST) or not (len(second) > 3 or second in _SHORT_LAST):
        return False
    if len(first + second) < 7 or second in _CHANCE or analyzer.is_stop(first) or analyzer.is_stop(second):
        return False
    known = second in _OPEN or any(map(analyzer.is_word, (first + second, f"{first}-{second}")))
    return bool(known and analyzer.noun_parts(first) and analyzer.noun_parts(second))
