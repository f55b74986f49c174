"""What came, went or changed its group between two runs of a line, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["came", "went", "regrouped"]
REASONS = (
    "new",  # it was not in the library
    "new-record",  # a record that was not in the library belongs to it now
    "joined",  # with other records
    "split",  # from other records
    "edited",  # its source gave another text
    "removed",  # it, or one of its records, left the library
    "hidden",  # who ran the search may not see it
    "search",  # the line, or one that it refers to, was changed
    "model",  # another topic model
    "reading",  # another version of the analysis of texts
    "collection",  # its collection was renamed, or its records were told apart anew
)
"""Why a paper came, went or changed its group."""

Papers = Mapping[str, Sequence[str]]
"""Each paper of a line with its records, in the order in which they came into the library."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a comparison needs of a run: ``strategy`` is its line with all that this refers to."""

    papers: Papers
    sequence: int
    last_document: int
    strategy: str
    model: str
    analysis: str


@dataclass(frozen=True, slots=True)
class RecordNow:
    """A record as the library has it: its number, its last change, its paper, whether the reader sees it."""

    number: int
    seq: int
    paper: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One paper that changed; ``others`` are papers or records that it was joined with or split from."""

    kind: Kind
    paper: str
    reason: str
    others: tuple[str, ...] = field(default=())


def changes(before: RunFacts, after: RunFacts, now: Mapping[str, RecordNow]) -> list[Change]:
    """What changed from one run to a later one.

    Args:
        now: the records of both runs that the library still has, and those that share a paper with them.
    """
    comparison = _Comparison(before, after, now)
    return [*comparison.arrivals(), *comparison.departures()]


def records_in_question(before: Papers, after: Papers) -> set[str]:
    """The records of those papers that are not the same in both runs."""
    same = {id for id, records in after.items() if tuple(before.get(id, ())) == tuple(records)}
    return {record for run in (before, after) for id in run if id not in same for record in run[id]}


class _Comparison:
    def __init__(self, before: RunFacts, after: RunFacts, now: Mapping[str, RecordNow]) -> None:
        self._before, self._after, self._now = before, after, now
        self._earlier = _owners(before.papers)
        self._later = _owners(after.papers)
        self._groups: dict[str, set[str]] = {}
        for id, record in now.items():
            self._groups.setdefault(record.paper, set()).add(id)

    def arrivals(self) -> Iterable[Change]:
        """Papers that came, and those that have other records than before."""
        for paper, records in self._after.papers.items():
            owners = {self._earlier[record] for record in records if record in self._earlier}
            if not owners:
                yield Change("came", paper, self._why_came(records))
                continue
            before = {record for owner in owners for record in self._before.papers[owner]}
            if len(owners) > 1 or before != set(records):
                yield self._regrouped(paper, set(records), before, owners)

    def departures(self) -> Iterable[Change]:
        """Papers that went."""
        for paper, records in self._before.papers.items():
            if not any(record in self._later for record in records):
                yield self._went(paper, set(records))

    def _why_came(self, records: Sequence[str]) -> str:
        fresh = [self._is_new(record) for record in records]
        if all(fresh):
            return "new"
        if self._before.strategy != self._after.strategy:
            return "search"
        if any(fresh):
            return "new-record"
        if any(self._is_edited(record) for record in records):
            return "edited"
        return self._of_the_run() or ("joined" if len(records) > 1 else "collection")

    def _regrouped(self, paper: str, records: set[str], held: set[str], owners: set[str]) -> Change:
        gained, lost = records - held, held - records
        if len(owners) > 1:
            return Change("regrouped", paper, "joined", tuple(sorted(owners - {paper})))
        if gained:
            reason = "new-record" if all(map(self._is_new, gained)) else "joined"
            return Change("regrouped", paper, reason, tuple(sorted(gained)))
        left = {record for record in lost if record in self._now}
        reason = "removed" if not left else "split" if self._sees(left) else "hidden"
        return Change("regrouped", paper, reason, tuple(sorted(lost)))

    def _went(self, paper: str, records: set[str]) -> Change:
        left = {record for record in records if record in self._now}
        if not left:
            return Change("went", paper, "removed")
        if not self._sees(left):
            return Change("went", paper, "hidden")
        if self._before.strategy != self._after.strategy:
            return Change("went", paper, "search")
        if any(self._is_edited(record) for record in left):
            return Change("went", paper, "edited")
        group = set().union(*(self._groups[self._now[record].paper] for record in left))
        if group - records:
            return Change("went", paper, "joined", tuple(sorted(group - records)))
        if len({self._now[record].paper for record in left}) > 1:
            return Change("went", paper, "split", tuple(sorted(left - {paper})))
        if left != records:
            return Change("went", paper, "removed", tuple(sorted(records - left)))
        return Change("went", paper, self._of_the_run() or "collection")

    def _of_the_run(self) -> str:
        if self._before.model != self._after.model:
            return "model"
        return "reading" if self._before.analysis != self._after.analysis else ""

    def _is_new(self, record: str) -> bool:
        known = self._now.get(record)
        return known is not None and known.number > self._before.last_document

    def _is_edited(self, record: str) -> bool:
        known = self._now.get(record)
        return known is not None and self._before.sequence < known.seq

    def _sees(self, records: Iterable[str]) -> bool:
        return any(self._now[record].visible for record in records)


def _owners(papers: Papers) -> dict[str, str]:
    return {record: paper for paper, records in papers.items() for record in records}
