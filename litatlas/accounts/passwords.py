"""Passwords by argon2id; what is kept of one can only be compared with."""

from __future__ import annotations

from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from litatlas.errors import InputError
from litatlas.vocabulary import MAX_PASSWORD, MIN_PASSWORD

# RFC 9106's second choice of parameters needs 64 MB; OWASP's 19 MB with two passes is a barrier as strong as
# a lab needs, and several sign-ins at once do not fill a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_turns = BoundedSemaphore(4)


def checked(password: str) -> str:
    """A password that may be used.

    Raises:
        InputError: it is too short or too long.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InputError(
            f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.", "Several words make a good one."
        )
    return password


def encoded(password: str) -> str:
    """What is kept of a password."""
    with _turns:
        return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def matches(password: str, kept: str) -> bool:
    """Whether it is that password; takes as long where nothing is kept, so that time tells nothing."""
    typed = password[: MAX_PASSWORD + 1].encode("utf-8", "surrogatepass")
    with _turns:
        try:
            return _HASHER.verify(kept or _none(), typed) and bool(kept)
        except (Argon2Error, InvalidHashError):
            return False


@lru_cache(maxsize=1)
def _none() -> str:
    return _HASHER.hash(b"\0 no user has this password")
