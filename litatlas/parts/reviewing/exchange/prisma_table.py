"""The flow of PRISMA 2020 as the table that the R package PRISMA2020 and its web page read.

They find a number by its name in the first column, a box by the third, and stop where a column is missing.
Source: Haddaway et al. (2022), doi 10.1002/cl2.1230; columns and names are those of their template.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from ingest.readers.tables.formulas import guarded
from litatlas.parts.reviewing.review_answers import PrismaAnswer

_NONE = "NA"
"""A cell without a value; numbers without one are left out of the tool's drawing."""
_BOXES = (
    (_NONE, "prevstud", 4, "Previous studies"),
    ("previous_studies", "box1", 5, "Studies included in previous version of review"),
    ("previous_reports", "box1", 0, "Reports of studies included in previous version of review"),
    (_NONE, "newstud", 6, "Identification of new studies via databases and registers"),
    ("database_results", "box2", 7, "Databases"),
    ("database_specific_results", "box2", 0, "Specific databases"),
    ("register_results", "box2", 0, "Registers"),
    ("register_specific_results", "box2", 0, "Specific registers"),
    (_NONE, "othstud", 16, "Identification of new studies via other methods"),
    ("website_results", "box11", 17, "Websites"),
    ("organisation_results", "box11", 0, "Organisations"),
    ("citations_results", "box11", 0, "Citation searching"),
    ("duplicates", "box3", 8, "Duplicate records"),
    ("excluded_automatic", "box3", 0, "Records marked as ineligible by automation tools"),
    ("excluded_other", "box3", 0, "Records removed for other reasons"),
    ("records_screened", "box4", 9, "Records screened"),
    ("records_excluded", "box5", 10, "Records excluded"),
    ("dbr_sought_reports", "box6", 11, "Reports sought for retrieval"),
    ("dbr_notretrieved_reports", "box7", 12, "Reports not retrieved"),
    ("other_sought_reports", "box12", 18, "Reports sought for retrieval"),
    ("other_notretrieved_reports", "box13", 19, "Reports not retrieved"),
    ("dbr_assessed", "box8", 13, "Reports assessed for eligibility"),
    ("dbr_excluded", "box9", 14, "Reports excluded"),
    ("other_assessed", "box14", 20, "Reports assessed for eligibility"),
    ("other_excluded", "box15", 21, "Reports excluded"),
    ("new_studies", "box10", 15, "New studies included in review"),
    ("new_reports", "box10", 0, "Reports of new included studies"),
    ("total_studies", "box16", 22, "Total studies included in review"),
    ("total_reports", "box16", 0, "Reports of total included studies"),
    ("identification", "identification", 1, "Identification"),
    ("screening", "screening", 2, "Screening"),
    ("included", "included", 3, "Included"),
    ("total_studies_ma", "box17", 23, "Total studies included in meta-analysis"),
    ("total_reports_ma", "box17", 0, "Reports of total included studies in meta-analysis"),
)
"""Name of the number, box, node of the drawing (0: the one above), and what the drawing says."""


def table(answer: PrismaAnswer) -> bytes:
    """The table; what a review does not count (registers, earlier versions, other methods) has no number."""
    numbers: Mapping[str, object] = {
        "database_results": answer["identified"],
        "database_specific_results": _listed(answer["sources"]),
        "duplicates": answer["duplicates"],
        "records_screened": answer["screened"],
        "records_excluded": answer["excluded"],
        "dbr_sought_reports": answer["sought"],
        "dbr_notretrieved_reports": answer["not_retrieved"],
        "dbr_assessed": answer["assessed"],
        "dbr_excluded": _listed(answer["excluded_reasons"]) if answer["sought"] else 0,
        "new_studies": answer["included"],
    }
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(("data", "node", "box", "description", "boxtext", "tooltips", "url", "n"))
    for name, box, node, text in _BOXES:
        shown = (f"node{node}", text) if node else (_NONE, _NONE)
        writer.writerow((name, shown[0], box, text, text, shown[1], _NONE, numbers.get(name, _NONE)))
    return buffer.getvalue().encode()


def _listed(counts: Mapping[str, int]) -> object:
    """Names with their counts, as the tool takes them apart; 0 where there is none."""
    return guarded("; ".join(f"{_plain(name)}, {count}" for name, count in counts.items())) or 0


def _plain(text: str) -> str:
    """A name without the signs that separate the parts of a list."""
    return text.replace(",", " ").replace(";", " ").strip()
