"""Pairs of records that may be one paper, for people to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.document import Document
from ingest.duplicates.grouping import BY_HAND
from ingest.library.library import Pair, PairDecision, Paper
from ingest.writers import table
from litatlas.accounts.sight import Sight
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.parts.duplicates.comparison import compare
from litatlas.parts.duplicates.pair_answers import (
    PairAnswer,
    PairDecisionAnswer,
    PairRecord,
    PairsAnswer,
)
from litatlas.vocabulary import GROUP_VERDICTS, MAX_OFFSET, MAX_PAGE, MAX_WHO, PAIR_VERDICTS

COLUMNS = ("number", "made", "who", "verdict", "a", "b", "reason", "score", "undoes", "undone")
"""The columns of the log."""


class Duplicates:
    """Duplicates of one atlas; reached as ``Atlas.duplicates``."""

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._sight = sight
        self._library = generations.library

    def pairs(self, *, offset: int = 0, limit: int = 10) -> PairsAnswer:
        """Pairs that nobody decided yet, the least sure first; of records that the reader may see.

        Raises:
            InputError: a page that is too large or too far.
        """
        if not (0 <= offset <= MAX_OFFSET and 1 <= limit <= MAX_PAGE):
            raise InputError(
                "There is no such page.", f"Offset: 0 to {MAX_OFFSET:,}; limit: 1 to {MAX_PAGE}."
            )
        total, pairs = self._library.open_pairs(self._sight.collections(), offset=offset, limit=limit)
        return {
            "total": total,
            "offset": offset,
            "pairs": [one for pair in pairs for one in self._pair(pair)],
        }

    def decide(self, a: str, b: str, verdict: str, *, who: str = "") -> int:
        """Keep that two records are the "same" paper or "different" ones. Returns the decision's number.

        Raises:
            NotFoundError: there is no such record. InputError: no such verdict, or decisions contradict.
        """
        if verdict not in PAIR_VERDICTS:
            raise InputError(f"There is no verdict {verdict[:20]!r}.", f"Choose {', '.join(PAIR_VERDICTS)}.")
        self._sight.paper(a)
        self._sight.paper(b)
        with self._generations.changing(None):
            return self._library.decide_pair(a, b, verdict, who=self._name(who))

    def decide_group(self, id: str, verdict: str, *, who: str = "") -> list[int]:
        """Keep that all records of a paper are one ("same"), or that this one is none of them ("out").

        It is kept as decisions of pairs, all or none. Returns their numbers.

        Raises:
            NotFoundError: there is no such record. InputError: no such verdict, nothing to decide, or earlier
                decisions contradict.
        """
        if verdict not in GROUP_VERDICTS:
            raise InputError(f"There is no verdict {verdict[:20]!r}.", f"Choose {', '.join(GROUP_VERDICTS)}.")
        paper = self._sight.paper(id)
        if verdict == "out":
            pairs = [(id, member.id) for member in paper.members if member.id != id]
        else:
            known = {member.id for member in paper.members}
            joined = ((a, b) for a, b, reason in paper.joins if reason != BY_HAND and {a, b} <= known)
            pairs = list(joined)
        if not pairs:
            raise InputError("There is nothing to decide about this paper.", "Its records are decided.")
        with self._generations.changing(None):
            kept = "different" if verdict == "out" else "same"
            return self._library.decide_pairs(pairs, kept, who=self._name(who))

    def undo_all(self, numbers: Sequence[int], *, who: str = "") -> None:
        """Take several decisions back, the latest first; raises as :meth:`undo`."""
        for number in sorted(set(numbers), reverse=True):
            self.undo(number, who=who)

    def undo(self, number: int, *, who: str = "") -> int:
        """Take a decision back. Returns the number of the undo.

        Raises:
            NotFoundError: there is no such decision that holds. InputError: a later one holds.
        """
        if not any(row["number"] == number for row in self.log()):
            raise NotFoundError("There is no such decision.", "The log of decisions lists them.")
        with self._generations.changing(None):
            return self._library.undo_pair(number, who=self._name(who))

    def log(self) -> list[PairDecisionAnswer]:
        """The decisions about records that the reader may see, the oldest first."""
        rows = self._library.pair_decisions()
        return [_decision(row) for row in rows if self._may_see(row)]

    def table(self) -> Iterator[str]:
        """The log as CSV, in pieces."""
        rows = ({**row, "undone": "yes" if row["undone"] else ""} for row in self.log())
        cells = ([("" if row[name] is None else str(row[name])) for name in COLUMNS] for row in rows)
        return table.lines(COLUMNS, cells)

    def _name(self, who: str) -> str:
        """The name that a decision is kept under: the account's, else the one that was given."""
        name = self._sight.reader.name or " ".join(who.split())
        if len(name) > MAX_WHO:
            raise InputError(f"A name has at most {MAX_WHO} characters.", "Use a shorter one.")
        return name

    def _may_see(self, row: PairDecision) -> bool:
        """Whether the reader may see both records; those that are gone are shown to who sees all."""
        if self._sight.collections() is None:
            return True
        try:
            self._sight.paper(row.a)
            self._sight.paper(row.b)
        except NotFoundError:
            return False
        return True

    def _pair(self, pair: Pair) -> list[PairAnswer]:
        """A pair side by side; nothing of one whose record has gone meanwhile."""
        try:
            papers = [self._sight.paper(id) for id in (pair.a, pair.b)]
        except NotFoundError:
            return []
        members = [_member(paper, id) for paper, id in zip(papers, (pair.a, pair.b), strict=True)]
        return [
            {
                "a": members[0][1],
                "b": members[1][1],
                "reason": pair.reason,
                "score": round(pair.score, 3),
                "together": pair.together,
                "group": _group(papers[0]) if pair.together else [],
                "fields": compare(members[0][0], members[1][0]),
            }
        ]


def _group(paper: Paper) -> list[PairRecord]:
    """All records of a paper of more than two."""
    if len(paper.members) < 3:
        return []
    return [_member(paper, member.id)[1] for member in paper.members]


def _member(paper: Paper, id: str) -> tuple[Document, PairRecord]:
    member = next(one for one in paper.members if one.id == id)
    return member.document, {
        "id": id,
        "source_id": member.document.source_id,
        "collection": member.collection,
        "title": member.document.title,
        "records": len(paper.members),
    }


def _decision(row: PairDecision) -> PairDecisionAnswer:
    return {
        "number": row.number,
        "a": row.a,
        "b": row.b,
        "verdict": row.verdict,
        "who": row.who,
        "reason": row.reason,
        "score": row.score,
        "undoes": row.undoes,
        "undone": row.undone,
        "made": row.made,
    }
