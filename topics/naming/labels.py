"""Labels that a topic's papers bear out: each says much of its topic and little of the rest.

A label is read as a query: the papers that say one of its phrases, or are tagged with it, should be the
topic's (precision) and many of them (recall). Candidates are noun phrases, tags and names of categories; each
is scored by F_β of its papers against the members of the topic, by how near its words' vector lies to the
topic's centre (and not to its siblings'), and by its form. Above the last level a phrase counts for less
where it stands in few of the topic's parts: a broad topic needs a broad name. A second phrase is joined where
enough more papers bear out the two. Each level is named at once by optimal assignment, from the top down, so
that no phrase is used twice and no child repeats a word of its parent. Hence a parent of leaves would take
the name that one of them needs, and leave it an instance: "Vaccines" is the name of the leaf about vaccines
beside one about SARS-CoV-2, or else that leaf is "Neutralizing antibodies". So what a phrase leaves to the
leaves counts for their parent. Where no phrase is left, the shown terms speak.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from topics.naming.candidates import SUBJECT, Candidates
from topics.text.casing import sentence_case
from topics.text.phrases import FURNITURE, GENERIC, NEVER, STATISTICS

Floats = NDArray[np.float32]
Hopes = Sequence[Sequence[tuple[frozenset[str], float]]]
"""Of each leaf of a topic its candidates, the best first: what they mean and how good beside the best."""

Shown = Sequence[Sequence[Sequence[str]]]
Parents = Sequence[Sequence[int | None]]

BETA = 0.7  # below 1, precision counts for more than recall
CANDIDATES = 40  # best candidates of a topic that are looked at closely
PARTNERS = 25
MIN_HELD = 3.0  # papers of the topic that bear a candidate out, at least
_LENGTH = {1: 0.7, 2: 1.0, 3: 0.95, 4: 0.85}  # by the number of words
_TAGGED = 1.1  # for a candidate that is a tag: people call something so
_VAGUE = 0.8  # for a candidate that opens with a generic word: "type inequalities"
_PART = 0.75  # a part of a longer candidate gives way to it when that scores more than this share
_CLOSE = 0.8  # a cosine with the topic's centre that is larger by this is e times as good
_APART = 0.6  # the same of the lead over the nearest sibling
_LEAD = 0.2  # a lead larger than this is none the better
_TITLED = 0.6  # the power of the share of titles, for a phrase that is seldom a subject
_BORNE = 0.06  # what fewer of the topic's papers bear out counts for less
_LEAST = 0.04  # a second phrase is borne out by at least this share of the papers
_EVEN = 0.25  # and by at least this part of what bears the first out
_WORTH = 0.3  # a second phrase is worth at least this share of the first
_GAIN = (1.0, 1.03, 1.05)  # how much better two phrases must be than one, by level from the top
_AKIN = 4  # words that share so many letters at their start are of one family
_BROAD = 0.1  # of two candidates of a leaf that are as good, the broader: the power of its share
_BARE = 0.5  # a generic phrase ("Case reports") is so much worse alone
_CARE = 0.7  # the power of how good names a phrase leaves to the leaves of a topic
_LOST = 0.1  # how good a leaf's name is at least, beside the best, when all that it has are taken
_MOST = 0.6  # a part that so much larger a share bears out is no part but the broader name
_LETTERS = 46  # of two phrases


@dataclass(frozen=True, slots=True)
class NamingMaterial:
    """What the names of topics are made from.

    ``members`` (topics × papers, a matrix a level) has 1 where a paper belongs; ``centres`` (topics × d) are
    the topics' unit vectors, ``vectors`` gives those of phrases; without them nearness counts for nothing.
    """

    candidates: Candidates
    members: Sequence[sparse.csr_matrix]
    centres: Sequence[Floats] = ()
    vectors: Callable[[Sequence[str]], Floats] | None = None


def label_topics(
    shown: Shown, parents: Parents, material: NamingMaterial, stem: Callable[[str], str]
) -> list[list[str]]:
    """Name every topic of every level; no label is empty and no label is used twice.

    ``shown[level][topic]`` are the topic's terms, the most telling first; ``parents[level][topic]`` is the
    index of its main parent one level up, or None; ``stem`` is the stem that candidates are known by.
    """
    namer = _Namer(shown, parents, material, stem)
    return [namer.name_level(level) for level in range(len(shown))]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A candidate of a topic."""

    column: int
    words: frozenset[str]
    value: float
    merit: float  # what of the value is not coverage: form, nearness
    share: float  # of the topic's papers that bear it out


