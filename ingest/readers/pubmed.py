"""PubMed and MEDLINE XML: baseline and update files, E-utilities answers, saved search results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, BinaryIO

from ingest.document import FieldWarning, Parsed, Rejected
from ingest.readers.parsing.reader import Cut, ReadOptions, make_document, read_cuts
from ingest.readers.parsing.tagvalues import paragraphs
from ingest.readers.parsing.xmlrecords import Element, cut_xml, parse_xml, text_of, without
from ingest.values.dates import iso_date, month_number, parse_year
from ingest.values.identifiers import isbns_in, normal_doi, normal_orcid

_NAMES = ("PubmedArticle", "PubmedBookArticle")
# The most telling type first: a record has several.
_TYPES = (
    ("Preprint", "article"),
    ("Retraction of Publication", "article-journal"),
    ("Dataset", "dataset"),
    ("Congress", "paper-conference"),
    ("Consensus Development Conference", "paper-conference"),
    ("Academic Dissertation", "thesis"),
    ("Technical Report", "report"),
    ("Clinical Trial Protocol", "article-journal"),
    ("Book Illustrations", "book"),
    ("News", "article-newspaper"),
    ("Newspaper Article", "article-newspaper"),
    ("Patient Education Handout", "pamphlet"),
    ("Legislation", "legislation"),
    ("Interview", "interview"),
    ("Webcast", "broadcast"),
)
_NOTICES = {
    "RetractionIn": "retracted",
    "PartialRetractionIn": "retracted",
    "ExpressionOfConcernIn": "expression of concern",
    "ErratumIn": "corrected",
    "CorrectedandRepublishedIn": "corrected",
}
_NO_TITLE = re.compile(r"\[?(?:not available|in process citation|no title available)\]?\.?\Z", re.IGNORECASE)


_UNUSED = (
    b"History",
    b"ChemicalList",
    b"GrantList",
    b"AffiliationInfo",
    b"QualifierName",
    b"DateRevised",
    b"DateCompleted",
)


class PubmedReader:
    """Reads one record at a time; labels that only say "METHODS" are left out of the abstract."""

    name = "pubmed"
    title = "PubMed/MEDLINE XML"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "doi", "pmid",
        "other_ids", "url", "tags", "lang", "type", "references", "issn", "orcids", "notices", "publisher",
        "open_access", "group_authors", "editors", "publication_types",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By its elements."""
        return (
            0.98
            if re.search(rb"<(?:Pubmed(?:Book)?Article(?:Set)?|MedlineCitation(?:Set)?)[\s>]", head)
            else 0.0
        )

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        return read_cuts(self, stream)

    def cut(self, stream: BinaryIO) -> Iterator[Cut | Parsed]:
        """Records as bytes."""
        return cut_xml(stream, _NAMES)

    def parse(self, cut: Cut) -> Iterator[Parsed]:
        """One document a record."""
        slimmer = _Slimmer()
        for line, element in parse_xml(cut, slim=slimmer):
            if isinstance(element, FieldWarning | Rejected):
                yield element
            else:
                yield from make_document(line, {**pubmed_record(element), "references": slimmer.references()})


def pubmed_record(root: Element) -> dict[str, Any]:
    """The loose values of one record."""
    parts = _parts(root)
    citation = parts.get("MedlineCitation", parts.get("BookDocument", root))
    data = _parts(parts.get("PubmedData", parts.get("PubmedBookData")))
    outer = _parts(citation)
    article = outer.get("Article", citation)
    inner = _parts(article) if article is not citation else outer
    pmid = (outer["PMID"].text or "").strip() if "PMID" in outer else ""
    identifiers = _identifiers(data.get("ArticleIdList"), inner.get("ArticleIdList"), article)
    names, orcids, groups = _people(inner)
    language = inner["Language"].text or "" if "Language" in inner else ""
    types = [
        node.text or ""
        for node in _list(inner, "PublicationTypeList") or article
        if node.tag == "PublicationType"
    ]
    raw: dict[str, Any] = {
        "source_id": pmid,
        "pmid": pmid,
        "title": _title(inner),
        "abstract": _abstracts(inner.get("Abstract"), citation if "OtherAbstract" in outer else None),
        "authors": names,
        "orcids": orcids,
        "group_authors": groups,
        "doi": identifiers.get("doi", ""),
        "other_ids": [f"pmcid:{identifiers['pmc']}"] if identifiers.get("pmc") else [],
        "open_access": "green" if identifiers.get("pmc") else "",
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else "",
        "tags": _tags(outer),
        "lang": "" if language in ("und", "mul") else language,
        "type": _type(types, inner) if article is citation else _type(types, None),
        "kinds": types,
        "publication_types": types,
        "notices": _notices(outer.get("CommentsCorrectionsList"), types),
    }
    if "Journal" in inner:
        _journal(inner, raw)
        raw["pages"] = raw["pages"] or _article_number(article)
    elif "Book" in inner:
        _book(inner["Book"], raw)
        raw["pages"] = _pages(_parts(inner.get("Pagination")))  # of a chapter
        raw["editors"], more_groups = _editors(inner["Book"])
        raw["group_authors"] = [*groups, *more_groups]
    return raw


