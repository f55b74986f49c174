"""What a bibliographic file holds, told by other means than our readers.

Tagged files are counted by their lines, BibTeX by bibtexparser, tables by `csv` and openpyxl, XML by lxml and
JSON by `json`. Nothing here imports a reader of ours, so that a fault of theirs cannot hide.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import bibtexparser.entrypoint
import openpyxl
from lxml import etree

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
csv.field_size_limit(10_000_000)


@dataclass
class Count:
    """One record as the independent count sees it; an empty value is one that the file does not give."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    year: str = ""
    venue: str = ""
    doi: str = ""
    abstract: str = ""
    identifiers: dict[str, str] = field(default_factory=dict)  # scheme → the text of the fields for it


Counter = Callable[[bytes, str], list[Count] | None]
"""(data, file name) → its records; None where the file is of another format."""


def text_of(data: bytes) -> str:
    """The text of a file: UTF-16 by its mark, UTF-8, else Latin-1."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for codec in ("utf-8-sig", "gb18030"):  # Chinese in pairs of bytes, or any Latin text that happens to fit
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec != "gb18030" or len(re.findall("[\u4e00-\u9fff]{2}", text)) > 5:
            return text
    return data.decode("cp1252", "replace")


@dataclass(frozen=True)
class _Tags:
    """The lines of a tagged format: where records begin, how a line looks, and which tags hold what."""

    start: str
    line: str
    title: str
    authors: tuple[str, ...]  # the first of these that a record has
    year: str
    venue: str
    doi: str
    abstract: str


_EMPTY = ("", "na", "nan", "null", "none", "-", "n/a")
_TAGGED = {
    "ris": _Tags(r"^TY  ?- ?\w", r"([A-Z][A-Z0-9])  ?- ?(.*)", "TI T1 CT BT T2", ("AU A1", "A2 ED", "A3"),
                 "PY Y1 YR DA", "JF JO JA T2 J2 BT C3", "DO", "AB N2"),
    "nbib": _Tags(r"^PMID- *\d", r"([A-Z]{2,4}) *- (.*)", "TI BTI", ("FAU CN", "AU CN", "FED"), "DP",
                  "JT TA BTI", "LID AID", "AB"),
    "wos": _Tags(r"^PT \S", r"([A-Z][A-Z0-9]) (.*)", "TI", ("AF CA", "AU CA", "BE"), "PY", "SO", "DI", "AB"),
    "enw": _Tags(r"^%[0T] \S(?:.*\n%[0T] )?", r"(%.) (.*)", "%T", ("%A", "%E"), "%D", "%J %B %S", "%R", "%X"),
    "refworks": _Tags(r"^RT \S", r"([A-Z][A-Z0-9]) (.*)", "T1 TI", ("A1", "AU"), "YR", "JF JO", "DO", "AB"),
}  # fmt: skip
_IDENTIFIER_TAGS: dict[str, dict[str, str]] = {
    "ris": {"issn": "SN", "isbn": "SN", "pmid": "PMID PM", "pmcid": "PMCID", "wos": "AN", "eid": "UR",
            "arxiv": "AR"},
    "nbib": {"pmid": "PMID", "pmcid": "PMC", "issn": "IS", "isbn": "ISBN"},
    "wos": {"pmid": "PM", "issn": "SN EI", "isbn": "BN SN", "wos": "UT"},
    "enw": {"issn": "%@", "isbn": "%@", "wos": "%M"},
    "refworks": {"issn": "SN", "isbn": "SN", "wos": "AN"},
}  # fmt: skip
_IDENTIFIER_FIELDS = {
    "pmid": "pmid", "pmcid": "pmcid", "arxiv": "arxivid arxiv", "issn": "issn eissn", "isbn": "isbn",
    "wos": "unique-id",
}  # fmt: skip
_LISTED = {"wos": ("AF", "AU", "BE", "CA"), "ris": ("AU", "A1"), "enw": ("%A",)}


def _tagged(name: str, data: bytes, _file: str) -> list[Count] | None:
    shape, text = _TAGGED[name], text_of(data)
    pieces = re.split(f"(?m)(?={shape.start})", text)
    records = [piece for piece in pieces if re.match(f"(?m){shape.start}", piece)]
    if not records or (name == "wos" and not re.search(r"(?m)^ER\s*$|^UT ", text)):
        return None
    return [count for record in records if (count := _one_tagged(name, shape, record))]


def _one_tagged(name: str, shape: _Tags, record: str) -> Count | None:
    values: dict[str, list[str]] = {}
    tag = ""
    for line in record.replace("\r", "").split("\n"):
        match = re.fullmatch(shape.line, line)
        if match and match[1] == "ER":
            break
        if match:
            tag = match[1]
            values.setdefault(tag, []).append(match[2].strip())
        elif tag and line.strip() and tag in _LISTED.get(name, ()):
            values[tag].append(line.strip())
        elif tag and line.strip():
            values[tag][-1] += " " + line.strip()

    def first(tags: str, fit: str = r"\S") -> str:
        every = (value for tag in tags.split() for value in values.get(tag, ()))
        return next((value for value in every if re.search(fit, value)), "")

    groups = ([v for tag in tags.split() for v in values.get(tag, ()) if v] for tags in shape.authors)
    venues = [
        v for tag in shape.venue.split() for v in values.get(tag, ()) if v not in ("", first(shape.title))
    ]
    doi = first(shape.doi, r"10\.\d{3,}/" + (r".*\[doi\]" if name == "nbib" else ""))
    count = Count(
        first(shape.title), next(filter(None, groups), []), first(shape.year, r"\d{4}"),
        "\n".join(venues), doi, first(shape.abstract),
        {s: "\n".join(v for tag in tags.split() for v in values.get(tag, ()))
         for s, tags in _IDENTIFIER_TAGS[name].items()},
    )  # fmt: skip
    count.abstract = "" if count.abstract.lower() in _EMPTY else count.abstract
    return count if count.title or (count.abstract and count.authors) else None


def _bibtex(data: bytes, file: str) -> list[Count] | None:
    if not file.lower().endswith((".bib", ".bibtex")):
        return None
    library = bibtexparser.entrypoint.parse_string(text_of(data))
    counts = []
    for entry in library.entries:
        fields = {name.lower(): str(one.value) for name, one in entry.fields_dict.items()}
        if entry.entry_type.lower() in ("xdata", "set") or not (
            fields.get("title") or fields.get("abstract")
        ):
            continue

        def first(*names: str, fields: Mapping[str, str] = fields) -> str:
            return next((fields[name] for name in names if fields.get(name)), "")

        people = first("author") or first("editor")
        numbers = {
            s: "\n".join(fields.get(n, "") for n in names.split()) for s, names in _IDENTIFIER_FIELDS.items()
        }
        kind = first("archiveprefix", "eprinttype", "archive")
        if kind.strip("{} ").lower() == "arxiv":
            numbers["arxiv"] += "\n" + fields.get("eprint", "")
        counts.append(
            Count(
                first("title"),
                [name for name in re.split(r"\s+and\s+", people) if name.strip()],
                first("year", "date"),
                first("journal", "journaltitle", "booktitle"),
                first("doi"),
                first("abstract"),
                numbers,
            )
        )
    return counts or None


_HEADINGS = {
    "title": ("title", "article title", "document title", "primary_title", "item title", "ti"),
    "authors": ("authors", "author", "author(s)", "author names", "author full names", "au"),
    "year": ("year", "publication year", "py", "pub year", "pubyear", "publication_year"),
    "venue": ("journal", "source title", "source", "publication title", "secondary_title", "so",
              "journal/book", "journal title"),
    "doi": ("doi", "di"),
    "abstract": ("abstract", "abstract note", "ab", "abstracts", "notes_abstract"),
}  # fmt: skip
_IDENTIFIER_HEADINGS = {
    "pmid": ("pmid", "pubmed id", "pubmed_id", "medline pmid"), "pmcid": ("pmcid", "pmc id"),
    "arxiv": ("arxiv id", "arxiv_id", "arxiv"), "isbn": ("isbn", "eisbn", "isbns"), "eid": ("eid",),
    "issn": ("issn", "eissn", "issns", "print issn", "online issn", "sn"),
    "wos": ("ut (unique wos id)", "ut (unique id)", "ut", "accession number"),
}  # fmt: skip


def _table(rows: Iterator[list[str]]) -> list[Count] | None:
    headings = [cell.strip().lower() for cell in next(rows, [])]
    columns = {
        name: next((headings.index(h) for h in wanted if h in headings), -1)
        for name, wanted in _HEADINGS.items()
    }
    if columns["title"] < 0 or sum(place >= 0 for place in columns.values()) < 3:
        return None
    numbered = {
        scheme: [n for n, heading in enumerate(headings) if heading in names]
        for scheme, names in _IDENTIFIER_HEADINGS.items()
    }
    counts = []
    for row in rows:
        cells = {
            s: "\n".join(row[n].strip() for n in places if n < len(row)) for s, places in numbered.items()
        }
        values = {name: row[n].strip() if 0 <= n < len(row) else "" for name, n in columns.items()}
        values = {name: "" if value.lower() in _EMPTY else value for name, value in values.items()}
        if values["title"] or values["abstract"]:
            authors = [values.pop("authors")]
            counts.append(Count(authors=[one for one in authors if one], identifiers=cells, **values))
    return counts


def _delimited(data: bytes, file: str) -> list[Count] | None:
    if not file.lower().endswith((".csv", ".tsv", ".txt")):
        return None
    text = text_of(data)
    head = text.split("\n", 1)[0]
    mark = max("\t,;", key=head.count)
    if not head.count(mark):
        return None
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error:
        return None


def _workbook(data: bytes, file: str) -> list[Count] | None:
    if not file.lower().endswith(".xlsx"):
        return None
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    rows = ([str(c) if c is not None else "" for c in row] for row in sheet.iter_rows(values_only=True))
    return _table(rows)


def _words(node: Any, path: str) -> str:
    nodes: list[Any] = node.xpath(path)
    return " ".join("".join(nodes[0].itertext()).split()) if nodes else ""


_XML: dict[str, tuple[str, dict[str, str], str]] = {
    "pubmed": (
        "//PubmedArticle|//PubmedBookArticle",
        {"title": ".//ArticleTitle[normalize-space()]|.//BookTitle|.//VernacularTitle",
         "year": ".//Article//PubDate/Year|.//BookDocument//PubDate/Year|.//Article//PubDate/MedlineDate",
         "venue": ".//Article/Journal/Title|.//Book/BookTitle|.//MedlineTA",
         "doi": "./*/ArticleIdList/ArticleId[@IdType='doi']|.//Article/ELocationID[@EIdType='doi']",
         "abstract": ".//Abstract/AbstractText"},
        ".//Article/AuthorList/Author|.//BookDocument/AuthorList[not(@Type='editors')]/Author",
    ),
    "jats": (
        "//*[local-name()='article'][*[local-name()='front']]",
        {"title": ".//front//article-title", "year": ".//front//article-meta/pub-date/year",
         "venue": ".//front//journal-title", "doi": ".//front//article-id[@pub-id-type='doi']",
         "abstract": ".//front//abstract//p"},
        ".//front/article-meta/contrib-group/contrib[@contrib-type='author']",
    ),
    "endnote": (
        "//records/record",
        {"title": ".//titles/title", "year": "./dates/year", "venue": ".//full-title|.//secondary-title",
         "doi": "./electronic-resource-num", "abstract": "./abstract"},
        "./contributors/authors/author",
    ),
}  # fmt: skip


_XML_IDENTIFIERS: dict[str, dict[str, str]] = {
    "pubmed": {"pmid": "./MedlineCitation/PMID|./BookDocument/PMID", "issn": ".//Article/Journal/ISSN",
               "pmcid": "./*/ArticleIdList/ArticleId[@IdType='pmc']", "isbn": ".//Book/Isbn"},
    "jats": {"pmid": ".//front//article-id[@pub-id-type='pmid']", "issn": ".//front//journal-meta/issn",
             "pmcid": ".//front//article-id[@pub-id-type='pmc' or @pub-id-type='pmcid']"},
    "endnote": {"issn": "./isbn", "isbn": "./isbn", "wos": "./accession-num", "pmcid": "./custom2"},
}  # fmt: skip


def _xml(name: str, data: bytes, _file: str) -> list[Count] | None:
    if b"<" not in data[:200]:
        return None
    try:
        tree: Any = etree.fromstring(
            data, etree.XMLParser(recover=True, resolve_entities=False, huge_tree=True)
        )
    except etree.XMLSyntaxError:
        return None
    records, paths, people = _XML[name]
    counts = []
    for node in tree.xpath(records) if tree is not None else ():
        values = {field: _words(node, path) for field, path in paths.items()}
        authors = [" ".join("".join(one.itertext()).split()) for one in node.xpath(people)]
        if values["title"] or values["abstract"]:
            counts.append(Count(authors=authors, identifiers=_numbers(name, node), **values))
    return counts or None


def _numbers(name: str, node: Any) -> dict[str, str]:
    return {
        scheme: "\n".join("".join(one.itertext()).strip() for one in node.xpath(path))
        for scheme, path in _XML_IDENTIFIERS[name].items()
    }


def _json(data: bytes, file: str) -> list[Count] | None:
    if not file.lower().endswith(".json"):
        return None
    try:
        value = json.loads(text_of(data))
    except (ValueError, RecursionError):
        return None
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(one, dict) and _is_csl(one) for one in items):
        return None
    return [_csl(one) for one in items]


def _is_csl(item: dict[str, Any]) -> bool:
    return isinstance(item.get("title"), str) and ("issued" in item or "author" in item) and "type" in item


def _csl(item: dict[str, Any]) -> Count:
    listed = item.get("author") or item.get("editor")
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    names = [str(one.get("family") or one.get("literal") or one.get("given") or "") for one in people]
    venue: Any = item.get("container-title") or ""
    return Count(
        item["title"], [name for name in names if name],
        str(parts[0][0]) if parts and parts[0] and parts[0][0] else "",
        venue if isinstance(venue, str) else str((venue or [""])[0]),
        str(item.get("DOI") or ""), str(item.get("abstract") or ""),
        {scheme: str(item.get(scheme.upper()) or "") for scheme in ("pmid", "pmcid", "issn", "isbn")},
    )  # fmt: skip


def _with(name: str, counter: Callable[[str, bytes, str], list[Count] | None]) -> Counter:
    return lambda data, file: counter(name, data, file)


COUNTERS: dict[str, Counter] = {
    **{name: _with(name, _xml) for name in _XML},
    "csl": _json,
    "bibtex": _bibtex,
    **{name: _with(name, _tagged) for name in _TAGGED},
    "workbook": _workbook,
    "table": _delimited,
}


def counted(data: bytes, file: PurePath) -> tuple[str, list[Count]] | None:
    """The format and the records of a file, by the first counter that knows it."""
    for name, counter in COUNTERS.items():
        if counts := counter(data, file.name):
            return name, counts
    return None