@dataclass
class _Namer:
    """Scores candidates and assigns them, level by level."""

    shown: Shown
    parents: Parents
    material: NamingMaterial
    stem: Callable[[str], str]
    used: set[frozenset[str]] = field(default_factory=set)  # phrases
    labels: set[str] = field(default_factory=set)
    words: list[list[frozenset[str]]] = field(default_factory=list)  # of a topic's label

    def __post_init__(self) -> None:
        candidates = self.material.candidates
        self.sets = [frozenset(key) for key in candidates.keys]
        self.meant = candidates.meant
        self.held = np.asarray(candidates.holders.sum(axis=1)).ravel()
        lengths = np.array([_LENGTH.get(count, 0.7) for count in candidates.words])
        opens = [_VAGUE if len(key) > 1 and key[0] in GENERIC else 1.0 for key in candidates.keys]
        about = np.minimum(candidates.about / SUBJECT, 1.0) ** _TITLED
        weight = candidates.wholeness * about * np.where(candidates.tagged, _TAGGED, 1.0)
        self.form: Floats = (weight * lengths * np.array(opens)).astype(np.float32)
        self.vague = {self.stem(word) or word for word in GENERIC | NEVER | FURNITURE | STATISTICS}
        self.places: dict[int, Floats] = {}
        self.shares = np.zeros((0, 0), dtype=np.float32)  # of each topic's papers that bear a candidate out

    def name_level(self, level: int) -> list[str]:
        """Labels of one level; the levels above must have been named."""
        banned = [self._parents_words(level, topic) for topic in range(len(self.shown[level]))]
        hopes = self._hopes(level)
        rows = [
            self._considerate(row, own) for row, own in zip(self._rows(level, banned), hopes, strict=True)
        ]
        chosen = list(_assign(rows))
        self.used |= {choice.words for choice in chosen if choice is not None}
        labels: list[str] = []
        self.words.append([])
        for topic, choice in enumerate(chosen):
            second = choice and self._second(level, topic, choice, rows[topic], hopes[topic])
            label, words = self._label(self.shown[level][topic], choice, second, banned[topic])
            self.labels.add(label.casefold())
            labels.append(label)
            self.words[level].append(words)
        return labels

    def _parents_words(self, level: int, topic: int) -> frozenset[str]:
        parent = self.parents[level][topic] if level else None
        return self.words[level - 1][parent] if parent is not None else frozenset()

    def _rows(self, level: int, banned: Sequence[frozenset[str]]) -> list[list[_Choice]]:
        """The candidates of every topic of a level, the best first."""
        scores = self._scores(level)
        free = [self._free(own, words) for own, words in zip(scores, banned, strict=True)]
        self._place(sorted({column for own in free for column in own} - self.places.keys()))
        return [self._choices(level, topic, scores[topic], own) for topic, own in enumerate(free)]

    def _hopes(self, level: int) -> list[list[list[tuple[frozenset[str], float]]]]:
        """What the leaves of every topic would be called, were their parents' words free."""
        hopes: list[list[list[tuple[frozenset[str], float]]]] = [[] for _ in self.shown[level]]
        if level != len(self.shown) - 2:
            return hopes
        parents = self.parents[level + 1]
        rows = self._rows(level + 1, [frozenset()] * len(parents))
        for parent, row in zip(parents, rows, strict=True):
            if parent is not None and row:
                hopes[parent].append([(self.meant[one.column], one.value / row[0].value) for one in row])
        return hopes

    def _considerate(self, row: list[_Choice], hopes: Hopes) -> list[_Choice]:
        """Candidates by their value and by what they leave to the leaves."""
        if not hopes:
            return row
        kept = [replace(one, value=one.value * _left_to_leaves(self.meant[one.column], hopes)) for one in row]
        return sorted(kept, key=lambda choice: -choice.value)

    def _scores(self, level: int) -> Floats:
        """topics × candidates: F_β by form; recall is even over the topic's parts, precision above chance."""
        holders = self.material.candidates.holders
        members = self.material.members[level]
        both = np.asarray((members @ holders.T).todense(), dtype=np.float32)
        base = np.minimum(np.asarray(members.sum(axis=1)) / max(1, members.shape[1]), 0.5)
        precision = np.maximum(both / np.maximum(self.held, 1) - base, 0) / (1 - base)
        self.shares = np.asarray(both / np.maximum(np.asarray(members.sum(axis=1)), 1), dtype=np.float32)
        recall = self.shares
        if level < len(self.shown) - 1:
            recall = np.minimum(recall, self._even_recall(level))
        score = f_beta(precision, recall) * self.form
        return np.asarray(np.where(both >= MIN_HELD, score, 0.0), dtype=np.float32)

    def _even_recall(self, level: int) -> Floats:
        """Recall that counts for less where a phrase stands in few of a topic's leaves."""
        leaves = self.material.members[-1]
        sizes = np.asarray(leaves.sum(axis=1), dtype=np.float32).ravel()
        above = np.arange(len(sizes))
        for step in range(len(self.shown) - 1, level, -1):
            parents = np.array([-1 if parent is None else parent for parent in self.parents[step]])
            above = np.where(above >= 0, parents[above], -1)
        both = np.asarray((leaves @ self.material.candidates.holders.T).todense(), dtype=np.float32)
        roots = np.sqrt(both / np.maximum(sizes, 1)[:, None])
        family = np.zeros((len(self.shown[level]), len(sizes)), dtype=np.float32)
        family[above[above >= 0], np.flatnonzero(above >= 0)] = sizes[above >= 0]
        family /= np.maximum(family.sum(axis=1, keepdims=True), 1)
        return np.asarray((family @ roots) ** 2, dtype=np.float32)

    def _free(self, scores: Floats, banned: frozenset[str]) -> list[int]:
        """The best candidates of a topic that may be its name."""
        free: list[int] = []
        hopeful = np.flatnonzero(scores > 0)
        for column in hopeful[np.argsort(-scores[hopeful], kind="stable")[: 6 * CANDIDATES]].tolist():
            if len(free) == CANDIDATES:
                break
            if not self.meant[column] & banned and self.sets[column] not in self.used:
                free.append(column)
        return free

    def _place(self, columns: Sequence[int]) -> None:
        """Look the vectors of candidates up."""
        if self.material.vectors is not None and columns:
            surfaces = [self.material.candidates.surfaces[column] for column in columns]
            self.places.update(zip(columns, self.material.vectors(surfaces), strict=True))

    def _choices(self, level: int, topic: int, scores: Floats, free: Sequence[int]) -> list[_Choice]:
        """The candidates of a topic, by score and nearness."""
        if not free:
            return []
        nearness = self._nearness(level, topic, free)
        shares = self.shares[topic, free]
        values = scores[free] * nearness * np.minimum(shares / _BORNE, 1.0)
        if level == len(self.shown) - 1:
            values = values * shares**_BROAD
        rows = zip(free, values, nearness * self.form[free], shares, strict=True)
        choices = [
            _Choice(column, self.sets[column], float(value), float(merit), float(share))
            for column, value, merit, share in rows
        ]
        return _prefer_whole(choices)

    def _nearness(self, level: int, topic: int, columns: Sequence[int]) -> Floats:
        """How much better a candidate is for lying near the topic's centre and far from its siblings'."""
        if self.material.vectors is None:
            return np.ones(len(columns), dtype=np.float32)
        vectors = np.array([self.places[column] for column in columns], dtype=np.float32)
        parents = self.parents[level]
        rivals = [other for other, above in enumerate(parents) if above == parents[topic] and other != topic]
        cosines = np.einsum("cd,td->ct", vectors, self.material.centres[level][[topic, *rivals]])
        own = cosines[:, 0]
        lead = own - cosines[:, 1:].max(axis=1) if rivals else np.zeros(len(own))
        return np.asarray(np.exp(own / _CLOSE + np.minimum(lead, _LEAD) / _APART), dtype=np.float32)

    def _label(
        self, shown: Sequence[str], first: _Choice | None, second: _Choice | None, banned: frozenset[str]
    ) -> tuple[str, frozenset[str]]:
        """The words of one label, of the phrases chosen or else of the shown terms."""
        surfaces = self.material.candidates.surfaces
        label = "" if first is None else sentence_case(surfaces[first.column])
        if first is None or not label or label.casefold() in self.labels:
            return self._fall_back(shown, banned)
        if second is None:
            return label, self.meant[first.column]
        self.used.add(second.words)
        return f"{label}, {surfaces[second.column]}", self.meant[first.column] | self.meant[second.column]

    def _second(
        self, level: int, topic: int, first: _Choice, row: list[_Choice], hopes: Hopes
    ) -> _Choice | None:
        """The phrase with which the label is borne out best, where the two are better than one."""
        partners = [first, *(choice for choice in row[:PARTNERS] if self._may_join(first, choice))]
        columns = [choice.column for choice in partners]
        holders = self.material.candidates.holders[columns]
        member = np.asarray(self.material.members[level][topic].todense(), dtype=bool).ravel()
        inside = holders[:, np.flatnonzero(member)]
        either, said = _with_first(inside), _with_first(holders)
        score = f_beta(either / np.maximum(said, 1), either / max(1.0, float(member.sum())))
        merits = np.array([choice.merit for choice in partners])
        left = [_left_to_leaves(self.meant[first.column] | self.meant[column], hopes) for column in columns]
        joined = score * np.sqrt(merits * first.merit) * left
        joined[0] *= _GAIN[min(level, len(_GAIN) - 1)] if len(self.shown) > 1 else _GAIN[-1]
        joined[0] *= _BARE if first.words <= self.vague else 1.0
        best = int(joined.argmax())
        return partners[best] if best else None

    def _may_join(self, first: _Choice, second: _Choice) -> bool:
        surfaces = self.material.candidates.surfaces
        letters = len(surfaces[first.column]) + len(surfaces[second.column])
        return not (
            self.meant[second.column] & self.meant[first.column]
            or second.words in self.used
            or _akin(second.words, first.words)
            or letters > _LETTERS
            or second.share < max(_LEAST, _EVEN * first.share)
            or second.value < _WORTH * first.value
        )

    def _fall_back(self, shown: Sequence[str], banned: frozenset[str]) -> tuple[str, frozenset[str]]:
        """A label of the shown terms: the first free one that says something, then two, then numbered."""
        free = [term for term in shown if not banned & self._stems(term)] or list(shown) or ["topic"]
        free.sort(key=lambda term: self._stems(term.casefold()) <= self.vague)
        pairs = (f"{first}, {second}" for first in free[:5] for second in free[1:10] if first != second)
        numbered = (f"{free[0]} {number}" for number in itertools.count(2))
        for label in itertools.chain(free[:3], pairs, numbered):
            if label.casefold() not in self.labels:
                return sentence_case(label), self._stems(label.replace(",", ""))
        raise AssertionError("numbers never end")

    def _stems(self, term: str) -> frozenset[str]:
        return frozenset(self.stem(word) or word for word in term.replace("-", " ").split())


