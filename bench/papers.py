"""Papers of files for the programs that train models without an atlas, analysed once and kept."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from ingest.document import Document
from ingest.input_files import read_sources
from ingest.text.analysis import analyzer
from topics.corpus.counts import TrainingPaper

CACHE = Path(tempfile.gettempdir()) / "litatlas-bench"


@dataclass(frozen=True)
class Sample:
    """English papers with an abstract, in the order of the files or of a hash of their ids."""

    files: list[str]
    label: str = "tag"  # what a paper is labelled with: its first tag, or its venue
    shuffle: bool = False
    cache: Path = CACHE


def _read(sample: Sample, start: int, stop: int) -> Iterator[tuple[TrainingPaper, str, str]]:
    documents: Iterable[Document] = (
        parsed
        for _, parsed in read_sources(sample.files)
        if isinstance(parsed, Document) and parsed.abstract and parsed.lang in ("", "en", None)
    )
    if sample.shuffle:
        documents = sorted(documents, key=lambda one: blake2b(one.source_id.encode(), digest_size=8).digest())
    chosen = list(islice(documents, start, stop))
    joined = analyzer().joined
    for one in chosen:
        title, abstract = joined(one.title), joined(one.abstract)
        first = one.tags[0] if one.tags else ""
        label = first if sample.label == "tag" else one.venue or ""
        yield (
            TrainingPaper(
                one.source_id, ("all",), title, abstract, one.tags, one.year, "en", one.title, one.abstract
            ),
            label,
            f"{one.title}. {one.abstract}",
        )


def cached(sample: Sample, start: int, stop: int) -> list[tuple[TrainingPaper, str, str]]:
    """Papers of the files with their labels and texts, analysed.

    Kept as JSON lines, because the analysis takes longer than a model.
    """
    sample.cache.mkdir(parents=True, exist_ok=True)
    parts = [
        *(Path(name).name for name in sample.files),
        sample.label,
        f"{sample.shuffle:d}",
        f"{start}-{stop}",
    ]
    name = sample.cache / f"{'.'.join(parts)}.jsonl"
    if not name.exists():
        aside = name.with_suffix(".writing")
        with aside.open("w") as stream:
            for paper, label, text in _read(sample, start, stop):
                forms = [paper.title_forms, paper.abstract_forms]
                row = [paper.id, *forms, paper.tags, label, text, paper.year, paper.title, paper.abstract]
                stream.write(json.dumps(row) + "\n")
        aside.rename(name)  # a reading that was stopped leaves no half of a cache
    rows = (json.loads(line) for line in name.open())
    return [
        (TrainingPaper(r[0], ("all",), r[1], r[2], tuple(r[3]), r[6], "en", r[7], r[8]), r[4], r[5])
        for r in rows
    ]
