"""The one analysis of text: exact folded forms, and from each form its lemma and its stem.

Running text only ever meets a dictionary: every distinct chunk between two spaces is cut into words, and
every distinct word is split and folded, once and remembered, so that the loop over documents stays cheap.
Lemmas come from spaCy's tables (the lexicon, not the pipeline), stems from Snowball; both are asked once a
form.

What counts as one form: a run of letters and digits, lower case, without accents. A hyphen splits
(``self-supervised`` = ``self supervised``), but short names with a number become one (``IL-6`` = ``il6``,
``SARS-CoV-2`` = ``sars cov2``, ``COVID-19`` = ``covid 19``); a Greek letter inside a name is spelt out
(``TNF-α`` = ``TNF-alpha`` = ``tnf alpha``); Chinese, Japanese, Korean and Thai text gives overlapping pairs
of characters; math between dollars is left out. The rules do not depend on the language, so that a query
whose language nobody knows meets every document. Topics are made of words there too: :meth:`Analyzer.words`
puts the pairs together again and cuts them by a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from ingest.text import forms as words
from ingest.text import segmentation
from ingest.text.headwords.kept_tables import tables_of
from ingest.text.headwords.lexicon import Lexicon
from ingest.text.headwords.spacy_files import spacy_stops

ANALYSIS_VERSION = "2"
"""Stamped on cached forms, models and indices: forms, lemmas or stems that change need a new number."""

_MEMORY = 400_000  # distinct words that a dictionary holds before it starts afresh
_LONGEST = 40  # characters of a text that is remembered
_LETTER = rf"(?:[^\W_]|[{words.MARKS}])"
_AROUND = '.,;:()[]"?!%'  # stands around words and is part of none
_ASCII_WORD = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:['-][A-Za-z0-9]+|\+\+|#(?![A-Za-z0-9]))*"
    r"|[0-9]+(?:[.,][0-9]+)*[A-Za-z0-9]*(?:['-][A-Za-z0-9]+)*"
)
_WORD = re.compile(  # the same for every script: which of the two reads a text must not matter
    rf"(?![0-9])[^\W_]{_LETTER}*(?:['’ʼ‐‑-]{_LETTER}+|\+\+|#(?!{_LETTER}))*"
    rf"|[0-9]+(?:[.,][0-9]+)*{_LETTER}*(?:['’ʼ‐‑-]{_LETTER}+)*"
)


class _Remembered(dict[str, str]):
    """A function of short texts, asked once for each; it starts afresh when its memory is full."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
        value = self._function(text)
        if len(text) <= _LONGEST:
            self[text] = value
        return value


