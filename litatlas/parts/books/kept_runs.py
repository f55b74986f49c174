"""A run that was kept: the papers of its lines with their records, and who may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from ingest.library.library import Book, BookRun, Library, Paper
from ingest.parallel import in_chunks
from ingest.writers.work import Work
from litatlas.parts.books.book_answers import LineRunAnswer, RunAnswer, RunHead, SearchedCollection
from litatlas.parts.exports import work_of
from search.book.changes import RunFacts
from search.book.paper_sets import unpacked_groups, unpacked_ids
from search.book.program import Program, no_line

_AT_ONCE = 500

Visible = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a reader sees of the collections of runs.

    ``names``: of the collections that there are, by their keys. A collection that was removed cannot be
    shared any more: if it was private, only the keepers and the owner of the book see what was found in it.
    """

    visible: Visible
    names: Mapping[str, str]
    trusted: bool

    def see(self, key: str, *, private: bool) -> bool:
        """Whether they see a collection, which was ``private`` or not when it was searched."""
        if key in self.names:
            return self.visible is None or self.names[key] in self.visible
        return self.trusted or not private


class KeptRun:
    """A run of a book."""

    def __init__(self, library: Library, book: Book, run: BookRun) -> None:
        self._library = library
        self.book = book
        self.row = run
        self._lines: dict[int, dict[str, Any]] = {line["line"]: line for line in run.facts["lines"]}

    def is_seen(self, eyes: Eyes) -> bool:
        """Whether a reader may see it: all that it found lies in collections that they see."""
        private = {one["key"] for one in self.row.facts["searched"] if one["private"]}
        return all(eyes.see(key, private=key in private) for key in self.row.facts["held"])

    @property
    def last_line(self) -> int:
        """The line that a run is about where none is named."""
        return max(self._lines)

    def line(self, number: int | None) -> int:
        """The number of a line of this run, the last one for None.

        Raises:
            InputError: it has no such line.
        """
        number = self.last_line if number is None else number
        if number not in self._lines:
            raise no_line(number, self._lines)
        return number

    def ids(self, number: int) -> list[str]:
        """The ids of a line's papers as they were, sorted."""
        return unpacked_ids(self._library.set_of(self.book, self._lines[number]["set"]))

    def papers(self, number: int) -> dict[str, tuple[str, ...]]:
        """Each paper of a line with its records as they were."""
        groups = unpacked_groups(self._library.set_of(self.book, self.row.facts["groups"]))
        return {id: groups.get(id, (id,)) for id in self.ids(number)}

    def facts(self, number: int | None) -> RunFacts:
        """What a comparison needs of a line; None stands for a line that was not there."""
        there = number is not None and number in self._lines
        row = self.row
        return RunFacts(
            self.papers(number) if there and number is not None else {},
            row.sequence,
            row.last_document,
            self._strategy(number) if there and number is not None else "",
            row.model,
            str(row.facts["analysis"]),
        )

    def has(self, number: int) -> bool:
        """Whether it has a line of this number."""
        return number in self._lines

    @property
    def texts(self) -> dict[int, str]:
        """The lines as they were."""
        return {number: line["text"] for number, line in self._lines.items()}

    @property
    def searched_keys(self) -> frozenset[str]:
        """The keys of the collections that it searched."""
        return frozenset(one["key"] for one in self.row.facts["searched"])

    def _strategy(self, number: int) -> str:
        needed = Program.of(self.texts).needed(number)
        return "\n".join(f"#{line} {self._lines[line]['canonical']}" for line in needed)

    # --- as answers

    @property
    def address(self) -> str:
        """Its permanent address below the atlas's own; "" while it is not frozen."""
        return f"/books/{quote(self.book.id)}/frozen/{self.row.run}" if self.row.frozen else ""

    def head(self) -> RunHead:
        """The run without its lines."""
        row = self.row
        return {
            "run": row.run, "made": row.made, "who": row.who,
            "papers": self._lines[self.last_line]["papers"], "generation": row.generation, "model": row.model,
            "frozen": row.frozen, "frozen_by": row.frozen_by, "note": row.note, "address": self.address,
        }  # fmt: skip

    def answer(self, eyes: Eyes) -> RunAnswer:
        """The run with its lines, and the collections that a reader may know of."""
        facts = self.row.facts
        return {
            **self.head(),
            "book": self.book.id,
            "name": self.book.name,
            "engine": facts["engine"],
            "analysis": str(facts["analysis"]),
            "version": facts["version"],
            "lines": [_line(line) for line in facts["lines"]],
            "collections": [
                _searched(one) for one in facts["searched"] if eyes.see(one["key"], private=one["private"])
            ],
        }

    def works(self, number: int, visible: Visible) -> Iterator[Work]:
        """The papers of a line as they are exported, in the order of their ids, each under its id."""
        records = self.papers(number)
        for part in in_chunks(records, _AT_ONCE):
            papers = held_papers(self._library, {id: records[id] for id in part}, visible)
            yield from (work_of(papers[id]) for id in part if id in papers)

    def held_papers(self, ids: Sequence[str], number: int, visible: Visible) -> dict[str, Paper]:
        """Papers of a line as the library has them now, each of the records that it had."""
        records = self.papers(number)
        return held_papers(self._library, {id: records[id] for id in ids if id in records}, visible)


def held_papers(library: Library, papers: Mapping[str, Sequence[str]], visible: Visible) -> dict[str, Paper]:
    """Papers by their ids, made of just these records as the library has them now; those gone are left out.

    So a paper stays one of its own though its records were joined to others since, and whole though split.
    """
    owners = library.papers_with_records(record for records in papers.values() for record in records)
    known: dict[str, Paper] = {}
    for part in in_chunks(sorted(set(owners.values())), _AT_ONCE):
        known |= library.papers_by_id(part)
    readable: dict[str, Paper] = {}
    for id, records in papers.items():
        groups = [
            known[owner] for owner in dict.fromkeys(owners.get(r, "") for r in records) if owner in known
        ]
        paper = _of_records(id, groups, set(records))
        seen = paper.seen(visible) if paper is not None else None
        if seen is not None:
            readable[id] = seen
    return readable


def _of_records(id: str, groups: Sequence[Paper], records: set[str]) -> Paper | None:
    members = tuple(member for group in groups for member in group.members if member.id in records)
    if not members:
        return None
    best = next((group.shown for group in groups if group.shown in members), members[0])
    names = tuple(dict.fromkeys(member.collection for member in members))
    return replace(groups[0], id=id, members=members, shown=best, collections=names)


def _line(line: Mapping[str, Any]) -> LineRunAnswer:
    return {
        "line": line["line"], "text": line["text"], "canonical": line["canonical"],
        "references": list(line["references"]), "papers": line["papers"],
        "collections": dict(line["collections"]),
        "written_for": line.get("written_for", ""), "inexact": list(line.get("inexact", ())),
    }  # fmt: skip


def _searched(one: Mapping[str, Any]) -> SearchedCollection:
    return {
        "name": one["name"], "description": one["description"], "source": one["source"],
        "licence": one["licence"], "created": one["created"], "last_added": one["last_added"],
        "documents": one["documents"], "papers": one["papers"], "harvests": list(one["harvests"]),
    }  # fmt: skip
