"""What one reader sees of the library: every read of every part asks here first."""

from __future__ import annotations

from ingest.library.access.grants import Kind
from ingest.library.library import Library, Paper
from ingest.library.papers import no_document
from litatlas.accounts.reader import EVERYBODY, Reader
from litatlas.errors import ForbiddenError, InputError, NotFoundError

Visible = frozenset[str] | None


class Sight:
    """A reader's eyes on one library; asked anew each time, so that what is shared or hidden holds now."""

    def __init__(self, library: Library, reader: Reader = EVERYBODY) -> None:
        self._library = library
        self.reader = reader

    def collections(self, among: Visible = None) -> Visible:
        """The collections that the reader may see, among some; None: all there are."""
        if self.reader.sees_all:
            return among
        mine = self._library.visible_collections(self.reader.number, self.reader.grantees)
        if mine is None or among is None:
            return among if mine is None else mine
        return mine & among

    def sees(self, name: str) -> bool:
        """Whether the reader may see a collection."""
        mine = self.collections()
        return mine is None or name in mine

    def check(self, name: str) -> None:
        """Refuse a collection that the reader may not see, in the words for one that is not there.

        Raises:
            NotFoundError: they may not.
        """
        if not self.sees(name):
            raise no_collection(name)

    def check_change(self, name: str) -> None:
        """Refuse to change a collection that is private and another's.

        Raises:
            NotFoundError: the reader may not see it. ForbiddenError: it is not theirs.
        """
        sharing = self._library.sharing("collection", name.strip())
        if sharing is None or self.reader.sees_all:
            return
        if not self.sees(name.strip()):
            raise InputError(f"The name {name!r} cannot be used.", "Choose another name.")
        if sharing.private and sharing.owner != self.reader.number:
            raise ForbiddenError(
                f"{name!r} is another user's private collection.",
                "Its owner or a keeper can change it; add your papers to a collection of your own.",
            )

    def paper(self, id: str, among: Visible = None) -> Paper:
        """The paper of a document as the reader may know it.

        Raises:
            NotFoundError: there is no such document, or the reader may not see it.
        """
        return seen(self._library, id, self.collections(among))

    def sees_item(self, kind: Kind, id: str, private: bool, owner: int | None) -> bool:
        """Whether the reader may see something that has an owner, and may be private and shared."""
        reader = self.reader
        if not private or reader.sees_all or (reader.is_person and owner == reader.number):
            return True
        sharing = self._library.sharing(kind, id)
        return sharing is not None and bool(set(sharing.grantees) & set(reader.grantees))

    def owns_surely(self, owner: int | None) -> bool:
        """Whether something is the reader's own, or they look after all: what is nobody's is the keepers'."""
        return self.reader.sees_all or (owner is not None and owner == self.reader.number)

    def owns(self, owner: int | None) -> bool:
        """Whether something is the reader's, or nobody's, or they look after all."""
        return owner is None or self.reader.sees_all or owner == self.reader.number


def seen(library: Library, id: str, visible: Visible) -> Paper:
    """The paper of a document as it is known from some collections; raises as :meth:`Sight.paper`."""
    paper = library.paper_of(id)
    if visible is None:
        return paper
    known = paper.seen(visible)
    if known is None or all(member.id != id for member in known.members):
        raise no_document(id)
    return known


def no_collection(name: str) -> NotFoundError:
    """The error of a collection that is not there, or not for this reader."""
    return NotFoundError(f"There is no collection {name!r}.", "The collections page lists them.")
