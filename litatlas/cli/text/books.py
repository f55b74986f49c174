"""Answers about search books as text for a terminal."""

from __future__ import annotations

from typing import Any

from litatlas.cli.terminal import counted, table, wrapped
from litatlas.parts.books.book_answers import (
    BookAnswer,
    BookLineAnswer,
    DiffAnswer,
    RanAnswer,
    ReportAnswer,
    ReportItem,
    RunAnswer,
    RunHead,
)

_REASONS = {
    "new": "new in the library",
    "new-record": "a new record belongs to it",
    "joined": "joined with another record",
    "split": "split from another record",
    "edited": "its text was changed",
    "removed": "left the library",
    "hidden": "not visible to who ran it",
    "search": "the search was changed",
    "model": "another topic model",
    "reading": "texts are analysed by another version",
    "collection": "its collection or its group was changed",
}
_SIGNS = {"came": "+", "went": "-", "regrouped": "~"}
_SHOWN = 20


def books(answer: dict[str, Any]) -> str:
    """One line a book."""
    lines = [
        f"{head['name']} (id {head['id']})  {counted(head['lines'], 'line', 'lines')}, "
        f"{counted(head['runs'], 'run', 'runs')}, {head['frozen']:,} frozen"
        for head in answer["books"]
    ]
    return "\n".join(lines) or "There is no search book yet. Start one: litatlas search-book new NAME"


def book(answer: BookAnswer) -> str:
    """A book: its lines, then its runs."""
    lines = [f"{answer['name']} (id {answer['id']})"]
    lines += [
        "\n".join([f"  #{line['line']} {line['text']}", *(f"     {row}" for row in _notes(line))])
        for line in answer["lines"]
    ]
    lines += ["  no lines yet"] if not answer["lines"] else []
    lines += [f"  {_head(run)}" for run in answer["runs"]]
    if answer["runs"] and not answer["current"]:
        lines.append("  The lines were changed since the last run.")
    return "\n".join(lines)


def _notes(line: BookLineAnswer) -> list[str]:
    """What is to be known of a line: why it cannot be run, or how a line for another database is read."""
    if line["fault"]:
        return [line["fault"]]
    if not line["written_for"]:
        return []
    read = f"read as a search of {line['written_for']}: {line['canonical']}"
    return [read, *(f"{one['piece']}: {one['reason']}" for one in line["inexact"])]


def run(answer: RunAnswer) -> str:
    """A run: the papers of each line, and the collections they are from."""
    rows = [
        (f"#{line['line']}", f"{line['papers']:,}", line["text"], _by_collection(line["collections"]))
        for line in answer["lines"]
    ]
    head = f"{answer['name']}: {_head(answer)}"
    return "\n".join([head, table(rows, ("line", "papers", "search", "by collection"))])


def ran(answer: RanAnswer) -> str:
    """A run that was just made, with what changed."""
    lines = [run(answer["run"])]
    if answer["diff"] is not None:
        lines.append(diff(answer["diff"]))
    return "\n".join(lines)


def diff(answer: DiffAnswer) -> str:
    """What changed between two runs."""
    counts = [f"{answer[kind]:,} {kind}" for kind in ("came", "went", "regrouped") if answer[kind]]
    head = (
        f"#{answer['line']}, run {answer['before']} to run {answer['after']}: "
        f"{answer['papers_before']:,} to {counted(answer['papers_after'], 'paper', 'papers')}; "
        f"{', '.join(counts) or 'nothing changed'}."
    )
    lines = [head]
    for change in answer["changes"][:_SHOWN]:
        others = f" ({', '.join(change['others'][:3])})" if change["others"] else ""
        sign, reason = _SIGNS[change["kind"]], _REASONS[change["reason"]]
        lines.append(f"  {sign} {change['paper']}  {change['title'][:60]}  {reason}{others}")
    left = answer["came"] + answer["went"] + answer["regrouped"] - len(answer["changes"][:_SHOWN])
    return "\n".join([*lines, *([f"  and {left:,} more (--json lists them)"] if left else [])])


def report(answer: ReportAnswer) -> str:
    """The items, and those of which nothing is known."""
    lines = [f"PRISMA-S of {answer['name']}, run {answer['run']} of {answer['made'][:10]}"]
    for item in answer["items"]:
        lines.append(f"{item['item']:>2}. {item['title']}" + ("" if _known(item) else ": not reported yet"))
        lines += [wrapped(line, "      ") for line in (*item["filled"], *item["answer"].splitlines())]
    if answer["open"]:
        lines.append("Write what is missing: litatlas search-book answer NAME ITEM TEXT")
    return "\n".join(lines)


def answers(written: dict[str, str]) -> str:
    """What people wrote, by item."""
    return "\n".join(f"{item}: {text}" for item, text in written.items()) or "Nothing is written."


def _known(item: ReportItem) -> bool:
    return bool(item["filled"] or item["answer"])


def _head(run: RunHead) -> str:
    frozen = f", frozen {run['frozen'][:10]} as {run['address']}" if run["frozen"] else ""
    who = f" by {run['who']}" if run["who"] else ""
    model = f", model {run['model']}" if run["model"] else ""
    made = run["made"].replace("T", " ")[:16]
    return f"run {run['run']}: {made}{who}, {counted(run['papers'], 'paper', 'papers')}{model}{frozen}"


def _by_collection(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
