"""Tags in any spelling: what is one tag for search, facets and suggestions.

Spellings that differ in case, accents, hyphens, number or inversion ("Diabetes Mellitus, Type 2", "type 2
diabetes mellitus") have one key. Keys are compared and never shown; papers keep their own spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from search.authors import fold

_LONGEST = 300  # characters of a tag that are looked at
_INVERTED = re.compile(r",\s+")
_MOST_PARTS = 4  # of an inverted heading; more are a list in one tag
_WORDS = re.compile(r"/|[^\s/‐‑–—_-]+")
_SHORTEST = 4  # letters of a plural
_NO_PLURALS = frozenset(
    {"aids", "bias", "chaos", "lens", "mars", "mers", "news", "sars", "series", "species"}
)
_IRREGULAR = {
    "bacteria": "bacterium",
    "children": "child",
    "criteria": "criterion",
    "feet": "foot",
    "men": "man",
    "mice": "mouse",
    "phenomena": "phenomenon",
    "teeth": "tooth",
    "women": "woman",
}
_HISSING = re.compile(r"(?:s|x|z|ch|sh)e\Z")


@lru_cache(maxsize=200_000)
def tag_key(tag: str) -> str:
    """What all spellings of a tag have in common; of a tag without a letter or digit, the tag itself."""
    parts = _INVERTED.split(tag[:_LONGEST].strip().rstrip("."))
    if 1 < len(parts) <= _MOST_PARTS:
        parts.reverse()
    words = _WORDS.findall(fold(" ".join(parts)))
    singular = [_singular(word, last=at == len(words) - 1) for at, word in enumerate(words)]
    return " ".join(singular) or tag.strip()


def _singular(word: str, *, last: bool) -> str:
    """A word without the ending of its plural; the same for its singular, though it need not be a word."""
    if not word.isascii() or not word.isalpha() or word in _NO_PLURALS:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("sis"):  # analysis, analyses
        return word[:-2]
    if len(word) >= _SHORTEST and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word if word.endswith("ics") and not last else word[:-1]
    if word.endswith("ie"):  # calorie, calories; study, studies
        return word[:-2] + "y"
    return word[:-1] if len(word) >= _SHORTEST and _HISSING.search(word) else word


def most_used(spellings: Iterable[tuple[str, int]]) -> Mapping[str, str]:
    """The spelling that most papers use, by key; of spellings with their papers."""
    used: dict[str, tuple[int, str]] = {}
    for spelling, papers in spellings:
        key = tag_key(spelling)
        best = used.get(key)
        if best is None or (-papers, spelling) < (-best[0], best[1]):
            used[key] = (papers, spelling)
    return {key: spelling for key, (_, spelling) in used.items()}
