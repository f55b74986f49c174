"""Are the names true? Labels as queries, subject coverage and echoes in the shown words of a model.

    .venv/bin/python -m bench.labels papers FILE ... [--start 0] [--train 50000] [--half 0|1]
        [--levels 12,60,120] [--seeds 1,2,3] [--keep FOLDER] [--hide-tags] [--again] [--list] [--titles FILE]
        [--peers FILE]
    .venv/bin/python -m bench.labels atlas HOME [--hide-tags] [--again] [--list] [--titles FILE]
        [--peers FILE]

``papers`` trains on records of files, with their tags; ``atlas`` takes the published model of an atlas.
With ``--hide-tags`` no tag is shown to the model, only to the judge; ``atlas`` then trains one of its papers.
``--keep`` keeps the trained models, ``--again`` names a kept or published model anew. ``--list`` prints every
label with its numbers.

A label is a query: a paper bears it out when one of its phrases, stemmed, stands in the paper's title or
abstract, or is one of its tags; the name of an arXiv category counts for the papers that carry its code. A
topic's papers are those that belong to it (``member_masks``). ``borne_5`` and ``borne_10`` are the shares
of topics whose label less than 5 % and 10 % of their papers bear out; ``term_f1`` is the F1 of the best of
the ten shown words, ``nested`` the share of the ten whose stems stand wholly in another of them.

``--titles FILE`` writes what the independent judge reads (``bench.label_judge``); the labels of peers that it
writes are measured in the same way with ``--peers FILE``. Prints a row a model and level.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.label_evidence import Evidence, members_of, stems
from bench.papers import CACHE, Sample, cached
from ingest.progress import Silent
from topics.corpus.counts import TrainingPaper, read_corpus
from topics.model.hierarchy import Hierarchy
from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.training.build import BuildOptions, build_hierarchy
from topics.training.finish import name_again

SHOWN = 10
GENERIC = frozenset(
    """
    case study patient result method group age effect analysis model united states report review data human
    animal male female adult child problem theory application approach system
    """.split()  # noqa: SIM905
)
"""A label of these words alone names nothing."""


def of_atlas(home: Path) -> tuple[list[TrainingPaper], Hierarchy]:
    """The papers and the published model of an atlas."""
    from litatlas.atlas import Atlas
    from litatlas.generation.building import LibraryPapers
    from litatlas.settings import Settings

    with Atlas(Settings(home=home)) as atlas:
        papers = list(LibraryPapers(atlas.library)())  # what it trains on is what is judged
        row = atlas.library.generation()
        assert row is not None
        assert row.model is not None
        return papers, Hierarchy.load(atlas.home.model(row.model))


def of_files(options: argparse.Namespace) -> list[TrainingPaper]:
    """The records that a model is trained on."""
    sample = Sample(options.files, cache=options.cache)
    papers = [row[0] for row in cached(sample, options.start, options.start + options.train)]
    if options.half is None:
        return papers
    return [paper for paper in papers if blake2b(paper.id.encode()).digest()[0] % 2 == options.half]


def trained(papers: list[TrainingPaper], options: argparse.Namespace, seed: int) -> Hierarchy:
    """A model of the papers, or the kept one."""
    sizes = tuple(int(size) for size in options.levels.split(",")) if options.levels else None
    folder = options.keep / str(seed) if options.keep else None
    if folder and folder.exists():
        return Hierarchy.load(folder)
    with tempfile.TemporaryDirectory() as scratch:
        wanted = BuildOptions(levels=sizes, seed=seed)
        learned = [replace(paper, tags=()) for paper in papers] if options.hide_tags else papers
        hierarchy = build_hierarchy(lambda: learned, wanted, Path(scratch), None, Silent())
    if folder:
        hierarchy.save(folder)
    return hierarchy


def labels_of(hierarchy: Hierarchy) -> list[list[str]]:
    """The labels of every level, from the top."""
    return [[hierarchy.topics[name].label for name in level.ids] for level in hierarchy.levels]


def shown_of(hierarchy: Hierarchy) -> list[list[list[str]]]:
    """The ten shown words of every topic."""
    return [
        [[term for term, _ in hierarchy.topics[name].terms[:SHOWN]] for name in level.ids]
        for level in hierarchy.levels
    ]


def nested(shown: Sequence[str]) -> int:
    """How many of a topic's words stand wholly in another of them (or say the same once more)."""
    keys = [f" {' '.join(stems(word))} " for word in shown]
    return sum(
        any(key in other and at != place and (key != other or at < place) for at, other in enumerate(keys))
        for place, key in enumerate(keys)
    )


