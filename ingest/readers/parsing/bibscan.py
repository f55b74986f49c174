"""BibTeX and BibLaTeX entries out of text, tolerant of what real files hold.

Written for litatlas because the kept parsers lose records: bibtexparser 2 drops an entry with an unclosed
brace, a
repeated key or a repeated field, and glues fields between which a comma is missing; pybtex gives up the whole
file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.document import FieldWarning
from ingest.readers.parsing import extras
from ingest.readers.parsing.reader import MAX_LINE
from ingest.text.cleaning import clean_text
from ingest.text.identifiers import iso_date, month_number, normal_arxiv_id, normal_date, parse_year

START = re.compile(r"@\s*([A-Za-z]{2,30})\s*([{(])")
_LINE_START = re.compile(r"\s*@\s*([A-Za-z]{2,30})\s*[{(]")
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w:.+/-]{0,60})\s*=\s*")
_NEXT_FIELD = re.compile(r",?\s*\n?\s*\b[A-Za-z][\w-]{1,40}\s*=\s*[{\"\d]")
MAX_FIELDS = 200
"""Fields that are read of an entry: an unclosed brace is looked for to the entry's end, once a field."""
_SWALLOWED = re.compile(
    r",\s*(?:abstract|author|booktitle|date|doi|editor|journal|keywords|month|note|number|pages|publisher|"
    r"title|url|"
    r"volume|year)\s*=\s*[{\"\d]",
    re.IGNORECASE,
)
_BARE = re.compile(r"[^\s,#{}\"()=]+")
_ESCAPED = re.compile(r"\\([&%#_${}])")
_NOT_ENTRIES = frozenset(("comment", "preamble", "string"))

TYPES = {
    "article": "article-journal", "inproceedings": "paper-conference", "conference": "paper-conference",
    "proceedings": "book", "book": "book", "mvbook": "book", "booklet": "pamphlet", "inbook": "chapter",
    "incollection": "chapter", "collection": "book", "phdthesis": "thesis", "mastersthesis": "thesis",
    "thesis": "thesis", "techreport": "report", "report": "report", "manual": "report",
    "unpublished": "manuscript", "online": "webpage", "electronic": "webpage", "www": "webpage",
    "patent": "patent", "dataset": "dataset", "software": "software", "preprint": "article",
    "misc": "article", "periodical": "periodical", "inreference": "entry-encyclopedia", "reference": "book",
}  # fmt: skip


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
    strings: dict[str, str] = {}
    parts: list[str] = []
    first = last = depth = size = 0
    for number, text in lines:
        begins = _LINE_START.match(text)
        if parts and (begins or size > MAX_LINE):
            yield from _made(parts, first, last, strings)
            parts = []
        if not parts:
            if not begins and not START.search(text):
                continue
            first, depth, size = number, 0, 0
        parts.append(text)
        last, size = number, size + len(text)
        depth += _depth(text)
        if depth <= 0:
            yield from _made(parts, first, last, strings)
            parts = []
    if parts:
        yield from _made(parts, first, last, strings)


def _depth(text: str) -> int:
    plain = text.replace("\\{", "").replace("\\}", "")
    return plain.count("{") - plain.count("}")


def _made(parts: list[str], first: int, last: int, strings: dict[str, str]) -> Iterator[Entry]:
    """The entries in a block of text; several may share a line."""
    text = "\n".join(parts)
    starts = [
        match for match in START.finditer(text) if match.start() == 0 or text[match.start() - 1] in " \t\n},)"
    ]
    position = 0
    for match in starts:
        if match.start() < position:
            continue
        line = first + text.count("\n", 0, match.start())
        end, closed = _closing(text, match.end() - 1)
        kind = match[1].lower()
        body = text[match.end() : end]
        position = end
        if kind == "string":
            strings.update(_fields(body, strings, [], line))
        elif kind not in _NOT_ENTRIES:
            entry = _entry(line, kind, body, strings, closed)
            entry.end_line = last if end >= len(text) - 1 else first + text.count("\n", 0, end)
            if not closed:
                entry.faults.append(
                    FieldWarning(line, "entry", entry.key, "a brace is not closed; read up to the next entry")
                )
            yield entry


