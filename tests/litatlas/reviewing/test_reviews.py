"""Reviews: frozen papers, rows that are only added, two blinded reviewers, what is counted and handed on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from litatlas.atlas import Atlas
from litatlas.cli.text.reviews import following as following_text
from litatlas.cli.text.reviews import imported
from litatlas.errors import InputError, NotFoundError
from litatlas.parts.reviewing import reading_order
from litatlas.settings import load
from litatlas.vocabulary import REVIEW_FORMATS
from tests.commands import command, quiet
from tests.papers import papers, write


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    folder = tmp_path_factory.mktemp("reviews")
    with Atlas(load(folder / "home")) as atlas:
        for name, seed, count in (("first", 1, 40), ("second", 2, 15)):
            path = write(folder / f"{name}.jsonl", papers(count, seed=seed, prefix=name[0]))
            atlas.collections.add([path], collection=name)
        yield atlas


def begun(atlas: Atlas, name: str, **plan: object) -> list[str]:
    """A review of the first collection; its papers in order."""
    atlas.reviews.new(name, **plan)
    atlas.reviews.add(name, collection="first")
    return [row["id"] for row in exported(atlas, name)]


def exported(atlas: Atlas, name: str) -> list[dict[str, object]]:
    lines = b"".join(atlas.reviews.export(name, "jsonl")).decode().splitlines()
    return [row for row in map(json.loads, lines) if "row" not in row and "review" not in row]


def test_a_further_search_adds_papers_and_leaves_decisions(atlas: Atlas) -> None:
    ids = begun(atlas, "grows")
    atlas.reviews.decide("grows", ids[3], "include", "Ada")
    again = atlas.reviews.add("grows", collection="first")
    more = atlas.reviews.add("grows", collection="second", who="Ada")
    assert (again["papers"], again["added"]) == (40, 0)
    assert (more["papers"], more["added"]) == (15, 15)
    answer = atlas.reviews.one("grows")
    assert answer["papers"] == 55
    assert [(search["kind"], search["added"]) for search in answer["searches"]] == [
        ("collection", 40), ("collection", 0), ("collection", 15),
    ]  # fmt: skip
    assert [row["id"] for row in exported(atlas, "grows")][:40] == ids
    assert answer["stages"][0]["include"] == 1


def test_rows_are_only_added_and_undo_is_a_row(atlas: Atlas) -> None:
    ids = begun(atlas, "rows")
    atlas.reviews.decide("rows", ids[0], "include", "Ada", rank=1, model="m")
    atlas.reviews.decide("rows", ids[0], "exclude", "Ada", reason="language", note="in Latin")
    assert atlas.reviews.one("rows")["stages"][0]["exclude"] == 1
    atlas.reviews.undo("rows", "Ada")
    assert atlas.reviews.one("rows")["stages"][0]["include"] == 1
    rows = atlas.reviews.rows("rows")
    assert [(row["kind"], row["verdict"], row["undone"]) for row in rows] == [
        ("decide", "include", False), ("decide", "exclude", True), ("undo", "", False),
    ]  # fmt: skip
    assert (rows[0]["rank"], rows[0]["model"]) == (1, "m")
    atlas.reviews.undo("rows", "Ada")
    with pytest.raises(NotFoundError, match="no decision to take back"):
        atlas.reviews.undo("rows", "Ada")
    assert atlas.reviews.one("rows")["stages"][0]["open"] == 40


def test_a_paper_put_off_comes_last_and_is_not_learned_from(atlas: Atlas) -> None:
    ids = begun(atlas, "later")
    first = atlas.reviews.next("later", "Ada")["paper"]
    assert first is not None
    assert first["id"] == ids[0]
    atlas.reviews.decide("later", ids[0], "later", "Ada")
    following = atlas.reviews.next("later", "Ada", order="in-order")
    assert following["paper"] is not None
    assert following["paper"]["id"] == ids[1]
    assert following["left"] == 40
    assert atlas.reviews._open("later").standing.labels("abstract", "Ada") == []


def test_two_reviewers_are_blinded_and_conflicts_are_settled(atlas: Atlas) -> None:
    ids = begun(atlas, "two", reviewers=2)
    atlas.reviews.decide("two", ids[0], "include", "Ada")
    assert atlas.reviews.rows("two", who="Bob") == []
    assert len(atlas.reviews.rows("two", who="Ada")) == 1
    assert atlas.reviews.one("two")["stages"][0]["open"] == 40
    following = atlas.reviews.next("two", "Bob", order="in-order")["paper"]
    assert following is not None
    assert following["id"] == ids[0]
    assert atlas.reviews.decide("two", ids[0], "exclude", "Bob", reason="outcome")["outcome"] == "conflict"
    assert len(atlas.reviews.rows("two", who="Bob")) == 2
    (conflict,) = atlas.reviews.conflicts("two")
    assert {row["who"]: row["verdict"] for row in conflict["rows"]} == {"Ada": "include", "Bob": "exclude"}
    settled = atlas.reviews.settle("two", ids[0], "include", "Cleo", stage="abstract")
    assert settled["outcome"] == "include"
    assert atlas.reviews.conflicts("two") == []
    with pytest.raises(InputError, match="no conflict"):
        atlas.reviews.settle("two", ids[1], "include", "Cleo", stage="abstract")


def test_agreement_by_hand(atlas: Atlas) -> None:
    ids = begun(atlas, "agree", reviewers=2)
    ada = ["include"] * 4 + ["exclude"] * 6
    bob = ["include"] * 3 + ["exclude"] * 6 + ["include"]
    for id, one, other in zip(ids, ada, bob, strict=False):
        atlas.reviews.decide("agree", id, one, "Ada", stage="abstract")
        atlas.reviews.decide("agree", id, other, "Bob", stage="abstract")
    abstract = atlas.reviews.agreement("agree")[0]
    assert (abstract["papers"], abstract["percent"]) == (10, 0.8)
    assert abstract["kappa"] == pytest.approx((0.8 - 0.52) / (1 - 0.52))
    assert abstract["ac1"] == pytest.approx((0.8 - 0.48) / (1 - 0.48))
    # Krippendorff: 1 − (n − 1) · disagreements / (pairs of different values): n = 20, 8 and 12 of each.
    assert abstract["alpha"] == pytest.approx(1 - 19 * 4 / (2 * 8 * 12))


def test_stages_and_the_flow_close(atlas: Atlas) -> None:
    ids = begun(atlas, "flow", reasons=["too old", "no trial"])
    for at, id in enumerate(ids[:12]):
        verdict = ("include", "exclude", "maybe")[at % 3]
        atlas.reviews.decide("flow", id, verdict, "Ada", stage="abstract")
    kept = [id for at, id in enumerate(ids[:12]) if at % 3 != 1]
    with pytest.raises(NotFoundError, match="not passed"):
        atlas.reviews.decide("flow", ids[1], "include", "Ada", stage="full-text")
    for id, verdict in zip(kept, ["include", "unavailable", "exclude", "exclude", "maybe"], strict=False):
        reason = "no trial" if verdict == "exclude" else ""
        atlas.reviews.decide("flow", id, verdict, "Ada", stage="full-text", reason=reason)
    counts = atlas.reviews.prisma("flow")
    assert counts["sources"] == {"first": 40}
    assert counts["identified"] - counts["duplicates"] == counts["screened"] + counts["unscreened"] == 40
    assert counts["screened"] == counts["excluded"] + counts["sought"] == 12
    assert counts["sought"] == counts["not_retrieved"] + counts["assessed"] + counts["unassessed"] == 8
    assert counts["assessed"] == counts["included"] + sum(counts["excluded_reasons"].values()) == 3
    assert counts["excluded_reasons"] == {"no trial": 2}
    drawing = atlas.reviews.prisma_file("flow", "svg").decode()
    assert "Reports sought for retrieval (n = 8)" in drawing
    assert "no trial (n = 2)" in drawing


def test_a_group_of_duplicates_is_decided_once(atlas: Atlas) -> None:
    ids = begun(atlas, "group")
    atlas.reviews.decide("group", ids[5], "exclude", "Ada")
    atlas.papers.join(ids[6], ids[5])
    try:
        answer = atlas.reviews.one("group")
        assert answer["papers"] == 39
        assert answer["stages"][0]["exclude"] == 1
        later = [atlas.reviews.decide("group", ids[6], "include", "Bob")]
        assert later[0]["outcome"] == "conflict"  # contradicting labels are shown, none is dropped
    finally:
        atlas.papers.split(ids[6])


@pytest.mark.parametrize("format", list(REVIEW_FORMATS))
def test_what_is_handed_on_comes_back(atlas: Atlas, tmp_path: Path, format: str) -> None:
    name, copy = f"out {format}", f"in {format}"
    ids = begun(atlas, name)
    for at, id in enumerate(ids[:9]):
        atlas.reviews.decide(name, id, ("include", "exclude")[at % 2], "Ada")
    path = tmp_path / f"review{REVIEW_FORMATS[format][2]}"
    path.write_bytes(b"".join(atlas.reviews.export(name, format)))
    begun(atlas, copy)
    answer = atlas.reviews.take_in(copy, path, "Bob", stage="abstract")
    assert (answer["read"], answer["decided"], answer["unmatched"]) == (40, 9, 0)
    assert [row["included"] for row in exported(atlas, copy)] == [
        row["included"] for row in exported(atlas, name)
    ]
    assert atlas.reviews.take_in(copy, path, "Bob", stage="abstract")["unchanged"] == 9


@pytest.mark.parametrize("format", ["ris", "csv", "rayyan", "covidence", "jsonl", "xlsx"])
def test_reasons_and_doubts_come_back_where_the_format_has_them(
    atlas: Atlas, tmp_path: Path, format: str
) -> None:
    name, copy = f"doubts out {format}", f"doubts in {format}"
    ids = begun(atlas, name, stages="abstract")
    verdicts = ["include", "exclude", "maybe", "exclude"]
    for id, verdict in zip(ids, verdicts, strict=False):
        reason = "language" if verdict == "exclude" else ""
        atlas.reviews.decide(name, id, verdict, "Ada", reason=reason, note="; (a) | note")
    path = tmp_path / f"review{REVIEW_FORMATS[format][2]}"
    path.write_bytes(b"".join(atlas.reviews.export(name, format)))
    begun(atlas, copy, stages="abstract")
    atlas.reviews.take_in(copy, path, "Bob")
    rows = {row["paper"]: (row["verdict"], row["reason"]) for row in atlas.reviews.rows(copy)}
    if format == "covidence":  # it has one list for papers that go on
        verdicts[2] = "include"
    reasons = ["", "language", "", "language"]
    assert rows == dict(zip(ids, zip(verdicts, reasons, strict=True), strict=False))


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_each_stage_takes_its_own_decisions_from_our_tables(
    atlas: Atlas, tmp_path: Path, format: str
) -> None:
    name, copy = f"stages out {format}", f"stages in {format}"
    ids = begun(atlas, name)
    for id, verdict in zip(ids, ["include", "include", "maybe", "include", "exclude"], strict=False):
        atlas.reviews.decide(name, id, verdict, "Ada", stage="abstract")
    for id, verdict in zip(ids, ["include", "exclude", "unavailable"], strict=False):
        atlas.reviews.decide(name, id, verdict, "Ada", stage="full-text", reason="language")
    path = tmp_path / f"review{REVIEW_FORMATS[format][2]}"
    path.write_bytes(b"".join(atlas.reviews.export(name, format)))
    begun(atlas, copy)
    for stage, decided in (("abstract", 5), ("full-text", 3)):
        answer = atlas.reviews.take_in(copy, path, "Bob", stage=stage)
        assert (answer["decided"], answer["not_reached"]) == (decided, 0)
    assert atlas.reviews.prisma(copy) == atlas.reviews.prisma(name)
    begun(atlas, f"titles in {format}", stages="abstract")
    answer = atlas.reviews.take_in(f"titles in {format}", path, "Bob")
    assert (answer["decided"], answer["undecided"]) == (4, 36), "what was not retrieved is not decided"


def test_an_export_is_of_one_moment(atlas: Atlas) -> None:
    ids = begun(atlas, "moving")
    for id in ids[:3]:
        atlas.reviews.decide("moving", id, "include", "Ada")
    pieces = atlas.reviews.export("moving", "jsonl")
    before = [next(pieces)]
    while not before[-1].startswith(b'{"row"'):
        before.append(next(pieces))
    atlas.reviews.decide("moving", ids[3], "include", "Ada")
    atlas.reviews.undo("moving", "Ada")
    rows = [json.loads(line) for line in (before[-1], *pieces)]
    assert [row["row"]["document"] for row in rows] == ids[:3]
    assert len(atlas.reviews.rows("moving")) == 5


def test_lists_of_covidence_and_notes_of_rayyan_are_taken_in(atlas: Atlas, tmp_path: Path) -> None:
    ids = begun(atlas, "tools", reasons=["wrong population"])
    titles = [str(row["title"]).replace('"', '""') for row in exported(atlas, "tools")]
    heading = "Title,Authors,Abstract,Published Year,DOI,Ref,Covidence #,Study,Notes,Tags\n"

    def covidence(file: str, numbers: range, notes: str, stage: str) -> tuple[int, int]:
        path = tmp_path / file
        rows = (f'"{titles[at]}",,,2020,,,{at},,"{notes}",\n' for at in numbers)
        path.write_text(heading + "".join(rows), "utf-8")
        answer = atlas.reviews.take_in("tools", path, "Ada", stage=stage)
        return answer["decided"], answer["not_reached"]

    why = "Exclusion reason: wrong population; seen twice"
    assert covidence("review_7_irrelevant_csv_2024.csv", range(3), "", "abstract") == (3, 0)
    assert covidence("review_7_excluded_csv_2024.csv", range(3, 5), why, "full-text") == (2, 2)
    assert covidence("review_7_excluded_csv_2024.csv", range(3, 5), why, "abstract") == (2, 0)
    assert covidence("review_7_included_csv_2024.csv", range(5, 6), "", "abstract") == (1, 0)
    assert covidence("review_7_included_csv_2024.csv", range(5, 6), "", "full-text") == (1, 0)
    counts = atlas.reviews.prisma("tools")
    assert (counts["excluded"], counts["sought"], counts["included"]) == (3, 3, 1)
    assert counts["excluded_reasons"] == {"wrong population": 2}
    rayyan = tmp_path / "articles.csv"
    rayyan.write_text(
        "key,title,notes\n"
        f'1,"{titles[7]}","RAYYAN-INCLUSION: {{""Ada""=>""Excluded""}} | RAYYAN-EXCLUSION-REASONS: '
        'wrong population,foreign language"\n'
        f'2,"{titles[8]}","RAYYAN-INCLUSION: {{""Ada""=>""Included"",""Bob""=>""Excluded""}}"\n'
        f'3,"{titles[9]}",""\n',
        "utf-8",
    )
    answer = atlas.reviews.take_in("tools", rayyan, "Bob", stage="abstract", otherwise="exclude")
    assert (answer["decided"], answer["undecided"]) == (3, 0)
    said = {row["paper"]: (row["verdict"], row["reason"]) for row in atlas.reviews.rows("tools")[-3:]}
    assert said == {
        ids[7]: ("exclude", "wrong population,foreign language"),
        ids[8]: ("maybe", ""),
        ids[9]: ("exclude", ""),
    }


def test_files_that_cannot_be_taken_in_change_nothing(atlas: Atlas, tmp_path: Path) -> None:
    begun(atlas, "strict")
    newer = tmp_path / "newer.asreview"
    with zipfile.ZipFile(newer, "w") as archive:
        archive.writestr("project.json", json.dumps({"project_file_version": 4}))
    strangers = tmp_path / "strangers.csv"
    strangers.write_text("title,included\nSomebody else's paper,1\n", "utf-8")
    for path, word in (
        (newer, "newer ASReview"),
        (strangers, "None of the 1"),
        (tmp_path / "gone", "not a file"),
    ):
        with pytest.raises(InputError, match=word):
            atlas.reviews.take_in("strict", path, "Ada")
    assert atlas.reviews.rows("strict") == []


def test_papers_of_which_a_file_says_two_things_are_left_to_decide(atlas: Atlas, tmp_path: Path) -> None:
    ids = begun(atlas, "split")
    first, second = (atlas.papers.one(id)["title"] for id in ids[:2])
    table = tmp_path / "split.csv"
    table.write_text(f'title,included\n"{first}",1\n"{second}",1\n"{first}",0\n"{second}",1\n', "utf-8")
    answer = atlas.reviews.take_in("split", table, "Ada")
    assert (answer["read"], answer["contradicting"], answer["contradictions"]) == (4, 1, [first])
    assert {row["verdict"] for row in atlas.reviews.rows("split")} == {"include"}
    assert first in imported(answer)


def test_wrong_input_is_refused_in_words(atlas: Atlas) -> None:
    ids = begun(atlas, "refuses", stages="abstract", reasons=["a"])
    with pytest.raises(InputError, match="already"):
        atlas.reviews.new("refuses")
    with pytest.raises(InputError, match="reviewer's name"):
        atlas.reviews.decide("refuses", ids[0], "include", " ")
    with pytest.raises(InputError, match="not among the review's reasons"):
        atlas.reviews.decide("refuses", ids[0], "exclude", "Ada", reason="b")
    with pytest.raises(InputError, match="cannot be decided"):
        atlas.reviews.decide("refuses", ids[0], "unavailable", "Ada")
    with pytest.raises(InputError, match="no stage"):
        atlas.reviews.decide("refuses", ids[0], "include", "Ada", stage="full-text")
    with pytest.raises(NotFoundError, match="not a paper"):
        atlas.reviews.decide("refuses", "nowhere", "include", "Ada")
    with pytest.raises(InputError, match="gives no paper"):
        atlas.reviews.add("refuses", query="zzzzunknownword")
    with pytest.raises(NotFoundError, match="no review"):
        atlas.reviews.one("none of that name")
    assert atlas.reviews.rows("refuses") == []


def test_the_order_learns_in_the_background(atlas: Atlas) -> None:
    ids = begun(atlas, "learns")
    wanted = {row["id"] for row in exported(atlas, "learns") if "graph theory" in row.get("tags", [])}  # type: ignore[operator]
    first = next(id for id in ids if id in wanted)
    atlas.reviews.decide("learns", first, "include", "Ada")
    other = next(id for id in ids if id not in wanted)
    atlas.reviews.decide("learns", other, "exclude", "Ada")
    answer = atlas.reviews.next("learns", "Ada", wait=True)
    assert answer["model"]
    assert answer["paper"] is not None
    assert answer["paper"]["id"] in wanted
    assert answer["rank"] == 1
    assert 0 < (answer["chance"] or 0) < 1


def test_what_is_still_expected_is_the_same_after_a_restart(atlas: Atlas) -> None:
    ids = begun(atlas, "restarts")
    wanted = {row["id"] for row in exported(atlas, "restarts") if "graph theory" in row.get("tags", [])}  # type: ignore[operator]
    for id in [*wanted, *(id for id in ids if id not in wanted)][:25]:
        atlas.reviews.decide("restarts", id, "include" if id in wanted else "exclude", "Ada")
    report = atlas.reviews.stop("restarts", wait=True)
    assert report["expected"] is not None
    assert 0 < report["expected"] < 5, "of the 15 papers left none is like those"
    with Atlas(atlas.settings) as again:
        assert again.reviews.stop("restarts") == report
    atlas.reviews.add("restarts", collection="second")
    assert atlas.reviews.stop("restarts")["expected"] is None, "it was learned of other papers"


def test_full_texts_are_ordered_and_expected_among_those_that_reached_them(atlas: Atlas) -> None:
    ids = begun(atlas, "second stage")
    for at, id in enumerate(ids):
        atlas.reviews.decide("second stage", id, "include" if at >= 20 else "exclude", "Ada")
    for at, id in enumerate(ids[20:32]):
        verdict = "include" if at % 2 else "exclude"
        atlas.reviews.decide("second stage", id, verdict, "Ada", stage="full-text")
    report = atlas.reviews.stop("second stage", stage="full-text", wait=True)
    assert report["expected"] is not None
    assert report["expected"] < 8, "of 20 papers 12 are read; those left out before are not waited for"
    answer = atlas.reviews.next("second stage", "Ada", wait=True)
    order = atlas.reviews._open("second stage").desk.order("full-text", "", "likely")
    assert order is not None
    assert set(order.chances) == set(ids[32:])
    assert answer["rank"] == 1
    assert atlas.reviews.stop("second stage", wait=True)["expected"] == 0.0


def test_three_papers_that_are_all_excluded(atlas: Atlas) -> None:
    begun(atlas, "three", stages="abstract")
    few = atlas.lists.make("few", [row["id"] for row in exported(atlas, "three")][:3])
    review = atlas.reviews.begin("few", {"stages": "abstract"}, list_id=few)
    for left in (3, 2, 1):
        answer = atlas.reviews.next(review, "Ada", wait=True)
        assert answer["left"] == left
        assert answer["paper"] is not None
        atlas.reviews.decide(review, answer["paper"]["id"], "exclude", "Ada")
        report = atlas.reviews.stop(review, wait=True)
        assert (report["kept"], report["reached"], report["read"]) == (0, left == 1, 4 - left)
    assert atlas.reviews.next(review, "Ada", wait=True)["paper"] is None
    assert report["expected"] == 0.0
    counts = atlas.reviews.prisma(review)
    assert (counts["screened"], counts["excluded"], counts["included"]) == (3, 3, 0)


def test_who_leaves_a_review_leaves_their_decisions(atlas: Atlas) -> None:
    ids = begun(atlas, "leaves", reviewers=2)
    for who in ("Ada", "Bob"):
        atlas.reviews.decide("leaves", ids[0], "include", who)
    atlas.reviews.decide("leaves", ids[1], "exclude", "Bob")
    assert atlas.reviews.one("leaves")["stages"][0]["open"] == 39
    atlas.reviews.change("leaves", reviewers=1)  # Bob has gone; Ada goes on alone
    stage = atlas.reviews.one("leaves")["stages"][0]
    assert (stage["include"], stage["exclude"], stage["open"]) == (1, 1, 38)
    assert [row["who"] for row in atlas.reviews.rows("leaves")] == ["Ada", "Bob", "Bob"]
    assert atlas.reviews.next("leaves", "Ada")["left"] == 38


def test_exports_and_decisions_go_on_where_the_order_cannot_be_learned(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = begun(atlas, "broken")

    def fail(*_: object) -> None:
        raise RuntimeError("no memory for features")

    monkeypatch.setattr(reading_order, "features_of", fail)
    atlas.reviews.decide("broken", ids[0], "include", "Ada")
    atlas.reviews.decide("broken", ids[1], "exclude", "Ada")
    following = atlas.reviews.next("broken", "Ada")["paper"]
    assert following is not None
    assert following["id"] == ids[2]
    assert sum(row["included"] is not None for row in exported(atlas, "broken")) == 2


def test_a_killed_process_loses_no_decision(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", papers(30, prefix="x"))
    with Atlas(load(tmp_path / "home")) as atlas:
        atlas.collections.add([path], collection="x")
        atlas.reviews.new("r")
        atlas.reviews.add("r", query="")
    program = (
        "import sys; from pathlib import Path\n"
        "from litatlas.atlas import Atlas; from litatlas.settings import load\n"
        "atlas = Atlas(load(Path(sys.argv[1])))\n"
        "while paper := atlas.reviews.next('r', 'Ada')['paper']:\n"
        "    print(atlas.reviews.decide('r', paper['id'], 'exclude', 'Ada')['number'], flush=True)\n"
    )
    line = [sys.executable, "-c", program, str(tmp_path / "home")]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=quiet(), text=True) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(7)]
        child.send_signal(signal.SIGKILL)
        said += [int(number) for number in child.stdout.read().split()]
    with Atlas(load(tmp_path / "home")) as atlas:
        assert {row["number"] for row in atlas.reviews.rows("r")} >= set(said)


def test_the_commands_end_to_end(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", papers(12, prefix="x"))

    def run(*arguments: str) -> str:
        done = subprocess.run(
            command(tmp_path / "home", *arguments), capture_output=True, env=quiet(), text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("add", str(path), "--collection", "x")
    made = json.loads(run("review", "new", "r", "--from", "", "--reason", "off topic", "--json"))
    assert (made["papers"], made["plan"]["reasons"]) == (12, ["off topic"])
    following = json.loads(run("review", "next", "r", "--who", "Ada", "--json"))
    decided = run(
        "review",
        "decide",
        "r",
        following["paper"]["id"],
        "exclude",
        "--who",
        "Ada",
        "--reason",
        "off topic",
        "--json",
    )
    assert json.loads(decided)["outcome"] == "exclude"
    assert json.loads(run("review", "stop-report", "r", "--json"))["read"] == 1
    assert json.loads(run("review", "prisma", "r"))["excluded"] == 1
    assert run("review", "export", "r", "--format", "csv").count("\n") == 13


def test_two_papers_that_become_one_are_counted_as_duplicates_removed(tmp_path: Path) -> None:
    with Atlas(load(tmp_path / "home")) as own:
        own.collections.add([write(tmp_path / "a.jsonl", papers(6, seed=5, prefix="a"))], collection="first")
        ids = begun(own, "counts")
        before = own.reviews.prisma("counts")
        own.papers.join(ids[1], ids[0])
        after = own.reviews.prisma("counts")
    assert (before["identified"], before["duplicates"]) == (6, 0)
    assert (after["identified"], after["duplicates"], after["sources"]) == (6, 1, before["sources"])


def test_decisions_about_papers_that_left_the_library_are_still_handed_on(tmp_path: Path) -> None:
    with Atlas(load(tmp_path / "home")) as own:
        own.collections.add([write(tmp_path / "a.jsonl", papers(3, seed=5, prefix="a"))], collection="first")
        ids = begun(own, "gone", stages="abstract")
        own.reviews.decide("gone", ids[0], "exclude", "Ada", reason="language")
        own.collections.remove("first")
        for format in REVIEW_FORMATS:
            assert b"".join(own.reviews.export("gone", format))
        rows = {row["id"]: (row["title"], row["included"], row["reason"]) for row in exported(own, "gone")}
        following = own.reviews.next("gone", "Ada")
    gone = "[No longer in the library]"
    assert rows == {ids[0]: (gone, 0, "language"), ids[1]: (gone, None, ""), ids[2]: (gone, None, "")}
    assert following["paper"] is not None
    assert "This paper is no longer in the library." in following_text(following)
