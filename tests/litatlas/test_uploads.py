"""Files that come in over the web: safe names, limits, and nothing left behind."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from litatlas.errors import InputError, NotFoundError, TooLargeError
from litatlas.uploads import MAX_NAME_BYTES, STAGED_SECONDS, UNCLAIMED_SECONDS, Uploads, age, safe_name


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


def stream(content: bytes = b"text") -> io.BytesIO:
    return io.BytesIO(content)


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@given(st.text(max_size=300))
@example("../../etc/passwd")
@example("C:\\Users\\me\\x.bib")
@example("a/．．/．．")
@example("℀")
@example(".." * 200)
@example("я" * 300 + ".bib")
def test_a_safe_name_is_one_plain_name_that_any_file_system_takes(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set("/\\\0\n") & set(safe)
    assert safe not in (".", "..")
    assert Path(safe).name == safe
    assert len(safe.encode()) <= MAX_NAME_BYTES
    assert safe_name(safe) == safe or len(safe.encode()) > MAX_NAME_BYTES - 4


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("papers.bib", "papers.bib"),
        ("my papers (2).bib", "my_papers_2_.bib"),
        ("C:\\Users\\me\\x.ris", "x.ris"),
        ("/srv/x/статьи.bib", "статьи.bib"),
        (".hidden", "hidden"),
        ("…", "upload"),
        ("", "upload"),
        ("___", "upload"),
        ("x" * 400 + ".jsonl.gz", "x" * (MAX_NAME_BYTES - 9) + ".jsonl.gz"),
    ],
)
def test_names_as_they_are_kept(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_file_is_stored_alone_under_its_name(uploads: Uploads) -> None:
    one, two = (uploads.store(stream(content), "a.bib", 1) for content in (b"one", b"two"))
    assert one != two
    assert (one.read_bytes(), two.read_bytes()) == (b"one", b"two")
    assert one.name == two.name == "a.bib"
    assert one.parent.parent == uploads.waiting


def test_what_is_too_large_or_empty_leaves_nothing(uploads: Uploads) -> None:
    with pytest.raises(TooLargeError, match="larger than 1 MB") as large:
        uploads.store(stream(b"x" * 1_000_001), "a.bib", 1)
    assert "litatlas add" in large.value.hint
    with pytest.raises(InputError, match=r"a\.bib is empty"):
        uploads.stage(stream(b""), "a.bib", 1)
    assert everything(uploads.waiting.parent) == []
    assert list(uploads.waiting.iterdir()) == list(uploads.staged.iterdir()) == []
    assert uploads.store(stream(b"x" * 1_000_000), "a.bib", 1).stat().st_size == 1_000_000


def test_a_stream_that_breaks_off_leaves_nothing(uploads: Uploads) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            block = super().read(3)
            if not block:
                raise ConnectionResetError
            return block

    with pytest.raises(ConnectionResetError):
        uploads.store(Broken(b"half a file"), "a.bib", 1)
    assert list(uploads.waiting.iterdir()) == []


def test_a_previewed_file_is_known_by_its_token_until_it_is_accepted(uploads: Uploads) -> None:
    token = uploads.stage(stream(), "a.bib", 1)
    assert uploads.file(token).read_bytes() == b"text"
    path = uploads.accept(token)
    assert path.read_bytes() == b"text"
    assert path.is_relative_to(uploads.waiting)
    for again in (uploads.file, uploads.accept):
        with pytest.raises(NotFoundError):
            again(token)


@pytest.mark.parametrize(
    "token", ["", "..", "../uploads", "0" * 23, "0" * 24, "0" * 25, "G" * 24, "０" * 24, "0" * 24 + "\n"]
)
def test_what_is_no_token_stands_for_no_file(uploads: Uploads, token: str) -> None:
    (uploads.staged.parent / "secret").write_text("x")
    uploads.staged.mkdir()
    (uploads.staged / "loose").write_text("x")
    with pytest.raises(NotFoundError) as error:
        uploads.file(token)
    assert "again" in error.value.hint


def test_previews_of_yesterday_are_forgotten_when_another_comes(uploads: Uploads) -> None:
    old, young = (uploads.stage(stream(), f"{name}.bib", 1) for name in ("old", "young"))
    past = time.time() - STAGED_SECONDS - 60
    os.utime(uploads.staged / old, (past, past))
    uploads.stage(stream(), "new.bib", 1)
    with pytest.raises(NotFoundError):
        uploads.file(old)
    assert uploads.file(young).exists()


def test_a_file_goes_with_its_folder_and_once(uploads: Uploads) -> None:
    path = uploads.store(stream(), "a.bib", 1)
    loose = uploads.waiting / "loose.bib"  # as an earlier version stored them
    loose.write_text("x")
    for _ in range(2):
        uploads.remove(path)
        uploads.remove(loose)
    assert list(uploads.waiting.iterdir()) == []
    assert uploads.waiting.is_dir()


def test_old_files_go_unless_a_job_wants_them(uploads: Uploads) -> None:
    wanted, orphan, young = (uploads.store(stream(), f"{name}.bib", 1) for name in ("w", "o", "y"))
    loose = uploads.waiting / "loose.bib"
    loose.write_text("x")
    past = time.time() - UNCLAIMED_SECONDS - 60
    for path in (wanted.parent, orphan.parent, loose):
        os.utime(path, (past, past))
    uploads.remove_unclaimed([wanted])
    assert [path.exists() for path in (wanted, orphan, young, loose)] == [True, False, True, False]
    assert not orphan.parent.exists()


def test_texts_are_told_without_the_servers_folder(uploads: Uploads) -> None:
    path = uploads.store(stream(), "a.bib", 1)
    assert uploads.without_folder(f"{path}: no title; {path} again") == "a.bib: no title; a.bib again"
    assert uploads.without_folder(f"{uploads.waiting}/loose.bib") == "loose.bib"
    assert uploads.without_folder("/elsewhere/a.bib") == "/elsewhere/a.bib"


def test_the_age_of_what_is_gone_is_nothing(tmp_path: Path) -> None:
    assert age(tmp_path / "gone") == 0
    os.utime(tmp_path, (0, 0))
    assert age(tmp_path) > 1_000_000
