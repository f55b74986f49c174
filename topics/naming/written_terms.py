"""How papers write the terms of a model: "Gehör" for gehor, "DNA" for dna, "künstliche Intelligenz".

A term is a headword without case and accents. It is shown as the sample of typical papers most often writes
it, each word in its usual case; its headword's own spelling comes before inflected ones.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from topics.naming.candidates import SampleText
from topics.text.casing import Casing
from topics.text.phrases import Lexicon, PhraseFinder
from topics.text.tokens import JOINT, Tokenizer, shown_term

_STOP = re.compile("[。，、；：！？]")
"""Signs between two words of scripts without spaces, that are no term then."""


def written_terms(
    sample: Sequence[SampleText], terms: Collection[str], tokenizer: Tokenizer, finder: PhraseFinder
) -> dict[str, str]:
    """Term → how it is written, for the terms that are not written as they are folded."""
    casing, lexicon = Casing(), finder.lexicon
    wanted = frozenset(terms)
    surfaces: defaultdict[str, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for text in sample:
        for part in filter(None, (text.title, text.abstract)):
            casing.learn(part, finder.words(part, text.lang), text.lang)
            for term, surface, headword in _occurrences(part, text.lang, wanted, tokenizer, lexicon):
                surfaces[term][surface, headword] += 1
    written = {term: _usual(spellings, casing) for term, spellings in surfaces.items()}
    return {term: surface for term, surface in sorted(written.items()) if surface != shown_term(term)}


def _occurrences(
    text: str, lang: str, wanted: Collection[str], tokenizer: Tokenizer, lexicon: Lexicon
) -> Iterator[tuple[str, str, bool]]:
    """The wanted terms in a text, as they are written, and whether each of their words is its headword."""
    spans = lexicon.word_spans(text, lang)
    lemmas = [lexicon.lemma(form, lang).replace(JOINT, "-") for form, _, _ in spans]
    for term, first, last in tokenizer.places(lemmas):
        if term not in wanted:
            continue
        form, start, end = spans[first]
        if first < last:
            end = spans[last][2]
        cut_before = first > 0 and spans[first - 1][2] > start  # a part of a hyphenated word
        cut_after = last + 1 < len(spans) and spans[last + 1][1] < end
        if cut_before or cut_after or _STOP.search(text, start, end):
            continue
        if first == last:  # a word has neither spaces nor brackets
            yield term, text[start:end], lemmas[first] == form
        else:
            headword = all(lemmas[at] == spans[at][0] for at in range(first, last + 1))
            yield term, _closed(" ".join(text[start:end].split()), text[end : end + 1]), headword


def _closed(surface: str, after: str) -> str:
    """A surface that ends inside brackets, "oxygen species (ROS", with the bracket that follows it."""
    for opening, closing in ("()", "[]"):
        if surface.count(opening) > surface.count(closing):
            return surface + closing if after == closing else surface.replace(opening, "")
        if surface.count(closing) > surface.count(opening):
            return surface.replace(closing, "")
    return surface


def _usual(spellings: Counter[tuple[str, bool]], casing: Casing) -> str:
    """The most frequent spelling, of the headword where it is written at all."""
    headwords = any(headword for _, headword in spellings)
    written: Counter[str] = Counter()
    for (surface, headword), count in spellings.items():
        if headword == headwords:
            written[casing.phrase(surface)] += count
    return max(written.items(), key=lambda item: (item[1], item[0]))[0]
