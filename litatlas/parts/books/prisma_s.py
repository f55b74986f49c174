"""PRISMA-S: the sixteen items of reporting a literature search, those filled in that are known here.

After Rethlefsen et al., PRISMA-S: an extension to the PRISMA statement for reporting literature searches in
systematic reviews (Systematic Reviews 10:39, 2021). What is filled in comes from a run alone; what people
write is added to it, never replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litatlas.parts.books.book_answers import ReportAnswer, ReportItem, RunAnswer, RunHead, SearchedCollection
from search.book.program import Program
from search.query.printer import print_query
from search.query.tree import Range, Value, leaves


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the checklist: its section, its name, and what it asks for in words of ours."""

    number: str
    section: str
    title: str
    asks: str


_SOURCES, _STRATEGIES = "Information sources and methods", "Search strategies"
_REVIEW, _RECORDS = "Peer review", "Managing records"

ITEMS = (
    Item("1", _SOURCES, "Database name", "Which databases were searched, and on which platform."),
    Item("2", _SOURCES, "Multi-database searching", "Which of them were searched together on one platform."),
    Item("3", _SOURCES, "Study registries", "Registries of studies that were searched, or that none was."),
    Item("4", _SOURCES, "Online resources and browsing", "Websites and proceedings that were read, and how."),
    Item("5", _SOURCES, "Citation searching", "Whether references or citing works were followed."),
    Item("6", _SOURCES, "Contacts", "Whether authors, experts or makers were asked for more studies."),
    Item("7", _SOURCES, "Other methods", "Any further source or way of searching."),
    Item("8", _STRATEGIES, "Full search strategies", "Each strategy just as it was run."),
    Item("9", _STRATEGIES, "Limits and restrictions", "Limits by date, language or kind, and why."),
    Item("10", _STRATEGIES, "Search filters", "Published filters that were used, with references."),
    Item("11", _STRATEGIES, "Prior work", "Strategies of earlier reviews that were used again."),
    Item("12", _STRATEGIES, "Updates", "How the search was kept up to date."),
    Item("13", _STRATEGIES, "Dates of searches", "When each strategy was run last."),
    Item("14", _REVIEW, "Peer review", "Who reviewed the strategy, and how (such as PRESS)."),
    Item("15", _RECORDS, "Total records", "How many records each source gave."),
    Item("16", _RECORDS, "Deduplication", "How duplicates were found, and with which software."),
)  # fmt: skip
"""The checklist, in its order."""

DETAILS = {"authors": "Authors of the search, one a line, perhaps with an ORCID", "licence": "Licence"}
"""What else people may write: for the files that are published."""

_LIMITS = ("year", "added", "lang", "type", "collection", "has", "open_access", "retracted", "notice")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report is filled in from: a run, those before it, and how many records its last line has."""

    run: RunAnswer
    earlier: Sequence[RunHead]
    records: int


def report(facts: Facts, answers: Mapping[str, str]) -> ReportAnswer:
    """The report of a run: every item with what is known and what was written."""
    filled = _filled(facts)
    items: list[ReportItem] = [
        {
            "item": item.number, "section": item.section, "title": item.title, "asks": item.asks,
            "filled": filled.get(item.number, []), "answer": answers.get(item.number, ""),
        }
        for item in ITEMS
    ]  # fmt: skip
    run = facts.run
    return {
        "book": run["book"],
        "name": run["name"],
        "run": run["run"],
        "made": run["made"],
        "frozen": run["frozen"],
        "address": run["address"],
        "authors": [line.strip() for line in answers.get("authors", "").splitlines() if line.strip()],
        "licence": answers.get("licence", ""),
        "items": items,
        "open": [item["item"] for item in items if not item["filled"] and not item["answer"]],
    }


def _filled(facts: Facts) -> dict[str, list[str]]:
    run = facts.run
    platform = f"litatlas {run['version']} ({run['engine']})"
    names = [one["name"] for one in run["collections"]]
    together = (
        f"{len(names)} collections were searched together in {platform}: {', '.join(names)}."
        if len(names) > 1
        else f"One collection was searched in {platform}."
    )
    last = run["lines"][-1]
    return {
        "1": [_database(one, platform) for one in run["collections"]],
        "2": [together],
        "8": _strategies(run),
        "9": _limits(run),
        "12": _updates(facts),
        "13": [f"The lines were run on {_day(run['made'])}.", *map(_currency, run["collections"])],
        "15": [
            f"#{last['line']} found {facts.records:,} records of {last['papers']:,} papers.",
            *(f"{name}: {count:,} papers" for name, count in last["collections"].items()),
        ],
        "16": [
            f"litatlas {run['version']} joined the records of a paper before the search: by DOI, PMID, "
            "arXiv id and other identifiers, and by title, authors, year and abstract where these are "
            "missing. What people decided about pairs of records takes precedence.",
            f"Records found: {facts.records:,}; duplicates removed: {facts.records - last['papers']:,}; "
            f"papers left: {last['papers']:,}.",
        ],
    }


def _strategies(run: RunAnswer) -> list[str]:
    """The lines as they were run; those for another database also as they were read."""
    rows = [f"#{line['line']} {line['text']}" for line in run["lines"]]
    for line in run["lines"]:
        if line["written_for"]:
            number = line["line"]
            rows.append(f"#{number} is in the syntax of {line['written_for']}; run as: {line['canonical']}")
            rows += [f"#{number} {one['piece']}: {one['reason']}" for one in line["inexact"]]
    return rows


def _database(one: SearchedCollection, platform: str) -> str:
    parts = [f"{one['name']}, on {platform}: {one['documents']:,} records of {one['papers']:,} papers"]
    parts += [f"from {one['source']}"] if one["source"] else []
    parts += [
        f"harvested from {harvest['source']} ({_request(harvest['request'])})" for harvest in one["harvests"]
    ]
    return "; ".join(parts) + "."


def _request(request: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in request.items() if value) or "everything"


def _currency(one: SearchedCollection) -> str:
    days = [harvest["refreshed"][:10] for harvest in one["harvests"] if harvest["refreshed"]]
    harvested = f"; last harvested on {max(days)}" if days else ""
    return f"{one['name']}: last record added on {_day(one['last_added'])}{harvested}."


def _limits(run: RunAnswer) -> list[str]:
    """The clauses that limit by something else than words, line by line."""
    program = Program.of({line["line"]: line["text"] for line in run["lines"]})
    limits = []
    for number, line in program.lines.items():
        named = [
            f"{'not ' if negated else ''}{print_query(leaf)}"
            for leaf, negated in leaves(line.query)
            if isinstance(leaf, Range | Value) and (leaf.name in _LIMITS or (negated and leaf.name == "tag"))
        ]
        limits += [f"#{number}: {', '.join(dict.fromkeys(named))}"] if named else []
    return limits or ["No limits by year, language, type or collection were used in the lines."]


def _updates(facts: Facts) -> list[str]:
    if not facts.earlier:
        return ["The search was run once."]
    runs = [*facts.earlier, facts.run]
    return [
        f"The lines were run {len(runs)} times; what came, went or was regrouped was listed each time.",
        *(f"Run {run['run']}, {_day(run['made'])}: {run['papers']:,} papers" for run in runs),
    ]


def _day(moment: str) -> str:
    return moment[:10] or "an unknown day"
