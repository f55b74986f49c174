"""Did you mean: unknown words of a query are replaced by near words of the library itself.

The vocabulary (folded forms and the papers that have them) is an array of letter codes, made when an atlas is
published and mapped into memory. A word that is not in it is compared with all words of about its length:
first by the set of letters they share, then by edit distance with transpositions, for all candidates at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.arrays import Layout, read_arrays, write_arrays
from ingest.text.analysis import Analyzer
from search.assist.absent_languages import scripts_of
from search.query.printer import print_query
from search.query.tree import (
    And,
    Field,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Text,
    Word,
    conjunction,
    disjunction,
)
from search.query.wildcards import has_wildcards

SPELLING = Layout("vocabulary for spelling", "spelling.json", 1, "Run: litatlas reindex")
"""How its folder is laid out."""

_LONGEST = 24  # letters of a word
_SHORTEST = 4
FEWEST = 2
"""Papers that a word needs, to be known and to be offered."""
_MOST = 400_000  # words of the vocabulary: those in most papers
_CHECKED = 5  # unknown words of a query that are looked at
_CANDIDATES = 4_000  # words whose distance is computed
_RARE = 200  # a known word is replaced by one that is so many times as common, where nothing was found
_DOUBTED = 5  # papers up to which a known word is doubted at all
_DOUBT = 2.5  # natural logarithms of papers that one more edit must bring
_SPLIT = 20  # papers that both halves of a split word need
_LIKELY = 4  # corrections of a word that are weighed
_WAYS = 8  # ways to correct all wrong words together that are tried
_TOGETHER = 2.0  # what the logarithm of the papers that hold all words counts beside each word's own
_PRUNED = 3_000_000  # words that are counted before those seen once are forgotten


Seen = Callable[[str], int]
"""Counts the papers with a word that a reader may see."""


def count_forms(counts: Counter[str], forms: str) -> None:
    """Add one paper, its forms joined by spaces, to the papers counted by form; memory is bounded."""
    counts.update(set(forms.split()))
    if len(counts) > _PRUNED:
        for word in [word for word, count in counts.items() if count == 1]:
            del counts[word]


def build_spelling(counts: Mapping[str, int], folder: Path) -> int:
    """Write the vocabulary's folder; returns how many words it holds."""
    words = [word for word, count in counts.items() if count >= FEWEST and _is_wordlike(word)]
    words = sorted(sorted(words, key=lambda word: (-counts[word], word))[:_MOST])
    letters = np.array(words, f"U{_LONGEST}") if words else np.empty(0, f"U{_LONGEST}")
    arrays = {
        "words": letters,
        "papers": np.array([counts[word] for word in words], np.uint32),
        "lengths": np.array(list(map(len, words)), np.uint8),
        "letters": np.array(list(map(_letters, words)), np.uint32),
    }
    write_arrays(SPELLING, folder, {"scripts": sorted(scripts_of(counts))}, arrays)
    return len(words)


