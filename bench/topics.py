"""The recipe against what a user would otherwise pick, in one run on the same counts.

    .venv/bin/python -m bench.topics ../shared/data/arxiv-150k.jsonl.xz [--start 0] [--train 50000]
        [--judge 100000] [--reference 50000] [--shuffle] [--levels 12,60,120] [--seeds 1,2,3]
        [--label tag|venue] [--tags] [--peers lda,ward,nmf] [--cache FOLDER] [--shown FILE]
    .venv/bin/python -m bench.topics … --texts FILE   # for bench.encoder and bench.bertopic, then
    .venv/bin/python -m bench.topics … --groups BERTopic.SEED.npy --embeddings VECTORS.npy

Every model gets the same vocabulary and counts, every model's words are chosen in the same two ways (by
tf-idf weight alone, and by the atlas's own choice), and all are judged on the same papers that none of them
saw, from record ``--judge`` on. The recipe was chosen by training on the first 50,000 records of arxiv-150k
and judging on the next 50,000; so ``--start 100000 --judge 0`` trains on papers that no choice was made on.
Papers without an abstract take no part. The label is what NMI and P@10 compare with; tags are hidden from
the models unless ``--tags`` is given. ``--shown`` keeps the shown words for ``bench.intrusion``. Prints a
row a model and level: mean over the seeds, and the spread. Needs tomotopy for LDA.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.decomposition import NMF

from bench.papers import CACHE, Sample, cached
from bench.tables import cell
from ingest.progress import Silent
from topics.corpus.counts import Corpus, TrainingPaper, read_corpus
from topics.corpus.vectors import weighted
from topics.model.placement import THETA_WEIGHT
from topics.naming.shown_words import sample_reference, shown_words, telling_words
from topics.quality.measures import TOP, Reference, agreement, judge_edges, judge_level
from topics.rows import unit_rows
from topics.text.tokens import JOINT, Tokenizer
from topics.training.build import BuildOptions, build_draft
from topics.training.finish import Draft
from topics.training.trainer import default_trainer

Floats = NDArray[np.float32]

LEAST_LABEL = {"tag": 1, "venue": 20}
"""A label of fewer training papers is no label: few journals have enough papers to be told by."""


@dataclass
class Material:
    """What every model is made from and judged by."""

    corpus: Corpus
    labels: NDArray[np.intp]  # the primary category (or venue) of each training paper, −1 where it has none
    reference: Reference  # papers that no model saw
    together: Reference  # the training papers, for the choice of shown words
    order: NDArray[np.intp]  # which of the training papers, as they were read, each row is


@dataclass
class Model:
    """A trained model, ours or a peer's; levels from the top, the leaves last."""

    name: str
    phis: list[Floats]
    parents: list[Floats]  # p(parent|child)
    theta: Floats  # (papers × leaves)
    joined: Floats | None  # vectors beside √θ, where the model has vectors
    seconds: float | None  # None: not measured here


def material(options: argparse.Namespace) -> Material:
    """Read the training and the reference papers."""
    sample = Sample(options.files, options.label, options.shuffle, options.cache)
    training = cached(sample, options.start, options.start + options.train)
    others = [row[0] for row in cached(sample, options.judge, options.judge + options.reference)]
    if options.texts:
        options.texts.write_text("".join(json.dumps(text) + "\n" for _, _, text in training))
    papers = [paper if options.tags else replace(paper, tags=()) for paper, _, _ in training]
    with tempfile.TemporaryDirectory() as scratch:
        corpus = read_corpus(lambda: papers, Path(scratch), Silent())
    corpus = replace(corpus, held_out=np.zeros(len(corpus.ids), dtype=bool))
    place = {paper.id: number for number, paper in enumerate(papers)}
    order = np.array([place[name] for name in corpus.ids], dtype=np.intp)
    sizes = Counter(label for _, label, _ in training)
    names = {
        name: number
        for number, name in enumerate(sorted(sizes))
        if name and sizes[name] >= LEAST_LABEL[options.label]
    }
    labels = np.array([names.get(training[row][1], -1) for row in order.tolist()], dtype=np.intp)
    reference = Reference(count(others, corpus.vocabulary))
    return Material(corpus, labels, reference, sample_reference(corpus.counts), order)


def count(papers: list[TrainingPaper], vocabulary: list[str]) -> sparse.csr_matrix:
    """Counts of papers (papers × terms of the vocabulary)."""
    tokenizer = Tokenizer(term for term in vocabulary if JOINT in term)
    index = {term: column for column, term in enumerate(vocabulary)}
    columns: list[int] = []
    bounds = [0]
    for paper in papers:
        tokens = tokenizer(paper.forms)
        columns += [index[token] for token in tokens if token in index]
        bounds.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    counts = sparse.csr_matrix((ones, columns, bounds), shape=(len(papers), len(index)))
    counts.sum_duplicates()
    return counts


