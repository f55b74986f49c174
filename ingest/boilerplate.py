"""What publishers add to abstracts and no reader looks for: copyright lines, structured headings, "Abstract"."""

from __future__ import annotations

import re

_HEADING = (
    r"abstract|summary|background|context|introduction|objectives?|aims?|purposes?|goals?|rationale|hypothes[ie]s|"
    r"study design|design|settings?|participants?|patients?|subjects?|populations?|interventions?|methods?|"
    r"methodology|methods and materials|materials? and methods?|materials? & methods?|"
    r"patients? and methods?|subjects? and methods?|participants and methods|"
    r"design and methods|methods and results|methods and findings|methods/principal findings|main outcome measures?|"
    r"main outcomes? and measures?|outcome measures?|measurements?|measures|data sources?|study selection|"
    r"data extraction|data synthesis|search strategy|data collection and analysis|main results?|primary outcomes?|"
    r"results?|findings?|main findings|principal findings|key results|results and conclusions?|discussion|"
    r"discussions? and conclusions?|results and discussion|conclusions?|conclusions/significance|"
    r"conclusions? and relevance|interpretation|significance|implications|importance|relevance|limitations?|"
    r"background and (?:objectives?|aims?|purpose)|aims? and (?:objectives?|background)|"
    r"background/(?:aims?|objectives?|purpose)|introduction and (?:objectives?|aims?)|objectives? and aims?|"
    r"purpose of (?:the )?(?:study|review)|recent findings|statistical analysis|methodology/principal findings|"
    r"study population|study objectives?|case (?:report|presentation|description)|observations?|"
    r"design, setting,? and participants|design, setting, participants|setting and participants|"
    r"unlabelled|plain language summary|highlights|what is known|strengths and limitations"
)
_LABEL = re.compile(rf"(?:{_HEADING})s?\Z", re.IGNORECASE)
_UPPER = re.compile(rf"(?:(?<=^)|(?<=[.!?;:)\]] ))(?=[A-Z])((?i:{_HEADING}))\s?(?:\([A-Z]{{2,8}}\))?\s?[:.]\s+(?=\S)")
_ABSTRACT = re.compile(
    r"^(?:abstract|summary)\s*(?:[:.—–-]+\s*|(?=[A-Z][a-z])(?<=[at]\b )|\s(?=(?:We|This|In|The|A|An|Our|It|Here)\b))",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:"
    r"(?:copyright|\(c\)|©|&copy;)[\s©(c),]*(?:the authors?[\s,(]*)?(?:19|20)\d\d.{0,300}"
    r"|(?:©|copyright ©)\s.{0,200}"
    r"|this article is protected by (?:u\.?s\.? )?copyright.{0,120}"
    r"|all rights reserved\.?"
    r"|published by (?:elsevier|oxford|john wiley|wiley|springer|s\. karger|thieme|taylor|bmj)[^.]{0,100}\.?"
    r"(?: (?:inc|ltd|b\.v|gmbh|llc)\.)?(?: all rights reserved\.?)?"
    r"|\(?psycinfo database record.{0,120}"
    r"|\(?abstract truncated (?:at|in) .{0,40}"
    r"|this is an open[- ]access article distributed under.{0,300}"
    r")\s*$",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"[.!?)\]”\"]\s*$")


def is_heading(label: str) -> bool:
    """Whether a section's label is one of the usual ones, which say nothing of the paper."""
    return _LABEL.match(label.strip().rstrip(":.")) is not None


def strip_boilerplate(abstract: str) -> str:
    """An abstract without heading words and publishers' lines; what has nothing else stays as it is."""
    text = abstract
    for _ in range(8):
        shorter = _TAIL.sub("", _ABSTRACT.sub("", text)) if _may_have_tail(text) else _ABSTRACT.sub("", text)
        shorter = _without_headings(shorter).strip()
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def _may_have_tail(text: str) -> bool:
    tail = text[-420:].lower()
    return any(word in tail for word in ("copyright", "©", "(c)", "rights reserved", "published by", "record", "truncated", "distributed under"))


def _without_headings(text: str) -> str:
    if ":" not in text and not text[:1].isupper():
        return text
    found = list(_UPPER.finditer(text))
    if not found:
        return text
    shouted = [match for match in found if match[1].isupper()]
    # "Results: …" in the middle of running prose is an author's own sentence, two of them are a form.
    drop = found if len(found) >= 2 and (found[0].start() == 0 or len(found) >= 3) else shouted
    if not drop and found[0].start() == 0 and ":" in found[0][0]:
        drop = found[:1]
    pieces, position = [], 0
    for match in drop:
        pieces.append(text[position : match.start()])
        position = match.end()
    return "".join([*pieces, text[position:]])
