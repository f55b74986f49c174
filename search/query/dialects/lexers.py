"""How each database writes a search: its rules for cutting a string into tokens."""

from __future__ import annotations

import re

from search.query.dialects.fields import table
from search.query.dialects.tokens import (
    LINES,
    LONGEST,
    PARENTHESES,
    QUOTED,
    Rule,
    Token,
    after,
    before,
    near,
    numbered,
    operators,
    other,
    rule,
    simple,
    words,
    years,
)
from search.query.dialects.trees import Heading, Joined, Numbered, Other, Within, Words

_END = r"(?=[\s()\"\[\]]|$)"
LIMITS = rule(
    r"(?:(?:Limit(?:s|ed)?(?: to)?|Filters?(?: applied| activated)?|Refined by)\s?:"
    r"|(?:Limiters|Narrow by [^\n:-]{1,40})\s?[-:])[^\n]{1,300}",
    other("filter"),
)


def _codes(dialect: str) -> str:
    return "|".join(sorted(map(re.escape, filter(None, table(dialect))), key=len, reverse=True))


def _heading(match: re.Match[str], *, exploded: bool, major: bool, qualifiers: str = "") -> Token:
    text = " ".join(match["heading"].strip(" \"'").split())
    return Token("whole", *match.span(), node=Heading(text, exploded, major, qualifiers, *match.span()))


def _several(match: re.Match[str]) -> Token:
    """``or/1-3,5`` and ``{or #1-#3}``: lines joined."""
    lines: list[int] = []
    for first, last in re.findall(r"(\d{1,3})(?:\s*-\s*[#sS]?(\d{1,3}))?", match["lines"]):
        lines += range(int(first), int(last or first) + 1)
    nodes = tuple(Numbered(line, *match.span()) for line in lines[:200])
    node = nodes[0] if len(nodes) == 1 else Joined("and" if match["sign"].lower() == "and" else "or", nodes)
    return Token("whole", *match.span(), node=node)


def _dated(match: re.Match[str]) -> Token | None:
    span = years(match["dates"], *match.span())
    return Token("whole", *match.span(), node=span or Other("field", *match.span()))


# --- PubMed


def _tag(match: re.Match[str]) -> Token:
    name, _, rest = match["codes"].strip().partition(":")
    digits = re.sub(r"\D", "", rest)[:4] if "~" in rest else ""
    code = f"{name}:noexp" if "noexp" in rest.lower() else name
    code = " ".join(code.lower().replace("–", "-").replace("—", "-").split())
    return Token("after", *match.span(), codes=(code,), between=int(digits) if digits else None)


def _filtered(match: re.Match[str]) -> Token:
    """A filter that is written as a word."""
    child = Words(match["limit"], True, *match.span("limit"))
    return Token("whole", *match.span(), node=Within(("limit",), child, *match.span()))


_DATE = r"\"?\d{4}(?:/\d{1,2}){0,2}\"?"
_DATE_TAG = r"\[\s*(?:dp|pdat|ppdat|epdat|date\s*[-–—]\s*publication|publication date)\s*\]"
_OTHER_DATE_TAG = r"\[\s*(?:edat|crdt|mhda|lr|dcom|date\s*[-–—]\s*\w+|entry date|create date)\s*\]"

PUBMED: list[Rule] = [
    *PARENTHESES,
    rule(rf"(?P<dates>{_DATE}\s*(?:{_DATE_TAG})?\s*:\s*{_DATE})\s*{_DATE_TAG}", _dated),
    rule(rf"{_DATE}\s*(?:{_OTHER_DATE_TAG})?\s*:\s*{_DATE}\s*{_OTHER_DATE_TAG}", other("field")),
    rule(r"\[+(?P<codes>[^\[\]]{0,60})\]+", _tag),
    rule(r"Sort by:[^\n]{1,60}", other("note")),
    rule(r"(?P<limit>hasabstract)(?:\[text\])?(?=[\s()]|$)", _filtered),
    LIMITS,
    QUOTED,
    LINES,
    *operators(lower=False),
    rule(r"\|(?=\s)", simple("or")),
    rule(r"&(?=\s)", simple("and")),
    rule(rf"[^\s()\"\[\]]{{1,{LONGEST}}}", words),
]

# --- Ovid

