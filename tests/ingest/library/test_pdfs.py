"""PDFs that papers came with: kept once, in parts, as long as a record has them, and up to a bound."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from ingest.errors import NotFoundError
from ingest.input_files import read_sources
from ingest.intake import AddReport, add
from ingest.library.files.arriving import PART_BYTES, ArrivingPdfs
from ingest.library.files.pdfs import PART, part_count
from ingest.library.library import Library
from ingest.library.schema import pdf_parts
from ingest.progress import Silent
from tests.ingest import pdfs

ROWERS = pdfs.paper(padding=2 * PART)
NURSES = pdfs.paper(title="Sleep and stroke in nurses of the coast", foot="https://doi.org/10.1234/foo.99")


def take(
    library: Library,
    folder: Path,
    collection: str,
    files: Mapping[str, bytes],
    *,
    most: int = 10**9,
    room: int = 10**9,
    processes: int = 1,
) -> AddReport:
    paths = [folder / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    arriving = ArrivingPdfs(most, lambda: room)
    records = read_sources(paths, on_pdf=arriving.put)
    report = add(
        library, collection, records, processes=processes, progress=Silent(), pdfs=arriving, source="test"
    )
    assert arriving.take(str(paths[0])) is None  # nothing is held any longer
    return report


def content_of(library: Library, id: str) -> bytes:
    hash, size = library.pdfs_of([id])[id]
    content = b"".join(library.pdf_part(hash, part) for part in range(part_count(size)))
    assert len(content) == size
    return content


def parts_in(library: Library) -> int:
    with library.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(pdf_parts)) or 0)


def by_title(library: Library, collection: str) -> dict[str, str]:
    return {one.document.title.split()[0]: one.id for one in library.documents(collection)}


@pytest.mark.parametrize("processes", [1, 2])
def test_each_paper_has_its_own_file(library: Library, tmp_path: Path, processes: int) -> None:
    files = {"a.pdf": ROWERS, "scan.pdf": pdfs.scan(), "b.pdf": NURSES}
    report = take(library, tmp_path, "A", files, processes=processes)
    assert (report.added, report.rejected) == (2, 1)
    ids = by_title(library, "A")
    assert content_of(library, ids["Load"]) == ROWERS
    assert content_of(library, ids["Sleep"]) == NURSES
    assert library.pdf_totals() == (2, len(ROWERS) + len(NURSES))
    assert parts_in(library) == part_count(len(ROWERS)) + 1 == 4


def test_members_of_an_archive_have_theirs_even_under_one_name(library: Library, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("paper.pdf", ROWERS)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("paper.pdf", NURSES)
    take(library, tmp_path, "A", {"a.zip": packed.getvalue()})
    ids = by_title(library, "A")
    assert [content_of(library, ids[one]) for one in ("Load", "Sleep")] == [ROWERS, NURSES]


def test_one_file_in_two_collections_is_kept_once_and_until_the_last_is_gone(
    library: Library, tmp_path: Path
) -> None:
    take(library, tmp_path, "A", {"a.pdf": ROWERS})
    take(library, tmp_path, "B", {"a.pdf": ROWERS, "b.pdf": NURSES})
    assert library.pdf_totals()[0] == 2
    assert parts_in(library) == 4
    library.remove_collection("B")
    assert library.pdf_totals() == (1, len(ROWERS))
    (id,) = by_title(library, "A").values()
    hash, _ = library.pdfs_of([id])[id]
    assert content_of(library, id) == ROWERS
    library.remove_collection("A")
    assert library.pdf_totals() == (0, 0)
    assert parts_in(library) == 0
    with pytest.raises(NotFoundError):
        library.pdf_part(hash, 0)


def test_a_paper_that_is_there_gets_its_file_and_then_the_newer_one(library: Library, tmp_path: Path) -> None:
    take(library, tmp_path, "A", {"a.pdf": ROWERS}, most=0)
    assert library.pdf_totals() == (0, 0)
    report = take(library, tmp_path, "A", {"a.pdf": ROWERS})
    assert report.unchanged == 1
    (id,) = by_title(library, "A").values()
    assert content_of(library, id) == ROWERS
    newer = ROWERS.replace(b"xxxx", b"yyyy")
    take(library, tmp_path, "A", {"a.pdf": newer})
    assert content_of(library, id) == newer
    assert parts_in(library) == 3


@pytest.mark.parametrize("bound", [{"most": len(NURSES) + 10}, {"room": len(NURSES) + 10}])
def test_what_there_is_no_room_for_is_a_paper_and_a_warning(
    library: Library, tmp_path: Path, bound: dict[str, int]
) -> None:
    report = take(library, tmp_path, "A", {"b.pdf": NURSES, "a.pdf": ROWERS}, **bound)
    assert report.added == 2
    assert library.pdf_totals() == (1, len(NURSES))
    (warning,) = [one for one in report.warnings if one.field == "file"]
    assert warning.source.endswith("a.pdf")
    assert "not kept" in warning.reason


def test_large_files_are_stored_before_many_are_held(library: Library, tmp_path: Path) -> None:
    arriving = ArrivingPdfs(10**9, lambda: 10**9)
    large = pdfs.paper(padding=PART_BYTES)
    files = {"a.pdf": large, "b.pdf": NURSES}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    held: list[int] = []

    def put(source: str, content: bytes) -> None:
        held.append(library.pdf_totals()[0])
        arriving.put(source, content)

    records = read_sources([tmp_path / name for name in files], on_pdf=put)
    add(library, "A", records, processes=1, progress=Silent(), pdfs=arriving)
    assert held == [0, 1]  # the first was stored when the second was read
    assert library.pdf_totals()[0] == 2


def test_a_flipped_byte_is_named(library: Library, tmp_path: Path) -> None:
    take(library, tmp_path, "A", {"a.pdf": ROWERS, "b.pdf": NURSES})
    assert list(library.damaged_pdfs()) == []
    ids = by_title(library, "A")
    hash, _ = library.pdfs_of([ids["Load"]])[ids["Load"]]
    other = bytes([ROWERS[PART] ^ 1]) + ROWERS[PART + 1 : 2 * PART]
    with library.writing() as connection:
        where = (pdf_parts.c.hash == hash) & (pdf_parts.c.part == 1)
        connection.execute(update(pdf_parts).where(where).values(content=other))
    assert list(library.damaged_pdfs()) == [ids["Load"]]
