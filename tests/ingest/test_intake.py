"""Taking records in: the counts, what is stored, and what a killed process leaves."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Document, FieldWarning, Parsed, Rejected
from ingest.duplicates.signatures import HOT
from ingest.intake import AddReport, add
from ingest.library.backend.errors import LibraryError
from ingest.library.library import Library
from ingest.parallel import process_pool
from ingest.progress import Interrupted, Silent

ROOT = Path(__file__).parents[2]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(f"sqlite:///{tmp_path}/library.db") as opened:
        yield opened


def records(count: int) -> list[Document]:
    return [
        Document(str(n), f"Study {n} of the matter {n * 7}", f"Matter {n * 11} was studied {n * 13} times.")
        for n in range(count)
    ]


def take(library: Library, collection: str, parsed: list[Parsed], processes: int = 1) -> AddReport:
    return add(library, collection, [("f", item) for item in parsed], processes=processes, progress=Silent())


def counts(report: AddReport) -> tuple[int, ...]:
    whole = (report.read, report.added, report.updated, report.unchanged, report.duplicates, report.rejected)
    assert whole[0] == sum(whole[1:])
    return whole


def test_the_counts_of_the_contract(library: Library) -> None:
    one, two, three = records(3)
    reject = Rejected(7, "title", "v", "neither title nor abstract")
    assert counts(take(library, "A", [one, two, reject])) == (3, 2, 0, 0, 0, 1)
    assert counts(take(library, "A", [one, two])) == (2, 0, 0, 2, 0, 0)
    assert counts(take(library, "A", [replace(one, abstract="New."), two, three])) == (3, 1, 1, 1, 0, 0)
    assert counts(take(library, "B", [three, replace(three, source_id="x")])) == (2, 0, 0, 0, 2, 0)
    assert counts(take(library, "B", [])) == (0, 0, 0, 0, 0, 0)


def test_one_id_twice_in_a_file(library: Library) -> None:
    one = records(1)[0]
    report = take(library, "A", [one, one, replace(one, abstract="Version two of it."), one])
    assert counts(report) == (4, 1, 2, 1, 0, 0)
    (only,) = library.papers()
    assert only.shown.document.abstract == one.abstract
    assert counts(take(library, "A", [one])) == (1, 0, 0, 1, 0, 0)


def test_a_newer_version_replaces_keys_and_text(library: Library) -> None:
    one, two = records(2)
    take(library, "A", [replace(one, doi="10.1000/old"), two])
    newer = replace(one, doi="10.1000/new", abstract="Matter 0 was studied once more, and in vain.")
    assert counts(take(library, "A", [newer])) == (1, 0, 1, 0, 0, 0)
    assert library.find("10.1000/old") is None
    found = library.paper_of(str(library.find("10.1000/new")))
    assert found.shown.document.abstract == newer.abstract
    assert library.counts().papers == 2


def test_an_update_can_join_and_part(library: Library) -> None:
    one, two = records(2)
    take(library, "A", [one, two])
    take(library, "A", [replace(one, doi="10.1000/a"), replace(two, doi="10.1000/a")])
    assert library.counts().papers == 1
    sequence = library.sequence()
    take(library, "A", [replace(two, doi="10.1000/b")])
    assert library.counts().papers == 2
    assert len(list(library.papers(since=sequence))) == 2


def test_an_identifier_that_is_too_common_does_not_part_versions(library: Library) -> None:
    """A book's DOI on all its chapters: two records of one chapter are still found by their text."""
    chapters: list[Parsed] = [
        replace(d, doi="10.1000/book", authors=("Doe, Jane",)) for d in records(HOT + 5)
    ]
    text = "The tides of a narrow strait were measured through two winters with buoys that sank in storms."
    one = Document("x", "Tides of a narrow strait in winter", text, ("Roe, Al",), doi="10.1000/book")
    take(library, "A", [*chapters, one])
    take(library, "B", [replace(one, source_id="y", title="Tides of a narrow strait in the winter")])
    (paper,) = [p for p in library.papers() if p.shown.document.title.startswith("Tides")]
    assert len(paper.members) == 2
    assert "nearly the same" in paper.reason


