"""A made-up literature with known themes, for tests of the topic model."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from topics.corpus.counts import TrainingPaper

FIELDS = {
    "heart": (
        "artery",
        "valve",
        "aorta",
        "stent",
        "ventricle",
        "rhythm",
        "pacemaker",
        "infarct",
        "plaque",
        "flow",
    ),
    "brain": (
        "neuron",
        "cortex",
        "synapse",
        "axon",
        "dopamine",
        "memory",
        "seizure",
        "sleep",
        "stroke",
        "spine",
    ),
    "star": (
        "galaxy",
        "nebula",
        "quasar",
        "dwarf",
        "orbit",
        "redshift",
        "telescope",
        "dust",
        "halo",
        "pulsar",
    ),
    "quantum": (
        "qubit",
        "photon",
        "spin",
        "lattice",
        "boson",
        "laser",
        "cavity",
        "phonon",
        "gate",
        "coherence",
    ),
    "graph": (
        "vertex",
        "edge",
        "clique",
        "colouring",
        "matching",
        "tree",
        "cycle",
        "planar",
        "minor",
        "degree",
    ),
    "learning": (
        "network",
        "gradient",
        "kernel",
        "layer",
        "label",
        "loss",
        "attention",
        "token",
        "feature",
        "reward",
    ),
}
COMMON = ("result", "paper", "approach", "case", "value", "measure", "role", "state", "time", "level")


def lemma(form: str, lang: str) -> str:
    """A form is its own lemma; a dot stands for a stop word."""
    return "" if form == "." else form


def themed(
    count: int, seed: int = 0, collection: str = "all", fields: tuple[str, ...] = ()
) -> list[TrainingPaper]:
    """Papers of ten words of one field (each field has two halves, its sub-themes) among common words."""
    noise = np.random.default_rng(seed)
    names = fields or tuple(FIELDS)
    papers = []
    for number in range(count):
        field = names[number % len(names)]
        half = FIELDS[field][:5] if number // len(names) % 2 else FIELDS[field][5:]
        words = [str(word) for word in noise.choice(half, 6)] + [
            str(word) for word in noise.choice(COMMON, 4)
        ]
        words += [field] + [str(word) for word in noise.choice(FIELDS[field], 2)]
        abstract = " ".join(words[i] for i in noise.permutation(len(words)))
        name = f"{collection}-{seed}-{number:05d}"
        title = f"{field} {half[number % 5]}"
        papers.append(
            TrainingPaper(name, (collection,), title, abstract, (field,), 2000, "en", title, abstract)
        )
    return papers


def again(papers: list[TrainingPaper]) -> Callable[[], Iterator[TrainingPaper]]:
    """A fresh pass at every call."""
    return lambda: iter(papers)


def plain(texts: list[str], lang: str = "en") -> list[TrainingPaper]:
    """Papers of nothing but an abstract."""
    return [
        TrainingPaper(f"p{number:05d}", ("all",), "", text, lang=lang)
        for number, text in zip(itertools.count(), texts)
    ]
