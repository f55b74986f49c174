"""Signing in: by a password, a session, a token, or an account elsewhere; and the audit log's rows of it."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Sequence
from typing import Any, Literal

from ingest.library.library import Library, User
from litatlas.accounts import passwords, secrets
from litatlas.accounts.names import can_be_kept, key_of, user_name
from litatlas.accounts.permissions import ROLES
from litatlas.accounts.reader import EVERYBODY, Reader, person, program
from litatlas.errors import ForbiddenError, InputError, TooManyError, UnauthorizedError
from litatlas.settings import Settings, accounts_mode, group_roles
from litatlas.vocabulary import MAX_USER_NAME

MAX_SUBJECT = 400
"""Characters of who somebody is elsewhere; a longer one is refused and not cut, for two could begin alike."""
ATTEMPTS, ATTEMPTS_FROM, ATTEMPT_SECONDS = 10, 100, 300.0
"""Attempts to sign in that a name, and an address (of a whole lab, maybe), has in so many seconds."""


def local_account() -> str:
    """Who works at the machine itself, for the audit log."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        name = f"user {os.getuid()}"
    return f"{name} (this machine)"


class SignIn:
    """Who a password, a session, a token or a group lets in, and what is written down of it."""

    def __init__(self, library: Library, settings: Settings, reader: Reader = EVERYBODY) -> None:
        self._library = library
        self._settings = settings
        self.reader = reader
        self.address = ""

    @property
    def mode(self) -> Literal["off", "on", "proxy"]:
        """Whether there are accounts, and where they are from."""
        return accounts_mode(self._settings)

    def record(self, action: str, subject: str = "", *, who: str = "", **detail: Any) -> None:
        """Write into the audit log what was done."""
        text = json.dumps(detail, ensure_ascii=False) if detail else ""
        days = self._settings.audit_days
        self._library.record(
            who or self.reader.who or local_account(),
            action,
            subject[:500],
            text[:2_000],
            self.address,
            days=days,
        )

    # -- signing in -----------------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A new session for who knows a user's password; the secret that its cookie holds.

        Raises:
            UnauthorizedError: no such user, or another password. TooManyError: too many attempts.
            ForbiddenError: passwords are shut.
        """
        if not self._settings.password_login:
            raise ForbiddenError("Passwords are not accepted here.", "Sign in the other way that is offered.")
        key = key_of(name[:200])
        by_name, by_address = secrets.hashed(f"name\0{key}"), secrets.hashed(f"address\0{address}")
        self._count_attempt({by_name: ATTEMPTS, by_address: ATTEMPTS_FROM})
        user = self._library.user(key)
        if not passwords.matches(password, user.password if user else "") or user is None:
            self.record("sign-in refused", name[:MAX_USER_NAME], who="?")
            raise UnauthorizedError("The name or the password is wrong.", "Try again.")
        self._library.forget_attempts(by_name, one_of=by_address)
        return self.start_session(user, "password")

    def _count_attempt(self, keys: dict[str, int]) -> None:
        if wait := self._library.attempt(keys, ATTEMPT_SECONDS):
            error = TooManyError("Too many attempts to sign in.", "Wait some minutes, then try again.")
            error.retry_after = int(wait) + 1
            raise error

    def start_session(self, user: User, way: str) -> str:
        """A new session of a user; the secret that its cookie holds."""
        secret = secrets.fresh()
        self._library.start_session(
            secrets.hashed(secret), user.number, secrets.in_days(self._settings.session_days)
        )
        self.record("signed in", user.name, who=user.name, way=way)
        return secret

    def of_session(self, secret: str) -> Reader | None:
        """Who has a session with this secret; None where it has ended."""
        user = self._library.session_user(secrets.hashed(secret))
        return None if user is None else person(user)

    def of_token(self, text: str) -> Reader:
        """The program that has this token.

        Raises:
            UnauthorizedError: it is none, was revoked, or has ended.
        """
        id = secrets.token_id(text)
        token = self._library.token(id) if id else None
        if token is None or token.kind != "token" or not secrets.same(token.hash, secrets.hashed(text)):
            raise UnauthorizedError("This token is not known.", "It was revoked, or is incomplete.")
        if not token.ends or token.ends <= secrets.in_days(0):
            raise UnauthorizedError("This token has expired.", "Create another on your account page.")
        user = self._library.user_numbered(token.owner)
        if user is None:
            raise UnauthorizedError("This token is not known.", "Its user was removed.")
        if token.used != secrets.in_days(0)[:16]:
            self._library.use_token(id)
        return program(user, token.scopes, id)

    def sign_out(self, secret: str) -> None:
        """End a session."""
        self._library.end_session(secrets.hashed(secret))
        self.record("signed out")

    def sign_out_everywhere(self, *, but: str = "") -> int:
        """End all sessions of the reader, except one."""
        kept = secrets.hashed(but) if but else ""
        ended = self._library.end_sessions(self._me().number, but=kept)
        self.record("signed out everywhere", sessions=ended)
        return ended

    def known_from_outside(self, issuer: str, subject: str, name: str, groups: Sequence[str]) -> User:
        """The user of an account elsewhere, known by (issuer, subject) alone; made when it is new.

        Groups and the role that they give are those of now.

        Raises:
            ForbiddenError: they may not use this atlas, or the subject is too long or no text.
        """
        if not subject or len(subject) > MAX_SUBJECT or not can_be_kept(subject):
            raise ForbiddenError("This account has a name that cannot be kept.", "Ask its administrator.")
        groups = [group for group in dict.fromkeys(groups) if 0 < len(group) <= 200 and can_be_kept(group)]
        groups = groups[:200]
        user = self._library.user_of(issuer, subject)
        if user is not None:
            return self._follow_groups(user, groups)
        role = self._role_of(groups) or self._settings.default_role
        if role not in ROLES:
            raise _not_let_in()
        made = self._made_from_outside(issuer, subject, name, role, groups)
        self.record("user added", made.name, who=made.name, role=role, issuer=issuer)
        return made

    def _role_of(self, groups: Sequence[str]) -> str:
        """The highest role that groups give; "" where they give none."""
        roles = group_roles(self._settings)
        granted = {roles[group] for group in groups if group in roles}
        return next((role for role in ("keeper", "editor", "reader") if role in granted), "")

    def _follow_groups(self, user: User, groups: list[str]) -> User:
        """Give a user the groups of now and their role; one that a keeper gave by hand stays."""
        role = self._role_of(groups)
        if not role and self._role_of(user.groups) == user.role:  # it came from a group that they left
            role = self._settings.default_role
            if role not in ROLES:
                self._shut_out(user)
                raise _not_let_in()
        role = role or user.role
        if (role, tuple(groups)) == (user.role, user.groups):
            return user
        try:
            changed = self._library.change_user(user.number, role=role, groups=groups)
        except InputError:  # the last keeper stays one, until there is another
            kept = [group for group in user.groups if self._role_of([group]) == user.role]
            return self._library.change_user(user.number, groups=list(dict.fromkeys([*groups, *kept])))
        if role != user.role:
            self.record("role changed", user.name, who=user.name, role=role, was=user.role, by="groups")
        return changed

    def _shut_out(self, user: User) -> None:
        """End what lets in a user who may not use the atlas any more; what is theirs stays."""
        tokens = [token.id for token in self._library.tokens(user.number)]
        for id in tokens:
            self._library.remove_token(id)
        ended = self._library.end_sessions(user.number)
        if tokens or ended:
            self.record("shut out", user.name, who=user.name, sessions=ended, tokens=len(tokens), by="groups")

    def _made_from_outside(
        self, issuer: str, subject: str, name: str, role: str, groups: Sequence[str]
    ) -> User:
        try:
            name = user_name(name)
        except InputError:
            name = f"user {secrets.hashed(issuer + subject)[:8]}"
        for number in range(1, 1_000):  # a name is shown, and tells nobody apart
            free = name if number == 1 else f"{name[:70]} {number}"
            if self._library.user(key_of(free)) is None:
                return self._library.add_user(
                    free, key_of(free), role, issuer=issuer, subject=subject, groups=groups
                )
        raise ForbiddenError("There are too many users of this name.", "Ask a keeper.")

    def _me(self) -> User:
        user = self._library.user_numbered(self.reader.number) if self.reader.number else None
        if user is None:
            raise UnauthorizedError("You are not signed in.", "Sign in first.")
        return user


def _not_let_in() -> ForbiddenError:
    return ForbiddenError(
        "This account may not use this atlas.", "Ask its keepers to let one of your groups in."
    )
