"""Which papers bear a label out: its phrases, stemmed, in title or abstract, or as a tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ingest.text.analysis import analyzer
from topics.corpus.counts import TrainingPaper
from topics.model.hierarchy import Hierarchy
from topics.model.placement import member_masks


def stems(text: str, lang: str = "en") -> list[str]:
    """The stems of a text; a function word stands for itself."""
    ask = analyzer()
    return [ask.stem(form, lang) or form for form in ask.forms(text)]


def heading(tag: str) -> str:
    """A tag as a label would say it: without qualifiers, "Neoplasms, Lung" the right way round."""
    return " ".join(reversed(tag.split("/")[0].strip(" *").split(", ")))


def members_of(hierarchy: Hierarchy) -> list[NDArray[np.bool_]]:
    """Which topics each paper of the model belongs to, a mask a level (papers × topics)."""
    return member_masks(hierarchy, np.asarray(hierarchy.theta[-1], dtype=np.float32))


class Evidence:
    """The papers as a reader would search them."""

    def __init__(self, papers: Sequence[TrainingPaper], codes: Mapping[str, str]) -> None:
        """Take the papers, and the names of tags that are codes."""
        self._size = len(papers)
        self._texts = [self._text(paper) for paper in papers]
        vocabulary: dict[str, int] = {}
        columns, bounds = [], [0]
        for text in self._texts:
            columns += [vocabulary.setdefault(stem, len(vocabulary)) for stem in set(text.split())]
            bounds.append(len(columns))
        ones = np.ones(len(columns), dtype=np.int8)
        self._vocabulary = vocabulary
        self._holders = sparse.csr_matrix(
            (ones, columns, bounds), shape=(len(papers), len(vocabulary))
        ).tocsc()
        self._tags: dict[str, set[int]] = {}
        keys: dict[str, str] = {}
        for row, paper in enumerate(papers):
            for tag in paper.tags:
                key = keys.get(tag)
                if key is None:
                    key = keys[tag] = " ".join(stems(codes.get(tag, heading(tag))))
                self._tags.setdefault(key, set()).add(row)
        self._known: dict[str, NDArray[np.bool_]] = {}

    @staticmethod
    def _text(paper: TrainingPaper) -> str:
        ask, lang = analyzer(), paper.lang or "en"
        parts = [
            " ".join(ask.stem(form, lang) or form for form in forms.split())
            for forms in (paper.title_forms, paper.abstract_forms)
        ]
        return f" {parts[0]} | {parts[1]} "

    def bear_out(self, label: str) -> NDArray[np.bool_]:
        """Which papers have one of the label's phrases."""
        said = np.zeros(self._size, dtype=bool)
        for phrase in label.split(", "):
            said |= self._phrase(" ".join(stems(phrase)))
        return said

    def _phrase(self, phrase: str) -> NDArray[np.bool_]:
        if phrase in self._known:
            return self._known[phrase]
        said = np.zeros(self._size, dtype=bool)
        words = phrase.split()
        if words and all(word in self._vocabulary for word in words):
            rows = self._rows(words[0])
            for word in words[1:]:
                rows = np.intersect1d(rows, self._rows(word), assume_unique=True)
            inside = f" {phrase} "
            said[[row for row in rows.tolist() if inside in self._texts[row]]] = True
        said[list(self._tags.get(phrase, ()))] = True
        self._known[phrase] = said
        return said

    def _rows(self, word: str) -> NDArray[np.intp]:
        column = self._vocabulary[word]
        return np.asarray(
            self._holders.indices[self._holders.indptr[column] : self._holders.indptr[column + 1]],
            dtype=np.intp,
        )
