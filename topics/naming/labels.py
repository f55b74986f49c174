"""Labels that a person would give: noun phrases of the papers, specific to their topic, each used once.

One procedure at every level, from the top down. Candidates are the noun phrases (1–3 words) of a sample of
titles and abstracts, and the papers' tags. A candidate is scored by how much of the topic it covers, how
much likelier it is there than in the rest and than among the siblings (smoothed log-odds), and how well its
words agree with the words that the topic shows. Then each level is named at once by optimal assignment, so
that no two topics share a label; a child never repeats a word of its parent's label. A top topic is broad,
and a single word says little: these get a second phrase, for the papers that the first leaves out. Where no
phrase is left, the shown terms speak.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from topics.naming.arxiv_categories import CATEGORY_NAMES
from topics.text.casing import Casing, sentence_case
from topics.text.phrases import GENERIC, MAX_WORDS, Key, Lexicon, PhraseFinder

CANDIDATES = 40  # best candidates a topic takes into the assignment
MIN_PAPERS = 3  # of the sample, for a phrase to be a candidate
_TITLE, _TAG, _ABSTRACT = 1.0, 0.8, 0.5  # how much a phrase found there counts for its paper
_COVERAGE = 0.6  # the power of coverage in a score: higher favours common phrases over telling ones
_PLURAL = 0.3  # a plural is preferred from this share of its singular
_WHOLE = 0.4  # a candidate that stands whole less often is a fragment
_SMOOTH = 4.0  # pseudo-papers
_LENGTH = {1: 0.42, 2: 1.0, 3: 0.9}  # by the number of words
_PART = 0.6  # a part of a longer candidate gives way to it when that scores more than this share
_VAGUE = 0.6  # for a candidate that opens with a generic word: "type inequalities"
_MAX_LETTERS = 40
_AKIN = 4  # words that share so many letters at their start are of one family
_SECOND = 0.35  # a second phrase scores at least this share of the first
_ABSTRACT_LETTERS = 3000
_CODE = re.compile(r"[a-z-]+\.[A-Za-z-]+|[a-z]+-(ph|th|ex|lat|qc)|[A-Z]?\d[\w.-]*|\S*\d\S*\d\S*")
_CHECK_TAGS = frozenset(
    """
    humans human male female animals animal adult aged adolescent child infant middle_aged young_adult
    methods article child,_preschool aged,_80_and_over infant,_newborn time_factors english_abstract
    retrospective_studies prospective_studies follow-up_studies treatment_outcome risk_factors united_states
    comparative_study in_vitro_techniques
    """.split()  # noqa: SIM905
)

Floats = NDArray[np.float32]
Shown = Sequence[Sequence[Sequence[tuple[str, float]]]]
Parents = Sequence[Sequence[int | None]]


@dataclass(frozen=True, slots=True)
class LabelTexts:
    """A sample of papers to take the names from: ≤ 200 a leaf are plenty, ≤ 50 of them with their abstracts.

    ``topics`` (papers × levels) holds the index of each paper's topic at every level, −1 where it has none.
    The other sequences are as long as ``titles``, or empty.
    """

    titles: Sequence[str]  # in their original case
    topics: NDArray[np.int32]
    abstracts: Sequence[str] = ()
    tags: Sequence[Sequence[str]] = ()
    langs: Sequence[str] = ()


def label_topics(shown: Shown, parents: Parents, texts: LabelTexts, analyzer: Lexicon) -> list[list[str]]:
    """Name every topic of every level; no label is empty and no label is used twice.

    ``shown[level][topic]`` are the topic's terms with weights, the most telling first;
    ``parents[level][topic]`` is the index of its clear parent one level up, or None.
    """
    candidates = _Candidates.collect(texts, analyzer)
    namer = _Namer(shown, parents, candidates, analyzer)
    return [namer.name_level(level) for level in range(len(shown))]


@dataclass
class _Candidates:
    """The phrases of the sample: which papers have them, and how they are written."""

    keys: list[Key]
    surfaces: list[str]
    wholeness: Floats  # 1, or less for a fragment of longer phrases
    papers: csr_matrix  # papers × candidates
    topics: NDArray[np.int32]

    @classmethod
    def collect(cls, texts: LabelTexts, lexicon: Lexicon) -> _Candidates:
        return _Collector(lexicon, PhraseFinder(lexicon)).collect(texts)


@dataclass
class _Collector:
    """Counts the noun phrases and tags of each paper."""

    lexicon: Lexicon
    finder: PhraseFinder
    casing: Casing = field(default_factory=Casing)
    index: dict[Key, int] = field(default_factory=dict)
    surfaces: list[Counter[str]] = field(default_factory=list)
    tags: dict[tuple[str, str], tuple[Key, str]] = field(default_factory=dict)
    said: list[int] = field(default_factory=list)  # occurrences of each candidate …
    whole: list[int] = field(default_factory=list)  # … and those where its noun phrase ends with it

    def collect(self, texts: LabelTexts) -> _Candidates:
        rows: list[dict[int, float]] = []
        for row, title in enumerate(texts.titles):
            lang = (texts.langs[row] if texts.langs else "") or "en"
            found: dict[int, float] = {}
            if texts.abstracts:
                self._read(texts.abstracts[row][:_ABSTRACT_LETTERS], lang, _ABSTRACT, found)
            for tag in texts.tags[row] if texts.tags else ():
                self._read_tag(tag, lang, found)
            self._read(title, lang, _TITLE, found)
            rows.append(found)
        return self._frequent(rows, texts.topics)

    def _read(self, text: str, lang: str, weight: float, found: dict[int, float]) -> None:
        words = self.finder.words(text, lang)
        self.casing.learn(text, words)
        for key, start, end, whole in self.finder.phrases(words):
            if end - start <= _MAX_LETTERS:
                self._count(key, text[start:end], weight, found, whole)

    def _read_tag(self, tag: str, lang: str, found: dict[int, float]) -> None:
        known = self.tags.get((tag, lang))
        if known is None:
            known = self.tags[tag, lang] = self._tag(tag, lang)
        if known[0]:
            self._count(*known, _TAG, found)

    def _tag(self, tag: str, lang: str) -> tuple[Key, str]:
        """A whole tag as one candidate, "Neoplasms, Lung" read as "Lung neoplasms"; an empty key: no name."""
        tag = CATEGORY_NAMES.get(tag, tag).split("/", 1)[0].strip(" *")
        if tag.casefold().replace(" ", "_") in _CHECK_TAGS or _CODE.fullmatch(tag) or len(tag) > _MAX_LETTERS:
            return (), ""
        text = " ".join(reversed(tag.split(", ")))
        forms = [form for form, _, _ in self.lexicon.spans(text, lang)]
        lemmas = [self.lexicon.lemma(form, lang) for form in forms]
        if not any(lemmas) or len(text.split()) > MAX_WORDS:
            return (), ""
        return tuple(lemma or form for lemma, form in zip(lemmas, forms, strict=True)), text

    def _count(
        self, key: Key, surface: str, weight: float, found: dict[int, float], whole: bool = True
    ) -> None:
        column = self.index.setdefault(key, len(self.index))
        if column == len(self.surfaces):
            self.surfaces.append(Counter())
            self.said.append(0)
            self.whole.append(0)
        self.surfaces[column][surface] += 1
        self.said[column] += 1
        self.whole[column] += whole
        if weight > found.get(column, 0.0):
            found[column] = weight

    def _surface(self, column: int) -> str:
        """The most frequent way a candidate is written, once each word has its usual case."""
        written: Counter[str] = Counter()
        for surface, count in self.surfaces[column].items():
            written[self.casing.phrase(surface)] += count
        best = max(written.items(), key=lambda item: (item[1], item[0]))[0]
        plurals = [surface for surface in (f"{best}s", f"{best}es", f"{best[:-1]}ies") if surface in written]
        return next((plural for plural in plurals if written[plural] > _PLURAL * written[best]), best)

    def _frequent(self, rows: list[dict[int, float]], topics: NDArray[np.int32]) -> _Candidates:
        columns = np.fromiter((column for row in rows for column in row), dtype=np.int64)
        weights = np.fromiter((weight for row in rows for weight in row.values()), dtype=np.float32)
        pointers = np.cumsum([0, *map(len, rows)])
        every = csr_matrix((weights, columns, pointers), shape=(len(rows), len(self.index)))
        least = MIN_PAPERS + len(rows) // 10_000  # a larger sample has more chance phrases
        kept = np.flatnonzero(np.bincount(columns, minlength=len(self.index)) >= least)
        keys = list(self.index)
        wholeness = np.minimum(np.array(self.whole)[kept] / np.array(self.said)[kept] / _WHOLE, 1.0) ** 2
        surfaces = [self._surface(int(k)) for k in kept]
        return _Candidates([keys[k] for k in kept], surfaces, wholeness, every[:, kept], topics)


class _Namer:
    """Scores candidates and assigns them, level by level."""

    def __init__(self, shown: Shown, parents: Parents, candidates: _Candidates, lexicon: Lexicon) -> None:
        self.shown = shown
        self.parents = parents
        self.candidates = candidates
        self.lexicon = lexicon
        self.sizes = np.array([max(1, len(key)) for key in candidates.keys])
        lengths = np.array([_LENGTH[len(surface.split())] for surface in candidates.surfaces])
        vague = np.array([len(key) > 1 and key[0] in GENERIC for key in candidates.keys], dtype=bool)
        self.form = candidates.wholeness * lengths * np.where(vague, _VAGUE, 1.0)
        self.columns: dict[str, list[int]] = {}  # lemma → candidates with it
        for column, key in enumerate(candidates.keys):
            for word in key:
                self.columns.setdefault(word, []).append(column)
        self.used: set[frozenset[str]] = set()
        self.labels: set[str] = set()
        self.words: list[list[frozenset[str]]] = []  # lemmas of a topic's label and its ancestors', by level

    def name_level(self, level: int) -> list[str]:
        """Labels of one level; the levels above must have been named."""
        size = len(self.shown[level])
        banned = [self._ancestors_words(level, topic) for topic in range(size)]
        scores = _scores(self.candidates, level, size, self.parents[level])
        choices = [self._ranked(scores, level, topic, banned[topic]) for topic in range(size)]
        labels: list[str] = []
        for topic, column in enumerate(_assign(choices)):
            label, words = self._label(level, topic, column, choices[topic], banned[topic])
            self.labels.add(label.casefold())
            labels.append(label)
            banned[topic] |= words
        self.words.append(banned)
        return labels

    def _label(
        self, level: int, topic: int, column: int | None, choices: list[_Choice], banned: frozenset[str]
    ) -> tuple[str, frozenset[str]]:
        """The words of one label: the phrase assigned, and another where one is too little to go by."""
        label = "" if column is None else sentence_case(self.candidates.surfaces[column])
        if column is None or not label or label.casefold() in self.labels:
            label, words = self._fall_back(self.shown[level][topic], banned)
            self.used.add(words)
            return label, words
        words = frozenset(self.candidates.keys[column])
        self.used.add(words)
        if (level == 0 and len(self.shown) > 1) or len(words) == 1:
            rows = np.flatnonzero(self.candidates.topics[:, level] == topic)
            if second := self._second(choices, column, rows):
                self.used.add(second.words)
                return f"{label}, {self.candidates.surfaces[second.column]}", words | second.words
        return label, words

    def _ancestors_words(self, level: int, topic: int) -> frozenset[str]:
        parent = self.parents[level][topic] if level else None
        return self.words[level - 1][parent] if parent is not None else frozenset()

    def _ranked(self, scores: Floats, level: int, topic: int, banned: frozenset[str]) -> list[_Choice]:
        """The best candidates of a topic that are still free, scores relative to its best."""
        values = scores[topic] * self._agreement(self.shown[level][topic])
        best: dict[frozenset[str], _Choice] = {}
        for column in np.argsort(-values, kind="stable")[: 8 * CANDIDATES]:
            if values[column] <= 0 or len(best) == CANDIDATES:
                break
            words = frozenset(self.candidates.keys[column])
            if not words & banned and words not in self.used and words not in best:
                best[words] = _Choice(words, int(column), float(values[column]))
        return _prefer_whole(list(best.values()))

    def _agreement(self, shown: Sequence[tuple[str, float]]) -> Floats:
        """How well each candidate's words agree with the topic's shown terms."""
        merit: dict[str, float] = {}
        for rank, (term, _) in enumerate(shown):
            for word in re.split(r"[ _]", term):
                merit.setdefault(word, 1.0 / (1.0 + rank / 8))
        total = np.zeros(len(self.candidates.keys))
        for word, value in merit.items():
            np.add.at(total, self.columns.get(word, []), value)
        return np.asarray((0.2 + total / self.sizes) * self.form)

    def _second(self, choices: list[_Choice], first: int, rows: NDArray[np.intp]) -> _Choice | None:
        """The phrase that says most of what the first leaves unsaid, in as many papers as it can."""
        papers = self.candidates.papers[rows]
        left = np.asarray(papers[:, first].todense()).ravel() == 0
        words = frozenset(self.candidates.keys[first])
        best: tuple[float, _Choice] | None = None
        letters = _MAX_LETTERS - len(self.candidates.surfaces[first])
        for choice in choices:
            free = (
                not choice.words & words and choice.words not in self.used and not _akin(choice.words, words)
            )
            if not free or choice.score < _SECOND or len(self.candidates.surfaces[choice.column]) > letters:
                continue
            has = np.asarray(papers[:, choice.column].todense()).ravel() > 0
            value = choice.score * float((has & left).sum()) / max(1.0, float(has.sum()))
            if best is None or value > best[0]:
                best = value, choice
        return best[1] if best else None

    def _fall_back(
        self, shown: Sequence[tuple[str, float]], banned: frozenset[str]
    ) -> tuple[str, frozenset[str]]:
        """A label of the shown terms: the first free one, then two together, then numbered."""
        terms = [term.replace("_", " ") for term, _ in shown]
        free = [term for term in terms if not banned & set(term.split())] or terms or ["topic"]
        pairs = [f"{first}, {second}" for first in free[:5] for second in free[1:10] if first != second]
        numbered = (f"{free[0]} {number}" for number in itertools.count(2))
        for label in itertools.chain(free[:3], pairs, numbered):
            if label.casefold() not in self.labels:
                return sentence_case(label), frozenset(re.split(r"[ ,]+", label))
        raise AssertionError("numbers never end")


@dataclass(frozen=True, slots=True)
class _Choice:
    words: frozenset[str]
    column: int
    score: float


def _scores(candidates: _Candidates, level: int, size: int, parents: Sequence[int | None]) -> Floats:
    """topics × candidates: coverage^0.6 · the lesser of the log-odds against the rest and the siblings."""
    topics = candidates.topics[:, level]
    rows = np.flatnonzero(topics >= 0)
    member = csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (topics[rows], rows)), shape=(size, len(topics))
    )
    counts = np.asarray((member @ candidates.papers).todense())
    papers = np.asarray(member.sum(axis=1)).ravel()
    everywhere = np.maximum(counts.sum(axis=0) / max(1.0, papers.sum()), 1e-9)
    share = _share(counts, papers, everywhere)
    evenly = _share_evenly(candidates, topics, size, everywhere)
    lift = np.log(share / _share(counts.sum(axis=0) - counts, papers.sum() - papers, everywhere))
    family = np.array([-1 if parent is None else parent for parent in parents])
    for parent in np.unique(family):
        mine = np.flatnonzero(family == parent)
        if len(mine) > 1:
            others = _share(
                counts[mine].sum(axis=0) - counts[mine], papers[mine].sum() - papers[mine], everywhere
            )
            lift[mine] = np.minimum(lift[mine], np.log(share[mine] / others))
    enough = counts >= min(2.0, MIN_PAPERS * _ABSTRACT)
    return np.where(enough, evenly**_COVERAGE * np.maximum(lift, 0.0), 0.0)


def _share(counts: Floats, papers: Floats, everywhere: Floats) -> Floats:
    """Smoothed share of papers with each candidate, drawn towards the share in the whole sample."""
    return np.asarray((counts + _SMOOTH * everywhere) / (papers[:, None] + _SMOOTH))


def _share_evenly(
    candidates: _Candidates, topics: NDArray[np.int32], size: int, everywhere: Floats
) -> Floats:
    """Share of a topic's papers with each candidate, lower where they all stand in few of its leaves."""
    leaves = candidates.topics[:, -1]
    total = np.zeros((size, len(candidates.keys)), dtype=np.float32)
    for topic in np.unique(topics[topics >= 0]):
        rows = np.flatnonzero(topics == topic)
        _, own = np.unique(leaves[rows], return_inverse=True)
        groups = csr_matrix((np.ones(len(rows), dtype=np.float32), (own, np.arange(len(rows)))))
        papers = np.asarray(groups.sum(axis=1)).ravel()
        counts = np.asarray((groups @ candidates.papers[rows]).todense())
        roots = np.sqrt(_share(counts, papers, everywhere))
        total[topic] = (papers @ roots / max(1.0, papers.sum())) ** 2
    return total


