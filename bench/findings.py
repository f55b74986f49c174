"""What tells method, result and significance in an abstract: learned from structured ones, and measured.

    python -m bench.findings FILE… [--write] [--papers 20000]

FILEs are anything that ``litatlas add`` reads with headings in its abstracts, as PubMed's of the last years.
Of the papers with structured abstracts, the first half is learned from and the other half is asked, headings
taken off: how often a sentence that is named so stands under such a heading, and how many papers have one.
``--write`` puts the weights where `topics.text.findings` reads them.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from math import log
from pathlib import Path

from ingest.document import Document
from ingest.input_files import read_sources
from ingest.text.boilerplate import sections
from topics.text import findings as told
from topics.text.roles import ROLES
from topics.text.summary import sentences

CLASSES = (*ROLES, told.OTHER)
CLUES = 600
FEWEST = 30
_PRIOR = 20  # sentences that count as if they had been seen
Abstract = list[tuple[str, str]]


def abstracts(paths: list[str], most: int) -> list[Abstract]:
    """Structured abstracts of known sections alone, as (role, sentence)."""
    return list(_first(most, paths))


def _first(most: int, paths: list[str]) -> Iterator[Abstract]:
    for _, record in read_sources(paths):
        if not isinstance(record, Document) or record.lang not in ("", "en"):
            continue
        parts = [(told.role_of(heading), text) for heading, text in sections(record.abstract) if heading]
        roles = {role for role, _ in parts}
        if "" in roles or not set(ROLES) <= roles:
            continue
        yield [(role, sentence) for role, text in parts for sentence in sentences(text)]
        most -= 1
        if not most:
            return


def learned(examples: list[Abstract]) -> dict[str, tuple[float, ...]]:
    """The weights of the clues that tell most."""
    counts = {name: Counter[str]() for name in CLASSES}
    totals = Counter[str]()
    for abstract in examples:
        for at, (role, sentence) in enumerate(abstract):
            counts[role].update(told.clues(sentence, at, len(abstract)))
            totals[role] += 1
    every = sum(totals.values())
    weights = {}
    for clue in set().union(*counts.values()):
        seen = sum(counts[name][clue] for name in CLASSES)
        if seen >= FEWEST:
            share = (seen + 1) / (every + 2)
            weights[clue] = tuple(
                round(log((counts[name][clue] + 20 * share) / (totals[name] + 20) / share), 2)
                for name in CLASSES
            )

    def tells(clue: str) -> float:
        seen = sum(counts[name][clue] for name in CLASSES)
        return (
            seen * max(abs(weight) for weight in weights[clue]) if not clue.startswith("<") else float("inf")
        )

    best = sorted(weights, key=lambda clue: (-tells(clue), clue))[:CLUES]
    always = tuple(round(log(totals[name] / every), 2) for name in CLASSES)
    return {"<always>": always} | {clue: weights[clue] for clue in sorted(best)}


def measured(examples: list[Abstract]) -> str:
    """How often what is named so stands under such a heading."""
    asked, named, right = 0, Counter[str](), Counter[str]()
    for abstract in examples:
        asked += 1
        truth = {sentence: role for role, sentence in abstract}
        for finding in told.findings(" ".join(sentence for _, sentence in abstract)):
            named[finding["kind"]] += 1
            right[finding["kind"]] += truth.get(finding["text"]) == finding["kind"]
    lines = [f"{asked} abstracts"]
    for role in ROLES:
        share = right[role] / max(named[role], 1)
        lines.append(f"{role}: named in {named[role] / asked:.1%}, of these right {share:.1%}")
    return "\n".join(lines)


def main() -> None:
    """Learn, write and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--papers", type=int, default=20_000)
    options = parser.parse_args()
    examples = abstracts(options.files, options.papers)
    half = len(examples) // 2
    if options.write:
        head = f"# Written by bench.findings from {half} structured abstracts: clue, {', '.join(CLASSES)}\n"
        rows = learned(examples[:half])
        lines = ("\t".join([clue, *map(str, weights)]) for clue, weights in rows.items())
        path = Path(str(files("topics.text").joinpath("findings.tsv")))
        path.write_text(head + "\n".join(lines) + "\n", "utf-8")
    print(measured(examples[half:]))


if __name__ == "__main__":
    main()
