"""JATS and NLM XML: articles of PubMed Central and of many publishers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagvalues import bilingual, paragraphs
from ingest.readers.parsing.xmlrecords import (
    Element,
    child,
    children,
    descendants,
    local,
    plain,
    text_of,
    without,
    xml_records,
)
from ingest.values.dates import iso_date, month_number, parse_year
from ingest.values.identifiers import normal_doi, normal_orcid

_NOTES = frozenset(("xref", "fn"))
_MEMBERS = frozenset(("contrib-group", "xref", "fn"))  # of a group, inside its name
_SKIP = frozenset(("xref", "fn", "title"))
_NOTICES = {
    "retraction": "retracted", "retracted-article": "retracted",
    "expression-of-concern": "expression of concern", "corrected-article": "corrected",
    "correction-forward": "corrected", "retraction-forward": "retracted",
}  # fmt: skip
_TYPES = {
    "preprint": "article",
    "book-review": "review-book",
    "news": "article-newspaper",
    "dissertation": "thesis",
    "abstract": "paper-conference",
}


class JatsReader:
    """Reads the front matter and the references of an article; its body is passed over."""

    name = "jats"
    title = "JATS XML (PubMed Central)"
    suffixes = (".xml", ".nxml", ".jats")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "pmid", "other_ids", "url", "tags", "lang", "type", "references", "issn", "orcids", "notices",
        "licence", "open_access",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its elements."""
        if re.search(
            rb"<article-meta[\s>]|<journal-meta[\s>]|<pmc-articleset|NLM//DTD (?:JATS|Journal)", head
        ):
            return 0.93
        return 0.6 if re.search(rb"<article\s[^>]*article-type", head) else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an article."""
        for line, element in xml_records(stream, ("article",), slim=_slim):
            if isinstance(element, FieldWarning | Rejected):
                yield element
            else:
                yield from make_document(line, _values(element))


def _slim(article: bytes) -> bytes:
    return without(article, b"body", b"floats-group", b"floats-wrap")


def _values(article: Element) -> dict[str, Any]:
    meta, journal = child(article, "front", "article-meta"), child(article, "front", "journal-meta")
    if meta is None:
        meta = article
    ids = {node.get("pub-id-type", ""): plain(node) for node in children(meta, "article-id")}
    pmc = ids.get("pmc", ids.get("pmcid", "")).removeprefix("PMC")
    names, orcids = _authors(meta)
    first, last = plain(child(meta, "fpage")), plain(child(meta, "lpage"))
    subtitle = text_of(child(meta, "title-group", "subtitle"), _SKIP).strip()
    title = text_of(child(meta, "title-group", "article-title"), _NOTES).strip()
    kind = article.get("article-type", "")
    language = article.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    licence = child(meta, "permissions", "license")
    return {
        "source_id": f"PMC{pmc}" if pmc else ids.get("pmid") or ids.get("doi") or ids.get("publisher-id", ""),
        "title": bilingual(f"{title}: {subtitle}" if subtitle else title, _translated(meta)),
        "abstract": paragraphs([_abstract(meta), *map(_sections, children(meta, "trans-abstract"))]),
        "authors": names,
        "orcids": orcids,
        "date": _date(meta),
        "venue": _venue(journal),
        "volume": plain(child(meta, "volume")),
        "issue": plain(child(meta, "issue")),
        "pages": f"{first}-{last}"
        if first and last and first != last
        else first or plain(child(meta, "elocation-id")),
        "publisher": text_of(child(journal, "publisher", "publisher-name")) if journal is not None else "",
        "doi": ids.get("doi", ""),
        "pmid": ids.get("pmid", ""),
        "other_ids": [f"pmcid:PMC{pmc}"] if pmc else [],
        "url": f"https://pmc.ncbi.nlm.nih.gov/articles/PMC{pmc}/" if pmc else "",
        "tags": [
            text_of(node)
            for group in children(meta, "kwd-group")
            if group.get("kwd-group-type") != "abbreviations"
            for node in descendants(group, "kwd")
        ],
        "lang": language,
        "type": _TYPES.get(kind, "article-journal"),
        "references": [cited for node in descendants(article, "ref") if (cited := _reference(node))],
        "issn": [plain(node) for node in children(journal, "issn")] if journal is not None else [],
        "notices": _notices(meta, kind),
        "licence": _licence(licence),
        "open_access": "green" if pmc else "",
    }


def _abstract(meta: Element) -> str:
    """The main abstract; graphical ones and those for lay readers are left out."""
    plain_ones = [node for node in children(meta, "abstract") if not node.get("abstract-type")] or children(
        meta, "abstract"
    )[:1]
    return _sections(plain_ones[0]) if plain_ones else ""


def _translated(meta: Element) -> str:
    """The title in its first other language."""
    groups = children(meta, "title-group")
    titles = [node for group in groups for node in descendants(group, "trans-title")]
    return text_of(titles[0], _NOTES).strip() if titles else ""


def _sections(abstract: Element) -> str:
    """The sections of an abstract one after the other, each with its label."""
    pieces: list[str] = []
    for node in abstract:
        if local(node) == "sec":
            label = text_of(child(node, "title")).strip().rstrip(":.")
            text = text_of(node, _SKIP).strip()
            pieces.append(f"{label}: {text}" if label else text)
        elif local(node) != "title":
            pieces.append(text_of(node, _NOTES).strip())
    return "\n".join(pieces) or text_of(abstract)


def _authors(meta: Element) -> tuple[list[str], list[str]]:
    names, orcids = [], []
    for group in children(meta, "contrib-group"):
        for person in children(group, "contrib"):
            if person.get("contrib-type", "author") != "author":
                continue
            name = child(person, "name")
            if name is None:
                name = child(person, "name-alternatives", "name")
            parts = (
                [text_of(child(name, part)).strip() for part in ("surname", "given-names", "suffix")]
                if name is not None
                else []
            )
            written = (
                ", ".join(filter(None, parts))
                or text_of(child(person, "collab"), _MEMBERS)
                or text_of(child(person, "string-name"))
            )
            if written.strip():
                names.append(" ".join(written.split()))
                orcids.append(
                    next(
                        (
                            normal_orcid(node.text)
                            for node in children(person, "contrib-id")
                            if normal_orcid(node.text)
                        ),
                        "",
                    )
                )
    return names, orcids


def _date(meta: Element) -> str:
    """The earliest day of publication, else the collection's."""
    dates = []
    for node in children(meta, "pub-date"):
        day = plain(child(node, "day"))
        year = parse_year(plain(child(node, "year")))
        date = iso_date(
            year,
            month_number(plain(child(node, "month"))),
            int(day) if day.isdecimal() and len(day) < 3 else 0,
        )
        if date:
            dates.append((node.get("pub-type") == "pmc-release", -len(date), date))
    return min(dates)[2] if dates else ""


