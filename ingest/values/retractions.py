"""Notices of retraction in what sources write beside a paper: in its title, types, tags and notes.

A paper that was retracted is told from the notice that retracts another ("Retraction of: …"), which can be
relied on. Readers, search and duplicates ask here, so that they agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

RETRACTED, WITHDRAWN, CONCERN = "retracted", "withdrawn", "expression of concern"
_NOUN = r"(?P<noun> (?:article|paper|publication|manuscript|chapter|preprint))?"
_MARK = (
    r"(?:(?:article|paper|art[íi]culo|artigo) )?(?P<mark>retracted(?: and (?:republished|replaced))?"
    r"|withdrawn|removed|temporary removal"
    rf"|retractado|retratado|r[ée]tracté|已?撤稿|已?撤回){_NOUN}"
)
_BRACKETED = re.compile(rf"[\[({{【«*]{{1,3}}\s?{_MARK}\s?[\])}}】»*]{{1,3}}\s?[:：.–—-]?\s*", re.IGNORECASE)
_PLAIN = re.compile(rf"{_MARK}\s?[:：–—]\s*", re.IGNORECASE)
_SHOUTED = re.compile(r"(?P<mark>RETRACTED|WITHDRAWN)(?P<noun> ARTICLE| PAPER)?\.? (?=[^\W\d_a-z][a-z])")
_AT_END = re.compile(
    rf"\s?[\[({{【]\s?{_MARK}(?![^\W\d_])[^\[\](){{}}【】]{{0,300}}[\])}}】]\.?\Z", re.IGNORECASE
)
_DASHED = re.compile(rf"\s[–—-]\s?{_MARK}\.?\Z", re.IGNORECASE)
_MAYBE = re.compile(
    r"[Rr][EeÉé][Tt][Rr][Aa][Cc]?[Tt][EeAaÉé]|[Ww][Ii][Tt][Hh][Dd][Rr]|[Rr][Ee][Mm][Oo][Vv]|撤[稿回]"
    r"|[Cc][Oo][Nn][Cc][Ee][Rr][Nn]"
)
_STEMS = ("retra", "rétra", "withdr", "remov", "concern", "撤")
"""One of them, in lower case, stands wherever `_MAYBE` finds something; to look for them takes a tenth."""
_KIND = re.compile(
    r"(?P<mark>retracted|withdrawn)(?: (?:article|paper|publication|preprint))?", re.IGNORECASE
)
_NOTE = re.compile(
    r"(?:^|[.;:(\[{] ?)(?P<first>retracted|retraction in|withdrawn)\b(?! (?:articles|papers|publications))"
    r"|\b(?:article|paper|publication|work|preprint|which|it|manuscript) (?:has been|have been|was|is|were) "
    r"(?:since )?(?P<verb>retracted|withdrawn)\b",
    re.IGNORECASE,
)
_CONCERN = re.compile(
    r"[\[({【]?(?:editorial )?expression of concern(?: (?:about|for|on|to))?[\])}】]?\s?(?:[:：–—]|- )",
    re.IGNORECASE,
)
"""It stands before the title of another paper's notice, so that it is no mark to compare without."""
_TAIL = 400  # characters at a title's end in which a mark is looked for
_LONGEST = 20_000


def notices_in(
    title: str = "", kinds: Iterable[str] = (), tags: Iterable[str] = (), notes: Iterable[str] = ()
) -> list[str]:
    """The notices ("retracted", "expression of concern", …) that a record's own words say of it, each once.

    Args:
        kinds: publication types as the source names them, also several in one text ("Article; Retracted").
        tags: keywords.
        notes: free text such as "Retraction in: J Foo 2019"; an abstract is none.
    """
    named = [*kinds, *tags]
    notes = list(notes)
    if not notes and not _may_tell("\n".join((title, *named))):  # nearly every record
        return []
    notices = [_title_notice(title)] if title else []
    for text in named:
        if _may_tell(text):
            marks = (_KIND.fullmatch(part.strip()) for part in re.split(r"[;,|/]", text[:_LONGEST]))
            notices += [match["mark"].lower() for match in marks if match]
    for text in notes:
        if match := _NOTE.search(text[:_LONGEST]):
            word = (match["first"] or match["verb"]).lower()
            notices.append(WITHDRAWN if word == WITHDRAWN else RETRACTED)
    return list(dict.fromkeys(filter(None, notices)))


def without_mark(title: str) -> str:
    """A title without the mark that its publisher put before or behind it: the title to compare by."""
    match = _title_mark(title)
    if match is None:
        return title
    return title[match.end() :] if match.start() == 0 else title[: match.start()]


def _title_notice(title: str) -> str:
    match = _title_mark(title)
    if match is None:
        return CONCERN if _CONCERN.match(title) else ""
    return WITHDRAWN if match["mark"].lower() in ("withdrawn", "removed", "temporary removal") else RETRACTED


def _may_tell(text: str) -> bool:
    return any(map(text.lower().__contains__, _STEMS)) and _MAYBE.search(text) is not None


def _title_mark(title: str) -> re.Match[str] | None:
    if not _may_tell(title):
        return None
    if match := _BRACKETED.match(title) or _SHOUTED.match(title):
        return match
    match = _PLAIN.match(title)
    # "Withdrawn: a memoir" is a title; publishers shout the mark.
    if match and (match["noun"] or match["mark"].isupper() or match["mark"].lower() not in _ORDINARY):
        return match
    tail = max(0, len(title) - _TAIL)
    return _AT_END.search(title, tail) or _DASHED.search(title, tail)


_ORDINARY = frozenset(("withdrawn", "removed"))
