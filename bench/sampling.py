"""What a model of a sample loses against one of all papers, in one run: NMI with categories, coherence.

    python -m bench.sampling ../shared/data/arxiv-150k.jsonl.xz [--papers 50000] [--sample 20000]
        [--reference 50000] [--levels 12,60,120] [--seeds 1,2,3] [--cache FOLDER]

Both models are judged on the same: NMI of every paper's leaf with its primary category, over all papers and
over those outside the sample alone; NPMI of the shown words on other papers that neither saw (from record
``--judge`` on). Tags are hidden. Prints a JSON object a model and seed, and the means with their spread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.papers import CACHE, Sample, cached
from bench.topics import count
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.quality.measures import SHOWN, Reference, agreement, judge_level
from topics.training.build import BuildOptions, train
from topics.training.final_pass import best_topics
from topics.training.sample import draw

MEASURES = ("npmi", "npmi_worst_tenth", "diversity", "nmi", "nmi_outside", "seconds")


def judged(
    model: Hierarchy, labels: dict[str, int], outside: frozenset[str], reference: Sequence[TrainingPaper]
) -> dict[str, Any]:
    """The leaves' coherence and their agreement with the categories."""
    reference_counts = count(list(reference), model.vocabulary)
    places = {model.shown(term): row for row, term in enumerate(model.vocabulary)}
    topics = [model.topics[name] for name in model.levels[-1].ids]
    words = np.array([[places[term] for term, _ in topic.terms[:SHOWN]] for topic in topics], dtype=np.intp)
    row = judge_level(words, Reference(reference_counts)).row(len(model.levels) - 1)
    leaves = best_topics(model.theta[-1])
    of_paper = np.array([labels[name] for name in model.paper_ids], dtype=np.intp)
    placed = (leaves >= 0) & (of_paper >= 0)
    among = placed & np.array([name in outside for name in model.paper_ids], dtype=bool)
    row["nmi"] = agreement(leaves[placed], of_paper[placed])[0]
    row["nmi_outside"] = agreement(leaves[among], of_paper[among])[0]
    return row


def main() -> None:
    """Train both models for every seed, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--papers", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--judge", type=int, default=100_000)
    parser.add_argument("--reference", type=int, default=50_000)
    parser.add_argument("--levels", default="12,60,120")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    files = Sample(options.files, cache=options.cache)
    rows = cached(files, 0, options.papers)
    papers = [replace(paper, tags=()) for paper, _, _ in rows]
    numbers = {name: number for number, name in enumerate(sorted({label for _, label, _ in rows if label}))}
    labels = {paper.id: numbers.get(label, -1) for paper, label, _ in rows}
    reference = [row[0] for row in cached(files, options.judge, options.judge + options.reference)]
    sample = draw(partial(iter, papers), options.sample)
    assert sample is not None, "the sample must be smaller than all papers"
    outside = frozenset(paper.id for paper in papers if paper.id not in sample.ids)
    levels = tuple(int(size) for size in options.levels.split(","))
    found: dict[str, list[dict[str, Any]]] = {"all": [], "sample": []}
    for seed in (int(seed) for seed in options.seeds.split(",")):
        for name, most in (("all", 0), ("sample", options.sample)):
            wanted = BuildOptions(levels=levels, seed=seed, sample=most)
            with tempfile.TemporaryDirectory() as folder:
                began = time.process_time()
                model = train(partial(iter, papers), wanted, Path(folder) / "model")
                took = time.process_time() - began
                row = judged(model, labels, outside, reference) | {"seconds": round(took, 1)}
            found[name].append(row)
            print(json.dumps({"model": name, "seed": seed, **row}), flush=True)
    for measure in MEASURES:
        means = {name: statistics.mean(row[measure] for row in of) for name, of in found.items()}
        pairs = zip(found["sample"], found["all"], strict=True)
        losses = [one[measure] - other[measure] for one, other in pairs]
        spread = statistics.stdev(losses) if len(losses) > 1 else 0.0
        print(
            f"{measure}: all {means['all']:.4f}, sample {means['sample']:.4f}, "
            f"difference {statistics.mean(losses):+.4f} ± {spread:.4f}"
        )


if __name__ == "__main__":
    main()