def _akin(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two phrases say one thing in two ways: "surgery", "surgical techniques"."""
    starts = {word[:_AKIN] for word in words if len(word) >= _AKIN}
    return any(other[:_AKIN] in starts for other in others)


def _prefer_whole(choices: list[_Choice]) -> list[_Choice]:
    """Order by score, a part of a longer candidate that is nearly as good stepping back behind it."""
    ordered = []
    for choice in choices:
        whole = any(choice.words < other.words and other.score > _PART * choice.score for other in choices)
        ordered.append(replace(choice, score=choice.score * (_PART if whole else 1.0)))
    best = max((choice.score for choice in ordered), default=1.0)
    ordered = [replace(choice, score=choice.score / best) for choice in ordered]
    return sorted(ordered, key=lambda choice: -choice.score)


def _assign(choices: Sequence[Sequence[_Choice]]) -> list[int | None]:
    """One candidate a topic, none twice, with the largest sum of scores; None where none is left."""
    names = {choice.words: 0 for row in choices for choice in row}
    for number, words in enumerate(names):
        names[words] = number
    value = np.zeros((len(choices), len(names) + len(choices)))
    column: dict[tuple[int, int], int] = {}
    for topic, row in enumerate(choices):
        for choice in row:
            value[topic, names[choice.words]] = choice.score
            column[topic, names[choice.words]] = choice.column
    topics, picked = linear_sum_assignment(-value)
    return [column.get((int(topic), int(name))) for topic, name in zip(topics, picked, strict=True)]
