"""BibTeX and BibLaTeX entries out of text, tolerant of what real files hold.

Written for litatlas because the kept parsers lose records: bibtexparser 2 drops an entry with an unclosed
brace, a repeated key or a repeated field, and glues fields between which a comma is missing; pybtex gives up
the whole file. Every scan is linear in the length of an entry: an entry has a budget of characters looked at.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.document import FieldWarning

START = re.compile(r"@\s{0,20}([A-Za-z][\w-]{1,29})\s{0,20}([{(])")
_LINE_START = re.compile(r"\s{0,200}@\s{0,20}[A-Za-z][\w-]{1,29}\s{0,20}[{(]")
_NAME = re.compile(r"[A-Za-z][\w:.+/-]{0,60}\Z")
_FIELD_NAME = re.compile(r"(?<![\w-])[A-Za-z][\w-]{1,40}\s{0,80}\Z")
_SPACE = re.compile(r"\s*")
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTES = re.compile(r'\\.|[{}"]', re.DOTALL)
_ROUND = re.compile(r'\\.|[{}")]', re.DOTALL)
_BARE = re.compile(r"[^\s,#{}\"()=]+")
_JOIN = re.compile(r"\s*#\s*")
_USUAL = frozenset(
    ("abstract", "author", "booktitle", "date", "doi", "editor", "journal", "keywords", "month", "note",
     "number", "pages", "publisher", "title", "url", "volume", "year")
)  # fmt: skip
_NOT_ENTRIES = frozenset(("comment", "preamble", "string"))
MAX_KEY = 300
MAX_ENTRY = 4 * 1024 * 1024
"""Characters of an entry that are read; what follows is left out with a warning."""
MAX_FIELDS = 200
MAX_STRING = 20_000
"""Characters of an abbreviation: those that are made of others could double with each."""
_BUDGET = 20  # times that an entry's characters may be looked at
_WINDOW = 150  # characters before "=" in which a field's name is looked for

TYPES = {
    "article": "article-journal", "inproceedings": "paper-conference", "conference": "paper-conference",
    "proceedings": "book", "book": "book", "mvbook": "book", "booklet": "pamphlet", "inbook": "chapter",
    "incollection": "chapter", "collection": "book", "phdthesis": "thesis", "mastersthesis": "thesis",
    "thesis": "thesis", "techreport": "report", "report": "report", "manual": "report",
    "unpublished": "manuscript", "online": "webpage", "electronic": "webpage", "www": "webpage",
    "patent": "patent", "dataset": "dataset", "software": "software", "preprint": "article",
    "misc": "article", "periodical": "periodical", "inreference": "entry-encyclopedia", "reference": "book",
    "mvcollection": "book", "mvproceedings": "book", "mvreference": "book", "bookinbook": "chapter",
    "suppbook": "chapter", "suppcollection": "chapter", "suppperiodical": "article-journal",
    "review": "review", "standard": "standard", "video": "motion_picture", "movie": "motion_picture",
    "legislation": "legislation", "jurisdiction": "legal_case", "letter": "personal_communication",
    "webpage": "webpage", "monograph": "book", "bachelorsthesis": "thesis", "masterthesis": "thesis",
    "dissertation": "thesis", "journalarticle": "article-journal", "magazinearticle": "article-magazine",
    "newspaperarticle": "article-newspaper", "newspaper": "article-newspaper", "booksection": "chapter",
    "bookchapter": "chapter", "conferenceproceedings": "paper-conference", "computerprogram": "software",
    "conferencepaper": "paper-conference", "generic": "article", "journal": "article-journal",
    "inpress": "article-journal", "paper": "article",
}  # fmt: skip


class Abbreviations(dict[str, str]):
    """What ``@string`` abbreviates, by name in lower case; ``cut`` are those that were longer."""

    def __init__(self) -> None:
        self.cut: set[str] = set()

    def learn(self, reading: _Fields) -> None:
        """Take in the fields of one ``@string``."""
        for name, value in reading.read().items():
            self[name] = value[:MAX_STRING]
            if len(value) > MAX_STRING or any(fault.field == "string" for fault in reading.faults):
                self.cut.add(name)


@dataclass(slots=True)
class Entry:
    """One entry: its line, type, key, fields by lower-case name, and what was wrong with it."""

    line: int
    kind: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    faults: list[FieldWarning] = field(default_factory=list)
    end_line: int = 0


def scan(lines: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    """The entries of a file's lines, one at a time; text between entries is passed over."""
    strings = Abbreviations()
    parts: list[str] = []
    first = last = depth = size = 0
    round_bracket = False
    for number, text in lines:
        begins = _LINE_START.match(text)
        if parts and begins:
            yield from _made(parts, first, last, strings)
            parts = []
        if not parts:
            start = START.search(text)
            if not start:
                continue
            first, depth, size, round_bracket = number, 0, 0, start[2] == "("
        last = number
        # What goes on without an end is not gathered for ever.
        if size <= MAX_ENTRY:
            parts.append(text)
        size += len(text) + 1
        depth += _depth(text)
        if depth <= 0 and (not round_bracket or text.rstrip().endswith(")")):
            yield from _made(parts, first, last, strings)
            parts = []
    if parts:
        yield from _made(parts, first, last, strings)