def scores(hits: NDArray[np.bool_], member: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a query for a topic."""
    both = float((hits & member).sum())
    precision, recall = both / max(1, hits.sum()), both / max(1, member.sum())
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def judge_level(
    labels: list[str], shown: list[list[str]], members: NDArray[np.bool_], evidence: Evidence
) -> tuple[dict[str, Any], list[tuple[float, float, float]]]:
    """The row of one level and the numbers of each label."""
    rows = [
        scores(evidence.bear_out(label), members[:, topic]) if members[:, topic].any() else (0.0, 0.0, 0.0)
        for topic, label in enumerate(labels)
    ]
    terms = [
        max((scores(evidence.bear_out(term), members[:, topic])[2] for term in words), default=0.0)
        for topic, words in enumerate(shown)
    ]
    table = np.array(rows)
    row = {
        "topics": len(labels),
        "precision": table[:, 0].mean(),
        "recall": table[:, 1].mean(),
        "f1": table[:, 2].mean(),
        "borne_5": (table[:, 1] < 0.05).mean(),
        "borne_10": (table[:, 1] < 0.10).mean(),
        "term_f1": np.mean(terms),
        "nested": sum(map(nested, shown)) / max(1, sum(map(len, shown))),
        "diversity": len({word for words in shown for word in words}) / max(1, sum(map(len, shown))),
    }
    return {key: round(float(value), 3) for key, value in row.items()}, rows


def faults(labels: list[list[str]], hierarchy: Hierarchy) -> dict[str, int]:
    """Labels that are shared, empty or generic, and those with a word of their parent's."""
    folded = Counter(label.casefold() for level in labels for label in level)
    parents = 0
    for number, level in enumerate(hierarchy.levels):
        above = hierarchy.main_parents[number]
        if above is None:
            continue
        for topic in range(len(level.ids)):
            own, other = stems(labels[number][topic]), stems(labels[number - 1][int(above[topic])])
            parents += bool(set(own) & set(other))
    return {
        "shared": sum(count - 1 for count in folded.values()),
        "empty": sum(not label.strip() for level in labels for label in level),
        "generic": sum(
            set(stems(label)) <= {stems(word)[0] for word in GENERIC} for level in labels for label in level
        ),
        "parents_words": parents,
    }


def coverage(papers: Sequence[TrainingPaper], members: list[NDArray[np.bool_]]) -> dict[str, float]:
    """Subject coverage: the best F1 of any topic's members for each tag that ≥ .2 % of the papers carry."""
    holders: dict[str, list[int]] = {}
    for row, paper in enumerate(papers):
        for tag in {tag.split("/")[0].strip(" *") for tag in paper.tags}:
            holders.setdefault(tag, []).append(row)
    every = np.hstack(members).astype(np.float32)
    sizes = every.sum(axis=0)
    best = []
    for rows in holders.values():
        if len(rows) >= 0.002 * len(papers):
            best.append(float((2 * every[rows].sum(axis=0) / (sizes + len(rows))).max()))
    return {"headings": len(best), "coverage": round(float(np.mean(best)), 4) if best else 0.0}


def for_judge(
    hierarchy: Hierarchy,
    labels: list[list[str]],
    members: list[NDArray[np.bool_]],
    papers: Sequence[TrainingPaper],
) -> Iterator[dict[str, Any]]:
    """What the judge reads: titles, siblings, labels, and the words by class-based tf-idf weight."""
    frequency = hierarchy.frequency
    chance = np.random.default_rng(7)
    for number, level in enumerate(hierarchy.levels):
        above = hierarchy.main_parents[number]
        weights = (
            np.asarray(level.phi)
            * np.log1p(frequency.sum() / len(level.ids) / np.maximum(frequency, 1))[:, None]
        )
        for topic in range(len(level.ids)):
            rows = np.flatnonzero(
                members[number][:, topic] & np.array([bool(paper.title) for paper in papers])
            )
            chosen = chance.permutation(rows)[:20]
            family = above == above[topic] if above is not None else np.ones(len(level.ids), dtype=bool)
            others = np.flatnonzero(~family)
            best = np.argsort(-weights[:, topic], kind="stable")[:30]
            yield {
                "level": number,
                "topic": topic,
                "label": labels[number][topic],
                "siblings": [int(one) for one in np.flatnonzero(family) if one != topic],
                "others": [int(one) for one in chance.choice(others, min(3, len(others)), replace=False)],
                "titles": [papers[int(row)].title for row in chosen],
                "words": [hierarchy.vocabulary[term].replace("_", " ") for term in best.tolist()],
            }


def measure(
    papers: list[TrainingPaper],
    hierarchy: Hierarchy,
    evidence: Evidence,
    options: argparse.Namespace,
    seed: int,
) -> list[dict[str, Any]]:
    """The rows of one model."""
    place = {paper.id: row for row, paper in enumerate(papers)}
    order = np.array([place[name] for name in hierarchy.paper_ids], dtype=np.intp)
    members = [np.zeros((len(papers), level.shape[1]), dtype=bool) for level in members_of(hierarchy)]
    for mask, level in zip(members, members_of(hierarchy), strict=True):
        mask[order] = level
    labels, shown = labels_of(hierarchy), shown_of(hierarchy)
    if options.titles:
        with Path(str(options.titles).replace("SEED", str(seed))).open("w") as stream:
            for row in for_judge(hierarchy, labels, members, papers):
                stream.write(json.dumps(row) + "\n")
    ways = {"litatlas": labels}
    if options.peers:
        ways |= json.loads(Path(str(options.peers).replace("SEED", str(seed))).read_text())
    rows = []
    for name, said in ways.items():
        for number, own in enumerate(said):
            row, numbers = judge_level(own, shown[number], members[number], evidence)
            rows.append({"names": name, "seed": seed, "level": number, **row})
            if options.list and name == "litatlas":
                for topic in np.argsort([one[2] for one in numbers]).tolist():
                    figures = " ".join(f"{value:.2f}" for value in numbers[topic])
                    words = ", ".join(shown[number][topic])
                    print(f"{number} {members[number][:, topic].sum():6d} {figures} {own[topic]} | {words}")
    print(json.dumps({"seed": seed, **faults(labels, hierarchy), **coverage(papers, members)}))
    return rows


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The rows as a Markdown table, means over the seeds."""
    names = ["precision", "recall", "f1", "borne_5", "borne_10", "term_f1", "nested", "diversity"]
    lines = ["| names | level | topics | " + " | ".join(names) + " |", "|---" * (len(names) + 3) + "|"]
    for key in dict.fromkeys((row["names"], row["level"], row["topics"]) for row in rows):
        own = [row for row in rows if (row["names"], row["level"], row["topics"]) == key]
        cells = [f"{np.mean([row[name] for row in own]):.3f}" for name in names]
        lines.append("| " + " | ".join(map(str, key)) + " | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["papers", "atlas"])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--train", type=int, default=50_000)
    parser.add_argument("--half", type=int, choices=[0, 1])
    parser.add_argument("--levels")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--hide-tags", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--titles", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if options.what == "atlas":
        papers, hierarchy = of_atlas(Path(options.files[0]))
        models = [(1, hierarchy)]
    else:
        papers = of_files(options)
    if options.what == "papers" or options.hide_tags:
        models = [(seed, trained(papers, options, seed)) for seed in map(int, options.seeds.split(","))]
    evidence = Evidence(papers, CATEGORY_NAMES)
    for seed, hierarchy in models:
        if options.again:
            with tempfile.TemporaryDirectory() as scratch:
                corpus = read_corpus(lambda: papers, Path(scratch), Silent(), None, hierarchy.languages)
            name_again(hierarchy, corpus, lambda: papers)
        rows += measure(papers, hierarchy, evidence, options, seed)
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main()
