"""A table's row, as text by field → the loose values of a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.readers.parsing import extras
from ingest.readers.parsing.jsonpeople import json_people
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.tagvalues import orcids_of
from ingest.readers.tables.citations import parts_of_citation, parts_of_year_volume_issue
from ingest.values.author_lists import split_authors, split_glued
from ingest.values.dates import month_number, normal_date, parse_year
from ingest.values.identifiers import isbns_in, issns_in, normal_arxiv_id, normal_doi
from ingest.values.literal_lists import literal_list
from ingest.values.tag_lists import split_tags

Row = Mapping[str, list[str]]
"""Field → what its columns hold, the most trusted first, missing values left out."""

_DATABASES = frozenset(
    ("scopus", "pubmed", "medline", "embase", "web of science", "wos", "google scholar", "crossref",
     "openalex", "ieee xplore", "ieee", "acm", "springer", "springerlink", "dimensions", "lens", "the lens",
     "psycinfo", "cinahl", "cochrane", "central", "proquest", "ebsco", "europe pmc", "med", "ppr", "agr",
     "arxiv", "eric", "semantic scholar", "sciencedirect", "manual", "cnki", "wanfang", "pmc", "biorxiv",
     "medrxiv", "elsevier", "who", "compendex", "inspec", "zotero", "endnote", "mendeley")
)  # fmt: skip
"""Names in a column "Source" that are no journals."""
_CONFERENCE = re.compile(
    r"\b(?:proceedings|conference|symposium|workshop|congress|lecture notes)\b|\bproc\.", re.IGNORECASE
)
_WHOLE_NUMBER = re.compile(r"(-?\d{1,18})\.0{1,9}")
_NUMBERS = frozenset(("volume", "issue", "start", "end", "pages", "pmid", "citations", "year", "month", "day",
                      "article_number"))  # fmt: skip
_AUTHOR_NUMBER = re.compile(r"\s?\(\d{5,}\)")
_ARXIV_CATEGORY = re.compile(r"[a-z-]{2,9}(?:\.[A-Za-z-]{2,20})?")
_EXTRA = re.compile(r"\b(PMCID|PMID|arXiv)\s?:\s?(\S{1,40})", re.IGNORECASE)
_PEOPLE = ("full_names", "authors", "book_authors")
_ZEROS = ("volume", "issue", "start", "end")
_FALSE = frozenset(("false", "0", "no", "n", "f"))


def values_of(
    row: Row, *, ours: bool = False, comma: bool | None = None, glued: bool = False
) -> dict[str, Any]:
    """The loose values of a document.

    Args:
        ours: the table is one that litatlas wrote, whose types are those of CSL.
        comma: whether a comma separates authors in this table; None: decide by the cell.
        glued: authors are written without anything between them, as Springer does.
    """
    first = {name: _number(name, cells[0]) for name, cells in row.items() if cells}
    if first.get("pmid") == "0":
        del first["pmid"]
    if {first.get(name, "0") for name in _ZEROS} == {"0"}:  # Publish or Perish: none of them is known
        first = {name: cell for name, cell in first.items() if name not in _ZEROS}
    raw: dict[str, Any] = dict(first)
    _place(first, raw)
    raw["editors"] = _names(first.get("editors", ""), comma, glued)
    raw["authors"], raw["group_authors"] = _authors(first, raw["editors"], comma, glued)
    if not raw["authors"]:  # "Author 1", "Author 2", …
        raw["authors"] = [
            name for cell in row.get("numbered_authors", ()) for name in _names(cell, False, False)
        ]
    _lists(row, first, raw)
    _identifiers(first, raw)
    raw["tags"] = _tags(row)
    raw["kinds"] = [first[name] for name in ("type", "notices") if name in first]
    raw["notes"] = row.get("notes", [])
    raw["type"] = first.get("type", "") if ours else _kind(first, raw)
    if "open_access" in first:
        raw["open_access"] = _open_access(first["open_access"])
    if url := first.get("url"):
        raw["url"] = re.split(r"[\s;]", url, maxsplit=1)[0]
    return raw


def _number(name: str, cell: str) -> str:
    """A number that went through a floating-point column, whole again: "12.0" is volume 12."""
    match = _WHOLE_NUMBER.fullmatch(cell) if name in _NUMBERS else None
    return match[1] if match else cell


# --- where and when


def _place(first: dict[str, str], raw: dict[str, Any]) -> None:
    """Venue, date, volume, issue and pages, also out of a citation in one column."""
    if issns_in(issue := first.get("issue", "")) == [issue]:  # Ovid's IS is the ISSN
        raw["issn_of_issue"] = raw.pop("issue")
    cited = parts_of_citation(first.get("citation", ""))
    source = first.get("source", "")
    if source and source.lower() not in _DATABASES:
        cited = cited or parts_of_citation(source)
        if not cited:
            raw.setdefault("venue", source)
    cited |= parts_of_year_volume_issue(first.get("year_volume_issue", ""))
    for name in ("venue", "volume", "issue", "pages"):
        if cited.get(name):
            raw.setdefault(name, cited[name])
    if raw.get("venue", "").lower() in _DATABASES and "venue" in first and len(first["venue"]) < 20:
        raw["venue"] = first["venue"]
    start, end = first.get("start", ""), first.get("end", "")
    pages = (
        f"{start}-{end}"
        if start and end and start != end
        else start or end or first.get("article_number", "")
    )
    raw["pages"] = first.get("pages") or pages or raw.get("pages", "")
    raw.setdefault("publisher", first.get("institution", ""))
    _date(first, raw, cited.get("date", ""))


def _date(first: dict[str, str], raw: dict[str, Any], cited: str) -> None:
    stated, year = first.get("date", ""), first.get("year", "")
    date = normal_date(stated) if stated else ""
    if stated and not date and year:  # "APR 15" beside the year
        date = normal_date(f"{year} {stated.title()}")
    if not date and year and (month := month_number(first.get("month", ""))):
        day = first.get("day", "")
        date = normal_date(f"{year}-{month}" + (f"-{day}" if day.isdigit() else ""))
    if not date and cited:
        date = normal_date(cited)
    if date and parse_year(year) not in (None, int(date[:4])):
        date = ""  # of the record or of its going online
    raw["date"] = date or ("" if year else stated)
    if not year:
        raw["year"] = date[:4] or stated or cited


# --- people


def _authors(
    first: dict[str, str], editors: list[str], comma: bool | None, glued: bool
) -> tuple[list[str], list[str]]:
    text = next((first[name] for name in ("full_names", "authors", "book_authors") if name in first), "")
    names = _names(text, comma, glued)
    of_book = "" if names or first.get("group_authors") else first.get("book_groups", "")
    groups = split_tags(first.get("group_authors", "") or of_book)
    return names + [group for group in groups if group not in names and group not in editors], groups


def _names(text: str, comma: bool | None, glued: bool) -> list[str]:
    listed = literal_list(text)
    if listed:
        names = json_people(listed).names
    elif glued and ";" not in text:
        names = split_glued(text)
    else:
        names = split_authors(_AUTHOR_NUMBER.sub("", text), comma=comma)
    names = [re.sub(r",\s?null\b", "", name).strip() for name in names]
    return [name for name in names if name and name.lower() not in ("nan", "null", "none", "[unknown]")]


# --- lists


def _lists(row: Row, first: dict[str, str], raw: dict[str, Any]) -> None:
    for name in ("references", "other_ids", "notices", "orcids", "publication_types"):
        if text := first.get(name):
            raw[name] = extras.split(text) if "|" in text else [value.strip() for value in text.split("; ")]
    cited = [_cited(value) for value in raw.get("references", ())]
    raw["references"] = cited
    if owned := orcids_of(raw["authors"], first.get("orcids", "")):
        raw["orcids"] = owned
    elif "orcids" in raw:
        raw["orcids"] = [orcid.rsplit("/", 1)[-1] for orcid in raw["orcids"]]
    issn = " ".join((*row.get("issn", ()), raw.pop("issn_of_issue", ""), first.get("isbn", "")))
    raw["issn"] = issns_in(issn)
    nature = first.get("notices", "").lower()
    if "notices" in raw and nature in ("retraction", "expression of concern", "correction"):
        raw["notices"] = [{"retraction": "retracted", "correction": "corrected"}.get(nature, nature)]
    if first.get("retracted", "").lower() not in ("", *_FALSE):
        raw["notices"] = [*raw.get("notices", ()), "retracted"]


def _cited(value: str) -> str:
    if value.startswith("https://openalex.org/"):
        return f"openalex:{value.rsplit('/', 1)[-1]}"
    if re.fullmatch(r"\d{3}(?:-\d{3}){3}-\d{2}[\dX]", value):
        return f"lens:{value}"
    if value.startswith(("doi:", "pmid:", "arxiv:", "openalex:", "pmcid:", "s2:", "acl:", "mag:", "lens:")):
        return value
    return f"doi:{doi}" if (doi := normal_doi(value)) else value


def _tags(row: Row) -> list[str]:
    tags = []
    for cell in (*row.get("tags", ()), *row.get("more_tags", ())):
        listed = literal_list(cell)
        values = json_people(listed).names if listed else split_tags(cell)
        if len(values) == 1 and " " in values[0] and all(map(_ARXIV_CATEGORY.fullmatch, values[0].split())):
            parts = values[0].split()
            values = parts if any("." in part for part in parts) else values
        tags += [tag.strip("* ") for tag in values]
    return [tag for tag in tags if tag and tag.lower() not in ("nan", "null", "none", "na", "n/a")]


# --- identifiers


def _identifiers(first: dict[str, str], raw: dict[str, Any]) -> None:
    get = first.get
    other_ids = [*raw.get("other_ids", ())]
    other_ids += [f"isbn:{isbn}" for isbn in isbns_in(get("isbn", ""))]
    other_ids += [f"pmcid:{_pmcid(get('pmcid', ''))}"] if get("pmcid") else []
    for name in ("mag", "openalex", "s2", "wos", "scopus", "embase"):
        if value := get(name, ""):
            ids = re.split(r"[;|,]\s?", value)
            other_ids += [f"{name}:{id_.rsplit('/', 1)[-1]}" for id_ in ids if id_]
    if known := _global_id(get("source_id", "")):
        other_ids.append(known)
    other_ids += _listed_ids(get("external_ids", ""), raw)
    for note in (get("notes", ""), get("url", "")):
        for scheme, value in _EXTRA.findall(note[:20_000]):
            if scheme.lower() == "pmcid":
                other_ids.append(f"pmcid:{_pmcid(value)}")
            else:
                raw.setdefault("pmid" if scheme.lower() == "pmid" else "arxiv_id", value)
    own = get("europepmc", "") or get("source_id", "")
    if get("source", "").upper() == "MED" and own.isdecimal():  # Europe PMC
        raw.setdefault("pmid", own)
    if match := re.search(r"\beid=(2-s2\.0-\d+)", get("url", "")):
        other_ids.append(f"scopus:{match[1]}")
    raw["other_ids"] = list(dict.fromkeys(other_ids))
    if "arxiv" in get("url", "").lower() and not get("arxiv_id"):
        raw["arxiv_id"] = normal_arxiv_id(get("url"))
    categories = get("more_tags", "").split()
    if categories and all(map(_ARXIV_CATEGORY.fullmatch, categories)):  # arXiv's own metadata
        raw.setdefault("arxiv_id", normal_arxiv_id(get("source_id", "")))
    if raw.get("source_id", "").startswith("https://openalex.org/"):
        raw["source_id"] = raw["source_id"].rsplit("/", 1)[-1]


def _listed_ids(text: str, raw: dict[str, Any]) -> list[str]:
    """Semantic Scholar's ``{'DOI': …, 'PubMed': …}``: those that have fields of their own go there."""
    listed = literal_list(f"[{text}]") if text.startswith("{") else []
    known = listed[0] if listed and isinstance(listed[0], dict) else {}
    ids = {str(scheme).lower(): str(value) for scheme, value in known.items()}
    for scheme, field in (("doi", "doi"), ("arxiv", "arxiv_id"), ("pubmed", "pmid")):
        if value := ids.get(scheme, ""):
            raw.setdefault(field, value)
    pmcid = ids.get("pubmedcentral", "")
    return [f"pmcid:{_pmcid(pmcid)}"] if pmcid else []


