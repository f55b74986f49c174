"""What the values of tagged formats have in common: people, serial numbers, pages, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.values.affiliation_marks import without_marks
from ingest.values.author_lists import split_authors, split_listed
from ingest.values.dates import iso_date, month_number, normal_date, parse_year
from ingest.values.identifiers import (
    doi_named_in,
    isbns_in,
    issns_in,
    normal_arxiv_id,
    normal_doi,
    pmcid_named_in,
    pmid_named_in,
)
from ingest.values.literal_lists import unlisted

_LISTED = re.compile(r"[\u4e00-\u9fff] ?, ?[\u4e00-\u9fff]")
_SCOPUS = re.compile(r"\b2-s2\.0-\d+")
_ARTICLE_NUMBER = re.compile(
    r"\bart(?:icle)?\.? ?(?:no|num|number)[.:]{0,2} ?([A-Za-z]?[\w.-]{0,20}\d)\b", re.IGNORECASE
)
_DAY = re.compile(
    r"(\d{4})?\s*([^\W\d_]{3,10})[.,]?(?:[-/ ][^\W\d_]{3,10}\.?)?(?:\s+(\d{1,2}))?(?:,?\s+(\d{4}))?\Z"
)


_ORCID = re.compile(
    r"\s{0,3}[\[(]?\s?(?:orcid(?:\.org/|:| )\s?|https?://orcid\.org/)"
    r"(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])\s?[\])]?\s*\Z",
    re.IGNORECASE,
)
_EDITION = re.compile(r"\d{1,3}(?:st|nd|rd|th)?(?: ed(?:ition|\.)?)?", re.IGNORECASE)


def orcids_behind(values: Sequence[str], authors: int) -> list[str]:
    """The ORCID that stands behind each name ("Berg, A. [orcid:0000-…]"), "" where none does."""
    orcids = [match[1].upper() if (match := _ORCID.search(value)) else "" for value in values]
    return orcids if any(orcids) and len(orcids) == authors else []


def braced(values: Iterable[str]) -> list[str]:
    """The groups among names: those in braces, which must not be taken apart."""
    return [value[1:-1] for value in map(str.strip, values) if value[:1] == "{" and value[-1:] == "}"]


def people(values: Iterable[str]) -> list[str]:
    """The names in values that should be one name each."""
    bare = (without_marks(_ORCID.sub("", value)) for value in unlisted([*values]))
    spaced = [re.sub(r",(?=[^\s,])", ", ", value) for value in bare if not _EDITION.fullmatch(value.strip())]
    return [name for value in spaced for name in _names(value, len(spaced) == 1)]


def _names(value: str, alone: bool) -> list[str]:
    return split_authors(value) if _LISTED.search(value) else split_listed(value, alone=alone)


_OWNED = re.compile(r"([^;/,]{1,60},[^;/,]{1,60})/\s{0,3}(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])")


def orcids_of(authors: Sequence[str], text: str) -> list[str]:
    """Their ORCIDs out of "Berg, Anna/0000-0002-1825-0097; …", as Web of Science has them."""
    named = {_initialled(name): orcid.upper() for name, orcid in _OWNED.findall(text[:200_000])}
    keys = [_initialled(author) for author in authors]
    return [named.get(key, "") if keys.count(key) == 1 else "" for key in keys] if named else []


def _initialled(name: str) -> str:
    family, _, given = " ".join(name.lower().split()).partition(",")
    return f"{family.strip()}, {given.strip()[:1]}"


def paragraphs(values: Iterable[str]) -> str:
    """Several abstracts as one text; what is said twice is kept once."""
    distinct: list[str] = []
    for value in values:
        plain = " ".join(value.split())
        if plain and not any(plain in " ".join(earlier.split()) for earlier in distinct):
            distinct.append(value)
    return "\n\n".join(distinct)


def bilingual(title: str, translated: str) -> str:
    """A title with its translation in brackets, as styles of citation write it."""
    if not translated or translated.strip(" .[]").lower() == title.strip(" .[]").lower():
        return title
    title = title.rstrip(" .")
    title = title[1:-1] if title.startswith("[") and title.find("]") == len(title) - 1 else title
    return f"{title} [{translated.strip(' .[]')}]" if title else translated


def serials(values: Iterable[str]) -> tuple[list[str], list[str]]:
    """The ISSNs in some values, and their ISBNs as ``isbn:…``."""
    text = "\n".join(values)
    return issns_in(text), [f"isbn:{isbn}" for isbn in isbns_in(text)]


def page_range(start: str, end: str = "", number: str = "") -> str:
    """Pages from their two ends; a paper without pages has the number of its article."""
    if start and end and end != start and not re.search(r"\d\s?[-–]\s?\w", start):
        return f"{start}-{end}"
    return start or end or number


def article_number(notes: Iterable[str]) -> str:
    """The number in a note such as "Art. No.: 104501"."""
    return next((match[1] for note in notes if (match := _ARTICLE_NUMBER.search(note[:2000]))), "")


def date_of(year: str, day: str) -> str:
    """ISO 8601 of a year and a day written apart ("2020", "JUN 15"); a day of another year is left out."""
    known = parse_year(year)
    day = day.partition("//")[0].strip().rstrip("/")  # "2020/11//Nov/Dec2020"
    if match := _DAY.match(day):
        before, month, number, after = match.groups()
        if month_number(month):
            date = iso_date(parse_year(before or after) or known, month_number(month), int(number or 0))
            return date if known is None or date.startswith(str(known)) else str(known)
    date = normal_date(day) if parse_year(day) else ""
    if known is None or (date and date.startswith(str(known))):
        return date
    return normal_date(year.rstrip("/")) or str(known)


def doi_in(own: Iterable[str], texts: Iterable[str] = ()) -> str:
    """The DOI in values that are one, else in texts that name one."""
    return next(filter(None, (*map(normal_doi, own), *map(doi_named_in, texts))), "")


def arxiv_id_in(texts: Iterable[str]) -> str:
    """The arXiv identifier in texts that speak of arXiv."""
    return next((id for text in texts if "arxiv" in text.lower() and (id := normal_arxiv_id(text))), "")


def pmid_in(texts: Iterable[str]) -> str:
    """The PubMed identifier in links and notes."""
    return next(filter(None, map(pmid_named_in, texts)), "")


def other_ids(
    *, isbns: Iterable[str] = (), pmc: str = "", wos: str = "", texts: Sequence[str] = ()
) -> list[str]:
    """Identifiers of other schemes: ISBNs, PubMed Central, Web of Science, Scopus."""
    ids = list(isbns)
    pmcid = pmc.upper() if pmc.upper().startswith("PMC") else ""
    if pmcid := pmcid or next(filter(None, map(pmcid_named_in, texts)), ""):
        ids.append(f"pmcid:{pmcid}")
    if match := re.match(
        r"(?:WOS|ISI|BCI|CCC|INSPEC|KJD|SCIELO|RSCI|MEDLINE|ZOOREC|FSTA|BIOABS|CABI):\S{5,30}", wos
    ):
        ids.append(f"wos:{match[0].replace('ISI:', 'WOS:')}")
    if match := next((m for text in texts if (m := _SCOPUS.search(text))), None):
        ids.append(f"scopus:{match[0]}")
    return ids
