"""What stands in abstracts and says nothing of the paper.

"Abstract" and publishers' lines are taken off what is kept. The headings of structured abstracts are kept,
and left out only where words are counted (`without_headings`).
"""

from __future__ import annotations

import re

_HEADING = (
    r"abstract|summary|background|context|introduction|objectives?|aims?|purposes?|goals?|rationale|"
    r"hypothes[ie]s|"
    r"study design|design|settings?|participants?|patients?|subjects?|populations?|interventions?|methods?|"
    r"methodology|methods and materials|materials? and methods?|materials? & methods?|"
    r"patients? and methods?|subjects? and methods?|participants and methods|"
    r"design and methods|methods and results|methods and findings|methods/principal findings|main outcome "
    r"measures?|"
    r"main outcomes? and measures?|outcome measures?|measurements?|measures|data sources?|study selection|"
    r"data extraction|data synthesis|search strategy|data collection and analysis|main results?|primary "
    r"outcomes?|"
    r"results?|findings?|main findings|principal findings|key results|results and conclusions?|discussion|"
    r"discussions? and conclusions?|results and discussion|conclusions?|conclusions/significance|"
    r"conclusions? and relevance|interpretation|significance|implications|importance|relevance|limitations?|"
    r"background and (?:objectives?|aims?|purpose)|aims? and (?:objectives?|background)|"
    r"background/(?:aims?|objectives?|purpose)|introduction and (?:objectives?|aims?)|objectives? and aims?|"
    r"purpose of (?:the )?(?:study|review)|recent findings|statistical analysis|methodology/principal "
    r"findings|"
    r"study population|study objectives?|case (?:report|presentation|description)|observations?|"
    r"design, setting,? and participants|design, setting, participants|setting and participants|"
    r"unlabelled|plain language summary|highlights|what is known|strengths and limitations"
)
_LABEL = re.compile(rf"(?:{_HEADING})s?\Z", re.IGNORECASE)
_BEFORE_COLON = re.compile(r"(?:\A|[.!?;:)\]][\"”’]? )([A-Z][\w/,& -]{2,60}?)\s?(?:\([A-Z]{2,8}\))?\s?\Z")
_OPENING = r"We|This|In|The|A|An|Our|It|Here"
_GLUED = r"Background|Objectives?|Introduction|Purpose|Aims?|Context|Importance|Methods"
_ABSTRACT = re.compile(
    r"(?:\[(?:[Aa]bstract|ABSTRACT)\]|\((?:[Aa]bstract|ABSTRACT)\)|[Aa]bstract|ABSTRACT)"
    r"(?:(?<=[\])])[:.]?\s*|\s?[:.—–]\s*|\s?-(?=[A-Z]|\s)\s*"
    rf"|\s+(?=(?:{_OPENING})\b|(?i:{_HEADING})s?\s?[:.—–])|(?<=Abstract)(?=(?:{_GLUED})(?:[A-Z:.]|\s)))"
)
"""What is cut off; "Abstract interpretation is …" begins with a word of its own."""
_YEAR = r"(?:19|20)\d\d"
_HOLDERS = (
    r"elsevier|wiley|springer|karger|thieme|taylor|bmj|oxford|cambridge|ltd|inc\b|gmbh|b\.v|llc|society|"
    r"association|press|college|publish|ieee|acm\b"
)
_TAIL = re.compile(
    r"\s*(?:"
    rf"(?:(?-i:Copyright|COPYRIGHT)|\(c\)|©|&copy;)[\s©(c),]*(?:the authors?[\s,(]*)?{_YEAR}.{{0,300}}"
    rf"|(?:©|(?-i:Copyright) ©)\s?(?:the author|.{{0,60}}?\b(?:{_YEAR}|{_HOLDERS})).{{0,200}}"
    r"|this article is protected by (?:u\.?s\.? )?copyright.{0,120}"
    r"|all rights reserved\.?"
    r"|(?<=[.!?)\]]\s)(?-i:Published) by (?:elsevier|oxford|john wiley|wiley|springer|s\. karger|thieme|"
    r"taylor|bmj)[^.]{0,100}\.?(?: (?:inc|ltd|b\.v|gmbh|llc)\.)?(?: all rights reserved\.?)?"
    r"|\(?psycinfo database record.{0,120}"
    r"|\(?abstract truncated (?:at|in) .{0,40}"
    r"|this is an open[- ]access article distributed under.{0,300}"
    r")\s*$",
    re.IGNORECASE,
)
_LEGAL = frozenset(
    re.findall(
        r"\w+",
        "the and all any by for from with without its this these that which who may not has have been "
        "are was is under other use used only such per via you our her his their see more info on in "
        "of to as at or be can rights reserved published publisher publishing publications press "
        "copyright copyrighted author authors holder holders owner licensee exclusive licence license "
        "licensed creative commons attribution noncommercial non commercial derivatives derivs "
        "international generic unported access open article distributed distribution terms conditions "
        "permits permitted permission permissions unrestricted reproduction reproduced medium "
        "provided original work works properly cited credited source behalf content contents express "
        "written posted copied emailed email multiple sites listserv users individual print download "
        "abstract abridged warranty given about accuracy copy should refer material full inc ltd llc "
        "gmbh limited company society association academy institute university college government "
        "public domain free http https www org com doi version manuscript accepted preprint however "
        "printing downloading emails contact please reprints elsevier wiley springer taylor francis "
        "sage karger thieme periodicals nature verlag sons john oxford cambridge lippincott williams "
        "wilkins wolters kluwer health blackwell academic american european royal national federation "
        "science sciences medical medicine clinical research journal berlin heidelberg new york "
        "london",
    )
)
"""The small words of publishers' lines; a line with many others is the author's text."""
_MOST_OTHERS = 9
_NOTHING = re.compile(
    r"[\[(]?(?:no abstract(?: is)?(?: available)?|abstract (?:is )?not available|not available|n/?a|none|"
    r"null|nan)[\])]?\.?\Z",
    re.IGNORECASE,
)
_TAIL_WORDS = (
    "copyright",
    "©",
    "(c)",
    "rights reserved",
    "published by",
    "database record",
    "truncated",
    "distributed under",
)


