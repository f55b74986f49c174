"""EndNote's tagged export (.enw, Refer/BibIX), also what Google Scholar's "EndNote" link gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.kinds import kind_of
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.parsing.tagged import Shape, Tags, tag_set, tagged_documents
from ingest.readers.parsing.tagvalues import (
    article_number,
    arxiv_id_in,
    date_of,
    doi_in,
    other_ids,
    page_range,
    paragraphs,
    people,
    pmid_in,
    serials,
)

_SIGNS = r"[A-Za-z0-9@!#$&*()~^+<>?=:;\[\]-]"
_SHAPE = Shape(
    line=re.compile(rf"\ufeff?(%{_SIGNS})(?:\s(.*))?$"),
    loose=re.compile(rf"[\ufeff\u200b\s]{{0,3}}(%{_SIGNS})(?:\s+(.*))?$"),
    known=frozenset(f"%{sign}" for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@!#$&*()~^+<>?=:;[]-"),
    starts=tag_set("%0"),
    ends=frozenset(),
    titles=tag_set("%T"),
    telling=tag_set("%T %X %A"),
    listed=tag_set("%K %A"),
    blank_ends=True,
)


class EnwReader:
    """Reads %-tagged records."""

    name = "enw"
    title = "EndNote .enw"
    suffixes = (".enw", ".refer")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "url", "tags", "lang", "type", "issn", "other_ids", "notices", "editors",
        "series",
    )  # fmt: skip

    def sniff(self, head: bytes, _name: str) -> float:
        """By two of its tags at line starts."""
        return 0.9 if len(re.findall(rb"(?:\A|\n)(?:\xef\xbb\xbf)?\s{0,3}%[0ATDJBX] \S", head)) >= 2 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        yield from tagged_documents(stream, _SHAPE, _values)


def _values(tags: Tags) -> dict[str, Any]:
    first, every = tags.first, tags.all
    issns, isbns = serials(every("%@"))
    notes, links = every("%Z"), every("%U", "%>")
    kind = kind_of(first("%0")) or "article"
    venues = ("%B", "%J") if kind in ("chapter", "paper-conference") else ("%J", "%B")
    return {
        "source_id": first("%F", "%M"),
        "title": first("%T") or (first("%B") if kind == "book" else ""),
        "abstract": paragraphs(every("%X")),
        "authors": people(every("%A") or every("%E") or every("%?")),
        "editors": people(every("%E")),
        "year": first("%D"),
        "date": date_of(first("%D"), first("%8")),
        "venue": next((venue for venue in every(*venues) if venue != first("%T")), ""),
        "series": first("%S"),
        "volume": first("%V"),
        "issue": first("%N"),
        "pages": page_range(first("%P", "%&"), number=article_number(notes)),
        "publisher": first("%I"),
        "doi": doi_in(every("%R"), (*links, *notes)) or doi_in(links),
        "arxiv_id": arxiv_id_in((*links, *notes, *every("%J", "%R"))),
        "pmid": pmid_in((*links, *notes)),
        "url": first("%U"),
        "tags": [tag for value in every("%K") for tag in re.split(r"[;\n]", value)],
        "lang": first("%G"),
        "type": kind,
        "issn": issns,
        "other_ids": other_ids(isbns=isbns, wos=first("%M"), texts=links),
        "kinds": every("%9", "%0"),
        "notes": notes,
    }
