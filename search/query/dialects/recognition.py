"""Which database a search string was written for, told by signs that running text does not have.

What a reader types must never be taken for another language by accident: what one sign says is not enough
where chemists, programmers or physicists write the same (``[Ti]``, ``ABS(x)``, ``AB=CD``). Signs in quotation
marks do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.fields import QUERY_NAMES
from search.query.dialects.fields import table

SURE = 2
"""What signs must weigh together."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a database: ``weight`` 2 is enough alone."""

    database: str
    pattern: re.Pattern[str]
    weight: int


def _sign(database: str, pattern: str, weight: int = SURE, *, any_case: bool = False) -> Sign:
    return Sign(database, re.compile(pattern, re.IGNORECASE if any_case else 0), weight)


def _names(dialect: str, least: int = 1, most: int = 60) -> str:
    codes = (code for code in table(dialect) if least <= len(code) <= most)
    return "|".join(sorted(map(re.escape, codes), key=len, reverse=True))


_LONG_TAGS = "|".join(
    code
    for code in _names("pubmed", 3).split("|")
    if code not in ("all", "editor", "book", "text", "word", "filter")
)
_SHORT_TAGS = "ti|ab|mh|tw|au|pt|la|dp|sh|ot|ta|sb|mj|nm|ad|1au|rn|pa|aid"
_WORD = r"[\w*?$\")\]']"
_START = r"(?:(?<=^)|(?<=[\s(]))"
_END = r"(?=[\s)\]]|$)"
_BEGINS = (
    r"(?:^|(?<=[(])|(?<=\bAND )|(?<=\bOR )|(?<=\bNOT )|(?<=\band )|(?<=\bor )|(?<=\bnot )|(?<=\n)|(?<=\d ))"
)
_OVID_CODES = "ti|ab|kw|kf|tw|mp|sh|hw|au|jn|af|ot|pt|yr|la|lg|nm|ui|id|mh|de|fs|tn|dv|dm|ox|px|rs|rn|so"
_WOS_WORDS = "TS|TI|AB|AU|SO|AK|KP|ALL|LA|DT|DO|OG|AD|WC|SU"
_WOS_TEXTS = "TS|TI|AB|AU|SO|AK|KP"
_SCOPUS_LONG = "TITLE-ABS-KEY|TITLE-ABS-KEY-AUTH|TITLE-ABS|ABS-KEY|AUTHKEY|INDEXTERMS|SRCTITLE|AUTHLASTNAME"
_NOT_OURS = "".join(rf"(?<!\b{name})" for name in QUERY_NAMES)
_EBSCO_CODES = "TI|AB|SU|TX|AU|KW|MW|SO|PT"
_TERM = r"[\w*?#-]{3,40}"