def is_heading(label: str) -> bool:
    """Whether a section's label is one of the usual ones, which say nothing of the paper."""
    return _LABEL.match(label.strip().rstrip(":.")) is not None


def strip_boilerplate(abstract: str) -> str:
    """An abstract without the word Abstract before it and publishers' lines after it; never empty of text."""
    if _NOTHING.match(abstract):
        return ""
    text = abstract
    for _ in range(8):
        match = _ABSTRACT.match(text)
        shorter = text[match.end() :] if match else text
        if _may_have_tail(shorter):
            shorter = shorter[:-420] + _TAIL.sub(_without_tail, shorter[-420:])
        shorter = shorter.strip()
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def _without_tail(match: re.Match[str]) -> str:
    """Nothing for a publisher's line; the line itself where the author's text goes on in it."""
    words = re.findall(r"(?<![\w.])[a-z]{3,}(?![\w./@])", match[0])
    return match[0] if sum(word not in _LEGAL for word in words) > _MOST_OTHERS else ""


def _may_have_tail(text: str) -> bool:
    return any(map(text[-420:].lower().__contains__, _TAIL_WORDS))


def without_headings(text: str) -> str:
    """An abstract as its words are counted: without "METHODS:" and the like.

    "Results: …" alone in running prose is an author's own and stays.
    """
    headings = _headings(text)
    if not headings:
        return text
    shouted = [place for place in headings if text[place[0] : place[0] + 2].isupper()]
    form = len(headings) >= 2 and (headings[0][0] == 0 or len(headings) >= 3)
    drop = headings if form else shouted or [place for place in headings[:1] if place[0] == 0]
    pieces, position = [], 0
    for start, end in drop:
        pieces.append(text[position:start])
        position = end
    return "".join([*pieces, text[position:]])


def sections(text: str) -> list[tuple[str, str]]:
    """The sections of a structured abstract, each with its heading ("" before the first); none where it has
    fewer than two headings."""
    headings = _headings(text)
    if len(headings) < 2:
        return []
    ends = [*(start for start, _ in headings[1:]), len(text)]
    parts = [
        (text[start:begin].rstrip(": "), text[begin:end].strip())
        for (start, begin), end in zip(headings, ends, strict=True)
    ]
    before = text[: headings[0][0]].strip()
    return [("", before), *parts] if before else parts


def _headings(text: str) -> list[tuple[int, int]]:
    """Where a usual heading stands at the start of a sentence, its colon and space included."""
    headings = []
    colon = text.find(": ")
    while colon >= 0:
        start = max(0, colon - 80)
        # The text's own beginning counts as a sentence's; the beginning of the window does not.
        match = _BEFORE_COLON.search(text[start:colon])
        if match and (match.start() > 0 or start == 0 or text[start] in ".!?;:)]") and is_heading(match[1]):
            headings.append((start + match.start(1), colon + 2))
        colon = text.find(": ", colon + 1)
    return headings