def _closing(text: str, start: int) -> tuple[int, bool]:
    """Where the bracket at ``start`` is closed."""
    opening = text[start]
    if opening == "(":
        # The closing parenthesis is the last one outside braces.
        depth, index = 0, start + 1
        while index < len(text):
            sign = text[index]
            depth += (sign == "{") - (sign == "}")
            if sign == ")" and depth == 0:
                return index, True
            index += 1
        return len(text), False
    return _matching(text, start)


def _matching(text: str, start: int) -> tuple[int, bool]:
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return match.start(), True
    return len(text), False


def _entry(line: int, kind: str, body: str, strings: dict[str, str], closed: bool) -> Entry:
    key, comma, rest = body.partition(",")
    if "=" in key or not comma:
        key, rest = ("", body) if "=" in key else (key, "")
    entry = Entry(line, kind, " ".join(key.split())[:300])
    entry.fields = _fields(rest, strings, entry.faults, line, closed)
    return entry


def _fields(
    text: str, strings: dict[str, str], faults: list[FieldWarning], line: int, closed: bool = True
) -> dict[str, str]:
    """Fields by name; in an entry that is not ``closed`` a value ends where it swallows the next field."""
    fields: dict[str, str] = {}
    position = 0
    for _ in range(MAX_FIELDS):
        match = _FIELD.search(text, position)
        if match is None:
            break
        value, position = _value(text, match.end(), strings)
        name = match[1].lower()
        if not closed and (swallowed := _SWALLOWED.search(value)):
            value = value[: swallowed.start()]
            position = match.end() + text[match.end() :].find(swallowed[0])
        if name in fields and fields[name] != value:
            at = line + text.count("\n", 0, match.start())
            faults.append(FieldWarning(at, name, value[:100], "the field is given twice; the first is kept"))
        fields.setdefault(name, value)
    return fields


def _value(text: str, position: int, strings: dict[str, str]) -> tuple[str, int]:
    """The value at a position, pieces joined by ``#`` put together, and where it ends."""
    pieces: list[str] = []
    while position < len(text):
        sign = text[position]
        if sign == "{":
            end, closed = _matching(text, position)
            if not closed:
                following = _NEXT_FIELD.search(text, position + 1)
                end = following.start() if following else len(text)
            pieces.append(text[position + 1 : end])
            position = end + (1 if closed else 0)
        elif sign == '"':
            end = _quote_end(text, position + 1)
            pieces.append(text[position + 1 : end])
            position = end + 1
        elif bare := _BARE.match(text, position):
            pieces.append(strings.get(bare[0].lower(), bare[0]))
            position = bare.end()
        else:
            break
        joined = re.compile(r"\s*#\s*").match(text, position)
        if not joined:
            break
        position = joined.end()
    return "".join(pieces), max(position, 0)


def _quote_end(text: str, position: int) -> int:
    depth = 0
    for match in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(text, position):
        sign = match[0]
        if sign == '"' and depth <= 0:
            return match.start()
        depth += (sign == "{") - (sign == "}")
    following = _NEXT_FIELD.search(text, position)
    return following.start() if following else len(text)


def names(text: str) -> list[str]:
    """The names of an author field: "and" separates them outside braces; a braced name is one name."""
    parts, depth, current = [], 0, ""
    for piece in re.split(r"([{}]|\s+and\s+)", " " + " ".join(text.split()) + " "):
        if piece in ("{", "}"):
            depth += 1 if piece == "{" else -1
        if depth <= 0 and piece.strip().lower() == "and":
            parts.append(current)
            current = ""
        else:
            current += piece
    parts.append(current)
    return [_name(part.strip()) for part in parts if part.strip() and part.strip().lower() != "others"]


def _name(text: str) -> str:
    """A name as it came; "Last, Jr, First" → "Last, First, Jr"; a braced name as it is."""
    if text.startswith("{") and text.endswith("}") and _matching(text, 0)[0] == len(text) - 1:
        return text[1:-1]
    text = clean_text(text)
    pieces = [piece.strip() for piece in text.split(",")]
    return ", ".join([pieces[0], pieces[2], pieces[1]]) if len(pieces) == 3 else text


