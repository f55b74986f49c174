"""A search string of another database → a query here, with every piece that is not the same named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from search import notices
from search.query.dialects.databases import DATABASES, Database
from search.query.dialects.reader import MOST_NESTED, Reader
from search.query.dialects.recognition import recognized
from search.query.dialects.strategies import counted, lines_of
from search.query.dialects.tokens import scan
from search.query.dialects.trees import Words
from search.query.dialects.writer import Writer
from search.query.errors import Fault, excerpt, plain_words
from search.query.printer import print_query
from search.query.tree import And, Inexact, Node, Not, Or, Query, Reading

REASONS = {
    "field": notices.FIELD_NOT_KEPT,
    "unknown-field": notices.FIELD_UNKNOWN,
    "filter": notices.FILTER_UNKNOWN,
    "exclude": notices.FILTER_UNKNOWN,
    "note": notices.NOTE_LEFT_OUT,
    "unused": notices.LINE_NOT_USED,
    "value": notices.VALUE_UNKNOWN,
    "wildcard": notices.WILDCARD_LEFT_OUT,
    "longer": notices.TRUNCATION_WIDER,
    "not": notices.NOTHING_TO_TAKE_FROM,
    "narrower": notices.NARROWER_HEADINGS,
    "major": notices.MAJOR_HEADINGS,
    "qualifier": notices.QUALIFIERS,
    "mapping": notices.AUTOMATIC_MAPPING,
    "position": notices.AUTHOR_POSITION,
    "date": notices.YEAR_ALONE,
    "near": notices.NEARNESS_OF_MANY,
    "wider": notices.NEARNESS_WIDER,
    "counted": notices.LINES_COUNTED,
}
"""Names of reasons → sentences for the reader; the first ones are of pieces that are left out."""

_LABEL = re.compile(
    r"\s*(?:pubmed|medline|embase|web of science|wos|scopus|cinahl|ebsco|psycinfo|ovid|cochrane|proquest)"
    r"[^:()\[\]\"=\n]{0,60}:\s+",
    re.IGNORECASE,
)
_HEADING = re.compile(r"[A-Z][\w ,&-]{1,60}:[\w ,&-]{0,100}\n(?=\S)(?!(?:AND|OR|NOT)\b)")  # of a line
# What these add where results are narrowed holds for all that stands before it.
_NARROWED = {
    "scopus": re.compile(r"\A(.*?)\s(AND\s\(\s?(?:LIMIT-TO|EXCLUDE)\b.*)\Z", re.DOTALL | re.IGNORECASE),
    "cochrane": re.compile(
        r"\A(.*?)\s(with (?:Cochrane Library )?Publication (?:Year|date)\b.*)\Z", re.DOTALL | re.IGNORECASE
    ),
}
_WRAPPED = re.compile(r'\s*"[^"]*\s(?:AND|OR|NOT)\s[^"]*"\s*')  # a whole string in quotation marks

_SIGNS = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"), **dict.fromkeys("‘’‚‛`´", "'")}
)
"""Signs that word processors and publishers put for those which databases read."""

_SPLIT = "Join what belongs together in parentheses, or search with fewer lines."
_DEEPEST = 38
"""Operators in operators, so that what is written has no more parentheses than a query may have."""

_FAULTS = {
    "unbalanced-parenthesis": ("A parenthesis has no partner", "Remove it, or add the missing one."),
    "dangling-operator": (
        "An operator has nothing to join on one of its sides",
        "Give it something on each side.",
    ),
    "dangling-field": ("A field has nothing before it", "Write it right behind what is searched."),
    "empty-field": ("A field has nothing to search for", "Write something behind it, or remove it."),
    "empty-parentheses": (
        "There is nothing between ( and )",
        "Write something between them, or remove them.",
    ),
    "unbalanced-quote": ("A quotation mark is never closed", "Close it, or remove it."),
}


def read(text: str, dialect: str = "") -> Query | None:
    """The query of a text that is written for another database; None where it is written for none.

    ``dialect`` is a name of `DATABASES`, or "" to recognise it.

    Raises:
        Fault: it is malformed, mixes two databases, or none of it can be searched here.
    """
    text = text.translate(_SIGNS)
    if not dialect:
        dialects = recognized(text)
        if len(dialects) > 1:
            raise _mixed(dialects, text)
        if not dialects:
            return None
        (dialect,) = dialects
    elif _WRAPPED.fullmatch(text):
        text = text.strip()[1:-1]
    database = DATABASES[dialect]
    faults: list[str] = ["unbalanced-quote"] if text.count('"') % 2 else []
    remarks: dict[tuple[str, str], None] = {}
    words: list[str] = []
    used: dict[int, set[int]] = {}
    node: Node | None = None
    if label := _LABEL.match(text):
        remarks[label[0].strip(), "note"] = None
        text = text[label.end() :]
    rows = lines_of(text)
    if first := counted(text):
        remarks[excerpt(first, 120), "counted"] = None
    nodes: dict[int, Node | None] = {}
    sizes: dict[int, int] = {}
    for number, row in (rows or {0: text}).items():
        if rows and (label := _HEADING.match(row)):
            remarks[label[0].strip(), "note"] = None
            row = row[label.end() :]
        if narrowed := _NARROWED.get(dialect):
            row = narrowed.sub(r"(\1) \2", row)
        tokens = scan(row, database.rules)
        words += [token.node.text for token in tokens if isinstance(token.node, Words)]
        reader = Reader(tokens, database.binding, database.joining)
        tree = reader.read()
        if reader.too_deep():
            raise Fault(
                "too-deep",
                f"Operators are nested more than {MOST_NESTED} deep.",
                _SPLIT,
                plain_words(" ".join(words)),
            )
        faults += reader.faults
        writer = Writer(database, row, nodes if rows else None, sizes, remarks)
        node = nodes[number] = writer.write(tree) if tree is not None else None
        sizes[number] = writer.size
        used[number] = {number}.union(*(used[line] for line in writer.used))
    for unused in sorted(rows.keys() - used[max(used)]):
        remarks[excerpt(f"{unused} {rows[unused]}", 120), "unused"] = None
    return _checked(node, " ".join(words), database, remarks, faults)


def _checked(
    node: Node | None,
    words: str,
    database: Database,
    remarks: Mapping[tuple[str, str], None],
    faults: Sequence[str],
) -> Query:
    if node is not None and _depth(node) > _DEEPEST:
        raise Fault(
            "too-deep",
            f"The operators of this search for {database.title} are nested more than {_DEEPEST} deep.",
            _SPLIT,
            plain_words(words),
        )
    edited = print_query(node) if node is not None else plain_words(words)
    if faults:
        message, hint = _FAULTS[faults[0]]
        raise Fault(faults[0], f"{message} in this search for {database.title}.", hint, edited)
    inexact = tuple(Inexact(piece, REASONS[reason]) for piece, reason in remarks)
    if node is None:
        reasons = "; ".join(
            f"“{excerpt(each.piece)}”: {each.reason.rstrip('.').lower()}"
            for each in sorted(inexact, key=lambda each: not each.reason.startswith("Left out"))[:3]
        )
        raise Fault(
            "other-database",
            f"Nothing of this search for {database.title} can be searched here ({reasons or 'it is empty'}).",
            "Search for its words, or see which fields litatlas has.",
            edited,
        )
    return Query((node,), Reading(database.name, database.title, edited, inexact))


def _depth(node: Node) -> int:
    """How deep operators are nested; without recursion, as they may be many."""
    deepest, rest = 0, [(node, 1)]
    while rest:
        at, depth = rest.pop()
        deepest = max(deepest, depth)
        children = at.children if isinstance(at, And | Or) else (at.child,) if isinstance(at, Not) else ()
        rest += [(child, depth + 1) for child in children]
    return deepest


def _mixed(pieces: Mapping[str, str], text: str) -> Fault:
    (first, one), (second, other) = list(pieces.items())[:2]
    return Fault(
        "mixed-databases",
        f"“{excerpt(one)}” is written for {DATABASES[first].title}, “{excerpt(other)}” for "
        f"{DATABASES[second].title}; a search is read in one language.",
        "Search with the pieces one after the other.",
        plain_words(text),
    )
