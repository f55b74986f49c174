"""Screening against ASReview: ``python -m bench.screening [--peer PROGRAM] [--seeds N] [SET …]``.

Reads labelled reviews of ``LITATLAS_SHARED/data/screening`` from one included and one excluded paper on,
which the seed draws for both programs alike. ``--peer`` is ASReview's own program, in its own environment.
"""

from __future__ import annotations

import argparse
import csv
import os
import sqlite3
import subprocess
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from litatlas.parts.reviewing.exchange.labelled_files import Labelled, labelled_papers
from search.screening.features import features_of
from search.screening.simulation import loss, simulate, wss95


def main() -> None:
    """Print a row for each set: ours, and the peer's beside it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--peer", default="")
    parser.add_argument("--seeds", type=int, default=10)
    chosen = parser.parse_args()
    folder = Path(os.environ["LITATLAS_SHARED"]) / "data" / "screening"
    for path in sorted(folder.glob("*.jsonl.gz")):
        name = path.name.partition(".")[0]
        if not chosen.sets or name in chosen.sets:
            papers = labelled_papers(path)
            seeds = range(1, chosen.seeds + 1)
            print(f"{name:20} {_ours(papers, seeds)}", flush=True)
            if chosen.peer:
                print(f"{'  u4':20} {_peer(papers, seeds, chosen.peer)}", flush=True)


def _ours(papers: list[Labelled], seeds: range) -> str:
    features = features_of([paper.record for paper in papers])
    labels = [int(paper.label or 0) for paper in papers]
    runs = [simulate(features, labels, seed=seed) for seed in seeds]
    enough = np.mean([run.recall_at_stop >= 0.95 for run in runs])
    saved = np.mean([1 - run.stopped_at / len(labels) for run in runs])
    order = _row([run.wss95 for run in runs], [run.loss for run in runs])
    return f"{order}; at the stop recall >= .95 in {enough:.0%} of runs, saved {saved:.3f}"


def _peer(papers: list[Labelled], seeds: range, program: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "papers.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("title", "abstract", "included"))
            writer.writerows((paper.record.title, paper.record.abstract, paper.label) for paper in papers)
        shown = [_peer_labels(program, table, seed, len(papers)) for seed in seeds]
    return _row([wss95(labels) for labels in shown], [loss(labels) for labels in shown])


def _peer_labels(program: str, table: Path, seed: int, papers: int) -> np.typing.NDArray[np.int64]:
    """The labels in the order in which ASReview showed the papers; it ends with the last included one."""
    output = table.with_name(f"{seed}.asreview")
    prior = ["--n-prior-included", "1", "--n-prior-excluded", "1", "--prior-seed", str(seed)]
    command = [program, "simulate", str(table), "--ai", "elas_u4", *prior, "-o", str(output)]
    subprocess.run(command, check=True, capture_output=True)
    database = table.with_name("results.db")
    with zipfile.ZipFile(output) as archive:
        database.write_bytes(archive.read("results.db"))
    connection = sqlite3.connect(database)
    labels = [row[0] for row in connection.execute("SELECT label FROM results ORDER BY time, rowid")]
    connection.close()
    return np.asarray(labels + [0] * (papers - len(labels)), dtype=np.int64)


def _row(saved: list[float], lost: list[float]) -> str:
    return f"WSS@95 {np.mean(saved):.3f}, loss {np.mean(lost):.3f} over {len(saved)} seeds"


if __name__ == "__main__":
    main()
