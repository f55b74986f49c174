"""How well the rankings do on judged collections, through the real product, against bm25s in the same run.

    python -m bench.ranking [FOLDER ...] [--json FILE]

A folder holds ``documents.jsonl.gz``, ``queries.tsv`` (id, text) and ``qrels.txt`` (TREC). Its documents are
added to a fresh atlas, a model is built, and every query is asked with ``match=any`` for 100 papers. Cells
are nDCG@10, MAP and R@100 × 1000 (MAP over the first 100); the change is relative to bm25s, ``*`` marks
p < .05 by a paired t-test on the queries. Default: cran and cacm of the development data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray
from scipy.stats import ttest_rel

from litatlas.atlas import Atlas
from litatlas.settings import Settings
from search.ranking.fusion import SCORERS
from search.ranking.titles import TITLE_SCORERS

DEPTH = 100
MEASURES = ("nDCG@10", "MAP", "R@100")
RANKINGS = ("lexical", "topical", "fused")
_SHARED = Path(os.environ.get("LITATLAS_SHARED", "../shared")) / "data" / "classic"


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged collection: queries that have relevant documents, and which these are."""

    name: str
    documents: list[dict[str, Any]]
    queries: dict[str, str]
    relevant: dict[str, frozenset[str]]


def read(folder: Path) -> Judged:
    """A judged collection of a folder."""
    with gzip.open(folder / "documents.jsonl.gz", "rt", encoding="utf-8") as stream:
        documents = [json.loads(line) for line in stream]
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.txt").read_text("utf-8").splitlines():
        query, _, document, grade = line.split()
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(document)
    rows = [line.split("\t", 1) for line in (folder / "queries.tsv").read_text("utf-8").splitlines()]
    queries = {id: text for id, text in rows if id in relevant}
    return Judged(folder.name, documents, queries, {id: frozenset(relevant[id]) for id in queries})


def plain(text: str) -> str:
    """The words of a query, so that nothing in it is read as an operator."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def measure(found: Sequence[str], relevant: frozenset[str], depth: int = DEPTH) -> tuple[float, float, float]:
    """nDCG@10, average precision and recall of one list of documents."""
    gains = np.array([document in relevant for document in found[:depth]], dtype=float)
    discounts = 1 / np.log2(np.arange(2, 12))
    best = discounts[: min(10, len(relevant))].sum()
    ndcg = float((gains[:10] * discounts[: len(gains[:10])]).sum() / best)
    precision = gains * np.cumsum(gains) / np.arange(1, len(gains) + 1)
    return ndcg, float(precision.sum() / len(relevant)), float(gains.sum() / len(relevant))


def measured(found: Mapping[str, Sequence[str]], judged: Judged) -> NDArray[np.float64]:
    """The three measures of every query (queries × 3)."""
    return np.array([measure(found.get(id, ()), judged.relevant[id]) for id in judged.queries])


def by_bm25s(judged: Judged, most: int = DEPTH) -> dict[str, list[str]]:
    """What bm25s finds, with Snowball stems and its own English stop words."""
    stemmer = Stemmer.Stemmer("english")
    texts = [f"{row.get('title', '')} {row.get('abstract', '')}" for row in judged.documents]
    retriever = bm25s.BM25(k1=1.2, b=0.75)
    tokens = bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)
    retriever.index(tokens, show_progress=False)
    queries = bm25s.tokenize(
        list(judged.queries.values()), stopwords="en", stemmer=stemmer, show_progress=False
    )
    depth = min(most, len(texts))
    rows, scores = retriever.retrieve(queries, k=depth, show_progress=False)
    return {
        id: [judged.documents[row]["id"] for row, score in zip(found, kept, strict=True) if score > 0]
        for id, found, kept in zip(judged.queries, rows.tolist(), scores.tolist(), strict=True)
    }


def by_atlas(judged: Judged, home: Path) -> dict[str, dict[str, list[str]]]:
    """What each ranking of a fresh atlas finds."""
    source = home / "documents.jsonl"
    source.write_text("\n".join(json.dumps(row) for row in judged.documents), "utf-8")
    with Atlas(Settings(home=home / "atlas")) as atlas:
        atlas.collections.add([str(source)], collection=judged.name)
        atlas.models.build()
        return {
            ranking: {
                id: [
                    hit["source_id"]
                    for hit in atlas.search(
                        plain(text), match="any", ranking=ranking, limit=DEPTH, facets=False
                    )["documents"]
                ]
                for id, text in judged.queries.items()
            }
            for ranking in RANKINGS
        }


def report(judged: Judged) -> dict[str, Any]:
    """The means of every ranking, their change against bm25s and its significance."""
    with tempfile.TemporaryDirectory() as folder:
        by_name = {"bm25s": by_bm25s(judged), **by_atlas(judged, Path(folder))}
    values = {name: measured(lists, judged) for name, lists in by_name.items()}
    base = values["bm25s"]
    rows = {}
    for name, value in values.items():
        means = value.mean(axis=0)
        chances = [
            1.0 if name == "bm25s" else float(ttest_rel(value[:, at], base[:, at]).pvalue) for at in range(3)
        ]
        rows[name] = {
            measure: {
                "mean": round(float(mean), 4),
                "change": round(float(mean / start - 1), 4),
                "p": round(p, 4),
            }
            for measure, mean, start, p in zip(MEASURES, means, base.mean(axis=0), chances, strict=True)
        }
    return {"collection": judged.name, "queries": len(judged.queries), "rankings": rows}


def show(result: Mapping[str, Any]) -> str:
    """A report as a table."""
    lines = [
        f"{result['collection']}: {result['queries']} queries; nDCG@10 / MAP / R@100 × 1000, against bm25s"
    ]
    for name, row in result["rankings"].items():
        cells = [_cell(row[measure]) for measure in MEASURES]
        lines.append(f"  {name:8} " + "  ".join(cells))
    return "\n".join(lines)


def _cell(value: Mapping[str, float]) -> str:
    mark = "*" if value["p"] < 0.05 else " "
    return f"{value['mean'] * 1000:4.0f} {value['change']:+6.1%}{mark}"


def main(arguments: Sequence[str]) -> None:
    """Print a table of each folder; with ``--json FILE`` write the numbers there too."""
    options = argparse.ArgumentParser(prog="bench.ranking")
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args(arguments)
    results = []
    for folder in chosen.folders or [_SHARED / "cran", _SHARED / "cacm"]:
        results.append(report(read(folder)))
        print(show(results[-1]), flush=True)
    if chosen.json:
        weights = {scorer.name: scorer.weight for scorer in SCORERS}
        weights |= {scorer.name: scorer.weight for scorer in TITLE_SCORERS}
        machine = {
            "machine": platform.machine(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
        }
        summary = {"command": "python -m bench.ranking", **machine, "weights": weights, "results": results}
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(summary, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
