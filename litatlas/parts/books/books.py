"""Search books: the front of the searches that can be published, reached as ``Atlas.books``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ingest.library.library import Book, BookRun
from ingest.library.reviewing.books import no_book, no_run
from litatlas.accounts.sharing import grantees_of, sharing_answer
from litatlas.accounts.sight import Sight
from litatlas.answers import SharingAnswer
from litatlas.errors import ForbiddenError, InputError
from litatlas.generation.generations import Generations
from litatlas.parts.books.book_answers import (
    BookAnswer,
    BookHead,
    DiffAnswer,
    LineIdsAnswer,
    LinePapersAnswer,
    RanAnswer,
    ReportAnswer,
    RunAnswer,
)
from litatlas.parts.books.book_lines import bounded, line_answers, named, numbered
from litatlas.parts.books.comparing import compare
from litatlas.parts.books.kept_runs import Eyes, KeptRun
from litatlas.parts.books.prisma_s import DETAILS, ITEMS, Facts, report
from litatlas.parts.books.publishing import Publication
from litatlas.parts.books.running import run_lines
from litatlas.vocabulary import (
    MAX_BOOK_ANSWER,
    MAX_BOOK_NOTE,
    MAX_BOOK_RUNS,
    MAX_WHO,
)
from search.book.program import Program, check_removal, read_line, split_lines
from search.results.hits import shown_lists


class Books:
    """The search books of one atlas, as a reader may see them; safe to use from several processes.

    A book is seen by all, or by its owner and whom it is shared with; changed by its owner, or by all who may
    where it is nobody's. A run is seen by who may see every collection that its papers lie in.
    """

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._library = generations.library
        self._sight = sight

    # --- books

    def all(self) -> list[BookHead]:
        """All books, the one that was changed last first."""
        return [self._head(book) for book in self._library.books() if self._sees(book)]

    def one(self, name: str) -> BookAnswer:
        """A book with its lines and runs.

        Raises:
            NotFoundError: there is none of that name or id.
        """
        book = self._book(name)
        lines = self._library.lines_of(book)
        runs = self._runs(book)
        return {
            "id": book.id,
            "name": book.name,
            "made": book.made,
            "changed": book.changed,
            "lines": line_answers(lines),
            "runs": [run.head() for run in runs],
            "current": bool(runs) and runs[0].texts == lines,
            "answers": dict(book.answers),
        }

    def new(self, name: str, text: str = "") -> str:
        """Make a book, perhaps with lines, as in a file of them. Returns its id.

        Raises:
            InputError: a name that is taken or cannot be used, or lines that cannot be run.
        """
        lines = numbered(split_lines(bounded(text)), {})
        Program.of(lines)
        book = self._library.make_book(named(name), owner=self._sight.reader.number)
        if lines:
            self._library.write_lines(book, lines)
        return book.id

    def rename(self, name: str, new_name: str) -> None:
        """Give a book another name; its addresses stay."""
        self._library.rename_book(self._mine(name), named(new_name))

    def remove(self, name: str) -> None:
        """Remove a book with its runs.

        Raises:
            InputError: a run of it is frozen: its address was given to others.
        """
        book = self._mine(name)
        frozen = [run.run for run in self._library.runs_of(book) if run.frozen]
        if frozen:
            raise InputError(
                f"{book.name} has frozen searches, whose addresses must stay.", "Rename the book instead."
            )
        self._library.remove_book(book)

    def is_mine(self, name: str) -> bool:
        """Whether the reader may change a book."""
        return self._sight.owns(self._book(name).owner)

    def sharing(self, name: str) -> SharingAnswer:
        """Who sees a book."""
        book_sharing = self._library.sharing("book", self._book(name).id)
        assert book_sharing is not None
        return sharing_answer(self._library, book_sharing, self._sight)

    def share(
        self, name: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()
    ) -> None:
        """Say who sees a book: all, or its owner and some users and groups.

        Raises:
            NotFoundError: no such book or user. ForbiddenError: it is somebody else's.
        """
        book = self._book(name)
        if not self._sight.owns_surely(book.owner):
            raise ForbiddenError("This book is not yours.", "Its owner or a keeper can set who sees it.")
        grantees = grantees_of(self._library, users, groups) if private else ()
        self._library.share_book(book.id, private=private, grantees=grantees, owner=self._sight.reader.number)

    # --- lines

    def add_lines(self, name: str, text: str) -> list[int]:
        """Add lines at the end; one that begins with ``#3`` gets that number. Returns their numbers.

        Raises:
            InputError: a number that is taken, or lines that could not be run. QuerySyntaxError: as it says.
        """
        book = self._mine(name)
        lines = self._library.lines_of(book)
        added = numbered(split_lines(bounded(text), lines), lines)
        if not added:
            raise InputError("There is no line to add.", "Write a search, as in: asthma OR wheeze")
        Program.of(lines | added)
        self._library.write_lines(book, added)
        return list(added)

    def set_line(self, name: str, number: int, text: str) -> None:
        """Write a line anew, or a new one under this number; raises as :meth:`add_lines`."""
        book = self._mine(name)
        line = read_line(number, bounded(text))
        Program.of(self._library.lines_of(book) | {number: line.text})
        self._library.write_lines(book, {number: line.text})

    def replace_lines(self, name: str, text: str) -> list[int]:
        """Replace all lines; raises as :meth:`add_lines`."""
        book = self._mine(name)
        lines = self._library.lines_of(book)
        added = numbered(split_lines(bounded(text)), {})
        Program.of(added)
        self._library.write_lines(book, added, removed=set(lines) - set(added))
        return list(added)

    def remove_line(self, name: str, number: int) -> None:
        """Remove a line; the others keep their numbers.

        Raises:
            InputError: there is none, or others refer to it.
        """
        book = self._mine(name)
        check_removal(Program.of(self._library.lines_of(book)), number)
        self._library.write_lines(book, {}, removed=[number])

    # --- runs

    def run(self, name: str, who: str = "") -> RanAnswer:
        """Run all lines and keep what they find; with what changed in the last line since the run before.

        Raises:
            InputError: no lines, or lines that cannot be run. UnavailableError: papers come in all the while.
        """
        book = self._mine(name)
        visible = self._sight.collections()
        earlier = self._runs(book)
        if self._library.run_count(book) >= MAX_BOOK_RUNS:
            raise InputError(f"A book keeps at most {MAX_BOOK_RUNS:,} runs.", "Go on in another book.")
        lines = self._library.lines_of(book)
        made = run_lines(self._generations, lines, visible, self._who(who))
        run = self._kept(book, self._library.keep_run(book, made.run, made.sets))
        diff = compare(self._library, earlier[0], run, run.last_line, visible) if earlier else None
        return {"run": self._answer(run), "diff": diff}

    def run_answer(self, name: str, run: int | None = None, *, frozen: bool = False) -> RunAnswer:
        """A run, the last one for None; ``frozen``: only where it is.

        Raises:
            NotFoundError: there is none, or none that this reader may see.
        """
        return self._answer(self._run(name, run, frozen=frozen))

    def freeze(self, name: str, run: int | None = None, *, who: str = "", note: str = "") -> RunAnswer:
        """Give a run its permanent address; without a number the last one of the lines as they are.

        The lines are run first where no run is of them. A run that is frozen stays as it is.

        Raises:
            NotFoundError: there is no such run. InputError: as :meth:`run`, or too long a note.
        """
        book = self._mine(name)
        note = note.strip()
        if len(note) > MAX_BOOK_NOTE:
            raise InputError(f"A note has at most {MAX_BOOK_NOTE:,} characters.", "Shorten it.")
        if run is None:
            runs = self._runs(book)
            current = bool(runs) and runs[0].texts == self._library.lines_of(book)
            run = runs[0].row.run if current else self.run(book.id, who)["run"]["run"]
        kept = self._run(book.id, run)
        self._library.freeze_run(book, kept.row.run, who=self._who(who), note=note)
        return self.run_answer(book.id, run)

    def diff(
        self, name: str, before: int | None = None, after: int | None = None, *, line: int | None = None
    ) -> DiffAnswer:
        """What changed in a line (the last one) between two runs (the last two).

        Raises:
            NotFoundError: there is no such run. InputError: no such line, or there is one run alone.
        """
        later = self._run(name, after)
        if before is None:
            earlier = next((run for run in self._runs(later.book) if run.row.run < later.row.run), None)
            if earlier is None:
                raise InputError(
                    f"There is no run before run {later.row.run}.",
                    "Run it again: litatlas search-book run NAME",
                )
        else:
            earlier = self._run(name, before)
        if line is None or not earlier.has(line):
            line = later.line(line)
        return compare(self._library, earlier, later, line, self._sight.collections())

    # --- papers

    def ids(
        self, name: str, run: int | None = None, *, line: int | None = None, frozen: bool = False
    ) -> LineIdsAnswer:
        """The ids of a line's papers as they were when it was run, sorted; raises as :meth:`run_answer`."""
        kept = self._run(name, run, frozen=frozen)
        number = kept.line(line)
        return {"book": kept.book.id, "run": kept.row.run, "line": number, "ids": kept.ids(number)}

    def papers(
        self,
        name: str,
        run: int | None = None,
        *,
        line: int | None = None,
        offset: int = 0,
        limit: int = 10,
        frozen: bool = False,
    ) -> LinePapersAnswer:
        """A page of a line's papers, by their ids, as the library has them now; raises as :meth:`ids`."""
        kept = self._run(name, run, frozen=frozen)
        number = kept.line(line)
        ids = kept.ids(number)
        visible = self._sight.collections()
        wanted = ids[offset : offset + limit]
        papers = kept.held_papers(wanted, number, visible)
        context = self._generations.seen(visible).searcher.context
        hits = shown_lists(context, [[(id, 0.0) for id in wanted]], visible, papers=papers)[0]
        return {
            "book": kept.book.id,
            "run": kept.row.run,
            "line": number,
            "total": len(ids),
            "missing": len(wanted) - len(hits),
            "documents": [{**hit, "id": id} for id, hit in hits.items()],
        }

    def export(
        self, name: str, format: str, run: int | None = None, *, line: int | None = None, frozen: bool = False
    ) -> Iterator[bytes]:
        """A run in a format of `BOOK_FORMATS`, in pieces; papers that left the library are left out.

        Raises:
            NotFoundError: no such run. InputError: no such line or format.
        """
        kept = self._run(name, run, frozen=frozen)
        visible = self._sight.collections()
        return Publication(kept, self._answer(kept), self._report(kept), kept.line(line), visible).pieces(
            format
        )

    # --- the report

    def report(self, name: str, run: int | None = None) -> ReportAnswer:
        """The report of a run after PRISMA-S; raises as :meth:`run_answer`."""
        return self._report(self._run(name, run))

    def answer(self, name: str, answers: Mapping[str, str]) -> None:
        """Keep what people write for items of the report, by number, and its authors and licence.

        Empty texts take back what was written; items that are not named stay as they are.

        Raises:
            InputError: there is no such item, or too long a text.
        """
        book = self._mine(name)
        known = {item.number for item in ITEMS} | set(DETAILS)
        for item, text in answers.items():
            if item not in known:
                raise InputError(f"PRISMA-S has no item {item[:20]!r}.", "Items are 1 to 16.")
            if len(text) > MAX_BOOK_ANSWER:
                raise InputError(f"An answer has at most {MAX_BOOK_ANSWER:,} characters.", "Shorten it.")
        merged = {**book.answers, **{item: text.strip() for item, text in answers.items()}}
        self._library.answer_book(book, {item: text for item, text in merged.items() if text})

    def _report(self, kept: KeptRun) -> ReportAnswer:
        runs = [run.head() for run in reversed(self._runs(kept.book)) if run.row.run < kept.row.run]
        records = sum(map(len, kept.papers(kept.last_line).values()))
        return report(Facts(self._answer(kept), runs, records), kept.book.answers)

    # --- within

    def _head(self, book: Book) -> BookHead:
        runs = self._runs(book)
        return {
            "id": book.id,
            "name": book.name,
            "made": book.made,
            "changed": book.changed,
            "lines": len(self._library.lines_of(book)),
            "runs": len(runs),
            "frozen": sum(bool(run.row.frozen) for run in runs),
        }

    def _book(self, name: str) -> Book:
        book = self._library.book(name)
        if not self._sees(book):
            raise no_book(name)
        return book

    def _sees(self, book: Book) -> bool:
        return self._sight.sees_item("book", book.id, book.private, book.owner)

    def _mine(self, name: str) -> Book:
        book = self._book(name)
        if not self._sight.owns(book.owner):
            raise ForbiddenError("This search book belongs to another user.", "Make a book of your own.")
        return book

    def _eyes(self, book: Book) -> Eyes:
        names = {one.key: one.name for one in self._library.collections()}
        return Eyes(self._sight.collections(), names, self._sight.owns_surely(book.owner))

    def _kept(self, book: Book, run: BookRun) -> KeptRun:
        return KeptRun(self._library, book, run)

    def _answer(self, run: KeptRun) -> RunAnswer:
        return run.answer(self._eyes(run.book))

    def _runs(self, book: Book) -> list[KeptRun]:
        """The runs that this reader may see, the newest first."""
        eyes = self._eyes(book)
        runs = (self._kept(book, run) for run in self._library.runs_of(book))
        return [run for run in runs if run.is_seen(eyes)]

    def _run(self, name: str, run: int | None, *, frozen: bool = False) -> KeptRun:
        book = self._book(name)
        if run is None:
            runs = self._runs(book)
            if not runs:
                raise InputError(
                    f"{book.name} has not been run yet.", "Run it: litatlas search-book run NAME"
                )
            return runs[0]
        kept = self._kept(book, self._library.run_of(book, run))
        if not kept.is_seen(self._eyes(book)) or (frozen and not kept.row.frozen):
            raise no_run(run)
        return kept

    def _who(self, given: str) -> str:
        reader = self._sight.reader
        return reader.name if reader.is_person else " ".join(given.split())[:MAX_WHO]
