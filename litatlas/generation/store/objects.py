"""An object store by its address (`fsspec`): objects are put and got whole, and are waited for patiently.

Credentials come from where the store's own tools look for them (environment, profiles, roles), never from
settings. Only imported where the setting `store` is set.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from litatlas.errors import LitatlasError, SettingsError

Result = TypeVar("Result")

SECONDS = 60.0
"""How long a store that does not answer is waited for, a call."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
DAMAGED_TRIES = 4
"""How often an object is read that is not what was written."""
CONNECT_SECONDS, ANSWER_SECONDS = 5, 30
_S3 = {"s3", "s3a"}
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")
_REFUSALS = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "NoSuchBucket"}


class StoreError(LitatlasError):
    """The store is away, refuses, or lacks what should be in it."""

    status = 503


class StoreAwayError(StoreError):
    """The store does not answer; it may come back."""


class ObjectMissingError(StoreError):
    """There is no such object."""


class ObjectDamagedError(StoreError):
    """An object is not what was written, however often it is read."""


class ObjectStore:
    """The objects under one address; safe for threads, and for processes that fork."""

    def __init__(self, address: str) -> None:
        """``address``: as in ``s3://bucket/prefix`` or ``file:///srv/store``.

        Raises:
            SettingsError: it is none, or has credentials in it.
        """
        self.address = checked_address(address)
        self._opened: tuple[int, Any, str] = (-1, None, "")
        self._opening = threading.Lock()

    def put(self, name: str, data: bytes) -> None:
        """Write an object; another of its name is replaced.

        Raises:
            StoreError: the store is away for too long, full, or refuses.
        """
        self._patiently(lambda files, path: _written(files, path, data), name)

    def get(self, name: str, sha256: str | None = None) -> bytes:
        """An object's bytes, compared with their checksum.

        Raises:
            ObjectMissingError, ObjectDamagedError, StoreError.
        """
        for left in reversed(range(DAMAGED_TRIES)):
            data: bytes = self._patiently(lambda files, path: files.cat_file(path), name)
            if sha256 is None or hashlib.sha256(data).hexdigest() == sha256:
                return data
            if left:
                time.sleep(FIRST_PAUSE)
        raise ObjectDamagedError(
            f"The store {self.address} holds {name} damaged: it is not what was written.",
            "On a host that has its files whole, run: litatlas reindex",
        )

    def size(self, name: str) -> int | None:
        """The bytes of an object; None where there is none."""
        try:
            return int(self._patiently(lambda files, path: files.info(path), name)["size"])
        except ObjectMissingError:
            return None

    def names(self, folder: str) -> list[str]:
        """The names of all objects below a folder."""
        try:
            paths = self._patiently(lambda files, path: files.find(path), folder)
        except ObjectMissingError:
            return []
        root = self._files()[1]
        return sorted(path.removeprefix(root).lstrip("/") for path in paths)

    def total(self, folder: str) -> int:
        """The bytes of all objects below a folder."""
        try:
            found = self._patiently(lambda files, path: files.find(path, detail=True), folder)
        except ObjectMissingError:
            return 0
        return sum(int(told["size"]) for told in found.values())

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; those that are not there stay so."""
        for name in names:
            with suppress(ObjectMissingError):
                self._patiently(lambda files, path: files.rm_file(path), name)

    def _patiently(self, work: Callable[[Any, str], Result], name: str) -> Result:
        """Do something with an object, again and again while the store does not answer."""
        until, pause = time.monotonic() + SECONDS, FIRST_PAUSE
        while True:
            try:
                files, root = self._files()
                return work(files, f"{root}/{name}")
            except FileNotFoundError as error:
                raise ObjectMissingError(
                    f"The store {self.address} lacks {name}.",
                    "On a host that has its files whole, run: litatlas reindex",
                ) from error
            except LitatlasError:
                raise
            except Exception as error:  # every kind of store has exceptions of its own
                refusal = self._refusal(error)
                if refusal is not None:
                    raise refusal from error
                if time.monotonic() + pause > until:
                    raise StoreAwayError(
                        f"The store {self.address} does not answer: {_reason(error)}.",
                        "Bring it back, or correct the setting store; then run the same command again.",
                    ) from error
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    def _refusal(self, error: Exception) -> StoreError | None:
        """What waiting does not cure."""
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StoreError(
                f"The disk of the store {self.address} is full.",
                "Make room, then run the same command again.",
            )
        code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
        refuses = isinstance(error, PermissionError) or code in _REFUSALS
        if refuses or type(error).__name__ in _NO_CREDENTIALS:
            return StoreError(
                f"The store {self.address} refuses: {_reason(error)}.",
                "Credentials come from the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            )
        return None

    def _files(self) -> tuple[Any, str]:
        """The file system of this process, and the path of the address in it."""
        with self._opening:
            if self._opened[0] != os.getpid():
                self._opened = (os.getpid(), *_opened(self.address))
            return self._opened[1:]


def checked_address(address: str) -> str:
    """An address without its last slash.

    Raises:
        SettingsError: it is none, or has credentials in it.
    """
    parts = urlsplit(address.strip())
    if not parts.scheme or not (parts.netloc or parts.path.strip("/")):
        raise SettingsError(
            f"store is {address[:200]!r}.", "Write it as s3://bucket/prefix or file:///srv/store."
        )
    if parts.username or parts.password or parts.query:
        raise SettingsError(
            "store has credentials or options in its address.",
            "Give them by the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )
    return address.strip().rstrip("/")


def _opened(address: str) -> tuple[Any, str]:
    scheme = urlsplit(address).scheme
    try:
        from fsspec.core import url_to_fs

        files, root = url_to_fs(address, **_options(scheme))
    except (ImportError, ValueError) as error:
        raise StoreError(
            f"The store {address} cannot be opened: {_reason(error)}.",
            'Install what it needs: pip install "litatlas[store]" (S3), or the driver of fsspec.',
        ) from error
    if scheme in _S3:
        files.retries = 1  # we wait ourselves
    return files, str(root)


def _options(scheme: str) -> dict[str, Any]:
    plain = {"skip_instance_cache": True, "use_listings_cache": False}
    if scheme in _S3:
        times = {"connect_timeout": CONNECT_SECONDS, "read_timeout": ANSWER_SECONDS}
        return {**plain, "config_kwargs": {**times, "retries": {"max_attempts": 1}}}
    return {**plain, "auto_mkdir": True} if scheme == "file" else plain


def _written(files: Any, path: str, data: bytes) -> None:
    if "file" not in files.protocol:
        files.pipe_file(path, data)
        return
    aside = f"{path}.{secrets.token_hex(8)}.writing"  # a folder shows files that are being written
    try:
        files.pipe_file(aside, data)
        files.mv(aside, path)
    except BaseException:
        with suppress(OSError):
            files.rm_file(aside)
        raise


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:300].rstrip(".")
