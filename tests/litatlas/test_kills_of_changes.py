"""What people write, killed at any step: a sign-in, users, decisions, books, notes, duplicates.

After a kill all or nothing of it is there, the same command works or says that it is done already, and
nothing is left behind. Every step of every command runs nightly; one step of the most used ones runs always.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.library import schema
from ingest.library.library import Library
from litatlas.atlas import Atlas
from litatlas.settings import Settings
from tests.killing import Action, run_killed, run_through, steps_of
from tests.papers import papers, write

PASSWORD = "a password of some words"
TIMES = {"made", "created", "changed", "added", "updated", "used", "ends", "at", "frozen"}
VOLATILE = TIMES | {"id", "hash", "facts", "password"}
"""Columns that are another in every run."""
BETWEEN = {"add a user": "tokens", "freeze a book": "book_runs"}
"""Of two transactions: a user without a link yet, a run that is not frozen yet. The table that differs."""
LOGS = frozenset(("audit", "attempts", "meta", "counters"))
"""What was tried is written before what it changes, and who did it after."""


def sign_in(home: Path) -> None:
    with Atlas(Settings(home=home, accounts="on")) as atlas:
        atlas.accounts.sign_in("ann", PASSWORD, "127.0.0.1")


def change_password(home: Path) -> None:
    with Atlas(Settings(home=home, accounts="on")) as atlas:
        atlas.accounts.set_password("ann", "another password of words")


def remove_user(home: Path) -> None:
    with Atlas(Settings(home=home, accounts="on")) as atlas:
        if any(user["name"] == "bob" for user in atlas.accounts.all()):
            atlas.accounts.remove("bob")


def make_list(home: Path) -> None:
    with Atlas(Settings(home=home)) as atlas:
        atlas.lists.make("To read", [hit["id"] for hit in atlas.search("")["documents"]])


@dataclass(frozen=True)
class Start:
    """A home to begin with; the ids of two of its papers, the second of two records."""

    home: Path
    paper: str
    joined: tuple[str, str]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITATLAS_PROCESSES", "1")
        folder = tmp_path_factory.mktemp("kills")
        home, records = folder / "home", papers(24)
        first, second = write(folder / "a.jsonl", records), write(folder / "b.jsonl", records[:4])
        for arguments in (
            ("add", str(first), "--collection", "A"),
            ("add", str(second), "--collection", "B"),
            ("review", "new", "R", "--from-collection", "A", "--who", "ann"),
            ("book", "new", "K"),
            ("book", "add", "K", "galaxy", "river", "#1 OR #2"),
            ("users", "add", "bob", "--role", "editor", "--groups", "lab", "--link"),
        ):
            assert run_through(home, *arguments) == 0, arguments
        with Atlas(Settings(home=home, accounts="on")) as atlas:
            atlas.accounts.add("ann", "keeper", PASSWORD)
            ids = [hit["id"] for hit in atlas.search("collection:A -collection:B")["documents"]]
            first_record = atlas.search("collection:B")["documents"][0]["id"]
            second_record = atlas.papers.one(first_record)["duplicates"][0]["id"]
        assert run_through(home, "review", "decide", "R", ids[0], "include", "--who", "ann") == 0
        yield Start(home, ids[1], (first_record, second_record))


def changes(start: Start) -> dict[str, tuple[str, ...] | Action]:
    a, b = start.joined
    who = ("--who", "ann")
    return {
        "sign in": sign_in,
        "change a password": change_password,
        "remove a user": remove_user,
        "make a list": make_list,
        "add a user": ("users", "add", "cid", "--role", "editor", "--link"),
        "change a role": ("users", "role", "bob", "keeper"),
        "make a token": ("tokens", "add", "--user", "ann", "--name", "mine"),
        "decide": ("review", "decide", "R", start.paper, "exclude", *who),
        "undo": ("review", "undo", "R", *who),
        "start a review": ("review", "new", "S", "--from-collection", "B", *who),
        "add to a review": ("review", "add", "R", "--from", "collection:B", *who),
        "start a book": ("book", "new", "L"),
        "add to a book": ("book", "add", "K", "quantum"),
        "run a book": ("book", "run", "K", *who),
        "freeze a book": ("book", "freeze", "K", *who),
        "remove a book": ("book", "remove", "K"),
        "write a note": ("notes", "add", start.paper, "Read this."),
        "save a search": ("saved-searches", "save", "mine", "galaxy"),
        "star": ("mark", "star", start.paper),
        "split": ("split", b),
        "decide duplicates": ("decide-duplicate", a, b, "different", *who),
        "decide a group": ("decide-group", b, "out", *who),
        "share": ("collections", "share", "B", "--with", "bob,group:lab", "--private"),
        "describe": ("collections", "describe", "B", "--description", "Of rivers"),
    }


OFTEN = ["sign in", "decide", "freeze a book", "decide duplicates", "add a user"]


@pytest.mark.parametrize("name", OFTEN)
def test_a_change_killed_before_it_ends(start: Start, name: str, tmp_path: Path) -> None:
    _killed(start, name, tmp_path, slice(-1, None))


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("number", range(24))
def test_a_change_killed_at_any_step(start: Start, number: int, tmp_path: Path) -> None:
    _killed(start, list(changes(start))[number], tmp_path, slice(None))


def _killed(start: Start, name: str, tmp_path: Path, which: slice) -> None:
    change = changes(start)[name]
    arguments, action = ((), change) if callable(change) else (change, None)
    before, done = _rows(start.home), _copy(start, tmp_path / "done")
    steps = steps_of(done, *arguments, action=action)
    after, files = _rows(done), _files(done)
    assert any(step.startswith("commit ") for step in steps)
    for step in steps[which]:
        home = _copy(start, tmp_path / "home")
        assert run_killed(home, step, *arguments, action=action), step
        rows = _rows(home)
        is_between = set(_difference(rows, after)) == {BETWEEN.get(name)}
        assert is_between or rows in (before, after), (step, _difference(rows, after))
        status = run_through(home, *arguments, action=action)
        assert status == 0 or rows != before, step
        if rows == before or (is_between and status == 0):
            assert _rows(home) == after, (step, _difference(_rows(home), after))
        with Atlas(Settings(home=home)) as atlas:
            assert atlas.library.faults() == []
            assert atlas.reports.status()["engine"]["behind"] == 0, step
            assert atlas.search("", limit=0)["total"] == atlas.reports.status()["papers"]
        assert _files(home) <= files | _files(start.home), step


def _copy(start: Start, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(start.home, home)
    return home


def _rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the library holds; read from a copy of its files, so that the home stays as the kill left it."""
    copy = home.with_name("read")
    copy.mkdir(exist_ok=True)
    for name in ("library.db", "library.db-wal"):
        (copy / name).unlink(missing_ok=True)
        if (home / name).exists():
            shutil.copy(home / name, copy / name)
    with Library.open(f"sqlite:///{copy}/library.db") as library, library.reading() as connection:
        return {
            table.name: sorted(
                (
                    tuple(row)
                    for row in connection.execute(
                        select(*(one for one in table.columns if one.name not in VOLATILE))
                    )
                ),
                key=str,
            )
            for table in schema.metadata.sorted_tables
            if table.name not in LOGS
        }


def _difference(rows: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {name: (rows[name], others[name]) for name in rows if rows[name] != others[name]}


def _files(home: Path) -> set[str]:
    """The files that stay; an index has one more or less."""
    names = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    return {
        name for name in names if not name.startswith("index/") and "-wal" not in name and "-shm" not in name
    }
