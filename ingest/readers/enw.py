"""EndNote's tagged export (.enw, Refer/BibIX), also what Google Scholar's "EndNote" link gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.reader import ReadOptions, make_document
from ingest.readers.parsing.tagged import Shape, Tags, tagged_records
from ingest.text.identifiers import normal_date, normal_doi

_SHAPE = Shape(
    re.compile(r"\ufeff?(%[A-Z0-9@!#$&*()~^+<>?=:;\[\]-])(?:\s(.*))?$"),
    frozenset(("%0",)),
    frozenset(),
    listed=frozenset(("%K", "%A")),
    blank_ends=True,
)
_TYPES = {
    "journal article": "article-journal", "electronic article": "article-journal",
    "magazine article": "article-magazine", "conference paper": "paper-conference",
    "conference proceedings": "paper-conference", "book": "book", "edited book": "book",
    "book section": "chapter", "thesis": "thesis", "report": "report", "patent": "patent",
    "unpublished work": "manuscript", "web page": "webpage", "dataset": "dataset",
    "computer program": "software", "newspaper article": "article-newspaper", "preprint": "article",
    "generic": "article",
}  # fmt: skip


class EnwReader:
    """Reads %-tagged records."""

    name = "enw"
    title = "EndNote .enw"
    suffixes = (".enw", ".refer")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "url", "tags", "lang", "type", "issn", "other_ids",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By two of its tags at line starts."""
        return 0.9 if len(re.findall(rb"(?:\A|\n)(?:\xef\xbb\xbf)?%[0ATDJBX] \S", head[:8192])) >= 2 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        for found in tagged_records(stream, _SHAPE):
            if isinstance(found, Tags):
                yield from make_document(found.line, _values(found))
            else:
                yield found


def _values(tags: Tags) -> dict[str, Any]:
    first, every = tags.first, tags.all
    serial = re.findall(r"[\dXx-]{8,17}", first("%@"))
    date = f"{first('%8')} {first('%D')}".strip() if not re.search(r"\d{4}", first("%8")) else first("%8")
    return {
        "source_id": first("%F", "%M"),
        "title": first("%T"),
        "abstract": first("%X"),
        "authors": [name.rstrip(",") for name in every("%A") or every("%E")],
        "year": first("%D"),
        "date": normal_date(date),
        "venue": first("%J", "%B", "%S"),
        "volume": first("%V"),
        "issue": first("%N"),
        "pages": first("%P"),
        "publisher": first("%I"),
        "doi": first("%R") if normal_doi(first("%R")) else normal_doi(first("%U")),
        "url": first("%U"),
        "tags": [tag for value in every("%K") for tag in re.split(r"[;\n]", value)],
        "lang": first("%G"),
        "type": _TYPES.get(first("%0").lower(), "article"),
        "issn": [s for s in serial if len(s.replace("-", "")) == 8],
        "other_ids": [f"isbn:{s}" for s in serial if len(s.replace("-", "")) in (10, 13)],
    }
