"""The ACL Anthology's own XML; papers without an abstract are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.xmlrecords import Element, child, children, plain, text_of, xml_records
from ingest.values.dates import iso_date, month_number, parse_year

_TAG = re.compile(r"<[^<>]*>")
_EDITOR = re.compile(r"<editor\b[^<>]*>((?:(?!</?editor\b).){0,500})</editor>", re.DOTALL)


class AclReader:
    """Reads papers with what their volume says of them (proceedings, year, publisher)."""

    name = "acl"
    title = "ACL Anthology XML"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "pages", "publisher", "doi", "other_ids",
        "url", "type", "lang", "notices", "open_access", "issn", "editors",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its elements."""
        return 0.95 if re.search(rb"<collection id=", head) and b"<volume" in head else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a paper."""
        around = _Around()
        for line, element in xml_records(stream, ("paper",), on_between=around.hear):
            if isinstance(element, FieldWarning | Rejected):
                yield element
            else:
                yield from make_document(line, _values(element, around))


class _Around:
    """What stands between papers: the collection's and the volume's own elements."""

    def __init__(self) -> None:
        self.collection = self.volume = ""
        self.meta: dict[str, str] = {}
        self.editors: list[str] = []

    def hear(self, between: bytes) -> None:
        """Take in the bytes before a paper."""
        text = between.decode("utf-8", "replace")
        if match := re.search(r"<collection id=\"([^\"]{1,40})\"", text):
            self.collection = match[1]
        if matches := list(re.finditer(r"<volume id=\"([^\"]{1,40})\"", text)):
            self.volume, self.meta = matches[-1][1], {}
            text = text[matches[-1].end() :]
            self.editors = [name for node in _EDITOR.findall(text) if (name := _inverted(node))]
            for name in ("booktitle", "publisher", "year", "month", "journal-title", "isbn"):
                if value := re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL):
                    self.meta[name] = " ".join(unescape(_TAG.sub("", value[1])).split())


def _inverted(person: str) -> str:
    """The name in an element's text, the family name first."""
    parts = (re.search(rf"<{name}>([^<>]*)</{name}>", person) for name in ("last", "first"))
    return ", ".join(name for part in parts if part and (name := " ".join(unescape(part[1]).split())))


def _values(paper: Element, around: _Around) -> dict[str, Any]:
    meta = around.meta
    identifier = plain(child(paper, "url"))
    if not re.fullmatch(r"[A-Z]\d\d-\d{4,5}|\d{4}\.[\w-]+\.\d+", identifier):
        identifier = _identifier(around, paper.get("id", ""))
    stated = plain(child(paper, "year")) or meta.get("year", "")
    year = parse_year(stated)
    journal = around.collection.startswith(("J", "Q"))
    return {
        "source_id": identifier,
        "title": text_of(child(paper, "title")),
        "abstract": text_of(child(paper, "abstract")),
        "authors": [_name(node) for node in children(paper, "author")],
        "editors": [_name(node) for node in children(paper, "editor")] or around.editors,
        "year": stated,
        "date": iso_date(year, month_number(meta.get("month", "").split("-")[0].split(" ")[0])),
        "venue": meta.get("journal-title") or meta.get("booktitle", ""),
        "pages": plain(child(paper, "pages")).replace("–", "-"),
        "publisher": meta.get("publisher", ""),
        "doi": plain(child(paper, "doi")),
        "other_ids": [f"acl:{identifier}"] if identifier else [],
        "url": f"https://aclanthology.org/{identifier}/" if identifier else "",
        "type": "article-journal" if journal else "paper-conference",
        "lang": plain(child(paper, "language")),
        "notices": (["retracted"] if child(paper, "retracted") is not None else [])
        + (["withdrawn"] if child(paper, "removed") is not None else [])
        + (["corrected"] if child(paper, "erratum") is not None else []),
        "open_access": "gold",
    }


def _identifier(around: _Around, number: str) -> str:
    """The Anthology's identifier: old ones pack volume and number, new ones are dotted."""
    if not (around.collection and around.volume and number):
        return ""
    if re.fullmatch(r"[A-Z]\d\d", around.collection) and number.isdecimal():
        wide = around.collection[0] == "W" or around.collection in ("C69", "D19")
        volume = around.volume.zfill(2) if wide else around.volume
        return f"{around.collection}-{volume}{number.zfill(2 if wide else 3)}"
    return f"{around.collection}-{around.volume}.{number}"


def _name(person: Element) -> str:
    parts = [text_of(child(person, part)).strip() for part in ("last", "first")]
    return ", ".join(filter(None, parts)) or " ".join(text_of(person).split())