def _parts(element: Element | None) -> dict[str, Element]:
    """The first child of every name."""
    parts: dict[str, Element] = {}
    for node in element if element is not None else ():
        parts.setdefault(node.tag, node)
    return parts


def _list(parts: dict[str, Element], name: str) -> list[Element]:
    return list(parts[name]) if name in parts else []


def _title(article: dict[str, Element]) -> str:
    title = text_of(article.get("ArticleTitle"))
    if not title.strip() or _NO_TITLE.match(title.strip()):
        book = article.get("Book")
        title = text_of(article.get("VernacularTitle")) or (
            text_of(book.find("BookTitle")) if book is not None else ""
        )
    return title


def _abstracts(own: Element | None, citation: Element | None) -> str:
    """The abstract, and those in other languages or for other readers behind it."""
    if citation is None:
        return _abstract(own)
    return paragraphs([_abstract(own), *map(_abstract, citation.iterfind("OtherAbstract"))])


def _abstract(element: Element | None) -> str:
    """The sections one after the other, each with its label."""
    if element is None:
        return ""
    sections = []
    for node in element.iterfind("AbstractText"):
        text = text_of(node).strip()
        label = (node.get("Label") or "").strip().rstrip(":.")
        if text:
            sections.append(text if label in ("", "UNLABELLED") else f"{label}: {text}")
    return "\n".join(sections)


def _people(article: dict[str, Element]) -> tuple[list[str], list[str], list[str]]:
    """The authors, their ORCIDs, and those that are groups; of a book as a whole the book's authors."""
    people = _authors(article.get("AuthorList"))
    if people[0] or "Book" not in article or "ArticleTitle" in article:
        return people
    for node in article["Book"].iterfind("AuthorList"):
        if node.get("Type", "authors") == "authors":
            for names, more in zip(people, _authors(node), strict=True):
                names += more
    return people


def _editors(book: Element) -> tuple[list[str], list[str]]:
    """The editors of a book, and those that are groups."""
    lists = [_authors(node) for node in book.iterfind("AuthorList") if node.get("Type") == "editors"]
    return [name for names, _, _ in lists for name in names], [group for *_, own in lists for group in own]


def _authors(element: Element | None) -> tuple[list[str], list[str], list[str]]:
    names: list[str] = []
    groups: list[str] = []
    orcids: list[str] = []
    for author in element.iterfind("Author") if element is not None else ():
        if author.get("ValidYN") == "N":
            continue  # a name that was corrected later: the right one stands beside it
        family, first_name, suffix, group, orcid = "", "", "", "", ""
        for part in author:
            tag = part.tag
            if tag == "LastName":
                family = part.text or ""
            elif tag == "ForeName" or (tag == "Initials" and not first_name):
                first_name = part.text or ""
            elif tag == "Suffix":
                suffix = part.text or ""
            elif tag == "CollectiveName":
                group = text_of(part)
            elif tag == "Identifier" and part.get("Source") == "ORCID":
                orcid = normal_orcid(part.text)
        name = ", ".join(filter(None, (family, first_name, suffix))) or group
        if name.strip():
            names.append(name)
            orcids.append(orcid)
            groups += [group] if group and name == group else []
    return names, orcids, groups


def _identifiers(data: Element | None, own: Element | None, article: Element) -> dict[str, str]:
    ids: dict[str, str] = {}
    for listed in (data, own):
        for node in listed if listed is not None else ():
            ids.setdefault(node.get("IdType", ""), (node.text or "").strip())
    if not normal_doi(ids.get("doi")):
        for node in article.iterfind("ELocationID"):
            if node.get("EIdType") == "doi" and node.get("ValidYN", "Y") == "Y":
                ids["doi"] = node.text or ""
    return ids


def _tags(citation: dict[str, Element]) -> list[str]:
    """Subject headings and authors' keywords; the two may differ in case alone."""
    tags = [
        node.text or ""
        for heading in _list(citation, "MeshHeadingList")
        for node in heading
        if node.tag == "DescriptorName"
    ]
    tags += [text_of(node).strip(" .;") for node in _list(citation, "KeywordList")]
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(" ".join(tag.split()).lower(), tag)
    return list(seen.values())


