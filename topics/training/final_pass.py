"""One more pass over the papers, for what a trained model is told by them: names, fit, languages left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.analysis import analyzer
from topics.corpus.counts import Corpus, Papers
from topics.model.fit import MIN_PAPERS, UNSEEN, Fit, background, learn_fit, log_odds, tells
from topics.model.hierarchy import Hierarchy
from topics.model.placement import member_masks
from topics.naming.candidates import collect
from topics.naming.labels import NamingMaterial
from topics.naming.sample_words import SampleText, SampleWords
from topics.naming.word_stream import StreamWriter, WordStream
from topics.rows import unit_rows
from topics.text.phrases import PhraseFinder
from topics.text.scholarly import scholarly_language

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
    hierarchy: Hierarchy, corpus: Corpus, reading: Reading, words: SampleWords, finder: PhraseFinder
) -> NamingMaterial:
    """What names are made from."""
    ask = analyzer()
    tagged = corpus.tag_counts.T.tocsr()
    candidates = collect(words, reading.stream, corpus.tags, tagged, finder, ask.stem)
    members = member_matrices(hierarchy)
    documents = hierarchy.vectors.astype(np.float32)
    centres = [unit_rows(np.asarray(own @ documents, dtype=np.float32)) for own in members]

    def vectors(names: Sequence[str]) -> Floats:
        return np.array([hierarchy.vector(*hierarchy.counts(ask.forms(name))) for name in names])

    return NamingMaterial(candidates, members, centres, vectors)


def usual_papers(hierarchy: Hierarchy, corpus: Corpus, reading: Reading) -> Fit | None:
    """How the library's own papers fit, where there are enough of them and a language of papers is known."""
    spoken = hierarchy.languages or sorted(reading.forms)
    forms = {lang: reading.forms.get(lang, {}) for lang in spoken}
    languages = {lang: table for lang in spoken if (table := scholarly_language(lang, forms[lang]))}
    if not languages:
        return None
    names = list(reading.stream.index)
    usual = np.logaddexp.reduce(
        [background(forms[lang], table, len(names)) for lang, table in languages.items()]
    )
    fluent = np.isin(reading.langs, list(languages)) & (corpus.known > 0)
    counts = _stem_counts(reading.stream, corpus)
    odds = log_odds(counts, counts.sum(), usual)
    telling = np.array([tells(name) for name in names])
    papers = _own_papers(reading.stream, corpus, fluent, telling, (counts, usual))
    known = np.flatnonzero(telling & (odds > UNSEEN)).tolist()
    return learn_fit({names[at]: round(float(odds[at]), 3) for at in known}, list(languages), papers)


def _stem_counts(stream: WordStream, corpus: Corpus) -> NDArray[np.intp]:
    """How often each stem stands in the papers that were not set aside."""
    training = np.repeat(~corpus.held_out[stream.owners], np.diff(stream.bounds))
    counts = np.bincount(stream.numbers[training], minlength=len(stream.index))
    counts[0] = 0
    return counts


def _own_papers(
    stream: WordStream,
    corpus: Corpus,
    fluent: NDArray[np.bool_],
    telling: NDArray[np.bool_],
    language: tuple[NDArray[np.intp], NDArray[np.float64]],
) -> list[tuple[int, float]]:
    """(telling stems, their mean log-odds) of papers that the counts of stems do not know: set aside, or else
    each without its own words."""
    counts, usual = language
    aside = np.flatnonzero(corpus.held_out & fluent)
    learned = len(aside) < MIN_PAPERS
    rows = np.flatnonzero(~corpus.held_out & fluent) if learned else aside
    total = counts.sum()
    papers = []
    for numbers, own in _texts(stream, rows[:: max(1, len(rows) // _JUDGES)]):
        said, times = numbers[telling[numbers]], own[telling[numbers]]
        if len(said):
            odds = log_odds(counts[said] - learned * times, total, usual[said])
            papers.append((len(said), float(odds.mean())))
    return papers


def _texts(stream: WordStream, rows: Labels) -> list[tuple[NDArray[np.int32], NDArray[np.intp]]]:
    """The distinct stems of some papers, and how often each stands in the paper."""
    wanted = {row: place for place, row in enumerate(rows.tolist())}
    texts: list[list[NDArray[np.int32]]] = [[] for _ in rows]
    for text in np.flatnonzero(np.isin(stream.owners, rows)).tolist():
        part = stream.numbers[stream.bounds[text] : stream.bounds[text + 1]]
        texts[wanted[int(stream.owners[text])]].append(part)
    empty = np.zeros(0, dtype=np.int32)
    return [np.unique(np.concatenate([empty, *parts]), return_counts=True) for parts in texts]


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
