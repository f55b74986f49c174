"""What the checklist of PRISMA-S is filled in with, from runs made for the purpose."""

from __future__ import annotations

from typing import Any

from litatlas.parts.books.prisma_s import ITEMS, Facts, report

COLLECTION = {
    "name": "Own", "description": "", "source": "", "licence": "", "created": "2026-01-02T03:04:05",
    "last_added": "2026-02-03T04:05:06", "documents": 1200, "papers": 1100, "harvests": [],
}  # fmt: skip
LINE = {
    "line": 1, "text": "galaxy", "canonical": "galaxy", "references": [], "papers": 1100,
    "collections": {"Own": 1100}, "written_for": "", "inexact": [],
}  # fmt: skip


def run(lines: list[dict[str, Any]], **collection: Any) -> Any:
    return {
        "run": 3, "made": "2026-03-04T05:06:07", "who": "Ada", "papers": 1100, "generation": 1, "model": "",
        "frozen": "", "frozen_by": "", "note": "", "address": "", "book": "b", "name": "Book",
        "engine": "tantivy", "analysis": "2", "version": "1.0", "lines": lines,
        "collections": [{**COLLECTION, **collection}],
    }  # fmt: skip


def filled(*lines: dict[str, Any], earlier: tuple[Any, ...] = (), **collection: Any) -> dict[str, list[str]]:
    facts = Facts(run([{**LINE, **line} for line in lines or ({},)], **collection), earlier, 1200)
    return {item["item"]: item["filled"] for item in report(facts, {})["items"]}


def test_items_stand_in_the_sections_of_the_checklist() -> None:
    sections = dict.fromkeys(item.section for item in ITEMS)
    assert {section: [item.number for item in ITEMS if item.section == section] for section in sections} == {
        "Information sources and methods": ["1", "2", "3", "4", "5", "6", "7"],
        "Search strategies": ["8", "9", "10", "11", "12", "13"],
        "Peer review": ["14"],
        "Managing records": ["15", "16"],
    }


def test_one_collection_alone_is_told_with_its_numbers() -> None:
    known = filled()
    assert known["1"] == ["Own, on litatlas 1.0 (tantivy): 1,200 records of 1,100 papers."]
    assert known["2"] == ["One collection was searched in litatlas 1.0 (tantivy)."]
    assert known["13"] == [
        "The lines were run on 2026-03-04.",
        "Own: last record added on 2026-02-03.",
    ]
    assert known["15"] == ["#1 found 1,200 records of 1,100 papers.", "Own: 1,100 papers"]
    assert known["16"][1] == "Records found: 1,200; duplicates removed: 100; papers left: 1,100."


def test_harvests_are_told_with_what_was_asked_and_the_latest_day() -> None:
    harvests = [
        {"source": "arXiv", "request": {"set": "cs", "from": ""}, "refreshed": "2026-01-05T01:00:00"},
        {"source": "Crossref", "request": {}, "refreshed": "2026-01-09T01:00:00"},
        {"source": "PubMed", "request": {"query": ""}, "refreshed": ""},
    ]
    known = filled(harvests=harvests, source="a request")
    assert known["1"] == [
        "Own, on litatlas 1.0 (tantivy): 1,200 records of 1,100 papers; from a request; harvested from arXiv "
        "(set cs); harvested from Crossref (everything); harvested from PubMed (everything)."
    ]
    assert known["13"][1] == "Own: last record added on 2026-02-03; last harvested on 2026-01-09."
    assert filled(last_added="")["13"][1] == "Own: last record added on an unknown day."


def test_lines_of_another_database_are_told_as_they_were_run_and_what_differs() -> None:
    inexact = [{"piece": "adj3", "reason": "in any order"}, {"piece": ".ti", "reason": "titles alone"}]
    known = filled({}, {"line": 2, "text": "halo.ti", "canonical": "title:halo", "written_for": "Ovid",
                        "inexact": inexact})  # fmt: skip
    assert known["8"] == [
        "#1 galaxy",
        "#2 halo.ti",
        "#2 is in the syntax of Ovid; run as: title:halo",
        "#2 adj3: in any order",
        "#2 .ti: titles alone",
    ]


def test_limits_are_clauses_that_no_word_is_looked_for_by() -> None:
    text = "galaxy lang:en lang:en year:2000-2010 -tag:halo tag:dust -title:star -collection:Own"
    assert filled({"text": text})["9"] == ["#1: lang:en, year:2000-2010, not tag:halo, not collection:Own"]
    assert filled()["9"] == ["No limits by year, language, type or collection were used in the lines."]


def test_runs_are_told_one_by_one() -> None:
    earlier = ({"run": 1, "made": "2026-01-01T00:00:00", "papers": 1000},)
    assert filled(earlier=earlier)["12"] == [
        "The lines were run 2 times; what came, went or was regrouped was listed each time.",
        "Run 1, 2026-01-01: 1,000 papers",
        "Run 3, 2026-03-04: 1,100 papers",
    ]
