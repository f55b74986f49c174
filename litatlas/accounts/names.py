"""Names of users and groups: what can be one, and how two are compared."""

from __future__ import annotations

import unicodedata

from litatlas.errors import InputError
from litatlas.vocabulary import MAX_TYPED_NAME, MAX_USER_NAME

_HINT = (
    f"A name has 1 to {MAX_USER_NAME} letters, digits and marks, without spaces around it: "
    "ada, ada@example.org."
)


def user_name(text: str) -> str:
    """A user's name, composed (NFC).

    Raises:
        InputError: it is empty, too long, or has signs that are not seen or turn the direction of writing.
    """
    if len(text) > MAX_TYPED_NAME:
        raise InputError(f"A name of {len(text):,} characters is too long.", _HINT)
    name = unicodedata.normalize("NFC", text.strip())
    if not name or len(name) > MAX_USER_NAME:
        raise InputError("A user needs a name that is not empty and not too long.", _HINT)
    if not name.isprintable() or any(unicodedata.category(sign)[0] in "CZ" and sign != " " for sign in name):
        raise InputError("This name has invisible characters.", _HINT)
    if any(unicodedata.category(sign) == "Mn" for sign in name[:1]) or not any(map(str.isalnum, name)):
        raise InputError("This name has no letter that it could begin with.", _HINT)
    if "," in name:
        raise InputError("A name has no comma: commas separate names.", _HINT)
    if name.casefold().startswith("group:"):
        raise InputError("A name does not begin with 'group:': that is how a group is named.", _HINT)
    return name


def key_of(name: str) -> str:
    """The name as names are compared: compatible forms and case are one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def can_be_kept(text: str) -> bool:
    """Whether any database can hold a text: no half of a surrogate pair, and no NUL."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
