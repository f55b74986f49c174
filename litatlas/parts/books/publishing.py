"""A run in every format that it is published in: its papers, its ids, its report, all of it together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from ingest.writers.formats import write, writer_named
from litatlas.parts.books.book_answers import ReportAnswer, RunAnswer
from litatlas.parts.books.crate import crate
from litatlas.parts.books.kept_runs import KeptRun, Visible
from litatlas.parts.books.report_files import markdown, word_document
from litatlas.parts.books.search_history import search_history


class Publication:
    """A run with its report, as one reader may see them.

    Args:
        line: the line that papers and ids are of.
    """

    def __init__(
        self, kept: KeptRun, run: RunAnswer, report: ReportAnswer, line: int, visible: Visible
    ) -> None:
        self._kept = kept
        self._run = run
        self._report = report
        self._line = line
        self._visible = visible

    def pieces(self, format: str) -> Iterator[bytes]:
        """The file of a format of `BOOK_FORMATS`, in pieces.

        Raises:
            InputError: there is no such format.
        """
        whole: dict[str, Callable[[], bytes]] = {
            "ids": lambda: self._ids(self._line),
            "prisma-s": lambda: _encoded(markdown(self._report)),
            "prisma-s-docx": lambda: word_document(self._report),
            "search-query": self._history,
            "ro-crate": self._crate,
        }
        if format in whole:
            return iter([whole[format]()])
        writer_named(format)
        return self._papers(format)

    def _papers(self, format: str) -> Iterator[bytes]:
        return map(_encoded, write(self._kept.works(self._line, self._visible), format))

    def _ids(self, line: int) -> bytes:
        return _encoded("".join(f"{id}\n" for id in self._kept.ids(line)))

    def _history(self) -> bytes:
        return _json(search_history(self._run, self._report, self._line))

    def _crate(self) -> bytes:
        lines = self._run["lines"]
        strategy = "".join(f"#{line['line']} {line['text']}\n" for line in lines)
        files = {
            "search.txt": ("The lines as they were run", _encoded(strategy)),
            "search_history.json": ("The search after Haddaway et al. 2022", self._history()),
            "run.json": ("The run: counts, collections, versions", _json(self._run)),
            **{
                f"ids/line-{line['line']}.txt": (
                    f"Ids of the papers of #{line['line']}",
                    self._ids(line["line"]),
                )
                for line in lines
            },
            "papers.csv": (f"The papers of #{self._line}", b"".join(self._papers("csv"))),
            "prisma-s.md": ("Report after PRISMA-S", _encoded(markdown(self._report))),
            "prisma-s.docx": ("Report after PRISMA-S", word_document(self._report)),
        }
        return crate(self._run, self._report, files)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _json(value: object) -> bytes:
    return _encoded(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
