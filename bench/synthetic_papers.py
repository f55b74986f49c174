"""Papers for measurements at any size: halves of real abstracts joined, with authors, years and references.

    python -m bench.synthetic_papers COUNT FILE… [--seed 1] [--first 0] > papers.jsonl

FILEs are anything that ``litatlas add`` reads, such as the demo's (``demo/`` in its home folder). Writes JSON
lines, which ``litatlas add`` parses in all its processes. Paper N is the same for the same files and seed,
however many are asked for: ``--first`` goes on where another file ended.

The two halves are of papers that share a tag, so that there are topics to find. Every paper has a DOI of its
own, which keeps it apart from those that share a half. What it cannot do: there are no words that are not in
the files, so that the vocabulary grows more slowly than that of so many real papers.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.document import Document
from ingest.input_files import read_sources

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_CITES = 12  # references of a paper in the mean
_RECENT = 50_000  # most of them are to one of so many papers before it


class Mixer:
    """Makes papers out of real ones.

    Args:
        sources: papers with title and abstract; at least two.
        seed: another seed, other papers.
    """

    def __init__(self, sources: Sequence[Document], seed: int) -> None:
        if len(sources) < 2:
            raise SystemExit("The files hold fewer than two papers with a title and an abstract.")
        self._sources = sources
        self._seed = seed
        by_tag = defaultdict[str, list[int]](list)
        for number, paper in enumerate(sources):
            for tag in paper.tags:
                by_tag[tag].append(number)
        most = max(len(sources) // 20, 2)  # "Humans" and the like join nothing
        self._akin = {tag: rows for tag, rows in by_tag.items() if 1 < len(rows) <= most}
        names = [name.partition(", ") for paper in sources for name in paper.authors if ", " in name]
        self._families = [family for family, _, _ in names] or ["Doe"]
        self._given = [given for _, _, given in names] or ["Jo"]

    def paper(self, number: int) -> dict[str, Any]:
        """Paper ``number`` as `Document.to_json` writes one."""
        dice = random.Random(f"{self._seed}:{number}")
        first = self._sources[dice.randrange(len(self._sources))]
        second = self._partner(first, dice)
        tags = dict.fromkeys([*_drawn(first.tags, dice), *_drawn(second.tags, dice)])
        years = [paper.year for paper in (first, second) if paper.year]
        return {
            "id": f"synthetic-{self._seed}-{number}",
            "title": _joined(first.title.split(), second.title.split(), dice),
            "abstract": _joined(_SENTENCE.split(first.abstract), _SENTENCE.split(second.abstract), dice),
            "authors": [self._author(dice) for _ in range(min(1 + int(dice.expovariate(0.25)), 40))],
            "year": dice.choice(years) if years else 2000,
            "venue": dice.choice((first, second)).venue,
            "doi": self._doi(number),
            "tags": list(tags),
            "lang": first.lang or "en",
            "type": "article-journal",
            "references": self._references(number, dice),
        }

    def _partner(self, first: Document, dice: random.Random) -> Document:
        """Another paper that shares a tag; any other where none does."""
        tags = [tag for tag in first.tags if tag in self._akin]
        rows: Sequence[int] = self._akin[dice.choice(tags)] if tags else range(len(self._sources))
        return self._sources[rows[dice.randrange(len(rows))]]

    def _author(self, dice: random.Random) -> str:
        return f"{dice.choice(self._families)}, {dice.choice(self._given)}"

    def _references(self, number: int, dice: random.Random) -> list[str]:
        """Earlier papers, most of them recent; the first have few to cite."""
        cited = set()
        for _ in range(min(int(dice.expovariate(1 / _CITES)), number)):
            back = dice.randint(1, min(number, _RECENT)) if dice.random() < 0.8 else dice.randint(1, number)
            cited.add(number - back)
        return [f"doi:{self._doi(one)}" for one in sorted(cited)]

    def _doi(self, number: int) -> str:
        return f"10.5555/synthetic.{self._seed}.{number}"


def _drawn(tags: Sequence[str], dice: random.Random) -> list[str]:
    """About half of the tags, in their order."""
    return [tag for tag in tags if dice.random() < 0.6]


def _joined(first: Sequence[str], second: Sequence[str], dice: random.Random) -> str:
    """The beginning of one text and the end of another, cut near their middles."""
    share = dice.uniform(0.35, 0.65)
    return " ".join([*first[: max(round(share * len(first)), 1)], *second[round(share * len(second)) :]])


def sources(files: Sequence[str]) -> list[Document]:
    """The papers of files that have a title and an abstract."""
    documents = (parsed for _, parsed in read_sources(list(files)) if isinstance(parsed, Document))
    return [one for one in documents if one.title and one.abstract]


def lines(files: Sequence[str], count: int, seed: int = 1, first: int = 0) -> Iterator[str]:
    """So many papers as JSON lines."""
    mixer = Mixer(sources(files), seed)
    for number in range(first, first + count):
        yield json.dumps(mixer.paper(number), ensure_ascii=False) + "\n"


def main() -> None:
    """Write papers to the standard output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.writelines(lines(options.files, options.count, options.seed, options.first))


if __name__ == "__main__":
    main()