SIGNS = (
    _sign("pubmed", rf"(?<={_WORD})\s?\[\s*(?:{_LONG_TAGS})\s*(?::[^\[\]\n]{{1,12}})?\s*\]", any_case=True),
    _sign("pubmed", rf"(?<=[^\W\d_])\[(?:{_SHORT_TAGS}|{_SHORT_TAGS.upper()})\]"),
    _sign("pubmed", rf"(?<=[*?\")\]])\s?\[(?:{_SHORT_TAGS}|{_SHORT_TAGS.upper()})\]"),
    _sign("pubmed", r"(?<=[a-z] )\[(?:ti|ab|mh|tw|au|pt|ot|ta|sb|mj|ad)\]"),
    _sign("pubmed", r"(?<=\d)\s?\[(?:dp|DP|pmid|PMID|uid|UID)\]"),
    _sign("pubmed", rf"(?<={_WORD})\s?\[(?:all|editor|filter|Ti|Au|Pt|La|Ta)\]", 1),
    _sign(
        "ovid",
        rf"{_START}exp\s+\*?[\"A-Za-z][^/()\n]{{1,100}}/(?=[\s)]|$|[a-z]{{2}}(?:,\s?[a-z]{{2}})*(?:[\s)]|$))",
        any_case=True,
    ),
    _sign(
        "ovid",
        rf"(?<=[\w*$?#\")]{{2}})\.(?:{_OVID_CODES})(?:\s?,\s?(?:{_OVID_CODES}))*\.{_END}",
        any_case=True,
    ),
    _sign(
        "ovid", rf"(?<=[\")]{{1}})\.(?:{_OVID_CODES})(?:\s?,\s?(?:{_OVID_CODES}))*\.?{_END}", any_case=True
    ),
    _sign("ovid", rf"(?<=[\w*$?#\")]{{2}})\.(?:{_OVID_CODES})(?:,(?:{_OVID_CODES}))+{_END}", any_case=True),
    _sign("ovid", r"(?<=[\w*$?#\")])\s+adj\d{1,2}\s+(?=[\w(\"])", any_case=True),
    _sign("ovid", r"(?<=[*$?#\")])\s+adj\s+(?=[\w(\"])|(?<=[\w*$?#\")])\s+adj\s+(?=[(\"])", any_case=True),
    _sign("ovid", r"\b[a-z]{3,40}/\s+(?:and|or|not)\s+(?:[a-z]{2,40} ){0,5}[a-z]{3,40}/(?=[\s)]|$)"),
    _sign("ovid", r"(?:^|(?<=[\s(]))(?:or|and)/\d{1,3}(?=[-,]|\s|$)"),
    _sign(
        "ovid",
        rf"{_BEGINS}\*?[A-Z\"][\w\", '-]{{2,80}}/(?=\s+(?:and|or|not|AND|OR|NOT)\b|\)|\s*$|\s*\n|\s+\d)",
    ),
    _sign("ovid", r"(?<=[a-z]{3})\$(?=[\s.)]|$)|(?<=[a-z]{4})\$[1-4](?=[\s.)]|$)"),
    _sign("ovid", r"\blimit \d{1,3} to "),
    _sign("embase", r"'[^'\n]{1,100}'/(?:exp|de|mj|br|syn|dm|dd)\b"),
    _sign("embase", rf"(?<=[\w\"]{{2}})/(?:exp|de)(?:/mj)?{_END}"),
    _sign("embase", r"\]\s?/(?:lim|py)\b"),
    _sign("embase", rf"(?<=')\s?:\s?(?:{_names('embase')})(?:,[a-z]{{2}})*{_END}"),
    _sign(
        "either",
        rf"{_NOT_OURS}(?<=[a-zA-Z*?\")])\s?:(?:ti|ab|kw|tt)(?:\s?[,:]\s?(?:{_names('embase')}))*:?{_END}",
    ),
    _sign("wos", rf"(?<![\w?&/=])(?:{_WOS_WORDS})={{1,2}}\s?(?=[(\"“'])"),
    _sign("wos", rf"(?<![\w?&/=])(?:{_WOS_WORDS})=(?=\*?[A-Za-z]?[a-z]{{3}}|10\.\d)"),
    _sign("wos", rf"{_BEGINS}(?:{_WOS_TEXTS})={{1,2}}\s?(?=\(*(?:[\"“']|\*?[A-Za-z]{{3}}))", any_case=True),
    _sign("wos", rf"{_BEGINS}(?:TOPIC|TITLE|AUTHOR|LANGUAGE|DOCUMENT TYPES?):\s(?=\(\S)"),
    _sign("wos", r"(?<![\w?&/=])(?:PY|IS|PMID)=\(?(?:19|20)\d\d", 1),
    _sign("scopus", rf"\b(?:{_SCOPUS_LONG})\s?\(", any_case=True),
    _sign("scopus", r"\bAUTHOR-NAME\s?\("),
    _sign("scopus", r"\bDOCTYPE\(\s?\"?[a-z]{2}\"?\s?\)", any_case=True),
    _sign("scopus", r"\b(?:TITLE|AUTH|LANGUAGE|DOCTYPE|AFFIL)\s?\((?=[^)\n]{0,20}?[A-Za-z]{3})"),
    _sign("scopus", r"\b(?:TITLE|ABS|KEY|ALL|AUTH|LANGUAGE|AFFIL)\(\s?[\"{]"),
    *(
        _sign("scopus", rf"\b{code}\((?=[^)\n]{{0,20}}?[A-Za-z]{{3}})", 1)
        for code in ("ABS", "KEY", "ALL")  # two of them are enough
    ),
    _sign("scopus", r"(?<=\))\s+(?:AND|OR|AND NOT)\s+(?=(?:ABS|KEY|ALL)\([^)\n]{0,20}?[A-Za-z]{3})", 1),
    _sign("scopus", r"\bPUBYEAR\s*(?:>|<|=|AFT|BEF|IS)", any_case=True),
    _sign("scopus", r"\bLIMIT-TO\s?\(", any_case=True),
    _sign("scopus", r"(?<=[\w*\")}])\s+W/\d{1,2}\s+(?=[\w(\"{])"),
    _sign("ebsco", rf"{_BEGINS}(?:{_EBSCO_CODES})\s+(?=\")"),
    _sign("ebsco", r"\b(?:Limiters|Expanders|Search modes?) - [A-Z]"),
    _sign("ebsco", r"(?m)^S\d{1,3}[.:]?\s[^\n]{1,400}\nS\d{1,3}[.:]?\s", 1),
    _sign("ebsco", rf"{_BEGINS}(?:MH|MM|MJ|DE|mh)\s+\""),
    _sign("ebsco", rf"{_BEGINS}(?:{_EBSCO_CODES})\s+(?=\()", 1),
    _sign("ebsco", rf"{_BEGINS}(?:TI|AB|SU|TX)\s+(?=[a-z*]{{3}}\w*\*?(?:\s|\)|$))", 1),
    _sign("ebsco", rf"{_BEGINS}TI\s+{_TERM}\s+(?:(?:AND|OR)\s+)?AB\s+{_TERM}"),
    _sign("ebsco", rf"{_BEGINS}(?:TI|AB|SU)\s+{_TERM}\s+(?:AND|OR|NOT)\s+(?:SU|TX|KW|MW|AU)\s+{_TERM}"),
    _sign("ebsco", rf"{_BEGINS}TX\s+{_TERM}\s+(?:AND|OR|NOT)\s+(?:{_EBSCO_CODES})\s+{_TERM}"),
    _sign(
        "ebsco",
        rf"{_BEGINS}(?:TI|AB|SU|TX)\s+(?:{_TERM}|\([^()\n]{{3,100}})\s[NW]\d{{1,2}}\s+(?=[(\"\w])",
    ),
    _sign("ebsco", r"(?<=[)*\"])\s+[NW]\d{1,2}\s+(?=[(\"\w])", 1),
    _sign("ebsco", r"(?<=\))\s+(?:AND|OR|NOT)\s+(?=(?:TI|AB|SU|TX)\s+\()", 1),
    _sign(
        "proquest",
        r"\b(?:MJ)?(?:MESH|MAINSUBJECT|SU|EMB|SUBJECT|SUB)\.EXACT(?:\.EXPLODE)?\s?\(",
        any_case=True,
    ),
    _sign("proquest", rf"{_BEGINS}(?:ti|ab|su|if)(?:,\s?(?:ti|ab|su|if))+\((?=\S)", any_case=True),
    _sign("proquest", rf"{_BEGINS}noft\(", any_case=True),
    _sign("proquest", r"\b[a-z]{2,12}\.exact(?:\.explode)?\(", any_case=True),
    _sign("proquest", rf"{_BEGINS}(?:ti|ab|su|TI|AB|SU)\(\s?\""),
    _sign("proquest", rf"{_BEGINS}(?:ti|ab|su|TI|AB|SU)\((?=[^)\n]{{0,20}}?[A-Za-z]{{3}})", 1),
    _sign("proquest", r"(?<=\))\s+(?:AND|OR|NOT)\s+(?=(?:ti|ab|su|TI|AB|SU)\()", 1),
    _sign("proquest", r"(?<=[\w*\")])\s+(?:N|P)/\d{1,2}\s+(?=[\w(\"])"),
    _sign("cochrane", r"\[mh\s+[\^\"A-Za-z/]", any_case=True),
    _sign("cochrane", r"\bMeSH descriptor:?\s*\[", any_case=True),
    _sign("cochrane", r"\(Word variations have been searched\)|\bwith Publication Year (?:from|to) \d{4}"),
    _sign("cochrane", r"(?<=[\w*\")])\s+(?:near|next)/\d{1,2}\s+(?=[\w(\"])", 1),
)

