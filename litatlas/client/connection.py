"""A server's API, asked with a token, and what is said where it does not answer or cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from litatlas.errors import InputError, LitatlasError, UnavailableError

BLOCK = 1 << 16
"""Bytes of a file that are read at once."""
_TIMEOUT = 120.0
_LOCAL = ("localhost", "127.0.0.1", "::1")


class RemoteError(LitatlasError):
    """What the server refused, in its words."""


class _NoRedirect(request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Connection:
    """A server's API and the token that it is asked with.

    Raises:
        InputError: an address that is none, or over which a token would be readable on its way.
    """

    def __init__(self, server: str, token: str) -> None:
        scheme, host = _scheme_and_host(server)
        if token and scheme == "http" and host not in _LOCAL:
            raise InputError(
                "A token is not sent over http, where others can read it on the way.",
                "Use the https address.",
            )
        if not all("!" <= sign <= "~" for sign in token):
            raise InputError("The token has characters that no token has.", "Copy it again, alone.")
        self._base = server.rstrip("/") + "/api/v1"
        self._headers = {"Accept": "application/json", "User-Agent": "litatlas"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._opener = request.build_opener(_NoRedirect)

    def get(self, path: str, **values: Any) -> Any:
        """A JSON answer."""
        with self.open(path, values) as answer:
            return _json(answer)

    def open(self, path: str, values: Mapping[str, Any]) -> IO[bytes]:
        """An answer as a stream."""
        pairs = [(name, one) for name, value in values.items() for one in _listed(value)]
        return self._open("GET", path + (f"?{urlencode(pairs)}" if pairs else ""))

    def send(self, method: str, path: str, body: bytes, kind: str) -> Any:
        """The JSON answer to a body."""
        with self._open(method, path, body, kind) as answer:
            return _json(answer)

    def _open(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> IO[bytes]:
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        message = request.Request(self._base + path, body, headers, method=method)  # noqa: S310
        try:
            return cast("IO[bytes]", self._opener.open(message, timeout=_TIMEOUT))
        except HTTPError as error:
            raise _problem(error) from None
        except (URLError, OSError, HTTPException) as error:
            raise UnavailableError(
                f"The server {self._base} does not answer.", "Is it running? Is the address right?"
            ) from error


def _scheme_and_host(server: str) -> tuple[str, str]:
    try:
        parts = urlsplit(server)
        host = parts.hostname or ""
        is_server = parts.scheme in ("http", "https") and host and parts.port != 0
        if is_server and server.isprintable() and " " not in server:
            return parts.scheme, host
    except ValueError:  # a port or an IPv6 address that is none
        pass
    raise InputError(
        f"{server[:200]!r} is not the address of a server.",
        "Use an address such as https://atlas.example.org",
    )


def _json(answer: IO[bytes]) -> Any:
    try:
        return json.load(answer)
    except (ValueError, RecursionError) as error:
        raise RemoteError("The server's answer cannot be read.", "Is it a litatlas?") from error
    except (OSError, HTTPException) as error:
        raise broken_off() from error


def broken_off() -> UnavailableError:
    """The error of an answer that ended too early."""
    return UnavailableError("The server's answer broke off.", "Try again.")


def content_of(path: str | Path, stdin: BinaryIO | None = None) -> tuple[str, bytes]:
    """The name and the bytes of a file, or of standard input for "-".

    Raises:
        InputError: it is a folder, or cannot be read.
    """
    if str(path) == "-" and stdin is not None:
        return "standard input", stdin.read()
    try:
        return Path(path).name, Path(path).read_bytes()
    except IsADirectoryError:
        raise InputError(f"{path} is a folder.", "Send its files, or an archive of them.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error


def form_with_file(values: Mapping[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A form with a file, and its media type."""
    edge = uuid4().hex
    safe = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
    fields = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in values.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    body = b"".join([*fields, head.encode("utf-8", "replace"), content, f"\r\n--{edge}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={edge}"


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def _problem(error: HTTPError) -> LitatlasError:
    try:
        with error:
            problem = json.loads(error.read(1_000_000))
        return RemoteError(str(problem["detail"]), str(problem.get("hint", "")))
    except (ValueError, KeyError, TypeError, RecursionError, OSError, HTTPException):
        return RemoteError(f"The server answered with status {error.code}.", "Is it a litatlas?")


class Part:
    """A part of a server's atlas; what the server cannot be asked is refused."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        raise not_remote()


def not_remote() -> InputError:
    """The error of a command that a server cannot be asked."""
    return InputError(
        "This command works on the machine of the atlas alone.", "Leave out --server and LITATLAS_SERVER."
    )
