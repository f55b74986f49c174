"""Papers as text: one of them, and lists of them with the topics that they light up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from litatlas.cli.terminal import counted, fragment, plain, table, wrapped

Answer = Mapping[str, Any]


def paper_count(answer: Answer) -> str:
    """How many papers an answer counts."""
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


def hit_list(hits: Sequence[Answer]) -> str:
    """Papers, numbered, each with what is known of it."""
    return "\n".join(_hit(number, hit) for number, hit in enumerate(hits, 1)) or "No papers."


def documents(answer: Answer) -> str:
    """Papers alone."""
    return hit_list(answer["documents"]) or "None."


def topic_shares(topics: Iterable[Answer]) -> str:
    """The topics that weigh most, as a table."""
    best = sorted(topics, key=lambda topic: -topic["weight"])[:8]
    return table([(t["id"], f"{t['weight']:.0%}", t["label"]) for t in best], ("topic", "share", "label"))


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
    parts.append("Similar papers\n" + hit_list(answer["similar"]))
    return "\n\n".join(parts)


def _twins(answer: Answer) -> list[str]:
    return [
        wrapped(f"{twin['id']}  {twin['collection']} {twin['source_id']}: {twin['reason']}")
        for twin in answer["duplicates"]
    ]


def similar(answer: Answer) -> str:
    """Papers like one paper."""
    return hit_list(answer["documents"])
