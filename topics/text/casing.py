"""How words are written: their case where they neither open a sentence nor stand in a shouted title."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from topics.text.phrases import CAPITAL_NOUNS, Word

HEADLINE_SHARE = 0.6
"""A text whose long words have capitals in more than this share is a headline."""


class Casing:
    """Learns the usual spelling of each form and rewrites phrases in it."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._nouns: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def learn(self, text: str, words: Sequence[Word], lang: str = "en") -> None:
        """Count how a text's words are written, but for those that open a sentence; skip headline case.

        In German, whose nouns have capitals, no text is in headline case, and a word that only opens
        sentences is more likely a noun than not.
        """
        nouns = lang in CAPITAL_NOUNS and not text.isupper()
        inner = [text[word.start : word.end] for word in words if not word.opens]
        long = [word for word in inner if len(word) > 3]
        headline = sum(not word[0].islower() for word in long) > HEADLINE_SHARE * len(long)
        if nouns or (len(long) > 1 and not headline):
            for word in inner:
                self._seen[word.casefold()][word] += 1
        if nouns:
            for place in words:
                written = text[place.start : place.end]
                self._nouns[written.casefold()][written] += 1

    def count(self, word: str, times: int, *, nouns: bool = False) -> None:
        """Count a way of writing that was met inside sentences (``nouns``: anywhere in a text of a language
        whose nouns have capitals)."""
        (self._nouns if nouns else self._seen)[word.casefold()][word] += times

    def word(self, word: str) -> str:
        """The usual spelling of a word; one never seen inside a sentence keeps its own unless it shouts."""
        key = word.casefold()
        if len(word) == 1:  # "a" is everywhere, and "influenza A" is no influenza of some kind
            return word
        seen = self._seen.get(key) or self._nouns.get(key)
        if seen:
            return max(seen.items(), key=lambda item: (item[1], item[0]))[0]
        shouts = len(word) > 5 and word.isupper()
        headline = word[:1].isupper() and word[1:].islower()
        return word.lower() if shouts or headline else word

    def phrase(self, phrase: str) -> str:
        """A phrase with each word in its usual spelling."""
        return " ".join(map(self.word, phrase.split()))


def sentence_case(phrase: str) -> str:
    """Capitalise the first word where it is plainly a word: not mRNA, pH, p-adic or 3D."""
    first = phrase.split(" ", 1)[0]
    lead = first.split("-", 1)[0]
    if len(lead) > 1 and lead.isalpha() and lead.islower():
        return phrase[0].upper() + phrase[1:]
    return phrase
