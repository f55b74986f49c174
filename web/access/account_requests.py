"""What forms about accounts may say: these models validate them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from litatlas.vocabulary import (
    MAX_GROUPS,
    MAX_PASSWORD,
    MAX_SHARED,
    MAX_TOKEN_DAYS,
    MAX_TOKEN_NAME,
    MAX_TYPED_NAME,
)
from web.requests import Request, Text, clean

Password = Annotated[str, BeforeValidator(clean), Field(max_length=MAX_PASSWORD)]
Named = Annotated[Text, Field(max_length=MAX_TYPED_NAME)]
Place = Annotated[Text, Field(max_length=8_000)]


class _Form(Request):
    """A form whose spaces mean something, as in a password."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class SignInPageRequest(Request):
    """Where to go after signing in."""

    next: Place = "/"


class SignInRequest(_Form):
    """A name and a password."""

    name: Named
    password: Password
    next: Place = "/"


class SetPasswordRequest(_Form):
    """A password for the user of a link, typed twice."""

    password: Password
    again: Password


class AccountRequest(_Form):
    """What to do with one's own account."""

    do: Literal["password", "everywhere", "token", "revoke"]
    old: Password = ""
    password: Password = ""
    again: Password = ""
    name: Annotated[Text, Field(max_length=MAX_TOKEN_NAME)] = ""
    scope: Literal["read", "add", "curate", "keep"] = "read"
    days: Annotated[int, Field(ge=1, le=MAX_TOKEN_DAYS)] = 90
    id: Annotated[Text, Field(max_length=40)] = ""


class UsersRequest(_Form):
    """What to do with a user."""

    do: Literal["add", "role", "link", "remove", "groups"]
    name: Named
    role: Literal["reader", "editor", "keeper"] = "reader"
    groups: Annotated[Text, Field(max_length=MAX_GROUPS)] = ""


class AuditRequest(Request):
    """Rows before a number."""

    before: Annotated[int | None, Field(ge=1)] = None


class ShareRequest(Request):
    """Who sees a collection or a list; names of users and ``group:NAME``, separated by commas."""

    who: Literal["public", "private"]
    shared: Annotated[Text, Field(max_length=MAX_SHARED)] = ""

    def users(self) -> list[str]:
        """The names of users."""
        return [name for name in self._names() if not name.startswith("group:")]

    def groups(self) -> list[str]:
        """The names of groups."""
        return [name.removeprefix("group:") for name in self._names() if name.startswith("group:")]

    def _names(self) -> list[str]:
        return [name.strip() for name in self.shared.split(",") if name.strip()]