def _depth(text: str) -> int:
    plain = text.replace("\\{", "").replace("\\}", "")
    return plain.count("{") - plain.count("}")


def _made(parts: list[str], first: int, last: int, strings: Abbreviations) -> Iterator[Entry]:
    """The entries in a block of text; several may share a line."""
    text = "\n".join(parts)
    position = counted = 0
    line = first
    for match in START.finditer(text):
        at = match.start()
        if at < position or (at > 0 and text[at - 1] not in " \t\n},)"):
            continue
        line, counted = line + text.count("\n", counted, at), at
        end, closed = _closing(text, match.end() - 1)
        kind = match[1].lower().replace("_", "").replace("-", "")
        position = end
        if kind == "string":
            strings.learn(_Fields(text[match.end() : end], strings, line))
        elif kind not in _NOT_ENTRIES:
            entry = _entry(line, kind, text[match.end() : min(end, match.end() + MAX_ENTRY)], strings, closed)
            entry.end_line = last if end >= len(text) - 1 else line + text.count("\n", at, end)
            if end - match.end() > MAX_ENTRY:
                reason = f"is longer than {MAX_ENTRY:,} characters; the rest was left out"
                entry.faults.append(FieldWarning(line, "entry", entry.key, reason))
            elif not closed:
                reason = "a brace is not closed; read up to the next entry"
                entry.faults.append(FieldWarning(line, "entry", entry.key, reason))
            yield entry


def _closing(text: str, start: int) -> tuple[int, bool]:
    """Where the bracket at ``start`` is closed."""
    if text[start] == "{":
        return matching(text, start)
    # The closing parenthesis is the first one outside braces and quotes.
    depth, quoted = 0, False
    for match in _ROUND.finditer(text, start + 1):
        sign = match[0]
        if sign == ")" and depth <= 0 and not quoted:
            return match.start(), True
        depth += (sign == "{") - (sign == "}")
        quoted = quoted != (sign == '"' and depth <= 0)
    return len(text), False


def matching(text: str, start: int) -> tuple[int, bool]:
    """Where the brace that opens at ``start`` is closed, and whether it is; else the end of the text."""
    depth = 0
    for match in _BRACES.finditer(text, start):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return match.start(), True
    return len(text), False


def _entry(line: int, kind: str, body: str, strings: Abbreviations, closed: bool) -> Entry:
    key, comma, rest = body.partition(",")
    if "=" in key or not comma:
        key, rest = ("", body) if "=" in key else (key, "")
    key = " ".join(key.split())
    entry = Entry(line, kind, key[:MAX_KEY])
    reading = _Fields(rest, strings, line, closed)
    entry.fields, entry.faults = reading.read(), reading.faults
    if len(key) > MAX_KEY:
        reason = f"is longer than {MAX_KEY} characters; only the first {MAX_KEY} were read"
        entry.faults.append(FieldWarning(line, "source_id", key[:100], reason))
    return entry


