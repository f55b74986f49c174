"""Are papers of another field flagged, and how many of one's own?

    .venv/bin/python -m bench.foreign pubmed21n1298.xml.gz pubmed20n0014.xml.gz [--train 20000] [--seed 1]
        --foreign ../shared/data/arxiv-150k.jsonl.xz [--start 100000] [--papers 5000] [--cache FOLDER]

Trains on some of the own papers (by a hash of their ids) and asks of all the others, and of the foreign ones,
whether they fit. Papers with an abstract; ``titles`` asks of their titles alone. Prints the shares that do
not, of the own by decade and of the foreign by arXiv's first category where it stands on twenty or more.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bench.papers import CACHE, Sample, cached
from ingest.progress import Silent
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.training.build import BuildOptions, build_hierarchy

LEAST = 20


def flagged(model: Hierarchy, texts: Iterable[str]) -> Iterator[bool]:
    """Whether each text (forms joined by spaces) does not fit; those without a known word are left out."""
    for forms in texts:
        rows, counts = model.counts(forms)
        if len(rows):
            yield not model.explains(forms, "en", rows, counts)


def report(
    model: Hierarchy, papers: Sequence[TrainingPaper], groups: Sequence[str]
) -> dict[str, float | dict[str, tuple[float, int]]]:
    """The share of papers that do not fit: of all, of their titles, and of groups of papers."""
    members = defaultdict(list)
    for paper, group in zip(papers, groups, strict=True):
        members[group].append(paper)
    shares = {}
    for group, own in sorted(members.items()):
        if len(own) >= LEAST:
            shares[group] = (
                round(float(np.mean(list(flagged(model, (one.forms for one in own))))), 3),
                len(own),
            )
    return {
        "all": round(float(np.mean(list(flagged(model, (one.forms for one in papers))))), 4),
        "titles": round(float(np.mean(list(flagged(model, (one.title_forms for one in papers))))), 4),
        "groups": shares,
    }


def main() -> None:
    """Train, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("own", nargs="+")
    parser.add_argument("--foreign", required=True)
    parser.add_argument("--train", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=100_000)
    parser.add_argument("--papers", type=int, default=5_000)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    own = [row[0] for row in cached(Sample(options.own, shuffle=True, cache=options.cache), 0, 10**6)]
    learned, unseen = own[: options.train], own[options.train :]
    with tempfile.TemporaryDirectory() as scratch:
        model = build_hierarchy(
            partial(iter, learned), BuildOptions(seed=options.seed), Path(scratch), None, Silent()
        )
    stop = options.start + options.papers
    others = [row[0] for row in cached(Sample([options.foreign], cache=options.cache), options.start, stop)]
    decades = [f"{(paper.year or 0) // 10 * 10}s" for paper in unseen]
    fields = [next((tag for tag in paper.tags if tag in CATEGORY_NAMES), "") for paper in others]
    print(json.dumps({"learned": len(learned), "unseen own": report(model, unseen, decades)}))
    print(json.dumps({"foreign": report(model, others, fields)}))


if __name__ == "__main__":
    main()
