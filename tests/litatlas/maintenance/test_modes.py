"""A home is its owner's alone, and the audit log knows the commands that changed it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from litatlas.accounts.sign_in import local_account
from litatlas.atlas import Atlas
from litatlas.cli.main import cli
from litatlas.maintenance.modes import close_to_others, open_to_others
from litatlas.settings import Settings
from tests.papers import papers, write


def run(home: Path, *arguments: str, input: str = "") -> Result:
    return CliRunner().invoke(cli, ["--home", str(home), *arguments], input=input)


def test_an_open_home_is_closed_by_migrate_and_said_by_doctor(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    outside.touch(mode=0o644)
    before = os.umask(0o022)
    try:
        with Atlas(Settings(home=home)):
            (home / "models" / "m").mkdir(parents=True)
            (home / "models" / "m" / "a.npy").touch()
            (home / "link").symlink_to(outside)
        home.chmod(0o755)
        (home / "library.db").chmod(0o644)
        outside.chmod(0o644)
    finally:
        os.umask(before)
    found = {path.relative_to(home).as_posix() for path in open_to_others(home)}
    assert {".", "library.db", "models", "models/m", "models/m/a.npy"} <= found
    told = json.loads(run(home, "doctor", "--json").stdout)["checks"]
    (check,) = [check for check in told if check["name"] == "home folder"]
    assert "litatlas migrate" in check["hint"]
    found = {path.relative_to(home).as_posix() for path in open_to_others(home)}
    assert {".", "library.db"} <= found
    assert json.loads(run(home, "migrate", "--dry-run", "--json").stdout)["closed"] == len(found)
    assert json.loads(run(home, "migrate", "--json").stdout)["closed"] == len(found)
    assert open_to_others(home) == []
    assert close_to_others(home) == 0
    assert outside.stat().st_mode & 0o777 == 0o644


def test_a_restore_of_nothing_leaves_no_home(tmp_path: Path) -> None:
    for name, content in (("missing", None), ("text", b"not a backup")):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        assert run(tmp_path / "home", "restore", str(file)).exit_code == 1
        assert not (tmp_path / "home").exists()


@pytest.mark.timeout(300)
def test_commands_that_change_an_atlas_with_users_are_in_its_audit_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITATLAS_PROCESSES", "1")
    home, file = tmp_path / "home", write(tmp_path / "a.jsonl", papers(4, seed=1, prefix="a"))
    assert run(home, "add", str(file), "--collection", "A").exit_code == 0
    with Atlas(Settings(home=home)) as atlas:
        assert atlas.accounts.audit() == []  # nobody has an account: nothing is written down
    assert run(home, "users", "add", "kim", "--role", "keeper", input="a password of words\n").exit_code == 0
    for arguments in (
        ("add", str(file), "--collection", "B"),
        ("collections", "rename", "B", "C"),
        ("reindex",),
        ("search", "galaxy"),
        ("collections", "remove", "C"),
        ("collections", "share", "A", "--with", "kim"),
        ("backup", str(tmp_path / "b")),
    ):
        assert run(home, *arguments).exit_code == 0, arguments
    assert run(home, "collections", "remove", "nothing").exit_code == 1
    with Atlas(Settings(home=home)) as atlas:
        rows = [(row["action"], row["subject"], row["who"]) for row in reversed(atlas.accounts.audit())]
    assert rows == [
        ("user added", "kim", local_account()),
        ("add", "B", local_account()),
        ("collections rename", "B", local_account()),
        ("reindex", "", local_account()),
        ("collections remove", "C", local_account()),
        ("collections share", "A", local_account()),
        ("backup", str(tmp_path / "b"), local_account()),
    ]
    assert run(tmp_path / "other", "restore", str(tmp_path / "b")).exit_code == 0
    with Atlas(Settings(home=tmp_path / "other")) as atlas:
        assert atlas.accounts.audit()[0]["action"] == "restore"
