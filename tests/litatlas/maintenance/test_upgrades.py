"""A home of every release since the first one kept (tests/homes) is brought up to this version."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import click
import pytest

from ingest.library import schema
from litatlas.atlas import Atlas
from litatlas.cli.context import READING
from litatlas.cli.main import cli
from litatlas.doctor import examine
from litatlas.errors import UnavailableError
from litatlas.settings import Settings
from tests.killing import run_through
from tests.litatlas.conftest import run_command

HOMES = sorted((Path(__file__).parents[2] / "homes").glob("*.tar.xz"))
"""Named by version and by that of the library's tables; one is added at each release."""


CHANGING = frozenset(
    (
        *(
            "add",
            "build",
            "publish",
            "discard",
            "rollback",
            "reindex",
            "rename-topic",
            "decide",
            "split",
            "join",
            "decide-duplicate",
            "undo-duplicate",
        ),
        *(f"collections {name}" for name in ("describe", "remove", "rename", "share")),
        *(f"harvest {name}" for name in ("arxiv", "crossref", "oai", "openalex", "pubmed", "refresh")),
        *(f"review {name}" for name in ("new", "add", "plan", "decide", "undo", "settle", "import")),
        *(
            f"{group} {name}"
            for group in ("search-book", "book")
            for name in (
                "new",
                "add",
                "set",
                "delete",
                "lines",
                "rename",
                "remove",
                "run",
                "freeze",
                "answer",
            )
        ),
        *(f"notes {name}" for name in ("add", "change", "remove", "share")),
        *(f"saved-searches {name}" for name in ("save", "remove", "share")),
        *("mark", "encode", "decide-group"),
        *(f"names {name}" for name in ("propose", "accept", "refuse")),
        *(f"users {name}" for name in ("add", "groups", "password", "remove", "reset-link", "role")),
        *("tokens add", "tokens revoke", "migrate", "move", "restore", "demo"),
    )
)
ELSEWHERE = frozenset(("serve", "worker", "doctor", "review simulate"))
"""They open the atlas in their own way, which never migrates, or none at all."""


def _commands(group: click.Group, path: str = "") -> set[str]:
    """Every command, as it is typed."""
    names: set[str] = set()
    for name, command in group.commands.items():
        typed = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            names |= _commands(command, typed)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            names.add(typed)
    return names


def test_of_every_command_it_is_known_whether_it_only_reads() -> None:
    assert isinstance(cli, click.Group)
    assert not READING & CHANGING
    assert _commands(cli) == READING | CHANGING | ELSEWHERE


def _version(home: Path) -> str:
    with closing(sqlite3.connect(home / "library.db")) as library:
        version: str = library.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return version


@pytest.mark.parametrize("packed", HOMES, ids=lambda path: path.stem)
def test_a_home_of_a_release_before_comes_up_to_this_one(packed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with tarfile.open(packed) as archive:
        archive.extractall(home, filter="data")
    before = _version(home)
    assert before == packed.stem.removesuffix(".tar").rpartition("-")[2]
    if before != schema.SCHEMA:
        kept = (home / "library.db").read_bytes()
        for reading in (
            ("search", "galaxy"),
            ("review", "list"),
            ("backup", str(tmp_path / "b")),
            ("serve",),
        ):
            outcome = run_command(home, *reading, check=False)
            assert (outcome.status, outcome.out) == (1, "")
            assert "litatlas migrate" in outcome.err
        with pytest.raises(UnavailableError, match="earlier litatlas") as refused:
            Atlas(Settings(home=home))
        assert "litatlas migrate" in refused.value.hint
        assert (home / "library.db").read_bytes() == kept
        assert not (tmp_path / "b").exists()
        assert any("litatlas migrate" in check["hint"] for check in examine(Settings(home=home))["checks"])
        told = run_command(home, "migrate", "--dry-run", "--json").json
        assert (told["from"], told["to"], told["migrated"]) == (before, schema.SCHEMA, False)
        assert told["steps"][-1]["version"] == schema.SCHEMA
        assert _version(home) == before
    assert run_through(home, "migrate") == 0
    assert _version(home) == schema.SCHEMA
    assert run_through(home, "reindex") == 0
    with Atlas(Settings(home=home)) as atlas:
        assert atlas.search("collection:A")["total"] == 40
        assert atlas.search("galaxy")["total"] > 10
    assert examine(Settings(home=home))["healthy"]
