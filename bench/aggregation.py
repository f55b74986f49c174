"""Heterogeneous aggregation against concat: three collections of arXiv papers, one after the other.

    .venv/bin/python -m bench.aggregation ../shared/data/arxiv-150k.jsonl.xz [--start 50000] [--judge 0]
        [--seeds 1,2,3] [--cache FOLDER]

The base has 9,000 cs papers; 9,000 of math and up to 8,000 of astro-ph and cond-mat are added. "At once" is
one build of all; "one after the other" is what a reader does who adds collections: a build of the base,
then a rebuild with math, then one with physics, the last of which is timed. Sizes of the levels are those
that a build chooses. "Kept" is the share of the leaves of the base alone of which some leaf of the whole
has at least five of the ten shown words; the noise floor is the base alone with another seed. NMI is that
of the leaves with the primary categories inside each collection. Words are judged on papers of the same
fields that no model saw; tags are hidden. No choice of the aggregation was made on records 1 to 50,000 as a
reference, nor on 50,001 to 100,000 as training papers.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.papers import CACHE, Sample, cached
from bench.tables import cell
from bench.topics import count
from ingest.progress import Silent
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.quality.measures import SHOWN, TOP, Reference, agreement, judge_level
from topics.training.build import BuildOptions, build_hierarchy
from topics.training.final_pass import best_topics

FIELDS = {
    "base": (("cs.",), 9_000),
    "math": (("math.",), 9_000),
    "physics": (("astro-ph", "cond-mat"), 8_000),
}
SAME = 5


@dataclass
class Made:
    """What is compared of a model."""

    words: list[list[str]]  # the first shown words of each leaf
    row: dict[str, Any]


def by_field(rows: list[tuple[TrainingPaper, str, str]], bounded: bool) -> dict[str, list[TrainingPaper]]:
    """The papers of each field, with their primary category as the only tag."""
    papers_of: dict[str, list[TrainingPaper]] = {name: [] for name in FIELDS}
    for paper, label, _ in rows:
        for name, (beginnings, most) in FIELDS.items():
            if label.startswith(beginnings) and (not bounded or len(papers_of[name]) < most):
                papers_of[name].append(replace(paper, collections=(name,), tags=(label,)))
    return papers_of


def make(steps: list[list[TrainingPaper]], others: list[TrainingPaper], method: str, seed: int) -> Made:
    """Build once for every step, each from the model before, and judge the leaves of the last."""
    model: Hierarchy | None = None
    with tempfile.TemporaryDirectory() as scratch:
        for papers in steps:
            hidden = [replace(paper, tags=()) for paper in papers]
            options = BuildOptions(method=method, base="base", seed=seed)
            began = time.perf_counter()
            model = build_hierarchy(partial(iter, hidden), options, Path(scratch), model, Silent())
            took = time.perf_counter() - began
    assert model is not None
    level = model.levels[-1]
    terms = {model.shown(term): row for row, term in enumerate(model.vocabulary)}
    words = [[term for term, _ in model.topics[name].terms] for name in level.ids]
    shown = np.array([[terms[word] for word in row[:SHOWN]] for row in words], dtype=np.intp)
    quality = judge_level(shown, Reference(count(others, model.vocabulary))).row(len(model.levels) - 1)
    row = {"seconds": took, **quality, **inside(model, steps[-1])}
    return Made([row[:TOP] for row in words], row)


def inside(model: Hierarchy, papers: list[TrainingPaper]) -> dict[str, float]:
    """NMI of the leaves with the categories inside each collection, of papers that were trained on."""
    best = dict(zip(model.paper_ids, best_topics(model.theta[-1]).tolist(), strict=True))
    row = {}
    for name in FIELDS:
        own = [paper for paper in papers if paper.collections == (name,) and best[paper.id] >= 0]
        if own:
            names = {tag: number for number, tag in enumerate(sorted({paper.tags[0] for paper in own}))}
            labels = np.array([names[paper.tags[0]] for paper in own], dtype=np.intp)
            topics = np.array([best[paper.id] for paper in own], dtype=np.intp)
            row[f"nmi_{name}"] = round(agreement(topics, labels)[0], 4)
    return row


def kept(base: list[list[str]], whole: list[list[str]]) -> float:
    """The share of the base's topics that some topic of the whole still is."""
    sets = [set(words) for words in whole]
    return float(np.mean([max(len(set(words) & other) for other in sets) >= SAME for words in base]))


def main() -> None:
    """Print a JSON line a model, and the means."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--start", type=int, default=50_000)
    parser.add_argument("--judge", type=int, default=0)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    sample = Sample([options.file], cache=options.cache)
    fields = by_field(cached(sample, options.start, options.start + 50_000), bounded=True)
    judged = by_field(cached(sample, options.judge, options.judge + 50_000), bounded=False)
    others = [paper for papers in judged.values() for paper in papers]
    growing = [[p for name in list(FIELDS)[: n + 1] for p in fields[name]] for n in range(len(FIELDS))]
    rows: dict[str, list[dict[str, Any]]] = {}
    for seed in (int(seed) for seed in options.seeds.split(",")):
        alone = make(growing[:1], others, "concat", seed)
        models = {
            "base alone": alone,
            "base alone, another seed": make(growing[:1], others, "concat", seed + 100),
            "concat": make(growing[-1:], others, "concat", seed),
            "heterogeneous, at once": make(growing[-1:], others, "heterogeneous", seed),
            "heterogeneous, one after the other": make(growing, others, "heterogeneous", seed),
        }
        for name, model in models.items():
            row = {"kept": kept(alone.words, model.words), **model.row}
            rows.setdefault(name, []).append(row)
            print(json.dumps({"seed": seed, "model": name, **row}), flush=True)
    quality = ("kept", "npmi", "npmi_worst_tenth", "diversity", "junk_share")
    columns = [*quality, *(f"nmi_{name}" for name in FIELDS), "seconds"]
    print(f"| model | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|")
    for name, own in rows.items():
        cells = [cell([row[column] for row in own if column in row]) for column in columns]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
