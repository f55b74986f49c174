"""Which forms of a text are wanted, and how often it has each: for titles, highlights and reasons.

A text comes as its forms, joined by spaces. Only forms that begin like a wanted one are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.text.analysis import Analyzer


class Occurrences:
    """What of any number of texts in one language is wanted: forms with some stems, or forms as they are.

    Args:
        analyzer: gives stems.
        lang: the language of the texts.
        stems: wanted under every form.
        forms: wanted as they are written.
        prefixes: whatever begins with one is wanted.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        lang: str,
        stems: frozenset[str],
        forms: frozenset[str] = frozenset(),
        prefixes: frozenset[str] = frozenset(),
    ) -> None:
        self._stem = analyzer.stemmer(lang)
        self._stems, self._forms, self._prefixes = stems, forms, tuple(prefixes)
        every = {f" {begin}" for stem in stems for begin in analyzer.beginnings(stem, lang)}
        every |= {f" {begin}" for begin in forms | prefixes}
        self._beginnings = [
            begin for begin in every if not any(begin.startswith(other) for other in every - {begin})
        ]
        self._others: set[str] = set()  # forms that begin like a wanted one and are none
        self._counts: dict[str, dict[str, int]] = {}

    def is_wanted(self, form: str, stem: str) -> bool:
        """Whether a form is wanted, given its stem."""
        return stem in self._stems or form in self._forms or form.startswith(self._prefixes)

    def counts(self, joined: str) -> Mapping[str, int]:
        """The wanted forms of a text and how often it has each; worked out once a text."""
        counts = self._counts.get(joined)
        if counts is None:
            counts = self._counts[joined] = self._count(f" {joined} ")
        return counts

    def _count(self, text: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        find, last = text.find, len(text) - 1
        for begin in self._beginnings:
            at = find(begin)
            while 0 <= at < last:
                end = find(" ", at + 1)
                form = text[at + 1 : end]
                if form in counts:
                    counts[form] += 1
                elif form not in self._others:
                    if self.is_wanted(form, self._stem(form)):
                        counts[form] = 1
                    else:
                        self._others.add(form)
                at = find(begin, end)
        return counts


class Searched:
    """What is looked for in the texts that one search shows; the same is looked for once."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._known: dict[tuple[str, frozenset[str], frozenset[str], frozenset[str]], Occurrences] = {}

    def __len__(self) -> int:
        """How many different things are looked for."""
        return len(self._known)

    def of(
        self, lang: str, stems: Iterable[str], forms: Iterable[str] = (), prefixes: Iterable[str] = ()
    ) -> Occurrences:
        """The occurrences of all these in texts of a language."""
        key = (lang, frozenset(stems), frozenset(forms), frozenset(prefixes))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Occurrences(self._analyzer, *key)
        return known
