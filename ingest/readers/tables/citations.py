"""Citations in one line, as PubMed, Embase, Ovid and Wanfang put them into one column → their parts."""

from __future__ import annotations

import re

_LONGEST = 1_000
_PUBMED = re.compile(
    r"(?P<venue>[^.]{1,200}(?:\.[^.]{1,60}){0,4}?)\. (?P<date>\d{4}[^;:.]{0,30})"
    r"(?:;(?P<volume>[^:(;.]{0,40})(?:\((?P<issue>[^()]{0,40})\))?(?::(?P<pages>[^.;]{0,60}))?)?[.;]"
)
"""J Foo. 2019 Apr 3;12(3):100-110. doi: …"""
_EMBASE_PLACE = (
    r"(?P<venue>.{1,250}?) \((?P<date>\d{4})\)(?: (?P<volume>[^:(]{1,40}?)(?::(?P<issue>[^(]{1,40}?))?)?"
)
_EMBASE = (
    re.compile(
        _EMBASE_PLACE
        + r"(?:\s\((?P<pages>[^()]{1,60})\)|\s?Article Number:\s?(?P<number>[\w.-]{1,40}))(?:\W|\Z)"
    ),
    re.compile(_EMBASE_PLACE + r"(?:\.\s|\.?\Z)"),
)
"""Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014"""
_OVID = re.compile(
    r"(?P<venue>[^.]{1,200}(?:\.[^.]{1,60}){0,2}?)\. (?P<volume>[^:(;,]{0,40})(?:\((?P<issue>[^()]{0,40})\))?"
    r"(?::|, )(?P<pages>[^,:]{1,60})[,.] (?P<date>(?:19|20)\d\d[^.]{0,30})\.?\Z"
)
"""J Foo. 12(3):100-110, 2019 Apr."""
_EBSCO = re.compile(
    r"(?P<venue>.{1,250}?)[;.] ?(?P<date>[A-Za-z]{0,9}(?:/[A-Za-z]{3,9})? ?\d{0,2} ?(?:19|20)\d\d)"
    r"(?:, Vol\. (?P<volume>[^,]{1,20}?))?(?:,? Issue (?P<issue>[^,]{1,20}))?,"
    r" p(?P<pages>[\w-]{1,30})(?:,|\Z)"
)
"""Journal of Foo; Jan2020, Vol. 12 Issue 3, p100-110, 11p"""
_PROQUEST = re.compile(
    r"(?P<venue>[^;]{1,250}?)(?: ?;[^;]{1,80}?)? (?:(?P<volume>\d{1,5})(?:\.(?P<issue>[\w/-]{1,20}))?"
    r"|Vol\. (?P<named_volume>[^,]{1,20})(?:, Iss\. (?P<named_issue>[^,]{1,20}))?),? "
    r"\((?P<date>[^()]{0,30}(?:19|20)\d\d)\):? ?"
    r"(?P<pages>[\w-]{1,30}(?:, ?[\w-]{1,30}){0,5})?(?:\.|\Z)"
)
"""Journal of Foo; Oxford 12.3 (Mar 2018): 100-110."""
_WANFANG = re.compile(r"(?P<date>\d{4})[,，]?\s?(?P<volume>\w{0,20}?)\s?[(（](?P<issue>[^()（）]{1,30})[)）]")
"""2022,41(5)"""


def parts_of_citation(text: str) -> dict[str, str]:
    """The venue, date, volume, issue and pages in a citation of one line; none when its form is not known."""
    text = " ".join(text[:_LONGEST].split())
    for form in (_EBSCO, _PUBMED, *_EMBASE, _OVID, _PROQUEST):
        if match := form.match(text):
            parts = {name: value.strip(" .,") for name, value in match.groupdict().items() if value}
            if form is _EBSCO:
                parts["date"] = re.sub(r"(?<=[a-z])(?=\d)", " ", parts["date"])
            for name in ("volume", "issue"):
                if named := parts.pop(f"named_{name}", ""):
                    parts[name] = named
            if number := parts.pop("number", ""):
                parts.setdefault("pages", number)
            return parts
    return {}


def parts_of_year_volume_issue(text: str) -> dict[str, str]:
    """The date, volume and issue of "2022,41(5)"."""
    match = _WANFANG.match(text.strip()[:100])
    parts = match.groupdict() if match else {}
    return {name: bare for name, value in parts.items() if (bare := value.strip("第卷期"))}
