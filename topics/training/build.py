"""From papers to a saved hierarchy: corpus → vectors → leaves → tree → levels → topics."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import InputError
from ingest.progress import Interrupted, Progress, Silent
from ingest.text.analysis import ANALYSIS_VERSION
from topics.corpus.counts import MIN_PAPERS, Corpus, NotEnoughPapersError, Papers, TrainingPaper, read_corpus
from topics.corpus.modalities import side_by_side, telling_tags
from topics.corpus.vectors import train_vectors
from topics.model.foldin import STEPS, posterior
from topics.model.hierarchy import Hierarchy
from topics.naming.shown_words import sample_reference
from topics.text.tokens import Lemma
from topics.training.clusters import Judge, start_phi, word_judge
from topics.training.collection_aggregation import METHODS, Leaves, Material, grow
from topics.training.final_pass import best_topics
from topics.training.finish import Draft, finish
from topics.training.number_of_topics import level_sizes
from topics.training.remaining_papers import place_remaining
from topics.training.sample import draw
from topics.training.topic_tree import nested_groups
from topics.training.trainer import TrainerName, TrainerOptions, default_trainer, train_levels

__all__ = ["BuildOptions", "NotEnoughPapersError", "TrainingPaper", "train"]

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

DIMENSIONS = 200
_SCRATCH = "building-"
_GROWN = 1.25
"""How much larger than the number of papers asks for a model may be that has grown."""
FORMER_SHARE = 0.5
"""How much of a topic's start is its published φ when a model is built again."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What a build may be told.

    ``levels``: sizes from the top (default: from the number of papers); ``method``: how collections are
    joined; ``base``: the collection to begin with (default: the largest); ``trainer``: None takes BigARTM if
    it is installed; ``threads``: of BigARTM (more than one is faster, and no build is then exactly like the
    last); ``warm``: start from the published model when there is one; ``languages``: those that
    the model speaks (empty: all); ``sample``: the most papers to learn from (0: all), the others are placed
    in what is learned.
    """

    levels: tuple[int, ...] | None = None
    method: str = "heterogeneous"
    base: str | None = None
    seed: int = 1
    trainer: TrainerName | None = None
    passes: int = 1
    threads: int = 1
    warm: bool = True
    languages: tuple[str, ...] = ()
    sample: int = 0


def train(
    papers: Papers,
    options: BuildOptions,
    folder: Path,
    *,
    previous: Hierarchy | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    lemma: Lemma | None = None,
    analysis: str = ANALYSIS_VERSION,
    processes: int = 1,
) -> Hierarchy:
    """Train, name, lay out and save a model.

    The same papers, options and previous model give the same model.

    Args:
        papers: gives a fresh pass over the papers at every call.
        options: sizes, method, seed and so on.
        folder: where the model is saved, in one step at the very end.
        previous: the published model: topics that are still themselves keep their ids and places.
        progress: told how far it is; may raise to stop.
        cancelled: asked at every step of the progress; True stops the build and leaves nothing behind.
        lemma: another lemma function than the atlas's analysis (tests).
        analysis: the version of the analysis that made the forms.
        processes: how many place the papers that are not in the sample.

    Raises:
        NotEnoughPapersError: too few papers, or too little text.
        InputError: a method, a base or sizes that cannot be.
        Interrupted: stopped on demand.
    """
    if options.method not in METHODS:
        raise InputError(
            f"There is no aggregation method {options.method!r}.", f"Choose one of {', '.join(METHODS)}."
        )
    watched = _Watched(progress or Silent(), cancelled)
    folder = folder.resolve()  # the trainer's process has another working folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_rests(folder.parent)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder.parent) as scratch:
        hierarchy = build_hierarchy(
            papers, options, Path(scratch), previous, watched, lemma, analysis, processes
        )
        watched.step("Saving", 0, 1)
        hierarchy.save(folder)
    del hierarchy  # read again below: a gigabyte at half a million papers
    watched.step("Saving", 1, 1)
    return Hierarchy.load(folder, lemma=lemma)


def build_hierarchy(
    papers: Papers,
    options: BuildOptions,
    scratch: Path,
    previous: Hierarchy | None,
    progress: Progress,
    lemma: Lemma | None = None,
    analysis: str = ANALYSIS_VERSION,
    processes: int = 1,
) -> Hierarchy:
    """The whole model, not saved yet; arguments as of :func:`train`. Its arrays may lie in ``scratch``."""
    sample = None
    if options.sample:
        progress.step("Drawing a sample", 0, 0)
        sample = draw(papers, options.sample)
    learned_from = papers if sample is None else sample.drawn
    corpus = read_corpus(learned_from, scratch, progress, lemma, options.languages)
    draft = build_draft(corpus, options, progress, previous, scratch)
    settings = _settings(corpus, options, draft, analysis)
    hierarchy = finish(draft, corpus, learned_from, settings, previous, progress, lemma)
    if sample is not None:
        hierarchy.settings["sample"] = len(corpus.ids)
        del corpus, draft
        place_remaining(hierarchy, papers, sample, scratch, processes, progress)
        hierarchy.settings["papers"] = len(hierarchy.paper_ids)
    return hierarchy


def _clear_rests(models: Path) -> None:
    """Throw away what builds that were killed left behind; only one build runs at a time."""
    for pattern in (f"{_SCRATCH}*", "*.writing", "*.old"):
        for rest in models.glob(pattern):
            shutil.rmtree(rest, ignore_errors=True)


def build_draft(
    corpus: Corpus, options: BuildOptions, progress: Progress, previous: Hierarchy | None, scratch: Path
) -> Draft:
    """Train the levels of a model; no names yet."""
    rows = corpus.training
    counts = corpus.counts[rows]
    distinct = _distinct(corpus, rows)
    if distinct < MIN_PAPERS:
        raise NotEnoughPapersError(
            f"A topic model needs at least {MIN_PAPERS} different papers; there are {distinct}.",
            "Add more papers with `litatlas add`, then build again.",
        )
    sizes = level_sizes(distinct, options.levels)
    progress.step("Learning word vectors", 0, 1)
    tags = telling_tags(corpus, rows)
    vectors = train_vectors(counts, DIMENSIONS, options.seed, tags.counts)
    documents = vectors.documents(corpus.counts)
    progress.step("Finding groups of papers", 0, 1)
    together = sample_reference(counts)
    leaves, groups = _leaves_and_groups(
        corpus, rows, word_judge(counts, together), documents[rows], sizes, options, previous
    )
    terms = counts.shape[1]
    counts = side_by_side(counts, tags.counts)
    starts = [start_phi(counts, of_leaf[leaves.labels], int(of_leaf.max()) + 1, terms) for of_leaf in groups]
    if leaves.kept and previous is not None:
        starts = [_warmed(start, previous, corpus, level) for level, start in enumerate(starts)]
    trainer = options.trainer or default_trainer()
    wanted = TrainerOptions(passes=options.passes, seed=options.seed, threads=options.threads)
    levels = train_levels(counts, starts, trainer, wanted, progress, scratch, terms)
    progress.step("Placing papers", 0, 1)
    theta = posterior(corpus.counts, levels[-1].phi, documents, leaves.centroids)
    return Draft(
        levels,
        theta,
        vectors,
        documents,
        trainer,
        STEPS,
        leaves.centroids,
        tags.names,
        together,
        former=leaves.kept,
    )


def _leaves_and_groups(
    corpus: Corpus,
    rows: Labels,
    judge: Judge,
    documents: NDArray[np.float16],
    sizes: list[int],
    options: BuildOptions,
    previous: Hierarchy | None,
) -> tuple[Leaves, list[Labels]]:
    """The leaves (``kept`` counts those of the published model) and their groups at each level."""
    groups = _by_collection(corpus, rows, options.base)
    material = Material(documents, groups, sizes[-1], options.seed, judge=judge)
    former = _former_leaves(corpus, rows, previous) if previous is not None and options.warm else None
    if former is None or previous is None or not _can_grow(previous, former, sizes, options):
        leaves = METHODS[options.method](material)
        leaves.kept = 0
        return leaves, nested_groups(leaves.centroids, sizes[:-1])
    material.former = former
    material.most = int(sizes[-1] * _GROWN) if options.levels is None else sizes[-1]
    leaves = grow(material)
    return leaves, _grown_groups(previous, leaves)


def _former_leaves(corpus: Corpus, rows: Labels, previous: Hierarchy) -> Labels:
    """The published leaf of every training paper, −1 where the published model did not have it."""
    place = {corpus.ids[row]: number for number, row in enumerate(rows.tolist())}
    former = np.full(len(rows), -1, dtype=np.intp)
    best = best_topics(previous.theta[-1])
    for paper, leaf in zip(previous.paper_ids, best.tolist(), strict=True):
        if (number := place.get(paper)) is not None:
            former[number] = leaf
    return former


def _can_grow(previous: Hierarchy, former: Labels, sizes: list[int], options: BuildOptions) -> bool:
    """A published model can be grown when half of the papers are its own and its shape is what is wanted."""
    shape = [len(level.ids) for level in previous.levels]
    present = np.bincount(former[former >= 0], minlength=shape[-1])
    if (former >= 0).mean() < 0.5 or (present == 0).any() or len(shape) != len(sizes):
        return False
    if options.levels is not None:
        return shape == sizes
    return shape[-1] <= sizes[-1] * _GROWN and shape[-1] * 2 >= sizes[-1]


def _grown_groups(previous: Hierarchy, leaves: Leaves) -> list[Labels]:
    """The published tree, with every new leaf under the nearest leaf's parents."""
    former = leaves.centroids[: leaves.kept]
    new = leaves.centroids[leaves.kept :]
    nearest = (new @ former.T - 0.5 * (former**2).sum(axis=1)).argmax(axis=1)
    groups = [np.arange(len(leaves.centroids), dtype=np.intp)]
    of_leaf = np.arange(leaves.kept, dtype=np.intp)
    for level in range(len(previous.levels) - 1, 0, -1):
        parents = previous.main_parents[level]
        if parents is None:
            raise ValueError("only the top level has no parents")
        of_leaf = parents[of_leaf]
        groups.insert(0, np.concatenate([of_leaf, of_leaf[nearest]]))
    return groups


