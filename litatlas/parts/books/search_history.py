"""A search as JSON after Haddaway et al. (Campbell Systematic Reviews 18: e1288, 2022).

The names are those that the package ``search-query`` reads and writes; what it has no name for stands beside
them and is kept by it.
"""

from __future__ import annotations

import re
from typing import Any

from litatlas.parts.books.book_answers import ReportAnswer, RunAnswer
from search.book.program import Program

_ORCID = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[0-9X])\b")


def authors(report: ReportAnswer) -> list[dict[str, str]]:
    """The people who made the search, each with a name and perhaps an ORCID."""
    people = []
    for line in report["authors"]:
        match = _ORCID.search(line)
        name = " ".join(_ORCID.sub(" ", line).replace("https://orcid.org/", " ").split()).strip(" ,;()")
        person = {"name": name or line}
        people.append({**person, "ORCID": match[1]} if match else person)
    return people


def search_history(run: RunAnswer, report: ReportAnswer, line: int) -> dict[str, Any]:
    """The search of one line, written out as one string where that is not too long."""
    entry = next(one for one in run["lines"] if one["line"] == line)
    texts = Program.of({one["line"]: one["text"] for one in run["lines"]}).expanded()
    return {
        "record_info": {"source": "litatlas", "url": run["address"], "book": run["book"], "run": run["run"]},
        "authors": authors(report),
        "date": {"data_entry": (run["frozen"] or run["made"])[:10], "search_conducted": run["made"][:10]},
        "platform": "litatlas",
        "field": "",
        "database": [one["name"] for one in run["collections"]],
        "search_string": texts[line] or entry["canonical"],
        "title": run["name"],
        "description": run["note"],
        "license": report["licence"],
        "version": run["version"],
        "results": entry["papers"],
        "results_by_database": entry["collections"],
        "lines": [
            {
                "line": one["line"], "search_string": one["text"], "canonical": one["canonical"],
                "references": one["references"], "results": one["papers"],
            }
            for one in run["lines"]
        ],
    }  # fmt: skip
