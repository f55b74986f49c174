"""OAI-PMH answers: arXiv's own ``arXiv`` and ``arXivRaw``, and Dublin Core from any repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.arxiv import arxiv_record
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagvalues import bilingual, paragraphs, people
from ingest.readers.parsing.xmlrecords import Element, child, children, local, plain, text_of, xml_records
from ingest.values.dates import normal_date
from ingest.values.identifiers import normal_arxiv_id, normal_doi, normal_language, normal_pmid

_DC_TYPES = (
    ("article", "article-journal"), ("conference", "paper-conference"), ("thesis", "thesis"),
    ("dissertation", "thesis"), ("bookpart", "chapter"), ("book part", "chapter"), ("book", "book"),
    ("report", "report"), ("dataset", "dataset"), ("preprint", "article"), ("software", "software"),
    ("patent", "patent"),
)  # fmt: skip
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_COMMENT = 150  # characters; a description without a language that is longer is no comment
_ISSN = re.compile(r"(?<![\d-])\d{4}-\d{3}[\dXx](?![\d-])")
_NUMBER = r"[.:]?\s*[º°]?\s*(\d[\w/-]{0,20}|[IVXLC]{1,8}\b)"
_PAGES = r"(\w{0,4}\d\w{0,8}(?:\s?[-–]\s?\w{1,12})?)"
_NUMBERS = tuple(
    (name, re.compile(words + number, re.IGNORECASE))
    for name, words, number in (
        ("volume", r"\b(?:vol(?:ume|umen)?|v|bd|band|jahrg|cilt|том|т)\b", _NUMBER),
        (
            "issue",
            r"(?:\b(?:no|nr|nro|núm|num|number|número|numéro|issue|iss|heft|sayı|вып|n)\b|[№#]|\bn(?=[º°]))",
            _NUMBER,
        ),
        ("pages", r"\b(?:pp?|pages?|págs?|seiten|с)\b\.?\s*", _PAGES),
    )
)
_LAST = re.compile(rf"(?:pp?\.?\s*)?{_PAGES}\.?")
_ERROR = re.compile(
    rb"<(?:\w{1,20}:)?error\b[^>]{0,200}?code\s*=\s*[\"'](\w{1,60})[\"'][^>]{0,200}>([^<]{0,500})"
)


class OaiReader:
    """Reads ``<record>`` elements of ListRecords and GetRecord; deleted records are passed over."""

    name = "oai"
    title = "OAI-PMH (arXiv, arXivRaw, Dublin Core)"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "licence", "issn",
        "open_access", "open_access_url", "notices",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By the protocol's namespace, or by the metadata formats' own."""
        if b"openarchives.org/OAI" in head or re.search(rb"<(?:\w+:)?dc[\s>]|purl\.org/dc/elements", head):
            return 0.9
        return 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record; an error that stands in their place is repeated."""
        errors: list[str] = []

        def hear(between: bytes) -> None:
            errors.extend(
                f"is an OAI-PMH error ({code.decode()}): {' '.join(text.decode('utf-8', 'replace').split())}"
                for code, text in _ERROR.findall(between)
            )

        deleted = live = 0
        for line, element in xml_records(stream, ("record",), on_between=hear):
            if isinstance(element, FieldWarning | Rejected):
                yield element
            elif (raw := oai_record(element)) is None:
                deleted += 1
            else:
                live += 1
                yield from make_document(line, raw)
        yield from (Rejected(0, "file", "", reason) for reason in errors)
        if deleted and not live and not errors:
            yield Rejected(0, "file", "", "holds only records that were deleted")


def oai_record(record: Element) -> dict[str, Any] | None:
    """The loose values of one record; None for one that was deleted."""
    header = child(record, "header")
    if header is not None and header.get("status") == "deleted":
        return None
    identifier = plain(child(header, "identifier"))
    metadata = child(record, "metadata")
    body = next(
        (node for node in (metadata if metadata is not None else record) if local(node) != "header"), record
    )
    if local(body) == "arXiv":
        return _arxiv(body)
    if local(body) == "arXivRaw":
        return _arxiv_raw(body)
    return _dublin_core(body if metadata is not None else record, identifier)


def _flat(element: Element, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: text_of(child(element, name)) for name in names if child(element, name) is not None}


_SAME = ("id", "title", "abstract", "categories", "doi", "journal-ref", "comments", "license")


def _arxiv(body: Element) -> dict[str, Any]:
    record = _flat(body, _SAME)
    authors = child(body, "authors")
    record["authors_parsed"] = [
        [plain(child(author, part)) for part in ("keyname", "forenames", "suffix")]
        for author in (authors if authors is not None else ())
        if plain(child(author, "keyname"))
    ]
    record["update_date"] = plain(child(body, "created"))
    return arxiv_record(record)


def _arxiv_raw(body: Element) -> dict[str, Any]:
    record = _flat(body, (*_SAME, "authors"))
    record["versions"] = [{"created": plain(child(version, "date"))} for version in children(body, "version")]
    return arxiv_record(record)


_Values = dict[str, list[tuple[str, str]]]
"""The texts of Dublin Core by element, each after its language as it came ("" where none is said)."""


def _dublin_core(body: Element, identifier: str) -> dict[str, Any]:
    values: _Values = {}
    for node in body.iter():
        text = " ".join(text_of(node).split()) if not len(node) else ""
        if text:
            values.setdefault(local(node), []).append((node.get(_LANG) or "", text))

    def every(name: str) -> list[str]:
        return [text for _, text in values.get(name, ())]

    linked = every("identifier") + every("relation")
    kind = " ".join(every("type")).lower()
    arxiv = (normal_arxiv_id(link) for link in every("identifier") if "arxiv" in link.lower())
    pmid = next((normal_pmid(link) for link in linked if re.search(r"pmid|pubmed", link, re.IGNORECASE)), "")
    own = normal_language(next(iter(every("language")), ""))
    place = place_in(every("source"))
    in_journal = "article-journal" if place.get("volume") or place["issn"] else "article"
    return {
        "source_id": identifier or next(iter(every("identifier")), ""),
        "title": _title(_own_first(values.get("title", []), own)),
        "abstract": _abstract(_own_first(values.get("description", []), own)),
        "authors": people(every("creator")),
        "date": min((date for value in every("date") if (date := normal_date(value))), default=""),
        **place,
        "publisher": next(iter(every("publisher")), ""),
        "doi": next((normal_doi(link) for link in linked if normal_doi(link)), ""),
        "arxiv_id": next(filter(None, arxiv), ""),
        "pmid": pmid,
        "url": next((link for link in every("identifier") if link.startswith("http")), ""),
        "tags": [part.strip() for subject in every("subject") for part in subject.split(";")],
        "lang": own,
        "type": next((csl for name, csl in _DC_TYPES if name in kind), in_journal),
        "kinds": every("type"),
        "licence": next(
            (right for right in every("rights") if "licen" in right.lower() or "creativecommons" in right), ""
        ),
    }


def _own_first(texts: list[tuple[str, str]], own: str) -> list[tuple[str, str]]:
    """Texts in the record's own language before those in others."""
    return sorted(texts, key=lambda pair: bool(own) and normal_language(pair[0]) not in ("", own))


