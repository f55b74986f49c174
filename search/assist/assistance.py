"""What helps a reader to type: suggestions and did-you-mean, made together when a library is published.

Both lie in one folder of their own, beside the index, and are answered from there without the library.
Without the folder there is simply nothing to suggest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from ingest.arrays import ArraysError, has_checksums
from ingest.library.library import Paper
from ingest.parallel import few_collections
from ingest.text.analysis import Analyzer
from search.answers import SuggestionAnswer
from search.assist.spelling import SPELLING, Spelling, build_spelling, count_forms
from search.assist.suggestions import SUGGESTIONS, Entry, Suggestions, build_suggestions
from search.query.tree import Query
from topics.model.hierarchy import Topic

_T = TypeVar("_T")
_AUTHORS = 50  # authors of a paper that are suggested


def write_assistance(
    papers: Iterable[Paper], folder: Path, analyzer: Analyzer, topics: Iterable[Topic] = ()
) -> None:
    """Read the papers once and write both to ``folder``; each appears whole or not at all.

    ``topics`` are those that readers may see, with the labels that people gave them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()

    def entries() -> Iterator[Entry]:
        yield from _topic_entries(topics)
        named = _Named()
        for paper in papers:
            count_forms(counts, _forms(paper, analyzer))
            yield _title_entry(paper)
            named.add(paper)
        yield from named.entries()

    with few_collections():
        build_suggestions(entries(), folder / "suggestions")
        build_spelling(counts, folder / "spelling")
    for earlier in folder.glob("*.bin*"):  # of versions before there were checksums
        earlier.unlink(missing_ok=True)


def _forms(paper: Paper, analyzer: Analyzer) -> str:
    """All the words of a paper; authors' names too, so that they are not taken for misspelt words."""
    names = analyzer.joined(" ".join(paper.merged.authors[:_AUTHORS]))
    return f"{paper.forms} {names}"


def _topic_entries(topics: Iterable[Topic]) -> Iterator[Entry]:
    for topic in topics:
        yield Entry(topic.label, "topic", topic.documents, topic.id)
        for term, share in topic.terms:
            yield Entry(term.replace("_", " "), "term", share * topic.documents)


def _title_entry(paper: Paper) -> Entry:
    """The most cited first, then the newest."""
    document = paper.merged
    weight = (document.citations or 0) * 10_000 + (document.year or 0)
    return Entry(document.title, "title", weight, paper.id, frozenset(paper.collections))


class _Named:
    """Authors and tags counted as they are spelt, apart for each set of collections: most come often."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, frozenset[str]], Counter[str]] = {}

    def add(self, paper: Paper) -> None:
        document, collections = paper.merged, frozenset(paper.collections)
        for kind, texts in (("author", document.authors[:_AUTHORS]), ("tag", document.tags)):
            self._counts.setdefault((kind, collections), Counter()).update(texts)

    def entries(self) -> Iterator[Entry]:
        while self._counts:
            (kind, seen), counts = self._counts.popitem()
            for text, papers in counts.items():
                yield Entry(text, kind, papers, "", seen)


class Assistance:
    """Suggestions and did-you-mean as published; a part that is absent or damaged is done without."""

    def __init__(self, folder: Path | None) -> None:
        """Open what ``folder`` holds."""
        self._suggestions = _opened(Suggestions, folder, "suggestions")
        self._spelling = _opened(Spelling, folder, "spelling")

    def suggest(
        self,
        typed: str,
        limit: int = 8,
        collections: Collection[str] | None = None,
        labels: Mapping[str, str] | None = None,
        known: Callable[[str, str, str], bool] | None = None,
    ) -> list[SuggestionAnswer]:
        """Suggestions as ``{"text", "kind", "target", "query"}``; see ``Suggestions.suggest``.

        ``labels`` are the topics that there are now, by id, with their labels: a topic renamed since is shown
        by its new name, one that is gone or hidden is left out. ``known``: see ``Suggestions.suggest``.
        """
        if self._suggestions is None or limit < 1:
            return []
        suggestions = self._suggestions.suggest(typed, limit, collections, known)
        return [
            {
                "text": labels[suggestion.target]
                if labels and suggestion.kind == "topic"
                else suggestion.text,
                "kind": suggestion.kind,
                "target": suggestion.target,
                "query": suggestion.query,
            }
            for suggestion in suggestions
            if suggestion.kind != "topic" or labels is None or suggestion.target in labels
        ]

    @property
    def scripts(self) -> list[str] | None:
        """The scripts other than Latin of the library's words; None where they are not known."""
        return None if self._spelling is None else self._spelling.scripts

    def did_you_mean(
        self,
        query: Query,
        analyzer: Analyzer,
        *,
        has_hits: bool,
        known: Callable[[str], bool] = lambda _: False,
        seen: Callable[[str], int] | None = None,
        finds: Callable[[Query], int] | None = None,
    ) -> str:
        """The corrected query, or ""; see ``Spelling.did_you_mean``."""
        if self._spelling is None:
            return ""
        return self._spelling.did_you_mean(
            query, analyzer, has_hits=has_hits, known=known, seen=seen, finds=finds
        )


def has_assistance(folder: Path) -> bool:
    """Whether a folder holds suggestions and spelling that this version can read."""
    return SUGGESTIONS.is_current(folder / "suggestions") and SPELLING.is_current(folder / "spelling")


def check_assistance(folder: Path) -> None:
    """Raise ``ArraysError`` when a file of the suggestions or of the spelling is missing or damaged."""
    has_checksums(SUGGESTIONS, folder / "suggestions")
    has_checksums(SPELLING, folder / "spelling")


def _opened(kind: Callable[[Path], _T], folder: Path | None, name: str) -> _T | None:
    if folder is None or not (folder / name).exists():
        return None
    try:
        return kind(folder / name)
    except ArraysError:
        return None
