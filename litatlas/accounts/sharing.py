"""Who sees a collection or a list: in names for people, in keys for the library."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.library.library import Library, Sharing
from litatlas.accounts.names import key_of, user_name
from litatlas.accounts.sight import Sight
from litatlas.answers import SharingAnswer
from litatlas.errors import NotFoundError
from litatlas.vocabulary import MAX_USER_NAME


def sharing_answer(library: Library, found: Sharing, sight: Sight) -> SharingAnswer:
    """Who sees a collection or a list, in names."""
    numbers = {f"user:{user.number}": user.name for user in library.users()} if found.grantees else {}
    return {
        "private": found.private,
        "owner": found.owner_name,
        "users": [numbers[one] for one in found.grantees if one in numbers],
        "groups": [one.removeprefix("group:") for one in found.grantees if one.startswith("group:")],
        "mine": sight.owns_surely(found.owner),
    }


def grantees_of(library: Library, users: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Users and groups as the library keeps whom something is shared with.

    Raises:
        NotFoundError: there is no such user, or nobody is in such a group.
    """
    named = {group for user in library.users() for group in user.groups} if groups else set()
    grantees: list[str] = []
    for name in users:
        user = library.user(key_of(name))
        if user is None:
            raise NotFoundError(
                f"There is no user {name[:MAX_USER_NAME]!r}.", "A group is named as group:NAME."
            )
        grantees.append(f"user:{user.number}")
    for group in map(user_name, groups):
        if group not in named:
            raise NotFoundError(
                f"Nobody is in a group {group!r}.", "The users page shows the groups; check the spelling."
            )
        grantees.append(f"group:{group}")
    return list(dict.fromkeys(grantees))
