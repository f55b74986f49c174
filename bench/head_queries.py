"""Head queries: whether the papers that have a short query in their title come first.

    python -m bench.head_queries HOME [--queries 60] [--rankings fused lexical] [--json FILE]

The queries are drawn from the atlas itself: the noun phrases of two and of three words, half and half, that
most titles have and whose words also stand apart from each other in the abstracts of at least 20 other
papers. Each is asked as a reader types it. The measures are the share of the first three results that have
the phrase in the title, word by word, and the share of the queries for which all three have; by choice, at
least three papers have it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.text.analysis import Analyzer, analyzer
from litatlas.atlas import Atlas
from litatlas.settings import Settings

FIRST = 3
LENGTHS = (2, 3)
APART = 20  # other papers with the words, but not side by side
_POOL = 10  # times as many phrases are looked at as are wanted

Texts = Sequence[tuple[str, str]]
"""The forms of each title and of each abstract."""


def noun_phrases(forms: Sequence[str], analysis: Analyzer) -> Iterator[tuple[str, ...]]:
    """The runs of two or three nouns and adjectives that end in a noun."""
    parts = [analysis.noun_parts(form) if form.isalpha() and len(form) > 1 else frozenset() for form in forms]
    telling = [bool(part & {"NOUN", "ADJ"}) and not analysis.is_stop(form)
               for part, form in zip(parts, forms, strict=True)]  # fmt: skip
    for length in LENGTHS:
        for start in range(len(forms) - length + 1):
            end = start + length
            if all(telling[start:end]) and "NOUN" in parts[end - 1]:
                yield tuple(forms[start:end])


def has(phrase: Sequence[str], forms: str) -> bool:
    """Whether the words stand side by side in a text's forms."""
    return f" {' '.join(phrase)} " in f" {forms} "


def head_queries(texts: Texts, wanted: int, analysis: Analyzer) -> list[tuple[str, ...]]:
    """The phrases that most titles have and that also stand apart, as many of two words as of three.

    None is a part of another: what is chosen of three words leaves out its halves (``sectional study``).
    """
    counts = Counter(phrase for title, _ in texts for phrase in set(noun_phrases(title.split(), analysis)))
    chosen: list[tuple[str, ...]] = []
    for length in sorted(LENGTHS, reverse=True):
        pool = [phrase for phrase, count in counts.most_common() if len(phrase) == length and count >= FIRST]
        apart = _apart(texts, pool[: _POOL * wanted])
        room = wanted // len(LENGTHS)
        for phrase in pool[: _POOL * wanted]:
            if room and apart[phrase] >= APART and not any(_overlap(phrase, other) for other in chosen):
                chosen.append(phrase)
                room -= 1
    return chosen


def _apart(texts: Texts, phrases: Iterable[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """How many papers have all words of a phrase in the abstract, but nowhere side by side."""
    holders: dict[str, set[int]] = defaultdict(set)
    wanted = {word for phrase in phrases for word in phrase}
    for row, (_, abstract) in enumerate(texts):
        for word in wanted.intersection(abstract.split()):
            holders[word].add(row)
    return Counter(
        {
            phrase: sum(
                not has(phrase, " | ".join(texts[row]))
                for row in set.intersection(*(holders[word] for word in phrase))
            )
            for phrase in phrases
        }
    )


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return set(one) <= set(other) or set(other) <= set(one)


def report(home: Path, wanted: int, rankings: Sequence[str]) -> dict[str, Any]:
    """The two shares of each ranking, and the queries that fall short."""
    analysis = analyzer()
    with Atlas(Settings(home=home)) as atlas:
        titles = {paper.id: (paper.title_forms, paper.abstract_forms) for paper in atlas.library.papers()}
        queries = head_queries(list(titles.values()), wanted, analysis)
        rows = {}
        for ranking in rankings:
            short: dict[str, int] = {}
            for phrase in queries:
                text = " ".join(phrase)
                hits = atlas.search(text, ranking=ranking, limit=FIRST, facets=False)["documents"]
                titled = sum(has(phrase, analysis.joined(hit["title"])) for hit in hits)
                if titled < FIRST:
                    short[text] = titled
            missing = sum(FIRST - titled for titled in short.values())
            rows[ranking] = {
                "results": round(1 - missing / (FIRST * len(queries)), 4),
                "queries": round(1 - len(short) / len(queries), 4),
                "short": short,
            }
    return {"papers": len(titles), "asked": [" ".join(phrase) for phrase in queries], "rankings": rows}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table and, with ``--json``, write everything."""
    parser = argparse.ArgumentParser(prog="bench.head_queries", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--rankings", nargs="+", default=["lexical", "fused"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    result = report(options.home, options.queries, options.rankings)
    result["cores"] = os.cpu_count()
    for ranking, row in result["rankings"].items():
        print(f"{ranking:8} results {row['results']:.3f}  queries {row['queries']:.3f}  short {row['short']}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
