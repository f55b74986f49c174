"""One more pass over the papers, for what a trained model is told by them: names, fit, languages left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.analysis import analyzer, general_language
from topics.corpus.counts import Corpus, Papers
from topics.corpus.vectors import weighted
from topics.model.fit import MIN_PAPERS, Fit, learn_fit, log_odds
from topics.model.hierarchy import Hierarchy
from topics.model.placement import member_masks
from topics.naming.candidates import SampleText, collect
from topics.naming.labels import NamingMaterial
from topics.naming.word_stream import StreamWriter, WordStream
from topics.rows import unit_rows
from topics.text.phrases import PhraseFinder

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

_TITLES = 120  # of each leaf's most typical papers, in which phrases and their spelling are looked for …
_ABSTRACTS = 30  # … and with how many their abstracts too
_JUDGES = 8_000  # papers that are enough to know what is usual
_BLOCK = 20_000


@dataclass
class Reading:
    """What the pass brought."""

    sample: list[SampleText]
    stream: WordStream
    forms: Mapping[str, Mapping[str, int]]  # language → form → number of its stem
    langs: list[str]  # of each paper


def read_again(hierarchy: Hierarchy, corpus: Corpus, papers: Papers) -> Reading:
    """Read all papers once more."""
    place = {name: row for row, name in enumerate(corpus.ids)}
    chosen = _typical(hierarchy)
    writer = StreamWriter(analyzer().stem)
    sample: dict[int, SampleText] = {}
    langs = [""] * len(corpus.ids)
    for paper in papers():
        row = place.get(paper.id)
        if row is None:  # it came while the model was learned
            continue
        langs[row] = lang = paper.lang or "en"
        writer.add(row, paper.title_forms, paper.abstract_forms, lang)
        if (rank := chosen.get(row)) is not None:
            title = paper.title or paper.title_forms
            sample[row] = SampleText(title, paper.abstract if rank < _ABSTRACTS else "", lang)
    texts = [sample[row] for row in sorted(sample)]  # ties are broken by order, and papers may come in any
    return Reading(texts, writer.stream(len(corpus.ids)), writer.forms, langs)


def naming_material(
    hierarchy: Hierarchy, corpus: Corpus, reading: Reading, finder: PhraseFinder
) -> NamingMaterial:
    """What names are made from."""
    ask = analyzer()
    tagged = corpus.tag_counts.T.tocsr()
    candidates = collect(reading.sample, reading.stream, corpus.tags, tagged, finder, ask.stem)
    members = member_matrices(hierarchy)
    documents = hierarchy.vectors.astype(np.float32)
    centres = [unit_rows(np.asarray(own @ documents, dtype=np.float32)) for own in members]

    def vectors(names: Sequence[str]) -> Floats:
        return np.array([hierarchy.vector(*hierarchy.counts(ask.forms(name))) for name in names])

    return NamingMaterial(candidates, members, centres, vectors)


def usual_papers(hierarchy: Hierarchy, corpus: Corpus, reading: Reading) -> Fit | None:
    """How the library's own papers fit, where there are enough of them and the general language is known."""
    spoken = hierarchy.settings.get("languages") or sorted(reading.forms)
    odds: dict[str, float] = {}
    judged: list[str] = []
    stream = reading.stream
    training = np.repeat(~corpus.held_out[stream.owners], np.diff(stream.bounds))
    counts = np.bincount(stream.numbers[training], minlength=len(stream.index))
    counts[0] = 0
    for lang in spoken:
        if general := general_language(lang):
            forms = reading.forms.get(lang, {})
            odds |= log_odds(counts, stream.index, forms, general)
            judged.append(lang)
    aside = np.flatnonzero(corpus.held_out & (corpus.known > 0))
    rows = aside if len(aside) >= MIN_PAPERS else corpus.training
    rows = rows[:: max(1, len(rows) // _JUDGES)]
    names = list(stream.index)
    texts = _texts(stream, rows)
    known = corpus.known[rows]
    papers = [
        ([names[number] for number in numbers.tolist()], float(tokens), float(length))
        for numbers, tokens, length in zip(
            texts, known, _lengths(hierarchy, corpus.counts[rows]), strict=True
        )
    ]
    return learn_fit(odds, judged, papers) if judged else None


def _texts(stream: WordStream, rows: Labels) -> list[NDArray[np.int32]]:
    """The distinct stems of some papers."""
    wanted = {row: place for place, row in enumerate(rows.tolist())}
    texts: list[list[NDArray[np.int32]]] = [[] for _ in rows]
    for text in np.flatnonzero(np.isin(stream.owners, rows)).tolist():
        part = stream.numbers[stream.bounds[text] : stream.bounds[text + 1]]
        texts[wanted[int(stream.owners[text])]].append(part)
    empty = np.zeros(0, dtype=np.int32)
    return [np.unique(np.concatenate([empty, *parts])) for parts in texts]


def _lengths(hierarchy: Hierarchy, counts: sparse.csr_matrix) -> Floats:
    """The lengths of papers' vectors before they are scaled."""
    raw = np.asarray(weighted(counts, hierarchy.idf) @ np.asarray(hierarchy.word_vectors)) - hierarchy.center
    return np.asarray(np.linalg.norm(raw, axis=1), dtype=np.float32)


def unplaced(hierarchy: Hierarchy, reading: Reading) -> dict[str, int]:
    """How many papers of each language have no topic, the most frequent first."""
    without = np.flatnonzero(np.asarray(hierarchy.known) == 0)
    return dict(Counter(reading.langs[row] for row in without.tolist()).most_common())


def best_topics(theta: NDArray[np.floating]) -> Labels:
    """Each paper's most probable topic; −1 for a paper that nothing is known of."""
    topics = np.empty(theta.shape[0], dtype=np.intp)
    for start in range(0, theta.shape[0], _BLOCK):
        block = np.asarray(theta[start : start + _BLOCK])
        topics[start : start + _BLOCK] = np.where(block.any(axis=1), block.argmax(axis=1), -1)
    return topics


def _typical(hierarchy: Hierarchy) -> dict[int, int]:
    """The most typical papers of each leaf, with their rank in it."""
    best = best_topics(hierarchy.theta[-1])
    weight = np.asarray(hierarchy.theta[-1].max(axis=1), dtype=np.float32)
    order = np.lexsort((np.arange(len(weight)), -weight, best))
    ranks = np.arange(len(order)) - np.searchsorted(best[order], best[order])
    return {
        row: rank
        for row, rank in zip(order.tolist(), ranks.tolist(), strict=True)
        if rank < _TITLES and best[row] >= 0
    }


def member_matrices(hierarchy: Hierarchy) -> list[sparse.csr_matrix]:
    """Which papers belong to each topic (topics × papers), a matrix a level."""
    parts: list[list[sparse.csr_matrix]] = [[] for _ in hierarchy.levels]
    for start in range(0, len(hierarchy.paper_ids), _BLOCK):
        block = np.asarray(hierarchy.theta[-1][start : start + _BLOCK], dtype=np.float32)
        for blocks, mask in zip(parts, member_masks(hierarchy, block), strict=True):
            blocks.append(sparse.csr_matrix(mask.T.astype(np.float32)))
    return [sparse.hstack(blocks, format="csr") for blocks in parts]
