"""PubMed and MEDLINE XML: baseline and update files, E-utilities answers, saved search results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.boilerplate import is_heading
from ingest.document import FieldWarning, Parsed, Rejected
from ingest.identifiers import iso_date, month_number, normal_doi, normal_orcid, parse_year
from ingest.readers.base import ReadOptions, make_document
from ingest.readers.xmlrecords import Element, text_of, xml_records

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


class PubmedReader:
    """Reads one record at a time; labels that only say "METHODS" are left out of the abstract."""

    name = "pubmed"
    title = "PubMed/MEDLINE XML"
    suffixes = (".xml",)
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "doi", "pmid", "other_ids",
        "url", "tags", "lang", "type", "references", "issn", "orcids", "notices", "publisher", "open_access",
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> float:
        """By its elements."""
        return 0.98 if re.search(rb"<(?:Pubmed(?:Book)?Article(?:Set)?|MedlineCitation(?:Set)?)[\s>]", head) else 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for line, found in xml_records(stream, _NAMES):
            if isinstance(found, (FieldWarning, Rejected)):
                yield found
            else:
                yield from make_document(line, pubmed_record(found))


def pubmed_record(root: Element) -> dict[str, Any]:
    """The loose values of one record."""
    citation = root.find("MedlineCitation")
    if citation is None:
        citation = root.find("BookDocument")
    if citation is None:
        citation = root
    article = citation.find("Article")
    if article is None:
        article = citation
    pmid = citation.findtext("PMID") or ""
    identifiers = _identifiers(root, article)
    names, orcids = _authors(article.find("AuthorList"))
    raw: dict[str, Any] = {
        "source_id": pmid,
        "pmid": pmid,
        "title": _title(article),
        "abstract": _abstract(article.find("Abstract")) or _abstract(citation.find("OtherAbstract")),
        "authors": names,
        "orcids": orcids,
        "doi": identifiers.get("doi", ""),
        "other_ids": [f"pmcid:{identifiers['pmc']}"] if identifiers.get("pmc") else [],
        "open_access": "green" if identifiers.get("pmc") else "",
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid.strip()}/" if pmid else "",
        "tags": _tags(citation),
        "lang": next((code for code in (article.findtext("Language") or "",) if code not in ("und", "mul")), ""),
        "references": _references(root),
    }
    types = [node.text or "" for node in article.iterfind("PublicationTypeList/PublicationType")]
    raw["type"] = _type(types, article)
    raw["notices"] = _notices(citation, types)
    _journal(article, raw)
    return raw


def _title(article: Element) -> str:
    title = text_of(article.find("ArticleTitle"))
    if not title.strip() or _NO_TITLE.match(title.strip()):
        title = text_of(article.find("VernacularTitle")) or text_of(article.find("Book/BookTitle"))
    return title


def _abstract(element: Element | None) -> str:
    """The sections one after the other; a label stays where it says more than "RESULTS"."""
    if element is None:
        return ""
    sections = []
    for node in element.iterfind("AbstractText"):
        text = text_of(node).strip()
        label = (node.get("Label") or "").strip()
        usual = not label or is_heading(label) or node.get("NlmCategory", "UNASSIGNED") != "UNASSIGNED"
        if text:
            sections.append(text if usual else f"{label}: {text}")
    return "\n".join(sections)


def _authors(element: Element | None) -> tuple[list[str], list[str]]:
    names: list[str] = []
    orcids: list[str] = []
    for author in element.iterfind("Author") if element is not None else ():
        family, given, suffix, group, orcid = "", "", "", "", ""
        for part in author:
            tag = part.tag
            if tag == "LastName":
                family = part.text or ""
            elif tag == "ForeName" or (tag == "Initials" and not given):
                given = part.text or ""
            elif tag == "Suffix":
                suffix = part.text or ""
            elif tag == "CollectiveName":
                group = text_of(part)
            elif tag == "Identifier" and part.get("Source") == "ORCID":
                orcid = normal_orcid(part.text)
        name = ", ".join(filter(None, (family, given, suffix))) or group
        if name.strip():
            names.append(name)
            orcids.append(orcid)
    return names, orcids


def _identifiers(root: Element, article: Element) -> dict[str, str]:
    found = {
        node.get("IdType", ""): (node.text or "").strip()
        for node in (*root.iterfind("PubmedData/ArticleIdList/ArticleId"), *root.iterfind("PubmedBookData/ArticleIdList/ArticleId"))
    }
    if not normal_doi(found.get("doi")):
        for node in article.iterfind("ELocationID"):
            if node.get("EIdType") == "doi" and node.get("ValidYN", "Y") == "Y":
                found["doi"] = node.text or ""
    return found


def _tags(citation: Element) -> list[str]:
    tags = [node.text or "" for node in citation.iterfind("MeshHeadingList/MeshHeading/DescriptorName")]
    tags += [text_of(node).strip(" .;") for node in citation.iterfind("KeywordList/Keyword")]
    # A subject heading and an author's keyword may differ in case alone.
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(" ".join(tag.split()).lower(), tag)
    return list(seen.values())


def _type(types: list[str], article: Element) -> str:
    if article.tag == "BookDocument":
        return "chapter" if article.find("ArticleTitle") is not None else "book"
    return next((csl for name, csl in _TYPES if name in types), "article-journal")


def _notices(citation: Element, types: list[str]) -> list[str]:
    notices = ["retracted"] if "Retracted Publication" in types else []
    for node in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        if notice := _NOTICES.get(node.get("RefType", "")):
            notices.append(notice)
    return notices


def _references(root: Element) -> list[str]:
    references = []
    for reference in root.iterfind("PubmedData/ReferenceList//Reference"):
        named = {node.get("IdType", ""): (node.text or "").strip() for node in reference.iterfind("ArticleIdList/ArticleId")}
        if doi := normal_doi(named.get("doi")):
            references.append(f"doi:{doi}")
        elif named.get("pubmed"):
            references.append(f"pmid:{named['pubmed']}")
        elif citation := text_of(reference.find("Citation")):
            references.append(citation)
    return references


def _journal(article: Element, raw: dict[str, Any]) -> None:
    journal = article.find("Journal")
    if journal is None:
        book = article.find("Book")
        if book is not None:
            raw["venue"] = text_of(book.find("BookTitle"))
            raw["publisher"] = text_of(book.find("Publisher/PublisherName"))
            raw["date"] = _date(book.find("PubDate"))
        return
    raw["venue"] = text_of(journal.find("Title")) or text_of(journal.find("ISOAbbreviation"))
    raw["issn"] = [node.text for node in journal.iterfind("ISSN") if node.text]
    raw["volume"] = journal.findtext("JournalIssue/Volume")
    raw["issue"] = journal.findtext("JournalIssue/Issue")
    raw["pages"] = article.findtext("Pagination/MedlinePgn")
    date = journal.find("JournalIssue/PubDate")
    raw["date"] = _date(date)
    if not raw["date"]:
        raw["date"] = _date(article.find("ArticleDate"))
        given = " ".join(str(part).strip() for part in date.itertext()) if date is not None else ""
        if not raw["date"] and given.strip():
            # Nothing in it is a year: the warning that follows says what stood there.
            raw["year"] = given.strip()


def _date(element: Element | None) -> str:
    if element is None:
        return ""
    year = parse_year(element.findtext("Year"))
    if year is None:
        return iso_date(parse_year(element.findtext("MedlineDate")))
    day = (element.findtext("Day") or "").strip()
    return iso_date(year, month_number(element.findtext("Month") or ""), int(day) if day.isdecimal() and len(day) < 3 else 0)
