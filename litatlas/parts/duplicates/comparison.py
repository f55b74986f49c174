"""Two records field by field, as duplicates are compared: spellings of one value are the same."""

from __future__ import annotations

from ingest.document import Document
from ingest.duplicates.normalized_fields import compare_places, family_name, place_of
from ingest.duplicates.normalized_titles import normal_title
from litatlas.parts.duplicates.pair_answers import ComparedField

FIELDS = (
    "title", "authors", "year", "venue", "volume", "issue", "pages", "doi", "pmid", "arxiv_id", "other_ids",
    "type", "lang", "abstract",
)  # fmt: skip
"""The fields that are compared, in the order in which they are shown."""
_LISTS = ("authors", "other_ids")


def compare(a: Document, b: Document) -> list[ComparedField]:
    """The fields that at least one of two records has."""
    agree = {"pages" if name == "page" else name for name in compare_places(place_of(a), place_of(b)).agree}
    fields: list[ComparedField] = []
    for name in FIELDS:
        mine, other = _text(a, name), _text(b, name)
        if mine and other:
            same = name in agree or _key(a, name) == _key(b, name)
            fields.append({"name": name, "a": mine, "b": other, "state": "same" if same else "differs"})
        elif mine or other:
            fields.append({"name": name, "a": mine, "b": other, "state": "one"})
    return fields


def _text(record: Document, name: str) -> str:
    value = getattr(record, name)
    return "; ".join(value) if name in _LISTS else "" if value is None else str(value)


def _key(record: Document, name: str) -> object:
    """A field's value without what only spelling makes of it."""
    if name == "title":
        return normal_title(record.title)
    if name == "authors":
        return [family_name(author) for author in record.authors]
    if name == "other_ids":
        return sorted(record.other_ids)
    return " ".join(_text(record, name).casefold().split())
