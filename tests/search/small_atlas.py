"""A small atlas for the tests of search: three themes, two collections, a real index and a real model."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
from ingest.text.analysis import ANALYSIS_VERSION, analyzer
from search.context import Context
from search.engines.contract import Engine, Stamp
from search.engines.documents import index_papers
from search.engines.tantivy.engine import TantivyEngine
from search.evidence.training import build_ranking
from search.searcher import Searcher
from topics.model.placement import Placements
from topics.training.build import BuildOptions, TrainingPaper, train

THEMES = {
    "stars": "galaxy star telescope orbit planet redshift spectrum luminosity dust halo supernova nebula",
    "cells": "protein enzyme receptor membrane gene tissue antibody virus mutation kinase plasma tumour",
    "graphs": "graph vertex edge colouring matching clique planar cycle spanning degree tournament lattice",
}
A_THEME = 40
_SYLLABLES = ("ba", "do", "ki", "lu", "me", "no", "ra", "su")


@dataclass
class Small:
    """The parts of the atlas; ``bare`` is a searcher over the same papers without a model."""

    library: Library
    engine: TantivyEngine
    searcher: Searcher
    bare: Searcher
    folder: Path


def vocabulary(theme: str) -> list[str]:
    """The named words of a theme, and 64 made-up ones of its own: a model needs rare words."""
    made = [f"{theme[:3]}{one}{two}x" for one in _SYLLABLES for two in _SYLLABLES]
    return [*THEMES[theme].split(), *made]


def documents() -> list[Document]:
    """120 papers; the first half of each theme belongs to the collection "old"."""
    chance = random.Random(7)
    made = []
    for theme in THEMES:
        words = vocabulary(theme)
        for number in range(A_THEME):
            chosen = chance.sample(words, k=22)
            made.append(
                Document(
                    source_id=f"{theme}-{number}",
                    title=f"A note on {chosen[0]} and {chosen[1]} number {theme}{number}",
                    abstract=" ".join(chosen) + ".",
                    authors=(f"Author{number}, A.",),
                    year=2000 + number % 10,
                    tags=(theme, "science"),
                    lang="en",
                )
            )
    return made


def index(library: Library, engine: Engine, name: str, placements: Placements | None) -> None:
    """Write all papers into a new index."""
    dims = len(placements.hierarchy.levels[-1].ids) if placements else 0
    stamp = Stamp(sequence=library.sequence(), analysis=ANALYSIS_VERSION, dims=dims)
    engine.create(name, stamp)
    engine.write(name, index_papers(library.papers(), analyzer(), placements), stamp=stamp)


@lru_cache(maxsize=1)
def small_atlas() -> Small:
    """The atlas, made once."""
    folder = Path(mkdtemp(prefix="litatlas-test-"))
    library = Library.open(f"sqlite:///{folder / 'library.db'}")
    for at, collection in enumerate(("old", "new")):
        part = [("test", one) for number, one in enumerate(documents()) if (number // 20) % 2 == at]
        add(library, collection, part, processes=1, progress=Silent())

    def papers() -> Iterator[TrainingPaper]:
        for paper in library.papers():
            shown = paper.shown.document
            yield TrainingPaper(
                paper.id, paper.collections, paper.title_forms, paper.abstract_forms, shown.tags, shown.year,
                "en", shown.title,
            )  # fmt: skip

    hierarchy = train(papers, BuildOptions(levels=(3, 6), trainer="portable"), folder / "model")
    build_ranking(papers, folder / "model", seed=1)
    placements = Placements(hierarchy, folder / "segment")
    engine = TantivyEngine(folder / "index")
    index(library, engine, "modelled", placements)
    index(library, engine, "bare", None)
    searcher = Searcher(
        engine, "modelled", library, analyzer(), placements, hierarchy, hierarchy.topics, folder / "model"
    )
    return Small(library, engine, searcher, Searcher(engine, "bare", library, analyzer()), folder)


def ids_of(context: Context, prefix: str) -> list[str]:
    """The papers whose source ids begin so."""
    papers = context.library.papers()
    return [paper.id for paper in papers if paper.shown.document.source_id.startswith(prefix)]


def sources(context: Context, found: list[tuple[str, float]]) -> list[str]:
    """The source ids of scored papers."""
    return [context.library.document(id).document.source_id for id, _ in found]
