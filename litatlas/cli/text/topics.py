"""Topics as text: the tree, one topic, trends, bridges, quality."""

from __future__ import annotations

from collections.abc import Sequence

from litatlas.cli.terminal import counted, plain, table, wrapped
from litatlas.cli.text.papers import Answer, hit_list, topic_shares
from litatlas.vocabulary import QUALITY_WORDS


def topics(answer: Answer) -> str:
    """The hierarchy as a tree; a topic stands under its best parent."""
    if not answer["topics"]:
        return "There is no model yet. Run: litatlas build"
    below: dict[str | None, list[Answer]] = {}
    for entry in answer["topics"]:
        parents = entry["parents"]
        best = max(parents, key=lambda pair: pair[1])[0] if parents else None
        below.setdefault(best, []).append(entry)
    lines: list[str] = []

    def walk(parent: str | None, depth: int) -> None:
        for entry in below.get(parent, []):
            words = ", ".join(term for term, _ in entry["terms"][:5])
            lines.append(
                f"{'  ' * depth}{entry['id']}  {plain(entry['label'])} ({entry['documents']:,})  {words}"
            )
            walk(entry["id"], depth + 1)

    walk(None, 0)
    return "\n".join(lines)


def topic(answer: Answer) -> str:
    """One topic."""
    words = ", ".join(term for term, _ in answer["terms"])
    trend = answer["trend"]
    by_year = [
        f"{year}: no papers" if at is None else f"{year}: {trend['counts'][at]:,}"
        for year, at in _years(trend["years"])
    ]
    parts = [
        f"{answer['id']}  {plain(answer['label'])}  ({counted(answer['documents'], 'paper', 'papers')})",
        wrapped(words, ""),
        *needs_decision(answer),
        *([QUALITY_WORDS[word]] if (word := answer["quality"].get("word")) in QUALITY_WORDS else []),
        wrapped("by year: " + ", ".join(by_year), ""),
        hit_list(answer["papers"]),
    ]
    return "\n\n".join(parts)


def needs_decision(topic: Answer) -> list[str]:
    """What needs a decision: a name that was given before a build changed the topic."""
    was = topic.get("undecided")
    if not was:
        return []
    now = ", ".join(term for term, _ in topic["terms"][:10])
    name = plain(was["label"] or was["description"])
    return [
        wrapped(f"NEEDS YOUR DECISION: this topic was “{name}” before a build changed it.", ""),
        wrapped(f"then: {', '.join(was['words'])} ({counted(was['papers'], 'paper', 'papers')})"),
        wrapped(f"now: {now} ({counted(topic['documents'], 'paper', 'papers')})"),
        f"   litatlas decide {topic['id']} --keep: the name still fits; --drop: it does not",
    ]


_COLUMNS = 9
"""Topics beside each other in a table of years."""


def _years(years: Sequence[int]) -> list[tuple[str, int | None]]:
    """Each year with its place, and ranges of years that no paper is from with None."""
    texts: list[tuple[str, int | None]] = []
    for at, year in enumerate(years):
        before = years[at - 1] if at else year - 1
        if year > before + 1:
            texts.append((f"{before + 1}–{year - 1}" if year > before + 2 else str(before + 1), None))
        texts.append((str(year), at))
    return texts


def trends(answer: Answer) -> str:
    """Whether each topic rises or falls, then the papers of every year."""
    topics = answer["topics"]
    if not topics:
        return "There are no topics yet."
    rows = [(t["id"], t["movement"], f"{sum(t['counts']):,}", t["label"]) for t in topics]
    parts = [table(rows, ("topic", "", "papers", "label"))]
    for start in range(0, len(topics), _COLUMNS):
        block = topics[start : start + _COLUMNS]
        lines = [
            (year, *(("–" if at is None else f"{topic['counts'][at]:,}") for topic in block))
            for year, at in _years(answer["years"])
        ]
        parts.append(table(lines, ("year", *(topic["id"] for topic in block))))
    return "\n\n".join(parts)


def bridges(answer: Answer) -> str:
    """Papers between two topics."""
    return topic_shares(answer["topics"]) + "\n\n" + hit_list(answer["documents"])


_ON_UNSEEN = ("npmi", "npmi_worst_tenth", "junk_share")


def quality(answer: Answer) -> str:
    """Quality in a sentence, then the figures of each level that enough unseen papers back."""
    lines = [answer["sentence"]] if answer.get("sentence") else []
    if answer.get("notice"):
        lines.append(plain(answer["notice"]))
    for values in (*answer["levels"], {"edges": "", **answer["edges"]}):
        figures = (
            f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}"
            for key, value in values.items()
            if key != "backed" and (values.get("backed", True) or key not in _ON_UNSEEN)
        )
        lines.append(wrapped(", ".join(figures), ""))
    return "\n".join(lines)


def undecided(answer: Answer) -> str:
    """The topics whose given names need a decision."""
    texts = [
        "\n".join([f"{topic['id']}  {plain(topic['label'])}", *needs_decision(topic)])
        for topic in answer["topics"]
    ]
    return "\n\n".join(texts) or "No name needs a decision."


def proposals(answer: Answer) -> str:
    """Proposed names beside those of now, with how far papers bear each out."""
    texts = []
    for row in answer["proposals"]:
        lines = [f"{row['id']}  {plain(row['label'])}  ({_borne_out(row['evidence'])})"]
        lines += [wrapped(plain(row["description"]))] if row["description"] else []
        lines.append(f"   now: {plain(row['now'])}  ({_borne_out(row['now_evidence'])})")
        texts.append("\n".join(lines))
    texts += [f"{id}  no name: {plain(why)}" for id, why in answer["refused"].items()]
    return "\n\n".join(texts) or "No name is proposed. Ask for some with: litatlas names propose"


def _borne_out(evidence: Answer) -> str:
    return f"said by {evidence['share']:.0%} of its papers, precision {evidence['precision']:.0%}"
