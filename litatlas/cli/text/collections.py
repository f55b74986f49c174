"""Collections as text: what there is, what became of the records, what they cover."""

from __future__ import annotations

from litatlas.cli.terminal import plain, table, wrapped
from litatlas.cli.text.papers import Answer, hit_list


def collections(answer: Answer) -> str:
    """The collections."""
    rows = [
        (
            c["name"],
            f"{c['documents']:,}",
            f"{c['papers']:,}",
            c["rejected"],
            c["created"][:10],
            c["description"],
        )
        for c in answer["collections"]
    ]
    if not rows:
        return "No collections yet. Add papers with: litatlas add FILE --collection NAME"
    return table(rows, ("collection", "documents", "papers", "rejected", "created", "description"))


def added(answer: Answer, brief: bool = False) -> str:
    """What became of the records."""
    names = ("added", "updated", "unchanged", "duplicates", "rejected")
    counts = ", ".join(f"{answer[name]:,} {name}" for name in names if answer[name] or name == "added")
    lines = [f"{plain(answer['collection'])}: {answer['read']:,} read, {counts}."]
    for kind in () if brief else ("rejects", "warnings"):
        lines += [_reject(entry) for entry in answer[kind][:10]]
        if len(answer[kind]) > 10:
            lines.append(f"   … and {len(answer[kind]) - 10:,} more {kind} (use --json to see them)")
    return "\n".join(lines)


def rejects(answer: Answer) -> str:
    """What could not be taken."""
    lines = [_reject(entry) for entry in answer["rejects"]]
    return "\n".join(lines) or f"{plain(answer['collection'])}: every record was added."


def _reject(entry: Answer) -> str:
    where = ":".join(str(part) for part in (entry["source"], entry["line"]) if part)
    return wrapped(f"{where} {entry['field']}: {entry['reason']} ({entry['value'][:60]!r})")


def formats(answer: Answer) -> str:
    """What is read and written."""
    read = table(
        [(f["name"], f["title"], " ".join(f["suffixes"])) for f in answer["read"]],
        ("format", "what", "files"),
    )
    return read + "\n\nexport writes: " + ", ".join(entry["name"] for entry in answer["write"])


def coverage(answer: Answer) -> str:
    """What a collection covers and misses."""
    if not answer["topics"]:
        return "There is no model yet, so no map to cover. Build it with: litatlas build"
    if not any(topic["share"] for topic in answer["topics"]):
        return "None of its papers has a place on the map yet. Build the topics anew with: litatlas build"
    rows = [
        (t["id"], f"{t['share']:.1%}", f"{t['share_elsewhere']:.1%}", t["label"]) for t in answer["topics"]
    ]
    return (
        table(rows, ("topic", "here", "elsewhere", "label"))
        + "\n\nProbably missed\n"
        + hit_list(answer["missed"])
    )
