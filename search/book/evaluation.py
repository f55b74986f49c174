"""Each line's papers, exactly: an index finds those of the parts without references, set algebra the rest.

A line is read on its own, as a search is: its language is guessed from its own words, and words side by side
are all wanted, however many they are. What a reference stands for is the set of papers of that line, so that
AND, OR and NOT of lines are intersection, union and difference by construction, on both engines alike. Each
line is evaluated once; the work is bounded by the lines and the papers that they find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.book.program import Program
from search.query.tree import And, Line, Node, Not, Or, Query, Word, conjunction, disjunction, leaves

Numbers = NDArray[np.int32]
"""A set of papers: their numbers within one evaluation, ascending."""


class Source(Protocol):
    """Where queries without references are looked up."""

    def papers(self, query: Query) -> Iterable[str]:
        """The ids of all papers that a query finds, in any order."""

    def has_content(self, words: Sequence[Word]) -> bool:
        """Whether any of the words is more than a function word, which a search passes over."""


@dataclass(frozen=True)
class Evaluated:
    """The papers of each line as numbers, and each paper's id by its number."""

    sets: Mapping[int, Numbers]
    ids: Sequence[str]

    def of(self, number: int) -> list[str]:
        """The ids of a line's papers, sorted."""
        return sorted(self.ids[at] for at in self.sets[number].tolist())

    def all(self) -> list[str]:
        """The ids of all papers that any line finds, sorted."""
        used = np.unique(np.concatenate([np.empty(0, np.int32), *self.sets.values()]))
        return sorted(self.ids[at] for at in used.tolist())


def evaluate(program: Program, source: Source) -> Evaluated:
    """Evaluate every line of a program."""
    evaluation = _Evaluation(source)
    for number in program.order:
        evaluation.sets[number] = evaluation.query(program.lines[number].query)
    return Evaluated(evaluation.sets, evaluation.ids)


class _Evaluation:
    def __init__(self, source: Source) -> None:
        self.sets: dict[int, Numbers] = {}
        self.ids: list[str] = []
        self._source = source
        self._numbers: dict[str, int] = {}
        self._everything: Numbers | None = None

    def query(self, query: Query) -> Numbers:
        """The papers of a whole line."""
        if not _refers(query):
            return self._looked_up(query)
        return self._together(query.clauses)

    def _node(self, node: Node) -> Numbers:
        if not _refers(node):
            return self._looked_up(Query((node,)))
        match node:
            case Line(number):
                return self.sets[number]
            case Not(child):
                return _but(self._all_papers(), self._node(child))
            case And(children):
                return self._together(children)
            case Or(children):
                plain = [child for child in children if not _refers(child)]
                sets = [self._node(child) for child in children if _refers(child)]
                if plain:
                    sets.append(self._looked_up(Query((disjunction(tuple(plain)),))))
                return np.unique(np.concatenate(sets))
            case _:
                raise AssertionError(node)  # leaves do not refer

    def _together(self, clauses: Sequence[Node]) -> Numbers:
        """The papers for which all clauses hold; at least one of them refers to a line."""
        excluded = [clause.child for clause in clauses if isinstance(clause, Not)]
        wanted = [clause for clause in clauses if not isinstance(clause, Not)]
        plain = [clause for clause in wanted if not _refers(clause)]
        words = [clause for clause in plain if isinstance(clause, Word)]
        if len(words) == len(plain) and not self._source.has_content(words):
            plain = []  # function words beside something else say nothing, as in any search
        sets = [self._node(clause) for clause in wanted if _refers(clause)]
        if plain:
            sets.append(self._looked_up(Query((conjunction(tuple(plain)),))))
        papers = sets[0] if sets else self._all_papers()
        for other in sets[1:]:
            papers = np.intersect1d(papers, other, assume_unique=True)
        for child in excluded:
            papers = _but(papers, self._node(child))
        return papers

    def _all_papers(self) -> Numbers:
        if self._everything is None:
            self._everything = self._looked_up(Query())
        return self._everything

    def _looked_up(self, query: Query) -> Numbers:
        numbers = [self._number(id) for id in self._source.papers(query)]
        return np.unique(np.array(numbers, dtype=np.int32))

    def _number(self, id: str) -> int:
        number = self._numbers.get(id)
        if number is None:
            number = self._numbers[id] = len(self.ids)
            self.ids.append(id)
        return number


def _but(papers: Numbers, excluded: Numbers) -> Numbers:
    return np.setdiff1d(papers, excluded, assume_unique=True)


def _refers(node: Node | Query) -> bool:
    return any(isinstance(leaf, Line) for leaf, _ in leaves(node))