_OVID = f"(?:{_codes('ovid')})"
_AFTER_SLASH = r"(?=\s|\)|\]|$)"
_SUBHEADINGS = r"(?P<subheadings>\s?[a-z]{2}(?:\s?,\s?[a-z]{2}){0,20}(?=\s*(?:\[|\)|$)|\s+(?:and|or|not)\b))?"
_PART = r"(?!(?:and|or|not|adj\d*)\b)[^\s()/\"\n.*$?]{1,60}"


def _ovid_heading(match: re.Match[str]) -> Token:
    star = "*" in match["star"]
    return _heading(match, exploded=bool(match["exp"]), major=star, qualifiers=match["subheadings"] or "")


OVID: list[Rule] = [
    rule(r"\((?=\s*\[)", simple("open")),
    *PARENTHESES,
    rule(r"\[[^\]\n]{0,400}\]", lambda _: None),  # [mp=title, abstract, …] is Ovid's own explanation
    rule(r"(?P<sign>or|and)\s?/\s?(?P<lines>\d{1,3}(?:\s?[-,]\s?\d{1,3}){0,60})(?=[\s)]|$)", _several),
    rule(
        rf'(?P<exp>exp)\s+(?P<star>\*?)(?P<heading>"[^"\n]{{1,100}}"|[^\s()/"\n][^/"\n]{{0,100}}?)'
        rf"(?P<star2>)/{_SUBHEADINGS}{_AFTER_SLASH}",
        _ovid_heading,
    ),
    rule(
        rf'(?P<exp>)(?P<star>\*?)(?P<heading>"[^"\n]{{1,100}}"|{_PART}(?:\s{_PART}){{0,9}})'
        rf"/{_SUBHEADINGS}{_AFTER_SLASH}",
        _ovid_heading,
    ),
    rule(
        rf"\s?\.(?P<codes>{_OVID}(?:\s?,\s?{_OVID}|\s?\.\s?(?:ti|ab|tw|kw|kf|hw|mp)(?=\s?\.|\s?$)){{0,30}})"
        r"(?:\s?\.|(?=[\s)]|$))",
        after,
    ),
    rule(r"\.(?P<codes>[a-z]{2}(?:,[a-z]{2}){0,30})\.", after),
    rule(rf"/?\s?freq\s?=\s?\d{{1,3}}{_END}", other("filter")),
    rule(r"limit\s+(?P<line>\d{1,3})\s+to\s+(?P<to>[^\n]{1,400})", lambda match: _limited(match)),
    rule(r"yr\s?=\s?(?P<dates>\"[^\"\n]{1,40}\"|\d{4}(?:\s?-\s?(?:\d{4}|current)?)?)(?=[\s)]|$)", _dated),
    LIMITS,
    rule(r"remove duplicates from\s+(?P<line>\d{1,3})(?=[\s)]|$)", numbered),
    rule(r"(?P<line>\d{1,3})\s+use\s+(?P<source>[a-z0-9]{3,12})(?=[\s)]|$)", numbered),
    QUOTED,
    LINES,
    rule(rf"adj(\d{{1,3}}){_END}", near(1, 0)),
    rule(rf"adj{_END}", near(1, 0, ordered=True)),
    *operators(),
    rule(
        rf"[^\s()\"\[\]/]{{1,{LONGEST}}}?(?=\.(?:{_OVID})(?:\s?,\s?[a-z]{{2}}){{0,30}}(?:\.|[\s)]|$)"
        r"|\.[a-z]{2}(?:,[a-z]{2}){0,30}\.(?:[\s)]|$)|[\s()\"\[\]/]|$)",
        lambda match: _ovid_word(match),
    ),
]


def _ovid_word(match: re.Match[str]) -> Token:
    """A word; a colon behind it truncates it like ``$``."""
    text = match[0]
    truncated = f"{text[:-1]}$" if len(text) > 1 and text.endswith(":") else text
    return Token("words", *match.span(), node=Words(truncated, False, *match.span()))


def _limited(match: re.Match[str]) -> Token:
    """``limit 3 to (english language and yr="2010 -Current")``."""
    line = Numbered(int(match["line"]), *match.span("line"))
    pieces = re.split(r"\s+and\s+|[()]", match["to"], flags=re.IGNORECASE)
    limits = [
        Within(("limit",), Words(piece.strip(), True, *match.span("to")), *match.span("to"))
        for piece in pieces
        if piece.strip()
    ]
    return Token("whole", *match.span(), node=Joined("and", (line, *limits)))


# --- Embase.com and the Cochrane Library


