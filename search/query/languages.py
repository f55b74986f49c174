"""How the words of a query are read: in which language it speaks, and the stems that each word is looked for
under.

A library stems each paper in the paper's own language, so a word is looked for under its stem in every
language of the library. Two things must not follow from that: a function word of the reader's language is no
word of content because another language has no such function word, and a word is not rare because few papers
speak the language of one of its stems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from ingest.text.analysis import Analyzer
from search.query.tree import Query, texts

OTHER_LANGUAGES = 0.5
"""What a stem of another language than the query's counts: its idf is high for want of papers, not of use."""

_JOINING = frozenset(
    [
        "al",
        "auf",
        "aus",
        "av",
        "bei",
        "con",
        "da",
        "das",
        "de",
        "degli",
        "dei",
        "del",
        "della",
        "delle",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "een",
        "el",
        "em",
        "en",
        "et",
        "fur",
        "het",
        "i",
        "il",
        "im",
        "la",
        "las",
        "le",
        "les",
        "los",
        "mit",
        "na",
        "och",
        "og",
        "por",
        "pour",
        "sur",
        "til",
        "u",
        "und",
        "van",
        "vom",
        "von",
        "voor",
        "w",
        "y",
        "z",
        "zu",
        "zum",
        "zur",
    ]
)
"""Small words that join others in languages other than English; alone they are a name or an abbreviation."""

_TELLING = 2  # function words of another language that speak for it


@dataclass(frozen=True, slots=True)
class Speech:
    """The reading of one query: ``langs`` are the languages of the library, the query's own first."""

    analyzer: Analyzer
    langs: tuple[str, ...] = ("en",)

    @classmethod
    def of(cls, query: Query, analyzer: Analyzer, langs: Sequence[str]) -> Self:
        """The reading of a query in a library of these languages, the most frequent first."""
        forms: list[str] = []
        for text, _, _ in texts(query):
            forms += analyzer.forms(text.text)
        return cls(analyzer, tuple(dict.fromkeys([spoken(forms, analyzer, langs), *langs])))

    def own(self, form: str) -> str:
        """The stem of a form in the query's own language; "" for a function word of it."""
        return self.analyzer.stem(form, self.langs[0])

    def stems(self, form: str) -> tuple[str, ...]:
        """The stems of a form, that of the query's own language first; none for a function word of it."""
        return _stems(self.analyzer, self.langs, form)

    def elsewhere(self, form: str) -> Mapping[str, tuple[str, ...]]:
        """The stems that papers of other languages of the library have for a form, each with these languages.

        "" stands for those that take it for a function word and hold it as it is written alone.
        """
        return _elsewhere(self.analyzer, self.langs, form)

    def stems_in(self, form: str, lang: str) -> set[str]:
        """The stems that a form is known by in a paper of one language: the query's own, and the paper's."""
        own = self.own(form)
        return {own, self.analyzer.stem(form, lang)} - {""} if own else set()

    def telling(self, text: str) -> bool:
        """Whether any word of a text is looked for by its stem."""
        return any(map(self.own, self.analyzer.forms(text)))


@lru_cache(maxsize=20_000)
def _stems(analyzer: Analyzer, langs: tuple[str, ...], form: str) -> tuple[str, ...]:
    own, *others = (analyzer.stem(form, lang) for lang in langs)
    return tuple(dict.fromkeys([own, *filter(None, others)])) if own else ()


@lru_cache(maxsize=20_000)
def _elsewhere(analyzer: Analyzer, langs: tuple[str, ...], form: str) -> Mapping[str, tuple[str, ...]]:
    own = analyzer.stem(form, langs[0])
    languages: dict[str, list[str]] = {}
    for lang in langs[1:]:
        stem = analyzer.stem(form, lang)
        if stem != own:
            languages.setdefault(stem, []).append(lang)
    return {stem: tuple(names) for stem, names in languages.items()}


def spoken(forms: Iterable[str], analyzer: Analyzer, langs: Sequence[str]) -> str:
    """The language of a query: the library's main one, unless function words speak for another.

    One such word is not enough (``war veterans`` is not German), but for a small joining word that stands
    between others (``maladie de Crohn``).
    """
    ordered, main = list(forms), langs[0] if langs else "en"
    words = {form for form in ordered if len(form) > 1}  # single letters have no stem in any language
    counts = {lang: sum(analyzer.is_stop(form, lang) for form in words) for lang in (main, *langs)}
    best = max(counts, key=counts.__getitem__)
    if counts[best] <= counts[main]:
        return main
    joined = any(form in _JOINING and analyzer.is_stop(form, best) for form in ordered[1:-1])
    return best if joined or counts[best] >= _TELLING else main
