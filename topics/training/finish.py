"""From trained levels to what readers meet: order, ids, names, members, quality, map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.progress import Progress
from ingest.text.analysis import analyzer
from topics.corpus.counts import Corpus, Papers
from topics.corpus.modalities import telling_of_topics
from topics.corpus.vectors import Vectors
from topics.map.layout import Layout, MapNode, layout
from topics.model.hierarchy import Hierarchy, Level, Topic
from topics.model.matching import LevelView, Matching, ModelView, match
from topics.model.placement import member_masks
from topics.naming.labels import label_topics
from topics.naming.sample_words import SampleWords
from topics.naming.seriation import order_siblings
from topics.naming.shown_words import sample_reference, shown_words
from topics.naming.written_terms import written_terms
from topics.quality.measures import Reference
from topics.quality.report import Report, measure
from topics.text.phrases import PhraseFinder
from topics.text.tokens import Lemma, shown_term
from topics.training.final_pass import (
    Reading,
    best_topics,
    naming_material,
    read_again,
    unplaced,
    usual_papers,
)
from topics.training.trainer import TrainedLevel

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

TERMS = 30
"""How many terms a topic keeps, the most telling first."""

_BLOCK = 20_000


@dataclass
class Draft:
    """Trained levels without names."""

    levels: list[TrainedLevel]
    theta: NDArray[np.float16]  # (papers × leaves), all papers; zeros where nothing is known
    vectors: Vectors
    documents: NDArray[np.float16]  # (papers × d)
    trainer: str
    iterations: int
    centroids: Floats  # (leaves × d), where θ starts from
    tags: list[str]  # the rows of each level's φ of tags
    together: Reference  # the training papers (or a sample), by which words go together
    former: int = 0  # the first so many leaves continue those of the published model


def finish(
    draft: Draft,
    corpus: Corpus,
    papers: Papers,
    settings: dict[str, Any],
    previous: Hierarchy | None,
    progress: Progress,
    lemma: Lemma | None,
) -> Hierarchy:
    """Order, identify, name, measure and lay out a trained model; it is not saved yet."""
    _order(draft)
    hierarchy = _unnamed(draft, corpus, settings, lemma)
    shown = _shown(hierarchy, draft.together)
    progress.step("Comparing with the published model", 0, 1)
    matching = _identify(hierarchy, shown, previous, int(settings["seed"]))
    progress.step("Measuring quality", 0, 1)
    report = measure(hierarchy, corpus, shown)
    hierarchy.quality = report.answer
    progress.step("Naming topics", 0, 1)
    reading = read_again(hierarchy, corpus, papers)
    labels = _labels(hierarchy, corpus, reading, shown)
    hierarchy.fit = usual_papers(hierarchy, corpus, reading)
    hierarchy.settings["unplaced"] = unplaced(hierarchy, reading)
    tags = [telling_of_topics(level.tags, level.mass, draft.tags) for level in draft.levels]
    _make_topics(hierarchy, corpus, shown, labels, tags, report)
    progress.step("Drawing the map", 0, 1)
    hierarchy.map = _map(hierarchy, previous, int(settings["seed"]))
    hierarchy.settings.update(_history(matching, previous))
    return hierarchy


def name_again(hierarchy: Hierarchy, corpus: Corpus, papers: Papers) -> None:
    """Give the topics of a model new shown words and labels; all else stays."""
    together = sample_reference(corpus.counts[corpus.training])
    shown = _shown(hierarchy, together)
    labels = _labels(hierarchy, corpus, read_again(hierarchy, corpus, papers), shown)
    for number, level in enumerate(hierarchy.levels):
        for column, name in enumerate(level.ids):
            terms = _terms(hierarchy, number, column, shown[number][column])
            hierarchy.topics[name] = replace(
                hierarchy.topics[name], label=labels[number][column], terms=terms
            )


def _shown(hierarchy: Hierarchy, together: Reference) -> list[Labels]:
    """The terms of every topic, a level after another, the most telling first."""
    return [
        shown_words(level.phi, hierarchy.frequency, together, hierarchy.vocabulary, TERMS)
        for level in hierarchy.levels
    ]


def _order(draft: Draft) -> None:
    """Put the topics of every level into the order of a spectrum, siblings together."""
    ordered: list[TrainedLevel] = []
    order = np.zeros(0, dtype=np.intp)  # of the level above
    for level in draft.levels:
        psi = None if level.psi is None else level.psi[:, order]
        order = _family_order(level.phi, psi, ordered[-1].mass if ordered else None)
        below = None if psi is None else psi[order]
        ordered.append(TrainedLevel(level.phi[:, order], below, level.mass[order], level.tags[:, order]))
    draft.levels = ordered
    draft.theta = draft.theta[:, order]
    draft.centroids = draft.centroids[order]


def _family_order(phi: Floats, psi: Floats | None, mass_above: Floats | None) -> Labels:
    """Columns of a level, family after family, each family in its best order."""
    root = np.sqrt(phi)
    similarity = np.asarray(root.T @ root, dtype=np.float64)
    if psi is None or mass_above is None:
        return np.array(order_siblings(similarity), dtype=np.intp)
    parents = (psi * mass_above).argmax(axis=1)
    order: list[int] = []
    for parent in range(psi.shape[1]):
        family = np.flatnonzero(parents == parent)
        order += family[order_siblings(similarity[np.ix_(family, family)])].tolist()
    return np.array(order, dtype=np.intp)


def _unnamed(draft: Draft, corpus: Corpus, settings: dict[str, Any], lemma: Lemma | None) -> Hierarchy:
    levels = [Level([], level.phi, level.psi, level.mass.astype(np.float32)) for level in draft.levels]
    for number, level in enumerate(levels):
        level.ids = [f"{number}.{column}" for column in range(level.phi.shape[1])]
    hierarchy = Hierarchy(
        vocabulary=corpus.vocabulary,
        levels=levels,
        topics={},
        idf=draft.vectors.idf,
        frequency=np.asarray(corpus.counts[corpus.training].sum(axis=0), dtype=np.float32).ravel(),
        word_vectors=draft.vectors.words,
        center=draft.vectors.center,
        paper_ids=corpus.ids,
        theta=[],
        vectors=draft.documents,
        known=np.minimum(corpus.known, 65_535).astype(np.uint16),
        settings=settings,
        centroids=draft.centroids,
        lemma=lemma,
    )
    above = [np.empty((len(corpus.ids), len(level.ids)), dtype=np.float16) for level in levels[:-1]]
    for start in _starts(len(corpus.ids)):
        carried = hierarchy.all_levels(draft.theta[start : start + _BLOCK])
        for rows, theta in zip(above, carried, strict=False):
            rows[start : start + _BLOCK] = theta
    hierarchy.theta += [*above, draft.theta]
    return hierarchy


def _starts(rows: int) -> range:
    return range(0, rows, _BLOCK)


def _identify(hierarchy: Hierarchy, shown: list[Labels], previous: Hierarchy | None, seed: int) -> Matching:
    """Give every topic its id: the published one where it is still the same topic."""
    vocabulary = hierarchy.vocabulary
    words = [[[shown_term(vocabulary[term]) for term in row] for row in level.tolist()] for level in shown]
    current = _view(hierarchy, words, named=False)
    former, used = None, set[str]()
    if previous is not None:
        former = _view(previous, _former_words(previous), named=True)
        used = set(previous.settings.get("used_ids", ())) | set(previous.topics)
    matching = match(former, current, used, seed)
    for level, ids in zip(hierarchy.levels, matching.ids, strict=True):
        level.ids = list(ids)
    return matching


def _former_words(previous: Hierarchy) -> list[list[list[str]]]:
    folded = {written: shown_term(term) for term, written in previous.written.items()}
    return [
        [[folded.get(term, term) for term, _ in previous.topics[name].terms] for name in level.ids]
        for level in previous.levels
    ]


def _view(hierarchy: Hierarchy, shown: list[list[list[str]]], named: bool) -> ModelView:
    views = []
    for number, level in enumerate(hierarchy.levels):
        theta = hierarchy.theta[number]
        parents = hierarchy.main_parents[number]
        views.append(
            LevelView(
                phi=np.asarray(level.phi),
                shown=shown[number],
                members=best_topics(theta),
                ids=tuple(level.ids) if named else (),
                parents=() if parents is None else parents.tolist(),
                labels=[hierarchy.topics[name].label for name in level.ids] if named else (),
            )
        )
    return ModelView(hierarchy.vocabulary, hierarchy.paper_ids, views)


def _labels(hierarchy: Hierarchy, corpus: Corpus, reading: Reading, shown: list[Labels]) -> list[list[str]]:
    """Names by what all papers say, written as a sample of each leaf's most typical papers writes it."""
    vocabulary = hierarchy.vocabulary
    finder = PhraseFinder(analyzer())
    words = SampleWords(reading.sample, finder)
    hierarchy.written = written_terms(words, vocabulary)
    terms = [
        [[hierarchy.shown(vocabulary[term]) for term in row.tolist()] for row in level] for level in shown
    ]
    material = naming_material(hierarchy, corpus, reading, words, finder)
    return label_topics(terms, _clear_parents(hierarchy), material, analyzer().stem)


