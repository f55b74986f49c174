"""Authors as people write them: family name alone, initials, particles, accents, either order.

An author becomes tokens of one stream. For "van der Maaten, Laurens J.":

- each word of the family name without its particles, and all of it in one word: ``maaten``,
  ``vandermaaten``;
- each word of the family name with each other word of the name: ``maaten|laurens``, ``maaten|j``; a given
  name also by its initial, ``maaten|l``; an initial that is all we know is marked, ``maaten|j.``.

A query is taken apart in the same way. A given name that is asked for meets the same name, or an author
of whom only that initial is known; an initial meets every given name that begins with it. Without a
comma, the family name may be the last or the first word, so "Wei Li" and "Li Wei" find the same people.
Groups ("ATLAS Collaboration") are found by any word of their name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ingest.text.forms import UNSPACED_CHARACTERS
from ingest.text.forms import fold as fold_word
from search.clauses import AllOf, AnyOf, Clause, Nothing, Term

FIELD = "author_tokens"
_MOST_WORDS = 8  # words of a name that are looked at
_PARTICLES = frozenset(
    {"van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "des", "la",
     "le", "el", "al", "bin", "ibn", "ben", "ter", "ten", "te", "zu", "zur", "zum", "af", "av"}
)  # fmt: skip
_SHORT_PARTICLES = frozenset("vyde")  # lower case only: "v. Beethoven", "Ortega y Gasset"
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_GROUP = re.compile(
    r"\b(collaboration|consortium|group|team|committee|network|society|initiative|investigators|project|"
    r"association|organi[sz]ation|institute|council|center|centre|agency|commission|foundation)\b",
    re.IGNORECASE,
)
_UNSPACED = re.compile(f"[{UNSPACED_CHARACTERS}]+")
_LONGEST_UNSPACED = 7  # signs of a whole name in a script without spaces
_PIECE = re.compile(r"[^\W_]+")
_SPELT_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ø": "oe",
        "Ø": "Oe",
        "å": "aa",
        "Å": "Aa",
    }
)
_DIGRAPH = re.compile(r"(?<![aeiouqAEIOUQ])(?:ae|oe|ue|Ae|Oe|Ue)")  # Mueller, Goethe; not Bauer
_APOSTROPHE = re.compile(r"['’ʼ`´]")
_ASCII_APOSTROPHES = str.maketrans("", "", "'`")


def fold(text: str) -> str:
    """A value as it is compared: case and accents folded, one space between words."""
    return " ".join(filter(None, map(fold_word, text.split())))


@dataclass(frozen=True, slots=True)
class _Name:
    """The folded parts of a name; ``family`` has no particles, ``whole`` is the family name in one word."""

    family: tuple[str, ...]
    given: tuple[str, ...]
    whole: str = ""


def author_tokens(authors: Iterable[str]) -> str:
    """The tokens of a paper's authors, joined by a space: the field ``author_tokens``."""
    tokens: dict[str, None] = {}
    for author in authors:
        tokens.update(dict.fromkeys(_tokens_of(author[:300])))
    return " ".join(tokens)


def author_clause(text: str) -> Clause:
    """The papers that have an author of this name."""
    if _GROUP.search(text[:300]):
        return AllOf(tuple(Term(FIELD, word.lower()) for word in _words(text[:300])[:_MOST_WORDS]))
    names = [name for spelling in _spellings(text[:300]) for name in _readings(spelling)]
    readings = [clause for name in names if (clause := _clause_of(name)) is not None]
    unique = tuple(dict.fromkeys(readings))
    if not unique:
        return Nothing()
    return unique[0] if len(unique) == 1 else AnyOf(unique)


def _spellings(text: str) -> list[str]:
    """A name as it is written, and with its umlauts written in the other way: Müller and Mueller."""
    spelt_out = text.translate(_SPELT_OUT)
    if spelt_out != text:
        return [text, spelt_out]
    return list(dict.fromkeys([text, _DIGRAPH.sub(lambda digraph: digraph.group()[0], text)]))


@lru_cache(maxsize=1 << 14)
def _tokens_of(author: str) -> tuple[str, ...]:
    if _GROUP.search(author):
        return tuple(word.lower() for word in _words(author)[: 3 * _MOST_WORDS])
    name = _parse(author)
    tokens = list(name.family)
    if name.whole:
        tokens.append(name.whole)
    for family in tokens.copy():
        for other in (*name.given, *(word for word in name.family if word not in (family, name.whole))):
            tokens.append(f"{family}|{other}")
            if len(other) > 1:
                tokens.append(f"{family}|{other[0]}")
            else:
                tokens.append(f"{family}|{other}.")
    return tuple(tokens)


