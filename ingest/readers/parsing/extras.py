"""Fields of ours that a foreign format has no place for: how writers note them and readers find them
again."""

from __future__ import annotations

from typing import Any

LISTS = ("other_ids", "references", "notices", "orcids", "issn", "group_authors", "publication_types")
TEXTS = (
    "open_access",
    "open_access_url",
    "licence",
    "citations",
    "collection",
    "date",
    "arxiv_id",
    "lang",
    "type",
    "url",
    "year",
)
SEPARATOR = " | "


def joined(values: tuple[str, ...]) -> str:
    """A list in one text; empty items (an author without ORCID) keep their place."""
    return SEPARATOR.join(value.replace("|", "¦") for value in values)


def split(text: str) -> list[str]:
    """The list in a text that `joined` made."""
    return [part.strip().replace("¦", "|") for part in text.split("|")]


def from_notes(raw: dict[str, Any], notes: list[str], prefix: str = "litatlas-") -> None:
    """Put notes such as ``litatlas-notices: retracted`` back into their fields."""
    for note in notes:
        name, colon, value = note.partition(":")
        name = name.strip().removeprefix(prefix).replace("-", "_")
        if not colon or not note.startswith(prefix):
            continue
        value = " ".join(value.split())
        if name in LISTS:
            raw[name] = split(value)
        elif name in TEXTS:
            raw[name] = value
