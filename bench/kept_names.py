"""Do names that stay after a rebuild still say what the topics hold?

    .venv/bin/python -m bench.kept_names pubmed21n1298.xml.gz pubmed20n0014.xml.gz
        --foreign ../shared/data/arxiv-150k.jsonl.xz
        [--start 0] [--first 5000] [--least 0.8] [--list] [--cache FOLDER]

A model is built of some papers, and built again: of the same with another seed, of a tenth more, and with a
quarter as many papers of another field, each from the published model and from nothing. Topics that keep
their id have a likeness and a share of their papers that stayed, by which `matching.is_itself` decides
whether a name given by a person stays. The judge is another: as a query (`bench.labels`) the former topic's
name must be at least ``--least`` times as good (F1) for the new topic's members as it was for the former
one's. Prints for each rebuild, and for all, by threshold of likeness and of papers, how many names stay, how
many of these are no longer true, and how many of those laid aside still were.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.label_evidence import Evidence, members_of
from bench.labels import scores
from bench.papers import CACHE, Sample, cached
from ingest.progress import Silent
from topics.corpus.counts import TrainingPaper
from topics.model import matching
from topics.model.hierarchy import Hierarchy
from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.training.build import BuildOptions, build_hierarchy
from topics.training.final_pass import best_topics

LIKENESS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
PAPERS = (0.0, 0.3, 0.5, 0.7)

Judged = tuple[float, float, bool]
"""A topic that kept its id: its likeness, the share of its papers that stayed, whether its name is true."""


def view(model: Hierarchy) -> matching.ModelView:
    """A model as matching looks at it."""
    levels = [
        matching.LevelView(
            np.asarray(level.phi),
            [[term for term, _ in model.topics[name].terms] for name in level.ids],
            best_topics(model.theta[number]),
            level.ids,
        )
        for number, level in enumerate(model.levels)
    ]
    return matching.ModelView(model.vocabulary, model.paper_ids, levels)


def members(model: Hierarchy, papers: Sequence[TrainingPaper]) -> list[NDArray[np.bool_]]:
    """Which of the papers belong to each topic (papers × topics), a matrix a level."""
    place = {name: row for row, name in enumerate(model.paper_ids)}
    rows = np.array([place.get(paper.id, -1) for paper in papers], dtype=np.intp)
    return [np.asarray(level)[rows] & (rows >= 0)[:, None] for level in members_of(model)]


def judge(
    former: Hierarchy, current: Hierarchy, papers: Sequence[TrainingPaper], least: float, listed: bool
) -> list[Judged]:
    """What became of each topic that kept its id, told by all the papers of the new model."""
    match = matching.match(view(former), view(current))
    place = {name: (level, at) for level, ids in enumerate(match.ids) for at, name in enumerate(ids)}
    evidence = Evidence(papers, CATEGORY_NAMES)
    before, after = members(former, papers), members(current, papers)
    known = set(former.paper_ids)
    shared = np.array([paper.id in known for paper in papers])
    judged = []
    for row in match.kept:
        topic = former.topics[row["id"]]
        level, at = place[row["id"]]
        hits = evidence.bear_out(topic.label)
        was = scores(hits[shared], before[topic.level][shared, topic.index])[2]
        now = scores(hits, after[level][:, at])[2]
        share = 1.0 if row["papers"] is None else row["papers"]
        judged.append((row["likeness"], share, now >= least * was))
        if listed:
            print(json.dumps({"label": topic.label, **row, "was": round(was, 3), "now": round(now, 3)}))
    return judged


def table(name: str, judged: Sequence[Judged]) -> None:
    """Print a row for each pair of thresholds."""
    for likeness in LIKENESS:
        for papers in PAPERS:
            stay = np.array([like >= likeness and share >= papers for like, share, _ in judged])
            true = np.array([is_true for _, _, is_true in judged])
            row = {
                "rebuild": name, "likeness": likeness, "papers": papers, "kept ids": len(judged),
                "names that stay": int(stay.sum()), "untrue": int((stay & ~true).sum()),
                "laid aside": int((~stay).sum()), "though true": int((~stay & true).sum()),
            }  # fmt: skip
            print(json.dumps(row), flush=True)


def main() -> None:
    """Build, build again, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("own", nargs="+")
    parser.add_argument("--foreign", required=True)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--first", type=int, default=5_000)
    parser.add_argument("--least", type=float, default=0.8)
    parser.add_argument("--list", action="store_true", help="every topic that kept its id, too")
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    first = options.first
    sample = Sample(options.own, shuffle=True, cache=options.cache)
    more = [row[0] for row in cached(sample, options.start, options.start + first + first // 10)]
    foreign = [row[0] for row in cached(Sample([options.foreign], cache=options.cache), 0, first // 4)]
    same = more[:first]
    every: list[Judged] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        former = build_hierarchy(partial(iter, same), BuildOptions(seed=1), folder, None, Silent())
        for name, papers in (("same", same), ("a tenth more", more), ("another field", same + foreign)):
            for warm in (True, False):
                wanted = BuildOptions(seed=2, warm=warm)
                current = build_hierarchy(partial(iter, papers), wanted, folder, former, Silent())
                judged = judge(former, current, papers, options.least, options.list)
                table(f"{name}, {'grown' if warm else 'anew'}", judged)
                every += judged
    table("all", every)


if __name__ == "__main__":
    main()