def _clear_parents(hierarchy: Hierarchy) -> list[list[int | None]]:
    """The index of every topic's main parent; None at the top."""
    clear: list[list[int | None]] = []
    for level, parents in zip(hierarchy.levels, hierarchy.main_parents, strict=True):
        clear.append([None] * len(level.ids) if parents is None else parents.tolist())
    return clear


def _make_topics(
    hierarchy: Hierarchy,
    corpus: Corpus,
    shown: list[Labels],
    labels: list[list[str]],
    tags: list[list[list[tuple[str, float]]]],
    report: Report,
) -> None:
    """Fill ``hierarchy.topics``, the top level first."""
    documents, shares = _members(hierarchy, corpus.member)
    edges = [
        None,
        *[low.parents(high) for high, low in zip(hierarchy.levels, hierarchy.levels[1:], strict=False)],
    ]
    for number, level in enumerate(hierarchy.levels):
        for column, name in enumerate(level.ids):
            terms = _terms(hierarchy, number, column, shown[number][column])
            parent = edges[number]
            below = hierarchy.levels[number + 1] if number + 1 < len(hierarchy.levels) else None
            up = [] if parent is None else _links(hierarchy.levels[number - 1].ids, parent[column])
            down = [] if below is None or below.psi is None else _links(below.ids, below.psi[:, column])
            counts = {c: int(n) for c, n in zip(corpus.collections, shares[number][column], strict=True) if n}
            hierarchy.topics[name] = Topic(
                id=name,
                level=number,
                index=column,
                label=labels[number][column],
                terms=terms,
                parents=tuple(up),
                children=tuple(down),
                tags=tuple(tags[number][column]),
                documents=int(documents[number][column]),
                collections=counts,
                quality=report.topic(number, column, counts),
            )