def _type(types: list[str], book: dict[str, Element] | None) -> str:
    if book is not None and "Book" in book:
        return "chapter" if "ArticleTitle" in book else "book"
    return next((csl for name, csl in _TYPES if name in types), "article-journal")


def _notices(comments: Element | None, types: list[str]) -> list[str]:
    notices = ["retracted"] if "Retracted Publication" in types else []
    for node in comments if comments is not None else ():
        if notice := _NOTICES.get(node.get("RefType", "")):
            notices.append(notice)
    return notices


class _Slimmer:
    """Takes out of a record's bytes what is not read, and the references, of which there may be hundreds.

    Their identifiers are found in the bytes: half of the time that parsing them as elements would take is
    saved.
    """

    def __init__(self) -> None:
        self._references = b""

    def __call__(self, record: bytes) -> bytes:
        start = record.find(b"<ReferenceList")
        end = record.rfind(b"</ReferenceList>", start)
        self._references = b""
        if 0 <= start < end:
            self._references = record[start:end]
            record = record[:start] + record[end + len(b"</ReferenceList>") :]
        return without(record, *_UNUSED)

    def references(self) -> list[str]:
        """The cited works of the record slimmed last: DOI, else PMID, else the citation as it is printed."""
        references = []
        for part in self._references.split(b"<Reference>")[1:]:
            doi, pmid = _between(part, b'"doi">'), _between(part, b'"pubmed">')
            if doi and (normal := normal_doi(doi)):
                references.append(f"doi:{normal}")
            elif pmid.isdecimal():
                references.append(f"pmid:{pmid}")
            elif citation := _between(part, b"<Citation>", b"</Citation>"):
                references.append(citation)
        return references


def _between(part: bytes, opening: bytes, closing: bytes = b"<") -> str:
    start = part.find(opening)
    if start < 0:
        return ""
    start += len(opening)
    return unescape(part[start : part.find(closing, start)].decode("utf-8", "replace").strip())


def _journal(article: dict[str, Element], raw: dict[str, Any]) -> None:
    journal = _parts(article["Journal"])
    issue = _parts(journal.get("JournalIssue"))
    raw["venue"] = text_of(journal.get("Title")) or text_of(journal.get("ISOAbbreviation"))
    raw["issn"] = [node.text for node in (journal.get("ISSN"),) if node is not None and node.text]
    raw["volume"] = issue["Volume"].text if "Volume" in issue else ""
    raw["issue"] = issue["Issue"].text if "Issue" in issue else ""
    raw["pages"] = _pages(_parts(article.get("Pagination")))
    date = issue.get("PubDate")
    raw["date"] = _date(date) or _date(article.get("ArticleDate"))
    year = (
        " ".join(" ".join(str(part) for part in date.itertext()).split())
        if date is not None and not raw["date"]
        else ""
    )
    if year:
        # Nothing in it is a year: the warning that follows says what stood there.
        raw["year"] = year


def _article_number(article: Element) -> str:
    """The publisher's number of an article, as PubMed itself cites one that has no pages."""
    numbers = (node.text or "" for node in article.iterfind("ELocationID") if node.get("EIdType") == "pii")
    return next((number for number in numbers if re.fullmatch(r"[\w().-]{1,30}", number)), "")


def _pages(parts: dict[str, Element]) -> str:
    if "MedlinePgn" in parts:
        return parts["MedlinePgn"].text or ""
    return "-".join(parts[name].text or "" for name in ("StartPage", "EndPage") if name in parts)


def _book(book: Element, raw: dict[str, Any]) -> None:
    parts = _parts(book)
    raw["venue"] = text_of(parts.get("BookTitle"))
    raw["series"] = text_of(parts.get("CollectionTitle"))
    raw["publisher"] = text_of(book.find("Publisher/PublisherName"))
    raw["date"] = _date(parts.get("PubDate"))
    raw["volume"] = text_of(parts.get("Volume"))
    isbns = [isbn for node in book.iterfind("Isbn") for isbn in isbns_in(node.text or "")]
    raw["other_ids"] = [*raw["other_ids"], *(f"isbn:{isbn}" for isbn in isbns)]
    if raw["type"] == "book":
        raw["venue"] = ""  # the book is the paper, not where it appeared


def _date(element: Element | None) -> str:
    if element is None:
        return ""
    parts = {node.tag: (node.text or "").strip() for node in element}
    year = parse_year(parts.get("Year"))
    if year is None:
        return iso_date(parse_year(parts.get("MedlineDate")))
    day = parts.get("Day", "")
    return iso_date(
        year, month_number(parts.get("Month", "")), int(day) if day.isdecimal() and len(day) < 3 else 0
    )