class _Fields:
    """The fields of an entry's text; where that is not ``closed``, a value ends before a field in it."""

    def __init__(self, text: str, strings: Abbreviations, line: int, closed: bool = True) -> None:
        self._text, self._strings, self._line, self._closed = text, strings, line, closed
        self._left = _BUDGET * len(text) + 1_000
        self._lent = _BUDGET * len(text) + 2 * MAX_STRING  # characters that abbreviations may stand for
        self._starts: list[int] | None = None
        self.faults: list[FieldWarning] = []

    def read(self) -> dict[str, str]:
        """Fields by name in lower case; of a repeated field the first value."""
        fields: dict[str, str] = {}
        text, position, counted, line = self._text, 0, 0, self._line
        for _ in range(MAX_FIELDS):
            next_field = self._next_name(position)
            if next_field is None:
                break
            name, begin = next_field
            value, position = self._value(begin)
            if not self._closed:
                value, position = self._unswallowed(value, begin, position)
            line, counted = line + text.count("\n", counted, begin), begin
            if name in fields and fields[name] != value:
                reason = "the field is given twice; the first is kept"
                self.faults.append(FieldWarning(line, name, value[:100], reason))
            fields.setdefault(name, value)
            if self._left < 0:
                self.faults.append(FieldWarning(line, name, "", "braces and quotes cross; read up to here"))
                break
        else:
            if self._next_name(position):
                reason = f"has more than {MAX_FIELDS} fields; the rest was left out"
                self.faults.append(FieldWarning(line, "entry", "", reason))
        return fields

    def _next_name(self, position: int) -> tuple[str, int] | None:
        """The next field's name in lower case, and where its value begins."""
        equals = self._text.find("=", position)
        while equals >= 0:
            before = self._text[max(position, equals - _WINDOW) : equals].rstrip()
            if match := _NAME.search(before[-61:]):
                space = _SPACE.match(self._text, equals + 1)
                return match[0].lower(), space.end() if space else equals + 1
            equals = self._text.find("=", equals + 1)
        return None

    def _value(self, position: int) -> tuple[str, int]:
        """The value at a position, pieces joined by ``#`` put together, and where it ends."""
        text = self._text
        pieces: list[str] = []
        while position < len(text) and self._left >= 0:
            sign = text[position]
            if sign == "{":
                end, closed = matching(text, position)
                self._left -= end - position
                end = end if closed else self._next_start(position + 1)
                pieces.append(text[position + 1 : end])
                position = end + (1 if closed else 0)
            elif sign == '"':
                end = self._quote_end(position + 1)
                pieces.append(text[position + 1 : end])
                position = end + 1
            elif bare := _BARE.match(text, position):
                pieces.append(self._abbreviated(bare[0]))
                self._left -= len(bare[0])
                position = bare.end()
            else:
                break
            joined = _JOIN.match(text, position)
            if not joined:
                break
            position = joined.end()
        return "".join(pieces), position

    def _abbreviated(self, word: str) -> str:
        name = word.lower()
        if name in self._strings.cut:
            reason = f"is longer than {MAX_STRING:,} characters; the rest was left out"
            self.faults.append(FieldWarning(self._line, "string", word, reason))
        self._lent -= len(self._strings.get(name, ""))
        if self._lent < 0 and name in self._strings:
            reason = "the entry's abbreviations stand for too much text; this one was left as it is written"
            self.faults.append(FieldWarning(self._line, "string", word, reason))
            return word
        return self._strings.get(name, word)

    def _quote_end(self, position: int) -> int:
        depth = 0
        for match in _QUOTES.finditer(self._text, position):
            sign = match[0]
            if sign == '"' and depth <= 0:
                self._left -= match.start() - position
                return match.start()
            depth += (sign == "{") - (sign == "}")
        self._left -= len(self._text) - position
        return self._next_start(position)

    def _next_start(self, position: int) -> int:
        """Where the next field seems to begin, for a value without an end."""
        if self._starts is None:
            self._starts = list(_field_starts(self._text))
        at = bisect_left(self._starts, position)
        return self._starts[at] if at < len(self._starts) else len(self._text)

    def _unswallowed(self, value: str, begin: int, position: int) -> tuple[str, int]:
        """A value without the fields that it took in because its brace is missing."""
        self._left -= len(value)
        for start in _field_starts(value):
            name = value[start : value.find("=", start)].strip().lower()
            if name in _USUAL and value[:start].rstrip(" \n\t").endswith(","):
                return value[:start].rstrip().rstrip(","), self._text.find(value[start : start + 60], begin)
        return value, position


def _field_starts(text: str) -> Iterator[int]:
    """Where ``name = {``, ``name = "`` or ``name = 1`` begins."""
    equals = text.find("=")
    while equals >= 0:
        space = _SPACE.match(text, equals + 1)
        after = text[space.end() : space.end() + 1] if space else ""
        low = max(0, equals - _WINDOW)
        if (after in ("{", '"') or after.isdigit()) and (match := _FIELD_NAME.search(text[low:equals])):
            yield low + match.start()
        equals = text.find("=", equals + 1)
