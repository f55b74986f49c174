"""DOI, arXiv id and year of a paper, from what stands around its text."""

from __future__ import annotations

import re
from typing import Any

from ingest.readers.pdf.lines import Line
from ingest.values.dates import parse_year
from ingest.values.identifiers import (
    arxiv_id_named_in,
    arxiv_id_of_doi,
    bare_doi_in,
    doi_named_in,
    normal_doi,
)

_STAMP = re.compile(
    r"(arxiv:\s*[\w./-]{8,40})(?:\s*\[[^\]]{1,30}\]\s*(\d{1,2} \w{3,9} \d{4}))?", re.IGNORECASE
)
_YEARS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:published|publication|available|issued)(?:\s(?:online|date|on)){0,3}\s?[:.,]?[^\n]{0,26}?"
        r"\b((?:19|20)\d\d)\b",
        r"(?:©|\(c\)|copyright)\s*(?:the authors?,?\s*)?[^\n\d]{0,40}((?:19|20)\d\d)\b",
        r"\b\d{1,4}\s*(?:\(\d{1,4}\)\s*)?\(((?:19|20)\d\d)\)\s*[:,]?\s*\w?\d",
        r"\bvol(?:ume|\.)?\s*\d{1,4}[^\n]{0,40}\b((?:19|20)\d\d)\b",
        r"\b((?:19|20)\d\d)\b[^\n]{0,12}\bvol(?:ume|\.)?\s*\d",
        r"\b(?:accepted|revised|received)\b[^\n]{0,30}?\b((?:19|20)\d\d)\b",
    )
)
_LONGEST_LINE = 120


def imprint_of(rows: list[Line], around: str, text: str, known: dict[str, Any]) -> dict[str, Any]:
    """The ``doi``, ``arxiv_id`` and ``year`` of a paper, "" or None where they are not found.

    Args:
        rows: the lines of its first page.
        around: what stands above the abstract, at the head and at the foot of the page.
        text: the page's whole text, with what runs along the margin.
        known: the file's properties.
    """
    doi = known["doi"] or normal_doi(known["subject"]) or doi_named_in(around) or bare_doi_in(around)
    doi = doi or _doi_line(rows)
    stamp = next((match for match in _STAMP.finditer(text) if arxiv_id_named_in(match[1])), None)
    arxiv_id = arxiv_id_named_in(stamp[1]) if stamp else arxiv_id_of_doi(doi) if "arxiv" in doi else ""
    year = _year(around, stamp, arxiv_id) or parse_year(known["date"])
    return {"doi": doi, "arxiv_id": arxiv_id, "year": year}


def _doi_line(rows: list[Line]) -> str:
    """The DOI that has a line of its own; of several none, as they are those of references."""
    starts = (line.text for line in rows if line.text[:3].lower() == "doi")
    dois = {doi for text in starts if (doi := doi_named_in(text[:200]))}
    return dois.pop() if len(dois) == 1 else ""


def _year(text: str, stamp: re.Match[str] | None, arxiv_id: str) -> int | None:
    """The year of publication, in what stands around the paper; its text and references name other years."""
    if stamp and (year := parse_year(stamp[2])):
        return year
    if arxiv_id and (digits := re.search(r"(\d\d)\d\d", arxiv_id)):
        return int(digits[1]) + (1900 if int(digits[1]) > 90 else 2000)
    for pattern in _YEARS:
        if match := pattern.search(text):
            return parse_year(match[1])
    short = (line for line in text.split("\n") if len(line) < _LONGEST_LINE)
    return next((year for line in short if (year := parse_year(line))), None)
