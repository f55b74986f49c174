"""Names that are written together, apart or with a hyphen: ``PD-L1`` is ``PDL1`` and ``PD L1``.

The index holds what a paper wrote, by the rules of `ingest.text.analysis` (``PD-L1`` = ``pd l1``, ``IL-6`` =
``il6``, ``10 mg`` = ``10 mg``, ``10mg`` = ``10mg``). A reader writes the same name in another way, so a query
is looked for in each of them. Only names are: short forms, and forms with a digit in them; a word of the
language ("therapist") is never taken apart.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

LONGEST_RUN = 5
"""The most forms that stand side by side and are tried together; all ways to join n of them are 2ⁿ⁻¹."""

_LONGEST_NAME = 12  # characters of a form that is taken apart
_SHORT = 4  # characters up to which a form without a digit may be a part of a name
_GREEK = frozenset(["alpha", "beta", "gamma", "delta", "epsilon", "kappa", "lambda", "omega"])
_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_])\w+")
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{4,6}")
_NUMBER_AT_THE_END = re.compile(r"([^\W\d_]{2,})(\d+)")
_COMBINING = re.compile(
    "(?:meta|non|multi|micro|macro|nano|neuro|psycho|socio|pseudo|semi|self|hyper|hypo|ultra|intra|extra|post"
    "|peri|supra|cyber|electro|immuno|tele|thermo|photo|cardio|cross|well|(co|inter|super|sub|pre|anti|bio|alpha|beta|gamma))"
    r"(?=[^\W\d_]{4})"
)
"""What is written with or without a hyphen before a word: "meta-analysis", "nonlinear", "well-being". Many a
simple word begins like the last ones."""
_EQUAL = ({("nf", "kb"), ("nf", "kappa", "b"), ("nfkb",)},)
"""κ is often typed as k; what is known to be one name."""


def taken_apart(form: str) -> list[tuple[str, ...]]:
    """The ways in which a name that is written together may stand in a text, each two or three forms.

    >>> taken_apart("pdl1")
    [('p', 'dl1'), ('pd', 'l1'), ('pdl', '1')]
    """
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


def compound(form: str) -> tuple[str, str, bool] | None:
    """The two words that a compound written together is made of, and whether the second may have any ending:
    not where the first is often no word of its own ("coronary"). None: it begins with no such word.

    >>> compound("metaanalysis")
    ('meta', 'analysis', True)
    """
    match = _COMBINING.match(form)
    return (match[0], form[match.end() :], not match[1]) if match and form.isalpha() else None


def compound_runs(forms: Sequence[str]) -> list[slice]:
    """Where in a row of forms two words may be a compound that is also written together: "meta analysis"."""
    return [
        slice(at, at + 2)
        for at, (first, second) in enumerate(itertools.pairwise(forms))
        if (match := _COMBINING.match(first + second)) and match[0] == first and second.isalpha()
    ]


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
        yield tuple(piece for part in parts for piece in (part.split(".") if part[0].isalpha() else (part,)))


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
    return all(map(_is_part, forms)) and any(len(form) <= 2 or any(map(str.isdigit, form)) for form in forms)


def _others(forms: tuple[str, ...]) -> list[tuple[str, ...]]:
    return sorted(way for group in _EQUAL if forms in group for way in group if way != forms)


def _is_part(form: str) -> bool:
    return len(form) <= _SHORT or form in _GREEK or any(map(str.isdigit, form))
