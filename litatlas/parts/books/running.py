"""A run of all lines of a book: which papers each finds, in which state of the library, with what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.harvest import state as harvests
from ingest.library.library import BookRun, Library, RecordPlace
from ingest.text.analysis import ANALYSIS_VERSION
from litatlas import __version__
from litatlas.errors import InputError, UnavailableError
from litatlas.generation.generations import Generations
from litatlas.generation.live import Live
from litatlas.parts.books.book_lines import reading_of
from search.book.evaluation import Evaluated, evaluate
from search.book.index_source import IndexSource
from search.book.paper_sets import content_hash, packed_groups, packed_ids
from search.book.program import Program

_ATTEMPTS = 5

Visible = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Made:
    """A run to be kept, with its sets by their hashes."""

    run: BookRun
    sets: Mapping[str, bytes]


def run_lines(generations: Generations, lines: Mapping[int, str], visible: Visible, who: str) -> Made:
    """Run lines over what a reader may see.

    Raises:
        InputError: there are no lines, or they cannot be run as they refer to each other.
        QuerySyntaxError: a line cannot be read. UnavailableError: papers are coming in all the while.
    """
    program = Program.of(lines)
    if not program.lines:
        raise InputError("This search book has no lines yet.", "Add one: litatlas search-book add NAME QUERY")
    library = generations.library
    for _ in range(_ATTEMPTS):
        live = generations.seen(visible)
        last_document, before = library.last_document(), _state(generations, live)
        evaluated = evaluate(program, IndexSource(live.searcher.context, visible))
        places = library.places_of_papers(evaluated.all())
        if _state(generations, live) == before:
            return _made(
                generations, live, (program, evaluated, places), visible, (before, last_document, who)
            )
        generations.look_again()
    raise UnavailableError(
        "Papers are being added while the search runs, so its lines would not agree.",
        "Run it again when that is done.",
    )


def _state(generations: Generations, live: Live) -> int:
    """The library's last change that the index holds, −1 where another generation is live meanwhile."""
    row = generations.library.generation()
    stamp = generations.engine.stamp(live.row.index)
    return stamp.sequence if stamp and row and row.number == live.row.number else -1


def _made(
    generations: Generations,
    live: Live,
    found: tuple[Program, Evaluated, list[RecordPlace]],
    visible: Visible,
    when: tuple[int, int, str],
) -> Made:
    program, evaluated, places = found
    sequence, last_document, who = when
    records: dict[str, list[RecordPlace]] = defaultdict(list)
    for place in places:
        if visible is None or place.collection in visible:
            records[place.paper].append(place)
    ids = {paper: own[0].id for paper, own in records.items()}  # of the first record that this reader sees
    groups = packed_groups({ids[paper]: [place.id for place in own] for paper, own in records.items()})
    sets = {content_hash(groups): groups}
    lines = []
    for number, line in program.lines.items():
        papers = [paper for paper in evaluated.of(number) if paper in ids]
        content = packed_ids(ids[paper] for paper in papers)
        hash = content_hash(content)
        sets[hash] = content
        by_collection = Counter(
            name for paper in papers for name in {place.collection for place in records[paper]}
        )
        written_for, inexact = reading_of(line)
        lines.append({
            "line": number, "text": line.text, "canonical": line.canonical,
            "references": list(line.references), "papers": len(papers),
            "collections": dict(sorted(by_collection.items())), "set": hash,
            "written_for": written_for, "inexact": inexact,
        })  # fmt: skip
    facts = {
        "version": __version__, "engine": generations.engine.health().name, "analysis": ANALYSIS_VERSION,
        "lines": lines, "groups": content_hash(groups),
        "held": sorted({place.key for own in records.values() for place in own}),
        "searched": _searched(generations.library, visible),
    }  # fmt: skip
    row = live.row
    run = BookRun(0, "", who, row.number, row.model or "", sequence, last_document, facts)
    return Made(run, sets)


def _searched(library: Library, visible: Visible) -> list[dict[str, Any]]:
    """The collections that are searched, as they are now."""
    added = library.last_additions()
    return [
        {
            "key": one.key, "private": one.private, "name": one.name, "description": one.description,
            "source": one.source, "licence": one.licence, "created": one.created,
            "last_added": added.get(one.key, ""), "documents": one.documents, "papers": one.papers,
            "harvests": [
                {"source": state.source, "request": dict(state.request), "refreshed": state.refreshed}
                for state in harvests.states(library, one.name)
            ],
        }
        for one in library.collections()
        if visible is None or one.name in visible
    ]  # fmt: skip
