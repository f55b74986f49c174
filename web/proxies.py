"""Reverse proxies and host names: whom to believe what a request's address was, and which names are ours.

What a proxy says of the scheme, the host and the path before it is believed where the proxy is trusted, and
nowhere else. A name that is not ours is refused: a page of another site whose name was made to point here
could otherwise read and change the atlas as if it were one of its pages.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from litatlas.errors import LitatlasError, SettingsError
from litatlas.settings import Settings

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY = "*"
FREE = frozenset({"healthz", "readyz"})
"""Asked by load balancers under addresses of their own; they tell nothing of the atlas."""
_PREFIX = re.compile(r"(/[\w.~-]+)*")
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")
_CLIENT = "HTTP_X_FORWARDED_FOR"
_REQUEST_ID = "HTTP_X_REQUEST_ID"
_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)
_FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PREFIX")
_LINK = re.compile(rb'( (?:href|src|action|formaction|data-cite)=")/(?!/)')
_PORTS = {"http": 80, "https": 443}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ForeignHostError(LitatlasError):
    """A request for a name that is not this atlas's, or is no name of a host."""

    status = 403


def checked(settings: Settings) -> tuple[list[Network], str]:
    """The networks of trusted proxies and the path before all others; a `SettingsError` where one of them is
    wrong."""
    base = settings.base_path.rstrip("/")
    names = [name.strip() for name in settings.trusted_proxies.split(",") if name.strip()]
    try:
        trusted = [ipaddress.ip_network(name, strict=False) for name in names]
    except ValueError as error:
        raise SettingsError(f"trusted_proxies: {error}.", "Use addresses such as 10.0.0.0/8,::1.") from None
    if base and not _PREFIX.fullmatch(base):
        raise SettingsError(f"base_path is {settings.base_path!r}.", "Use a path such as /litatlas.")
    return trusted, base


class Proxied:
    """Puts into a request's environment what trusted proxies say of it, and its id (theirs, or new)."""

    def __init__(self, app: Callable[..., Iterable[bytes]], settings: Settings) -> None:
        self._app = app
        self._trusted, self._base = checked(settings)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer a request."""
        proto, host, prefix = (str(environ.pop(name, "")).rpartition(",")[2].strip() for name in _FORWARDED)
        environ["litatlas.host"] = environ.get("HTTP_HOST", "")
        base = self._base
        passed = str(environ.pop(_CLIENT, ""))
        id = str(environ.pop(_REQUEST_ID, ""))
        environ["litatlas.trusted"] = self._is_trusted(str(environ.get("REMOTE_ADDR", "")))
        known = environ["litatlas.trusted"] and _ID.fullmatch(id)
        environ["litatlas.request_id"] = id if known else os.urandom(8).hex()
        if environ["litatlas.trusted"]:
            environ["litatlas.client"] = self._client(passed)
            if proto in _PORTS:
                environ["wsgi.url_scheme"] = proto
            if _HOST.fullmatch(host):
                environ["HTTP_HOST"] = host
            if prefix and _PREFIX.fullmatch(prefix.rstrip("/")):
                base = prefix.rstrip("/")
        if base:
            path = environ.get("PATH_INFO", "")
            environ["SCRIPT_NAME"] = base
            environ["PATH_INFO"] = path.removeprefix(base) if path.startswith(f"{base}/") else path
        return self._app(environ, start)

    def _client(self, passed: str) -> str:
        """The last address that a trusted proxy saw and that is no trusted proxy itself; "" for none."""
        addresses = [part.strip() for part in passed[-1_000:].split(",") if part.strip()]
        return next((one for one in reversed(addresses) if not self._is_trusted(one)), "")[:100]

    def _is_trusted(self, address: str) -> bool:
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)


def install(app: Flask, settings: Settings) -> None:
    """Believe trusted proxies, and refuse foreign names."""
    app.wsgi_app = Proxied(app.wsgi_app, settings)  # type: ignore[method-assign, assignment]
    named = {name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip()}
    allowed = LOCAL | named

    @app.before_request
    def check_host() -> None:
        if request.endpoint in FREE:
            return
        if request.environ.get("HTTP_HOST") and not request.host:  # no link could be made of it
            raise ForeignHostError(
                "The Host of this request is not a name and a port.", "Open a plain address."
            )
        if ANY in allowed:
            return
        for host in (request.environ.get("litatlas.host", ""), request.environ.get("HTTP_HOST", "")):
            name = _name(host)
            if name and name not in allowed:
                raise ForeignHostError(
                    f"This atlas does not serve the host name {name[:80]!r}.",
                    "Its administrator can add it to the setting allowed_hosts (LITATLAS_ALLOWED_HOSTS).",
                )


def begin_links(app: Flask) -> None:
    """Let links begin where the atlas does: installed last, for a kept answer has its links already."""

    @app.after_request
    def begin(response: Response) -> Response:
        root = request.script_root
        if not root or "is_kept" in g:
            return response
        place = response.headers.get("Location", "")
        if place.startswith("/") and not place.startswith(("//", f"{root}/")):
            response.headers["Location"] = root + place
        if response.mimetype == "text/html" and not response.is_streamed:
            response.set_data(_LINK.sub(rb"\g<1>" + root.encode() + b"/", response.get_data()))
        return response


def is_ours(origin: str) -> bool:
    """Whether an origin is this atlas's own, whether or not it names the usual port."""
    claimed = urlsplit(origin)
    if claimed.netloc == request.host:
        return True
    try:
        port = claimed.port or _PORTS.get(claimed.scheme)
        own = urlsplit(f"{request.scheme}://{request.host}")
        return (claimed.hostname, port) == (own.hostname, own.port or _PORTS.get(request.scheme))
    except ValueError:
        return False


def _name(host: str) -> str:
    return host.lower() if host.endswith("]") else host.lower().rpartition(":")[0] or host.lower()
