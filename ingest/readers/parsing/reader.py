"""What a reader is, and what all readers share: bounded decoded lines and the making of documents.

A reader turns the bytes of one file into documents, warnings and rejects, in the order of the file and
without holding it in memory. A bad record never loses a good one: readers do not raise for what a file holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol, runtime_checkable

from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.readers.parsing.encodings import Utf8Stream, utf8
from ingest.text.cleaning import clean_abstract, clean_author, clean_text, clean_title
from ingest.values.author_names import is_group, without_titles
from ingest.values.dates import normal_date, parse_year
from ingest.values.identifiers import (
    LONGEST,
    arxiv_id_of_doi,
    doi_of_link,
    normal_arxiv_id,
    normal_doi,
    normal_issn,
    normal_language,
    normal_pmid,
)
from ingest.values.retractions import notices_in

MAX_LINE = 32 * 1024 * 1024
"""Longest line (or record) that is read at all, in bytes; a longer one is rejected without being kept."""
_RETURN = re.compile(rb"\r(?=[A-Z][A-Z0-9]{1,3} {0,2}- )")  # before a tag it ends a line, alone too
MAX_TITLE, MAX_ABSTRACT = 4_000, 200_000
MAX_TOGETHER = 500_000
"""Characters of all authors of a record together (some ten thousand names); of its other lists too."""
MAX_ITEMS = 20_000
MAX_ITEM = {"tags": 500}
"""Characters of one item of a list; of others than these 1,000."""
SHOWN = 120
"""Characters of a bad value that a warning repeats."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a caller may tell a reader.

    ``mapping`` is our field → the table's column name. ``on_columns`` hears of a table's headings and of the
    field that each is taken for.
    """

    mapping: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    on_columns: Callable[[Sequence[str], Mapping[str, str]], None] | None = None


class Reader(Protocol):
    """One format."""

    @property
    def name(self) -> str:
        """What ``--format`` takes."""
        ...

    @property
    def title(self) -> str:
        """What people call the format."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Usual endings of file names."""
        ...

    @property
    def fields(self) -> tuple[str, ...]:
        """The document fields that it can fill."""
        ...

    def sniff(self, head: bytes, name: str, /) -> float:
        """How sure it is, from 0 to 1, that ``head`` (first 64 KiB, decompressed) begins its format."""
        ...

    def read(self, stream: BinaryIO, options: ReadOptions, /) -> Iterator[Parsed]:
        """Yield what the stream holds; never raise for what it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """Some records of a stream as they were cut out of it, not parsed yet; goes to other processes.

    ``payload`` is known to the reader that made it; it holds ``records`` records, more or less.
    """

    records: int
    payload: Any


@runtime_checkable
class CuttingReader(Reader, Protocol):
    """A reader that tells cheaply where records begin and end, so that others may parse them.

    ``read`` yields what ``parse`` makes of what ``cut`` yields, in order.
    """

    def cut(self, stream: BinaryIO, /) -> Iterator[Cut | Parsed]:
        """The stream in pieces of at most about `CUT_RECORDS` records or `CUT_BYTES` bytes."""
        ...

    def parse(self, cut: Cut, /) -> Iterator[Parsed]:
        """What ``read`` yields for these records."""
        ...


CUT_RECORDS = 1_000
CUT_BYTES = 8 * 1024 * 1024


def read_cuts(reader: CuttingReader, stream: BinaryIO) -> Iterator[Parsed]:
    """``read`` of a reader that cuts."""
    for piece in reader.cut(stream):
        if isinstance(piece, Cut):
            yield from reader.parse(piece)
        else:
            yield piece


def shown(value: object) -> str:
    """A value cut short for a warning."""
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text[: SHOWN * 4].split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class Lines:
    """The decoded lines of a stream with their numbers; what went wrong is in ``faults`` until taken.

    A line beyond `MAX_LINE` bytes is skipped and named; another encoding than UTF-8 is recognised, with one
    warning for the file.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = utf8(stream)
        self._faults: list[Parsed] = []

    def take_faults(self) -> list[Parsed]:
        """The faults met since the last call."""
        if not self._faults and not self._stream.notes:
            return []
        faults, self._faults = self._faults, []
        return [*encoding_warnings(self._stream), *faults]

    def __iter__(self) -> Iterator[tuple[int, str]]:
        number = 0
        for raw, whole in self._raw_lines():
            number += 1
            if not whole:
                reason = f"the line is longer than {MAX_LINE // 2**20} MiB and was skipped"
                self._faults.append(
                    Rejected(number, "line", shown(raw[:SHOWN].decode("utf-8", "replace")), reason)
                )
                continue
            yield number, raw.decode("utf-8", "replace")

    def _raw_lines(self) -> Iterator[tuple[bytes, bool]]:
        """Lines without their end, and whether they are whole."""
        rest, skipping = b"", False
        for chunk in self._stream.chunks():
            if b"\n" not in chunk and b"\r" not in chunk:
                rest += b"" if skipping else chunk
            else:
                # A file with old Mac line ends has no \n at all; \r\n is one end.
                pieces = (rest + chunk).split(b"\n") if b"\n" in chunk else _old_mac(rest + chunk)
                for piece in pieces[:-1]:
                    yield from ((part, not skipping) for part in _RETURN.split(piece.rstrip(b"\r")))
                    skipping = False
                rest = pieces[-1]
            if len(rest) > MAX_LINE:
                rest, skipping = rest[: SHOWN * 4], True
        if rest:
            yield rest.rstrip(b"\r"), not skipping