def ours(data: Material, levels: list[int], seed: int, folder: Path) -> Model:
    """The atlas's own recipe."""
    began = time.perf_counter()
    options = BuildOptions(levels=tuple(levels), seed=seed)
    draft: Draft = build_draft(data.corpus, options, Silent(), None, folder)
    took = time.perf_counter() - began
    parents = []
    for above, below in zip(draft.levels, draft.levels[1:], strict=False):
        joint = np.asarray(below.psi) * above.mass
        parents.append((joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-12)).astype(np.float32))
    theta = draft.theta.astype(np.float32)
    joined = unit_rows(np.hstack([draft.documents.astype(np.float32), THETA_WEIGHT * np.sqrt(theta)]))
    return Model("litatlas", [level.phi for level in draft.levels], parents, theta, joined, took)


def lda(data: Material, levels: list[int], seed: int) -> Model:
    """tomotopy's LDA: flat, 200 iterations."""
    import tomotopy as tp

    began = time.perf_counter()
    counts, topics = data.corpus.counts, levels[-1]
    model = tp.LDAModel(k=topics, seed=seed)
    rows = np.flatnonzero(np.diff(counts.indptr) > 0)
    for row in rows.tolist():
        place = slice(counts.indptr[row], counts.indptr[row + 1])
        terms = np.repeat(counts.indices[place], counts.data[place].astype(int))
        model.add_doc([str(term) for term in terms.tolist()])
    model.train(200, workers=2)
    phi = np.zeros((counts.shape[1], topics), dtype=np.float32)
    order = np.array([int(word) for word in model.used_vocabs])
    for topic in range(topics):
        phi[order, topic] = model.get_topic_word_dist(topic)
    theta = np.zeros((counts.shape[0], topics), dtype=np.float32)
    for row, document in zip(rows.tolist(), model.docs, strict=True):
        theta[row] = document.get_topic_dist()
    return Model("LDA (tomotopy)", [phi], [], theta, None, time.perf_counter() - began)


def ward(flat: Model, levels: list[int]) -> Model:
    """Ward's tree over the topics of a flat LDA."""
    began = time.perf_counter()
    leaves, mass = flat.phis[0], flat.theta.sum(axis=0)
    merges = linkage(np.sqrt(leaves.T.astype(np.float64)), "ward")
    groups = [
        np.asarray(fcluster(merges, size, criterion="maxclust"), dtype=np.intp) - 1 for size in levels[:-1]
    ]
    groups.append(np.arange(leaves.shape[1], dtype=np.intp))
    phis, parents = [], []
    for number, group in enumerate(groups):
        member = np.eye(group.max() + 1, dtype=np.float32)[group] * mass[:, None]
        phis.append(np.asarray(leaves @ (member / member.sum(axis=0)), dtype=np.float32))
        if number:
            first = np.array(
                [groups[number - 1][np.flatnonzero(group == g)[0]] for g in range(group.max() + 1)]
            )
            parents.append(np.eye(groups[number - 1].max() + 1, dtype=np.float32)[first])
    took = (flat.seconds or 0.0) + time.perf_counter() - began
    return Model("Ward on LDA", phis, parents, flat.theta, None, took)


def nmf(data: Material, levels: list[int], seed: int) -> Model:
    """NMF of the tf-idf matrix: flat."""
    began = time.perf_counter()
    counts = data.corpus.counts
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (np.log((1 + counts.shape[0]) / (1 + documents)) + 1).astype(np.float32)
    model = NMF(levels[-1], init="nndsvda", max_iter=100, tol=1e-3, random_state=seed)
    theta = model.fit_transform(weighted(counts, idf)).astype(np.float32)
    theta /= np.maximum(theta.sum(axis=1, keepdims=True), 1e-12)
    phi = model.components_.T.astype(np.float32)
    phi /= np.maximum(phi.sum(axis=0, keepdims=True), 1e-12)
    return Model("NMF", [phi], [], theta, None, time.perf_counter() - began)


def grouped(data: Material, path: str, embeddings: Path | None) -> Model:
    """BERTopic's groups of the papers (see ``bench.bertopic``), words and papers as they fall to them."""
    groups = np.load(path)[data.order]
    counts = data.corpus.counts
    member = np.eye(int(groups.max()) + 1, dtype=np.float32)[groups]
    phi = np.asarray(counts.T @ member, dtype=np.float32)
    phi /= np.maximum(phi.sum(axis=0, keepdims=True), 1e-12)
    vectors = np.load(embeddings)[data.order] if embeddings else None
    return Model(Path(path).name.partition(".")[0], [phi], [], member, vectors, None)


