"""Answers to searches and explored documents as text."""

from __future__ import annotations

from litatlas.cli.terminal import counted, plain
from litatlas.cli.text.papers import Answer, hit_list, topic_shares


def search(answer: Answer) -> str:
    """A page of results."""
    parts = [f"{counted(answer['total'], 'paper', 'papers')} in {answer['took_ms']:.0f} ms"]
    parts += [f"Read as a search of {reading(answer['reading'])}"] if "reading" in answer else []
    parts += [plain(answer["notice"])] if answer["notice"] else []
    parts += [f"Did you mean: {plain(answer['suggestion'])}"] if answer.get("suggestion") else []
    if answer.get("any_matches"):
        papers = counted(answer["any_matches"], "paper has", "papers have")
        parts.append(f"{papers} some of these words: --match any")
    parts.append(hit_list(answer["documents"]))
    if answer["topics"]:
        deepest = max(topic["level"] for topic in answer["topics"])
        parts.append(
            "Topics of these papers\n" + topic_shares(t for t in answer["topics"] if t["level"] == deepest)
        )
    if answer["related"]:
        parts.append("Related in topic, without these words\n" + hit_list(answer["related"]))
    return "\n\n".join(parts)


def reading(answer: Answer) -> str:
    """A search of another database in our language, and the pieces that are not the same."""
    lines = [f"{answer['title']}: {plain(answer['query'])}"]
    lines += [f"  {plain(each['piece'])}: {plain(each['reason'])}" for each in answer["inexact"]]
    return "\n".join(lines)


def explore(answer: Answer) -> str:
    """What a document lights up."""
    parts = [plain(answer["notice"])] if answer.get("notice") else []
    if answer["topics"]:
        parts.append(topic_shares(answer["topics"]))
    return "\n\n".join([*parts, hit_list(answer["documents"])])
