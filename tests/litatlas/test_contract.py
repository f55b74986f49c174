"""The outside contract: JSON shapes, exit statuses and promises, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NotRequired, get_origin, get_type_hints

import pytest

from litatlas.answers import AddAnswer, DocumentAnswer, DocumentHit, SearchAnswer, TopicAnswer
from tests.litatlas.conftest import Run, run_command, run_module
from tests.papers import papers, write


def _required(shape: type) -> set[str]:
    hints = get_type_hints(shape, include_extras=True)
    return {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}


def test_add_accounts_for_every_record(tmp_path: Path) -> None:
    records = papers(20, prefix="x")
    path = write(tmp_path / "x.jsonl", [*records, {"id": "empty"}, records[3]])
    answer = run_command(tmp_path / "home", "add", str(path), "--collection", "X", "--json").json
    assert _required(AddAnswer) <= set(answer)
    assert answer["read"] == 22
    parts = ("added", "updated", "unchanged", "duplicates", "rejected")
    assert answer["read"] == sum(answer[part] for part in parts)
    assert answer["rejected"] == 1
    reject = answer["rejects"][0]
    assert reject["line"] == 21
    assert reject["source"].endswith("x.jsonl")
    assert reject["reason"]


def test_a_second_add_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", papers(15, prefix="x"))
    home = tmp_path / "home"
    run_command(home, "add", str(path), "--collection", "X")
    again = run_command(home, "add", str(path), "--collection", "X", "--json").json
    assert (again["added"], again["unchanged"]) == (0, 15)


def test_papers_are_searchable_before_any_model(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", papers(16, prefix="x"))
    home = tmp_path / "home"
    run_command(home, "add", str(path), "--collection", "X")
    answer = run_command(home, "search", 'tag:"graph theory" OR tag:"galaxy formation"', "--json").json
    assert answer["total"] == 4
    assert answer["topics"] == []
    assert run_command(home, "topics", "--json").json == {"levels": [], "topics": []}
    assert run_command(home, "status", "--json").json["model"] is None


def test_search_has_the_shape_and_counts_papers(run: Run) -> None:
    answer = run("search", "telescope survey", "--limit", "5", "--json").json
    assert _required(SearchAnswer) <= set(answer)
    assert len(answer["documents"]) == 5
    for hit in answer["documents"]:
        assert _required(DocumentHit) <= set(hit)
        assert hit["collection"] == "First"
    for level in range(3):
        weights = [topic["weight"] for topic in answer["topics"] if topic["level"] == level]
        assert sum(weights) == pytest.approx(1, abs=1e-3)
    facet = {value["value"]: value["count"] for value in answer["facets"]["collection"]}
    assert facet == {"First": answer["total"]}


def test_search_finds_the_subject(run: Run) -> None:
    answer = run("search", "entangled photon interferometer", "--match", "any", "--json").json
    hits = [run("document", hit["id"], "--json").json["tags"] for hit in answer["documents"][:3]]
    assert all("quantum optics" in tags for tags in hits)


def test_paging_joins_without_gaps(run: Run) -> None:
    whole = run("search", "galaxy", "--limit", "20", "--json").json["documents"]
    parts = [
        run("search", "galaxy", "--limit", "10", "--offset", offset, "--json").json["documents"]
        for offset in ("0", "10")
    ]
    assert [hit["id"] for hit in whole] == [hit["id"] for part in parts for hit in part]


def test_topics_form_a_hierarchy(run: Run) -> None:
    answer = run("topics", "--json").json
    assert answer["levels"] == [4, 8, 14]
    topics = {topic["id"]: topic for topic in answer["topics"]}
    assert len(topics) == sum(answer["levels"])
    for topic in topics.values():
        assert _required(TopicAnswer) <= set(topic)
        assert len(topic["terms"]) >= 25
        if topic["level"]:
            assert 0.9 < sum(weight for _, weight in topic["parents"]) < 1.001
            assert all(topics[parent]["level"] == topic["level"] - 1 for parent, _ in topic["parents"])
        else:
            assert topic["parents"] == []
    labels = [topic["label"] for topic in answer["topics"] if topic["level"] == 2]
    assert len(set(labels)) == len(labels)


def test_a_topic_counts_what_a_search_for_it_finds(run: Run) -> None:
    topics = run("topics", "--json").json["topics"]
    biggest = max((t for t in topics if t["level"] == 2), key=lambda topic: topic["documents"])
    page = run("topic", biggest["id"], "--json").json
    assert page["documents"] == run("search", f"topic:{biggest['id']}", "--json").json["total"]
    assert sum(page["collections"].values()) == page["documents"]
    assert sum(page["trend"]["counts"]) == page["documents"]
    assert page["papers"]
    assert page["neighbours"]


def test_document_says_everything(run: Run) -> None:
    hit = run("search", "salmon habitat", "--json").json["documents"][0]
    answer = run("document", hit["id"], "--json").json
    assert _required(DocumentAnswer) <= set(answer)
    assert answer["source_id"].startswith("b")
    assert answer["placement"] in ("placed", "weak")
    assert {"bibtex", "ris", "apa", "mla"} <= set(answer["cite"])
    assert answer["title"].rstrip(".") in answer["cite"]["bibtex"]
    assert answer["similar"]


def test_similar_papers_are_of_the_same_subject(run: Run) -> None:
    hit = run("search", "coloring clique planarity", "--match", "any", "--json").json["documents"][0]
    answer = run("similar", hit["id"], "--limit", "5", "--json").json
    assert answer["id"] == hit["id"]
    assert hit["id"] not in {paper["id"] for paper in answer["documents"]}
    for paper in answer["documents"]:
        assert {"topics", "terms"} <= set(paper["shared"])
        assert "graph theory" in run("document", paper["id"], "--json").json["tags"]


def test_explore_reads_standard_input(run: Run) -> None:
    text = papers(1, subjects=["soil microbiology"], seed=9)[0]["abstract"]
    answer = run("explore", "-", "--limit", "4", "--json", stdin=text).json
    assert len(answer["documents"]) == 4
    assert {topic["level"] for topic in answer["topics"]} == {0, 1, 2}
    best = answer["documents"][0]
    assert "soil microbiology" in run("document", best["id"], "--json").json["tags"]


def test_coverage_trends_bridges_quality_status(run: Run) -> None:
    coverage = run("coverage", "Second", "--json").json
    assert coverage["collection"] == "Second"
    for level in range(3):
        shares = [topic["share"] for topic in coverage["topics"] if topic["level"] == level]
        assert sum(shares) == pytest.approx(1, abs=0.02)
    assert len(coverage["missed"]) == 100  # a program asks for no number and measures how much is found
    assert all("Second" not in paper["collections"] for paper in coverage["missed"])
    assert run("coverage", "Second", "--limit", "3", "--json").json["missed"] == coverage["missed"][:3]
    trends = run("trends", "--json").json
    assert len(trends["topics"]) == 4
    assert all(len(topic["counts"]) == len(trends["years"]) for topic in trends["topics"])
    first, second = (topic["id"] for topic in trends["topics"][:2])
    assert len(run("bridges", first, second, "--json").json["topics"]) == 2
    assert [level["topics"] for level in run("quality", "--json").json["levels"]] == [4, 8, 14]
    status = run("status", "--json").json
    assert (status["documents"], status["collections"]) == (560, 2)
    assert 550 < status["papers"] <= 560  # the generator repeats itself now and then
    assert status["model"]["levels"] == [4, 8, 14]
    assert run("doctor", "--json").json["healthy"]


def test_map_covers_every_topic(run: Run, built_home: Path) -> None:
    from litatlas.atlas import Atlas
    from litatlas.settings import load

    with Atlas(load(built_home)) as atlas:
        cells = atlas.topics.map()["cells"]
    assert len(cells) == 26
    for cell in cells:
        assert len(cell["polygon"]) >= 3
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in cell["polygon"])


@pytest.mark.parametrize("format", ["bibtex", "ris", "csl", "csv", "jsonl"])
def test_export_comes_back_by_add(run: Run, tmp_path: Path, format: str) -> None:
    found = run("search", "wetland", "--json").json["total"]
    path = tmp_path / f"out.{format}"
    run("export", "wetland", "--format", format, "--output", str(path))
    answer = run_command(tmp_path / "home", "add", str(path), "--collection", "Back", "--json").json
    assert (answer["added"], answer["rejected"]) == (found, 0)


def test_rename_topic_is_kept_over_a_rebuild(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = write(tmp_path / "x.jsonl", papers(240, prefix="x"))
    run_command(home, "add", str(path), "--collection", "X")
    run_command(home, "build", "--levels", "3,8")
    topic = next(t for t in run_command(home, "topics", "--json").json["topics"] if t["level"] == 1)
    run_command(home, "rename-topic", topic["id"], "My own name")
    preview = run_command(home, "build", "--levels", "3,8", "--preview", "--json").json
    assert not preview["published"]
    assert topic["id"] in {entry["id"] for entry in preview["difference"]["kept"]}
    assert "kept" in run_command(home, "build", "--levels", "3,8", "--preview").out
    assert run_command(home, "publish", "--json").json["published"]
    after = {t["id"]: t["label"] for t in run_command(home, "topics", "--json").json["topics"]}
    assert after.get(topic["id"]) == "My own name"


def test_a_topic_that_is_gone_leads_to_the_one_that_took_its_place(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run_command(home, "add", str(write(tmp_path / "x.jsonl", papers(240, prefix="x"))), "--collection", "X")
    told = []
    for levels in ("3,10", "3,6", "2,4"):
        difference = run_command(home, "build", "--levels", levels, "--json").json["difference"]
        told.append({t["id"] for t in run_command(home, "topics", "--json").json["topics"]})
        assert bool(difference["gone"]) == (levels != "3,10")
    gone = (told[0] | told[1]) - told[2]
    assert gone
    for id in gone:  # also those whose heir is gone by now
        assert run_command(home, "topic", id, "--json").json["id"] in told[2]


def test_same_papers_and_seed_give_the_same_model(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", papers(160, prefix="x"))
    told = []
    for name in ("one", "two"):
        run_command(tmp_path / name, "add", str(path), "--collection", "X")
        run_command(tmp_path / name, "build", "--levels", "3,8", "--seed", "5")
        told.append(run_command(tmp_path / name, "topics", "--json").json)
    assert json.dumps(told[0]) == json.dumps(told[1])


def test_added_after_the_build_is_on_the_map(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run_command(home, "add", str(write(tmp_path / "x.jsonl", papers(160, prefix="x"))), "--collection", "X")
    run_command(home, "build", "--levels", "3,8")
    new = write(tmp_path / "y.jsonl", papers(8, subjects=["graph theory"], seed=7, prefix="y"))
    run_command(home, "add", str(new), "--collection", "Y")
    answer = run_command(home, "search", "collection:Y", "--json").json
    assert answer["total"] == 8
    assert all(hit["topics"] for hit in answer["documents"])
    renamed = run_command(home, "collections", "rename", "Y", "Z")
    assert "Z" in renamed.err
    assert run_command(home, "search", "collection:Z", "--json").json["total"] == 8
    run_command(home, "collections", "remove", "Z")
    assert run_command(home, "search", "collection:Z", "--json").json["total"] == 0


def test_a_wrong_join_is_undone_by_one_command(tmp_path: Path) -> None:
    home, (one, two) = tmp_path / "home", papers(2, subjects=["graph theory"])
    for name, row in (("X", one), ("Y", {**one, "id": "other"}), ("Z", two)):
        row = {**row, "doi": "10.1000/wrong" if name != "Z" else "10.1000/right"}
        run_command(home, "add", str(write(tmp_path / f"{name}.jsonl", [row])), "--collection", name)
    hits = run_command(home, "search", "has:abstract", "--json").json["documents"]
    (shown,) = [hit for hit in hits if len(hit["collections"]) == 2]
    (twin,) = run_command(home, "document", shown["id"], "--json").json["duplicates"]
    assert twin["reason"] == "same DOI"
    assert "litatlas split" in run_command(home, "document", shown["id"]).out
    told = run_command(home, "split", twin["id"])
    assert "litatlas join" in told.err
    assert run_command(home, "search", "has:abstract", "--json").json["total"] == 3
    run_command(home, "add", str(tmp_path / "Y.jsonl"), "--collection", "Y")
    assert run_command(home, "search", "has:abstract", "--json").json["total"] == 3
    run_command(home, "join", twin["id"], shown["id"])
    assert run_command(home, "search", "has:abstract", "--json").json["total"] == 2
    assert run_command(home, "split", "nosuch", check=False).status == 1
    (right,) = run_command(home, "search", "collection:Z", "--json").json["documents"]
    alone = run_command(home, "split", right["id"], check=False)
    assert alone.status == 1
    assert "only one record" in alone.err


def test_a_collection_is_described_and_says_what_it_could_not_take(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "x.jsonl"
    file.write_text(
        '{"id": "1", "title": "Tides", "abstract": "Tides turn."}\n{"id": "2", "title": ""}\n', "utf-8"
    )
    run_command(home, "add", str(file), "--collection", "X")
    run_command(
        home, "collections", "describe", "X", "--licence", "CC0", "--description", "Tides of a strait"
    )
    run_command(home, "collections", "describe", "X", "--source", "a harbour")
    (found,) = run_command(home, "collections", "--json").json["collections"]
    assert (found["licence"], found["description"], found["source"]) == (
        "CC0",
        "Tides of a strait",
        "a harbour",
    )
    (reject,) = run_command(home, "collections", "rejects", "X", "--json").json["rejects"]
    assert reject["line"] == 2
    assert "x.jsonl:2" in run_command(home, "collections", "rejects", "X").out
    assert run_command(home, "collections", "describe", "Nothing", check=False).status == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["search", "title:(", "--json"], 1),
        (["topic", "nosuch", "--json"], 1),
        (["document", "nosuch", "--json"], 1),
        (["add", "/nowhere/at/all", "--collection", "N", "--json"], 1),
        (["coverage", "Nothing", "--json"], 1),
        (["export", "x", "--format", "docx"], 1),
        (["build", "--levels", "9,3"], 2),
        (["search"], 2),
        (["nosuch"], 2),
    ],
)
def test_bad_input_says_so_and_prints_nothing(run: Run, arguments: list[str], status: int) -> None:
    outcome = run(*arguments, check=False)
    assert outcome.status == status
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert outcome.err.strip()


def test_a_file_that_cannot_be_read_leaves_no_empty_collection(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.txt").touch()
    for name in ("noise.bin", "empty.txt", "missing.txt"):
        outcome = run_command(home, "add", str(tmp_path / name), "--collection", name, check=False)
        assert (outcome.status, outcome.out) == (1, "")
        assert name in outcome.err
    assert run_command(home, "status", "--json").json["collections"] == 0


def test_python_runs_it_as_a_module_too(built_home: Path) -> None:
    """What the tests above ask of a forked process, of one that a shell would start."""
    text = papers(1, subjects=["soil microbiology"], seed=9)[0]["abstract"]
    explored = run_module(built_home, "explore", "-", "--limit", "2", "--json", stdin=text.encode())
    assert (explored.status, len(explored.json["documents"])) == (0, 2)
    wrong = run_module(built_home, "search", "title:(", "--json")
    assert (wrong.status, wrong.out) == (1, "")
    assert wrong.err.startswith("litatlas: ")


@pytest.mark.parametrize("count", [0, 3])
def test_build_says_what_it_needs(tmp_path: Path, count: int) -> None:
    home = tmp_path / "home"
    if count:
        run_command(home, "add", str(write(tmp_path / "x.jsonl", papers(count))), "--collection", "X")
    outcome = run_command(home, "build", check=False)
    assert outcome.status == 1
    assert "papers" in outcome.err
    assert run_command(home, "status", "--json").json["model"] is None