def judge(model: Model, data: Material, shown_to: IO[str] | None) -> list[dict[str, Any]]:
    """A row a level."""
    frequency = np.asarray(data.corpus.counts.sum(axis=0), dtype=np.float32).ravel()
    words = [shown_words(phi, frequency, data.together) for phi in model.phis]
    plain = [telling_words(phi, frequency) for phi in model.phis]
    if shown_to:
        names = np.array([term.replace(JOINT, " ") for term in data.corpus.vocabulary], dtype=object)
        for level, (by_atlas, by_weight) in enumerate(zip(words, plain, strict=True)):
            row = {"model": model.name, "level": level, "topics": len(by_atlas)}
            row |= {"shown": names[by_atlas[:, :TOP]].tolist(), "plain": names[by_weight[:, :TOP]].tolist()}
            shown_to.write(json.dumps(row) + "\n")
    rows = [judge_level(shown, data.reference).row(level) for level, shown in enumerate(words)]
    for row, shown in zip(rows, plain, strict=True):
        simple = judge_level(shown, data.reference).row(0)
        row |= {
            f"{key}_plain": simple[key] for key in ("npmi", "npmi_worst_tenth", "diversity", "junk_share")
        }
    if model.parents:
        edges = judge_edges(words, model.parents, data.reference)
        for number, row in enumerate(rows[1:]):
            row["clear_parents"] = edges["clear_parents"][number]
            row["coocsim_auc"] = edges["coocsim_auc"][number]
            row["fewest_children"] = int(np.bincount(model.parents[number].argmax(axis=1)).min())
    known = model.theta.any(axis=1) & (data.labels >= 0)
    rows[-1]["nmi"], rows[-1]["purity"] = agreement(model.theta[known].argmax(axis=1), data.labels[known])
    rows[-1]["p10_theta"] = precision(unit_rows(np.sqrt(model.theta)), data.labels)
    if model.joined is not None:
        rows[-1]["p10_joined"] = precision(model.joined, data.labels)
    rows[-1]["seconds"] = model.seconds
    return [{"model": model.name, **row} for row in rows]


def precision(rows: Floats, labels: NDArray[np.intp], queries: int = 3000) -> float:
    """The share of a paper's ten nearest that have its primary category (one sample of papers for all)."""
    rows, labels = rows[labels >= 0], labels[labels >= 0]
    chosen = np.random.default_rng(5).choice(len(rows), min(queries, len(rows)), replace=False)
    hits = []
    for start in range(0, len(chosen), 500):
        block = chosen[start : start + 500]
        scores = rows[block] @ rows.T
        scores[np.arange(len(block)), block] = -np.inf
        near = np.argpartition(-scores, 10, axis=1)[:, :10]
        hits.append((labels[near] == labels[block][:, None]).mean(axis=1))
    return float(np.concatenate(hits).mean())


def run(data: Material, options: argparse.Namespace, shown_to: IO[str] | None) -> Iterator[dict[str, Any]]:
    """The rows of every model and seed."""
    levels = [int(size) for size in options.levels.split(",")]
    peers = set(options.peers.split(",")) if options.peers else set()
    for seed in (int(seed) for seed in options.seeds.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            models = [ours(data, levels, seed, Path(folder))]
        if peers & {"lda", "ward"}:
            models.append(lda(data, levels, seed))
        if "ward" in peers:
            models.append(ward(models[-1], levels))
        if "nmf" in peers:
            models.append(nmf(data, levels, seed))
        models += [
            grouped(data, path.replace("SEED", str(seed)), options.embeddings) for path in options.groups
        ]
        for model in models:
            yield from ({"seed": seed, **row} for row in judge(model, data, shown_to))


def summary(rows: list[dict[str, Any]]) -> list[str]:
    """Mean and spread over the seeds, as the lines of a Markdown table."""
    names = [
        "npmi", "npmi_worst_tenth", "diversity", "junk_share", "npmi_plain", "diversity_plain",
        "junk_share_plain", "clear_parents", "coocsim_auc", "fewest_children", "nmi", "p10_theta",
        "p10_joined", "seconds",
    ]  # fmt: skip
    lines = ["| model | topics | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    for key in dict.fromkeys((row["model"], row["level"], row["topics"]) for row in rows):
        own = [row for row in rows if (row["model"], row["level"], row["topics"]) == key]
        cells = []
        for name in names:
            values = [row[name] for row in own if row.get(name) is not None]
            cells.append(cell(values))
        lines.append(f"| {key[0]} | {key[2]} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure, and print the table; every row as JSON too."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+")
    parser.add_argument("--label", choices=["tag", "venue"], default="tag")
    parser.add_argument("--tags", action="store_true", help="train with the papers' tags")
    parser.add_argument("--shuffle", action="store_true", help="papers in the order of a hash")
    parser.add_argument("--texts", type=Path, help="write the training texts here, a JSON string a line")
    parser.add_argument("--groups", nargs="*", default=[], help="BERTopic's, SEED in the name for the seed")
    parser.add_argument("--embeddings", type=Path, help="the vectors that the groups were made from")
    parser.add_argument("--shown", type=Path, help="write the shown words here")
    parser.add_argument("--train", type=int, default=50_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--judge", type=int, default=100_000)
    parser.add_argument("--reference", type=int, default=50_000)
    parser.add_argument("--levels", default="12,60,120")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--peers", default="lda,ward,nmf")
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    data = material(options)
    shape = data.corpus.counts.shape
    print(f"{platform.machine()}, {shape[0]} papers, {shape[1]} terms, trainer {default_trainer()}")
    rows = []
    with options.shown.open("w") if options.shown else nullcontext() as shown_to:
        for row in run(data, options, shown_to):
            rows.append(row)
            print(json.dumps(row), flush=True)
    print("\n".join(summary(rows)))


if __name__ == "__main__":
    main()
