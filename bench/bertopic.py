"""BERTopic's groups of papers, for ``bench.topics``.

    PYTHON -m bench.bertopic TEXTS.jsonl VECTORS.npy BERTopic.1.npy
        [--topics 120] [--seed 1] [--groups kmeans]

Reads what ``bench.topics --texts`` and ``bench.encoder`` wrote and writes the group of each paper. By
default HDBSCAN on UMAP as BERTopic does it, merged down to ``--topics``, papers that are left over given to
the nearest group by their embeddings; with ``--groups kmeans`` k-means on UMAP. The environment needs
bertopic and nothing of the atlas.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path


def main() -> None:
    """Group the papers."""
    import numpy as np
    from bertopic import BERTopic
    from sklearn.cluster import KMeans
    from umap import UMAP

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("texts", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--topics", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--groups", choices=["hdbscan", "kmeans"], default="hdbscan")
    options = parser.parse_args()
    texts = [json.loads(line) for line in options.texts.open(encoding="utf-8")]
    vectors = np.load(options.vectors)
    began = time.perf_counter()
    reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=options.seed)
    shared = {"umap_model": reduce, "embedding_model": None, "verbose": True}
    if options.groups == "kmeans":
        model = BERTopic(hdbscan_model=KMeans(options.topics, random_state=options.seed, n_init=1), **shared)
        groups, _ = model.fit_transform(texts, vectors)
    else:
        model = BERTopic(min_topic_size=20, nr_topics=options.topics + 1, **shared)
        groups, _ = model.fit_transform(texts, vectors)
        print(f"outliers before they were given away: {np.mean(np.array(groups) < 0):.3f}")
        groups = model.reduce_outliers(texts, groups, strategy="embeddings", embeddings=vectors)
    _, numbers = np.unique(np.array(groups), return_inverse=True)
    np.save(options.out, numbers.astype(np.intp))
    print(f"{numbers.max() + 1} groups, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
