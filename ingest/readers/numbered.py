"""Numbered records as databases print them: ProQuest, EBSCOhost, Web of Science, the Cochrane Library, Ovid.

Each record begins with its number; its values stand behind headings ("Author: …"), or indented below them
(Ovid). The headings are those of tables, so that a record is read as a row of these is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.document import FieldWarning, Parsed
from ingest.readers.parsing.reader import MAX_LINE, Lines, ReadOptions, shown
from ingest.readers.table import CSV, row_documents
from ingest.readers.tables.columns import field_of, plain

_NUMBER = r"(?:Document \d{1,7} of \d{1,7}|Record: \d{1,7}|Record #?\d{1,7} of \d{1,7}|<\d{1,7}>)"
_RECORD = re.compile(rf"[\ufeff \t]{{0,3}}{_NUMBER}[ \t]*\Z")
_SNIFFED = re.compile(
    rf"(?:\A|\n)[\ufeff \t]{{0,3}}{_NUMBER}[ \t]*\r?\n\s*(?:[^\r\n]{{3,600}}\r?\n\s*)?"
    r"(?:(?:Authors?(?:\(s\))?|Title|ID|AU|TI|Abstract|Source): ?\S|[A-Z][\w /()-]{3,40}\r?\n[ \t]+\S)"
)
_BEHIND = re.compile(r"([A-Z][\w ()/&,.-]{0,40}):(?:[ \t]+(.*)|)\Z")
_WITHIN = re.compile(r"[ \t]{2,}(?=(?:Volume|Issue|Pages|Article Number|DOI|Published|Book Series): )")
"""What Web of Science has behind the source in the same line."""
_AS_IN_TABLES = {
    "au": "Authors", "ti": "Title", "so": "Journal", "yr": "Year", "vl": "Volume", "no": "Issue",
    "pg": "Pages", "pt": "Publication type", "ky": "Keywords", "ab": "Abstract", "us": "URL",
    "pb": "Publisher", "pm": "PMID", "id": "Record ID", "proquestdocumentid": "Accession number",
    "documenturl": "URL", "subject": "Keywords", "identifierkeyword": "Index keywords",
    "languageofpublication": "Language", "uniqueidentifier": "Accession number",
    "authorsfullname": "Author full names", "meshsubjectheadings": "MeSH terms",
    "subjectheadings": "Subjects", "keywordheading": "Keywords", "keywordheadings": "Keywords",
    "universityinstitution": "Institution", "publicationtitle": "Journal", "ejournal": "Journal",
    "digitalobjectidentifierdoi": "DOI", "corporateinstitutionalauthor": "Group authors",
    "published": "Publication date", "publicationinfo": "Citation",
}  # fmt: skip
_PASSED_OVER = frozenset(
    ("links", "location", "companyorganization", "person", "numberofpages",
     "placeofpublication", "countryofpublication", "publicationsubject", "sourcetype", "documentfeature",
     "copyright", "lastupdated", "database", "authoraffiliations", "authoraffiliation",
     "authoremailaddress", "correspondenceauthor", "classification", "coden", "xr", "cc", "hid",
     "fulltext", "persistentlinktothisrecord", "persistentlinktothisrecordpermalink",
     "publicationhistory", "onlinepublicationdate", "credit", "supplementaldata", "degree", "department",
     "advisor", "committeemember", "universitylocation", "dissertationthesisnumber", "researcherids",
     "authorids", "timescited", "citedreferencecount", "addresses", "reprintaddress", "emailaddresses",
     "fundingacknowledgement", "naicsindustrycodes", "geographicterms", "fulltextwordcount",
     "institution", "institutions", "status", "versionid", "recordowner", "fundingtext", "section",
     "peerreviewed", "publicationfrequency", "country", "company", "people", "entrydate")
)  # fmt: skip
"""Headings that are known and not read."""
_OF_ABSTRACTS = frozenset(
    ("summary", "description", "subjects", "source", "topics", "institution", "subject", "section")
)
"""Headings that authors use inside an abstract too."""
_STOP = re.compile(r"(?<=[a-z])\.\Z")
_LISTS = ("authors", "author full names", "keywords", "subjects", "mesh terms", "index keywords", "editors")


class NumberedReader:
    """Reads records that begin with "Document 1 of 9", "Record: 1", "Record #1 of 9" or "<1>"."""

    name = "numbered"
    title = "ProQuest, EBSCO, Cochrane and Ovid, as text"
    suffixes = (".txt", ".cgi")
    fields = CSV.fields

    def sniff(self, head: bytes, _name: str) -> float:
        """By the first record's number with a heading below it."""
        return 0.93 if _SNIFFED.search(head[:6_000].decode("utf-8-sig", "replace")) else 0.0

    def read(self, stream: BinaryIO, options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        lines = Lines(stream)
        record: _Record | None = None
        warned = False
        for number, text in lines:
            yield from lines.take_faults()
            if _RECORD.match(text):
                if record:
                    yield from record.documents(options)
                record = _Record(number, below="<" in text)
            elif record:
                record.take(text)
            elif text.strip("\ufeff \t_-=") and not warned:
                warned = True
                reason = "is outside any record; lines like it are ignored"
                yield FieldWarning(number, "line", shown(text), reason)
        yield from lines.take_faults()
        if record:
            yield from record.documents(options)


class _Record:
    """The values of one record by heading."""

    def __init__(self, line: int, *, below: bool) -> None:
        self._line, self._below = line, below
        self._values: dict[str, list[str]] = {"": []}
        self._open = ""
        self._after_blank = True
        self._size = 0

    def take(self, line: str) -> None:
        """Take in a line, which may have several values."""
        self._size += len(line)
        if self._size > MAX_LINE:
            return
        for text in _WITHIN.split(line.rstrip()):
            self._take(text)
        self._after_blank = not line.strip()

    def _take(self, text: str) -> None:
        heading, value = self._heading(text)
        if heading:
            self._open = heading
            self._values.setdefault(heading, [])
        if value.strip("_ "):
            self._values[self._open].append(value.strip())

    def _heading(self, text: str) -> tuple[str, str]:
        """The heading that a line begins with, as tables spell it, and what stands behind it."""
        if self._below:
            heading = text.strip() if text[:1].isalpha() and len(text) < 60 else ""
            return (_AS_IN_TABLES.get(plain(heading), heading), "") if heading else ("", text)
        match = _BEHIND.match(text)
        if match is None:
            return "", text
        name = plain(match[1])
        if self._open == "Abstract" and name in _OF_ABSTRACTS and not self._after_blank:
            return "", text
        if name in _AS_IN_TABLES:
            return _AS_IN_TABLES[name], match[2] or ""
        return (match[1], match[2] or "") if name in _PASSED_OVER or field_of(name) else ("", text)

    def documents(self, options: ReadOptions) -> Iterator[Parsed]:
        """The document of the record, or why there is none."""
        if self._below:  # Ovid ends its lists with a full stop
            for heading in ("Authors", "Author full names"):
                self._values[heading] = [_STOP.sub("", value) for value in self._values.get(heading, [])]
        row = {
            heading: ("; " if heading.lower() in _LISTS else " ").join(values)
            for heading, values in self._values.items()
            if heading and values and plain(heading) not in _PASSED_OVER
        }
        if not {"Title", "Article title"} & row.keys() and self._values[""]:
            row["Title"] = self._values[""][0]  # ProQuest has it above the headings
        if "Journal" in row:
            row["Journal"] = row["Journal"].partition(";")[0]  # ProQuest: "Journal of Foo; Uppsala"
        if "PMID" in row:
            row["PMID"] = row["PMID"].removeprefix("PUBMED ")
        if row:
            yield from row_documents(self._line, row, options)