def _venue(journal: Element | None) -> str:
    if journal is None:
        return ""
    return text_of(child(journal, "journal-title-group", "journal-title")) or text_of(
        child(journal, "journal-title")
    )


def _reference(node: Element) -> str:
    ids = {id_node.get("pub-id-type", ""): plain(id_node) for id_node in descendants(node, "pub-id")}
    if doi := normal_doi(ids.get("doi")):
        return f"doi:{doi}"
    if ids.get("pmid"):
        return f"pmid:{ids['pmid']}"
    pieces: list[str] = []
    for part in node.iter():
        if local(part) not in ("label", "pub-id", "ref"):
            pieces.append(part.text or "")
        pieces.append((part.tail or "") if part is not node else "")
    return " ".join(" ".join(pieces).split())


def _notices(meta: Element, kind: str) -> list[str]:
    related = [node.get("related-article-type", "") for node in children(meta, "related-article")]
    return [
        _NOTICES[name]
        for name in (kind, *related)
        if name in _NOTICES and not (name == kind and kind == "retraction")
    ]


def _licence(element: Element | None) -> str:
    if element is None:
        return ""
    link = element.get("{http://www.w3.org/1999/xlink}href", "")
    return link or next(
        (match[0] for match in re.finditer(r"https?://creativecommons\.org/\S+[\w/]", text_of(element))), ""
    )
