"""What a form means in a language: its headword, its stem, its possible parts of speech.

The tables are spaCy's (:mod:`ingest.text.headwords.spacy_files`); here are the rules that decide where the
tables are ambiguous or wrong: ``ground`` is not the past of *grind* in a paper, nor ``physics`` more than one
*physic*.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

import Stemmer

SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip

_ENGLISH = tomllib.loads(files("ingest.text").joinpath("english.toml").read_text(encoding="utf-8"))
_FUNCTION_WORDS = frozenset(_ENGLISH["function_words"].split())
_MODEL_STOPS = _FUNCTION_WORDS | frozenset(_ENGLISH["model_stops"].split())
_CONTENT = frozenset(_ENGLISH["content"].split())
_KEPT = frozenset((_ENGLISH["kept_s"] + _ENGLISH["adjectives"]).split())
_IRREGULAR: dict[str, str] = dict(pair.split(":") for pair in _ENGLISH["irregular"].split())
_BY_ENDINGS = frozenset(
    ["ca", "da", "de", "en", "es", "fr", "hu", "it", "lt", "nb", "nn", "no", "pt", "ro", "ru", "sv"]
)
"""Languages whose stemmer takes away or changes endings alone, as it did with all words of spaCy's tables."""
_PARTS = {"noun": "NOUN", "adj": "ADJ", "verb": "VERB", "adv": "ADV"}


@dataclass(frozen=True, slots=True)
class Tables:
    """A language's tables as spaCy has them; all may be empty."""

    lookup: Mapping[str, str] = field(default_factory=dict)
    index: Mapping[str, Collection[str]] = field(default_factory=dict)  # part of speech → headwords
    exceptions: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # part of speech → form → headword
    rules: Mapping[str, tuple[tuple[str, str], ...]] = field(
        default_factory=dict
    )  # part → (ending, replacement)


