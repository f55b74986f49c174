"""An encoder's vectors in files (with usearch) and in Elasticsearch (``dense_vector``): time, room, recall.

    python -m bench.encoder_stores VECTORS.npy [--elasticsearch http://127.0.0.1:9200] [--queries 200]

VECTORS.npy has a row of length 1 a paper. Asked of both: the 100 papers nearest to a query, and the cosines
of 1,000 given papers, which ranking wants of every search. Queries are rows that were set aside. Times are of
one reader, in ms of the wall; ``processor`` is the mean of this process alone, without Elasticsearch's own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch, helpers

from search.encoders.vector_store import Origin, VectorStore

NEAREST, SCORED = 100, 1_000
INDEX = "litatlas-bench-encoder-stores"
PART = 10_000


def main() -> None:
    """Measure and print a JSON line for each store."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--elasticsearch", default="http://127.0.0.1:9200")
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    rows = np.load(options.vectors).astype(np.float32)
    chance = np.random.default_rng(0)
    aside = chance.permutation(len(rows))
    queries, papers = rows[aside[: options.queries]], rows[aside[options.queries :]]
    samples = [chance.choice(len(papers), SCORED, replace=False) for _ in queries]
    exact = np.argsort(-(queries @ papers.T), axis=1)[:, :NEAREST]
    truth = [set(map(str, row)) for row in exact.tolist()]
    print(json.dumps(files(papers, queries, samples, truth)), flush=True)
    client = Elasticsearch(options.elasticsearch, request_timeout=300)
    for kind in ("int8_hnsw", "hnsw"):
        print(json.dumps(elasticsearch(client, kind, papers, queries, samples, truth)), flush=True)


def files(papers: Any, queries: Any, samples: Any, truth: list[set[str]]) -> dict[str, Any]:
    """The store of `search.encoders`."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        store = VectorStore(Path(folder) / "v")
        ids = [str(at) for at in range(len(papers))]
        for start in range(0, len(papers), PART):
            part = ids[start : start + PART]
            store.add(Origin("m", "1", "m", papers.shape[1]), part, [0] * len(part), papers[start:][:PART])
        store.finish(1, frozenset(ids))
        written = time.perf_counter() - began
        store = VectorStore(Path(folder) / "v")
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        store.nearest(queries[0], NEAREST)
        near, found = timed(lambda at: [id for id, _ in store.nearest(queries[at], NEAREST)], len(queries))
        named = [[ids[row] for row in sample] for sample in samples]
        scored, _ = timed(lambda at: (store.vectors(named[at])[0] @ queries[at]).tolist(), len(queries))
    return report("files, usearch i8", written, size, near, scored, recall(found, truth))


def elasticsearch(
    client: Elasticsearch, kind: str, papers: Any, queries: Any, samples: Any, truth: list[set[str]]
) -> dict[str, Any]:
    """An index of vectors alone, one shard, merged as far as it merges."""
    client.indices.delete(index=INDEX, ignore_unavailable=True)
    field = {
        "type": "dense_vector",
        "dims": papers.shape[1],
        "similarity": "cosine",
        "index_options": {"type": kind},
    }
    client.indices.create(
        index=INDEX,
        settings={"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1},
        mappings={"dynamic": "strict", "_source": {"excludes": ["v"]}, "properties": {"v": field}},
    )
    try:
        began = time.perf_counter()
        for _ in helpers.streaming_bulk(client, _actions(papers), chunk_size=500):
            pass
        client.indices.forcemerge(index=INDEX, max_num_segments=1)
        client.indices.refresh(index=INDEX)
        written = time.perf_counter() - began
        size = client.indices.stats(index=INDEX)["_all"]["total"]["store"]["size_in_bytes"]

        def nearest(at: int) -> list[str]:
            return _hits(client, {"k": NEAREST, "num_candidates": 400}, queries[at], NEAREST)

        def cosines(at: int) -> list[str]:
            among = {"ids": {"values": list(map(str, samples[at].tolist()))}}
            more = {"k": SCORED, "num_candidates": SCORED, "filter": among}
            return _hits(client, more, queries[at], SCORED)

        for at in range(20):
            nearest(at)
        near, found = timed(nearest, len(queries))
        scored, answers = timed(cosines, len(queries))
        assert all(len(answer) == SCORED for answer in answers)
    finally:
        client.indices.delete(index=INDEX, ignore_unavailable=True)
    return report(f"Elasticsearch, {kind}", written, size, near, scored, recall(found, truth))


def _actions(papers: Any) -> Iterator[dict[str, Any]]:
    for at, row in enumerate(papers.tolist()):
        yield {"_index": INDEX, "_id": str(at), "v": row}


def _hits(client: Elasticsearch, more: dict[str, Any], vector: Any, size: int) -> list[str]:
    body: dict[str, Any] = {"field": "v", "query_vector": vector.tolist(), **more}
    answer = client.search(
        index=INDEX, knn=body, size=size, source=False, filter_path="hits.hits._id,hits.hits._score"
    )
    return [hit["_id"] for hit in answer.get("hits", {}).get("hits", [])]


def timed(asked: Callable[[int], Any], count: int) -> tuple[dict[str, float], list[Any]]:
    """Ask one after the other; percentiles of the wall, and the mean of this process's processor."""
    times, answers, processor = [], [], time.process_time()
    for at in range(count):
        began = time.perf_counter()
        answers.append(asked(at))
        times.append(1000 * (time.perf_counter() - began))
    used = 1000 * (time.process_time() - processor) / count
    p50, p95 = np.percentile(times, [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "processor": round(used, 1)}, answers


def recall(found: list[list[str]], truth: list[set[str]]) -> float:
    """The share of the nearest papers that were found."""
    return float(
        np.mean([len(wanted & set(row)) / NEAREST for row, wanted in zip(found, truth, strict=True)])
    )


def report(
    name: str, written: float, size: int, near: dict[str, float], scored: dict[str, float], share: float
) -> dict[str, Any]:
    """What was measured of one store."""
    return {
        "store": name,
        "written_s": round(written, 1),
        "mb": round(size / 1e6, 1),
        f"nearest_{NEAREST}_ms": near,
        f"cosines_of_{SCORED}_ms": scored,
        f"recall_at_{NEAREST}": round(share, 3),
    }


if __name__ == "__main__":
    main()
