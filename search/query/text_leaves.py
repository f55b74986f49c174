"""One token of a query → the leaf of the tree that it is, where words are looked for in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from lark import Token

from ingest.text.cleaning import clean_text
from search.fields import FieldSpec
from search.query import wildcards
from search.query.characters import cleaned
from search.query.errors import ValueFault, excerpt, plain_words
from search.query.grammar import terminal
from search.query.line_references import line_reference
from search.query.printer import print_query
from search.query.tree import All, Field, Node, Phrase, Prefix, Wildcard, Word
from search.query.values import everything

MAX_SLOP = 100
"""The largest distance that ``"a b"~n`` takes."""

_SIMPLE_WORD = re.compile(r"[^\W_]+")
_ESCAPED = re.compile(r"\\([\"\\*])")
_QUOTED = re.compile(r'"(.*)"(?:~(\d*))?(\*?)', re.DOTALL)


def text_leaf(token: Token, spec: FieldSpec | None) -> Node:
    """The leaf for a token without a field, or under a text field; raises ``ValueFault``."""
    if token.type == "LINE":
        return line_reference(token, spec)
    if token.type == "ALL":
        return everything(spec) if spec else All()
    leaf = _LEAVES[token.type](token)
    return Field(spec.name, leaf) if spec else leaf


def has_word(text: str) -> bool:
    """Whether a text has anything that can be looked for."""
    return _SIMPLE_WORD.search(text) is not None


def unquoted(token: Token) -> tuple[str, str, str]:
    """The text inside the quotes, the distance as written, the star; ``ValueFault`` for empty quotes."""
    match = _QUOTED.fullmatch(token)
    assert match is not None  # the terminal and this pattern agree
    text = " ".join(_ESCAPED.sub(r"\1", match[1]).split())
    if not has_word(text):
        raise ValueFault(
            "empty-quotes",
            "There is nothing to search for between the quotes.",
            "Write a phrase between the quotes, or remove them.",
            "",
        )
    return text, match[2] or "", match[3]


def _quoted(token: Token) -> Phrase:
    text, distance, star = unquoted(token)
    text += star
    for word in text.split() if wildcards.has_wildcards(text) else ():
        _check_marks(word, text)
    slop = int(distance[:6] or 0)
    if slop > MAX_SLOP:
        raise ValueFault(
            "bad-distance",
            f"~{excerpt(distance)} asks for more than {MAX_SLOP} words in between.",
            'Write a smaller number, as in "solar cell"~5.',
            print_query(Phrase(text, MAX_SLOP)),
        )
    return Phrase(text, slop)


def _pattern(token: Token) -> Wildcard:
    text = wildcards.tidy(token)
    _check_marks(text, text)
    return Wildcard(text)


def _broad(token: Token) -> Word:
    text = token.rstrip(",.;:!?")
    raise ValueFault(
        "wildcard-too-broad",
        f"“{text}” would match too many words.",
        "Give at least three letters beside a star in front, as in *ology.",
        text.strip("*"),
    )


def _check_marks(word: str, whole: str) -> None:
    marks, stars = sum(map(word.count, "*?#")), word.count("*")
    is_long = marks > wildcards.MOST_MARKS or stars > wildcards.MOST_STARS or len(word) > wildcards.LONGEST
    if marks and is_long:
        raise ValueFault(
            "too-many-wildcards",
            f"“{excerpt(word)}” has {marks} wildcards in {len(word)} characters; a word may have "
            f"{wildcards.MOST_MARKS} in {wildcards.LONGEST}, {wildcards.MOST_STARS} of them stars.",
            "Write more of its letters.",
            plain_words(whole),
        )


def _prefix(token: Token) -> Prefix | Word | Phrase | Wildcard:
    text = _stripped(token.rstrip(",.;:!?").rstrip("*"))
    if wildcards.is_pattern(text + "*"):
        return Wildcard(text + "*")
    if not wildcards.long_enough(text):
        return _word(token)  # A* search, C*
    return Prefix(text) if _is_prefix(text) else Phrase(text)


def _word(token: Token) -> Word | Phrase:
    text = _stripped(without_latex(token) if "\\" in token else token)
    return Word(text) if is_word(text) else Phrase(text)


def without_latex(text: str) -> str:
    """A pasted LaTeX word as the library holds it (``G{\\"o}del`` is Gödel), if one word is left of it."""
    tidy = cleaned(clean_text(text))
    whole = tidy.split() == [tidy] and '"' not in tidy
    return tidy if whole and has_word(tidy) else text


def _stripped(text: str) -> str:
    """The text without the punctuation around it: “C++” and “f(x)” keep theirs."""
    start, end = 0, len(text)
    while start < end and text[start] != "(" and _is_mark(text[start]):
        start += 1
    while end > start and text[end - 1] not in "+#)" and _is_mark(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZC"


def is_word(text: str) -> bool:
    """Whether the grammar reads the text as this one word, whatever stands before it."""
    if not text.isascii() and text != cleaned(text):
        return False
    if _SIMPLE_WORD.fullmatch(text):
        return text not in ("AND", "OR", "NOT")
    return bool(
        terminal("WORD").fullmatch(text)
        and not any(terminal(name).match(text) for name in ("PREFIX", "PATTERN", "BROAD", "NEAR"))
        and _starts_plainly(text)
        and _stripped(text) == text
        and ("\\" not in text or without_latex(text) == text)
    )


def _is_prefix(text: str) -> bool:
    return bool(
        terminal("PREFIX").fullmatch(text + "*") and _starts_plainly(text + "*") and _stripped(text) == text
    )


def _starts_plainly(text: str) -> bool:
    return not any(terminal(name).match(text) for name in ("FIELD", "AUTHOR", "UNKNOWN", "_MINUS"))


_LEAVES: dict[str, Callable[[Token], Word | Phrase | Prefix | Wildcard]] = {
    "QUOTED": _quoted,
    "PREFIX": _prefix,
    "PATTERN": _pattern,
    "BROAD": _broad,
    "WORD": _word,
}