def _old_mac(data: bytes) -> list[bytes]:
    """Split at lone carriage returns; one at the very end may be half of a \\r\\n and stays."""
    body, tail = (data[:-1], b"\r") if data.endswith(b"\r") else (data, b"")
    pieces = body.split(b"\r")
    pieces[-1] += tail
    return pieces


def encoding_warnings(stream: Utf8Stream) -> list[FieldWarning]:
    """What a stream noted of its encoding since the last call."""
    return [
        FieldWarning(note.line, "encoding", shown(note.text), note.reason) for note in stream.take_notes()
    ]


def whole_text(stream: BinaryIO, limit: int = MAX_LINE) -> tuple[str, list[Parsed]]:
    """At most ``limit`` bytes of a stream as text, with the warnings that this needs."""
    source = utf8(stream)
    data, cut = bytearray(), False
    for chunk in source.chunks():
        data += chunk
        if len(data) > limit:
            del data[limit:]
            cut = True
            break
    faults: list[Parsed] = [*encoding_warnings(source)]
    if cut:
        faults.append(Rejected(0, "file", "", f"only the first {limit // 2**20} MiB were read"))
    text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n"), faults


def as_text(value: object) -> str:
    """A loose value of JSON or a table as text: the first of a list, "" for what has no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, list | tuple) and value:
        return as_text(value[0])
    return ""


def as_list(value: object, separator: str = "") -> list[str]:
    """A loose value as a list of texts; a single text is split at ``separator`` where one is given."""
    if isinstance(value, list | tuple):
        return [text for item in value if (text := as_text(item).strip())]
    text = as_text(value).strip()
    if not text:
        return []
    return [part for piece in text.split(separator) if (part := piece.strip())] if separator else [text]


def unique(values: Sequence[str]) -> tuple[str, ...]:
    """Without empty ones and repeats, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def content_id(*parts: object) -> str:
    """A stable id for a record that has none: the same content gets the same id."""
    text = "\x1f".join(str(part) for part in parts)
    return "h" + hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()


_cached_clean = lru_cache(maxsize=50_000)(clean_text)


def _clean_repeated(text: str) -> str:
    """Cleaned text that is met again and again; long texts are not kept."""
    return _cached_clean(text) if len(text) < 500 else clean_text(text)


_PLAIN = (
    "volume", "issue", "pages", "url", "type", "open_access", "open_access_url", "licence", "collection",
)  # fmt: skip
_CLEAN = ("venue", "publisher", "series")


