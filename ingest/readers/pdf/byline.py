"""The authors of a paper, from the lines between its title and its abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.readers.pdf.lines import MARKS, Line, folded
from ingest.values.affiliation_marks import BEFORE_COMMAS
from ingest.values.author_lists import split_authors
from ingest.values.author_names import is_group, is_initials, is_particle, is_suffix

ADDRESS = re.compile(
    r"[@\d]|\b(?:universi\w*|universität|department|dept|departamento|dipartimento|département|institut\w*|"
    r"school|faculty|fakultät|facult\w+|college|laborator\w*|labs?|cent(?:er|re|ro)|centrum|hospital|clinic|"
    r"klinik\w*|academy|division|section|ministry|agency|company|corporation|gmbh|inc|ltd|research|group|"
    r"email|e-mail|street|road|avenue|straße|box|usa|u\.s\.a|uk|china|germany|france|italy|spain|japan|"
    r"india|canada|australia|brazil|netherlands|switzerland|austria|sweden|norway|denmark|finland|poland|"
    r"russia|korea|singapore|israel|belgium|portugal|member|fellow|ieee|project|technology|sciences?|"
    r"engineering|medicine|abstract|corresponding|author|authors|contributed|equally|editor|"
    r"foundation|museum|office|service|unit|branch|trust|bank|society|association|version|draft|date|volume|"
    r"issue|and\s*\Z)\b",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"(?:[^\W\d_](?:[^\W\d_]|['’.‐-](?=[^\W\d_]|\Z))*\.?)+\Z")
_SEPARATORS = re.compile(r"\b(?:by|and|AND|And|und|UND|et|y|with)\b|[&;·•|／；，、]")
_CHINESE_OR_KOREAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]{2,5}\Z")


def authors_of(lines: list[Line], properties: str, text: str) -> list[str]:
    """The authors: as the file's properties (``properties``) where the page has them all, else as printed.

    Names are printed in one style; what stands below in another one is an address.
    """
    printed: list[str] = []
    style: tuple[float, str] | None = None
    for line in lines:
        names = list(_names(line.unmarked))
        if names and (style is None or style == (line.size, line.style)):
            style = (line.size, line.style)
            printed += names
    named = [name for name in split_authors(properties) if _is_name(name.replace(",", " "))]
    page = folded(text)
    whole = bool(named) and all(
        folded(name) in page or folded(" ".join(reversed(name.split(", ")))) in page for name in named
    )
    if whole and (len(named) >= len(printed) or len(named) > 1):
        return named
    return [_lowered(name) for name in dict.fromkeys(printed)] or named


def _lowered(name: str) -> str:
    """A name that is printed in capitals, as it is written."""
    if not name.isupper():
        return name
    return re.sub(r"[^\W\d_]{2,}(?!\.)", lambda word: word[0].capitalize(), name)


def _names(text: str) -> Iterator[str]:
    """The names in a line of authors; nothing where it is an address or a sentence."""
    if len(BEFORE_COMMAS.findall(text)) > 1:  # printed as large as the names: "Berg1,2, Costa2 and Lee1"
        text = BEFORE_COMMAS.sub("", text)
    text = _SEPARATORS.sub(",", MARKS.sub(",", text).replace("\u00a0", " "))
    parts = [part for piece in text.split(",") if (part := piece.strip()) and not _is_mark(part)]
    names = [part for part in parts if _is_name(part)]
    suffixes = sum(is_suffix(part) or part.lower().replace(".", "") in ("phd", "md") for part in parts)
    if len(names) * 2 > len(parts) - suffixes:
        yield from names


def _is_mark(text: str) -> bool:
    return len(text) < 3 and (text.islower() or not text.isalpha())


def _is_name(text: str) -> bool:
    words = text.split()
    if _CHINESE_OR_KOREAN.match(text):
        return True
    if not 2 <= len(words) <= 6 or ADDRESS.search(text) or is_group(text) or is_initials(text):
        return False
    named = [word for word in words if not is_particle(word)]
    capitals = all(_NAME_WORD.match(word) and not word[0].islower() for word in named)
    return capitals and any(len(word.strip(".")) > 1 for word in named)
