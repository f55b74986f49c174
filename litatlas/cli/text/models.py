"""What a build or an encoder did, as text."""

from __future__ import annotations

from litatlas.cli.terminal import counted, plain, wrapped
from litatlas.cli.text.papers import Answer, paper_count
from litatlas.cli.text.status import without_topics


def built(answer: Answer) -> str:
    """The outcome of a build."""
    difference = answer["difference"]
    counts = ", ".join(f"{len(difference[name]):,} {name}" for name in difference if difference[name])
    sizes = "/".join(str(size) for size in answer["levels"])
    state = (
        f"published as generation {answer['generation']}" if answer["published"] else "a draft, not published"
    )
    sample = f" (learned from a sample of {answer['sample']:,})" if answer.get("sample") else ""
    lines = [
        f"Model of {paper_count(answer)}{sample}, {sizes} topics: {state}. Topics: {counts or 'all new'}."
    ]
    lines += without_topics(answer["unplaced"], answer["languages"])
    return "\n\n".join(["\n".join(lines), *_changes(answer.get("changes", {}))])


_HEADINGS = {
    "names": "Given names that will need a decision",
    "new": "New topics",
    "gone": "Topics that are gone",
    "split": "Split topics",
    "merged": "Merged topics",
    "moved": "Moved topics",
}


def _changes(changes: Answer) -> list[str]:
    """Every topic that publishing would change."""
    parts = []
    for key, heading in _HEADINGS.items():
        lines = [f"{heading} ({len(changes.get(key, ()))})"]
        for topic in changes.get(key, ()):
            lines.append(wrapped(_told(topic), "  "))
            lines += [wrapped("was: " + _told(other), "      ") for other in topic.get("sources", ())]
            lines += [wrapped("now: " + _told(other), "      ") for other in topic.get("into", ())]
            lines += [wrapped("e.g. " + title, "      ") for title in topic["samples"]]
        if len(lines) > 1:
            parts.append("\n".join(lines))
    return parts


def _told(topic: Answer) -> str:
    papers = counted(topic["papers"], "paper", "papers")
    return f"{topic['id']} {topic['label']} ({papers}): {', '.join(topic['words'])}"


def encoded(answer: Answer) -> str:
    """What the encoder did."""
    vectors = counted(answer["vectors"], "paper has a vector", "papers have vectors")
    return f"{plain(answer['encoder'])}: {counted(answer['encoded'], 'paper', 'papers')} encoded; {vectors}"
