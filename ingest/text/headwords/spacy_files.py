"""What spaCy's files know of the words of languages.

Read from the files: spaCy's own tables only keep hashes of their keys, and to import it takes a second.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import Any

import orjson

from ingest.text.forms import fold
from ingest.text.headwords.lexicon import Tables

_LOOKUPS = ["lemma_lookup", *(f"lemma_lookup_{part}" for part in ("noun", "adj", "verb", "adv"))]
_OTHERS = ["lemma_index", "lemma_exc", "lemma_rules"]


def spacy_tables(lang: str) -> Tables:
    """The tables of a language; empty ones where spaCy does not know the language."""
    files = lookup_files(lang)
    index, exceptions, rules = (table(files, name) for name in _OTHERS)
    lookup: dict[str, str] = {}
    folded_words = _Folded()
    for name in _LOOKUPS:
        _add(lookup, table(files, name), folded_words)
    return Tables(
        lookup=lookup,
        index={part: frozenset(map(fold, forms)) for part, forms in index.items()},
        exceptions={part: _add({}, forms, folded_words) for part, forms in exceptions.items()},
        rules={part: tuple((a, b) for a, b in pairs) for part, pairs in rules.items()},
    )


def spacy_stops(lang: str) -> frozenset[str]:
    """spaCy's stop words of a language, folded; none where it does not know the language.

    The file is run by itself: to import the language's package compiles its tokenizer, which takes seconds.
    """
    spec = find_spec("spacy")
    path = Path(spec.origin).parent / "lang" / lang / "stop_words.py" if spec and spec.origin else None
    if path is None or not lang.isalpha() or not path.is_file():
        return frozenset()
    return frozenset(fold(word) for word in run_path(str(path))["STOP_WORDS"])


def general_language(lang: str, forms: Collection[str]) -> dict[str, float]:
    """Folded form → log-probability in the general language, of those of the forms that spaCy knows."""
    wanted = frozenset(forms)
    weights: dict[str, float] = {}
    for word, value in table(lookup_files(lang), "lexeme_prob").items():  # a million, nearly all not wanted
        if word.lower() in wanted or not word.isascii():
            form = fold(word)
            if form in wanted:
                weights[form] = max(value, weights.get(form, value))
    return weights


def languages_with_tables() -> list[str]:
    """The languages of whose headwords spaCy knows something, those that are read soonest first."""
    names = {point.name for point in entry_points(group="spacy_lookups")}
    sizes = {lang: sum(map(_size, _of_words(lookup_files(lang)))) for lang in names}
    return sorted((lang for lang, size in sizes.items() if size), key=lambda lang: (sizes[lang], lang))


def has_tables(lang: str) -> bool:
    """Whether spaCy knows something of the headwords of a language."""
    return any(_of_words(lookup_files(lang)))


@cache
def lookup_files(lang: str) -> Mapping[str, str]:
    """The files of spaCy's tables of a language by the table's name, as their package gives them."""
    points = entry_points(group="spacy_lookups", name=lang)
    return {name: str(path) for point in points for name, path in point.load().items()}


def table(files: Mapping[str, str], name: str) -> dict[str, Any]:
    """A table by its name; an empty one where there is none."""
    if name not in files:
        return {}
    path = _path(files[name])
    data = path.read_bytes()
    return dict(orjson.loads(gzip.decompress(data) if path.suffix == ".gz" else data))


def _path(name: str) -> Path:
    path = Path(name)
    return path if path.is_file() else path.with_name(f"{path.name}.gz")


def _of_words(files: Mapping[str, str]) -> list[str]:
    return [files[name] for name in [*_LOOKUPS, *_OTHERS] if name in files]


def _size(name: str) -> int:
    return _path(name).stat().st_size


class _Folded(dict[str, str]):
    """Words, folded once each: a language has ten forms for each headword."""

    def __missing__(self, word: str) -> str:
        folded = self[word] = fold(word)
        return folded


def _add(
    known: dict[str, str], tables: Mapping[str, str | list[str]], folded_words: _Folded
) -> dict[str, str]:
    """Add a table with both sides folded as forms are; the first of two that fall together stays."""
    for form, value in tables.items():
        key, lemma = fold(form), value if isinstance(value, str) else value[-1] if value else ""
        if lemma and key.isalpha():
            known.setdefault(key, folded_words[lemma])
    return known
