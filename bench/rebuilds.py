"""Are topics still themselves after rebuilds? Five in a row, each with a tenth more papers.

    .venv/bin/python -m bench.rebuilds ../shared/data/arxiv-150k.jsonl.xz [--first 20000] [--rebuilds 5]
        [--more 0.1] [--levels 10,40,80] [--seed 1] [--cache FOLDER]

A topic counts when it keeps its id and is still itself: at least five of its ten shown words, and at least
70 % of the papers that were its own and that both models know, are still with it. Every rebuild is compared
with the one before, and the last with the first. Without ``--levels`` the sizes follow the number of papers,
as in a real atlas, so that leaves are added on the way. Prints a JSON object a rebuild.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.papers import CACHE, Sample, cached
from ingest.progress import Silent
from topics.model.hierarchy import Hierarchy
from topics.training.build import BuildOptions, build_hierarchy
from topics.training.final_pass import best_topics

WORDS = 5
PAPERS = 0.7


def still_themselves(before: Hierarchy, after: Hierarchy) -> list[dict[str, Any]]:
    """Of each former level: how many topics keep their id, and how many are still themselves."""
    place = {name: row for row, name in enumerate(after.paper_ids)}
    rows = np.array([place.get(name, -1) for name in before.paper_ids], dtype=np.intp)
    shares = []
    for number, level in enumerate(before.levels):
        own = best_topics(before.theta[number])
        kept = same = 0
        for column, name in enumerate(level.ids):
            if name not in after.topics:
                continue
            kept += 1
            topic = after.topics[name]
            words = {term for term, _ in before.topics[name].terms[:10]}
            common = len(words & {term for term, _ in topic.terms[:10]})
            theta = after.theta[topic.level]
            papers = rows[(own == column) & (rows >= 0)]
            stayed = np.asarray(theta[papers]).argmax(axis=1) == topic.index
            same += common >= WORDS and (not papers.size or stayed.mean() >= PAPERS)
        total = len(level.ids)
        shares.append({"level": number, "kept": round(kept / total, 4), "themselves": round(same / total, 4)})
    return shares


def share(rows: list[dict[str, Any]], before: Hierarchy) -> float:
    """The share of all former topics that are still themselves."""
    sizes = [len(level.ids) for level in before.levels]
    worth = sum(row["themselves"] * size for row, size in zip(rows, sizes, strict=True))
    return round(float(worth) / sum(sizes), 4)


def main() -> None:
    """Build, rebuild, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--first", type=int, default=20_000)
    parser.add_argument("--rebuilds", type=int, default=5)
    parser.add_argument("--more", type=float, default=0.1)
    parser.add_argument("--levels", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    sizes = tuple(int(size) for size in options.levels.split(",")) if options.levels else None
    amounts = [round(options.first * (1 + options.more) ** n) for n in range(options.rebuilds + 1)]
    papers = [row[0] for row in cached(Sample([options.file], cache=options.cache), 0, amounts[-1])]
    with tempfile.TemporaryDirectory() as scratch:
        models: list[Hierarchy] = []
        for number, amount in enumerate(amounts):
            part = papers[:amount]
            wanted = BuildOptions(levels=sizes, seed=options.seed)
            former = models[-1] if models else None
            model = build_hierarchy(partial(iter, part), wanted, Path(scratch), former, Silent())
            if models:
                rows = still_themselves(models[-1], model)
                report = {"rebuild": number, "papers": amount, "levels": model.settings["levels"]}
                grown = {"grown": model.settings["grown"], "themselves": share(rows, models[-1])}
                print(json.dumps({**report, **grown, "by_level": rows}), flush=True)
            models.append(model)
        rows = still_themselves(models[0], models[-1])
        print(json.dumps({"last against first": share(rows, models[0]), "by_level": rows}))


if __name__ == "__main__":
    main()
