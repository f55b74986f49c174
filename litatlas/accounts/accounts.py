"""Users, sessions, tokens and the audit log: what the web and the command line ask of accounts."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from ingest.library.library import AuditRow, Library, Token, User
from litatlas.accounts import passwords, secrets
from litatlas.accounts.names import key_of, user_name
from litatlas.accounts.permissions import ROLES, SCOPES
from litatlas.accounts.reader import EVERYBODY, Reader, person, program
from litatlas.answers import AuditAnswer, TokenAnswer, UserAnswer
from litatlas.errors import ForbiddenError, InputError, NotFoundError, TooManyError, UnauthorizedError
from litatlas.settings import Settings, accounts_mode, group_roles
from litatlas.vocabulary import MAX_TOKEN_DAYS, MAX_TOKEN_NAME, MAX_USER_NAME

ATTEMPTS, ATTEMPTS_FROM, ATTEMPT_SECONDS = 10, 100, 300.0
"""Attempts to sign in that a name, and an address (of a whole lab, maybe), has in so many seconds."""
RESET_DAYS = 2.0


def local_account() -> str:
    """Who works at the machine itself, for the audit log."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        name = f"user {os.getuid()}"
    return f"{name} (this machine)"


class Accounts:
    """The accounts of one atlas, as one reader works with them; reached as ``Atlas.accounts``."""

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
        keys = {
            secrets.hashed(f"name\0{key}"): ATTEMPTS,
            secrets.hashed(f"address\0{address}"): ATTEMPTS_FROM,
        }
        self._count_attempt(keys)
        user = self._library.user(key)
        if not passwords.matches(password, user.password if user else "") or user is None:
            self.record("sign-in refused", name[:MAX_USER_NAME], who="?")
            raise UnauthorizedError("The name or the password is wrong.", "Try again.")
        self._library.forget_attempts(list(keys))
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
            ForbiddenError: they may not use this atlas.
        """
        groups = [group for group in dict.fromkeys(groups) if 0 < len(group) <= 200][:200]
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

    # -- users ----------------------------------------------------------------------------------------------

    def all(self) -> list[UserAnswer]:
        """All users, by name."""
        return [self._answer(user) for user in self._library.users()]

    def add(self, name: str, role: str, password: str = "", groups: Sequence[str] = ()) -> UserAnswer:
        """Make a user; without a password they set one by `reset_link`.

        Raises:
            InputError: a name, role or password that cannot be used, or the name is taken.
        """
        name, groups = user_name(name), _groups(groups)
        kept = passwords.encoded(passwords.checked(password)) if password else ""
        user = self._library.add_user(name, key_of(name), _role(role), password=kept, groups=groups)
        self.record("user added", name, role=role)
        return self._answer(user)

    def set_role(self, name: str, role: str) -> None:
        """Give a user another role; raises also InputError for the last keeper."""
        user = self.named(name)
        self._library.change_user(user.number, role=_role(role))
        self.record("role changed", user.name, role=role)

    def set_groups(self, name: str, groups: Sequence[str]) -> None:
        """Say which groups a user is in, with which collections can be shared."""
        user = self.named(name)
        names = _groups(groups)
        self._library.change_user(user.number, groups=names)
        self.record("groups changed", user.name, groups=names)

    def set_password(self, name: str, password: str) -> None:
        """Set a user's password; all their sessions end."""
        user = self.named(name)
        self._set_password(user, password)

    def change_password(self, old: str, new: str, *, session: str) -> None:
        """Change the reader's own password; their other sessions end.

        Raises:
            UnauthorizedError: the old one is another. InputError: the new one cannot be used.
        """
        user = self._me()
        self._count_attempt({secrets.hashed(f"name\0{user.key}"): ATTEMPTS})
        if not passwords.matches(old, user.password):
            raise ForbiddenError("The current password is wrong.", "Type it again.")
        self._set_password(user, new, but=secrets.hashed(session))

    def _set_password(self, user: User, password: str, *, but: str = "") -> None:
        self._library.change_user(user.number, password=passwords.encoded(passwords.checked(password)))
        self._library.end_sessions(user.number, but=but)
        self.record("password set", user.name)

    def remove(self, name: str) -> None:
        """Remove a user; collections and lists stay, and belong to the keepers.

        Raises:
            NotFoundError: there is none. InputError: it is the last keeper.
        """
        user = self.named(name)
        self._library.remove_user(user.number)
        self.record("user removed", user.name)

    def reset_link(self, name: str) -> str:
        """The secret of a link by which a user sets a password once, within two days."""
        user = self.named(name)
        id, secret = secrets.fresh_token()
        ends = secrets.in_days(RESET_DAYS)
        self._library.add_token(
            Token(id, secrets.hashed(secret), user.number, "reset", "", (), secrets.in_days(0), "", ends)
        )
        self.record("reset link made", user.name)
        return secret

    def user_of_reset(self, secret: str) -> str:
        """Whose password a link sets.

        Raises:
            NotFoundError: it was used, or is too old.
        """
        return self._of_reset(secret)[1].name

    def use_reset(self, secret: str, password: str) -> str:
        """Set the password by a link; who they are. Raises as :meth:`user_of_reset`."""
        token, user = self._of_reset(secret)
        stored = passwords.encoded(passwords.checked(password))
        self._library.remove_token(token.id)  # first: of two at once, one is too late
        self._library.change_user(user.number, password=stored)
        self._library.end_sessions(user.number)
        self.record("password set", user.name, who=user.name, way="link")
        return user.name

    def _of_reset(self, secret: str) -> tuple[Token, User]:
        token = self._library.token(secrets.token_id(secret))
        good = token is not None and token.kind == "reset" and token.ends > secrets.in_days(0)
        if token is None or not good or not secrets.same(token.hash, secrets.hashed(secret)):
            raise NotFoundError("This link was already used, or has expired.", "Ask a keeper for another.")
        user = self._library.user_numbered(token.owner)
        if user is None:
            raise NotFoundError("The user of this link was removed.", "Ask a keeper.")
        return token, user

    def named(self, name: str) -> User:
        """A user by name.

        Raises:
            NotFoundError: there is none.
        """
        user = self._library.user(key_of(name[:400]))
        if user is None:
            raise NotFoundError(
                f"There is no user {name[:MAX_USER_NAME]!r}.", "litatlas users list shows them all."
            )
        return user

    def _me(self) -> User:
        user = self._library.user_numbered(self.reader.number) if self.reader.number else None
        if user is None:
            raise UnauthorizedError("You are not signed in.", "Sign in first.")
        return user

    def me(self) -> UserAnswer:
        """The reader's own account.

        Raises:
            UnauthorizedError: nobody is signed in.
        """
        return self._answer(self._me())

    def _answer(self, user: User) -> UserAnswer:
        return {
            "name": user.name,
            "role": user.role,
            "groups": list(user.groups),
            "issuer": user.issuer,
            "password": bool(user.password),
            "created": user.created,
            "sessions": self._library.count_sessions(user.number),
        }

    # -- tokens ---------------------------------------------------------------------------------------------

    def tokens(self, name: str | None = None) -> list[TokenAnswer]:
        """The tokens of a user, or of all."""
        owner = None if name is None else self.named(name).number
        names = {user.number: user.name for user in self._library.users()}
        return [_token_answer(token, names.get(token.owner, "")) for token in self._library.tokens(owner)]

    def make_token(self, user: str, name: str, scopes: Sequence[str], days: int) -> tuple[TokenAnswer, str]:
        """A new token of a user, and its secret, which is shown this once.

        Raises:
            InputError: unknown scopes, no end, or a name that is too long. NotFoundError: no such user.
        """
        owner = self.named(user)
        scopes = list(dict.fromkeys(scope.strip() for scope in scopes if scope.strip()))
        if not scopes or any(scope not in SCOPES for scope in scopes):
            raise InputError("A token needs valid scopes.", f"Scopes: {', '.join(SCOPES)}.")
        if not 1 <= days <= MAX_TOKEN_DAYS:
            raise InputError("A token needs an expiry.", f"Let it expire in 1 to {MAX_TOKEN_DAYS:,} days.")
        name = " ".join(name.split())
        if len(name) > MAX_TOKEN_NAME or not name.isprintable():
            raise InputError("The token's name is too long.", f"At most {MAX_TOKEN_NAME} characters.")
        id, secret = secrets.fresh_token()
        made, ends = secrets.in_days(0), secrets.in_days(days)
        token = Token(id, secrets.hashed(secret), owner.number, "token", name, tuple(scopes), made, "", ends)
        self._library.add_token(token)
        self.record("token made", owner.name, token=id, scopes=scopes, ends=ends)
        return _token_answer(token, owner.name), secret

    def revoke_token(self, id: str, user: str | None = None) -> None:
        """Revoke a token (of a user) at once.

        Raises:
            NotFoundError: there is none.
        """
        self._library.remove_token(id, None if user is None else self.named(user).number)
        self.record("token revoked", id[:40])

    # -- the audit log --------------------------------------------------------------------------------------

    def audit(self, *, limit: int = 200, before: int | None = None) -> list[AuditAnswer]:
        """The latest of what was done, the newest first."""
        return [_row(row) for row in self._library.audit_rows(limit=limit, before=before)]

    def audit_log(self) -> Iterator[AuditAnswer]:
        """All that was done, the oldest first."""
        return map(_row, self._library.all_audit_rows())


def _not_let_in() -> ForbiddenError:
    return ForbiddenError(
        "This account may not use this atlas.", "Ask its keepers to let one of your groups in."
    )


def _role(role: str) -> str:
    if role not in ROLES:
        raise InputError(f"There is no role {role[:40]!r}.", f"Roles: {', '.join(ROLES)}.")
    return role


def _groups(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(map(user_name, names)))


def _token_answer(token: Token, owner: str) -> TokenAnswer:
    return {
        "id": token.id,
        "user": owner,
        "name": token.name,
        "scopes": list(token.scopes),
        "created": token.created,
        "used": token.used,
        "ends": token.ends,
        "ended": not token.ends or token.ends <= secrets.in_days(0),
    }


def _row(row: AuditRow) -> AuditAnswer:
    return {
        "number": row.number,
        "at": row.at,
        "who": row.who,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "address": row.address,
    }