_SLASH_FIELDS = [["it"], ["py"], ["la"], ["au"], ["ti"], ["ab"], ["jt"], ["ta"], ["kw"], ["do"]]
"""Fields that Embase takes behind a slash too."""


def _embase_heading(match: re.Match[str]) -> Token:
    flags = match["flags"].lower().split("/")
    if flags[1:] in _SLASH_FIELDS:
        child = Words(match["heading"].strip("\"'"), True, *match.span("heading"))
        return Token("whole", *match.span(), node=Within((flags[1],), child, *match.span()))
    if "lnk" in flags:  # a subheading of whatever heading
        return Token("whole", *match.span(), node=Other("field", *match.span()))
    qualifiers = ",".join(flag for flag in flags if flag not in ("", "exp", "de", "mj", "br", "syn"))
    return _heading(match, exploded="exp" in flags, major="mj" in flags, qualifiers=qualifiers)


def _embase_limit(match: re.Match[str]) -> Token:
    if match["kind"].lower() in ("py", "yr") and (span := years(match["text"], *match.span())):
        return Token("whole", *match.span(), node=span)
    child = Words(match["text"], True, *match.span())
    code = "limit" if match["kind"].lower() == "lim" else match["kind"].lower()
    return Token("whole", *match.span(), node=Within((code,), child, *match.span()))


_COLON = rf":\s?(?P<codes>(?:{_codes('embase')})(?:\s?[,:]\s?[a-z\-]{{2,10}}){{0,30}}){_END}"
_FLAGS = r"(?P<flags>(?:/(?:exp|de|br|syn|mj|dd_[a-z]{2}|dm_[a-z]{2}|[a-z]{2,3}))+)(?=[\s)]|$)"
_COLON_WORD = r"[^\s()\"\[\]]{1,400}?(?=:[a-z\-]{2,10}(?:[,:][a-z\-]{2,10}){0,30}(?:[\s)]|$)|[\s()\"\[\]]|$)"

EMBASE: list[Rule] = [
    LIMITS,
    *PARENTHESES,
    rule(r"\[(?P<text>[^\]\n]{1,80})\]\s?/(?P<kind>lim|py|la|sd|do|it)(?=[\s)]|$)", _embase_limit),
    rule(rf"'(?P<heading>[^'\n]{{1,120}})'{_FLAGS}", _embase_heading),
    rule(rf'"(?P<heading>[^"\n]{{1,120}})"{_FLAGS}', _embase_heading),
    rule(rf"(?P<heading>[^\s()\"'/]{{1,80}}){_FLAGS}", _embase_heading),
    rule(rf"\s?{_COLON}", after),
    rule(r":(?P<codes>[a-z]{2}(?:,[a-z]{2}){0,30})(?=[\s)]|$)", after),
    rule(rf"'(?P<text>[^'\n]{{1,{LONGEST}}})'(?=[\s:)/]|$)", lambda match: _single_quoted(match)),
    QUOTED,
    LINES,
    rule(rf"NEAR(?:/(\d{{1,3}}))?{_END}", near(1, 4)),
    rule(rf"NEXT(?:/(\d{{1,3}}))?{_END}", near(1, 0, ordered=True)),
    *operators(),
    rule(_COLON_WORD, words),
]


def _single_quoted(match: re.Match[str]) -> Token:
    return Token("words", *match.span(), node=Words(match["text"], True, *match.span()))


def _cochrane_heading(match: re.Match[str]) -> Token:
    exploded = not match["exact"] if "exact" in match.re.groupindex else "explode" in match["how"].lower()
    qualifiers = match["qualifiers"] if "qualifiers" in match.re.groupindex else ""
    return _heading(match, exploded=exploded, major=False, qualifiers=qualifiers or "")


def _published_in(match: re.Match[str]) -> Token | None:
    """``with Publication Year from 2004 to 2010``; either end may be open."""
    dates = match["dates"]
    open_ends = match["from"] is None, "to" not in dates.lower() and match["from"] is not None
    span = years(dates, *match.span(), bounds=open_ends)
    return Token("whole", *match.span(), node=span or Other("field", *match.span()))


