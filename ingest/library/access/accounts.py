"""Users, their sessions and tokens, as the library keeps them; secrets are kept as hashes alone."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from ingest.errors import InputError, NotFoundError
from ingest.library.backend.errors import read_json
from ingest.library.database import Database, now
from ingest.library.schema import (
    attempts,
    books,
    collections,
    grants,
    jobs,
    judgements,
    kept_items,
    lists,
    marks,
    sessions,
    tokens,
    users,
)

KEEPER = "keeper"


@dataclass(frozen=True, slots=True)
class User:
    """A user; ``issuer`` and ``subject`` name an account of OpenID Connect, ``password`` is encoded."""

    number: int
    name: str
    key: str
    role: str
    password: str
    issuer: str
    subject: str
    groups: tuple[str, ...]
    created: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token (``kind`` "token") or a link that sets a password (``kind`` "reset"); times in ISO 8601."""

    id: str
    hash: str
    owner: int
    kind: str
    name: str
    scopes: tuple[str, ...]
    created: str
    used: str
    ends: str


class AccountsTable(Database):
    """The part of the library that keeps who uses it."""

    def add_user(
        self,
        name: str,
        key: str,
        role: str,
        *,
        password: str = "",
        issuer: str = "",
        subject: str = "",
        groups: Sequence[str] = (),
    ) -> User:
        """Keep a user.

        Raises:
            InputError: the name is taken.
        """
        row = {"name": name, "key": key, "role": role, "password": password, "issuer": issuer}
        row |= {"subject": subject, "groups": json.dumps(list(groups)), "created": now()}
        with self.writing() as connection:
            if connection.scalar(select(users.c.number).where(users.c.key == key)) is not None:
                raise InputError(f"There is a user {name!r} already.", "Choose another name.")
            made = connection.execute(insert(users), row)
            return _user_at(connection, int(made.inserted_primary_key[0]))  # type: ignore[index]

    def users(self) -> list[User]:
        """All users, by name."""
        with self.reading() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.key))]

    def user(self, key: str) -> User | None:
        """The user of a name as names are compared."""
        return self._user_where(users.c.key == key)

    def user_numbered(self, number: int) -> User | None:
        """The user with a number."""
        return self._user_where(users.c.number == number)

    def user_of(self, issuer: str, subject: str) -> User | None:
        """The user of an account of OpenID Connect."""
        return self._user_where((users.c.issuer == issuer) & (users.c.subject == subject))

    def _user_where(self, condition: Any) -> User | None:
        with self.reading() as connection:
            row = connection.execute(select(users).where(condition)).one_or_none()
            return None if row is None else _user(row)

    def change_user(
        self,
        number: int,
        *,
        role: str | None = None,
        password: str | None = None,
        groups: Sequence[str] | None = None,
    ) -> User:
        """Change what is not None.

        Raises:
            NotFoundError: there is no such user. InputError: it would leave no keeper.
        """
        values: dict[str, Any] = {"role": role, "password": password}
        values = {name: value for name, value in values.items() if value is not None}
        if groups is not None:
            values["groups"] = json.dumps(list(groups))
        with self.writing() as connection:
            user = _user_at(connection, number)
            if role is not None and role != KEEPER:
                _check_not_last(connection, user)
            if values:
                connection.execute(update(users).where(users.c.number == number).values(**values))
            return _user_at(connection, number)

    def remove_user(self, number: int) -> None:
        """Remove a user with all sessions and tokens; what is theirs stays, and belongs to nobody.

        Raises:
            NotFoundError: there is no such user. InputError: it is the last keeper.
        """
        with self.writing() as connection:
            _check_not_last(connection, _user_at(connection, number))
            for table in (sessions, tokens, marks):
                connection.execute(delete(table).where(table.c.owner == number))
            connection.execute(delete(grants).where(grants.c.grantee == f"user:{number}"))
            for owned in (collections, lists, books, kept_items, judgements, jobs):
                connection.execute(update(owned).where(owned.c.owner == number).values(owner=None))
            connection.execute(delete(users).where(users.c.number == number))

    # -- sessions -------------------------------------------------------------------------------------------

    def start_session(self, hash: str, owner: int, ends: str) -> None:
        """Keep a session; those that have ended go.

        Raises:
            NotFoundError: the user was removed.
        """
        with self.writing(shown=False) as connection:
            _user_at(connection, owner)
            connection.execute(delete(sessions).where(sessions.c.ends <= now()))
            row = {"hash": hash, "owner": owner, "created": now(), "used": now(), "ends": ends}
            connection.execute(insert(sessions), row)

    def session_user(self, hash: str) -> User | None:
        """Whose session it is; None where it has ended."""
        mine = (sessions.c.hash == hash) & (sessions.c.ends > now())
        query = select(users).join(sessions, sessions.c.owner == users.c.number).where(mine)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else _user(row)

    def end_session(self, hash: str) -> None:
        """End a session."""
        with self.writing(shown=False) as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == hash))

    def end_sessions(self, owner: int, *, but: str = "") -> int:
        """End all sessions of a user, except one; how many there were."""
        mine = (sessions.c.owner == owner) & (sessions.c.hash != but)
        with self.writing(shown=False) as connection:
            return connection.execute(delete(sessions).where(mine)).rowcount

    def count_sessions(self, owner: int) -> int:
        """How many sessions of a user go on."""
        mine = (sessions.c.owner == owner) & (sessions.c.ends > now())
        with self.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(sessions).where(mine)) or 0)

    # -- tokens ---------------------------------------------------------------------------------------------

    def add_token(self, token: Token) -> None:
        """Keep a token; a link that sets a password takes the place of earlier ones.

        Raises:
            NotFoundError: the user was removed.
        """
        row = {name: getattr(token, name) for name in Token.__slots__}
        with self.writing(shown=False) as connection:
            _user_at(connection, token.owner)
            if token.kind == "reset":
                mine = (tokens.c.owner == token.owner) & (tokens.c.kind == "reset")
                connection.execute(delete(tokens).where(mine))
            connection.execute(insert(tokens), row | {"scopes": ",".join(token.scopes)})

    def token(self, id: str) -> Token | None:
        """A token by its beginning."""
        with self.reading() as connection:
            row = connection.execute(select(tokens).where(tokens.c.id == id)).one_or_none()
            return None if row is None else _token(row)

    def tokens(self, owner: int | None = None) -> list[Token]:
        """The tokens of a user, or of all, the newest first; ended ones too."""
        query = select(tokens).where(tokens.c.kind == "token")
        query = query if owner is None else query.where(tokens.c.owner == owner)
        with self.reading() as connection:
            ordered = query.order_by(tokens.c.created.desc(), tokens.c.id)
            return [_token(row) for row in connection.execute(ordered)]

    def use_token(self, id: str) -> None:
        """Remember that a token was used today; written once a minute at most."""
        stamp = now()[:16]
        with self.writing(shown=False) as connection:
            connection.execute(update(tokens).where(tokens.c.id == id).values(used=stamp))

    def remove_token(self, id: str, owner: int | None = None) -> None:
        """Revoke a token (of a user).

        Raises:
            NotFoundError: there is none.
        """
        mine = tokens.c.id == id
        mine = mine if owner is None else mine & (tokens.c.owner == owner)
        with self.writing(shown=False) as connection:
            if not connection.execute(delete(tokens).where(mine)).rowcount:
                raise NotFoundError(f"There is no token {id[:20]!r}.", "It was revoked already.")

    # -- attempts to sign in --------------------------------------------------------------------------------

    def attempt(self, limits: Mapping[str, int], seconds: float) -> float:
        """Count an attempt under each key, unless one had as many as it may in the last ``seconds``.

        Returns:
            Seconds to wait; 0 where the attempt may go on.
        """
        at = time.time()
        with self.writing(shown=False) as connection:
            connection.execute(delete(attempts).where(attempts.c.at < at - seconds))
            for key, most in limits.items():
                made = list(
                    connection.scalars(
                        select(attempts.c.at).where(attempts.c.key == key).order_by(attempts.c.at.desc())
                    )
                )
                if len(made) >= most:
                    return max(1.0, float(made[most - 1]) + seconds - at)
            connection.execute(insert(attempts), [{"key": key, "at": at} for key in limits])
        return 0.0

    def forget_attempts(self, key: str, *, one_of: str) -> None:
        """Who has signed in begins anew; of an address this one attempt is taken back.

        Who has an account would else try the names of others without end, and sign in now and then.
        """
        last = select(func.max(attempts.c.at)).where(attempts.c.key == one_of).scalar_subquery()
        mine = (attempts.c.key == one_of) & (attempts.c.at == last)
        with self.writing(shown=False) as connection:
            connection.execute(delete(attempts).where(or_(attempts.c.key == key, mine)))


def _user_at(connection: Connection, number: int) -> User:
    row = connection.execute(select(users).where(users.c.number == number)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such user.", "The user was removed.")
    return _user(row)


def _check_not_last(connection: Connection, user: User) -> None:
    others = select(func.count()).select_from(users)
    others = others.where(users.c.role == KEEPER, users.c.number != user.number)
    if user.role == KEEPER and not connection.scalar(others):
        raise InputError(f"{user.name!r} is the last keeper.", "Make another user a keeper first.")


def _user(row: Any) -> User:
    values = {name: getattr(row, name) for name in User.__slots__}
    return User(**values | {"groups": read_json(row.groups, tuple)})


def _token(row: Any) -> Token:
    values = {name: getattr(row, name) for name in Token.__slots__}
    return Token(**values | {"scopes": tuple(filter(None, row.scopes.split(",")))})