def _terms(hierarchy: Hierarchy, level: int, topic: int, shown: Labels) -> tuple[tuple[str, float], ...]:
    """The words of a topic as they are shown, with p(word|topic)."""
    phi = hierarchy.levels[level].phi
    vocabulary = hierarchy.vocabulary
    return tuple((hierarchy.shown(vocabulary[term]), float(phi[term, topic])) for term in shown.tolist())


def _links(names: Sequence[str], shares: NDArray[Any], least: float = 0.01) -> list[tuple[str, float]]:
    """The links of a topic that weigh at least a hundredth, the strongest first (one at least)."""
    order = np.argsort(-shares, kind="stable")
    columns = [int(column) for column in order if shares[column] >= least] or [int(order[0])]
    return [(names[column], float(shares[column])) for column in columns]


def _members(hierarchy: Hierarchy, member: sparse.csr_matrix) -> tuple[list[Labels], list[Labels]]:
    """Papers that belong to each topic, in all (K,) and by collection (K × collections), at every level."""
    documents = [np.zeros(len(level.ids), dtype=np.intp) for level in hierarchy.levels]
    shares = [np.zeros((len(level.ids), member.shape[1]), dtype=np.intp) for level in hierarchy.levels]
    for start in _starts(len(hierarchy.paper_ids)):
        block = np.asarray(hierarchy.theta[-1][start : start + _BLOCK], dtype=np.float32)
        for number, mask in enumerate(member_masks(hierarchy, block)):
            documents[number] += mask.sum(axis=0)
            own = member[start : start + _BLOCK].T @ mask.astype(np.float32)
            shares[number] += np.asarray(own).T.astype(np.intp)
    return documents, shares


def _map(hierarchy: Hierarchy, previous: Hierarchy | None, seed: int) -> dict[str, Any]:
    nodes = []
    for number, level in enumerate(hierarchy.levels):
        parents = hierarchy.main_parents[number]
        for column, name in enumerate(level.ids):
            above = None if parents is None else hierarchy.levels[number - 1].ids[int(parents[column])]
            papers = max(hierarchy.topics[name].documents, 1)
            nodes.append(
                MapNode(name, number, above, float(papers), np.sqrt(np.asarray(level.phi[:, column])))
            )
    former = Layout.from_json(previous.map) if previous is not None and previous.map else None
    return dict(layout(nodes, former, seed).to_json())


def _history(matching: Matching, previous: Hierarchy | None) -> dict[str, Any]:
    """What a later build and old links need: every id ever given, and where the gone ones went."""
    before = dict(previous.settings) if previous is not None else {}
    current = {name for ids in matching.ids for name in ids}
    used = set(before.get("used_ids", ())) | current | (set(previous.topics) if previous else set())
    successors = {**before.get("successors", {}), **matching.successors}
    return {
        "used_ids": sorted(used),
        "successors": {name: heirs for name, heirs in successors.items() if name not in current},
        "changes": matching.to_json() if previous is not None else None,
    }