_QUOTED = re.compile(r'"([^"\n]*)"')


def recognized(text: str) -> dict[str, str]:
    """The databases whose signs a text has, each with the first piece that shows it; empty: none.

    A sign that Embase and the Cochrane Library share counts for the one that has others.
    """
    plain = _QUOTED.sub(lambda match: '"' + "_" * len(match[1]) + '"', text)
    weights: dict[str, int] = {}
    first: dict[str, tuple[int, str]] = {}
    for sign in SIGNS:
        match = sign.pattern.search(plain)
        if match is None:
            continue
        weights[sign.database] = weights.get(sign.database, 0) + sign.weight
        piece = _piece(text, match)
        if sign.database not in first or piece[0] < first[sign.database][0]:
            first[sign.database] = piece
    shared = weights.pop("either", 0)
    if shared:
        owner = "cochrane" if weights.get("cochrane") and not weights.get("embase") else "embase"
        weights[owner] = weights.get(owner, 0) + shared
        first.setdefault(owner, first["either"])
    return {name: first[name][1] for name, weight in weights.items() if weight >= SURE}


def _piece(text: str, match: re.Match[str]) -> tuple[int, str]:
    """The sign with the word that it stands at."""
    start = max(text.rfind(sign, max(0, match.start() - 60), match.start()) for sign in " (\n") + 1
    start = max(start, match.start() - 60)
    return match.start(), text[min(start, match.start()) : match.end()].strip()
