"""RefWorks's tagged export, which CNKI and other Chinese databases write too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.document import Parsed
from ingest.readers.parsing.reader import ReadOptions
from ingest.readers.parsing.tagged import Shape, tag_set, tagged_documents
from ingest.readers.ris import RisReader, ris_values

_KNOWN = tag_set(
    "A1 A2 A3 A4 A5 A6 AB AD AN AV CL CN CR DB DO DS ED FD ID IP IS JF JO K1 LA LK LL NO OL OP OT PB "
    "PMCID PMID PP RD RT SF SL SN SP SR ST T1 T2 T3 U1 U2 U3 U4 U5 U6 U7 U8 U9 UL VO WP WT WV YR"
)
_SHAPE = Shape(
    line=re.compile(r"\ufeff?(RT) (\S.*)$"),
    # CNKI writes one of its tags small.
    loose=re.compile(r"\ufeff?(PMID|PMCID|[A-Z][A-Z0-9]|vo)(?:[ \t\xa0](.*)|(?=[\u4e00-\u9fff])(.*)|)$"),
    known=_KNOWN,
    starts=tag_set("RT"),
    ends=frozenset(),
    titles=tag_set("T1"),
    telling=tag_set("T1 AB A1"),
    small=tag_set("VO"),
)
_OFTEN = tag_set("SR A1 JF YR VO IS SP OP K1 AB")
_AS_RIS = {
    "RT": "TY", "ED": "ET", "K1": "KW", "VO": "VL", "YR": "PY", "OP": "EP", "FD": "DA", "LK": "UR",
    "UL": "UR", "NO": "N1", "OT": "TT",
}  # fmt: skip


class RefWorksReader:
    """Reads lines of a tag, a space and a value."""

    name = "refworks"
    title = "RefWorks, tagged"
    suffixes = (".txt",)
    fields = RisReader.fields

    def sniff(self, head: bytes, _name: str) -> float:
        """By lines that have its tags, RT among them if the file is whole."""
        share, tags = _SHAPE.likeness(head)
        if {"RT", "T1"} <= tags and (share > 0.5 or b"Refworks Export" in head[:200]):
            return 0.9
        return 0.6 if tags & {"RT", "T1"} and len(tags & _OFTEN) > 2 and share > 0.5 else 0.0

    def read(self, stream: BinaryIO, _options: ReadOptions) -> Iterator[Parsed]:
        """One document a record."""
        yield from tagged_documents(stream, _SHAPE, lambda tags: ris_values(tags.renamed(_AS_RIS)))
