"""A query in a script or a language that no paper of the library is in.

The script is told from the letters, the language from the query's function words: two different ones at
least, more than any language of the library has. A language is not guessed from the other words.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from ingest.text.analysis import Analyzer
from ingest.text.language_detection import plainly_english
from search.answers import Absence

_SCRIPTS = {
    "ARABIC": "Arabic",
    "ARMENIAN": "Armenian",
    "BENGALI": "Bengali",
    "CJK": "Chinese",
    "CYRILLIC": "Cyrillic",
    "DEVANAGARI": "Devanagari",
    "GEORGIAN": "Georgian",
    "GREEK": "Greek",
    "HANGUL": "Korean",
    "HEBREW": "Hebrew",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "TAMIL": "Tamil",
    "THAI": "Thai",
}  # the first word of a letter's name in Unicode → the script
_WRITTEN_IN = {
    **dict.fromkeys(("ar", "fa", "ur"), ("Arabic",)),
    **dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), ("Cyrillic",)),
    **dict.fromkeys(("hi", "mr", "ne"), ("Devanagari",)),
    "bn": ("Bengali",),
    "el": ("Greek",),
    "he": ("Hebrew",),
    "hy": ("Armenian",),
    "ja": ("Japanese", "Chinese"),
    "ka": ("Georgian",),
    "ko": ("Korean", "Chinese"),
    "ta": ("Tamil",),
    "th": ("Thai",),
    "zh": ("Chinese",),
}  # languages that are not written in Latin letters
_LANGUAGES = {
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "hu": "Hungarian",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
}  # those whose function words are known
_TELLING = 2  # different function words that tell a language
_LOOKED_AT = 1_000  # characters of a query
_WORDS = 50  # of these, whose language is told


def absence(
    texts: Sequence[str],
    analyzer: Analyzer,
    langs: Collection[str],
    scripts: Collection[str] | None = None,
) -> Absence | None:
    """The script or else the language of a query that no paper is in; None where there is no such.

    Args:
        texts: the words and phrases of the query, as they were typed.
        langs: the languages of the library.
        scripts: its scripts other than Latin, where they are known: a paper may have its abstract in another
            language than its text.
    """
    text = " ".join(texts)[:_LOOKED_AT]
    script = _most_used(text)
    if scripts is None:
        scripts = {script for lang in langs for script in _WRITTEN_IN.get(lang, ())}
    if script and script not in scripts:
        return {
            "kind": "script",
            "name": script,
            "sentence": f"No paper here is written in the {script} script.",
        }
    lang = _language(analyzer.forms(text), analyzer, langs)
    if lang is None:
        return None
    name = _LANGUAGES.get(lang, "the language of these words")
    return {"kind": "language", "name": lang, "sentence": f"No paper here is in {name}."}


def scripts_of(words: Iterable[str]) -> set[str]:
    """The scripts other than Latin that any of the words is written in."""
    return {script for word in words if not word.isascii() and (script := script_of(word))}


def script_of(word: str) -> str:
    """The script of a word, "" for Latin; a letter alone is a symbol, but for a Chinese one."""
    scripts = [_SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], "") for char in word]
    known = [script for script in scripts if script]
    if "Japanese" in known:  # its words mix two scripts
        return "Japanese"
    return known[0] if len(known) > 1 or known == ["Chinese"] else ""


def _most_used(text: str) -> str:
    """The script other than Latin that most words are written in; "" where none is."""
    scripts = Counter(script for word in text.split() if not word.isascii() and (script := script_of(word)))
    return scripts.most_common(1)[0][0] if scripts else ""


def _language(forms: Sequence[str], analyzer: Analyzer, langs: Collection[str]) -> str | None:
    """The language that the function words tell, if none of the library's languages has as many of them;
    "" where several languages have as many."""
    if plainly_english(list(forms)):
        return None
    words = {form for form in forms[:_WORDS] if len(form) > 1}

    def function_words(lang: str) -> int:
        return sum(analyzer.is_stop(form, lang) for form in words)

    counts = {lang: function_words(lang) for lang in _LANGUAGES.keys() - set(langs)}
    most = max(counts.values(), default=0)
    if most < _TELLING or most <= max(map(function_words, langs), default=0):
        return None
    best = [lang for lang, count in counts.items() if count == most]
    return best[0] if len(best) == 1 else ""
