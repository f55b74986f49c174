"""Notes on papers, and the reader's own marks: a star, and that a paper was read."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.library.library import KeptItem
from litatlas.accounts.sight import Sight
from litatlas.answers import DocumentHit
from litatlas.errors import InputError, NotFoundError
from litatlas.generation.generations import Generations
from litatlas.parts.kept.kept_answers import MarksAnswer, NoteAnswer
from litatlas.parts.kept.ownership import Items
from litatlas.vocabulary import MARKS, MAX_PAPER_NOTE
from search.results.hits import shown_hits

_SHOWN = 1_000


class Notes:
    """Notes and marks, as one reader works with them; reached as ``Atlas.notes``.

    A note belongs to a record, and is shown on the paper that the record is of. Its text is kept as typed:
    Markdown is not rendered.
    """

    def __init__(self, generations: Generations, sight: Sight) -> None:
        self._generations = generations
        self._library = generations.library
        self._sight = sight
        self._items = Items(generations.library, sight, "note")

    def of(self, document: str, records: Sequence[str] = ()) -> list[NoteAnswer]:
        """The notes on a paper that the reader may see, the oldest first.

        ``records``: those of the paper that the reader may see, where they are at hand.

        Raises:
            NotFoundError: there is no such paper.
        """
        return [self._answer(item) for item in self._items.all(records or self._records(document))]

    def all(self) -> list[NoteAnswer]:
        """All notes that the reader may see on papers that they may see, the latest first."""
        notes = [item for item in reversed(self._items.all()) if self._is_seen(item.subject)]
        return [self._answer(item) for item in notes]

    def write(self, document: str, text: str) -> NoteAnswer:
        """Write a note; at first nobody else sees it.

        Raises:
            InputError: it is empty or too long. NotFoundError: there is no such paper.
        """
        self._sight.paper(document)
        return self._answer(self._items.keep(_checked(text), subject=document))

    def change(self, id: str, text: str) -> NoteAnswer:
        """Write a note anew; raises also where it is another's."""
        return self._answer(self._items.change(self._one(id).id, text=_checked(text)))

    def one(self, id: str) -> NoteAnswer:
        """A note; raises `NotFoundError` where there is none that the reader may see."""
        return self._answer(self._one(id))

    def remove(self, id: str) -> None:
        """Remove a note."""
        self._items.remove(self._one(id).id)

    def share(self, id: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        """Say who sees a note; raises as `Items.share`."""
        self._items.share(self._one(id).id, private=private, users=users, groups=groups)

    # -- marks ----------------------------------------------------------------------------------------------

    def marks_state(self) -> int | None:
        """A mark of all that the reader has starred or read: while it is the same, so are they."""
        return self._library.marks_state(self._sight.reader.number or 0)

    def marks(self, document: str, records: Sequence[str] = ()) -> MarksAnswer:
        """How the reader has marked a paper; arguments and errors as of :meth:`of`."""
        number = self._sight.reader.number
        records = records or self._records(document)
        marked = {kind for kind, _ in self._library.marked(number, documents=records)}
        return {"star": "star" in marked, "read": "read" in marked}

    def mark(self, document: str, kind: str, *, on: bool = True) -> MarksAnswer:
        """Star a paper or say that it was read (``kind``), or take that back.

        Raises:
            InputError: no such kind. NotFoundError: no such paper.
        """
        if kind not in MARKS:
            raise InputError(f"There is no mark {kind[:40]!r}.", f"Marks: {', '.join(MARKS)}.")
        for record in self._records(document):
            self._library.put_mark(kind, record, self._sight.reader.number, on=on and record == document)
        return self.marks(document)

    def marked(self, kind: str) -> list[DocumentHit]:
        """The papers that the reader has starred or read, the latest first."""
        ids = [document for _, document in self._library.marked(self._sight.reader.number, kind=kind)]
        papers = self._library.papers_of(ids[:_SHOWN])
        visible = self._sight.collections()
        context = self._generations.seen(visible).searcher.context
        return shown_hits(context, [(paper, 0.0) for paper in papers], visible)

    def _records(self, document: str) -> list[str]:
        """The records of a paper that the reader may see."""
        return [member.id for member in self._sight.paper(document).members]

    def _one(self, id: str) -> KeptItem:
        """A note that the reader may see, on a paper that they may see or that has left the library."""
        item = self._items.one(id)
        if not self._items.is_mine(item):
            self._sight.paper(item.subject)
        return item

    def _is_seen(self, document: str) -> bool:
        try:
            self._sight.paper(document)
        except NotFoundError:
            return False
        return True

    def _answer(self, item: KeptItem) -> NoteAnswer:
        return {
            "id": item.id,
            "document": item.subject,
            "text": item.text,
            "who": item.who,
            "made": item.made,
            "changed": item.changed,
            "mine": self._items.is_mine(item),
            "sharing": self._items.sharing(item),
        }


def _checked(text: str) -> str:
    """The text as it is kept: with plain line ends, without signs that are not seen but tabs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign in "\n\t" or sign >= " ").strip()
    if not 0 < len(text) <= MAX_PAPER_NOTE:
        raise InputError(f"A note must have 1 to {MAX_PAPER_NOTE:,} characters.", "Shorten it, or write two.")
    return text
