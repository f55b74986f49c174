"""At size: MeSH headings as queries on real abstracts, judged by the headings, which nobody indexed.

    python -m bench.headings FILE.xml.gz [--years 1977-1979] [--queries 300] [--json FILE]

Papers of the years that have an abstract are added to a fresh atlas without their tags, and a model is built.
The queries are headings of 20 to 500 of them, drawn with a fixed seed; a paper is relevant when it carries
the heading. A row is the list that a reader sees: the documents, followed by the related papers. Peer in the
same run: bm25s on the same text. MAP to depth 1,000; ``*`` marks p < .05 by a paired t-test on the queries.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import ttest_rel

from bench.ranking import Judged, by_bm25s, measure, plain
from ingest.document import Document
from ingest.input_files import read_sources
from litatlas.atlas import Atlas
from litatlas.settings import Settings

DEPTH = 1_000
FEWEST, MOST = 20, 500


def read(file: str, years: tuple[int, int], queries: int) -> Judged:
    """The papers without their tags, and headings as judged queries."""
    documents: list[dict[str, Any]] = []
    holders: dict[str, set[str]] = defaultdict(set)
    for _, document in read_sources([file]):
        if not isinstance(document, Document) or not document.abstract:
            continue
        if not years[0] <= (document.year or 0) <= years[1]:
            continue
        id = str(document.source_id)
        documents.append({"id": id, "title": document.title, "abstract": document.abstract})
        for tag in document.tags:
            holders[tag].add(id)
    usual = sorted(tag for tag, ids in holders.items() if FEWEST <= len(ids) <= MOST)
    chosen = random.Random(1).sample(usual, min(queries, len(usual)))
    named = {str(number): tag for number, tag in enumerate(chosen)}
    return Judged("headings", documents, named, {id: frozenset(holders[tag]) for id, tag in named.items()})


def by_atlas(judged: Judged, home: Path) -> dict[str, dict[str, list[str]]]:
    """What a fresh atlas answers: its lexical order, its fused order, and that with the related papers."""
    source = home / "documents.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in judged.documents), "utf-8")
    rows: dict[str, dict[str, list[str]]] = defaultdict(dict)
    with Atlas(Settings(home=home / "atlas")) as atlas:
        atlas.collections.add([str(source)], collection=judged.name)
        atlas.models.build()
        for match in ("any", "auto"):
            for ranking in ("lexical", "fused"):
                for id, text in judged.queries.items():
                    answer = atlas.search(
                        plain(text), match=match, ranking=ranking, limit=DEPTH, facets=False
                    )
                    hits = [hit["source_id"] for hit in answer["documents"]]
                    beside = [hit["source_id"] for hit in answer["related"]]
                    rows[f"{ranking}, {match}"][id] = hits
                    if ranking == "fused":
                        rows[f"{ranking}, {match}, related"][id] = [*hits, *beside]
    return rows


def main(arguments: Sequence[str]) -> None:
    """Print a line a list; with ``--json FILE`` write the numbers there too."""
    options = argparse.ArgumentParser(prog="bench.headings")
    options.add_argument("file")
    options.add_argument("--years", default="1977-1979")
    options.add_argument("--queries", type=int, default=300)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args(arguments)
    first, last = (int(year) for year in chosen.years.split("-"))
    judged = read(chosen.file, (first, last), chosen.queries)
    print(f"{len(judged.documents)} papers, {len(judged.queries)} headings")
    with tempfile.TemporaryDirectory() as folder:
        lists = {"bm25s": by_bm25s(judged, DEPTH), **by_atlas(judged, Path(folder))}
    values = {
        name: np.array([measure(found.get(id, ()), judged.relevant[id], DEPTH) for id in judged.queries])
        for name, found in lists.items()
    }
    base = values["bm25s"]
    rows = {}
    for name, value in values.items():
        ndcg, precision, recall = value.mean(axis=0)
        change = precision / base[:, 1].mean() - 1
        chance = 1.0 if name == "bm25s" else float(ttest_rel(value[:, 1], base[:, 1]).pvalue)
        rows[name] = {"nDCG@10": ndcg, "MAP": precision, "recall": recall, "change": change, "p": chance}
        mark = "*" if chance < 0.05 else " "
        print(
            f"  {name:22} nDCG@10 {ndcg:.3f}  MAP {precision:.3f} {change:+6.1%}{mark}  recall {recall:.3f}"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