def _warmed(start: Floats, previous: Hierarchy, corpus: Corpus, level: int) -> Floats:
    """Mix the published φ of terms into the start of the topics that were there before."""
    phi = np.asarray(previous.levels[level].phi)
    index = previous.term_index
    known = [(row, index[term]) for row, term in enumerate(corpus.vocabulary) if term in index]
    here, there = np.array(known, dtype=np.intp).reshape(-1, 2).T
    terms = len(corpus.vocabulary)
    former = np.zeros((terms, phi.shape[1]), dtype=np.float32)
    former[here] = phi[there]
    former /= np.maximum(former.sum(axis=0, keepdims=True), 1e-9)
    warmed = start.copy()
    count = min(phi.shape[1], start.shape[1])
    mixed = (1 - FORMER_SHARE) * start[:terms, :count] + FORMER_SHARE * former[:, :count]
    warmed[:terms, :count] = mixed / mixed.sum(axis=0, keepdims=True)
    return warmed


def _by_collection(corpus: Corpus, rows: Labels, base: str | None) -> list[Labels]:
    """Training rows by collection, the base first; a paper counts for the first collection it is in."""
    if base is not None and base not in corpus.collections:
        raise InputError(
            f"There is no collection {base!r} to use as the base.",
            f"Choose one of {', '.join(corpus.collections)}." if corpus.collections else "Add papers first.",
        )
    member = corpus.member[rows].toarray() > 0
    sizes = member.sum(axis=0)
    order = sorted(range(member.shape[1]), key=lambda c: (corpus.collections[c] != base, -int(sizes[c])))
    free = np.ones(len(rows), dtype=bool)
    groups: list[Labels] = []
    for column in order:
        own = member[:, column] & free
        free &= ~own
        if own.any():
            groups.append(np.flatnonzero(own))
    if free.any():
        groups.append(np.flatnonzero(free))
    return groups


