"""Search books: lines, runs that are kept, frozen searches that stay, and what changed between runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from ingest.library.library import Library
from litatlas.accounts.reader import person
from litatlas.atlas import Atlas
from litatlas.errors import ForbiddenError, InputError, NotFoundError
from litatlas.settings import Settings, load
from search.query.parser import QuerySyntaxError
from tests.papers import papers, write
from tests.search.conftest import NODE, open_node

LINES = "#1 galaxy OR halo\n#2 patient OR artery\n#3 (#1 OR #2) NOT year:-2005"


def paper(id: str, title: str, **more: object) -> dict[str, object]:
    return {"id": id, "title": title, "abstract": f"{title}, told at some length.", "year": 2015, **more}


@pytest.fixture
def atlas(tmp_path: Path) -> Iterator[Atlas]:
    with Atlas(load(tmp_path / "home")) as atlas:
        add(atlas, tmp_path, "First", papers(40, seed=1, prefix="f"))
        yield atlas


def add(atlas: Atlas, folder: Path, name: str, records: list[dict[str, object]]) -> None:
    atlas.collections.add([write(folder / f"{uuid4().hex}.jsonl", records)], collection=name)


def matching(atlas: Atlas, query: str) -> set[str]:
    return {json.loads(line)["id"] for line in "".join(atlas.export(query, "jsonl")).splitlines()}


def test_lines_are_kept_changed_and_refused(atlas: Atlas) -> None:
    id = atlas.books.new("Galaxies", LINES)
    assert atlas.books.add_lines(id, "#3 AND dust\n-#1") == [4, 5]
    assert atlas.books.add_lines("Galaxies", "#9 star") == [9]
    atlas.books.set_line(id, 9, "#5 star")
    book = atlas.books.one(id)
    assert [line["line"] for line in book["lines"]] == [1, 2, 3, 4, 5, 9]
    assert [line["used_by"] for line in book["lines"]] == [[3, 5], [3], [4], [], [9], []]
    for change, words in (
        (lambda: atlas.books.remove_line(id, 3), "#3 is used by #4"),
        (lambda: atlas.books.set_line(id, 1, "#4"), "circle"),
        (lambda: atlas.books.set_line(id, 5, "#5"), "refers to itself"),
        (lambda: atlas.books.add_lines(id, "#77 OR a"), "no such line"),
        (lambda: atlas.books.add_lines(id, "#4 a\n#6 b"), "a line #4 already"),
        (lambda: atlas.books.add_lines(id, " "), "no line to add"),
        (lambda: atlas.books.new("Galaxies"), "already"),
        (lambda: atlas.books.new(" "), "1 to 100 characters"),
    ):
        with pytest.raises(InputError, match=words):
            change()
    with pytest.raises(QuerySyntaxError, match="#1: An opening"):
        atlas.books.set_line(id, 1, "(galaxy")
    assert atlas.books.one(id) == book
    atlas.books.remove_line(id, 9)
    atlas.books.replace_lines(id, "star\n#1 OR galaxy")
    assert [(line["line"], line["text"]) for line in atlas.books.one(id)["lines"]] == [
        (1, "star"), (2, "#1 OR galaxy"),
    ]  # fmt: skip


def test_a_run_is_kept_with_what_it_found(atlas: Atlas) -> None:
    id = atlas.books.new("Runs", LINES)
    assert not atlas.books.one(id)["current"]
    answer = atlas.books.run(id, "Ada")
    run = answer["run"]
    assert answer["diff"] is None
    assert (run["run"], run["who"], run["engine"]) == (1, "Ada", "tantivy")
    assert [line["papers"] for line in run["lines"]] == [
        atlas.search("galaxy OR halo")["total"],
        atlas.search("patient OR artery")["total"],
        atlas.search("(galaxy OR halo OR patient OR artery) NOT year:-2005")["total"],
    ]
    assert run["lines"][2]["canonical"] == "(#1 OR #2) AND -year:-2005"
    assert [line["collections"] for line in run["lines"]] == [
        {"First": line["papers"]} for line in run["lines"]
    ]
    assert run["collections"][0]["name"] == "First"
    assert run["collections"][0]["papers"] == 40
    assert atlas.books.one(id)["current"]
    ids = atlas.books.ids(id, 1, line=1)["ids"]
    assert len(ids) == run["lines"][0]["papers"]
    page = atlas.books.papers(id, 1, line=1, offset=1, limit=2)
    assert [hit["id"] for hit in page["documents"]] == ids[1:3]
    assert page["total"] == len(ids)
    exported = b"".join(atlas.books.export(id, "jsonl", 1, line=1)).decode().splitlines()
    assert {json.loads(line)["id"] for line in exported} == matching(atlas, "galaxy OR halo")
    for format in ("bibtex", "ris", "csl", "csv", "ids"):
        assert b"".join(atlas.books.export(id, format))
    with pytest.raises(InputError, match="no line #8"):
        atlas.books.ids(id, line=8)
    with pytest.raises(NotFoundError, match="no run 7"):
        atlas.books.ids(id, 7)
    with pytest.raises(InputError, match="no lines yet"):
        atlas.books.run(atlas.books.new("Empty"))


def test_a_line_that_went_bad_is_shown_with_its_fault(atlas: Atlas) -> None:
    id = atlas.books.new("Bad", "galaxy")
    atlas.library.write_lines(atlas.library.book(id), {2: "(star"})
    assert "never closed" in atlas.books.one(id)["lines"][1]["fault"]
    with pytest.raises(QuerySyntaxError, match="#2"):
        atlas.books.run(id)
    atlas.books.set_line(id, 2, "star")
    atlas.books.run(id)


def test_what_changed_and_why(atlas: Atlas, tmp_path: Path) -> None:
    add(atlas, tmp_path, "Own", [
        paper("o1", "Zeolite membranes for water"), paper("o2", "Zeolite catalysts in reactors"),
        paper("o3", "Copper mines of the north"), paper("o4", "Zeolite synthesis at sea"),
    ])  # fmt: skip
    by_source = {one.document.source_id: one.id for one in atlas.library.documents("Own")}
    id = atlas.books.new("Zeolites", "zeolite")
    atlas.books.run(id)
    add(atlas, tmp_path, "Own", [
        paper("o3", "Copper mines of the north", abstract="Now with zeolite, in the mines of the north."),
        paper("o5", "Zeolite for the new age"),
    ])  # fmt: skip
    atlas.papers.join(by_source["o4"], by_source["o1"])
    diff = atlas.books.run(id)["diff"]
    assert diff is not None
    assert (diff["came"], diff["went"], diff["regrouped"]) == (2, 0, 1)
    assert diff["reasons"] == {"came: new": 1, "came: edited": 1, "regrouped: joined": 1}
    assert {change["title"] for change in diff["changes"] if change["kind"] == "came"} == {
        "Copper mines of the north", "Zeolite for the new age",
    }  # fmt: skip
    atlas.papers.split(by_source["o4"])
    atlas.books.set_line(id, 1, "zeolite NOT catalysts")
    diff = atlas.books.run(id)["diff"]
    assert diff is not None
    assert diff["reasons"] == {"went: search": 1, "regrouped: split": 2}
    titles = {(change["kind"], change["title"]) for change in diff["changes"]}
    assert titles == {
        ("went", "Zeolite catalysts in reactors"),
        ("regrouped", "Zeolite membranes for water"),
        ("regrouped", "Zeolite synthesis at sea"),
    }
    atlas.collections.remove("Own")
    diff = atlas.books.run(id)["diff"]
    assert diff is not None
    assert (diff["papers_after"], diff["reasons"]) == (0, {"went: removed": diff["papers_before"]})
    whole = atlas.books.diff(id, 1, 4)
    assert (whole["papers_before"], whole["went"]) == (3, 3)
    with pytest.raises(InputError, match="no run before run 1"):
        atlas.books.diff(id, None, 1)


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    plain = Settings(home=tmp_path / "home", processes=1, trainer="portable")
    if request.param == "tantivy":
        yield plain
        return
    prefix = f"litatlas-test-{uuid4().hex[:12]}"
    for _ in open_node(prefix):
        yield replace(plain, engine=NODE, index_prefix=prefix)


FROZEN: dict[str, list[list[str]]] = {}
"""What each engine froze: the same, id for id."""


def test_a_frozen_search_stays_as_it_was(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """After three imports, a join, a split, a rebuild, a reindexing and a removal."""
    with Atlas(settings) as atlas:
        add(atlas, tmp_path, "First", papers(60, seed=1, prefix="f"))
        atlas.models.build(levels=(3, 6))
        topic = atlas.topics.all()["topics"][0]["id"]
        id = atlas.books.new("Frozen", f"{LINES}\n#4 NOT #3\n#5 topic:{topic} OR #3")
        answer = atlas.books.freeze(id, who="Ada", note="For the paper")
        assert answer["address"] == f"/books/{id}/frozen/1"

        def frozen() -> list[list[str]]:
            return [atlas.books.ids(id, 1, line=line, frozen=True)["ids"] for line in range(1, 6)]

        before, run = frozen(), atlas.books.run_answer(id, 1, frozen=True)
        rows = sorted(b"".join(atlas.books.export(id, "csv", 1, line=3)).splitlines())
        assert all(before)
        for number, seed in enumerate((2, 3, 4)):
            add(atlas, tmp_path, f"Import {number}", papers(20, seed=seed, prefix=f"i{number}"))
        first, second, *_ = before[2]
        atlas.papers.join(second, first)
        atlas.books.run(id)
        atlas.papers.split(second)
        atlas.models.build(levels=(3, 6), seed=2)
        atlas.models.reindex()
        assert frozen() == before
        assert atlas.books.run_answer(id, 1, frozen=True) == run
        assert sorted(b"".join(atlas.books.export(id, "csv", 1, line=3)).splitlines()) == rows
        again = atlas.books.run(id)["run"]
        assert again["lines"][0]["papers"] > run["lines"][0]["papers"]
        atlas.collections.remove("First")
        assert frozen() == before
        page = atlas.books.papers(id, 1, line=1, limit=5)
        assert (page["documents"], page["missing"]) == ([], 5)
        with pytest.raises(InputError, match="must stay"):
            atlas.books.remove(id)
        without_topic = [ids for at, ids in enumerate(before) if at != 4]
    FROZEN[request.node.callspec.id] = without_topic
    assert all(ids == without_topic for ids in FROZEN.values())


def test_a_joined_paper_is_two_in_a_frozen_search(atlas: Atlas) -> None:
    id = atlas.books.new("Joined", "year:2001-")
    atlas.books.freeze(id)
    first, second, *_ = atlas.books.ids(id, 1)["ids"]
    atlas.papers.join(second, first)
    page = atlas.books.papers(id, 1, limit=2)
    assert [hit["id"] for hit in page["documents"]] == [first, second]
    assert page["documents"][0]["title"] != page["documents"][1]["title"]
    assert len(b"".join(atlas.books.export(id, "jsonl", 1)).splitlines()) == 40


def test_freezing_runs_the_lines_as_they_are_and_only_once(atlas: Atlas) -> None:
    id = atlas.books.new("Once", "galaxy")
    atlas.books.run(id)
    with pytest.raises(NotFoundError, match="no run 1"):
        atlas.books.run_answer(id, 1, frozen=True)
    first = atlas.books.freeze(id, who="Ada", note="first")
    assert atlas.books.freeze(id, 1, who="Bob", note="second") == first
    atlas.books.set_line(id, 1, "halo")
    assert atlas.books.freeze(id)["run"] == 2
    assert [run["frozen"] != "" for run in atlas.books.one(id)["runs"]] == [True, True]


def test_books_have_owners_and_hide_what_is_private(atlas: Atlas, tmp_path: Path) -> None:
    for name, role in (("kim", "keeper"), ("ada", "editor"), ("bo", "editor")):
        atlas.accounts.add(name, role, "a password of some words")
    ada, bo = (atlas.seen_by(person(atlas.accounts.named(name))) for name in ("ada", "bo"))
    add(atlas, tmp_path, "Secret", [paper("s1", "Galaxy of secrets"), paper("s2", "Halo of secrets")])
    with atlas.generations.changing(None):
        atlas.library.share_collection("Secret", private=True, owner=atlas.accounts.named("ada").number)
    id = ada.books.new("Ours", "galaxy OR halo")
    seen = ada.books.run(id)["run"]
    assert seen["lines"][0]["collections"]["Secret"] == 2
    assert [run["run"] for run in bo.books.one(id)["runs"]] == []
    assert [head["runs"] for head in bo.books.all()] == [0]
    for ask in (bo.books.ids, bo.books.papers, bo.books.run_answer):
        with pytest.raises(NotFoundError, match="no run 1"):
            ask(id, 1)
    with pytest.raises(NotFoundError):
        bo.books.diff(id, 1, 1)
    with pytest.raises(ForbiddenError):
        bo.books.run(id)
    own = bo.books.new("His", "galaxy OR halo")
    his = bo.books.run(own)["run"]
    assert his["lines"][0]["papers"] == seen["lines"][0]["papers"] - 2
    assert [one["name"] for one in his["collections"]] == ["First"]
    ada.books.share(id, private=True)
    assert [head["name"] for head in bo.books.all()] == ["His"]
    with pytest.raises(NotFoundError, match="no search book"):
        bo.books.one(id)
    ada.books.share(id, private=True, users=["bo"])
    assert bo.books.one(id)["name"] == "Ours"
    atlas.collections.remove("Secret")
    with pytest.raises(NotFoundError, match="no run 1"):
        bo.books.ids(id, 1)
    assert len(ada.books.ids(own, 1)["ids"]) == his["lines"][0]["papers"]


def test_a_book_is_renamed_and_removed_with_its_sets(atlas: Atlas) -> None:
    id = atlas.books.new("Short", "galaxy")
    atlas.books.run(id)
    atlas.books.rename(id, "Long")
    assert atlas.books.one("Long")["id"] == id
    atlas.books.remove("Long")
    assert atlas.books.all() == []
    with Library.open(atlas.settings.library_url) as library, library.reading() as connection:
        for table in ("book_lines", "book_runs", "book_sets"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_the_same_set_is_kept_once(atlas: Atlas) -> None:
    id = atlas.books.new("Same", "galaxy")
    for _ in range(3):
        atlas.books.run(id)
    with atlas.library.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM book_sets").scalar() == 2
