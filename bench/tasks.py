"""Suggested tags and coverage on real papers, against BM25 in the same run.

    python -m bench.tasks FILE.xml.gz [--years 1977-1979] [--papers 300] [--lists 12] [--seed 1] [--json FILE]

Tags: 300 papers lose their tags; the five that the atlas suggests are compared with those that were hidden
(F1, mean over the papers). Peer: a plain vote of the ten papers nearest by BM25 (bm25s, the paper's text as
the query).

Coverage: twelve bibliographies are the papers of one heading each (60 to 200, drawn by the seed); a
fifth of each is left among the other papers. Recall@100: the share of these that `coverage` gives among its
first hundred missed papers. Peers: BM25 with all the texts of the rest as one query, without and with the
headings as words of the text. Once the papers carry all their headings, once the twelve are taken from them.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from ingest.document import Document
from ingest.input_files import read_sources
from litatlas.atlas import Atlas
from litatlas.settings import Settings
from search.similarity.suggested_tags import CHECK_TAGS
from search.tags import tag_key

FEWEST, MOST = 60, 200
SUGGESTED, VOTERS, DEPTH = 5, 10, 100
REST = "The rest"


class Bm25:
    """The peer: BM25 over all texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._retriever = bm25s.BM25(k1=1.2, b=0.75)
        self._retriever.index(self._tokens(list(texts)), show_progress=False)
        self._count = len(texts)

    def _tokens(self, texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)

    def nearest(self, text: str, limit: int, without: Collection[int]) -> list[int]:
        """The places of the nearest texts, the best first."""
        depth = min(limit + len(without), self._count)
        rows, _ = self._retriever.retrieve(self._tokens([text]), k=depth, show_progress=False)
        return [row for row in rows[0].tolist() if row not in without][:limit]


def f1(given: Collection[str], right: Collection[str]) -> float:
    """The harmonic mean of precision and recall."""
    hits = len(set(given) & set(right))
    return 2 * hits / (len(given) + len(right)) if hits else 0.0


def worth_suggesting(tags: Collection[str]) -> set[str]:
    """Tags in any spelling, without those that indexers check of every paper: neither side suggests them."""
    return set(map(tag_key, tags)) - CHECK_TAGS


def read(file: str, years: tuple[int, int]) -> list[dict[str, Any]]:
    """The papers of the years that have an abstract and tags."""
    return [
        {"id": str(one.source_id), "title": one.title, "abstract": one.abstract, "tags": list(one.tags)}
        for _, one in read_sources([file])
        if isinstance(one, Document) and one.abstract and one.tags and years[0] <= (one.year or 0) <= years[1]
    ]


def bibliographies(papers: list[dict[str, Any]], count: int, dice: random.Random) -> dict[str, list[int]]:
    """Headings with their papers, no paper in two of them."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(papers):
        for tag in paper["tags"]:
            holders[tag].append(at)
    usual = sorted(tag for tag, rows in holders.items() if FEWEST <= len(rows) <= MOST)
    dice.shuffle(usual)
    taken: set[int] = set()
    lists: dict[str, list[int]] = {}
    for tag in usual:
        if len(lists) < count and not taken & set(holders[tag]):
            lists[tag] = holders[tag]
            taken |= set(holders[tag])
    return lists


def tags(
    atlas: Atlas, ids: dict[str, str], papers: list[dict[str, Any]], asked: list[int], peer: Bm25
) -> Any:
    """Mean F1 of the suggested tags and of the peer's."""
    hidden = set(asked)
    ours, theirs = [], []
    for at in asked:
        right = worth_suggesting(papers[at]["tags"])
        suggested = atlas.papers.one(ids[papers[at]["id"]])["suggested_tags"][:SUGGESTED]
        ours.append(f1(worth_suggesting(suggested), right))
        votes: Counter[str] = Counter()
        near = peer.nearest(f"{papers[at]['title']} {papers[at]['abstract']}", VOTERS + 20, {at})
        for row in [row for row in near if row not in hidden][:VOTERS]:
            votes.update(worth_suggesting(papers[row]["tags"]))
        theirs.append(f1([tag for tag, _ in votes.most_common(SUGGESTED)], right))
    return {"litatlas": float(np.mean(ours)), "BM25 vote": float(np.mean(theirs)), "papers": len(asked)}