def _is_wordlike(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and word.isalpha()


def _letters(word: str) -> int:
    """The set of a word's letters as 32 bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 32)
    return bits


class Spelling:
    """The library's vocabulary, and corrections from it."""

    def __init__(self, folder: Path) -> None:
        """Map the arrays of a folder; raises ``ArraysError`` when it is missing or damaged."""
        header, arrays = read_arrays(SPELLING, folder)
        self.scripts: list[str] | None = header.get("scripts")  # None in a folder of an earlier version
        try:
            self._words: NDArray[np.str_] = arrays["words"]
            self._papers: NDArray[np.uint32] = arrays["papers"]
            self._lengths: NDArray[np.uint8] = arrays["lengths"]
            self._letters: NDArray[np.uint32] = arrays["letters"]
        except KeyError as error:
            raise SPELLING.error(folder, "is incomplete") from error
        self._codes = self._words.view(np.uint32).reshape(-1, _LONGEST)

    def papers(self, word: str) -> int:
        """In how many papers of the published library a folded form occurs (0: fewer than two)."""
        if len(word) > _LONGEST or not len(self._words):
            return 0
        at = int(np.searchsorted(self._words, np.array(word, f"U{_LONGEST}")))
        return int(self._papers[at]) if at < len(self._words) and self._words[at] == word else 0

    def _known(self, word: str, seen: Seen | None) -> int:
        """In how many of the papers that a reader may see a form occurs (0: fewer than two)."""
        papers = self.papers(word)
        if not papers or seen is None:
            return papers
        count = min(papers, seen(word))
        return count if count >= FEWEST else 0

    def correction(self, word: str, *, papers: int = 0) -> str:
        """The word that was probably meant: one word, or two with a space between; "" for none.

        ``papers`` is in how many the word itself occurs: a correction must be much more common.
        """
        likely = self.corrections(word, papers=papers)
        return likely[0][0] if likely else ""

    def corrections(self, word: str, *, papers: int = 0, seen: Seen | None = None) -> list[tuple[str, float]]:
        """The words that may have been meant, each with its score, the most likely first; ``papers`` as in
        `correction`, ``seen`` as in `did_you_mean`. Two words that were written as one are likelier than a
        word that little speaks for."""
        likely = self._nearest(word, papers, seen)
        if not papers and (halves := self._split(word, seen)):
            likely.append((halves, 0.0))
        return sorted(likely, key=lambda pair: -pair[1])

    def _nearest(self, word: str, papers: int, seen: Seen | None) -> list[tuple[str, float]]:
        """The best words, each with log papers, less doubt.

        What a word scores by all papers bounds what it scores by those that a reader may see, so that most
        words need not be counted anew.
        """
        near, distances = self._close(word, papers)
        same_begin = self._codes[near, 0] == ord(word[0])
        doubt = _DOUBT * (distances - 1) * 2 - _DOUBT * same_begin
        bounds = np.log(self._papers[near]) - doubt
        best: list[tuple[str, float]] = []
        for at in np.lexsort((self._words[near], -bounds)).tolist():
            if len(best) == _LIKELY and bounds[at] <= best[-1][1]:
                break
            candidate = str(self._words[near[at]])
            count = self._known(candidate, seen)
            if count > _RARE * papers:
                best = [*best, (candidate, float(np.log(count) - doubt[at]))]
                best = sorted(best, key=lambda pair: (-pair[1], pair[0]))[:_LIKELY]
        return best

    def _close(self, word: str, papers: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The words within two edits (one where a word is short) that are common enough, their distances."""
        edits = 1 if len(word) <= 5 else 2
        near = np.flatnonzero(
            (np.abs(self._lengths.astype(np.int16) - len(word)) <= edits)
            & (np.bitwise_count(self._letters ^ np.uint32(_letters(word))) <= 2 * edits)
        )
        if len(near) > _CANDIDATES:
            near = near[np.argpartition(-self._papers[near].astype(np.int64), _CANDIDATES)[:_CANDIDATES]]
        distances = _distances(word, self._codes[near], self._lengths[near])
        close = (distances > 0) & (distances <= edits) & (self._papers[near] > _RARE * papers)
        return near[close], distances[close]

    def _split(self, word: str, seen: Seen | None) -> str:
        """Two known words that were written as one; "" where there are none."""
        best, most = "", _SPLIT - 1
        for at in range(len(word) - 3, 2, -1):
            halves = word[:at], word[at:]
            common = min(map(self.papers, halves))
            if common > most and seen is not None:
                common = min(self._known(half, seen) for half in halves)
            if common > most:
                best, most = " ".join(halves), common
        return best

    def did_you_mean(
        self,
        query: Query,
        analyzer: Analyzer,
        *,
        has_hits: bool,
        known: Callable[[str], bool] = lambda _: False,
        seen: Seen | None = None,
        finds: Callable[[Query], int] | None = None,
    ) -> str:
        """The query with its wrong words corrected, printed; "" where there is nothing to correct.

        ``has_hits``: whether the query has hits. If it has, only words that the library does not know are
        corrected; if not, very rare words too. ``known`` may know words added since the file was made;
        ``seen``, where it is given, counts the papers with a word that this reader may see: no other has a
        part in what is offered. ``finds`` tells how many papers a corrected query finds: of the likeliest
        ways to correct all the words together, the one that is best by its words and its papers is offered,
        and none that finds nothing.
        """
        wrong = self._wrong_words(query, analyzer, has_hits=has_hits, known=known, seen=seen)
        if not wrong:
            return ""
        best, most = "", -np.inf
        for corrections, score in _together(wrong):
            corrected = _corrected_query(query, corrections, analyzer)
            if finds is None:
                return print_query(corrected)
            papers = finds(corrected)
            if papers and score + _TOGETHER * np.log(papers) > most:
                best, most = print_query(corrected), score + _TOGETHER * np.log(papers)
        return best

    def _wrong_words(
        self,
        query: Query,
        analyzer: Analyzer,
        *,
        has_hits: bool,
        known: Callable[[str], bool],
        seen: Seen | None,
    ) -> dict[str, list[tuple[str, float]]]:
        """The words of a query that are doubted, each with what may have been meant."""
        wrong: dict[str, list[tuple[str, float]]] = {}
        for form in list(_forms(query, analyzer))[: 4 * _CHECKED]:
            if form in wrong or len(wrong) == _CHECKED or not _is_wordlike(form):
                continue
            papers = self._known(form, seen) or int(known(form))
            if papers and (has_hits or papers > _DOUBTED):
                continue
            likely = [
                (word, score)
                for word, score in self.corrections(form, papers=papers, seen=seen)
                if not analyzer.is_stop(word)
            ]
            if likely:
                wrong[form] = likely
        return wrong


def _together(wrong: Mapping[str, list[tuple[str, float]]]) -> list[tuple[dict[str, str], float]]:
    """The likeliest ways to correct several words together, each with the sum of its scores, best first."""
    ways: list[tuple[dict[str, str], float]] = [({}, 0.0)]
    for form, likely in wrong.items():
        longer = [({**way, form: word}, sum_ + score) for way, sum_ in ways for word, score in likely]
        ways = sorted(longer, key=lambda pair: -pair[1])[:_WAYS]
    return ways


def _corrected_query(query: Query, corrections: Mapping[str, str], analyzer: Analyzer) -> Query:
    clauses: list[Node] = []
    for clause in query.clauses:
        corrected = _corrected(clause, corrections, analyzer)
        split = isinstance(clause, Word) and isinstance(corrected, And)
        clauses += corrected.children if split and isinstance(corrected, And) else (corrected,)
    return Query(tuple(clauses))


def _distances(word: str, codes: NDArray[np.uint32], lengths: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Edit distances (optimal string alignment) from a word to many: one table for all of them at once."""
    wide = min(len(word) + 2, _LONGEST)
    columns = np.ascontiguousarray(codes[:, :wide].T)
    before: list[NDArray[np.int8]] = []
    above = [np.full(len(codes), j, np.int8) for j in range(wide + 1)]
    for i, letter in enumerate(map(ord, word), 1):
        same = columns == letter
        row = [np.full(len(codes), i, np.int8)]
        for j in range(1, wide + 1):
            best = np.minimum(np.minimum(above[j], row[j - 1]) + np.int8(1), above[j - 1] + ~same[j - 1])
            if i > 1 and j > 1:
                swapped = same[j - 2] & (columns[j - 1] == ord(word[i - 2]))
                best = np.where(swapped, np.minimum(best, before[j - 2] + np.int8(1)), best)
            row.append(best)
        before, above = above, row
    table = np.stack(above)
    return table[np.minimum(lengths, wide), np.arange(len(codes))].astype(np.int64)


def _forms(node: Query | Node, analyzer: Analyzer) -> Iterable[str]:
    """The forms of the words and phrases that a query asks for."""
    match node:
        case Query(children) | And(children) | Or(children):
            for child in children:
                yield from _forms(child, analyzer)
        case Field(_, child):
            yield from _forms(child, analyzer)
        case Word(text) | Phrase(text) if not has_wildcards(text):
            yield from analyzer.forms(text)


def _corrected(node: Node, corrections: Mapping[str, str], analyzer: Analyzer) -> Node:
    """The node with the corrected forms in the place of the words that they came from."""
    match node:
        case And(children):
            return conjunction(tuple(_corrected(child, corrections, analyzer) for child in children))
        case Or(children):
            return disjunction(tuple(_corrected(child, corrections, analyzer) for child in children))
        case Field(name, child):
            return _with_field(name, _corrected(child, corrections, analyzer))
        case Phrase(text, slop) if not has_wildcards(text):
            return Phrase(_replaced(text, corrections, analyzer), slop)
        case Word(text):
            words = _replaced(text, corrections, analyzer).split()
            return conjunction(tuple(map(Word, words)))
        case Not() | _:
            return node


def _with_field(name: str, node: Node) -> Node:
    if isinstance(node, And):
        return And(tuple(_with_field(name, child) for child in node.children))
    assert isinstance(node, Text | Near)  # a field stands above a leaf
    return Field(name, node)


def _replaced(text: str, corrections: Mapping[str, str], analyzer: Analyzer) -> str:
    """The text with its wrong words replaced; a hyphenated word with a wrong part loses its hyphens."""
    pieces: list[str] = []
    at = 0
    spans = analyzer.spans(text)
    for start, end in dict.fromkeys((start, end) for _, start, end in spans):
        forms = [form for form, first, last in spans if (first, last) == (start, end)]
        if not any(form in corrections for form in forms):
            continue
        pieces += [text[at:start], " ".join(corrections.get(form, form) for form in forms)]
        at = end
    return "".join([*pieces, text[at:]])