class Lexicon:
    """Headwords, stems and parts of speech of one language; the tables are loaded when first needed."""

    def __init__(
        self, lang: str, load: Callable[[str], Tables], load_stops: Callable[[str], frozenset[str]]
    ) -> None:
        self.lang = lang
        self._load = load
        self._load_stops = load_stops
        self._stemmer = Stemmer.Stemmer(SNOWBALL[lang], 0) if lang in SNOWBALL else None

    @cached_property
    def _tables(self) -> Tables:
        return self._load(self.lang)

    @cached_property
    def _stops(self) -> frozenset[str]:
        return self._load_stops(self.lang)

    def lemma(self, form: str) -> str:
        """The headword; "" for a stop word."""
        if self.lang == "en":
            if form in _MODEL_STOPS or (form in self._stops and form not in _CONTENT):
                return ""
            lemma = self._english(form)
            return "" if lemma in _MODEL_STOPS else lemma
        return "" if form in self._stops else self._other(form)

    def stem(self, form: str) -> str:
        """The Snowball stem (the form itself where Snowball lacks the language); "" for a function word.

        A single letter has no stem either, and Latin plurals in -ices stay apart from their singular: both
        cost more than they bring (nDCG@10 on cacm .487 with, .510 without; cran is indifferent).
        """
        stops = _FUNCTION_WORDS if self.lang == "en" else self._stops
        if form in stops or (len(form) == 1 and form.isascii() and form.isalpha()):
            return ""
        if self._stemmer is not None:
            if self.lang == "en" and not form.endswith("ices"):
                form = _IRREGULAR.get(form, form)
            stem: str = self._stemmer.stemWord(form) if form.isalpha() else form
            return stem
        # Not the headword: the tables of some languages take a minute and a gigabyte to load, and a process
        # that indexes or answers would load one for every language that a library holds a few papers of.
        return form

    def beginnings(self, stem: str) -> tuple[str, ...]:
        """Beginnings, one of which every form with this stem has; "" where nothing is known of them."""
        if self._stemmer is None:
            return (stem,)
        if self.lang not in _BY_ENDINGS:
            return ("",)
        length = 1 if self.lang == "de" else max(1, len(stem) // 2)  # German writes ü as ue, too: ueber, uber
        return stem[:length], *self._irregular.get(stem, ())

    @cached_property
    def _irregular(self) -> dict[str, list[str]]:
        """The irregular forms of each stem."""
        forms: dict[str, list[str]] = {}
        for form in _IRREGULAR if self.lang == "en" else ():
            forms.setdefault(self.stem(form), []).append(form)
        return forms

    def parts(self, form: str) -> frozenset[str]:
        """The parts of speech that the tables allow for a form."""
        parts: set[str] = set()
        for part, name in _PARTS.items():
            headwords = self._tables.index.get(part, frozenset())
            known = form in headwords or form in self._tables.exceptions.get(part, {})
            if known or any(headword in headwords for headword in self._stripped(form, part)):
                parts.add(name)
        return frozenset(parts)

    def knows(self, form: str) -> bool:
        """Whether the tables have a form as a word, of whatever kind, or its plural."""
        return form in self._tables.lookup or f"{form}s" in self._tables.lookup or bool(self.parts(form))

    def _stripped(self, form: str, part: str) -> list[str]:
        """What the form would come from by the rules of a part of speech."""
        if not form.endswith(self._endings.get(part, ())):
            return []
        return [
            form[: -len(ending)] + replacement
            for ending, replacement in self._tables.rules.get(part, ())
            if ending and form.endswith(ending) and len(form) > len(ending) + 1
        ]

    @cached_property
    def _endings(self) -> dict[str, tuple[str, ...]]:
        """The endings that a part of speech has rules for: most forms have none of them."""
        return {part: tuple(ending for ending, _ in rules) for part, rules in self._tables.rules.items()}

    def _other(self, form: str) -> str:
        """The headword in a language whose tables are taken as they are; a noun before anything else."""
        return self._by_rules(form, "noun") or self._tables.lookup.get(form) or self._by_any_rule(form)

    def _by_any_rule(self, form: str) -> str:
        return next(filter(None, (self._by_rules(form, part) for part in _PARTS)), form)

    def _by_rules(self, form: str, part: str) -> str:
        """The headword of a form as a part of speech, "" where the tables know none."""
        headwords = self._tables.index.get(part, frozenset())
        if form in headwords:
            return form
        exception = self._tables.exceptions.get(part, {}).get(form)
        if exception:
            return exception
        return next((word for word in self._stripped(form, part) if word in headwords), "")

    def _english(self, form: str) -> str:
        if form in _IRREGULAR:
            return _IRREGULAR[form]
        if len(form) < 4 or form in _KEPT or not form.isascii():
            return form
        if form.endswith("s") and not form.endswith("ss"):
            return self._singular(form)
        nouns, tables = self._tables.index.get("noun", frozenset()), self._tables
        plural_of = tables.exceptions.get("noun", {}).get(form)
        if plural_of:
            return plural_of
        headword = tables.lookup.get(form, "") or next(
            (verb for verb in self._stripped(form, "verb") if verb in tables.index.get("verb", frozenset())),
            form,
        )
        if form.endswith("ing") and form in nouns:
            return form  # learning, imaging: what a paper is about, not what it does
        regular = headword[:2] == form[:2] and form.endswith(("ed", "ing", "er", "est"))
        if not regular and (form in nouns or form in tables.index.get("adj", frozenset())):
            return form  # ground, left, bound, number: headwords themselves
        if form.endswith("er") and form in nouns:
            return form
        return headword if headword.isalpha() else form

    def _singular(self, form: str) -> str:
        """The headword of a form in -s: its noun if there is one, else its verb, else without the -s."""
        nouns, verbs = (self._tables.index.get(part, frozenset()) for part in ("noun", "verb"))
        if form.endswith("ies"):
            candidates = [form[:-3] + "y", form[:-1]]
        elif form.endswith(("sses", "xes", "ches", "shes", "zes", "uses", "oes")):
            candidates = [form[:-2], form[:-1]]
        else:
            candidates = [form[:-1], form[:-2]] if form.endswith("es") else [form[:-1]]
        if form.endswith("ves"):
            candidates += [form[:-3] + "f", form[:-3] + "fe"]
        for known in (nouns, verbs):
            for candidate in candidates:
                if len(candidate) > 2 and candidate in known:
                    return candidate
        exception = self._tables.exceptions.get("noun", {}).get(form)
        if exception:
            return exception
        if form in nouns or form.endswith(("us", "is", "as", "os", "ics", "ys")):
            return form
        return candidates[0]
