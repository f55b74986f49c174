"""BibTeX and BibLaTeX files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing import bibscan
from ingest.readers.parsing.reader import Lines, ReadOptions, make_document

_ENTRY = re.compile(rb"@\s*[A-Za-z]{2,30}\s*[{(]\s*[^,\s{}=]*\s*,?\s*(?:\n|\w+\s*=)")


class BibtexReader:
    """Reads entry by entry; an unclosed brace or a repeated key costs no record."""

    name = "bibtex"
    title = "BibTeX and BibLaTeX"
    suffixes = (".bib", ".bibtex")
    fields = (
        "title", "abstract", "authors", "year", "date", "venue", "volume", "issue", "pages", "publisher",
        "doi", "arxiv_id", "pmid", "other_ids", "url", "tags", "lang", "type", "issn", "notices", "licence",
    )  # fmt: skip

    def sniff(self, head: bytes, name: str) -> float:
        """Entries with little else around them: a page with one entry in it is plain text."""
        entries = list(_ENTRY.finditer(head))
        if not entries:
            return 0.3 if name.endswith(self.suffixes) and b"@" in head else 0.0
        text = head.decode("utf-8", "replace")
        lines = list(enumerate(text.split("\n"), 1))
        inside = sum(entry.end_line - entry.line + 1 for entry in bibscan.scan(lines))
        outside = (
            sum(1 for _, line in lines if line.strip() and not line.lstrip().startswith(("%", "@"))) - inside
        )
        if name.endswith(self.suffixes):
            return 0.95
        return 0.9 if outside <= max(3, 0.2 * inside) else 0.1

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document an entry."""
        lines = Lines(stream)
        seen: dict[str, int] = {}
        for entry in bibscan.scan(lines):
            yield from lines.take_faults()
            yield from entry.faults
            raw = bibscan.document_values(entry)
            if entry.key:
                # Two entries of one key are two papers: the second keeps a key of its own.
                seen[entry.key] = seen.get(entry.key, 0) + 1
                if seen[entry.key] > 1:
                    raw["source_id"] = f"{entry.key}#{seen[entry.key]}"
            yield from make_document(entry.line, raw)
        yield from lines.take_faults()