def make_document(line: int, raw: Mapping[str, Any]) -> Iterator[Parsed]:
    """Clean and check loose values (keys are the fields of `Document`); yield warnings, then the document.

    A record with neither title nor abstract becomes a `Rejected`; an optional field that makes no sense is
    dropped with a `FieldWarning`. A missing ``source_id`` is made from the identifiers or the content.
    Beside the fields: ``kinds`` (types as the source names them) and ``notes``, in which marks of retraction
    are looked for; ``group_authors``, those that the source says are groups. ``editors`` are the
    authors where there are none.
    """
    notes: list[Parsed] = []
    get = raw.get

    def note(name: str, value: object, reason: str) -> None:
        notes.append(FieldWarning(line, name, shown(value), reason))

    title = _bounded(clean_title(as_text(get("title"))), "title", MAX_TITLE, note)
    abstract = _bounded(clean_abstract(as_text(get("abstract"))), "abstract", MAX_ABSTRACT, note)
    if not title and not abstract:
        named = (shown(as_text(get(name))) for name in ("source_id", "title", "doi"))
        value = next(filter(None, named), "")
        yield Rejected(line, "title", value, "has neither a title nor an abstract")
        return
    values: dict[str, Any] = {"title": title, "abstract": abstract}
    _authors(raw, values, note)
    _dates(raw, values, note)
    _identifiers(raw, values, note)
    _texts(raw, values, note)
    _lists(raw, values, note)
    _numbers_and_serials(raw, values, note)
    source_id = _whole_of(as_text(get("source_id")).strip(), "source_id", note)
    yield from notes
    yield Document(source_id=source_id or _own_id(values), **values)


Note = Callable[[str, object, str], None]


def _bounded(text: str, name: str, limit: int, note: Note) -> str:
    if len(text) <= limit:
        return text
    note(name, text, f"is longer than {limit:,} characters and was cut")
    return text[:limit].rpartition(" ")[0] or text[:limit]


def _whole_of(text: str, name: str, note: Note) -> str:
    """As much of a value without words as is read; what is left out is reported."""
    limit = LONGEST[name]
    if len(text) > limit:
        note(name, text, f"is longer than {limit:,} characters; only the first {limit:,} were read")
    return text[:limit]


_NOBODY = frozenset(("et al", "et al.", "et. al.", "others", "and others", "...", "…"))
"""What ends a list of authors and is none of them."""


def _authors(raw: Mapping[str, Any], values: dict[str, Any], note: Note) -> None:
    for name in ("authors", "editors"):
        # Two authors of one paper may share a name: repeats stay.
        names = _fitting(as_list(raw.get(name)), name, values, note)
        cleaned = (without_titles(clean_author(person)) for person in names)
        values[name] = tuple(name for name in cleaned if name and name.lower() not in _NOBODY)
    values["authors"] = values["authors"] or values["editors"]
    if value := raw.get("group_authors"):
        groups = frozenset(map(clean_author, as_list(value)))
        everyone = [*values["authors"], *values["editors"]]
        values["group_authors"] = unique([name for name in everyone if name in groups and not is_group(name)])


def _fitting(items: list[str], name: str, values: Mapping[str, Any], note: Note) -> list[str]:
    """As many items of a list as a record may have; what is left out is reported with the record's title."""
    limit = MAX_ITEM.get(name, 1_000)
    if len(items) <= MAX_ITEMS and sum(map(len, items)) <= limit:
        return items
    title = values["title"] or values["abstract"]
    if longer := sum(len(item) > limit for item in items):
        items = [item[:limit] for item in items]
        note(name, title, f"{longer:,} of {len(items):,} are longer than {limit:,} characters and were cut")
    kept = sum(size <= MAX_TOGETHER for size in accumulate(map(len, items[:MAX_ITEMS])))
    if kept < len(items):
        most = f"{MAX_ITEMS:,} or {MAX_TOGETHER:,} characters"
        note(name, title, f"{len(items):,} were given, more than {most}; the first {kept:,} were kept")
    return items[:kept]


_DASHES = re.compile(r" ?(?:-{2,3}|[‐‑–—−]) ?")


def _texts(raw: Mapping[str, Any], values: dict[str, Any], note: Note) -> None:
    for name in _PLAIN:
        if value := raw.get(name):
            text = " ".join(as_text(value).split())
            if len(text) > 2_000 and text.startswith("http"):  # a part of an address leads nowhere
                note(name, text, "is longer than 2,000 characters; left out")
            else:
                values[name] = _bounded(text, name, 2_000, note)
    if pages := values.get("pages"):
        values["pages"] = pages if pages.isascii() and "--" not in pages else _DASHES.sub("-", pages)
    for name in _CLEAN:
        if value := raw.get(name):
            values[name] = _bounded(_clean_repeated(as_text(value)).strip(",; "), name, 1_000, note)
    if value := raw.get("lang"):
        values["lang"] = normal_language(as_text(value))
        if not values["lang"]:
            note("lang", value, "is not a known language; left out")


