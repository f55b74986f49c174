"""What points from a name to its affiliation or a footnote: "Berg, Anna 1,2", "Costa B*", "Roe, A.¹"."""

from __future__ import annotations

import re

from ingest.values.author_names import is_group

_SIGN = "[*†‡§¶∗#⁎‖✉]"
_SUPERSCRIPT = r"[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]"
_NUMBERS = r"\d{1,2}(?:, ?\d{1,2}){0,5}"
_IN_LIST = (
    r"(?<=[^\W\d_])[*†‡§¶]{1,3}"
    r"|(?:(?<=[^\W\d_A-Z])|(?<=\s[A-Z])|(?<=\s[A-Z]{2}))\d{1,2}(?:,\d{1,2}){0,5}[*†]?"
)
SUPERSCRIPTS = re.compile(rf"{_SUPERSCRIPT}+(?:[,\u02d2]{_SUPERSCRIPT}+){{0,5}}[*†‡]?")
BEFORE_COMMAS = re.compile(rf"(?:{_IN_LIST})(?=,|\s(?:and|&)\s|\s*\Z)")
"""Marks in a list of names with commas between them."""
BEFORE_SEMICOLONS = re.compile(rf"(?:{_IN_LIST})(?=\s*(?:;|\Z))")
_BEHIND = re.compile(
    rf"(?:\s?{_SIGN}|\s?{_SUPERSCRIPT}[,\u02d2]?|\$\^?\{{?[^$]{{0,20}}\}}?\$|\^\{{?[\d,]{{1,9}}\}}?"
    rf"|\s?\[{_NUMBERS}\]|(?<=[^\W\d_]){_NUMBERS}|\s0\d{{3}})+\Z"
)
_BEHIND_GIVEN_NAMES = re.compile(
    rf"(?:(?<=[^\W\d_])\s{_NUMBERS}(?: \d{{1,2}}){{0,5}}|(?<=\.)\s?{_NUMBERS}|\s[a-h](?:, ?[a-h]){{1,5}})\Z"
)
_LAST = re.compile(rf"[\d$\]}}a-h]|{_SIGN}|{_SUPERSCRIPT}")


def without_marks(name: str) -> str:
    """A name without the marks behind it, and without DBLP's number of one who shares it ("Wei Wang 0001").

    Numbers after a space are marks where given names stand before them ("Lee, Kim 1,2"), and part of the name
    of a group ("HapMap 3"). One pass: what is left may end in another kind of mark.
    """
    name = name.rstrip()
    if not _LAST.match(name[-1:]):
        return name
    family, _, given = name.partition(",")
    if given and not any(map(str.isdigit, family)) and not is_group(name):
        name = _BEHIND_GIVEN_NAMES.sub("", name)
    elif name[-1:].isdigit() and " " not in name:
        return name  # "COVID19"
    return _BEHIND.sub("", name).rstrip()
