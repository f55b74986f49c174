"""A searcher over a few papers of which only the titles matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.document import Document
from ingest.intake import add
from ingest.library.library import Library
from ingest.progress import Silent
from ingest.text.analysis import analyzer
from search.engines.tantivy.engine import TantivyEngine
from search.request import SearchRequest
from search.searcher import Searcher
from tests.search.small_atlas import index


@contextmanager
def titles(folder: Path, texts: Sequence[str], langs: Sequence[str] = ()) -> Iterator[Searcher]:
    """A searcher over papers with these titles, each in its language (English unless named)."""
    library = Library.open(f"sqlite:///{folder / 'library.db'}")
    engine = TantivyEngine(folder / "index")
    documents = [
        ("test", Document(source_id=str(at), title=text, lang=langs[at] if langs else "en", year=1990 + at))
        for at, text in enumerate(texts)
    ]
    try:
        add(library, "titles", documents, processes=1, progress=Silent())
        index(library, engine, "titles", None)
        yield Searcher(engine, "titles", library, analyzer())
    finally:
        engine.close()
        library.close()


def found_by(searcher: Searcher, query: str) -> set[str]:
    """The titles of the papers that have all of a query."""
    answer = searcher.search(SearchRequest(query, limit=100, match="all"))
    return {hit["title"] for hit in answer["documents"]}