def f_beta(precision: NDArray[np.floating], recall: NDArray[np.floating]) -> NDArray[np.floating]:
    """The weighted harmonic mean of precision and recall (van Rijsbergen 1979)."""
    below = BETA**2 * precision + recall
    return np.divide((1 + BETA**2) * precision * recall, below, out=np.zeros_like(below), where=below > 0)


def _with_first(holders: sparse.csr_matrix) -> Floats:
    """In how many papers each row or the first one stands."""
    own = np.asarray(holders.sum(axis=1)).ravel()
    both = np.asarray((holders @ holders[0].T).todense()).ravel()
    return np.asarray(own + own[0] - both, dtype=np.float32)


def _left_to_leaves(words: frozenset[str], hopes: Hopes) -> float:
    """How good names a topic's leaves still have when their parent has taken some words: the product of
    their best beside their best of all, tempered."""
    left = 1.0
    for own in hopes:
        left *= max(next((value for meant, value in own if not meant & words), 0.0), _LOST)
    return float(left**_CARE)


def _akin(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two phrases say one thing in two ways: "surgery", "surgical techniques"."""
    starts = {word[:_AKIN] for word in words if len(word) >= _AKIN}
    return any(other[:_AKIN] in starts for other in others)


def _prefer_whole(choices: list[_Choice]) -> list[_Choice]:
    """Order by value, a part of a longer candidate that is nearly as good stepping back behind it."""
    ordered = []
    for choice in choices:
        whole = any(
            choice.words < other.words
            and other.value > _PART * choice.value
            and other.share > _MOST * choice.share
            for other in choices
        )
        scale = _PART if whole else 1.0
        ordered.append(replace(choice, value=choice.value * scale))
    return sorted(ordered, key=lambda choice: -choice.value)


def _assign(rows: Sequence[Sequence[_Choice]]) -> Iterator[_Choice | None]:
    """One candidate a topic, none twice, with the largest sum of values; None where none is left."""
    numbers: dict[frozenset[str], int] = {}
    for choice in itertools.chain(*rows):
        numbers.setdefault(choice.words, len(numbers))
    value = np.zeros((len(rows), len(numbers) + len(rows)))
    for topic, row in enumerate(rows):
        best = max((choice.value for choice in row), default=1.0)
        for choice in row:
            value[topic, numbers[choice.words]] = choice.value / best
    _, picked = linear_sum_assignment(-value)
    for row, name in zip(rows, picked.tolist(), strict=True):
        yield next((choice for choice in row if numbers[choice.words] == name), None)
