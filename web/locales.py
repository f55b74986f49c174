"""The languages of the pages: which one a reader gets, and the words of other rooms in it.

A language is a folder under ``web/translations`` and a line in ``LANGUAGES``; CONTRIBUTING says how to add
one. Sentences that errors carry, the command line and the API stay English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, Response, request
from flask_babel import Babel, get_locale, get_translations, gettext, lazy_gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from litatlas.parts.naming.proposals import NO_NAME, NOT_SAID
from litatlas.vocabulary import QUALITY_WORDS
from web.assets import FILES

LANGUAGES = {"en": "English", "ru": "Русский"}
COOKIE = "language"
YEAR_SECONDS = 31_536_000
_SAID = re.compile(rb'\bsay\("((?:[^"\\]|\\.)+)"')
_NUMBER = re.compile(r"\d[\d,]*")
_NAME = re.compile(r"""'[^']*'|"[^"]*"|“[^”]*”""")
SCRIPT_WORDS = sorted(
    {json.loads(b'"' + text + b'"') for file in FILES.values() for text in _SAID.findall(file)}
)
"""What the scripts say, found where they say it."""

WORDS = {
    "rising": lazy_gettext("rising"),
    "falling": lazy_gettext("falling"),
    "steady": lazy_gettext("steady"),
    "too few": lazy_gettext("too few papers to tell"),
    NO_NAME: lazy_gettext("the answer holds no name that can be used"),
    NOT_SAID: lazy_gettext("too few of its papers say the proposed names, or too many others do"),
    "clear": lazy_gettext("clear"),
    "mixed": lazy_gettext("mixed"),
    "leftover": lazy_gettext("leftover"),
    "kept": lazy_gettext("kept"),
    "moved": lazy_gettext("moved"),
    "new": lazy_gettext("new"),
    "gone": lazy_gettext("gone"),
    "split": lazy_gettext("split"),
    "merged": lazy_gettext("merged"),
}
"""The closed sets of words that answers contain, as the pages say them."""

MEASURES = {
    "level": lazy_gettext("Level"),
    "topics": lazy_gettext("Topics"),
    "npmi": "NPMI",
    "npmi_worst_tenth": lazy_gettext("NPMI of the worst tenth"),
    "diversity": lazy_gettext("Diversity"),
    "junk_share": lazy_gettext("Junk topics"),
    "nmi": "NMI",
    "purity": lazy_gettext("Purity"),
    "coherence": lazy_gettext("Coherence on all papers"),
    "clear_parents": lazy_gettext("Topics with one clear parent"),
    "coocsim_auc": lazy_gettext("Parents distinguished from other topics (AUC)"),
}
"""The measures of the topics' quality, as the pages name them."""

QUALITY = {
    "clear": lazy_gettext("Clear: its first words stand together in papers far more often than by chance."),
    "mixed": lazy_gettext(
        "Mixed: its first words stand together only now and then, or are another topic's too."
    ),
    "leftover": lazy_gettext(
        "Leftover: its first words hardly stand together; it holds what found no other place."
    ),
}
"""A topic's quality in a sentence: `litatlas.vocabulary.QUALITY_WORDS` in the reader's language."""

SCRIPTS = {
    "Arabic": lazy_gettext("No paper here is written in the Arabic script."),
    "Armenian": lazy_gettext("No paper here is written in the Armenian script."),
    "Bengali": lazy_gettext("No paper here is written in the Bengali script."),
    "Chinese": lazy_gettext("No paper here is written in the Chinese script."),
    "Cyrillic": lazy_gettext("No paper here is written in the Cyrillic script."),
    "Devanagari": lazy_gettext("No paper here is written in the Devanagari script."),
    "Georgian": lazy_gettext("No paper here is written in the Georgian script."),
    "Greek": lazy_gettext("No paper here is written in the Greek script."),
    "Hebrew": lazy_gettext("No paper here is written in the Hebrew script."),
    "Japanese": lazy_gettext("No paper here is written in the Japanese script."),
    "Korean": lazy_gettext("No paper here is written in the Korean script."),
    "Tamil": lazy_gettext("No paper here is written in the Tamil script."),
    "Thai": lazy_gettext("No paper here is written in the Thai script."),
}
"""What is said of a query in a script that no paper has."""