class Analyzer:
    """Splits text into forms and answers questions about forms; ask :func:`analyzer` for the shared one."""

    def __init__(self) -> None:
        self._forms = _Remembered(words.split)  # of a word as written, joined by a space
        self._chunks = _Remembered(self._chunk)  # of what stands between two spaces, with its punctuation
        self._lemmas: dict[str, dict[str, str]] = {}
        self._stems: dict[str, _Remembered] = {}

    def joined(self, text: str) -> str:
        """The forms of ``text`` joined by a space: the shape that the library keeps."""
        text = words.blank_math(text)
        # No word reaches over a space, so that the expression need not be asked about the same chunk twice.
        return " ".join(filter(None, map(self._chunks.__getitem__, text.split())))

    def _chunk(self, chunk: str) -> str:
        word = chunk.strip(_AROUND)
        if word.isascii() and word.isalpha():  # most are a word and a comma
            return self._forms[word]
        return " ".join(filter(None, map(self._forms.__getitem__, _pattern(chunk).findall(chunk))))

    def forms(self, text: str, lang: str = "en") -> list[str]:  # noqa: ARG002 (see the module: the same for all)
        """The exact folded forms of ``text``, in order."""
        return self.joined(text).split()

    def groups(self, text: str, lang: str = "en") -> list[tuple[str, ...]]:
        """The forms of a query's word, those together that must stand side by side to be one word of an
        unspaced script; every other form is alone."""
        if not words.has_unspaced(text):
            return [(form,) for form in self.joined(text).split()]
        groups: list[tuple[str, ...]] = []
        for match in _WORD.finditer(text):
            for start, end, unspaced in words.runs(match.group()):
                run = match.group()[start:end]
                if unspaced:
                    groups += [tuple(self._forms[word].split()) for word in segmentation.wanted(run, lang)]
                else:
                    groups += [(form,) for form in self._forms[run].split()]
        return groups

    def spans(self, text: str, lang: str = "en") -> list[tuple[str, int, int]]:  # noqa: ARG002
        """The forms of ``text`` with the characters ``[start, end)`` that they stand for.

        The forms are those of :meth:`forms`. The parts of a hyphenated word share the span of the whole word.
        """
        text = words.blank_math(text)
        spans: list[tuple[str, int, int]] = []
        for match in _pattern(text).finditer(text):
            joined = self._forms[match.group()]
            if " " not in joined:
                if joined:
                    spans.append((joined, *match.span()))
                continue
            forms = joined.split()
            pieces = words.unspaced_pieces(match.group())
            if len(pieces) == len(forms):
                spans += [
                    (form, match.start() + start, match.start() + end)
                    for form, (start, end) in zip(forms, pieces, strict=True)
                ]
            else:
                spans += [(form, match.start(), match.end()) for form in forms]
        return spans

    def words(self, forms: str | Sequence[str], lang: str = "en") -> Sequence[str]:
        """The forms (a list, or joined by spaces) with words in place of the pairs of unspaced scripts."""
        listed = forms.split() if isinstance(forms, str) else forms
        if (forms if isinstance(forms, str) else "".join(forms)).isascii():
            return listed
        return segmentation.cut_forms(listed, lang)

    def word_spans(self, text: str, lang: str = "en") -> list[tuple[str, int, int]]:
        """As :meth:`spans`, with words in place of the pairs of unspaced scripts."""
        if not words.has_unspaced(text):
            return self.spans(text, lang)
        spans: list[tuple[str, int, int]] = []
        for match in _WORD.finditer(words.blank_math(text)):
            for start, end, unspaced in words.runs(match.group()):
                run, at = match.group()[start:end], match.start() + start
                if unspaced:
                    cut = segmentation.cut(run, lang)
                    spans += [(run[first:last], at + first, at + last) for first, last in cut]
                else:
                    spans += [(form, at, at + len(run)) for form in self._forms[run].split()]
        return spans

    def lemma(self, form: str, lang: str = "en") -> str:
        """The headword of a form, for the model and for display; "" for a stop word or a number."""
        known = self._lemmas.setdefault(lang, {})
        lemma = known.get(form)
        if lemma is None:
            noise = words.is_noise(form) or (words.is_unspaced(form) and segmentation.is_function_word(form))
            lemma = _remember(known, form, "" if noise else self._lexicon(lang).lemma(form))
        return lemma

    def headwords(self, forms: Iterable[str], lang: str = "en") -> list[str]:
        """The :meth:`lemma` of each form, or where it has none, the form itself."""
        known = self._lemmas.setdefault(lang, {}).get
        lemmas = ((form, known(form)) for form in forms)
        return [(self.lemma(form, lang) if lemma is None else lemma) or form for form, lemma in lemmas]

    def stem(self, form: str, lang: str = "en") -> str:
        """The stem of a form, for search; "" for a function word. Numbers and letters are kept."""
        return self.stemmer(lang)(form)

    def stemmer(self, lang: str) -> Callable[[str], str]:
        """:meth:`stem` of one language, for whoever stems many forms."""
        known = self._stems.get(lang)
        if known is None:
            known = self._stems[lang] = _Remembered(self._lexicon(lang).stem)
        return known.__getitem__

    def beginnings(self, stem: str, lang: str = "en") -> tuple[str, ...]:
        """Beginnings, one of which every form with this stem has, so that only few words need be looked at;
        "" (any) where the language's stems do not tell."""
        return self._lexicon(lang).beginnings(stem)

    def is_stop(self, form: str, lang: str = "en") -> bool:
        """Whether the form is a function word of the language (such a word has no stem)."""
        return self.stem(form, lang) == ""

    def noun_parts(self, form: str, lang: str = "en") -> frozenset[str]:
        """What the form can be, of ``NOUN``, ``ADJ``, ``VERB`` and ``ADV``; empty where it is not known."""
        if words.is_unspaced(form):
            return segmentation.parts_of_speech(form)
        return self._lexicon(lang).parts(form)

    def is_word(self, form: str, lang: str = "en") -> bool:
        """Whether a form is known as a word of the language."""
        return self._lexicon(lang).knows(form)

    @staticmethod
    def _lexicon(lang: str) -> Lexicon:
        return _lexicon(lang or "en")


def _pattern(text: str) -> re.Pattern[str]:
    return _ASCII_WORD if text.isascii() else _WORD


def _remember(known: dict[str, str], form: str, value: str) -> str:
    if len(known) >= _MEMORY:
        known.clear()
    known[form] = value
    return value


@cache
def _lexicon(lang: str) -> Lexicon:
    return Lexicon(lang, tables_of, spacy_stops)


@cache
def analyzer() -> Analyzer:
    """The analyzer of this process."""
    return Analyzer()
