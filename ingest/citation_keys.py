"""Citation keys as people write them: ``jain2021covid``, the first author's family, the year, a title's word.

A key follows from the paper's record alone, so that it stays over rebuilds and is the same in every export.
Papers of one export that would have the same one get ``a``, ``b``, … behind it, in the export's order.
"""

from __future__ import annotations

import re
from collections import Counter

from anyascii import anyascii

from ingest.document import Document
from ingest.text.forms import blank_math
from ingest.values.author_names import Name, parse_names

_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an the on of in for to and or at by from with as is are do does can how what why when which who "
        "into towards toward about over under between within without via using its new some "
        "der die das ein eine einer eines den dem des und von zur zum im am auf über für mit bei aus zu "
        "le la les un une de du et sur dans pour par au aux des en "
        "el los las una unos y del al por para con sobre entre "
        "il lo gli i uno della delle di da nel nella e o os as do dos das em no na um uma "
        "het een van voor op met "
        "и в на о об для из к по с от",
    )
)
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]{3,}")
_LONGEST = 24
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def citation_key(document: Document) -> str:
    """The key of a record, in lower-case ASCII, without the letter that makes it unique."""
    people = document.authors or document.editors
    names = parse_names(people[:1], document.group_authors)
    family = _plain(_family(names[0])) if names else ""
    year = "nd" if document.year is None else str(document.year)
    return f"{family or 'anon'}{year}{_title_word(document.title or document.abstract[:300])}"


def with_letter(key: str, rank: int) -> str:
    """The key of the paper that is ``rank`` papers after the first one with it: "", "a", …, "z", "aa"."""
    letters = ""
    while rank > 0:
        rank, at = divmod(rank - 1, len(_LETTERS))
        letters = _LETTERS[at] + letters
    return key + letters


class UniqueKeys:
    """The keys of one export, each given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._tried: Counter[str] = Counter()  # per key: how many letters are taken

    def give(self, key: str) -> str:
        """This key, or where it is taken the next one that is free."""
        unique = with_letter(key, self._tried[key])
        while unique in self._given:
            self._tried[key] += 1
            unique = with_letter(key, self._tried[key])
        self._given.add(unique)
        return unique


def _family(name: Name) -> str:
    """The family name with its particle; of a group the first word that says something."""
    if not name.literal:
        return name.whole_family
    words = _WORD.findall(name.literal)
    return next((word for word in words if word.lower() not in _SMALL), name.literal)


def _title_word(title: str) -> str:
    words = _WORD.findall(blank_math(title))
    telling = [word for word in words if word.lower() not in _SMALL and len(word) > 1]
    named = [word for word in telling if not word.isdecimal()]
    word = next(iter(named or telling or words), "")
    # Words of unspaced scripts are not told apart here: two signs are a word more often than not.
    return _plain(word[:2] if _UNSPACED.match(word) else word)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", anyascii(text[:100]).lower())[:_LONGEST]
