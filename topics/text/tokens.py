"""From analysed forms to the terms that the model knows: lemmas, and multi-word terms by longest match."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ingest.text.analysis import analyzer
from ingest.text.passages import foreign
from ingest.text.segmentation import glued

Lemma = Callable[[str, str], str]
"""(form, language) → lemma, or ``""`` for a stop word, a number, or a form that is too short."""

JOINT = "_"
"""What joins the words of a multi-word term inside the model; it is shown as a space."""


def shown_term(term: str) -> str:
    """The term as a reader sees it: a multi-word term with spaces, where its script has them."""
    return glued(term.split(JOINT))


def analysis_lemma() -> Lemma:
    """The lemma function of the one analysis that the whole atlas uses."""
    lemma: Lemma = analyzer().lemma
    return lemma


class Tokenizer:
    """Turns exact forms into model tokens.

    A stop word breaks a multi-word term, so "state of the art" is three words, not one. Lemmas are cached
    by form, because a collection has far fewer forms than tokens.

    Args:
        phrases: the multi-word terms, their words joined by ``_``.
        lemma: form and language to lemma; the atlas's own analysis unless given.
        languages: the languages that the model speaks; text in another has no tokens. Empty: all.
    """

    def __init__(
        self,
        phrases: Iterable[str] = (),
        lemma: Lemma | None = None,
        languages: Collection[str] = (),
    ) -> None:
        self._lemma = lemma or analysis_lemma()
        self._languages = frozenset(languages)
        self._cache: dict[str, dict[str, str]] = {}
        self._phrases = frozenset(phrases)
        self._starts: dict[str, int] = {}
        for phrase in self._phrases:
            words = phrase.split(JOINT)
            self._starts[words[0]] = max(len(words), self._starts.get(words[0], 0))

    def lemmas(self, forms: str | Sequence[str], lang: str = "en") -> list[str]:
        """The lemmas of the words of the forms (a list, or a string joined by spaces), ``""`` where one has
        none; so has a passage in another language than the text's.
        """
        lang = lang or "en"
        words = analyzer().words(forms, lang)
        if self._languages and lang not in self._languages:
            return [""] * len(words)
        cache = self._cache.setdefault(lang, {})
        lemmas = []
        for form in words:
            lemma = cache.get(form)
            if lemma is None:
                lemma = cache[form] = self._lemma(form, lang).replace(JOINT, "-")
            lemmas.append(lemma)
        elsewhere = foreign(words, lang)
        if elsewhere is None:
            return lemmas
        return ["" if out else lemma for lemma, out in zip(lemmas, elsewhere.tolist(), strict=True)]

    def __call__(self, forms: str | Sequence[str], lang: str = "en") -> list[str]:
        """The model tokens of the forms, in order; stop words and numbers are gone."""
        return self.join(self.lemmas(forms, lang))

    def join(self, lemmas: Sequence[str]) -> list[str]:
        """Join the longest multi-word terms of a sequence of lemmas and drop the empty ones."""
        if not self._phrases:
            return [lemma for lemma in lemmas if lemma]
        return [token for token, _, _ in self.places(lemmas)]

    def places(self, lemmas: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """The terms of a sequence of lemmas, each with the places of its first and its last word."""
        position, end = 0, len(lemmas)
        while position < end:
            lemma = lemmas[position]
            width = self._width(lemmas, position) if lemma in self._starts else 1
            if lemma:
                yield JOINT.join(lemmas[position : position + width]), position, position + width - 1
            position += width

    def _width(self, lemmas: Sequence[str], position: int) -> int:
        """The number of words of the longest multi-word term that starts here, or 1."""
        longest = min(self._starts[lemmas[position]], len(lemmas) - position)
        for width in range(longest, 1, -1):
            if JOINT.join(lemmas[position : position + width]) in self._phrases:
                return width
        return 1