def _distinct(corpus: Corpus, rows: Labels) -> int:
    """How many papers differ in their known terms."""
    counts = corpus.counts
    seen = set()
    for row in rows.tolist():
        place = slice(counts.indptr[row], counts.indptr[row + 1])
        seen.add(hash(counts.indices[place].tobytes() + counts.data[place].tobytes()))
    return len(seen)


def _settings(corpus: Corpus, options: BuildOptions, draft: Draft, analysis: str) -> dict[str, Any]:
    chosen: Mapping[str, Any] = {
        key: value for key, value in asdict(options).items() if key != "sample"
    }  # how many were really drawn is said where a sample was
    return {
        **chosen,
        "levels": [level.phi.shape[1] for level in draft.levels],
        "trainer": draft.trainer,
        "iterations": draft.iterations,
        "analysis": analysis,
        "papers": len(corpus.ids),
        "held_out": int(corpus.held_out.sum()),
        "collections": corpus.collections,
        "grown": draft.former > 0,
    }


class _Watched:
    """A progress that also asks whether the build was cancelled."""

    def __init__(self, progress: Progress, cancelled: Callable[[], bool] | None) -> None:
        self._progress = progress
        self._cancelled = cancelled

    def step(self, name: str, done: float, total: float) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Interrupted("The build was cancelled; the published model is unchanged.")
        self._progress.step(name, done, total)
