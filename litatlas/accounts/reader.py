"""Who asks: a person, a program with a token, anybody; and what they may do."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.library.library import User
from litatlas.accounts.permissions import ROLES, SCOPES


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks. ``number`` is the user's, None for anybody; ``sees_all``: nothing is private to them."""

    name: str = ""
    number: int | None = None
    role: str = ""
    may: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    sees_all: bool = False
    token: str = field(default="", compare=False)

    def can(self, permission: str) -> bool:
        """Whether they may do that."""
        return permission == "open" or permission in self.may

    @property
    def is_person(self) -> bool:
        """Whether somebody is signed in, by whatever means."""
        return self.number is not None

    @property
    def grantees(self) -> tuple[str, ...]:
        """The names under which something may be shared with them."""
        mine = () if self.number is None else (f"user:{self.number}",)
        return (*mine, *(f"group:{group}" for group in self.groups))

    @property
    def who(self) -> str:
        """Their name for the audit log: a program's with the beginning of its token."""
        return f"{self.name} ({self.token})" if self.token else self.name


EVERYBODY = Reader(may=ROLES["keeper"] - {"account"}, sees_all=True)
"""Whoever reaches an atlas without accounts, and whoever uses the command line on the machine itself."""

NOBODY = Reader()
PUBLIC = Reader(may=frozenset({"read"}))
"""Those who are not signed in: where reading is open, and where it is not."""


def person(user: User) -> Reader:
    """A user who is signed in."""
    return Reader(
        name=user.name,
        number=user.number,
        role=user.role,
        may=ROLES.get(user.role, frozenset()),
        groups=user.groups,
        sees_all=user.role == "keeper",
    )


def program(user: User, scopes: tuple[str, ...], token: str) -> Reader:
    """A program with a user's token: what both its scopes and the user's role may."""
    granted = frozenset[str]().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
    whole = person(user)
    return Reader(
        name=user.name,
        number=user.number,
        role=user.role,
        may=whole.may & granted,
        groups=user.groups,
        sees_all=whole.sees_all,
        token=token,
    )
