"""Latency of answers at size, in process: what a reader's search, explore and similar papers take.

    python -m bench.search HOME [--asked 300] [--seed 1] [--json FILE]

HOME is the home folder of a built atlas; other settings come from the environment as ever. Searches are
the whole answer (ten papers with highlights, all facets, topics, related papers, fused ranking): one to four
telling words of a random paper's title, and every fifth a phrase, an author, a year range, a prefix or a
boolean query. Explored texts are abstracts cut at 250 words; similar papers are of random papers. Every
question is asked once, after twenty that warm up and are not counted. In the same run the index itself is
asked the same searches for ten papers without anything else, and with the facets of a page, which is the
engine's share; of Elasticsearch also by its own client, one plain ``_search`` for each. Milliseconds: p50,
p95.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench.raw import plain_search
from litatlas.atlas import Atlas
from litatlas.settings import load
from search.engines.contract import FacetRequest, Request
from search.query.parser import parse
from search.query.resolve import resolve
from search.results.panels import facet_requests

WARM = 20
_POOL = 20_000  # papers that questions are drawn from
_STOPPED = frozenset(("from", "into", "over", "under", "using", "with"))


def questions(atlas: Atlas, count: int, seed: int) -> tuple[list[str], list[str], list[str]]:
    """Searches, texts to explore and papers to find the like of, drawn from the library."""
    dice = random.Random(seed)
    papers = [paper for paper in islice(atlas.library.papers(), _POOL) if paper.shown.document.abstract]
    drawn = dice.sample(papers, min(count + WARM, len(papers)))
    searches = [_search(paper.shown.document, number, dice) for number, paper in enumerate(drawn)]
    texts = [" ".join(paper.shown.document.abstract.split()[:250]) for paper in drawn]
    return searches, texts, [paper.id for paper in dice.sample(papers, len(drawn))]


def _search(paper: Any, number: int, dice: random.Random) -> str:
    words = [word for word in re.findall(r"[A-Za-z]{4,}", paper.title) if word.lower() not in _STOPPED]
    words = words or ["theory"]
    if number % 5:
        chosen = sorted(dice.sample(range(len(words)), min(dice.randint(1, 4), len(words))))
        return " ".join(words[at] for at in chosen)
    first = words[0]
    name = re.sub(r"[^\w ]", "", paper.authors[0]) if paper.authors else first
    odd = [
        f'"{" ".join(words[:2])}"',
        f'author:"{name}"',
        f"{first} year:{(paper.year or 2015) - 2}..",
        f"{first[:5].lower()}*",
        f"({first} OR {words[-1]}) -title:model",
    ]
    return odd[number // 5 % len(odd)]


def timed(ask: Callable[[str], Any], asked: Sequence[str]) -> dict[str, float]:
    """p50 and p95 of asking, the first few not counted."""
    return in_turn({"": ask}, asked)[""]


def in_turn(asks: Mapping[str, Callable[[str], Any]], asked: Sequence[str]) -> dict[str, dict[str, float]]:
    """The same of several who are asked each question, one after the other, another first each time: who
    comes second finds the files in memory."""
    took: dict[str, list[float]] = {name: [] for name in asks}
    order = list(asks.items())
    for question in asked:
        for name, ask in order:
            began = time.perf_counter()
            ask(question)
            took[name].append((time.perf_counter() - began) * 1000)
        order.append(order.pop(0))
    rows = {}
    for name, times in took.items():
        half, most = np.percentile(times[WARM:], [50, 95])
        rows[name] = {"p50": round(float(half), 1), "p95": round(float(most), 1)}
    return rows


def engine_shares(atlas: Atlas, searches: Sequence[str]) -> dict[str, dict[str, float]]:
    """What the engine alone takes for the searches, with and without facets, through the contract and raw."""
    context = atlas.live().searcher.context
    clauses = {text: resolve(parse(text), context.analyzer) for text in searches}
    facets = facet_requests(context, {})
    asks: dict[str, Callable[[Sequence[FacetRequest]], Callable[[str], Any]]] = {
        "engine, 10 papers": lambda wanted: (
            lambda text: context.engine.search(
                context.index, Request(query=clauses[text], limit=10, facets=tuple(wanted))
            )
        )
    }
    if atlas.settings.engine.startswith("http"):
        from elasticsearch import Elasticsearch

        index = f"{atlas.settings.index_prefix}-{context.index}"
        client = Elasticsearch(atlas.settings.engine.split(","), request_timeout=120)
        asks["raw _search, 10 papers"] = lambda wanted: (
            lambda text: plain_search(client, index, clauses[text], 10, wanted)
        )
    return in_turn({name: ask(()) for name, ask in asks.items()}, searches) | in_turn(
        {f"{name}, with facets": ask(facets) for name, ask in asks.items()}, searches
    )


def main(arguments: Sequence[str]) -> None:
    """Print one JSON object."""
    options = argparse.ArgumentParser(prog="bench.search")
    options.add_argument("home", type=Path)
    options.add_argument("--asked", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args(arguments)
    with Atlas(load(chosen.home)) as atlas:
        searches, texts, ids = questions(atlas, chosen.asked, chosen.seed)
        summary = {
            "papers": atlas.library.counts().papers,
            "searched by": atlas.settings.engine,
            **engine_shares(atlas, searches),
            "search": timed(atlas.search, searches),
            "explore": timed(atlas.explore, texts),
            "similar": timed(atlas.papers.similar, ids),
            "suggest": timed(lambda text: atlas.suggest(text[:4]), searches),
            "document": timed(atlas.papers.one, ids),
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "machine": f"{platform.machine()}, {os.cpu_count()} processors",
            "python": platform.python_version(),
        }
    print(json.dumps(summary, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(summary, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