def _lists(raw: Mapping[str, Any], values: dict[str, Any], note: Note) -> None:
    if listed := raw.get("tags"):
        tags = [part for tag in as_list(listed, ";") for part in tag.split("; ")]
        values["tags"] = unique([_clean_repeated(tag) for tag in _fitting(tags, "tags", values, note)])
    for name in ("references", "notices", "other_ids", "publication_types"):
        if listed := raw.get(name):
            items = [" ".join(item.split()) for item in as_list(listed)]
            values[name] = unique(_fitting(items, name, values, note))
    kinds, notes = (as_list(value) if (value := raw.get(name)) else () for name in ("kinds", "notes"))
    if marks := notices_in(values["title"], kinds, values.get("tags", ()), notes):
        values["notices"] = unique([*values.get("notices", ()), *marks])


def _dates(raw: Mapping[str, Any], values: dict[str, Any], note: Note) -> None:
    given = (raw.get(name) for name in ("year", "date"))
    value, date = (one.strip() if isinstance(one, str) else one for one in given)
    values["date"] = normal_date(_whole_of(as_text(date), "date", note)) if date else ""
    value = _whole_of(value, "year", note) if isinstance(value, str) else value
    year = parse_year(value) if value not in (None, "") else None
    if year is None and value not in (None, "", [], {}):
        note("year", value, "is not a year; left out")
    if year is None and date:
        year = int(values["date"][:4]) if values["date"] else parse_year(date)
        if year is None and value in (None, "", [], {}):
            note("date", date, "is not a date; left out")
    values["year"] = year


def _identifiers(raw: Mapping[str, Any], values: dict[str, Any], note: Note) -> None:
    checks: tuple[tuple[str, Callable[[str], str], str], ...] = (
        ("doi", normal_doi, "is not a DOI; left out"),
        ("arxiv_id", normal_arxiv_id, "is not an arXiv identifier; left out"),
        ("pmid", normal_pmid, "is not a PubMed identifier; left out"),
    )
    for name, normal, reason in checks:
        if value := _whole_of(as_text(raw.get(name)).strip(), name, note):
            values[name] = normal(value)
            if not values[name]:
                note(name, value, reason)
    if url := as_text(raw.get("url")):
        _linked(url, values)
    if not values.get("arxiv_id") and "10.48550/arxiv" in values.get("doi", ""):
        values["arxiv_id"] = arxiv_id_of_doi(values["doi"])


def _linked(url: str, values: dict[str, Any]) -> None:
    """The identifiers in the address of an article, where the record does not give them."""
    if not values.get("doi") and (doi := doi_of_link(url)):
        values["doi"] = doi
    if not values.get("arxiv_id") and "arxiv.org/" in url and (arxiv := normal_arxiv_id(url)):
        values["arxiv_id"] = arxiv
    if not values.get("pmid") and "pubmed" in url and (pmid := normal_pmid(url)):
        values["pmid"] = pmid


def _numbers_and_serials(raw: Mapping[str, Any], values: dict[str, Any], note: Note) -> None:
    if value := raw.get("issn"):
        serials = _fitting(as_list(value), "issn", values, note)
        values["issn"] = unique([normal_issn(_whole_of(item, "issn", note)) for item in serials])
    orcids = given if isinstance(given := raw.get("orcids"), list | tuple) else ()
    orcids = orcids[: len(values["authors"])] if len(orcids) > MAX_ITEMS else orcids  # as the authors were
    if len(orcids) == len(values["authors"]) and any(orcids):
        values["orcids"] = tuple(str(orcid) for orcid in orcids)
    if (value := raw.get("citations")) not in (None, ""):
        text = as_text(value).strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            values["citations"] = int(text)
        else:
            note("citations", value, "is not a number; left out")


def _own_id(values: Mapping[str, Any]) -> str:
    for name in ("doi", "arxiv_id", "pmid"):
        if values.get(name):
            return f"{name.removesuffix('_id')}:{values[name]}"
    return content_id(values["title"], values["abstract"], *values["authors"][:1], values["year"])
