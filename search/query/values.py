"""What a reader wrote after ``field:`` → the leaf of the tree, or a fault that says how to fix it."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Literal

from ingest.values.identifiers import sole_identifier
from search.days import day_range
from search.fields import HAS_VALUES, FieldSpec
from search.query.errors import ValueFault, excerpt
from search.query.printer import quote
from search.query.tree import Node, Range, Value
from search.query.wildcards import long_enough

YEARS = (1000, 2999)
"""The years that a paper can have."""

_MAX_VALUE = 500  # characters
_NUMBER = re.compile(r"\d{1,9}")
_SPAN = re.compile(r"(\d{0,9})\s*(?:[-–—]|\.\.)\s*(\d{0,9})")
_COMPARED = re.compile(r"(>=|<=|>|<|≥|≤)\s*(\d{1,9})")
_DECADE = re.compile(r"[12]\d{0,2}")
_VAGUE = re.compile(r"([12]\d{1,2})[xX?_]{1,2}")
_TEN_YEARS = re.compile(r"([12]\d\d0)[’']?s")
_LANGUAGES = {
    "arabic": "ar",
    "chinese": "zh",
    "czech": "cs",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "turkish": "tr",
}

Mode = Literal["is", "only", "prefix"]


def value(spec: FieldSpec, text: str, mode: Mode) -> Node:
    """The leaf for a value of a keyword, integer or flag field; raises ``ValueFault``."""
    text = " ".join(text.split())
    if spec.kind in ("integer", "date"):
        return _integer(spec, text, mode)
    if len(text) > _MAX_VALUE:
        raise ValueFault(
            "too-long",
            f"The value after {spec.name}: has {len(text):,} characters; at most {_MAX_VALUE} are allowed.",
            "Shorten it.",
            f"{spec.name}:{quote(text[:_MAX_VALUE].strip())}",
        )
    if mode == "only" and not spec.nested:
        mode = "is"
    if mode == "prefix":
        return _prefix(spec, text)
    return Value(spec.name, _CLEAN.get(spec.name, _as_written)(spec, text), mode)


def everything(spec: FieldSpec) -> Node:
    """``field:*``: not a value; the corrected clause asks that the field be there at all."""
    alternative = f"has:{spec.name}" if spec.name in HAS_VALUES else ""
    raise ValueFault(
        "empty-prefix",
        f"{spec.name}:* would match everything that has one.",
        f"Write {alternative} for that, or at least two letters before the star."
        if alternative
        else "Write at least two letters before the star.",
        alternative,
    )


def check_gaps(spec: FieldSpec, text: str) -> None:
    """Refuse wildcards inside a name or a tag: values are looked up whole, or by how they begin."""
    own = spec.values or spec.name in ("lang", "doi", "id", "cites", "cited_by")  # these judge their values
    if own or spec.kind in ("integer", "date"):
        return
    begin = re.split(r"[*?#]", text, maxsplit=1)[0]
    if spec.name == "tag":
        alternative, hint = (
            f"subject:{text.rstrip(',.;:!?')}",
            "subject: looks for words of tags, with gaps too.",
        )
    elif long_enough(begin):
        alternative, hint = f"{spec.name}:{begin}*", "Write how the value begins, and a star."
    else:
        alternative, hint = "", "Write how the value begins, and a star, or words of the title."
    raise ValueFault(
        "wildcard-in-value",
        f"A value after {spec.name}: can have a star only at its end.",
        hint,
        alternative,
    )


def identifier(text: str) -> Value | None:
    """The paper that a text consisting of one identifier or its link means, or None."""
    scheme, number = sole_identifier(text)
    if not scheme:
        return None
    return Value("doi", number) if scheme == "doi" else Value("id", f"{scheme}:{number}")


def _prefix(spec: FieldSpec, text: str) -> Node:
    if spec.values or spec.name in ("lang", "doi", "cites", "cited_by"):
        return Value(spec.name, _CLEAN.get(spec.name, _as_written)(spec, text), "is")
    if not long_enough(text):
        everything(spec)
    return Value(spec.name, text, "prefix")


def _as_written(_spec: FieldSpec, text: str) -> str:
    return text


def _lowered(_spec: FieldSpec, text: str) -> str:
    return text.lower()


def _closed(spec: FieldSpec, text: str) -> str:
    wanted = text.lower().replace("-", "_") if spec.name != "notice" else text.lower()
    wanted = {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(wanted, wanted)
    if wanted in spec.values:
        return wanted
    near = get_close_matches(wanted, spec.values, 1, 0.5)
    raise ValueFault(
        "unknown-value",
        f"{spec.name}: cannot be “{excerpt(text)}”.",
        f"It takes one of {', '.join(spec.values)}.",
        f"{spec.name}:{near[0] if ' ' not in near[0] else quote(near[0])}" if near else "",
    )


def _language(_spec: FieldSpec, text: str) -> str:
    code = _LANGUAGES.get(text.lower(), text.lower())
    if re.fullmatch(r"[a-z]{2,3}", code):
        return code
    near = get_close_matches(code, _LANGUAGES, 1, 0.6)
    raise ValueFault(
        "unknown-value",
        f"lang: takes a language code, not “{excerpt(text)}”.",
        "Write a code of two letters, such as lang:en or lang:de.",
        f"lang:{_LANGUAGES[near[0]]}" if near else "",
    )


def _doi(_spec: FieldSpec, text: str) -> str:
    scheme, doi = sole_identifier(text.replace(" ", ""))
    if scheme == "doi":
        return doi
    raise ValueFault(
        "bad-doi",
        f"“{excerpt(text)}” is not a DOI.",
        "A DOI starts with 10. and has a slash, as doi:10.1038/nature12373; other identifiers go after id:.",
        f"id:{quote(text)}",
    )


def _identifier(_spec: FieldSpec, text: str) -> str:
    scheme, number = sole_identifier(text)
    is_bare = scheme == "doi" or (scheme == "arxiv" and "arxiv" not in text.lower())
    return text if not scheme else number if is_bare else f"{scheme}:{number}"


_CLEAN: dict[str, Callable[[FieldSpec, str], str]] = {
    "lang": _language,
    "type": _lowered,
    "doi": _doi,
    "id": _identifier,
    "cites": _identifier,
    "cited_by": _identifier,
    "has": _closed,
    "retracted": _closed,
    "open_access": _closed,
    "notice": _closed,
}


def _integer(spec: FieldSpec, text: str, mode: Mode) -> Node:
    """A number or a range: 2010, 2010-2019, 2010-, -2019, 2010..2019, >=2010, 199*."""
    if mode == "prefix" and spec.name == "year" and _DECADE.fullmatch(text):
        width = 10 ** (4 - len(text))
        return Range("year", int(text) * width, (int(text) + 1) * width - 1)
    bounds = None if mode == "prefix" else day_range(text) if spec.kind == "date" else _bounds(text)
    if bounds is None or not all(_possible(spec, bound) for bound in bounds):
        raise _bad_number(spec, text)
    low, high = bounds
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Range(spec.name, low, high)


def _bounds(text: str) -> tuple[int | None, int | None] | None:
    if _NUMBER.fullmatch(text):
        return int(text), int(text)
    if match := _SPAN.fullmatch(text):
        if not (match[1] or match[2]):
            return None
        return (int(match[1]) if match[1] else None), (int(match[2]) if match[2] else None)
    if match := _COMPARED.fullmatch(text):
        number = int(match[2])
        low = {">": number + 1, ">=": number, "≥": number}.get(match[1])
        high = {"<": number - 1, "<=": number, "≤": number}.get(match[1])
        return low, high
    return None


def _possible(spec: FieldSpec, bound: int | None) -> bool:
    low, high = YEARS if spec.name == "year" else (0, 10**9)
    return bound is None or low <= bound <= high


def _bad_number(spec: FieldSpec, text: str) -> ValueFault:
    if spec.kind == "date":
        return ValueFault(
            "bad-date",
            f"“{excerpt(text)}” is neither a day, a month or a year nor a range of them.",
            f"Write {spec.name}:2026-11-29, {spec.name}:2026-11, {spec.name}:2026 or {spec.name}:2026-11-.",
            "",
        )
    if spec.name != "year":
        match = _NUMBER.search(text)
        return ValueFault(
            "bad-number",
            f"“{excerpt(text)}” is neither a number nor a range of numbers.",
            f"Write {spec.name}:100, {spec.name}:10-50 or {spec.name}:100-.",
            f"{spec.name}:{match.group()}" if match else "",
        )
    years = _likely_years(text)
    clause = f"year:{years[0]}-{years[-1]}" if len(years) > 1 else f"year:{years[0]}" if years else ""
    return ValueFault(
        "bad-year",
        f"“{excerpt(text)}” is neither a year nor a range of years.",
        "Years have four digits: year:2015, year:2010-2019, year:2010- or year:-2019.",
        clause,
    )


def _likely_years(text: str) -> list[int]:
    """The years that a reader may have meant: 19xx and 1990s are ten or a hundred, 98 is 1998."""
    if match := _VAGUE.fullmatch(text):
        width = 10 ** (4 - len(match[1]))
        return [int(match[1]) * width, (int(match[1]) + 1) * width - 1]
    if match := _TEN_YEARS.fullmatch(text):
        return [int(match[1]), int(match[1]) + 9]
    years = {_full_year(digits) for digits in re.findall(r"(?<!\d)\d{4}(?!\d)|\b\d\d\b", text)}
    return sorted(year for year in years if YEARS[0] <= year <= YEARS[1])


def _full_year(digits: str) -> int:
    """Four digits as they are; two digits in the century that makes them lie between 1931 and 2030."""
    number = int(digits)
    return number if len(digits) == 4 else number + (2000 if number <= 30 else 1900)