def _title(titles: list[tuple[str, str]]) -> str:
    """The title, with those of other languages in brackets."""
    title = next((text for _, text in titles), "")
    seen = {language for language, _ in titles[:1]}
    for language, text in titles[1:]:
        if language not in seen and text.lower() not in title.lower():
            seen.add(language)
            title = bilingual(title, text)
    return title


def _abstract(texts: list[tuple[str, str]]) -> str:
    """The abstract of each language; comments such as "12 pages" come as descriptions too."""
    longest: dict[str, str] = {}
    for language, text in texts:
        longest[language] = max(longest.get(language, ""), text, key=len)
    apart = [text for language, text in texts if not language and len(text) > _COMMENT]
    return paragraphs([*longest.values(), *apart])


def place_in(sources: list[str]) -> dict[str, Any]:
    """Venue, volume, issue, pages and ISSNs in the sources of a record, as journals' systems write them."""
    place: dict[str, Any] = {"issn": []}
    for source in sources:
        text = source[:1000]
        issns = _ISSN.findall(text)
        place["issn"] += [issn for issn in issns if issn not in place["issn"]]
        if text.startswith("http") or not re.sub(r"e?-?ISSN[-: ]*|\W|\d|x\b", "", text, flags=re.IGNORECASE):
            continue
        place = _parts(text) | place  # the first source goes before the others
    return place


def _parts(text: str) -> dict[str, str]:
    """Journal; Vol. 3 No. 2 (2012): Winter; 10-20, and the same with commas."""
    numbers = {name: match for name, form in _NUMBERS if (match := form.search(text))}
    pieces = [piece.strip() for piece in text.split(";")]
    dated = len(pieces) > 1 and re.match(r"(?:19|20)\d\d\b", pieces[1])
    if not numbers and not dated:
        return {"venue": text.rstrip(" .;,")}
    start = min((match.start() for match in numbers.values()), default=len(text))
    parts = {name: match[1].strip(".,:;") for name, match in numbers.items()}
    parts["venue"] = text[:start].partition(";")[0].strip(" ;,.:(")
    if "pages" not in parts and len(pieces) > 1 and (match := _LAST.fullmatch(pieces[-1])):
        parts["pages"] = match[1]
    return {name: value for name, value in parts.items() if value}