def _pmcid(value: str) -> str:
    return value if value.upper().startswith("PMC") else f"PMC{value.removesuffix('.0')}"


_GLOBAL = (
    ("scopus", re.compile(r"2-s2\.0-\d+")),
    ("wos", re.compile(r"(?:WOS|BCI|CCC|INSPEC|KJD|SCIELO|RSCI):\S{5,30}")),
    ("openalex", re.compile(r"https://openalex\.org/W\d{1,12}|W\d{6,12}")),
    ("dimensions", re.compile(r"pub\.\d{1,14}")),
    ("lens", re.compile(r"\d{3}-\d{3}-\d{3}-\d{3}-\d{2}[\dX]")),
    ("central", re.compile(r"CN-\d{8}")),
    ("embase", re.compile(r"L\d{6,12}")),
)


def _global_id(value: str) -> str:
    """The identifier of a source's own number where its shape shows that all the world knows it."""
    for scheme, shape in _GLOBAL:
        if shape.fullmatch(value):
            bare = value.rsplit("/", 1)[-1]
            return f"{scheme}:{bare.removeprefix('L') if scheme == 'embase' else bare}"  # Ovid has no L
    return ""


# --- kinds


def _kind(first: dict[str, str], raw: Mapping[str, Any]) -> str:
    """The type as the source says it; else as the other fields show: what has a journal is an article."""
    if kind := kind_of(first.get("type", "")):
        conference = kind == "article-journal" and _CONFERENCE.search(raw.get("venue", ""))
        return (
            "paper-conference" if conference and not first.get("issn") and not first.get("volume") else kind
        )
    venue = raw.get("venue", "")
    if venue and "arxiv" not in venue.lower():
        return (
            "paper-conference" if _CONFERENCE.search(venue) and not raw.get("volume") else "article-journal"
        )
    if first.get("pmid") or first.get("pmcid"):
        return "article-journal"
    return "book" if first.get("isbn") else "article"


def _open_access(text: str) -> str:
    lower = text.lower()
    return next((kind for kind in ("gold", "hybrid", "bronze", "green", "closed") if kind in lower), "")
