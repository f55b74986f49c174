"""Damage to SQLite's log: commits that SQLite passes over in silence are noticed, and the log is kept."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ingest.library.backend import wal_index
from ingest.library.backend.write_ahead_log import loses_commits
from ingest.library.library import Library

FRAME = 24
HEADER = 32
COMMITS = 12


@pytest.fixture(scope="module")
def left(empty_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a killed process leaves: a library whose last commits are in the log alone."""
    folder = tmp_path_factory.mktemp("left")
    file = shutil.copy(empty_library, folder / "used.db")
    with Library.open(f"sqlite:///{file}") as library:
        for number in range(COMMITS):
            library.set_meta(f"k{number}", "value" * 400)
        for rest in ("", "-wal"):
            shutil.copy(f"{file}{rest}", folder / f"library.db{rest}")
    return folder / "library.db"


def _damaged(left: Path, folder: Path, log: bytes) -> Path:
    file = shutil.copy(left, folder / "library.db")
    (folder / "library.db-wal").write_bytes(log)
    return Path(file)


def _log(left: Path) -> bytes:
    return left.with_name("library.db-wal").read_bytes()


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :]


def test_a_whole_log_is_read_as_before(left: Path, tmp_path: Path) -> None:
    file = _damaged(left, tmp_path, _log(left))
    with Library.open(f"sqlite:///{file}") as library:
        assert library.damaged_logs() == []
        assert len(library.meta_keys("k")) == COMMITS


@pytest.mark.parametrize("share", [0, 0.3, 0.999999])
def test_a_damaged_log_is_kept_and_named(left: Path, share: float, tmp_path: Path) -> None:
    log = _flipped(_log(left), int(share * len(_log(left))))
    file = _damaged(left, tmp_path, log)
    for _ in range(2):  # it is named until somebody removes it, and kept once
        with Library.open(f"sqlite:///{file}") as library:
            assert len(library.meta_keys("k")) < COMMITS
            (kept,) = library.damaged_logs()
            assert kept.read_bytes() == log
            assert kept.stat().st_mode & 0o077 == 0
            assert library.faults() == []
            library.set_meta("after", "1")
    kept.unlink()
    with Library.open(f"sqlite:///{file}") as library:
        assert library.damaged_logs() == []
        assert library.get_meta("after") == "1"


def test_every_byte_of_headers_and_some_of_pages(left: Path, tmp_path: Path) -> None:
    log, copy = _log(left), tmp_path / "log"
    size = int.from_bytes(log[8:12], "big")
    dice = random.Random(1)
    last = len(log) - FRAME - size
    places = [
        *range(HEADER + FRAME),
        *range(last, last + FRAME),
        *(dice.randrange(len(log)) for _ in range(60)),
    ]
    for at in places:
        copy.write_bytes(_flipped(log, at))
        assert loses_commits(copy), at


def test_what_a_kill_leaves_is_no_damage(left: Path, tmp_path: Path) -> None:
    """A log that ends anywhere: what was being written was not committed."""
    log, copy = _log(left), tmp_path / "log"
    for at in range(0, len(log), 2_503):
        copy.write_bytes(log[:at])
        assert not loses_commits(copy), at


def test_frames_of_the_log_before_are_no_damage(tmp_path: Path) -> None:
    """SQLite begins its log anew over the old one; transactions that were taken back leave frames too."""
    file = tmp_path / "library.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for setting in ("journal_mode=WAL", "wal_autocheckpoint=20", "cache_size=5", "synchronous=OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("CREATE TABLE t (v)")
        dice, restarts, heads = random.Random(2), set(), 0
        for _ in range(150):
            connection.execute("BEGIN")
            for _ in range(dice.randrange(1, 30)):
                connection.execute("INSERT INTO t VALUES (?)", ("x" * dice.randrange(3_000),))
            connection.execute(dice.choice(("COMMIT", "COMMIT", "ROLLBACK")))
            log = tmp_path / "library.db-wal"
            restarts.add(log.read_bytes()[16:24])
            heads += loses_commits(log)
    assert heads == 0
    assert len(restarts) > 10


def test_a_log_in_use_is_not_looked_at(left: Path, tmp_path: Path) -> None:
    file = _damaged(left, tmp_path, _log(left))
    assert not wal_index.is_in_use(str(file))
    with Library.open(f"sqlite:///{file}") as library:
        library.set_meta("more", "value")
        assert wal_index.is_in_use(str(file))
        log = file.with_name("library.db-wal")
        with log.open("r+b") as half:  # as a writer's frame is, for a moment
            half.seek(-8, 2)
            half.write(b"\0" * 8)
        assert loses_commits(log)
        with Library.open(f"sqlite:///{file}") as second:
            assert second.damaged_logs() == []


def test_looking_whether_it_is_used_takes_no_lock_away(empty_library: Path, tmp_path: Path) -> None:
    """POSIX takes a process's locks where it closes the locked file: another could write meanwhile."""
    file = shutil.copy(empty_library, tmp_path / "library.db")
    intrude = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    with Library.open(f"sqlite:///{file}") as library, library.writing():
        assert wal_index.is_in_use(str(file))
        assert library.state() == 0
        other = subprocess.run(
            [sys.executable, "-c", intrude, str(file)], capture_output=True, text=True, check=False
        )
    assert "database is locked" in other.stderr
