"""A real small atlas for the pages: two collections of our own papers, built once.

A few papers have what most lack: math, citations, a record in both collections, a retraction.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.document import Document
from ingest.intake import add
from ingest.progress import Silent
from litatlas.answers import JobAnswer
from litatlas.atlas import Atlas
from litatlas.settings import Settings
from litatlas.worker import JobProgress, run_job
from tests.papers import papers, write

FIRST, SECOND = "PubMed 2021", "PubMed 1977–79"
LEVELS = (4, 8, 24)
PAPERS = 400
NOTED: Mapping[str, Any] = {
    "id": "noted",
    "title": r"Stellar dust in the halo of a galaxy: a study of $\alpha_3$",
    "abstract": r"Dust of the galaxy is seen by telescope. We find $x^2 \leq \frac{1}{\sqrt{n}}$ throughout.",
    "authors": ["Ivanova, Anna", "Okafor, C.", "Müller, Jörg", "李, 明"],
    "year": 2010,
    "venue": "Journal of Calm Results",
    "type": "article-journal",
    "volume": "12",
    "pages": "1-9",
    "doi": "10.1000/3",
    "url": "https://example.org/paper",
    "tags": ["galaxy formation", "halo"],
    "references": ["doi:10.1000/2", "doi:10.1000/unknown"],
}
OLDER = {"id": "older", "title": "An older survey of the galaxy", "year": 1977, "doi": "10.1000/2"}
NEWER = {"id": "newer", "title": "A newer galaxy survey", "year": 2020, "references": ["doi:10.1000/3"]}
RETRACTED = {"id": "retracted", "title": "A galaxy that never was", "year": 2011, "notices": ["retracted"]}
TWIN = {**NOTED, "id": "twin", "abstract": ""}


class Still:
    """No event: nothing stops a job."""

    def is_set(self) -> bool:
        return False


def build(home: Path, scratch: Path) -> None:
    """Make the atlas in an empty folder."""
    records = [dated(record) for record in papers(PAPERS, seed=3)]
    first = [*records[: PAPERS * 3 // 5], NOTED, OLDER, NEWER, RETRACTED]
    second = [*records[PAPERS * 3 // 5 :], TWIN, {"id": "nothing"}]
    with Atlas(Settings(home=home, trainer="portable", processes=1)) as atlas:
        for name, part in ((FIRST, first), (SECOND, second)):
            atlas.collections.add([write(scratch / "papers.jsonl", [dict(record) for record in part])], name)
        atlas.collections.describe(FIRST, description="Records of our own making")
        atlas.models.build(levels=LEVELS)
        atlas.lists.make("Reading for May", [id_of(atlas, "noted"), id_of(atlas, "older")])


def dated(record: dict[str, Any]) -> dict[str, Any]:
    """A paper whose subject rises or falls over the years, where it is one of those two."""
    shift = {"galaxy formation": 10, "cardiac surgery": -10}.get(record["tags"][0], 0)
    return record | {"year": min(2020, max(2001, record["year"] + shift))}


def id_of(atlas: Atlas, source_id: str) -> str:
    """The id of the first record with this id of its source."""
    return next(
        member.id
        for paper in atlas.library.papers()
        for member in paper.members
        if member.document.source_id == source_id
    )


def copied(home: Path, target: Path) -> Path:
    """The atlas again, for a test that changes it."""
    shutil.copytree(home, target)
    return target


def take(atlas: Atlas, collection: str, records: Sequence[Document]) -> list[str]:
    """Take records in as they are, past every reader and its cleaning; their ids."""
    known = {paper.id for paper in atlas.library.papers()}
    stored = [replace(record, source_id=record.source_id or f"r{n}") for n, record in enumerate(records)]
    add(atlas.library, collection, [("x", record) for record in stored], processes=1, progress=Silent())
    atlas.models.reindex()
    return [paper.id for paper in atlas.library.papers() if paper.id not in known]


def work(atlas: Atlas) -> list[JobAnswer]:
    """Run all the jobs that wait, as a worker would; what became of them."""
    done = []
    while (job := atlas.library.claim_job()) is not None:
        run_job(atlas, job, JobProgress(atlas.library, job.id, Still()))  # type: ignore[arg-type]
        done.append(atlas.jobs.one(job.id))
    return done
