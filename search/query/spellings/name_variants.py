"""Names that are written together, apart or with a hyphen: ``PD-L1`` is ``PDL1`` and ``PD L1``.

The index holds what a paper wrote, by the rules of `ingest.text.analysis` (``PD-L1`` = ``pd l1``, ``IL-6`` =
``il6``, ``10 mg`` = ``10 mg``, ``10mg`` = ``10mg``). A reader writes the same name in another way, so a query
is looked for in each of them. Only names are: short forms, and forms with a digit in them; a word of the
language ("therapist") is never taken apart; those that are compounds are in a module of their own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ingest.text.forms import greek_spelt_out

LONGEST_RUN = 5
"""The most forms that stand side by side and are tried together; all ways to join n of them are 2ⁿ⁻¹."""

_LONGEST_NAME = 12  # characters of a form that is taken apart
_SHORT = 4  # characters up to which a form without a digit may be a part of a name
_LETTER_OF = {greek_spelt_out(letter): letter for letter in "αβγδεκλω"}
_GREEK_WORD = re.compile(f"(?:{'|'.join(_LETTER_OF)}){{2,3}}|[{''.join(_LETTER_OF.values())}]{{2,3}}")
_GREEK_NAME = re.compile("|".join(_LETTER_OF))
_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])\w+")
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{4,6}")
_NUMBER_AT_THE_END = re.compile(r"([^\W\d_]{2,})(\d+)")
_NUMBER_BEFORE = re.compile(r"(\d+(?:[.,]\d+)*)([^\W\d_]{3,})")
_FEW_DIGITS = re.compile(r"\d{1,3}")
_EQUAL = ({("nf", "kb"), ("nf", "kappa", "b"), ("nfkb",)},)
"""κ is often typed as k; what is known to be one name."""


def taken_apart(form: str) -> list[tuple[str, ...]]:
    """The ways in which a name that is written together may stand in a text, each two or three forms.

    >>> taken_apart("pdl1")
    [('p', 'dl1'), ('pd', 'l1'), ('pdl', '1')]
    """
    if place := _NUMBER_BEFORE.fullmatch(form) or (
        len(form) > _LONGEST_NAME and _NUMBER_AT_THE_END.fullmatch(form)
    ):
        return [place.groups()]
    if _GREEK_WORD.fullmatch(form):
        return _greek((form,))
    if not 3 <= len(form) <= _LONGEST_NAME or not (_MIXED.fullmatch(form) or _NO_VOWEL.fullmatch(form)):
        return []
    ways: list[tuple[str, ...]] = []
    for at in range(1, len(form)):
        if form[at - 1].isdigit() and form[at].isdigit():
            continue  # a number is one form
        first, rest = form[:at], form[at:]
        ways.append((first, rest))
        if number := _NUMBER_AT_THE_END.fullmatch(rest):
            ways.append((first, *number.groups()))
        ways += [way for way in _others((first, rest)) if len(way) > 1]
    return ways


def numbered_runs(forms: Sequence[str]) -> list[slice]:
    """Where in a row of forms a number stands beside a word that it may be a part of: "5 fluorouracil"."""
    return [
        slice(at, at + 2)
        for at, pair in enumerate(itertools.pairwise(forms))
        if any(map(_FEW_DIGITS.fullmatch, pair))
        and any(len(form) > _SHORT and form.isalpha() for form in pair)
    ]


def merged_runs(runs: Sequence[slice]) -> list[slice]:
    """Runs in order, those that overlap as one: "interleukin 17 receptors" may be joined at either end."""
    merged: list[slice] = []
    for run in sorted(runs, key=lambda run: (run.start, -run.stop)):
        if merged and run.start < merged[-1].stop and run.stop - merged[-1].start <= LONGEST_RUN:
            merged[-1] = slice(merged[-1].start, max(run.stop, merged[-1].stop))
        else:
            merged.append(run)
    return merged


def put_together(forms: Sequence[str], *, hyphenated: bool = False) -> Iterator[tuple[str, ...]]:
    """Other ways to write forms that stand side by side, some of them or all joined.

    ``hyphenated``: the forms are parts of one written word, which may stand without its hyphen whatever its
    length (``non-linear``); else only names are joined.

    >>> list(put_together(["cov", "2"]))
    [('cov2',)]
    """
    if not 2 <= len(forms) <= LONGEST_RUN or not (hyphenated or is_name(forms)):
        return
    yield from _others(tuple(forms))
    if len(forms) == 2 and forms[1].isdigit() and (number := _NUMBER_AT_THE_END.fullmatch(forms[0])):
        yield number[1], f"{number[2]}.{forms[1]}"  # "PM2.5" where a paper has "PM 2.5"
    for joints in range(1, 1 << (len(forms) - 1)):
        parts = [forms[0]]
        for at, form in enumerate(forms[1:]):
            if joints >> at & 1:
                parts[-1] += form
            else:
                parts.append(form)
        # a point ends a form that begins with a letter: "PM2.5" is pm2 and 5
        way = tuple(piece for part in parts for piece in (part.split(".") if part[0].isalpha() else (part,)))
        yield way
        if any(map(_GREEK_WORD.fullmatch, way)):
            yield tuple(
                _GREEK_NAME.sub(_letter, form) if _GREEK_WORD.fullmatch(form) else form for form in way
            )


def name_runs(forms: Sequence[str]) -> list[slice]:
    """Where in a row of forms names of several parts may stand: runs of short forms or forms with a digit."""
    runs: list[slice] = []
    start = 0
    for at in range(len(forms) + 1):
        if at < len(forms) and _is_part(forms[at]) and at - start < LONGEST_RUN:
            continue
        if at - start > 1 and is_name(forms[start:at]):
            runs.append(slice(start, at))
        start = at if at < len(forms) and _is_part(forms[at]) else at + 1
    return runs


def is_name(forms: Sequence[str]) -> bool:
    """Whether short forms side by side may be one name: one of them is a letter or two, or has a digit."""
    if all(form in _LETTER_OF for form in forms):
        return True
    return all(map(_is_part, forms)) and any(len(form) <= 2 or any(map(str.isdigit, form)) for form in forms)


def is_letter(text: str, place: int) -> bool:
    """Whether a bare word is a single letter that names something ("K+"), and no article or pronoun."""
    text = text.rstrip("+")
    if len(text) != 1 or not text.isascii() or not text.isalpha():
        return False
    return text not in "aeiouy" and (place > 0 or text not in "AI")


def is_numbered(bare: Sequence[str], place: int) -> bool:
    """Whether a bare word in capitals has a number behind it: "HER 2" is a name, though "her" is a function
    word. A query all in capitals says nothing."""
    text, following = bare[place], bare[place + 1] if place + 1 < len(bare) else ""
    shouted = len(bare) > 2 and all(not word.isalpha() or word.isupper() for word in bare)
    return 1 < len(text) <= 4 and text.isalpha() and text.isupper() and following.isdigit() and not shouted


def _others(forms: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(way for group in _EQUAL if forms in group for way in group if way != forms) or _greek(forms)


@lru_cache(maxsize=1_000)
def _greek(forms: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The other ways to write Greek letters side by side: γδ, "gamma delta", "gammadelta"."""
    whole = "".join(forms)
    if not _GREEK_WORD.fullmatch(whole) or not (len(forms) == 1 or all(form in _LETTER_OF for form in forms)):
        return []
    names = tuple(_GREEK_NAME.findall("".join(map(greek_spelt_out, whole))))
    ways = [names, ("".join(names),), ("".join(map(_LETTER_OF.__getitem__, names)),)]
    return [way for way in ways if way != forms]


def _letter(name: re.Match[str]) -> str:
    return _LETTER_OF[name[0]]


def _is_part(form: str) -> bool:
    return len(form) <= _SHORT or form in _LETTER_OF or any(map(str.isdigit, form))
