"""The first records of a file as they would be taken in, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ingest.document import Document, FieldWarning, Rejected
from ingest.input_files import NO_MAPPING, read_sources

RECORDS = 5
_LOOKED_AT = 500  # records; of a file of which nearly all are refused more is not read


@dataclass
class Preview:
    """What was recognised: the format, the first documents, what was refused, a table's columns."""

    format: str = ""
    documents: list[Document] = field(default_factory=list)
    faults: list[Rejected | FieldWarning] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    """A table's headings, each with the field that it is taken for or ""."""


def preview(
    path: Path,
    *,
    format: str | None = None,
    encoding: str | None = None,
    mapping: Mapping[str, str] = NO_MAPPING,
    limit: int = RECORDS,
) -> Preview:
    """Read the beginning of a file.

    Raises:
        InputError: as :func:`ingest.input_files.read_sources`.
    """
    answer = Preview()

    def heard(headings: Sequence[str], known: Mapping[str, str]) -> None:
        answer.columns = [(heading, known.get(heading, "")) for heading in headings]

    records = read_sources([path], format=format, encoding=encoding, mapping=mapping, on_columns=heard)
    for _, parsed in islice(records, _LOOKED_AT):
        if isinstance(parsed, Document):
            answer.documents.append(parsed)
        elif len(answer.faults) < limit:
            answer.faults.append(parsed)
        if len(answer.documents) >= limit:
            break
    answer.format = records.reader
    return answer
