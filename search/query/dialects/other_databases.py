"""Search strings of other databases, recognised so that none of them finds nothing in silence.

PubMed writes a field behind the word (``asthma[tiab]``), Ovid too (``asthma.ti,ab.``, ``exp Asthma/``), Web
of Science and Scopus before it (``TI=(…)``, ``TITLE-ABS-KEY(…)``), Embase both (``'asthma'/exp``,
``asthma:ti,ab``); all have words for nearness (``adj3``, ``NEAR/5``, ``W/5``). `check` rewrites what has a
counterpart here; the parser shows the result as the query that was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from search.query.errors import Fault, excerpt

_FIELDS = {
    "title:": "ti title titl",
    "abstract:": "ab abs abstract",
    "tag:": "mh mesh majr sh ot key authkey ak kp de hw kf kw indexterms subs nm",
    "author:": "au auth author 1au lastau fau author-name authlastname",
    "venue:": "ta jour journal so srctitle jn jw",
    "year:": "dp pdat py pubyear yr edat",
    "lang:": "la lang language lg",
    "type:": "pt doctype",
    "": "tiab title/abstract tw text all af mp ts title-abs-key title-abs abs-key",
}
_OURS = {name: ours for ours, names in _FIELDS.items() for name in names.split()}
_LONG_NAMES = {
    "mesh terms": "tag:", "mesh major topic": "tag:", "mesh heading": "tag:", "text word": "",
    "all fields": "", "author - first": "author:", "author - last": "author:", "date - publication": "year:",
    "publication type": "type:", "title - abstract": "", "other term": "tag:",
}  # fmt: skip
_OPERAND = (
    r'(?P<operand>"[^"\n]*"'
    r"|(?<![^\s()])(?:(?!(?:AND|OR|NOT)\b)[^\s()\[\]\"]{1,60} ){0,5}[^\s()\[\]\"]{1,60})"
)
_PUBMED = re.compile(_OPERAND + r"\s?\[(?P<field>[A-Za-z1][A-Za-z /-]{0,30}?)(?::~?\d*|:noexp)?\]")
_PUBMED_GROUP = re.compile(r"\)\s?\[(?P<field>[A-Za-z1][A-Za-z /-]{0,30}?)\]")
_OVID_FIELD = "ti|ab|kw|kf|tw|mp|sh|hw|au|jn|af|ot|nm|pt|yr|la"
_OVID = re.compile(
    rf"(?P<before>[\w*?\")])\.(?P<fields>(?:{_OVID_FIELD})(?:,(?:{_OVID_FIELD}))*)\.(?=[\s)]|\Z)",
    re.IGNORECASE,
)
_OVID_HEADING = re.compile(r"\b(?:exp|EXP|Exp)\s+\*?\"?(?P<heading>[\w][\w ,'-]{0,80}?)\"?/")
_WEB_OF_SCIENCE = re.compile(r"\b(?P<field>TS|TI|AB|AU|SO|PY|AK|KP|ALL|DT|LA)=\s*(?=[(\"\w])")
_SCOPUS = re.compile(
    r"\b(?P<field>TITLE-ABS-KEY|TITLE-ABS|ABS-KEY|TITLE|ABS|KEY|AUTHKEY|INDEXTERMS|AUTH|AUTHLASTNAME|AUTHOR-NAME"
    r"|SRCTITLE|LANGUAGE|DOCTYPE|ALL)\s?\("
)
_EMBASE_HEADING = re.compile(r"'(?P<heading>[^'\n]{1,80})'/(?:exp|de|br|mj)(?:/(?:mj|de|br))*")
_EMBASE_FIELDS = re.compile(r"(?P<before>[\w*'\")]):(?:ti|ab|kw)(?:,(?:ti|ab|kw|de|tt|dn))*(?=[\s)]|\Z)")
_NEAR_NAMES = r"(?:adj(?P<adj>\d{1,2})?|(?:W|NEXT|N)/(?P<within>\d{1,2}))"
_NEAR = re.compile(
    rf"(?<![\w-])(?P<left>[\w-]{{1,60}})\s{{1,5}}{_NEAR_NAMES}\s{{1,5}}(?P<right>[\w-]{{1,60}})(?=[\s)]|\Z)"
)
_NEAR_WORD = re.compile(rf"(?<=\s){_NEAR_NAMES}(?=\s)")
_HINTS = "[/.=(':"


def check(text: str) -> None:
    """Raise a `Fault` that holds the translated query where a query is written for another database."""
    if not any(mark in text for mark in _HINTS) and "adj" not in text:
        return
    pieces: list[tuple[str, str]] = []
    edited = _translated(text, lambda piece, database: pieces.append((piece, database)))
    if pieces:
        piece, database = pieces[0]
        raise Fault(
            "other-database",
            f"“{excerpt(piece.strip())}” is written for {database}; litatlas does not read it.",
            "Here a field comes before the search term, as in title:asthma or tag:humans.",
            edited,
        )


Seen = Callable[[str, str], None]


def _translated(text: str, seen: Seen) -> str:
    for pattern, database, replace in _RULES:

        def one(match: re.Match[str], database: str = database, replace: Replace = replace) -> str:
            new = replace(match)
            is_quoted = match.string.count('"', 0, match.start()) % 2 == 1
            if new is None or is_quoted:
                return match.group()
            start = (
                max(match.string.rfind(" ", 0, match.start()), match.string.rfind("(", 0, match.start())) + 1
            )
            seen(match.string[start : match.end()], database)
            return new

        text = pattern.sub(one, text)
    return text


Replace = Callable[[re.Match[str]], str | None]


def _ours(field: str) -> str | None:
    name = " ".join(field.lower().split())
    return _OURS.get(name, _LONG_NAMES.get(name))


def _pubmed(match: re.Match[str]) -> str | None:
    field, operand = _ours(match["field"]), match["operand"]
    if field is None:
        return None
    if field == "year:":
        return field + operand.replace(":", "-").replace("/", "-")
    if " " in operand and field and not operand.startswith('"'):
        return f"{field}({operand})" if field in ("title:", "abstract:") else f'{field}"{operand}"'
    return field + operand


def _pubmed_group(match: re.Match[str]) -> str | None:
    return None if _ours(match["field"]) is None else ")"


def _heading(match: re.Match[str]) -> str:
    return f'tag:"{match["heading"].strip()}"'


def _before(match: re.Match[str]) -> str | None:
    ours = _ours(match["field"])
    opening = "(" if match.group().endswith("(") else ""
    return None if ours is None else f"{ours}{opening}"


def _near(match: re.Match[str]) -> str:
    distance = match["adj"] or match["within"] or "1"
    return f'"{match["left"]} {match["right"]}"~{distance}'


_RULES: tuple[tuple[re.Pattern[str], str, Replace], ...] = (
    (_PUBMED, "PubMed", _pubmed),
    (_PUBMED_GROUP, "PubMed", _pubmed_group),
    (_OVID_HEADING, "Ovid", _heading),
    (_OVID, "Ovid", lambda match: match["before"]),
    (_EMBASE_HEADING, "Embase", _heading),
    (_EMBASE_FIELDS, "Embase", lambda match: match["before"]),
    (_WEB_OF_SCIENCE, "Web of Science", _before),
    (_SCOPUS, "Scopus", _before),
    (_NEAR, "another database", _near),
    (_NEAR_WORD, "another database", lambda _: "AND"),
)
