"""Titles as duplicates are told by: their letters, and those that many papers have in common."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from ingest.text.forms import fold
from ingest.values.retractions import without_mark

Weakness = Literal["", "generic", "about", "short"]
"""Why a title does not tell its paper from others: it names a kind of text ("Editorial"), it names another
paper ("Reply to …"), or it has too few words ("Sleep apnea")."""

_MATHS = re.compile(r"\\[a-zA-Z]+|[{}$^_\\]")
_NO_LETTER = re.compile(r"[\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENOUGH_WORDS = 3
_ENOUGH_LETTERS = 16
_MOST_KINDS = 3
_MOST_WORDS = 12  # of a title that may be generic
_WORDS = tomllib.loads(files("ingest.duplicates").joinpath("titles.toml").read_text("utf-8"))
_GENERIC = frozenset(f"{_WORDS['generic']} {_WORDS['generic_unspaced']}".split())
_FILLERS = frozenset(_WORDS["fillers"].split())
_ABOUT = re.compile(rf"\W*(?:{'|'.join(_WORDS['about'].splitlines())})")
_TAIL_WORDS = frozenset(_WORDS["about_at_the_end"].split())
_TAIL_BREAK = re.compile(r"[-–—:.;,(\[]+\s*(?=[^-–—:.;,(\[]{4,40}$)")
_BEFORE_SUBTITLE = re.compile(r"[:.?!]\s|\s[-–—:]\s|--|—")
_KINDS = {
    "correction": ("err", "corri", "correct", "addend", "bericht"),
    "retraction": ("retract", "expression"),
    "reply": ("repl", "respo", "repon", "rejoin", "antwort", "erwid", "schluss", "respue", "rispo", "ответ"),
    "review": ("review",),
    "comment": ("comment", "coment", "komment", "discuss", "комм", "re"),
    "letter": ("letter",),
}
"""What such words are about, by their beginnings; the first that fits."""


def normal_title(title: str) -> str:
    """Letters and digits of a title, folded, without spaces and without the commands of its math."""
    return _NO_LETTER.sub("", fold(_MATHS.sub(" ", title)))


def bare_title(title: str) -> str:
    """`normal_title` without what marks a retracted paper: both spellings are one paper's."""
    return normal_title(without_mark(title))


def and_spelt_out(title: str) -> str:
    """A title with "and" for "&": databases write one for the other."""
    return title.replace("&", " and ") if "&" in title else title


def main_title(title: str) -> str:
    """What stands before the first sign that a subtitle may follow; "" where there is none."""
    match = _BEFORE_SUBTITLE.search(title, 1)
    return title[: match.start()] if match else ""


def subtitle(short: str, long: str) -> list[str]:
    """The words of the subtitle that a title has more than another, wherever it begins; empty where the other
    is no such title."""
    letters = bare_title(and_spelt_out(short))
    long = without_mark(long)
    for match in _BEFORE_SUBTITLE.finditer(long, 1):
        if normal_title(and_spelt_out(long[: match.start()])) == letters:
            return _words(long[match.end() :])
    return []


@lru_cache(maxsize=20_000)
def about(title: str) -> str:
    """How a title says that it is about another paper: "correction", "reply", "comment", …; "" for most.

    An erratum, a comment and a reply repeat the title of the paper that they are about, in front or behind;
    a comment on a comment has two of these words.
    """
    title = without_mark(title)
    kinds: list[str] = []
    rest = title
    while len(kinds) < _MOST_KINDS and (match := _ABOUT.match(_plain(rest[:80]))):
        kinds.append(_about_what(_words(match.group())))
        rest = rest[match.end() :]
    tail = title[-50:].rstrip(" .)]\"'”’")
    if (match := _TAIL_BREAK.search(tail)) is not None:
        words = _words(tail[match.end() :])
        if words and _TAIL_WORDS.issuperset(words):
            kinds.append(_about_what(words))
    return " ".join(sorted(filter(None, kinds)))


def _about_what(words: Sequence[str]) -> str:
    return next((kind for word in words for kind, starts in _KINDS.items() if word.startswith(starts)), "")


@lru_cache(maxsize=20_000)
def weakness(title: str) -> Weakness:
    """Why a title does not tell its paper from others; "" for most titles."""
    title = without_mark(title)
    words = _words(title)
    if not title:
        return ""
    if len(words) <= _MOST_WORDS:
        content = [word for word in words if word not in _FILLERS and not word.isdigit() and len(word) > 1]
        if _GENERIC.issuperset(content):
            return "generic"
    if about(title):
        return "about"
    wide = len(_CJK.findall(title))
    if sum(map(len, words)) + 2 * wide < _ENOUGH_LETTERS:
        return "short"
    return "short" if not wide and sum(len(word) > 2 for word in words) < _ENOUGH_WORDS else ""


def _plain(text: str) -> str:
    """Lower case without accents; punctuation stays."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def _words(title: str) -> list[str]:
    return [word for part in title.split() for word in re.split(r"[\W_]+", fold(part)) if word]
