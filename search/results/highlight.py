"""Highlights: where the words of a query stand in the title and the abstract of a paper that is shown.

The offsets are computed afresh from the text by the one analysis, so both engines show the same. Matches
stand between ``MARK`` and ``END`` (`fragments`); such private-use characters are dropped from the text first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from ingest.text.analysis import Analyzer
from ingest.text.forms import fold, is_unspaced
from ingest.text.occurrences import Searched
from search.clauses import regular_expression
from search.query.languages import Speech
from search.query.tree import Phrase, Prefix, Query, Text, Wildcard, Word, texts
from search.query.wildcards import has_wildcards, tokens
from search.results.fragments import FORMULA, Match, Span, fragments, marked, merged

_LONGEST = 20_000  # characters of a text that are looked at
_WHITE = re.compile("[\t\n\r\x0b\x0c\xa0\u2003\u2009\u202f\u3000]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")

_MEMORY = 100_000  # pieces of text whose analysis is remembered


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for in one text field."""

    words: set[str] = field(default_factory=set)  # met by their stems in the language of the text
    forms: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    gapped: dict[str, re.Pattern[str]] = field(default_factory=dict)  # words with gaps
    phrases: list[tuple[tuple[str, ...], int]] = field(default_factory=list)


class _Pieces(dict[str, tuple[tuple[int, int, str, str], ...]]):
    """A piece of text between spaces → its forms as (start, end, form, stem); papers share most pieces."""

    def __init__(self, analyzer: Analyzer, lang: str) -> None:
        super().__init__()
        self._analyzer = analyzer
        self._lang = lang

    def __missing__(self, piece: str) -> tuple[tuple[int, int, str, str], ...]:
        if len(self) >= _MEMORY:
            self.clear()
        stem, lang = self._analyzer.stem, self._lang
        forms = tuple(
            (start, end, form, stem(form, lang)) for form, start, end in self._analyzer.spans(piece)
        )
        self[piece] = forms
        return forms


@cache
def _pieces(analyzer: Analyzer, lang: str) -> _Pieces:
    return _Pieces(analyzer, lang)


class _Hits(dict[str, tuple[Match, ...]]):
    """What of a piece between spaces is wanted; worked out once a search, as texts say most words again."""

    def __init__(self, wanted: _Wanted, speech: Speech, lang: str, searched: Searched) -> None:
        super().__init__()
        self.pieces = _pieces(speech.analyzer, lang)
        self._gapped = tuple(wanted.gapped.values())
        stems = {stem for word in wanted.words for stem in speech.stems_in(word, lang)}
        self._occurrences = searched.of(lang, stems, wanted.forms, wanted.prefixes)
        self.counts = self._occurrences.counts

    def __missing__(self, piece: str) -> tuple[Match, ...]:
        words = tuple(
            (start, end, stem or form)
            for start, end, form, stem in (self.pieces[piece] if piece else ())
            if self._is_wanted(form, stem)
        )
        self[piece] = words
        return words

    def _is_wanted(self, form: str, stem: str) -> bool:
        """Whether a form of a text is wanted by itself (phrases are looked for elsewhere)."""
        return self._occurrences.is_wanted(form, stem) or any(
            pattern.fullmatch(form) for pattern in self._gapped
        )


