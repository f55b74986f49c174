"""Answers about reviews as text for a terminal."""

from __future__ import annotations

from typing import Any

from litatlas.parts.reviewing.review_answers import (
    AddedAnswer,
    DecidedAnswer,
    ImportedAnswer,
    NextAnswer,
    ReviewAnswer,
    ReviewTopicsAnswer,
    SimulationAnswer,
    StageAnswer,
    StopAnswer,
)


def reviews(answer: dict[str, Any]) -> str:
    """One line a review."""
    lines = [
        f"{head['name']}  {head['papers']:,} papers, {head['decisions']:,} decisions"
        for head in answer["reviews"]
    ]
    return "\n".join(lines) or "There is no review yet. Begin one: litatlas review new NAME --from QUERY"


def review(answer: ReviewAnswer) -> str:
    """A review and how far it is."""
    plan = answer["plan"]
    lines = [
        f"{answer['name']} (id {answer['id']}): {answer['papers']:,} papers, {_reviewers(plan['reviewers'])}"
    ]
    lines += [f"  {plan['question']}"] if plan["question"] else []
    lines += [
        f"  {search['made'][:10]}  {search['kind']} {search['text'] or '(everything)'}: "
        f"{search['papers']:,} papers, {search['added']:,} new"
        for search in answer["searches"]
    ]
    return "\n".join([*lines, *map(_stage, answer["stages"])])


def _reviewers(number: int) -> str:
    return "one reviewer" if number == 1 else "two reviewers, blinded until both decided"


def _stage(stage: StageAnswer) -> str:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in stage["reasons"].items())
    return (
        f"  {stage['stage']}: {stage['papers']:,} papers, {stage['open']:,} open, "
        f"{stage['kept']:,} kept ({stage['include']:,} include, {stage['maybe']:,} maybe), "
        f"{stage['exclude']:,} excluded{f' ({reasons})' if reasons else ''}, "
        f"{stage['conflict']:,} in conflict"
        + (f", {stage['unavailable']:,} not retrieved" if stage["unavailable"] else "")
    )


def added(answer: AddedAnswer) -> str:
    """What a search brought."""
    return f"{answer['papers']:,} papers, {answer['added']:,} of them new to the review."


def following(answer: NextAnswer) -> str:
    """The paper to decide next."""
    paper = answer["paper"]
    if paper is None:
        return f"Nothing is left for {answer['who']} at the stage {answer['stage']}."
    chance = f", chance {answer['chance']:.0%}" if answer["chance"] is not None else ""
    return "\n".join(
        line
        for line in (
            f"{paper['id']}  ({answer['stage']}, {answer['left']:,} left{chance})",
            paper["title"] or ("" if paper["abstract"] else "This paper is no longer in the library."),
            ", ".join(paper["authors"][:6]),
            " ".join(str(part) for part in (paper["year"], paper["venue"]) if part),
            paper["abstract"],
        )
        if line
    )


def decided(answer: DecidedAnswer) -> str:
    """A decision that was kept."""
    return f"{answer['paper']} at the stage {answer['stage']}: {answer['outcome'] or 'open'}."


def conflicts(answer: dict[str, Any]) -> str:
    """Who decided what, a paper after the other."""
    lines = []
    for conflict in answer["conflicts"]:
        verdicts = ", ".join(f"{row['who']}: {row['verdict']}" for row in conflict["rows"])
        lines.append(
            f"{conflict['paper']['id']}  {conflict['stage']}  {verdicts}  {conflict['paper']['title']}"
        )
    return "\n".join(lines) or "There are no conflicts."


def rows(answer: dict[str, Any]) -> str:
    """One line a row."""
    lines = [
        f"{row['number']}  {row['made']}  {row['who']}  {row['stage']}  {row['paper']}  "
        f"{row['verdict'] or 'undo'}{' (taken back)' if row['undone'] else ''}  {row['reason']}"
        for row in answer["rows"]
    ]
    return "\n".join(lines) or "Nothing was decided yet."


def stop(answer: StopAnswer) -> str:
    """The stopping rule in a sentence, with its numbers."""
    expected = answer["expected"]
    rest = "" if expected is None else f"; about {expected:,.0f} still expected"
    read = f"{answer['read']:,} of {answer['records']:,} papers read"
    return (
        f"{answer['stage']}: {read}, {answer['kept']:,} kept (include or maybe){rest}.\n{answer['message']}"
    )


def topics(answer: ReviewTopicsAnswer) -> str:
    """A line a topic, those that nobody has looked at last."""
    if answer["level"] is None:
        return "There is no map yet: litatlas build makes it."
    rows = sorted(answer["topics"], key=lambda topic: (not topic["read"], -topic["kept"]))
    lines = [
        f"{topic['id']}  {topic['label']}: {topic['papers']:,} papers, "
        + (f"{topic['read']:,} read, {topic['kept']:,} kept" if topic["read"] else "nobody has looked at it")
        for topic in rows
    ]
    lines += [f"{answer['unplaced']:,} papers are in no topic."] if answer["unplaced"] else []
    return "\n".join(lines) or "The review has no papers yet."


def agreement(answer: dict[str, Any]) -> str:
    """The measures of each stage."""
    lines = []
    for stage in answer["stages"]:
        if not stage["papers"]:
            lines.append(f"{stage['stage']}: no paper was decided by two reviewers yet.")
            continue
        measures = ", ".join(f"{name} {_number(stage[key])}" for key, name in _MEASURES)
        agreed = f"{stage['percent']:.1%} agreement"
        lines.append(
            f"{stage['stage']}: {stage['papers']:,} papers by {' and '.join(stage['reviewers'])}; "
            f"{agreed}, {measures}"
        )
    return "\n".join(lines)


_MEASURES = (("kappa", "Cohen's κ"), ("ac1", "Gwet's AC1"), ("alpha", "Krippendorff's α"))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def imported(answer: ImportedAnswer) -> str:
    """What became of a file."""
    line = (
        f"{answer['read']:,} papers read: {answer['decided']:,} decided, {answer['unchanged']:,} as before, "
        f"{answer['undecided']:,} undecided, {answer['unmatched']:,} not in the review"
    )
    if answer["not_reached"]:
        line += f"; {answer['not_reached']:,} have not reached this stage, where they count once they do"
    line += f" (such as {'; '.join(answer['examples'][:3])})." if answer["examples"] else "."
    if answer["contradicting"]:
        line += (
            f"\nThe file contradicts itself about {answer['contradicting']:,}, "
            f"which are left for you to decide: {'; '.join(answer['contradictions'])}."
        )
    return line


def simulation(answer: SimulationAnswer) -> str:
    """What a simulation came to."""
    read, records = answer["stopped_at"], answer["records"]
    return (
        f"{records:,} papers, {answer['included']:,} included.\n"
        f"Work saved at a recall of 95 %: {answer['wss95']:.3f}; loss {answer['loss']:.3f}.\n"
        f"The stopping rule holds after {read:,} papers ({1 - read / records:.0%} unread), "
        f"at a recall of {answer['recall_at_stop']:.1%}."
    )