def _words(text: str) -> list[str]:
    """The words of a name, accents folded but the case kept: it tells initials from names."""
    if text.isascii():
        pieces = _PIECE.findall(text.translate(_ASCII_APOSTROPHES) if "'" in text or "`" in text else text)
        return [
            piece if piece.islower() or (len(piece) > 1 and piece.isupper()) else piece.capitalize()
            for piece in pieces
        ]
    folded = [
        fold_word(piece) if piece.lower() == piece else _keep_case(piece)
        for piece in _PIECE.findall(_APOSTROPHE.sub("", text))
    ]
    return [piece for piece in folded if piece]


def _keep_case(piece: str) -> str:
    folded = fold_word(piece)
    if piece.isupper() and len(piece) > 1:
        return folded.upper()
    return folded[:1].upper() + folded[1:]


def _parse(author: str) -> _Name:
    """Family and given names of an author as a source writes it."""
    family, comma, rest = author.partition(",")
    if comma:
        rest = rest.replace(",", " ")
        return _name(_words(family), _words(rest), shouting=family.isupper())
    words = _without_suffix(_words(author))
    if count := _initials_at_the_end(words):
        return _name(words[:-count], words[-count:])
    start = len(words) - 1
    while start > 1 and _is_particle(words[start - 1]):
        start -= 1
    return _name(words[start:], words[:start])


def _name(family: list[str], first_names: list[str], *, shouting: bool = False) -> _Name:
    family = _without_suffix(family)[:_MOST_WORDS]
    words = [word.lower() for word in family]
    surname = [word.lower() for word in family if not _is_particle(word)] or words
    firsts: list[str] = []
    for word in _without_suffix(first_names)[:_MOST_WORDS]:
        if _is_particle(word) and len(first_names) > 1:
            continue
        if word.isupper() and 1 < len(word) <= 3 and word.isascii() and not shouting:
            firsts += word.lower()
        else:
            firsts.append(word.lower())
    return _Name(tuple(surname), tuple(firsts), "".join(words) if len(words) > 1 else "")


def _is_particle(word: str) -> bool:
    return word in _SHORT_PARTICLES if len(word) == 1 else word.lower() in _PARTICLES


def _without_suffix(words: list[str]) -> list[str]:
    proper = [word for word in words if word.lower() not in _SUFFIXES]
    return proper or words


def _initials_at_the_end(words: list[str]) -> int:
    """How many words at the end of a name are initials: 1 of "Smith JA", 2 of "Kim S.H." and "Kim S H"."""
    count = 0
    while count < len(words) - 1 and _is_initials(words[-1 - count]):
        count += 1
    family = words[: len(words) - count]
    return count if any(len(word) > 1 and not word.isupper() for word in family) else 0


def _is_initials(word: str) -> bool:
    return word.isascii() and (len(word) == 1 or (word.isupper() and len(word) <= 3))


def _readings(text: str) -> list[_Name]:
    """What a name in a query may mean."""
    if "," in text or not (words := _without_suffix(_words(text))[:_MOST_WORDS]):
        if not (words := _words(text)):
            return []
        together = [_name(["".join(words)], [])] if _UNSPACED.fullmatch("".join(words)) else []
        return [_parse(text), *together]
    if len(words) == 1:
        whole = words[0] if _UNSPACED.fullmatch(words[0]) else ""
        cuts = range(1, min(len(whole), _LONGEST_UNSPACED))  # as those write it who part it with a comma
        return [_name(words, []), *(_name([whole[:at]], [whole[at:]]) for at in cuts)]
    if count := _initials_at_the_end(words):
        return [_name(words[:-count], words[-count:])]
    last = [word for word in words[:-1] if not _is_particle(word)]
    first = [word for word in words[1:] if not _is_particle(word)]
    return [_name(words[-1:], last), _name(words[:1], first), _name(["".join(words).lower()], [])]


def _clause_of(name: _Name) -> Clause | None:
    if not name.family:
        return None
    main = name.family[-1]
    parts: list[Clause] = [Term(FIELD, f"{main}|{other}") for other in name.family[:-1]]
    for first in name.given:
        same = Term(FIELD, f"{main}|{first}")
        parts.append(same if len(first) == 1 else AnyOf((same, Term(FIELD, f"{main}|{first[0]}."))))
    if not parts:
        return Term(FIELD, main)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))
