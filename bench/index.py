"""Indexing and searching against the raw engines: the same fields handed to them without the contract
between.

    .venv/bin/python -m bench.index FILE [--limit N] [--runs 3] [--engine tantivy|URL] [--seed 1]

FILE is arXiv's snapshot (``../shared/data/arxiv-150k.jsonl.xz``). Papers get made-up topics (300 leaves,
five a paper), so that facets and vectors cost what they cost with a model. Prints one JSON line: seconds
and processor seconds of indexing, ours and raw; milliseconds of searches (p50, p95): raw with ten hits,
ours with ten hits, ours with 1,000 hits and every facet; bytes on the disk; how many of the first ten are
the same.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench import raw
from ingest.document import Document
from ingest.input_files import read_sources
from ingest.library.records import document_id
from ingest.text.analysis import ANALYSIS_VERSION, analyzer
from search.authors import author_tokens, fold
from search.clauses import Clause
from search.engines.contract import Engine, EngineOptions, FacetRequest, IndexedPaper, Request, Stamp
from search.engines.documents import stems
from search.engines.opening import open_engine
from search.engines.topic_shares import POWERS, share_tokens
from search.query.parser import parse
from search.query.resolve import resolve

LEAVES = 300
STAMP = Stamp(sequence=1, analysis=ANALYSIS_VERSION, model="bench", dims=LEAVES)
FACETS = (
    *(FacetRequest(name) for name in ("collection", "year", "topic", "tag", "lang")),
    FacetRequest("topic_share", LEAVES * len(POWERS)),
)


def papers(path: str, limit: int | None, seed: int) -> Iterator[IndexedPaper]:
    """The papers of a file, analysed, with made-up topics."""
    dice = np.random.default_rng(seed)
    for _, record in itertools.islice(read_sources([path]), limit):
        if isinstance(record, Document):
            yield _with_topics(_indexed(record), dice)


def _indexed(record: Document) -> IndexedPaper:
    ours = analyzer()
    title, abstract = ours.joined(record.title), ours.joined(record.abstract)
    return IndexedPaper(
        id=document_id("bench", record.source_id),
        title=record.title,
        abstract=record.abstract,
        title_stem=stems(title, ours, "en"),
        title_exact=title,
        title_sort=fold(record.title),
        abstract_stem=stems(abstract, ours, "en"),
        abstract_exact=abstract,
        collections=("arXiv",),
        year=record.year,
        tags=record.tags,
        author_tokens=author_tokens(record.authors),
        authors=record.authors,
        venue_tokens=ours.joined(record.venue),
        venue=record.venue,
        lang="en",
        types=(record.type,) if record.type else (),
        ids=(record.source_id,),
        has=("abstract", "title"),
    )


def _with_topics(paper: IndexedPaper, dice: np.random.Generator) -> IndexedPaper:
    leaves = dice.choice(LEAVES, 5, replace=False)
    theta = np.sort(dice.dirichlet([0.5] * 5))[::-1]
    vector = np.zeros(LEAVES, dtype=np.float32)
    vector[leaves] = np.sqrt(theta)
    own = [f"leaf{leaves[0]}", f"middle{leaves[0] // 5}", f"top{leaves[0] // 25}"]
    (shares,) = share_tokens([f"leaf{leaf}" for leaf in leaves], theta[None, :], [paper.id])
    shown = replace(paper, topics=tuple(own), topics_own=(own[0],), topic_share=tuple(shares))
    return replace(shown, vector=vector.tolist())


def queries(found: list[IndexedPaper], count: int, seed: int) -> list[Clause]:
    """Queries as people type them: one to three neighbouring words of a title, a tenth a phrase, a year,
    a description."""
    dice = np.random.default_rng(seed)
    texts: list[str] = []
    while len(texts) < count:
        paper = found[int(dice.integers(len(found)))]
        words = [word for word in paper.title_exact.split() if len(word) > 3 and analyzer().stem(word)]
        if len(words) < 3:
            continue
        kind, size = len(texts) % 10, int(dice.integers(1, 4))
        text = " ".join(words[:size])
        special = {0: f'"{" ".join(words[:2])}"', 1: f"{text} year:2010-", 2: " ".join(words)}
        texts.append(special.get(kind, text))
    return [
        resolve(parse(text), analyzer(), match="any" if len(text.split()) > 4 else "all") for text in texts
    ]


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Wall and processor seconds of a call."""
    gc.collect()
    begun, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - begun, time.process_time() - worked


def latencies(ask: Callable[[Clause], Any], asked: list[Clause]) -> dict[str, float]:
    """p50 and p95 in milliseconds, of the better of two rounds of each query."""
    best = [min(timed_once(ask, clause) for _ in range(2)) for clause in asked]
    return {
        "p50": round(1e3 * statistics.median(best), 2),
        "p95": round(1e3 * float(np.quantile(best, 0.95)), 2),
    }


def timed_once(ask: Callable[[Clause], Any], clause: Clause) -> float:
    """Wall seconds of one query."""
    begun = time.perf_counter()
    ask(clause)
    return time.perf_counter() - begun


def measure(
    found: list[IndexedPaper], engine: Engine, rival: raw.Raw, runs: int, seed: int
) -> dict[str, Any]:
    """All the numbers for one engine."""

    def index() -> None:
        engine.create("bench", STAMP)
        engine.write("bench", found, stamp=STAMP)

    theirs = [timed(lambda: rival.index(found)) for _ in range(runs)]
    ours = [timed(index) for _ in range(runs)]
    sample = queries(found, 200, seed)
    searches = {
        "raw_10": latencies(lambda clause: rival.search(clause, 10), sample),
        "ours_10": latencies(lambda clause: engine.search("bench", Request(clause)), sample),
        "raw_1000_facets": latencies(lambda clause: rival.search(clause, 1000, FACETS), sample),
        "ours_1000_facets": latencies(
            lambda clause: engine.search("bench", Request(clause, facets=FACETS, limit=1000)).facets, sample
        ),
    }
    middle = statistics.median
    return {
        "papers": len(found),
        "raw_seconds": round(middle(wall for wall, _ in theirs), 1),
        "raw_processor_seconds": round(middle(worked for _, worked in theirs), 1),
        "seconds": round(middle(wall for wall, _ in ours), 1),
        "processor_seconds": round(middle(worked for _, worked in ours), 1),
        "ratio": round(middle(wall for wall, _ in ours) / middle(wall for wall, _ in theirs), 2),
        "megabytes": round(engine.statistics("bench").bytes / 1e6, 1),
        "milliseconds": searches,
    }


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engine", default="tantivy")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sample = list(papers(options.file, options.limit, options.seed))
    gc.freeze()  # the papers stay: looking through them again and again would be charged to the engines
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(
            options.engine, Path(folder) / "ours", EngineOptions(prefix="litatlas-bench", timeout=120)
        )
        rival = raw.rival(options.engine, Path(folder) / "raw", STAMP)
        result = measure(sample, engine, rival, options.runs, options.seed)
        rival.close()
        engine.drop("bench")
        engine.close()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(json.dumps({"bench": "index", "engine": options.engine, "machine": machine, **result}))


if __name__ == "__main__":
    main()
