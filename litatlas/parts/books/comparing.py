"""What changed in a line from one run of a book to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ingest.library.library import Library
from litatlas.parts.books.book_answers import DiffAnswer
from litatlas.parts.books.kept_runs import KeptRun, Visible, held_papers
from litatlas.vocabulary import MAX_BOOK_CHANGES
from search.book.changes import Change, RecordNow, changes, records_in_question


def compare(library: Library, before: KeptRun, after: KeptRun, line: int, visible: Visible) -> DiffAnswer:
    """What came, went or changed its group in a line; why follows from what the library knows now."""
    first, second = before.facts(line), after.facts(line)
    questioned = records_in_question(first.papers, second.papers)
    now = _records_now(library, questioned, after.searched_keys, visible)
    all_changes = changes(first, second, now)
    kinds = Counter(change.kind for change in all_changes)
    listed = all_changes[:MAX_BOOK_CHANGES]
    titles = _titles(library, listed, before, after, line, visible)
    return {
        "book": after.book.id,
        "line": line,
        "before": before.row.run,
        "after": after.row.run,
        "papers_before": len(first.papers),
        "papers_after": len(second.papers),
        "came": kinds["came"],
        "went": kinds["went"],
        "regrouped": kinds["regrouped"],
        "reasons": dict(Counter(f"{change.kind}: {change.reason}" for change in all_changes)),
        "changes": [
            {
                "kind": change.kind, "paper": change.paper, "title": titles.get(change.paper, ""),
                "reason": change.reason, "others": list(change.others),
            }
            for change in listed
        ],
    }  # fmt: skip


def _records_now(
    library: Library, records: Iterable[str], searched: frozenset[str], visible: Visible
) -> dict[str, RecordNow]:
    """The records, and those that share a paper with them, as the library has them for a reader."""
    papers = library.papers_with_records(records)
    return {
        place.id: RecordNow(place.number, place.seq, place.paper, place.key in searched)
        for place in library.places_of_papers(sorted(set(papers.values())))
        if visible is None or place.collection in visible
    }


def _titles(
    library: Library, shown: list[Change], before: KeptRun, after: KeptRun, line: int, visible: Visible
) -> dict[str, str]:
    titles: dict[str, str] = {}
    for run, kinds in ((before, ("went",)), (after, ("came", "regrouped"))):
        wanted = [change.paper for change in shown if change.kind in kinds]
        if not wanted or not run.has(line):
            continue
        records = run.papers(line)
        papers = held_papers(library, {id: records[id] for id in wanted}, visible)
        titles |= {id: paper.merged.title for id, paper in papers.items()}
    return titles
