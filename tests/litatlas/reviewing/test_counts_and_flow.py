"""What is counted of a review closes, whatever was decided; and the flow as a drawing and as a table."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.library.library import Decision
from litatlas.parts.reviewing import prisma_diagram, review_counts
from litatlas.parts.reviewing.exchange import prisma_table
from litatlas.parts.reviewing.paper_states import Standing
from litatlas.parts.reviewing.plan import ABSTRACT, FULL_TEXT, STAGES
from litatlas.parts.reviewing.review_answers import PrismaAnswer
from search.screening.stopping import stop_report
from tests.litatlas.reviewing.test_paper_states import PAPERS, row, standing

verdicts = st.sampled_from(["include", "exclude", "maybe", "later"])
rows = st.lists(
    st.builds(
        row, st.sampled_from(["Ada", "Bob"]), verdicts, st.sampled_from(PAPERS), st.sampled_from(STAGES)
    ),
    max_size=15,
)


@given(rows, st.integers(1, 2), st.sampled_from([STAGES, (ABSTRACT,), (FULL_TEXT,)]))
@settings(deadline=None)
def test_the_flow_closes_whatever_was_decided(
    rows: list[Decision], reviewers: int, stages: tuple[str, ...]
) -> None:
    made = standing(*rows, reviewers=reviewers, stages=stages)
    flow = review_counts.prisma(made)
    assert flow["identified"] == sum(flow["sources"].values()) == 4
    assert flow["identified"] - flow["duplicates"] == flow["screened"] + flow["unscreened"] == len(PAPERS)
    if FULL_TEXT in stages:
        assert flow["screened"] == flow["excluded"] + flow["sought"]
        assert flow["sought"] == flow["not_retrieved"] + flow["assessed"] + flow["unassessed"]
        assert flow["assessed"] == flow["included"] + sum(flow["excluded_reasons"].values())
    else:
        assert flow["sought"] == 0
        assert flow["screened"] == flow["excluded"] + flow["included"]
        assert flow["excluded"] == sum(flow["excluded_reasons"].values())
    for stage in stages:
        shown = review_counts.stage(made, stage)
        decided = sum(shown[name] for name in ("include", "exclude", "maybe", "unavailable"))
        assert decided + shown["open"] == shown["papers"]
        assert sum(shown["reasons"].values()) == shown["exclude"]
        assert shown["conflict"] == len(made.conflicts(stage)) if stage == stages[0] else True


def test_the_reason_of_who_settled_counts() -> None:
    made = standing(
        replace(row("Ada", "exclude"), reason="language"),
        row("Bob", "include"),
        replace(row("Cleo", "exclude", kind="settle"), reason="outcome"),
        row("Ada", "exclude", "p2"),
        row("Bob", "exclude", "p2"),
        reviewers=2,
    )
    assert review_counts.stage(made, ABSTRACT)["reasons"] == {"outcome": 1, review_counts.NO_REASON: 1}
    assert review_counts.stage(made, ABSTRACT)["reviewers"] == {"Ada": 2, "Bob": 2}


def test_the_stopping_rule_reads_decisions_in_their_order() -> None:
    made = standing(row("Ada", "exclude", "p3"), row("Ada", "include", "p1"), row("Ada", "later", "p2"))
    report = review_counts.stop(made, ABSTRACT, 0.25)
    assert (report["read"], report["records"], report["kept"]) == (2, 3, 1)
    assert report["curve"] == [0, 1]
    assert report["expected"] == 0.25
    assert review_counts.stop(standing(), ABSTRACT, None)["curve"] == []


@given(st.integers(0, 3), st.integers(1_990, 2_010))
@settings(deadline=None)
def test_a_long_curve_is_thinned_and_keeps_its_end(times: int, more: int) -> None:
    curve = list(range(times * 2_000 + more))
    thinned = review_counts._thinned(curve)
    assert thinned[-1] == curve[-1]
    assert thinned == sorted(set(thinned))
    assert len(thinned) <= 4_000
    assert len({after - before for before, after in pairwise(thinned)}) <= 1


@pytest.mark.parametrize(
    ("labels", "records", "begins"),
    [
        ([], 100, "No paper is kept yet"),
        ([0] * 50, 100, "No paper is kept yet"),
        ([1, 0, 1], 3, "All papers are decided"),
        ([1] * 40 + [0] * 900, 1_000, "Enough:"),
        ([1] * 40 + [0] * 3, 1_000, "Not yet:"),
        ([1, 0], 4, "The set is too small"),
    ],
)
def test_the_rule_is_said_in_a_sentence(labels: list[int], records: int, begins: str) -> None:
    report = stop_report(labels, records)
    said = review_counts.message(report)
    assert said.startswith(begins)
    if begins == "Enough:":
        assert f"{records - len(labels):,} papers need not be read" in said
    if begins == "Not yet:":
        assert f"{report.more:,} more papers" in said


def _agreed(pairs: list[tuple[str, str]]) -> Any:
    rows = [
        Decision(f"p{at}", ABSTRACT, who, verdict)
        for at, pair in enumerate(pairs, 1)
        for who, verdict in zip(("Ada", "Bob"), pair, strict=True)
    ]
    return review_counts.agreement(standing(*rows, reviewers=2), ABSTRACT)


def test_agreement_of_nobody_of_all_and_of_none() -> None:
    nobody = review_counts.agreement(standing(row("Ada", "include"), reviewers=2), ABSTRACT)
    assert (nobody["papers"], nobody["reviewers"], nobody["percent"], nobody["kappa"]) == (0, [], None, None)
    same = _agreed([("include", "include"), ("include", "include")])
    assert same["percent"] == 1.0
    assert [same[name] for name in ("kappa", "ac1", "alpha")] == [None] * 3, (
        "one verdict alone: chance is all"
    )
    every = _agreed([("include", "include"), ("exclude", "exclude"), ("maybe", "maybe")])
    assert [every[name] for name in ("percent", "kappa", "ac1", "alpha")] == pytest.approx([1.0] * 4)
    never = _agreed([("include", "exclude"), ("exclude", "include")])
    assert (never["percent"], never["kappa"]) == (0.0, -1.0)
    assert never["ac1"] == pytest.approx(-1.0)


def test_agreement_is_of_the_two_with_most_papers_in_common() -> None:
    made = standing(
        *(row(who, "include", paper) for paper in ("p1", "p2") for who in ("Bob", "Cleo")),
        row("Ada", "exclude", "p1"),
        row("Ada", "exclude", "p3"),
        reviewers=2,
    )
    answer = review_counts.agreement(made, ABSTRACT)
    assert (answer["reviewers"], answer["papers"], answer["percent"]) == (["Bob", "Cleo"], 2, 1.0)


# -- the flow as files --------------------------------------------------------------------------------------


def answer(**changes: Any) -> PrismaAnswer:
    counted = {
        "sources": {"PubMed": 1_200, "Scopus": 34}, "identified": 1_234, "duplicates": 34, "screened": 1_100,
        "excluded": 1_000, "unscreened": 100, "sought": 100, "not_retrieved": 9, "assessed": 80,
        "excluded_reasons": {"language": 20, "outcome": 10}, "unassessed": 11, "included": 50,
    }  # fmt: skip
    return cast(PrismaAnswer, counted | changes)


def texts(drawing: bytes) -> list[str]:
    return [
        element.text or "" for element in ElementTree.fromstring(drawing).iter() if "tspan" in element.tag
    ]


def test_every_count_is_in_the_drawing() -> None:
    said = " ".join(texts(prisma_diagram.svg(answer())))
    for number in ("1,234", "1,200", "34", "1,100", "1,000", "100", "9", "80", "30", "20", "10", "11", "50"):
        assert f"(n = {number})" in said, number
    short = " ".join(texts(prisma_diagram.svg(answer(sought=0, unscreened=0))))
    assert "sought" not in short
    assert "Not screened" not in short


def test_the_flow_is_a_picture_too_and_counts_are_not_broken() -> None:
    given = answer(sought=123_456)
    small, large = (
        prisma_diagram.png(given),
        prisma_diagram.png(answer(sources={f"s{n}": 1 for n in range(9)})),
    )
    assert all(data.startswith(b"\x89PNG") for data in (small, large))
    sizes = [(int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) for data in (small, large)]
    assert sizes[0][0] == sizes[1][0] == 2 * 670
    assert sizes[0][1] < sizes[1][1]
    assert small != prisma_diagram.png(answer(sought=123_457)), "the numbers are drawn"
    assert "(n = 123,456)" in texts(prisma_diagram.svg(given)) or any(
        text.endswith("(n = 123,456)") for text in texts(prisma_diagram.svg(given))
    )


def test_the_boxes_of_the_drawing_lie_below_each_other_and_inside_it() -> None:
    root = ElementTree.fromstring(prisma_diagram.svg(answer()))
    wide, tall = int(root.attrib["width"]), int(root.attrib["height"])
    boxes = [
        [int(element.attrib[name]) for name in ("x", "y", "width", "height")]
        for element in root.iter()
        if element.tag.endswith("rect") and "x" in element.attrib
    ]
    assert all(x >= 0 and y >= 0 and x + w <= wide and y + h <= tall for x, y, w, h in boxes)
    left = sorted((y, y + h) for x, y, _, h in boxes if x == min(box[0] for box in boxes))
    assert len(left) == 5
    assert all(end < begin for (_, end), (begin, _) in pairwise(left))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_whatever_a_collection_or_a_reason_is_called_the_drawing_is_xml(source: str, reason: str) -> None:
    drawing = prisma_diagram.svg(answer(sources={source: 1}, excluded_reasons={reason: 2}))
    ElementTree.fromstring(drawing)
    assert all(len(line) <= 38 for line in texts(drawing))


def test_of_many_sources_the_largest_are_named_and_the_rest_is_counted() -> None:
    said = texts(
        prisma_diagram.svg(answer(sources={f"source {number}": 100 - number for number in range(20)}))
    )
    assert "source 11 (n = 89)" in said
    assert "source 12 (n = 88)" not in said
    assert f"others (n = {sum(100 - number for number in range(12, 20)):,})" in said


def test_the_table_is_the_template_of_its_tool_with_lists_that_can_be_taken_apart() -> None:
    """The tool finds texts by column and box, and stops where one of them is missing."""
    given = answer(sources={"A, B; C": 3, "D": 4})
    table = list(csv.DictReader(io.StringIO(prisma_table.table(given).decode())))
    assert list(table[0]) == ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"]
    assert {row["box"] for row in table} == {
        "prevstud", "newstud", "othstud", "identification", "screening", "included",
        *(f"box{number}" for number in range(1, 18)),
    }  # fmt: skip
    assert sorted(row["node"] for row in table if row["node"] != "NA") == sorted(
        f"node{number}" for number in range(1, 24)
    )
    assert all(row["boxtext"] not in ("", "NA") for row in table)
    numbers = {row["data"]: row["n"] for row in table}
    assert sum(row["data"] == "NA" for row in table) == 3
    assert len(numbers) == len(table) - 2
    assert numbers["previous_studies"] == "NA", "nothing is claimed of an earlier version"
    assert numbers["new_studies"] == "50"
    assert numbers["dbr_notretrieved_reports"] == "9"
    parts = [part.split(",") for part in numbers["database_specific_results"].split(";")]
    assert [count.strip() for _, count in parts] == ["3", "4"]
    reasons = answer(sought=0, excluded_reasons={"language": 20})
    alone = csv.DictReader(io.StringIO(prisma_table.table(reasons).decode()))
    assert next(row["n"] for row in alone if row["data"] == "dbr_excluded") == "0", "no report was assessed"
    assert "language (n = 20)" in texts(prisma_diagram.svg(reasons))


@pytest.mark.parametrize("name", ["=1+1", "+1", "@x", "-1", " =1"])
def test_no_cell_of_the_table_is_run_as_a_formula(name: str) -> None:
    table = csv.reader(
        io.StringIO(prisma_table.table(answer(sources={name: 3}, excluded_reasons={name: 1})).decode())
    )
    assert not [cell for line in table for cell in line if cell[:1] in "=+-@" and cell]


def test_as_json_it_is_the_answer() -> None:
    given = answer(sources={"Журналы": 1})
    told = prisma_diagram.FORMATS["json"](given, prisma_diagram.in_english).decode()
    assert json.loads(told) == given
    assert "Журналы" in told


def test_a_standing_without_papers_has_an_empty_flow() -> None:
    empty = Standing(standing().plan, [])
    assert review_counts.prisma(empty)["identified"] == 0
    assert review_counts.stage(empty, ABSTRACT)["papers"] == 0
    assert "All papers are decided" in review_counts.stop(empty, ABSTRACT, None)["message"]