COCHRANE: list[Rule] = [
    rule(
        r"(?:with|and)?\s?Publication Year (?P<from>from )?"
        r"(?P<dates>(?:to )?\d{4}(?: to (?:\d{4}|present|current))?)\s?,?(?=[\s)]|$)",
        _published_in,
    ),
    rule(r"with (?:Cochrane Library )?publication date[^()\n]{1,80}", other("filter")),
    rule(r"in (?:Trials|Cochrane Reviews|Clinical Answers)\b[^()\n]{0,40}", other("filter")),
    rule(r"\(Word variations have been searched\)", other("note")),
    LIMITS,
    *PARENTHESES,
    rule(r"\[mh\s+/[^\]\n]{1,60}\]", other("field")),  # a subheading of whatever heading
    rule(
        r'\[mh\s+(?P<exact>\^?)(?P<heading>"[^"\n]{1,120}"|[^\]\n"/]{1,120})(?:\s?/(?P<qualifiers>[^\]\n]{1,60}))?\]',
        _cochrane_heading,
    ),
    rule(
        r"MeSH descriptor:?\s*\[(?P<heading>[^\]\n]{1,120})\]\s*(?P<how>explode all trees|this term only|)"
        r"(?:\s*and with qualifier\(s\):\s*(?P<qualifiers>(?:\[[^\]]{1,80}\][,\s]*){1,20}))?",
        _cochrane_heading,
    ),
    rule(r"\{\s*(?P<sign>or|and)\s+(?P<lines>#\d{1,3}(?:\s?[-,]\s?#?\d{1,3}){0,60})\s*\}", _several),
    rule(rf"\s?:\s?(?P<codes>(?:{_codes('cochrane')})(?:\s?[,:]\s?[a-z]{{2}}){{0,30}}){_END}", after),
    QUOTED,
    LINES,
    rule(rf"NEAR(?:/(\d{{1,3}}))?{_END}", near(0, 6)),
    rule(rf"NEXT(?:/(\d{{1,3}}))?{_END}", near(0, 0, ordered=True)),
    *operators(),
    rule(_COLON_WORD, words),
]

# --- Web of Science and Scopus

_WOS = _codes("wos")

WOS: list[Rule] = [
    LIMITS,
    *PARENTHESES,
    rule(rf"(?P<codes>{_WOS}|[A-Z]{{2,5}})\s?={{1,2}}\s*(?=\S)", before),
    rule(rf"(?P<codes>{_WOS}):\s*(?=\()", before),  # as printed until 2020: TOPIC: (asthma)
    QUOTED,
    LINES,
    rule(rf"NEAR(?:/(\d{{1,3}}))?{_END}", near(0, 15)),
    rule(rf"PRE/(\d{{1,3}}){_END}", near(0, 0, ordered=True)),
    rule(rf"SAME{_END}", near(0, None), exact_case=True),
    rule(r"(?:Indexes|Timespan|Databases?)\s?[=:]\s?[^\n]{1,300}", other("note")),
    *operators(),
    rule(rf"[^\s()\"=]{{1,{LONGEST}}}", words),
]

_SCOPUS = _codes("scopus")


def _published(match: re.Match[str]) -> Token:
    sign, year = match["sign"].upper(), int(match["year"])
    low, high = {
        ">": (year + 1, None), "AFT": (year + 1, None), "<": (None, year - 1), "BEF": (None, year - 1),
        ">=": (year, None), "<=": (None, year),
    }.get(sign, (year, year))  # fmt: skip
    text = "-".join((str(low or ""), str(high or "")))
    node = years(text, *match.span(), bounds=(low is None, high is None))
    return Token("whole", *match.span(), node=node or Other("field", *match.span()))


def _limit_to(match: re.Match[str]) -> Token:
    code, value = match["code"].lower(), match["value"].strip(" \"'")
    if code == "pubyear" and (span := years(value, *match.span())):
        return Token("whole", *match.span(), node=span)
    if code not in ("doctype", "language", "exactsrctitle", "srctitle"):
        return Token("whole", *match.span(), node=Other("filter", *match.span()))
    child = Words(value, True, *match.span())
    node = Within((code,), child, *match.span())
    return Token("whole", *match.span(), node=node)


SCOPUS: list[Rule] = [
    LIMITS,
    rule(r"EXCLUDE\s?\([^()\n]{0,200}\)", other("exclude")),
    rule(r"LIMIT-TO\s?\(\s*(?P<code>[A-Z\-]{2,30})\s*,\s*(?P<value>[^()\n]{1,200})\)", _limit_to),
    rule(r"PUBYEAR\s*(?P<sign>>=|<=|>|<|=|AFT|BEF|IS)\s*(?P<year>\d{4})", _published),
    rule(rf"(?P<codes>{_SCOPUS}|[A-Z]{{2,}}(?:-[A-Z]{{2,}}){{1,3}})\s?(?=\()", before, exact_case=False),
    rule(r"(?P<codes>(?!(?:AND|OR|NOT)\()[A-Z]{2,30})(?=\()", before, exact_case=True),
    *PARENTHESES,
    rule(r"\{(?P<text>[^{}\n]{1,400})\}", lambda match: _single_quoted(match)),
    QUOTED,
    LINES,
    rule(rf"W/(\d{{1,3}}){_END}", near(0, 0)),
    rule(rf"PRE/(\d{{1,3}}){_END}", near(0, 0, ordered=True)),
    *operators(),
    rule(rf"[^\s(){{}}\"]{{1,{LONGEST}}}", words),
]

