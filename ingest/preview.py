"""The first records of a file as they would be taken in, before anything is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.document import Document, FieldWarning, Rejected
from ingest.errors import InputError
from ingest.input_files import NO_MAPPING, read_sources
from ingest.sandbox import MEMORY, SECONDS, BoundsError, items

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
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Preview:
    """Read the beginning of a file, in a process of its own (`ingest.sandbox`) bounded in time and memory.

    Raises:
        InputError: as :func:`ingest.input_files.read_sources`, or the file needs more than those bounds.
    """
    options = (format, encoding, dict(mapping), limit)
    try:
        (answer,) = items(
            "ingest.preview:beginning", os.fsencode(path), *options, seconds=seconds, memory=memory
        )
    except BoundsError as error:
        raise InputError(
            f"{path} {error.message}.", "Check the file, or add it without a preview: a job may take longer."
        ) from error
    return Preview(
        answer["format"],
        [Document(**_with_tuples(document)) for document in answer["documents"]],
        [(Rejected if refused else FieldWarning)(*fault) for refused, fault in answer["faults"]],
        [(heading, name) for heading, name in answer["columns"]],
    )


def _with_tuples(record: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}


def beginning(
    path: bytes, format: str | None, encoding: str | None, mapping: dict[str, str], limit: int
) -> Iterator[dict[str, Any]]:
    """What the child process reads for `preview`, as one JSON value."""
    answer = _read(Path(os.fsdecode(path)), format, encoding, mapping, limit)
    yield {
        "format": answer.format,
        "documents": [asdict(document) for document in answer.documents],
        "faults": [
            (isinstance(fault, Rejected), (fault.line, fault.field, fault.value, fault.reason))
            for fault in answer.faults
        ],
        "columns": answer.columns,
    }


def _read(
    path: Path, format: str | None, encoding: str | None, mapping: Mapping[str, str], limit: int
) -> Preview:
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