@pytest.mark.parametrize("old", [False, True], ids=["written now", "written before bands had schemes"])
def test_records_of_one_source_are_not_joined_by_their_text(library: Library, old: bool) -> None:
    one = Document("x", "Tides of a narrow strait in winter", "A short note on tides.", arxiv_id="1901.00001")
    take(library, "A", [one])
    if old:
        with library.writing() as connection:
            connection.exec_driver_sql("INSERT INTO bands SELECT key, document, 0 FROM recent_bands")
            connection.exec_driver_sql("DELETE FROM recent_bands")
    take(library, "B", [replace(one, source_id="y", arxiv_id="1901.00002")])
    assert library.counts().papers == 2


@pytest.mark.parametrize("recent", [0, 45, 400_000])
def test_near_duplicates_are_found_wherever_their_bands_are(
    library: Library, monkeypatch: pytest.MonkeyPatch, recent: int
) -> None:
    monkeypatch.setattr("ingest.duplicates.keys.WAITING", recent)
    text = "The tides of a narrow strait were measured through two winters with buoys that sank in storms."
    one = Document("x", "Tides of a narrow strait in winter", text)
    other = replace(one, source_id="y", title="Tides of a narrow strait in the winter")
    take(library, "A", [one, *records(30)])
    take(library, "B", [other])
    take(library, "C", [replace(other, source_id="z")])
    assert library.counts().papers == library.counts().documents - 2
    newer = replace(
        one, title="Salt in bread", abstract="Salt slows the yeast of a dough, and more so in warm rooms."
    )
    take(library, "A", [newer])
    take(library, "C", [replace(newer, source_id="z", title="Salt in the bread")])
    (bread,) = [p for p in library.papers() if "Salt" in p.shown.document.title]
    assert len(bread.members) == 2
    with library.reading() as connection:
        count = "SELECT (SELECT count(*) FROM bands), (SELECT count(*) FROM recent_bands)"
        poured, waiting = connection.exec_driver_sql(count).one()
    assert (poured > 0, waiting > 0) == {0: (True, False), 45: (True, True), 400_000: (False, True)}[recent]


def test_rejects_and_warnings_are_kept_once(library: Library) -> None:
    faults: list[Parsed] = [
        Rejected(3, "record", "x" * 9000, "broken"),
        FieldWarning(4, "year", "19xx", "no year"),
    ]
    take(library, "A", [*records(1), *faults])
    take(library, "A", [*records(1), *faults])
    (reject,) = library.rejects("A")
    assert (reject.line, reject.field, len(reject.value), reject.reason) == (3, "record", 500, "broken")
    (warning,) = library.rejects("A", kind="warning")
    assert warning.value == "19xx"
    assert len(list(library.rejects("A", kind=None))) == 2
    assert library.collection("A").rejected == 1


def test_many_processes_give_what_one_gives(tmp_path: Path) -> None:
    parsed = records(3200)
    parsed[2500:2500] = [replace(d, source_id=f"again {d.source_id}") for d in parsed[:20]]
    contents = []
    for processes in (1, 2):
        with Library.open(f"sqlite:///{tmp_path}/{processes}.db") as library:
            report = take(library, "A", list(parsed), processes)
            assert counts(report) == (3220, 3200, 0, 0, 20, 0)
            contents.append(content(tmp_path / f"{processes}.db"))
    assert contents[0] == contents[1]


def test_languages_are_detected_and_the_sources_own_wins(library: Library) -> None:
    german = "Untersuchungen über die Wirkung von Salz auf das Wachstum der Zellen und der Hefe"
    take(library, "A", [Document("1", german), Document("2", german + " II", lang="fr")])
    found = {p.shown.document.source_id: p.shown.document.lang for p in library.papers()}
    assert found == {"1": "de", "2": "fr"}
    assert counts(take(library, "A", [Document("1", german)])) == (1, 0, 0, 1, 0, 0)


def test_absurd_sizes_are_cut_with_a_warning(library: Library) -> None:
    report = take(library, "A", [Document("1", "t" * 5000, "a " * 150_000, authors=("A, B",) * 60_000)])
    assert {warning.field for warning in report.warnings} == {"title", "abstract", "authors"}
    (only,) = library.papers()
    assert len(only.shown.document.title) == 4000
    assert len(only.shown.document.authors) == 50_000


def test_a_record_without_an_id_gets_one_from_its_content(library: Library) -> None:
    one, two = (replace(d, source_id="") for d in records(2))
    assert counts(take(library, "A", [one, two])) == (2, 2, 0, 0, 0, 0)
    assert counts(take(library, "A", [two, one])) == (2, 0, 0, 2, 0, 0)


