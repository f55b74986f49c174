"""Answers as text for people at a terminal; control characters of papers never reach it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from litatlas.cli.terminal import counted, fragment, plain, table, wrapped
from litatlas.vocabulary import QUALITY_WORDS

Answer = Mapping[str, Any]


def _papers(answer: Answer) -> str:
    return counted(answer["papers"], "paper", "papers")


def _hit(number: int, hit: Answer) -> str:
    authors = hit["authors"]
    who = ", ".join(authors[:3]) + (f" and {len(authors) - 3} more" if len(authors) > 3 else "")
    facts = [part for part in (who, str(hit["year"] or ""), hit["collection"], hit["id"]) if part]
    retracted = click.style("RETRACTED: ", fg="red") if hit.get("retracted") else ""
    title = click.style(plain(hit["title"]) or "(no title)", bold=True)
    lines = [f"{number:2}. {retracted}{title}", wrapped(" · ".join(facts))]
    for part in hit.get("highlights", {}).get("abstract", [])[:1]:
        lines.append(fragment(part))
    if hit.get("why"):
        lines.append(wrapped(f"why: {plain(hit['why'])}"))
    elif shared := hit.get("shared"):
        lines.append(wrapped("shares: " + ", ".join(shared["terms"])))
    if parts := hit.get("explanation"):
        lines.append(wrapped(", ".join(f"{name} {value:.3f}" for name, value in parts.items())))
    return "\n".join(lines)


def _hits(hits: Sequence[Answer]) -> str:
    return "\n".join(_hit(number, hit) for number, hit in enumerate(hits, 1)) or "No papers."


def documents(answer: Answer) -> str:
    """Papers alone."""
    return _hits(answer["documents"]) or "None."


def _lit(topics: Iterable[Answer]) -> str:
    best = sorted(topics, key=lambda topic: -topic["weight"])[:8]
    return table([(t["id"], f"{t['weight']:.0%}", t["label"]) for t in best], ("topic", "share", "label"))


def search(answer: Answer) -> str:
    """A page of results."""
    parts = [f"{counted(answer['total'], 'paper', 'papers')} in {answer['took_ms']:.0f} ms"]
    parts += [f"Read as a search of {reading(answer['reading'])}"] if "reading" in answer else []
    parts += [plain(answer["notice"])] if answer["notice"] else []
    parts += [f"Did you mean: {plain(answer['suggestion'])}"] if answer.get("suggestion") else []
    if answer.get("any_matches"):
        papers = counted(answer["any_matches"], "paper has", "papers have")
        parts.append(f"{papers} some of these words: --match any")
    parts.append(_hits(answer["documents"]))
    if answer["topics"]:
        deepest = max(topic["level"] for topic in answer["topics"])
        parts.append("Topics of these papers\n" + _lit(t for t in answer["topics"] if t["level"] == deepest))
    if answer["related"]:
        parts.append("Related in topic, without these words\n" + _hits(answer["related"]))
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
        parts.append(_lit(answer["topics"]))
    return "\n\n".join([*parts, _hits(answer["documents"])])


def similar(answer: Answer) -> str:
    """Papers like one paper."""
    return _hits(answer["documents"])


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
        _hits(answer["papers"]),
    ]
    return "\n\n".join(parts)


def _names(status: Answer) -> list[str]:
    """How many given names need a decision."""
    topics = counted(status["undecided"], "topic needs", "topics need")
    return [f"  {topics} a decision on the given name: litatlas decide"] if status["undecided"] else []


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


def document(answer: Answer) -> str:
    """One paper."""
    authors = answer["authors"]
    facts = [", ".join(authors[:12]), answer.get("venue"), answer.get("year"), answer.get("doi")]
    parts = [
        plain(answer["title"]) or "(no title)",
        wrapped(" · ".join(str(fact) for fact in facts if fact), ""),
    ]
    if answer.get("retracted"):
        parts.insert(0, "THIS PAPER WAS RETRACTED")
    parts.append(wrapped(answer["abstract"] or "(no abstract)", ""))
    if answer["topics"]:
        parts.append(
            "\n".join(f"{t['weight']:4.0%}  {t['id']}  {plain(t['label'])}" for t in answer["topics"])
        )
    if answer["tags"]:
        parts.append(wrapped("tags: " + "; ".join(answer["tags"]), ""))
    if answer["duplicates"]:
        parts.append("\n".join(["The same paper elsewhere (wrong? litatlas split ID)", *_twins(answer)]))
    parts.append("Similar papers\n" + _hits(answer["similar"]))
    return "\n\n".join(parts)


def _twins(answer: Answer) -> list[str]:
    return [
        wrapped(f"{twin['id']}  {twin['collection']} {twin['source_id']}: {twin['reason']}")
        for twin in answer["duplicates"]
    ]


def coverage(answer: Answer) -> str:
    """What a collection covers and misses."""
    rows = [
        (t["id"], f"{t['share']:.1%}", f"{t['share_elsewhere']:.1%}", t["label"]) for t in answer["topics"]
    ]
    return (
        table(rows, ("topic", "here", "elsewhere", "label"))
        + "\n\nProbably missed\n"
        + _hits(answer["missed"])
    )


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
    return _lit(answer["topics"]) + "\n\n" + _hits(answer["documents"])


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


def status(answer: Answer) -> str:
    """What is live."""
    model = answer["model"]
    engine = answer["engine"]
    levels = "/".join(str(size) for size in model["levels"]) if model else ""
    return "\n".join(
        [
            f"litatlas {answer['version']}, generation {answer['generation']}",
            f"{_papers(answer)} in " + counted(answer["collections"], "collection", "collections"),
            f"model: {levels} topics, trained {model['created']}"
            if model
            else "model: none yet (litatlas build)",
            *(_outside(answer) if model else ()),
            *_names(answer),
            f"engine: {engine['name']}, {_papers(engine)} indexed, {engine['state']}",
            *(f"  {line}" for line in (engine["message"], engine["hint"]) if line),
            *_encoder(answer.get("encoder")),
            "jobs: " + (", ".join(f"{count} {state}" for state, count in answer["jobs"].items()) or "none"),
        ]
    )


def encoded(answer: Answer) -> str:
    """What the encoder did."""
    vectors = counted(answer["vectors"], "paper has a vector", "papers have vectors")
    return f"{plain(answer['encoder'])}: {counted(answer['encoded'], 'paper', 'papers')} encoded; {vectors}"


def _encoder(encoder: Answer | None) -> list[str]:
    """What there is of the encoder."""
    if encoder is None:
        return []
    if encoder["state"] in ("none", "damaged"):
        lines = [f"encoder: no vectors that can serve ({encoder['state']}): litatlas encode"]
    else:
        vectors = f"{encoder['vectors']:,} vectors of {encoder['dimensions']} numbers"
        lines = [f"encoder: {plain(encoder['name'])}, {vectors}, {encoder['state']}"]
    if making := encoder["making"]:
        lines.append(f"  being made: {plain(making['name'])}, {making['vectors']:,} vectors")
    return lines


def _outside(answer: Answer) -> list[str]:
    """The papers that have no topic, and what helps."""
    lines = []
    if answer["unfit"]:
        lines.append(
            f"  {answer['unfit']:,} do not fit this map: build again to give them topics (litatlas build)"
        )
    return lines + _unplaced(answer["unplaced"])


def _unplaced(languages: Answer) -> list[str]:
    """The papers of other languages than the model's, and how to take them in."""
    if not languages:
        return []
    total = sum(languages.values())
    named = ", ".join(f"{language or '?'} {count:,}" for language, count in languages.items())
    wanted = ",".join(["en", *(language for language in languages if language not in ("", "en"))])
    return [f"  {total:,} got no topic ({named}); include their languages with --languages {wanted}"]


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


def built(answer: Answer) -> str:
    """The outcome of a build."""
    difference = answer["difference"]
    counts = ", ".join(f"{len(difference[name]):,} {name}" for name in difference if difference[name])
    sizes = "/".join(str(size) for size in answer["levels"])
    state = (
        f"published as generation {answer['generation']}" if answer["published"] else "a draft, not published"
    )
    lines = [f"Model of {_papers(answer)}, {sizes} topics: {state}. Topics: {counts or 'all new'}."]
    lines += _unplaced(answer["unplaced"])
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


def doctor(answer: Answer) -> str:
    """The checks."""
    lines = []
    for check in answer["checks"]:
        lines.append(f"{'ok  ' if check['ok'] else 'FAIL'}  {check['name']}: {plain(check['message'])}")
        if check["hint"]:
            lines.append(f"      {plain(check['hint'])}")
    return "\n".join(lines)


def account_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Users or tokens, a line each."""
    if not rows:
        return "There are none."
    cells = [
        [", ".join(row[name]) if isinstance(row[name], list) else str(row[name]) for name in columns]
        for row in rows
    ]
    lines = [list(columns), *cells]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
