"""Paths, packing, and what a hostile file may not do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from ingest.archives import Bounds
from ingest.document import Document, Rejected
from ingest.errors import InputError, NotFoundError
from ingest.input_files import read_sources
from ingest.preview import preview
from tests.ingest.workbooks import dense_workbook

LINES = "".join(
    f'{{"id": "p{n}", "title": "Paper number {n}", "abstract": "Text {n} {n * n}."}}\n' for n in range(2000)
)
DATA = LINES.encode()


def titles(found: list[tuple[str, object]]) -> list[str]:
    return [parsed.title for _, parsed in found if isinstance(parsed, Document)]


def faults(found: list[tuple[str, object]]) -> list[Rejected]:
    return [parsed for _, parsed in found if isinstance(parsed, Rejected)]


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        DATA,
        gzip.compress(DATA),
        gzip.compress(DATA[:50_000]) + gzip.compress(DATA[50_000:]),
        bz2.compress(DATA),
        lzma.compress(DATA),
        lzma.compress(DATA[:50_000]) + lzma.compress(DATA[50_000:]),
        zstandard.compress(DATA),
        tarred({"a/one.jsonl": DATA}),
        tarred({"a/one.jsonl": DATA}, "w:xz"),
        zipped({"one.jsonl": DATA}),
        zipped({"one.jsonl.gz": gzip.compress(DATA)}),
    ],
    ids=["plain", "gz", "gz twice", "bz2", "xz", "xz twice", "zst", "tar", "tar.xz", "zip", "gz in zip"],
)
def test_every_packing_whatever_the_name(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "records"
    path.write_bytes(packed)
    found = list(read_sources([path]))
    assert len(titles(found)) == 2000
    assert not faults(found)
    assert len(titles(list(read_sources(["-"], stdin=io.BytesIO(packed))))) == 2000


@pytest.mark.parametrize(
    "pack", [gzip.compress, lambda data: bz2.compress(data, 1), lzma.compress, zstandard.compress]
)
def test_a_truncated_file_keeps_what_was_good_and_says_so(tmp_path: Path, pack: object) -> None:
    packed = pack(DATA * 2)  # type: ignore[operator]
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(packed[: len(packed) * 19 // 20])
    found = list(read_sources([path]))
    good = titles(found)
    assert len(good) > 100
    assert good[:3] == ["Paper number 0", "Paper number 1", "Paper number 2"]
    told = [fault for fault in faults(found) if fault.field == "file"]
    assert len(told) == 1
    assert "kept" in told[0].reason


def test_bytes_damaged_in_the_middle_keep_what_was_good(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(os.urandom(10) + b"\n" + DATA * 3))
    packed[len(packed) // 2 : len(packed) // 2 + 200] = bytes(200)
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(packed)
    found = list(read_sources([path], format="jsonl"))
    assert len(titles(found)) > 100
    assert any("damaged" in fault.reason for fault in faults(found))


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b'{"title": "One"}\n' + b"\n" * 8_000_000))
    found = list(read_sources([path], bounds=Bounds(free=1_000_000, ratio=100)))
    assert titles(found) == ["One"]
    assert "bomb" in faults(found)[0].reason


def test_a_bomb_of_small_members_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({f"{n}.txt": b"A line of text and more.\n" + b"\n" * 200_000 for n in range(30)}))
    found = list(read_sources([path], bounds=Bounds(free=300_000, ratio=100)))
    assert any("bomb" in fault.reason for fault in faults(found))
    assert len({source for source, _ in found}) < 10


def test_archives_inside_archives_have_a_depth(tmp_path: Path) -> None:
    packed = DATA
    for _ in range(6):
        packed = gzip.compress(packed)
    path = tmp_path / "deep.gz"
    path.write_bytes(packed)
    with pytest.raises(InputError, match="packed more than"):
        list(read_sources([path]))


def test_paths_out_of_an_archive_links_and_encryption_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in ("../escape.jsonl", "/etc/absolute.jsonl", "good.jsonl"):
            entry = tarfile.TarInfo(name)
            entry.size = len(DATA)
            archive.addfile(entry, io.BytesIO(DATA))
        link = tarfile.TarInfo("link.jsonl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    path = tmp_path / "a.tar"
    path.write_bytes(buffer.getvalue())
    found = list(read_sources([path]))
    assert {source for source, parsed in found if isinstance(parsed, Document)} == {f"{path}/good.jsonl"}
    reasons = sorted(fault.reason.split(";")[0] for fault in faults(found))
    assert reasons == ["has a path that leads out of the archive"] * 2 + [
        "is a link or a device inside the archive"
    ]


def test_folders_globs_and_links(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one.jsonl").write_text('{"title": "One"}\n')
    (tmp_path / "sub" / "two.jsonl").write_text('{"title": "Two"}\n')
    (tmp_path / ".hidden").write_text('{"title": "Hidden"}\n')
    (tmp_path / "notes.bin").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "one.jsonl")
    found = list(read_sources([tmp_path]))
    assert titles(found) == ["One", "Two"]
    assert sorted(fault.reason.split(" ")[0] for fault in faults(found)) == [f"{tmp_path}/notes.bin", "is"]
    assert titles(list(read_sources([str(tmp_path / "**" / "*.jsonl")]))) == ["One", "Two"]
    assert titles(list(read_sources([tmp_path / "one.jsonl", tmp_path / "sub" / "two.jsonl"]))) == [
        "One",
        "Two",
    ]


def test_what_cannot_be_read_at_all_is_an_error_that_names_it(tmp_path: Path) -> None:
    empty = tmp_path / "empty.xml"
    empty.write_bytes(b"")
    with pytest.raises(InputError, match=r"empty\.xml is empty"):
        list(read_sources([empty]))
    with pytest.raises(NotFoundError, match=r"nothing\.xml does not exist"):
        list(read_sources([tmp_path / "nothing.xml"]))
    (tmp_path / "pictures.zip").write_bytes(zipped({"a.bin": bytes(range(256)) * 9}))
    with pytest.raises(InputError, match="binary"):
        list(read_sources([tmp_path / "pictures.zip"]))
    with pytest.raises(InputError, match="nothing to read"):
        list(read_sources([]))


def test_one_unreadable_file_among_several_does_not_stop_them(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "b.jsonl").write_text('{"title": "One"}\n')
    found = list(read_sources([tmp_path / "a.pdf", tmp_path / "b.jsonl"]))
    assert titles(found) == ["One"]
    assert "PDF" in faults(found)[0].reason


def test_progress_reaches_the_total(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(DATA))
    seen: list[tuple[int, int]] = []
    list(read_sources([path], on_bytes=lambda done, total: seen.append((done, total))))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_forced_format_is_used(tmp_path: Path) -> None:
    path = tmp_path / "records.txt"
    path.write_text("Name\nA paper\n")
    found = list(read_sources([path], format="csv", mapping={"title": "Name"}))
    assert titles(found) == ["A paper"]


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Title"])
    book.active.append(["A paper"])
    book.save(tmp_path / "book.xlsx")
    assert titles(list(read_sources([tmp_path / "book.xlsx"]))) == ["A paper"]


# --- A look before adding


def test_a_preview_shows_the_first_records_the_format_and_the_columns(tmp_path: Path) -> None:
    table = tmp_path / "papers.csv"
    rows = "".join(f"{n},Paper {n} on hearts,20{n:02}\n" for n in range(10, 30))
    table.write_text("Nr,Name,When\n" + rows)
    blind = preview(table)
    assert blind.columns == [("Nr", ""), ("Name", ""), ("When", "")]
    assert blind.documents == []
    assert "no column is a title" in blind.faults[0].reason
    found = preview(table, mapping={"title": "Name", "id": "Nr", "year": "when"}, limit=3)
    assert found.format == "csv"
    assert [(one.source_id, one.title, one.year) for one in found.documents] == [
        (str(n), f"Paper {n} on hearts", 2000 + n) for n in (10, 11, 12)
    ]
    assert found.columns == [("Nr", "source_id"), ("Name", "title"), ("When", "year")]


def test_a_mapping_that_cannot_hold_is_said(tmp_path: Path) -> None:
    table = tmp_path / "papers.csv"
    table.write_text("Title,Year\nA heart,2020\n")
    with pytest.raises(InputError, match="no field 'titel'"):
        preview(table, mapping={"titel": "Title"})
    found = preview(table, mapping={"venue": "Journal"})
    assert [(fault.value, fault.reason) for fault in found.faults] == [
        ("Journal", "is not a column of this table")
    ]
    assert found.documents[0].title == "A heart"


@pytest.mark.parametrize(("bound", "words"), [({"seconds": 1}, "1 seconds"), ({"memory": 1 << 20}, "memory")])
def test_a_preview_costs_no_more_than_its_bounds(tmp_path: Path, bound: dict[str, int], words: str) -> None:
    path = tmp_path / "small.xlsx"
    path.write_bytes(dense_workbook())
    assert path.stat().st_size < 200_000
    with pytest.raises(InputError, match=words) as refusal:
        preview(path, **bound)
    assert "small.xlsx" in refusal.value.message
    assert "without a preview" in refusal.value.hint
