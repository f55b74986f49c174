"""A searcher over a few papers of which only the titles matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
from ingest.text.analysis import analyzer
from search.engines.contract import Engine, EngineOptions
from search.engines.tantivy.engine import TantivyEngine
from search.request import SearchRequest
from search.searcher import Searcher
from tests.search.conftest import open_node
from tests.search.small_atlas import index

ENGINES = ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
"""Both engines, as the parameters of a test."""


@contextmanager
def titles(
    folder: Path, texts: Sequence[str], langs: Sequence[str] = (), *, engine: str = "tantivy"
) -> Iterator[Searcher]:
    """A searcher over papers with these titles, each in its language (English unless named)."""
    for opened in _open(engine, folder):
        yield from _filled(opened, folder, texts, langs)


def _open(name: str, folder: Path) -> Iterator[Engine]:
    if name == "elasticsearch":
        yield from open_node("", EngineOptions(prefix=f"litatlas-test-{uuid4().hex[:12]}", timeout=30))
        return
    engine = TantivyEngine(folder / "index")
    try:
        yield engine
    finally:
        engine.close()


def _filled(engine: Engine, folder: Path, texts: Sequence[str], langs: Sequence[str]) -> Iterator[Searcher]:
    library = Library.open(f"sqlite:///{folder / 'library.db'}")
    documents = [
        ("test", Document(source_id=str(at), title=text, lang=langs[at] if langs else "en", year=1990 + at))
        for at, text in enumerate(texts)
    ]
    try:
        add(library, "titles", documents, processes=1, progress=Silent())
        index(library, engine, "titles", None)
        yield Searcher(engine, "titles", library, analyzer())
    finally:
        library.close()


def found_by(searcher: Searcher, query: str) -> set[str]:
    """The titles of the papers that have all of a query."""
    answer = searcher.search(SearchRequest(query, limit=100, match="all"))
    return {hit["title"] for hit in answer["documents"]}