def test_strange_text_is_kept(library: Library) -> None:
    strange = [
        Document("1", "A \ud800 half of a pair"),
        Document("2", "nul \x00 and \u2028", "x"),
        Document("3", "$"),
    ]
    report = take(library, "A", list(strange))
    assert report.read == 3
    assert library.counts().documents == report.added + report.duplicates


def test_interruption_keeps_whole_batches(library: Library) -> None:
    class Stop(Silent):
        def step(self, name: str, done: float, total: float) -> None:
            raise Interrupted("stop")

    with pytest.raises(Interrupted) as caught:
        add(library, "A", [("f", d) for d in records(2500)], processes=1, progress=Stop())
    assert caught.value.hint == "1,000 records were stored."
    assert library.counts().documents == 1000
    assert counts(take(library, "A", list(records(2500)))) == (2500, 1500, 0, 1000, 0, 0)


def test_a_reader_that_fails_leaves_whole_batches(library: Library) -> None:
    def failing() -> Iterator[tuple[str, Parsed]]:
        yield from (("f", d) for d in records(1500))
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        add(library, "A", failing(), processes=2, progress=Silent())
    assert library.counts().documents in (0, 1000)
    assert library.counts().papers == library.counts().documents


SCRIPT = """
import sys, time
sys.path.insert(0, {root!r})
from tests.ingest.test_intake import mixed
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent

class Slow(Silent):
    def step(self, name, done, total):
        print(done, flush=True)
        time.sleep(0.05)

if __name__ == "__main__":
    with Library.open("sqlite:///" + sys.argv[1]) as library:
        add(library, "A", (("f", item) for item in mixed()), processes=1, progress=Slow())
"""


def mixed() -> list[Parsed]:
    """Records with duplicates, changed versions, rejects and references."""
    parsed: list[Parsed] = [replace(d, references=(f"doi:10.1000/{d.source_id}",)) for d in records(4000)]
    parsed[1500:1500] = [
        replace(d, source_id=f"d{d.source_id}", doi=f"10.1000/{d.source_id}") for d in records(40)
    ]
    parsed[2800:2800] = [replace(d, abstract=d.abstract + " And again.") for d in records(30)]
    parsed[3100:3100] = [Rejected(n, "record", "", "broken") for n in range(50)]
    return parsed


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the library, but for times and the numbers of changes."""
    tables = {
        "documents": "number, id, collection, paper, fingerprint, record, title_forms, abstract_forms",
        "papers": "number, shown",
        "(SELECT * FROM identifiers UNION ALL SELECT * FROM recent_identifiers)": "*",
        "(SELECT * FROM citations UNION ALL SELECT * FROM recent_citations)": "*",
        "(SELECT * FROM bands UNION ALL SELECT * FROM recent_bands)": "*",
        "joins": "*",
    }
    with sqlite3.connect(path) as opened:
        rows = {}
        for table, columns in tables.items():
            rows[table] = opened.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
        rows["rejects"] = opened.execute("SELECT source, line, reason FROM rejects ORDER BY line").fetchall()
        return rows


@pytest.mark.parametrize("batches", [1, 3])
def test_a_killed_add_run_again_is_one_clean_add(tmp_path: Path, batches: int) -> None:
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(SCRIPT.format(root=str(ROOT))))
    killed, clean = tmp_path / "killed.db", tmp_path / "clean.db"
    process = subprocess.Popen(
        [sys.executable, script, killed], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    for _ in range(batches):
        assert process.stdout.readline()
    time.sleep(0.02 * batches)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with sqlite3.connect(killed) as opened:
        (stored,) = opened.execute("SELECT count(*) FROM documents").fetchone()
    assert 0 < stored < 4040
    for path in (killed, clean):
        with Library.open(f"sqlite:///{path}") as library:
            take(library, "A", mixed())
    one, other = content(killed), content(clean)
    assert one == other


def test_a_failure_ends_the_processes_before_it_is_told(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools: list[ProcessPoolExecutor] = []

    def pool(processes: int) -> ProcessPoolExecutor:
        pools.append(process_pool(processes))
        return pools[-1]

    def fail(*_: object) -> None:
        raise LibraryError("The disk of the library is full.")

    monkeypatch.setattr("ingest.intake.process_pool", pool)
    monkeypatch.setattr("ingest.intake.store", fail)
    with pytest.raises(LibraryError) as failure:
        take(library, "many", list(records(2_500)), processes=2)
    with pytest.raises(RuntimeError, match="after shutdown"):
        pools[0].submit(int)
    assert failure.tb is not None, "all that its frames hold is alive"
