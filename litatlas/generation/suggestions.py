"""Writing the suggestions and the spelling that go with an index, and when they are written anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.library.library import Library
from ingest.parallel import beside
from ingest.progress import Progress
from ingest.text.analysis import analyzer
from litatlas.generation.home import Home
from litatlas.generation.ledger import Ledger, SuggestionsRecord, Values, suggestions_values
from search.assist.assistance import has_assistance, write_assistance
from topics.model.hierarchy import Hierarchy

AT_ONCE = 10_000
"""Papers up to which an addition may wait for the suggestions; a build renews those of a large library."""
AGED_SHARE = 0.1


class SuggestionsWriter:
    """Writes the suggestions of an index; what is to be remembered of them is returned, to be committed."""

    def __init__(self, home: Home, library: Library, ledger: Ledger, url: str) -> None:
        """``url`` is where a second process opens the library, where there may be one."""
        self._home = home
        self._library = library
        self._ledger = ledger
        self._url = url

    def are_old(self, index: str) -> bool:
        """Whether a tenth of a small library has changed since, or another version wrote them."""
        papers = self._library.counts().papers
        if papers > AT_ONCE:
            return False
        missing = papers > 0 and not has_assistance(self._home.assistance(index))
        return missing or self.have_aged(index)

    def have_aged(self, index: str) -> bool:
        """Whether a tenth of the library has changed since they were written."""
        last = self._ledger.suggestions(index)
        if last.sequence == self._library.sequence():
            return False
        papers = self._library.counts().papers
        changed = self._library.count_papers(last.sequence) + abs(papers - last.papers)
        return changed >= AGED_SHARE * papers

    def write(self, index: str, model: str | None, progress: Progress) -> Values:
        """Write them now."""
        made_of = self._record()
        progress.step("Writing suggestions", 0, 0)
        _write(self._library, self._home.assistance(index), self._model_folder(model))
        return suggestions_values(index, made_of)

    @contextmanager
    def beside(self, index: str, model: str | None, progress: Progress) -> Iterator[Callable[[], Values]]:
        """What writes them, to be called when the index is there.

        Those of a large library are begun at once in a second process, where there may be one.
        """
        made_of = self._record()
        if not self._url or made_of.papers <= AT_ONCE:
            yield lambda: self.write(index, model, progress)
            return
        folder = self._home.assistance(index)
        with beside(_write_aside, self._url, folder, self._model_folder(model)) as wait:

            def finish() -> Values:
                wait(lambda: progress.step("Writing suggestions", 0, 0))
                return suggestions_values(index, made_of)

            yield finish

    def _record(self) -> SuggestionsRecord:
        return SuggestionsRecord(self._library.sequence(), self._library.counts().papers)

    def _model_folder(self, model: str | None) -> Path | None:
        return self._home.model(model) if model else None


def _write(library: Library, folder: Path, model: Path | None) -> None:
    topics = Hierarchy.load(model).topics.values() if model else ()
    write_assistance(library.papers(), folder, analyzer(), topics)


def _write_aside(url: str, folder: Path, model: Path | None) -> None:
    with Library.open(url) as library:
        _write(library, folder, model)
