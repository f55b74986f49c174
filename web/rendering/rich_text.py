"""Text as HTML: sentences in the reader's language; from outside, highlights, shortened lists, numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from flask import g
from flask_babel import get_locale, get_translations
from markupsafe import Markup, escape

from web.rendering.math import with_math

BEGIN, END = "\ue000", "\ue001"
SHOWN_AUTHORS = 8
_MARKED_MATH = re.compile(r"\$[^$]*[\ue000\ue001][^$]*\$")
_MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
_MARKS = str.maketrans("", "", BEGIN + END)


class _Sentences(dict[str, Markup]):
    """Sentences of templates in one language, each looked up once; those of the program alone come here."""

    def __missing__(self, text: str) -> Markup:
        translated = self[text] = Markup(get_translations().ugettext(text))  # noqa: S704  (our own, as HTML)
        return translated


class _Whole(dict[str, Markup]):
    """Sentences without values, as they stand on pages."""

    def __init__(self, sentences: _Sentences) -> None:
        super().__init__()
        self._sentences = sentences

    def __missing__(self, text: str) -> Markup:
        whole = self[text] = self._sentences[text] % {}
        return whole


@cache
def _sentences(_code: str) -> tuple[_Sentences, _Whole]:
    sentences = _Sentences()
    return sentences, _Whole(sentences)


def gettext(text: str, **values: Any) -> Markup:
    """A sentence of a page in the reader's language, as HTML; ``values`` are escaped into it.

    The same as Jinja's own ``gettext``, at a tenth of its price: a page says some two hundred.
    """
    known: tuple[_Sentences, _Whole] | None = g.get("sentences")
    if known is None:
        known = g.sentences = _sentences(str(get_locale()))
    sentences, whole = known
    return sentences[text] % values if values else whole[text]


def rich(text: str) -> Markup:
    """A title or an abstract: math drawn, highlight marks as ``<mark>``, everything else escaped."""
    if BEGIN in text:
        text = text.replace(f"{END} {BEGIN}", " ")
        text = _MARKED_MATH.sub(lambda match: match[0].translate(_MARKS), text)
    html = str(with_math(text))
    if BEGIN in html:
        html = _MARKED.sub(r"<mark>\1</mark>", html)
    return Markup(plain(html))  # noqa: S704  (escaped above)


def plain(text: str) -> str:
    """Without highlight marks, for attributes and titles."""
    return text.translate(_MARKS) if BEGIN in text or END in text else text


def paragraphs(text: str) -> list[str]:
    """An abstract's paragraphs."""
    return [part.strip() for part in re.split(r"\n\s*\n|\n", text) if part.strip()]


def short(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a word."""
    if len(text) <= length:
        return text
    return text[: text.rfind(" ", length // 2, length) if " " in text[length // 2 : length] else length] + "…"


def first_authors(authors: Sequence[str], count: int = SHOWN_AUTHORS) -> tuple[Sequence[str], int]:
    """The authors to show, and how many more there are."""
    return authors[:count], max(0, len(authors) - count)


def number(value: float | None) -> str:
    """12345 → "12,345" with thin spaces; nothing for None."""
    return "" if value is None else f"{value:,}".replace(",", "\u202f")


def percent(value: float | None) -> str:
    """0.123 → "12 %"."""
    if value is None:
        return ""
    share = 100 * value
    return f"{share:.0f}\u202f%" if share >= 1 or share == 0 else "<1\u202f%"


def link(address: str, words: str) -> Markup:
    """A link inside a sentence."""
    return Markup(f'<a href="{escape(address)}">{escape(words)}</a>')  # noqa: S704  (both are escaped)


def strong(words: str) -> Markup:
    """Words that stand out inside a sentence."""
    return Markup(f"<strong>{escape(words)}</strong>")  # noqa: S704  (escaped)


def file_name(path: str) -> str:
    """A file's name without its folders: where the server keeps files is nobody's business."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


_OPTIONS = (
    (re.compile(r"\s*\(see `litatlas [^`]*`\)"), ""),
    (re.compile(r"--encoding ([\w-]*\d[\w-]*)"), r"\1 (“Encoding”)"),
    (re.compile(r"--map title=COLUMN\b"), "“Which column is what”"),
    (re.compile(r"--map\b"), "“Which column is what”"),
    (re.compile(r"--format\b"), "“Format”"),
    (re.compile(r"--encoding\b"), "“Encoding”"),
    (re.compile(r"--levels\b"), "“Topics at each level, top level first”"),
    (re.compile(r"\blitatlas build\b(?: --\w+)?"), "“Build” on the page of collections"),
)
"""Options of the command line, and the controls of the preview that do the same."""


def on_page(text: str) -> str:
    """A sentence of another room in terms of the page's controls, not of the command line's options."""
    for option, control in _OPTIONS:
        text = option.sub(control, text)
    return text


def preview_helps(job: Mapping[str, Any]) -> bool:
    """Whether the preview has what the error of a job speaks of: a choice of format, encoding or columns."""
    error = job.get("error") or {}
    advice = f"{error.get('message', '')} {error.get('hint', '')}"
    return job["kind"] == "add" and any(f"--{option}" in advice for option in ("format", "encoding", "map"))


def quoted(text: str) -> str:
    """A value as one phrase of the query language."""
    return '"' + text.replace("\\", " ").replace('"', " ") + '"'