def document_values(entry: Entry) -> dict[str, Any]:
    """The loose values of a document that an entry holds."""
    get = entry.fields.get
    title = get("title", "")
    if subtitle := get("subtitle"):
        title = f"{title}: {subtitle}"
    archive = (get("archiveprefix") or get("eprinttype") or "").lower()
    eprint = get("eprint", "")
    arxiv = eprint if archive == "arxiv" or (not archive and normal_arxiv_id(eprint)) else get("arxivid", "")
    pmid = eprint if archive in ("pubmed", "pmid", "medline") else get("pmid", "")
    journal = get("journal") or get("journaltitle") or ""
    if not arxiv and "arxiv" in journal.lower():
        arxiv = normal_arxiv_id(journal)
    date = get("date") or get("year") or ""
    raw: dict[str, Any] = {
        "source_id": entry.key,
        "title": _unbraced(title),
        "abstract": _unbraced(get("abstract", "")),
        "authors": names(get("author") or get("editor") or ""),
        "year": _unbraced(get("year", "")) or (_unbraced(date) if not normal_date(date) else ""),
        "date": _date(get("date", ""), get("year", ""), get("month", ""), get("day", "")),
        "venue": _unbraced(journal or get("booktitle") or get("howpublished", "") or get("eventtitle", "")),
        "volume": get("volume", ""),
        "issue": get("number") or get("issue") or "",
        "pages": get("pages", "").replace("--", "-").replace("–", "-"),
        "publisher": _unbraced(
            get("publisher") or get("institution") or get("school") or get("organization") or ""
        ),
        "doi": get("doi", "").replace("\\_", "_").replace("{", "").replace("}", ""),
        "arxiv_id": arxiv,
        "pmid": pmid,
        "url": get("url", "").replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#"),
        "lang": get("langid") or get("language") or "",
        "type": TYPES.get(entry.kind, "article"),
        "issn": re.findall(r"\d{4}-?\d{3}[\dXx]", get("issn", "")),
        "tags": keywords(get("keywords") or get("keyword") or ""),
        "other_ids": [f"isbn:{isbn}" for isbn in (get("isbn") or "").split() if isbn],
    }
    if get("pmcid"):
        raw["other_ids"].append(f"pmcid:{get('pmcid')}")
    _extras(entry, raw)
    return raw


def _extras(entry: Entry, raw: dict[str, Any]) -> None:
    """Fields that our own writer adds, and licences and notices as others name them."""
    get = entry.fields.get
    notes = [
        f"{name}: {_ESCAPED.sub(_bare, value)}"
        for name, value in entry.fields.items()
        if name.startswith("litatlas-")
    ]
    extras.from_notes(raw, notes)
    raw.setdefault("licence", get("license") or get("copyright") or "")
    if "retracted" in get("note", "").lower() and not raw.get("notices"):
        raw["notices"] = ["retracted"]


def _bare(match: re.Match[str]) -> str:
    return match[1]


def keywords(text: str) -> list[str]:
    """Keywords separated by ";" or, where there is none, by ","."""
    return [part.strip() for part in re.split(r";" if ";" in text else r",", _unbraced(text)) if part.strip()]


def _unbraced(text: str) -> str:
    """Without the braces that only protect letters; accents and formulas keep theirs for the cleaning."""
    if "{" not in text:
        return text
    pieces = re.split(r"(\$[^$]*\$)", text)
    return "".join(piece if piece.startswith("$") else _without_groups(piece) for piece in pieces)


_GROUP = re.compile(r"(\\(?:[A-Za-z]+|.)\s*\{[^{}]*\})|\{([^{}\\]*)\}")


def _without_groups(text: str) -> str:
    """Without braces that protect letters, innermost first; a macro's braces, and scripts', are its own."""
    for _ in range(6):
        shorter = _GROUP.sub(_group, text)
        if shorter == text:
            break
        text = shorter
    return text


def _group(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return match[0] if match[1] is not None or before in ("\\", "^", "_") else match[2]


def _date(date: str, year: str, month: str, day: str) -> str:
    if found := normal_date(date.split("/")[0]):
        return found
    known = parse_year(year)
    days = re.sub(r"\D", "", day)
    return iso_date(known, month_number(month), int(days) if days and len(days) < 3 else 0)
