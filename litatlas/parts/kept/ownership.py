"""Whose a kept item is, and who else sees it."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.library.access.kept_items import ItemKind, no_item
from ingest.library.library import KeptItem, Library
from litatlas.accounts.sharing import grantees_of, sharing_answer
from litatlas.accounts.sight import Sight
from litatlas.answers import SharingAnswer
from litatlas.errors import ForbiddenError


class Items:
    """The items of one kind, as one reader works with them."""

    def __init__(self, library: Library, sight: Sight, kind: ItemKind) -> None:
        self._library = library
        self._sight = sight
        self._kind = kind

    def keep(self, text: str, *, subject: str = "", name: str = "") -> KeptItem:
        """Keep an item of the reader's own, which nobody else sees."""
        reader = self._sight.reader
        return self._library.keep_item(
            self._kind, text, subject=subject, name=name, who=reader.name, owner=reader.number
        )

    def all(self, subjects: Sequence[str] | None = None) -> list[KeptItem]:
        """The items that the reader may see, the oldest first."""
        return [item for item in self._library.kept_items(self._kind, subjects) if self._sees(item)]

    def one(self, id: str) -> KeptItem:
        """An item; raises `NotFoundError` where there is none that the reader may see."""
        item = self._library.kept_item(self._kind, id)
        if not self._sees(item):
            raise no_item(self._kind)
        return item

    def mine(self, id: str) -> KeptItem:
        """An item that the reader may change; raises also `ForbiddenError`."""
        item = self.one(id)
        if not self.is_mine(item):
            raise ForbiddenError("This belongs to another user.", "Keep one of your own.")
        return item

    def is_mine(self, item: KeptItem) -> bool:
        """Whether the reader may change an item."""
        return self._sight.owns_surely(item.owner)

    def _sees(self, item: KeptItem) -> bool:
        return self._sight.sees_item(self._kind, item.id, item.private, item.owner)

    def change(self, id: str, **values: str) -> KeptItem:
        """Change the name or the text of an item."""
        self._library.change_item(self._kind, self.mine(id).id, **values)
        return self.one(id)

    def remove(self, id: str) -> None:
        """Remove an item."""
        self._library.remove_item(self._kind, self.mine(id).id)

    def sharing(self, item: KeptItem) -> SharingAnswer:
        """Who sees an item."""
        item_sharing = self._library.sharing(self._kind, item.id)
        if item_sharing is None:
            raise no_item(self._kind)
        return sharing_answer(self._library, item_sharing, self._sight)

    def share(self, id: str, *, private: bool, users: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        """Say who sees an item: all who may read, or its owner and some users and groups.

        Raises:
            NotFoundError: no such item or user. ForbiddenError: it is somebody else's.
        """
        item = self.mine(id)
        grantees = grantees_of(self._library, users, groups) if private else ()
        owner = self._sight.reader.number
        self._library.share_item(self._kind, item.id, private=private, grantees=grantees, owner=owner)
