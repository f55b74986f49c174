"""Do the labels say what librarians say? Labels against MeSH headings or arXiv category names.

    .venv/bin/python -m bench.labels FILE ... [--limit 20000] [--levels 12,40,100] [--with-tags] [--seed 1]

Trains on the first ``--limit`` papers that have an abstract (of each file), without their tags unless
``--with-tags``, so that the judge is not a witness. A label agrees when it shares a word (lemma) that is
not generic with the headings that mark its topic: the ten of the largest lift among those that at least one
in twenty of its papers has. arXiv codes are judged by the categories' names, and by names and scopes
(``bench.arxiv_categories``). Also counts duplicates, labels with a word of their parent's, and words a
label. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.arxiv_categories import CATEGORIES
from ingest.document import Document
from ingest.progress import Silent
from ingest.sources import read_sources
from ingest.text.analysis import analyze_many, analyzer
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.text.phrases import GENERIC
from topics.training.build import BuildOptions, train
from topics.training.finish import best_topics

HEADINGS = 10
SUPPORT = 0.05


def read_papers(path: str, limit: int) -> Iterator[TrainingPaper]:
    """The first papers of a file that have an abstract, analysed."""
    documents = (parsed for _, parsed in read_sources([path]) if isinstance(parsed, Document))
    chosen = list(islice((one for one in documents if one.abstract), limit))
    texts = ((one.title, one.abstract, "en") for one in chosen)
    for one, (title, abstract) in zip(chosen, analyze_many(texts, 2), strict=True):
        yield TrainingPaper(
            f"{Path(path).name}:{one.source_id}",
            (Path(path).name,),
            title,
            abstract,
            one.tags,
            one.year,
            "en",
            one.title,
            one.abstract,
        )


def content(texts: Sequence[str]) -> set[str]:
    """The lemmas of some texts that are not generic."""
    lemmas = {analyzer().lemma(form) for text in texts for form in analyzer().forms(text)}
    return lemmas - GENERIC - {""}


def headings(tags: Sequence[Sequence[str]], topics: NDArray[np.intp], size: int) -> list[list[str]]:
    """The tags that mark each topic, by lift, among those that enough of its papers have."""
    everywhere = Counter(tag for row in tags for tag in set(row))
    found = []
    for topic in range(size):
        rows = np.flatnonzero(topics == topic)
        here = Counter(tag for row in rows.tolist() for tag in set(tags[row]))
        enough = [tag for tag, count in here.items() if count >= max(2, SUPPORT * len(rows))]
        enough.sort(key=lambda tag: (-here[tag] / everywhere[tag], tag))
        found.append(enough[:HEADINGS])
    return found


def names(tags: Sequence[str], scopes: bool) -> list[str]:
    """Headings in words: arXiv codes by name (and scope), others as they are."""
    return [" ".join(CATEGORIES[tag][: 1 + scopes]) if tag in CATEGORIES else tag for tag in tags]


def judge(hierarchy: Hierarchy, tags: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Agreement level by level, and what must not be."""
    rows = [tags[name] for name in hierarchy.paper_ids]
    levels, examples, labels = [], [], []
    for number, level in enumerate(hierarchy.levels):
        marked = headings(rows, best_topics(hierarchy.theta[number]), len(level.ids))
        own = [hierarchy.topics[name].label for name in level.ids]
        labels += own
        result: dict[str, Any] = {"level": number, "topics": len(own)}
        for key, scopes in (("agree", False), ("agree_with_scopes", True)):
            hits = [
                bool(content([a]) & content(names(b, scopes))) for a, b in zip(own, marked, strict=True) if b
            ]
            result[key] = round(float(np.mean(hits)), 3) if hits else None
        result["words"] = round(float(np.mean([len(label.split()) for label in own])), 2)
        levels.append(result)
        examples += [[label, names(found[:4], False)] for label, found in zip(own, marked, strict=True)]
    folded = Counter(label.casefold() for label in labels)
    parents = [
        (topic.label, hierarchy.topics[topic.parents[0][0]].label)
        for topic in hierarchy.topics.values()
        if topic.parents
    ]
    return {
        "levels": levels,
        "duplicates": sum(count - 1 for count in folded.values()),
        "parents_words": sum(bool(content([child]) & content([parent])) for child, parent in parents),
        "sample": random.Random(0).sample(examples, min(15, len(examples))),
    }


def main() -> None:
    """Train, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--limit", type=int, default=20_000)
    parser.add_argument("--levels", default="12,40,100")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--with-tags", action="store_true")
    asked = parser.parse_args()
    papers = [paper for path in asked.files for paper in read_papers(path, asked.limit)]
    tags = {paper.id: paper.tags for paper in papers}
    seen = papers if asked.with_tags else [replace(paper, tags=()) for paper in papers]
    sizes = tuple(int(size) for size in asked.levels.split(","))
    with tempfile.TemporaryDirectory() as scratch:
        options = BuildOptions(levels=sizes, seed=asked.seed, method="concat")
        hierarchy = train(lambda: seen, options, Path(scratch) / "model", progress=Silent())
        result = judge(hierarchy, tags)
    print(
        json.dumps({"papers": len(papers), "tags": asked.with_tags, **result}, ensure_ascii=False, indent=1)
    )


if __name__ == "__main__":
    main()
