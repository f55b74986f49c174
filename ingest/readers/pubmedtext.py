"""PubMed's own "Summary (text)" and "Abstract (text)", which people save instead of its tagged format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing.reader import MAX_LINE, Lines, ReadOptions, make_document, shown
from ingest.values.author_lists import split_authors
from ingest.values.identifiers import doi_named_in, pmid_named_in

_PLACE = (
    r"(?P<venue>[^.:]{2,150})\. (?P<date>(?:1[89]|20)\d\d[^;.:]{0,30})"
    r"(?:;(?P<volume>[^:(;.]{0,40})(?:\((?P<issue>[^()]{0,40})\))?(?::(?P<pages>[^.;]{0,60}))?)?\."
)
_START = re.compile(r"\ufeff?(\d{1,6})(?:\.|:) (?=\S)")
_CITED = re.compile(_PLACE)
_PLACE_INSIDE = re.compile(r"(?<=[.?!] )" + _PLACE)
_PEOPLE = re.compile(
    r"(?:[^.;,]{1,60} [A-Z]{1,4}(?: (?:Jr|Sr|\d(?:st|nd|rd|th)))?(?:[,;] |\Z)){1,400}[^.]{0,300}\Z"
)
_NUMBERS = re.compile(r"\((?:\d{1,3}|#)\)")
_NO_ABSTRACT = re.compile(
    r"(?:Author information|Collaborators|Comment (?:in|on)|Erratum (?:in|for)|Update (?:in|of)|"
    r"Conflict of interest|"
    r"Republished (?:in|from)|Summary for patients|Corrected and|Retract|Expression of concern|Copyright|©|"
    r"DOI|PMCID|PMID|Publisher|Original (?:report|publication)|Keywords):?|\[?(?:Article in|Indexed for)",
    re.IGNORECASE,
)
_NUMBER_ALONE = re.compile(r"[A-Z]{2,6}: \S{1,40}(?: \[|\Z)")
_PMCID = re.compile(r"PMCID: (PMC\d{1,9})")
_SNIFFED = re.compile(r"\s{0,5}1(?:\.|:) \S[^\n]{4,}")


class PubmedTextReader:
    """Reads numbered citations, with the abstract's paragraphs below them or without."""

    name = "pubmed-text"
    title = "PubMed, Summary or Abstract as text"
    suffixes = (".txt",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "doi", "pmid",
        "other_ids", "url", "type", "notices",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By a numbered citation at the start, and PMIDs."""
        text = head[:20_000].decode("utf-8-sig", "replace")
        if not _SNIFFED.match(text):
            return 0.0
        first = " ".join(text[:4_000].split("\n\n")[0].split())
        start = _START.match(first)
        if start and _CITED.match(first, start.end()) and "\n\n" in text:
            return 0.94
        if re.search(r"\n(?:PMID: \d|Author information:)", text):
            return 0.92
        return 0.94 if re.search(_PLACE, first) and re.search(r"\bPMID: \d", text) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a citation; its number is one more than that of the one before."""
        lines = Lines(stream)
        begin, count, size = 0, 0, 0
        record: list[str] = []
        blank, warned = True, False
        for number, text in lines:
            yield from lines.take_faults()
            start = _START.match(text) if blank else None
            if start and int(start[1]) == count + 1:
                yield from _document(begin, record)
                record, begin, size, count = [], number, 0, count + 1
                text = text[start.end() :]
            elif not count and text.strip() and not warned:
                warned = True
                reason = "is outside any record; lines like it are ignored"
                yield FieldWarning(number, "line", shown(text), reason)
            blank = not text.strip()
            size += len(text)
            if count and size < MAX_LINE:
                record.append(text.strip())
        yield from lines.take_faults()
        yield from _document(begin, record)


def _document(line: int, lines: list[str]) -> Iterator[Parsed]:
    """The document of a citation's lines."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n{2,}", "\n".join(lines))]
    paragraphs = [part for part in paragraphs if part]
    if not paragraphs:
        return
    whole = "\n".join(paragraphs)
    raw = _summary(paragraphs[0]) if len(paragraphs) == 1 else _abstract(paragraphs)
    pmcid = _PMCID.search(whole)
    pmid = pmid_named_in(whole[whole.rfind("PMID:") :]) if "PMID:" in whole else ""
    yield from make_document(
        line,
        {
            "source_id": pmid,
            "pmid": pmid,
            "doi": doi_named_in(whole),
            "other_ids": [f"pmcid:{pmcid[1]}"] if pmcid else [],
            "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else "",
            "type": "article-journal",
            **raw,
        },
    )


def _summary(text: str) -> dict[str, Any]:
    """Authors. Title. Journal. Date;volume(issue):pages. …"""
    place = _PLACE_INSIDE.search(text)
    before = text[: place.start()] if place else text
    authors, stop, title = before.partition(". ")
    if not stop or not title.strip() or not _PEOPLE.match(authors):
        authors, title = "", before
    title = "" if _NUMBER_ALONE.match(title.strip()) else title
    parts = place.groupdict() if place else {"year": text}
    return {"title": title.strip(), "authors": _names(authors), **_cleaned(parts)}


def _abstract(paragraphs: list[str]) -> dict[str, Any]:
    """Journal and date; title; authors; …; abstract; identifiers: a paragraph each."""
    place = _CITED.match(paragraphs[0])
    rest = paragraphs[1:]
    rest = [part for part in rest if not part.startswith("[Article in")] or rest
    title = "" if _NO_ABSTRACT.match(rest[0]) or _NUMBER_ALONE.match(rest[0]) else rest[0]
    authors = ""
    if len(rest) > 1 and (bare := _NUMBERS.sub("", rest[1]).rstrip(".")) and _PEOPLE.match(bare):
        authors, rest = bare, rest[1:]
    passages = [part for part in rest[bool(title or authors) :] if not _NO_ABSTRACT.match(part)]
    return {
        "title": title,
        "authors": _names(authors),
        "abstract": "\n\n".join(passages),
        "notes": [part for part in rest[1:] if part.lower().startswith(("retract", "expression"))],
        **_cleaned(place.groupdict() if place else {"year": paragraphs[0]}),
    }


def _names(text: str) -> list[str]:
    """Names behind commas; a group stands behind a semicolon."""
    return [name for part in text.split(";") for name in split_authors(part)]


def _cleaned(parts: Mapping[str, str | Any]) -> dict[str, str]:
    return {name: value.strip(" .,") for name, value in parts.items() if value}
