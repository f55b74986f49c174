"""Several processes on one library of either kind: each change counts once, a killed one's not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from sqlalchemy import func, select

from ingest.library import schema
from ingest.library.library import Library

_ADD = """
import sys
from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
url, name, count = sys.argv[1:]
texts = ((f"{name} {n} studied", f"Of {name} number {n} was studied at length.") for n in range(int(count)))
papers = (Document(str(n), title=title, abstract=text) for n, (title, text) in enumerate(texts))
with Library.open(url) as library:
    add(library, name, (("t.jsonl", paper) for paper in papers), processes=1, progress=Silent())
"""
_CLAIM = """
import sys
from ingest.library.library import Library
with Library.open(sys.argv[1]) as library:
    while job := library.claim_job(sys.argv[2]):
        print(job.id)
"""


def _start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True)


def test_two_processes_that_add_lose_nothing(library: Library, library_url: str) -> None:
    processes = [_start(_ADD, library_url, name, "300") for name in ("First", "Second")]
    assert [process.communicate(timeout=200) and process.returncode for process in processes] == [0, 0]
    assert {row.name: row.documents for row in library.collections()} == {"First": 300, "Second": 300}
    with library.reading() as connection:
        rows = connection.execute(select(schema.documents.c.number, schema.documents.c.seq)).all()
        assert len({row.number for row in rows}) == 600
        newest = connection.scalar(select(func.max(schema.documents.c.seq)))
    assert 0 < newest <= library.sequence()
    assert len(list(library.papers())) == library.counts().papers


def test_each_job_is_claimed_by_one_process(library: Library, library_url: str) -> None:
    made = {library.create_job("build", {"n": n}) for n in range(40)}
    processes = [_start(_CLAIM, library_url, name) for name in ("a", "b")]
    claimed = [process.communicate(timeout=100)[0].split() for process in processes]
    assert sorted(claimed[0] + claimed[1]) == sorted(made)


def test_a_writer_that_is_killed_leaves_whole_batches_and_no_lock(library: Library, library_url: str) -> None:
    process = _start(_ADD, library_url, "Killed", "20000")
    deadline = time.monotonic() + 100
    while not library.counts().documents and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = library.counts().documents
    assert 0 < before < 20000
    assert len(list(library.papers())) == library.counts().papers
    second = _start(_ADD, library_url, "Second", "50")
    second.communicate(timeout=100)
    assert second.returncode == 0
    assert library.counts().documents == before + 50
    assert library.faults() == []
