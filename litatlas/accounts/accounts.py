"""Users, tokens and the audit log: what the web and the command line ask of accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.library.library import AuditRow, Token, User
from litatlas.accounts import passwords, secrets
from litatlas.accounts.names import key_of, user_name
from litatlas.accounts.permissions import ROLES, SCOPES
from litatlas.accounts.sign_in import ATTEMPTS, SignIn
from litatlas.answers import AuditAnswer, TokenAnswer, UserAnswer
from litatlas.errors import ForbiddenError, InputError, NotFoundError
from litatlas.vocabulary import MAX_TOKEN_DAYS, MAX_TOKEN_NAME, MAX_USER_NAME

RESET_DAYS = 2.0


class Accounts(SignIn):
    """The accounts of one atlas, as one reader works with them; reached as ``Atlas.accounts``."""

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
