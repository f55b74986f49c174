"""How fast records become a library (read, cleaned, de-duplicated, stored, analysed), in how much memory.

    .venv/bin/python -m bench.ingest FILE [--limit N] [--processes 2] [--runs 3] [--profile]

FILE is anything that ``litatlas add`` reads: ``../shared/data/arxiv-150k.jsonl.xz``, a MEDLINE file, …
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import resource
import statistics
import tempfile
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from ingest.document import Parsed
from ingest.input_files import read_sources
from ingest.intake import AddReport, add
from ingest.library.library import Library
from ingest.progress import Silent


def records(path: str, limit: int | None) -> Iterable[tuple[str, Parsed]]:
    """A file as ``litatlas add`` reads it; its first ``limit`` records are parsed in this process instead."""
    return read_sources([path]) if limit is None else islice(read_sources([path]), limit)


def run(path: str, limit: int | None, processes: int) -> tuple[AddReport, float, float]:
    """Add a file to an empty library. Returns the report, the seconds, and those of adding it once more."""
    with tempfile.TemporaryDirectory() as folder, Library.open(f"sqlite:///{folder}/library.db") as library:
        begun = time.perf_counter()
        report = add(library, "bench", records(path, limit), processes=processes, progress=Silent())
        took = time.perf_counter() - begun
        begun = time.perf_counter()
        add(library, "bench", records(path, limit), processes=processes, progress=Silent())
        return report, took, time.perf_counter() - begun


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(run, options.file, options.limit, options.processes)
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
        return
    runs = [run(options.file, options.limit, options.processes) for _ in range(options.runs)]
    report = runs[0][0]
    took, again = statistics.median(row[1] for row in runs), statistics.median(row[2] for row in runs)
    peak = [
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    result = {
        "file": Path(options.file).name,
        "records": report.read,
        "added": report.added,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "seconds": round(took, 1),
        "records_a_second": round(report.read / took),
        "again_records_a_second": round(report.read / again),
        "megabytes": round(peak[0]),
        "megabytes_of_a_worker": round(peak[1]),
        "processes": options.processes,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "machine": platform.machine(),
        "python": platform.python_version(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