def coverage(
    atlas: Atlas, papers: list[dict[str, Any]], lists: list[tuple[list[int], list[int]]], plain: Bm25
) -> Any:
    """Mean recall@100 of what was left out of each bibliography."""
    texts = [f"{paper['title']} {paper['abstract']}" for paper in papers]
    tagged = [f"{text} {' '.join(paper['tags'])}" for text, paper in zip(texts, papers, strict=True)]
    recalls: dict[str, list[float]] = defaultdict(list)
    for number, (_, left) in enumerate(lists):
        missed = [
            hit["source_id"] for hit in atlas.collections.coverage(f"List {number}", limit=DEPTH)["missed"]
        ]
        recalls["litatlas"].append(len({papers[at]["id"] for at in left} & set(missed)) / len(left))
    for name, shown, peer in (("BM25", texts, plain), ("BM25, headings too", tagged, Bm25(tagged))):
        for kept, left in lists:
            near = peer.nearest(" ".join(shown[at] for at in kept), DEPTH, set(kept))
            recalls[name].append(len(set(left) & set(near)) / len(left))
    return {name: float(np.mean(values)) for name, values in recalls.items()} | {"bibliographies": len(lists)}


def filled(home: Path, papers: list[dict[str, Any]], lists: list[tuple[list[int], list[int]]]) -> Atlas:
    """An atlas of the papers: each bibliography a collection of its own, then all the rest."""
    atlas = Atlas(Settings(home=home / "atlas"))
    held = {at for kept, _ in lists for at in kept}
    parts = [(f"List {number}", kept) for number, (kept, _) in enumerate(lists)]
    for name, rows in [*parts, (REST, [at for at in range(len(papers)) if at not in held])]:
        source = home / "part.jsonl"
        source.write_text("\n".join(json.dumps(papers[at]) for at in rows), "utf-8")
        atlas.collections.add([str(source)], name)
    atlas.models.build()
    return atlas


def main(arguments: Sequence[str]) -> None:
    """Print one JSON object."""
    options = argparse.ArgumentParser(prog="bench.tasks")
    options.add_argument("file")
    options.add_argument("--years", default="1977-1979")
    options.add_argument("--papers", type=int, default=300)
    options.add_argument("--lists", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args(arguments)
    first, last = (int(year) for year in chosen.years.split("-"))
    papers, dice = read(chosen.file, (first, last)), random.Random(chosen.seed)
    lists = []
    headings = bibliographies(papers, chosen.lists, dice)
    for rows in headings.values():
        left = set(dice.sample(rows, len(rows) // 5))
        lists.append(([at for at in rows if at not in left], sorted(left)))
    judged = dice.sample(range(len(papers)), chosen.papers)
    shown = [{**paper, "tags": []} if at in set(judged) else paper for at, paper in enumerate(papers)]
    hidden = [{**paper, "tags": [tag for tag in paper["tags"] if tag not in headings]} for paper in papers]
    plain = Bm25([f"{paper['title']} {paper['abstract']}" for paper in papers])
    summary: dict[str, Any] = {"papers": len(papers)}
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder), shown, lists) as atlas:
        names = [collection["name"] for collection in atlas.collections.all()]
        ids = {one.document.source_id: one.id for name in names for one in atlas.library.documents(name)}
        summary["suggested tags, F1 at 5"] = tags(atlas, ids, papers, judged, plain)
    for name, part in (("their headings", papers), ("their headings but the twelve", hidden)):
        with tempfile.TemporaryDirectory() as folder, filled(Path(folder), part, lists) as atlas:
            summary[f"coverage, recall@100, papers with {name}"] = coverage(atlas, part, lists, plain)
    print(json.dumps(summary, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(summary, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