class Highlighter:
    """Marks the words of one query in any number of papers; make one a search."""

    def __init__(self, query: Query, analyzer: Analyzer, speech: Speech | None = None) -> None:
        """Take from the query what it asks for (not what it excludes).

        ``speech`` says by which stems a word is looked for (default: the English one).
        """
        self._analyzer = analyzer
        self.speech = speech or Speech(analyzer)
        self.searched = Searched(analyzer)
        self._wanted = {"title": _Wanted(), "abstract": _Wanted()}
        self._hits: dict[tuple[str, str], _Hits] = {}
        before = ""
        for text, name, negated in texts(query):
            if negated or name == "subject":
                continue
            beside, before = before, text.text if type(text) is Word else ""
            pair = self._pair(beside, before)
            for wanted in [self._wanted[name]] if name in self._wanted else self._wanted.values():
                self._want(wanted, text)
                wanted.phrases.extend(pair)
        for wanted in self._wanted.values():
            if wanted.words or wanted.phrases or wanted.prefixes or wanted.gapped:
                wanted.forms.clear()  # function words are marked only where there is nothing else

    def want_words(self, words: Iterable[str]) -> None:
        """Look for these words too, such as the telling ones of a document used as the query."""
        self._hits.clear()
        for word in words:
            for wanted in self._wanted.values():
                self._want(wanted, Word(word))

    def highlight(
        self, title: str, abstract: str, lang: str = "en", forms: tuple[str, str] = ("", "")
    ) -> dict[str, list[str]]:
        """``{"title": [the whole title], "abstract": [fragments]}``; absent text has no entry.

        An abstract without a match gives its beginning, unmarked. ``forms`` are those of the title and of the
        abstract, joined by spaces, where they are at hand: most of the text need not be analysed then.
        """
        highlights: dict[str, list[str]] = {}
        if text := _bounded(title):
            highlights["title"] = [
                marked(text, 0, len(text), merged(self._matches("title", text, lang, forms[0])))
            ]
        if text := _bounded(abstract):
            highlights["abstract"] = fragments(text, self._matches("abstract", text, lang, forms[1]))
        return highlights

    def _want(self, wanted: _Wanted, text: Text) -> None:
        if isinstance(text, Wildcard) or has_wildcards(text.text):
            for token, gapped in tokens(text.text, self._analyzer.forms, fold):
                if gapped:
                    wanted.gapped[token] = re.compile(regular_expression(token))
                else:
                    wanted.words.add(token)
            return
        forms = self._analyzer.forms(text.text)
        if isinstance(text, Phrase):
            if forms:
                wanted.phrases.append((tuple(forms), text.slop))
        elif isinstance(text, Prefix):
            wanted.prefixes.update(forms[-1:])
            wanted.words.update(filter(self.speech.own, forms[:-1]))
        else:
            groups = self._analyzer.groups(text.text, self.speech.langs[0])
            wanted.phrases.extend((group, 0) for group in groups if len(group) > 1)
            alone = [group[0] for group in groups if len(group) == 1]
            wanted.prefixes.update(form for form in alone if len(form) == 1 and is_unspaced(form))
            wanted.forms.update(alone)
            wanted.words.update(filter(self.speech.own, alone))

    def _pair(self, left: str, right: str) -> list[tuple[tuple[str, ...], int]]:
        """A letter and the word that it was typed beside (``vitamin d``), to look for as a phrase.

        By itself the letter would be marked all over the text.
        """
        pair = (*self._analyzer.forms(left), *self._analyzer.forms(right))
        is_wanted = len(pair) == 2 and sum(len(form) == 1 and form.isalpha() for form in pair) == 1
        return [(pair, 0)] if is_wanted else []

    def _matches(self, name: str, text: str, lang: str, forms: str) -> list[Match]:
        """The matches in order."""
        wanted = self._wanted[name]
        if not (wanted.words or wanted.forms or wanted.prefixes or wanted.phrases or wanted.gapped):
            return []
        hits = self._hits.get((name, lang))
        if hits is None:
            hits = self._hits[name, lang] = _Hits(wanted, self.speech, lang, self.searched)
        counts = hits.counts(forms) if forms and not wanted.phrases and not wanted.gapped else None
        if counts == {}:
            return []
        plain = _without_formulas(text)
        if counts:
            quick = _where(plain, counts, hits)
            if quick is not None:
                return quick
        pieces = plain.split(" ")
        matches: list[Match] = []
        at = 0
        for piece in pieces:
            if mine := hits[piece]:
                matches += [(at + start, at + end, word) for start, end, word in mine]
            at += len(piece) + 1
        if wanted.phrases:
            matches += _phrases(wanted.phrases, pieces, hits.pieces)
            matches.sort()
        return matches


def _where(text: str, wanted: Mapping[str, int], hits: _Hits) -> list[Match] | None:
    """Where the wanted forms of a text stand; None if some are not written as they are folded
    (``IL-6``, ``ß``).

    Only pieces in which the letters of a form stand are looked at; that none was missed is counted.
    """
    lower = text.lower()
    if len(lower) != len(text):
        return None
    pieces: dict[int, int] = {}
    for form in wanted:
        at = lower.find(form)
        while at >= 0:
            end = lower.find(" ", at)
            end = len(text) if end < 0 else end
            pieces[lower.rfind(" ", 0, at) + 1] = end
            at = lower.find(form, end)
    matches = [
        (begin + start, begin + end, word)
        for begin in sorted(pieces)
        for start, end, word in hits[text[begin : pieces[begin]]]
    ]
    return matches if len(matches) == sum(wanted.values()) else None


def _phrases(
    phrases: Sequence[tuple[tuple[str, ...], int]], pieces: Sequence[str], known: _Pieces
) -> list[Match]:
    """The matches of phrases in a text that is given as its pieces between spaces."""
    needed = {form for forms, _ in phrases for form in forms}
    positions: dict[str, list[int]] = {}
    spans: dict[int, Span] = {}
    at = position = 0
    for piece in pieces:
        if piece:
            for start, end, form, _ in known[piece]:
                if form in needed:
                    positions.setdefault(form, []).append(position)
                    spans[position] = at + start, at + end
                position += 1
        at += len(piece) + 1
    return [match for forms, slop in phrases for match in _phrase_matches(forms, slop, positions, spans)]


def _bounded(text: str) -> str:
    """The text without private-use characters; a very long one up to a space."""
    if len(text) > _LONGEST:
        text = text[: text.rfind(" ", 0, _LONGEST) + 1 or _LONGEST]
    return text if text.isascii() else _PRIVATE.sub("", text)


def _without_formulas(text: str) -> str:
    """The text with spaces in the place of formulas and of other white space; offsets stay."""
    if "$" in text:
        text = FORMULA.sub(lambda formula: " " * len(formula.group()), text)
    return text if text.isascii() and text.isprintable() else _WHITE.sub(" ", text)


def _phrase_matches(
    forms: tuple[str, ...], slop: int, positions: Mapping[str, Sequence[int]], spans: Mapping[int, Span]
) -> list[Match]:
    """Where the forms stand in this order with at most ``slop`` others in between."""
    matches: list[Match] = []
    key = " ".join(forms)
    for first in positions.get(forms[0], ()):
        chain = [first]
        for form in forms[1:]:
            places = positions.get(form, ())
            at = bisect_left(places, chain[-1] + 1)
            if at == len(places):
                return matches
            chain.append(places[at])
        if chain[-1] - first - len(forms) + 1 > slop:
            continue
        if slop:
            matches += [(*spans[at], key) for at in chain]
        else:
            matches.append((spans[first][0], spans[chain[-1]][1], key))
    return matches
