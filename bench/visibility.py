"""What it costs that a reader sees some collections alone: the same queries either way, processor time.

Run on a copy of an atlas: its papers are dealt out to 50 collections, of which the reader sees 25.

    python -m bench.visibility HOME [--queries 300] [--deal]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, insert, select, update

from ingest.library import schema
from ingest.library.database import now
from litatlas.atlas import Atlas
from litatlas.settings import Settings
from search.request import SearchRequest

COLLECTIONS = 50


def deal(home: Path) -> None:
    """Deal the documents out to collections, then write the index anew."""
    names = [f"Dealt {number:02}" for number in range(COLLECTIONS)]
    with Atlas(Settings(home=home), migrate=True) as atlas:
        collections, documents = schema.collections, schema.documents
        with atlas.library.writing() as connection:
            most = connection.scalar(select(func.max(collections.c.number))) or 0
            rows = [
                {"number": most + 1 + at, "key": name, "name": name, "created": now()}
                | dict.fromkeys(("description", "licence", "source"), "")
                for at, name in enumerate(names)
            ]
            connection.execute(insert(collections), rows)
            dealt = most + 1 + documents.c.number % COLLECTIONS
            connection.execute(update(documents).values(collection=dealt))
        atlas.models.reindex()


def queries(atlas: Atlas, count: int) -> list[str]:
    """Two or three words that stand side by side in titles."""
    dice = random.Random(7)
    hits = [
        atlas.search(SearchRequest("", sort="newest", limit=100, offset=at))["documents"]
        for at in range(0, 2000, 100)
    ]
    phrases = []
    for hit in dice.sample([hit for page in hits for hit in page], count):
        words = [word for word in hit["title"].split() if word.isalpha() and len(word) > 3]
        begin = dice.randrange(max(1, len(words) - 2))
        phrases.append(" ".join(words[begin : begin + dice.choice((1, 2, 3))]).lower())
    return [query for query in phrases if query]


def measured(run: Callable[[str], object], asked: list[str]) -> list[float]:
    """Milliseconds of processor time of each query, sorted."""
    times = []
    for query in asked:
        began = time.process_time()
        run(query)
        times.append((time.process_time() - began) * 1000)
    return sorted(times)


def main() -> None:
    """Print p50 and p95 with and without, and their ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--deal", action="store_true", help="Deal the papers of this home out first.")
    options = parser.parse_args()
    if options.deal:
        deal(options.home)
    with Atlas(Settings(home=options.home)) as atlas:
        visible = frozenset(f"Dealt {number:02}" for number in range(0, COLLECTIONS, 2))
        sample = queries(atlas, options.queries)
        plain = SearchRequest("", limit=10)
        atlas.search(replace(plain, text="warm"))
        atlas.search(replace(plain, text="warm", visible=visible))
        ways = {
            "all": lambda query: atlas.search(replace(plain, text=query)),
            "some": lambda query: atlas.search(replace(plain, text=query, visible=visible)),
        }
        times = {name: measured(run, sample) for name, run in ways.items()}
        again = {name: measured(run, sample) for name, run in ways.items()}
        summary = {
            f"{name}, {when}": {
                "p50": round(of[name][len(sample) // 2], 1),
                "p95": round(of[name][len(sample) * 95 // 100], 1),
            }
            for when, of in (("first", times), ("again", again))
            for name in ways
        }
        print(
            json.dumps({"papers": atlas.library.counts().papers, "queries": len(sample), **summary}, indent=1)
        )


if __name__ == "__main__":
    main()
