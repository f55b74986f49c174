"""How long a new order takes: ``python -m bench.screening_speed [--papers N] [--decisions N]``.

Makes a review of the first N arXiv records of ``LITATLAS_SHARED/data``, of which papers of one category are
to be included, and learns again after each of some decisions; prints seconds of wall and processor time.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import resource
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from search.screening.features import features_of
from search.screening.priority import ORDERS, Priority
from search.screening.records import Record

_CATEGORY = "cs.LG"
_AGAIN = 20


def main() -> None:
    """Print what each step costs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--decisions", type=int, default=1_000)
    chosen = parser.parse_args()
    began = time.perf_counter(), time.process_time()
    rows = list(islice(_rows(), chosen.papers))
    labels = [int(_CATEGORY in row["categories"].split()) for row in rows]
    _print("papers read", began)
    began = time.perf_counter(), time.process_time()
    priority = Priority(features_of([_record(row) for row in rows]))
    _print("features", began)
    read = list(range(chosen.decisions))
    walls, processors = [], []
    for at in range(chosen.decisions, chosen.decisions + _AGAIN):
        read.append(at)
        began = time.perf_counter(), time.process_time()
        priority.learn(read, [float(labels[paper]) for paper in read])
        for order in ORDERS:
            priority.next(2_000, order)
        walls.append(time.perf_counter() - began[0])
        processors.append(time.process_time() - began[1])
    print(f"first order {walls[0]:.2f} s, processor {processors[0]:.2f} s")
    for name, seconds in (("wall", walls[1:]), ("processor", processors[1:])):
        print(f"a new order, {name}: median {np.median(seconds):.3f} s, most {max(seconds):.3f} s")
    print(f"memory at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def _rows() -> Iterator[dict[str, str]]:
    path = Path(os.environ["LITATLAS_SHARED"]) / "data" / "arxiv-150k.jsonl.xz"
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _record(row: dict[str, str]) -> Record:
    """A record with authors and tags, so that every block but references has rows."""
    names = tuple(name.strip() for name in row["authors"].replace(" and ", ",").split(",") if name.strip())
    tags = tuple(row["categories"].split())[1:]
    return Record(title=row["title"], abstract=row["abstract"], authors=names, tags=tags, keys=(row["id"],))


def _print(what: str, began: tuple[float, float]) -> None:
    wall, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    print(f"{what}: {wall:.1f} s, processor {processor:.1f} s", flush=True)


if __name__ == "__main__":
    main()