# --- EBSCO and ProQuest

_EBSCO = "|".join(sorted((code.upper() for code in table("ebsco") if " " not in code), key=len, reverse=True))


def _ebsco_heading(match: re.Match[str]) -> Token:
    text = match["heading"].strip("\"'")
    qualifiers = text.partition("/")[2]
    node = Heading(
        text.partition("/")[0].rstrip("+ "),
        "+" in text,
        match["code"].upper() in ("MM", "MJ"),
        qualifiers,
        *match.span(),
    )
    return Token("whole", *match.span(), node=node)


EBSCO: list[Rule] = [
    LIMITS,
    *PARENTHESES,
    rule(r'(?P<code>MH|MM|MJ|DE)\s+(?P<heading>"[^"\n]{1,120}")', _ebsco_heading),
    rule(r"(?:Expanders|Search modes?)\s?-[^\n]{1,100}", other("note")),
    rule(
        r"S(?P<line>\d{1,3})(?=\s*(?:$|[()]|(?:AND|OR|NOT|Limiters|Expanders|Search modes?|Narrow)\b))",
        numbered,
    ),
    rule(rf"(?P<codes>{_EBSCO})\s+(?=[(\"\w*])(?!(?:AND|OR|NOT|[NW]\d)\b)", before, exact_case=True),
    rule(r"(?P<codes>ti|ab|su|tx|mw|kw)\s+(?=[(\"\w*])(?!(?:and|or|not|[nw]\d)\b)", before),
    QUOTED,
    LINES,
    rule(rf"(?:NEAR/|N/?)(\d{{1,3}}){_END}", near(0, 5), exact_case=True),
    rule(rf"(?:WITHIN/|W/?)(\d{{1,3}}){_END}", near(0, 5, ordered=True), exact_case=True),
    *operators(),
    rule(rf"[^\s()\"]{{1,{LONGEST}}}", words),
]


def _dotted(match: re.Match[str]) -> Token:
    """A field, or several; a full stop is part of a name: ``la.exact``."""
    codes = tuple(" ".join(code.split()).lower() for code in match["codes"].split(","))
    return Token("before", *match.span(), codes=codes)


def _proquest_heading(match: re.Match[str]) -> Token:
    name = match["code"].lower()
    return _heading(match, exploded="explode" in name, major=name.startswith("mj"))


PROQUEST: list[Rule] = [
    LIMITS,
    rule(
        r"(?P<code>(?:MJ)?(?:MESH|MAINSUBJECT|SUB?|EMB|SUBJECT|SUB)\.EXACT(?:\.EXPLODE)?)"
        r'\(\s*(?P<heading>"[^"\n]{1,120}"|[^()"\n]{1,120})\s*\)',
        _proquest_heading,
    ),
    rule(r"(?P<code>yr|pd|py)\((?P<dates>[^()\n]{1,60})\)", _dated),
    rule(
        rf"(?P<codes>(?:{_codes('proquest')})(?:,\s?(?:{_codes('proquest')})){{0,20}})\s?(?=\()",
        _dotted,
    ),
    rule(
        r"(?P<codes>(?!(?:and|or|not)\()[a-z]{2,20}(?:\.[a-z]{2,20}){0,3})(?=\()",
        _dotted,
    ),
    *PARENTHESES,
    QUOTED,
    rule(r"[S#](?P<line>\d{1,3})(?=\s*(?:$|[()]|(?:AND|OR|NOT)\b))", numbered),
    rule(rf"N(?:EAR)?/(\d{{1,3}}){_END}|NEAR{_END}", near(0, 4)),
    rule(rf"P(?:RE)?/(\d{{1,3}}){_END}|PRE{_END}", near(0, 4, ordered=True), exact_case=True),
    *operators(),
    rule(rf"[^\s()\"]{{1,{LONGEST}}}", words),
]
