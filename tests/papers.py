"""Small papers of our own making: eight subjects with words of their own, mixed into plausible abstracts.

They are made from a seed, so that every test can ask for as many as it needs and knows what belongs together.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SUBJECTS: dict[str, tuple[str, str]] = {
    "neural translation": (
        "translation encoder decoder sentence attention vocabulary corpus bilingual transformer alignment "
        "tokenization beam decoding parallel pretraining embedding",
        "neural multilingual contextual lexical syntactic fluent",
    ),
    "galaxy formation": (
        "galaxy halo redshift survey quasar luminosity dust spectrum telescope cluster merger nebula "
        "photometry star disk bulge",
        "stellar galactic luminous metallic dark cosmic",
    ),
    "cardiac surgery": (
        "patient surgery artery valve bypass mortality ventricle catheter infarction anesthesia graft "
        "complication heart recovery ischemia stent",
        "cardiac coronary postoperative arterial acute chronic",
    ),
    "graph theory": (
        "graph vertex edge coloring clique matching tree planarity path cycle subgraph adjacency "
        "connectivity degree minor hypergraph",
        "planar bipartite chromatic finite regular extremal",
    ),
    "soil microbiology": (
        "soil bacterium nitrogen root compost fungus rhizosphere nutrient crop carbon microbiome enzyme "
        "fertilizer biomass moisture legume",
        "microbial organic fungal anaerobic agricultural acidic",
    ),
    "quantum optics": (
        "photon qubit entanglement laser cavity interferometer coherence polarization decoherence squeezing "
        "detector beam resonator emitter phase atom",
        "quantum optical coherent entangled nonlinear superconducting",
    ),
    "labour economics": (
        "wage worker employment inflation household tax income employer union unemployment market pension "
        "productivity migration policy inequality",
        "economic fiscal monetary rural unskilled temporary",
    ),
    "river ecology": (
        "river fish sediment wetland invertebrate dam flood stream salmon habitat watershed algae "
        "temperature floodplain spawning discharge",
        "aquatic riparian seasonal migratory freshwater endangered",
    ),
}
_FRAMES = (
    "We study the {a} {n} of {m} and show that the {b} {o} depends on {p}.",
    "The {n} is measured together with {m}, which explains the {a} {p}.",
    "Our results suggest that {b} {o} improves {n} without loss of {m}.",
    "A new approach to {a} {n} is compared with {o} on three data sets.",
    "In contrast to earlier work, {p} and {m} are treated with the same {b} {n}.",
    "Finally, we discuss how {a} {m} changes when the {o} of the {p} is varied.",
)
_FAMILIES = ["Abbott", "Brown", "Chen", "Dubois", "Eriksen", "García", "Haddad", "Ivanova", "López", "Müller"]
_GIVEN = ["Ada", "Boris", "Chiara", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Inés", "Jun"]


def papers(
    count: int, *, subjects: list[str] | None = None, seed: int = 0, prefix: str = "p"
) -> list[dict[str, Any]]:
    """``count`` papers as our own JSON records, the subjects in turn; the first tag is the subject."""
    chance = random.Random(f"{seed}-{prefix}")
    names = subjects or list(SUBJECTS)
    return [_paper(chance, names[number % len(names)], f"{prefix}{number}") for number in range(count)]


def _paper(chance: random.Random, subject: str, id: str) -> dict[str, Any]:
    words = SUBJECTS[subject]
    nouns, adjectives = words[0].split(), words[1].split()

    def sentence(frame: str) -> str:
        n, m, o, p = chance.sample(nouns, 4)
        a, b = chance.sample(adjectives, 2)
        return frame.format(n=n, m=m, o=o, p=p, a=a, b=b)

    first, second = chance.sample(nouns, 2)
    title = f"{chance.choice(adjectives).capitalize()} {first} and {second}"
    authors = [f"{chance.choice(_FAMILIES)}, {chance.choice(_GIVEN)}" for _ in range(chance.randint(1, 4))]
    return {
        "id": id,
        "title": f"{title}: study {id}",
        "abstract": " ".join(sentence(frame) for frame in chance.sample(_FRAMES, 4)),
        "authors": authors,
        "year": chance.randint(2001, 2020),
        "venue": f"Journal of {subject.title()}",
        "tags": [subject, chance.choice(nouns)],
    }


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """Write the records as JSON lines."""
    path.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), "utf-8")
    return path


def ids(records: list[dict[str, Any]], subject: str) -> Iterator[str]:
    """The ids of the papers of one subject."""
    return (record["id"] for record in records if record["tags"][0] == subject)