STATES = {
    "queued": lazy_gettext("queued"),
    "running": lazy_gettext("running"),
    "done": lazy_gettext("done"),
    "failed": lazy_gettext("failed"),
    "cancelled": lazy_gettext("cancelled"),
}
FAULTS = {
    "unbalanced-quote": lazy_gettext("A quote is never closed."),
    "unbalanced-parenthesis": lazy_gettext("The parentheses do not match."),
    "empty-parentheses": lazy_gettext("There is nothing between the parentheses."),
    "empty-quotes": lazy_gettext("There is nothing to search for between the quotes."),
    "empty-field": lazy_gettext("A field has no value."),
    "empty-prefix": lazy_gettext("A star alone would match everything."),
    "wildcard-too-broad": lazy_gettext("A star needs more letters beside it."),
    "wildcard-in-value": lazy_gettext("A name or a tag can have a star only at its end."),
    "too-many-wildcards": lazy_gettext("A word has too many wildcards."),
    "line-reference": lazy_gettext("A line of a search book cannot stand here."),
    "bad-near": lazy_gettext("NEAR and PRE stand between words and phrases."),
    "other-database": lazy_gettext("Nothing of this search for another database can be searched here."),
    "mixed-databases": lazy_gettext("This is written for two databases at once."),
    "dangling-field": lazy_gettext("A field has nothing before it."),
    "dangling-operator": lazy_gettext("AND, OR or NOT has nothing to join on one of its sides."),
    "unknown-field": lazy_gettext("There is no such field."),
    "unknown-value": lazy_gettext("The field does not accept this value."),
    "bad-year": lazy_gettext("This is neither a year nor a range of years."),
    "bad-date": lazy_gettext("This is neither a date nor a range of dates."),
    "bad-number": lazy_gettext("This is neither a number nor a range of numbers."),
    "bad-doi": lazy_gettext("This is not a DOI."),
    "bad-distance": lazy_gettext("The distance between the words is too large."),
    "nothing-to-search": lazy_gettext("The query has no letter or digit to search for."),
    "too-deep": lazy_gettext("The parentheses are nested too deep."),
    "too-many-clauses": lazy_gettext("The query has too many parts."),
    "too-long": lazy_gettext("A part of the query is too long."),
}
"""What can be wrong with a query, by name: shown above the English sentence of the error."""
MEASURING = (
    lazy_gettext("There is no model yet. Run: litatlas build"),
    lazy_gettext("Too few papers to measure on: 1500 must be set aside, of 10,000 papers in all."),
    lazy_gettext(
        "Words were judged on %(number)s papers that the model never saw. Pairs of words that never occur "
        "together there count as −1, so with so few papers, NPMI and junk at the finer levels look worse "
        "than they are."
    ),
)
"""What the answer about quality remarks; a test holds them to the answer's own sentences."""


def install(app: Flask) -> None:
    """Choose a language for every request, and let caches know that the choice matters."""
    Babel(app, default_translation_directories="translations", locale_selector=chosen)
    app.jinja_env.globals.update(
        words=WORDS,
        measures=MEASURES,
        quality_sentences=QUALITY,
        faults=FAULTS,
        job_states=STATES,
        translated=translated,
        absence=absence,
        script_words=script_words,
        languages=LANGUAGES,
        language_now=current,
    )

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(("Accept-Language", "Cookie"))
            response.content_language.add(current())
        return response


def chosen() -> str:
    """The language that the reader chose, or the best of those that the browser asks for."""
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), "en")


def current() -> str:
    """The code of the language of the page at hand."""
    return str(get_locale() or "en")


def keep(response: AnyResponse, code: str) -> None:
    """Remember a reader's choice for a year; nothing else is in the cookie."""
    response.set_cookie(COOKIE, code, YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure)


def translated(text: str) -> str:
    """A sentence of another room in the reader's language, or as it is; signs such as % mean nothing.

    A sentence that differs in its first number, or in its first quoted name, is known with ``%(number)s`` or
    ``%(name)s`` in its place.
    """
    if not text:
        return ""
    catalogue = get_translations()
    whole = str(catalogue.ugettext(text))
    for sign, varying in (("%(name)s", _NAME), ("%(number)s", _NUMBER)):
        if whole == text and (part := varying.search(text)) is not None:
            pattern = text.replace(part[0], sign, 1)
            own = str(catalogue.ugettext(pattern))
            whole = own.replace(sign, part[0]) if own != pattern else whole
    return whole


def absence(absent: Mapping[str, str]) -> str:
    """Says that no paper is in the script or the language of a query (``absent`` of the answer)."""
    if absent["kind"] == "script":
        return str(SCRIPTS.get(absent["name"], absent["sentence"]))
    locale = get_locale()
    name = locale.languages.get(absent["name"]) if locale is not None else None
    if not name:
        return str(gettext("No paper here is in the language of these words."))
    return str(gettext("No paper here is in this language: %(language)s.", language=name))


def script_words() -> Markup:
    """The scripts' words in the reader's language, as JSON that is safe in an element; nothing in English."""
    return _script_words(current())


@cache
def _script_words(code: str) -> Markup:
    if code == "en":
        return Markup("")
    words: dict[str, Any] = {text: translated(text) for text in (*SCRIPT_WORDS, *QUALITY_WORDS.values())}
    script = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return Markup(script)  # noqa: S704  (no < is left)
