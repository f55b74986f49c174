"""How words are written: their case where they neither open a sentence nor stand in a shouted title."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_OPENERS = frozenset('.!?:;([{"“‘«')
_HEADLINE_SHARE = 0.6


class Casing:
    """Learns the usual spelling of each form and rewrites phrases in it."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def learn(self, text: str, spans: Iterable[tuple[str, int, int]]) -> None:
        """Count how a text's words are written, but for those that open a sentence; skip headline case."""
        places = dict.fromkeys((start, end) for _, start, end in spans)
        words = [(text[start:end], _opens(text, start)) for start, end in places]
        inner = [word for word, opens in words if not opens and len(word) > 3]
        capitals = sum(not word[0].islower() for word in inner)
        if len(inner) < 2 or capitals > _HEADLINE_SHARE * len(inner):
            return
        for word, opens in words:
            if not opens:
                self._seen[word.casefold()][word] += 1

    def word(self, word: str) -> str:
        """The usual spelling of a word; one never seen inside a sentence keeps its own unless it shouts."""
        seen = self._seen.get(word.casefold())
        if seen:
            return max(seen.items(), key=lambda item: (item[1], item[0]))[0]
        shouts = len(word) > 5 and word.isupper()
        headline = word[:1].isupper() and word[1:].islower()
        return word.lower() if shouts or headline else word

    def phrase(self, text: str, words: Sequence[tuple[int, int]]) -> str:
        """The text from the first to the last of ``words`` (offsets) with each word in its usual spelling."""
        pieces, last = [], words[0][0]
        for start, end in words:
            pieces += [text[last:start], self.word(text[max(start, last) : end])]
            last = max(last, end)
        return " ".join("".join(pieces).split())


def sentence_case(phrase: str) -> str:
    """Capitalise the first word where it is plainly a word: not mRNA, pH, p-adic or 3D."""
    first = phrase.split(" ", 1)[0]
    lead = first.split("-", 1)[0]
    if len(lead) > 1 and lead.isalpha() and lead.islower():
        return phrase[0].upper() + phrase[1:]
    return phrase


def _opens(text: str, start: int) -> bool:
    """Whether the word at ``start`` opens the text or a sentence in it."""
    before = text[:start].rstrip() if start < 40 else text[start - 40 : start].rstrip()
    return not before or before[-1] in _OPENERS
