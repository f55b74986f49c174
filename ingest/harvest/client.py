"""A polite HTTP client: paced, patient with a source in trouble, and bounded in everything it takes."""

from __future__ import annotations

import http.client
import random
import re
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import IO, Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from ingest.errors import InputError
from ingest.harvest.errors import BrokenBodyError, SourceAwayError, SourceRefusedError

TIMEOUT = 60.0
"""Seconds without a byte after which a connection counts as dead."""
WHOLE = 600.0
"""Seconds that one answer may take altogether."""
MAX_BODY = 64 * 1024 * 1024
"""Bytes of one answer, unpacked."""
ATTEMPTS = 6
MAX_WAIT = 600.0
"""Longest wait that a source may ask for; beyond it we stop and say when to come back."""
_CHUNK = 64 * 1024
_SLICE = 1.0
_TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))
_CONTACT = re.compile(r"[A-Za-z0-9._%+'-]{1,100}@[A-Za-z0-9.-]{1,200}\Z")
_GO_ON = "Run the same command later; it continues where it stopped."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said: an HTTP status that trying again would not change, and the unpacked body."""

    status: int
    body: bytes


class Client:
    """Talks to one source, one request at a time.

    Args:
        pause: seconds from one request to the next.
        contact: e-mail address for the User-Agent.
        sleep, clock: replaced in tests.

    Raises:
        InputError: ``contact`` is not an e-mail address.
    """

    def __init__(
        self,
        pause: float,
        contact: str = "",
        *,
        timeout: float = TIMEOUT,
        max_body: int = MAX_BODY,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if contact and not _CONTACT.match(contact):
            raise InputError(f"contact is {contact[:80]!r}.", "It must be one e-mail address.")
        self.contact = contact
        self.tick: Callable[[], None] = lambda: None
        """Called while waiting, so that whoever waits can be told to stop."""
        self.date = ""
        """The day of the last answer (ISO) by the source's clock or ours, whichever is behind."""
        self._pause = pause
        self._timeout = timeout
        self._max_body = max_body
        self._attempts = attempts
        self._sleep = sleep
        self._clock = clock
        self._last: float | None = None
        self._agent = _agent(contact)
        self._opener = request.OpenerDirector()
        for handler in (
            request.ProxyHandler(),
            request.HTTPHandler(),
            request.HTTPSHandler(),
            request.HTTPDefaultErrorHandler(),
            request.HTTPErrorProcessor(),
            _SameSite(),
        ):
            self._opener.add_handler(handler)

    def fetch(
        self, url: str, fields: Mapping[str, str], *, check: Callable[[bytes], None], post: bool = False
    ) -> Answer:
        """Ask until there is a whole answer; ``check`` raises `BrokenBodyError` for a body that is not.

        Raises:
            SourceAwayError: it stays silent, in trouble or garbled, or asks for too long a wait.
            SourceRefusedError: it redirects to another site, has no valid certificate, or sends without end.
        """
        host = urlsplit(url).hostname or url
        trouble = ""
        for attempt in range(self._attempts):
            self._pace()
            wait = 2.0**attempt * random.uniform(0.75, 1.25)
            try:
                status, delay, body = self._once(url, fields, post)
                if 300 <= status < 400:
                    raise SourceRefusedError(
                        f"{host} redirects in a loop, or to something that is not an http address.",
                        "Check the address.",
                    )
                if status not in _TRANSIENT:
                    if status == 200:
                        check(body)
                    return Answer(status, body)
                trouble = f"it answers {status} ({http.client.responses.get(status, 'unknown')})"
                wait = max(wait, delay)
            except ssl.SSLCertVerificationError as error:
                raise SourceRefusedError(
                    f"The certificate of {host} is not valid ({error.verify_message}).",
                    "Check the address and this machine's clock and certificates.",
                ) from error
            except (BrokenBodyError, OSError, http.client.HTTPException, zlib.error) as error:
                trouble = _said(error)
            if wait > MAX_WAIT:
                raise SourceAwayError(f"{host} asks us to come back in {wait / 60:,.0f} minutes.", _GO_ON)
            if attempt + 1 < self._attempts:
                self._wait(wait)
        raise SourceAwayError(f"{host} cannot be used now: {trouble} ({self._attempts} attempts).", _GO_ON)

    def _pace(self) -> None:
        """Keep the source's pace between the beginnings of two requests."""
        if self._last is not None:
            self._wait(self._last + self._pause - self._clock())
        self._last = self._clock()

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            self.tick()
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE

    def _once(self, url: str, fields: Mapping[str, str], post: bool) -> tuple[int, float, bytes]:
        """One request: its status, the wait that it asks for in seconds, and its body."""
        encoded = urlencode(fields)
        address = url if post or not encoded else f"{url}{'&' if '?' in url else '?'}{encoded}"
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip"}
        outgoing = request.Request(address, encoded.encode() if post else None, headers)  # noqa: S310 checked in base_url
        try:
            response: Any = self._opener.open(outgoing, timeout=self._timeout)
        except HTTPError as error:
            response = error
        except URLError as error:
            raise error.reason if isinstance(error.reason, OSError) else OSError(str(error.reason)) from error
        with response:
            self.date = min(_date(response.headers) or "9", datetime.now(UTC).date().isoformat())
            return int(response.status), _retry_after(response.headers), self._body(response, address)

    def _body(self, response: Any, address: str) -> bytes:
        headers = response.headers
        packed = (headers.get("Content-Encoding") or "").strip().lower() in ("gzip", "x-gzip")
        unpack = zlib.decompressobj(wbits=31) if packed else None
        began, taken, body = self._clock(), 0, bytearray()
        while chunk := response.read1(_CHUNK):
            taken += len(chunk)
            body += unpack.decompress(chunk, self._max_body + 1 - len(body)) if unpack else chunk
            if len(body) > self._max_body or (unpack and unpack.unconsumed_tail):
                raise SourceRefusedError(
                    f"{urlsplit(address).hostname} sent more than {self._max_body / 2**20:,.0f} MiB"
                    " as one page.",
                    "Ask for less at once: a set, a shorter period.",
                )
            if self._clock() - began > WHOLE:
                raise BrokenBodyError(f"an answer took more than {WHOLE:.0f} seconds")
        length = headers.get("Content-Length") or ""
        if (length.isdigit() and taken < int(length)) or (unpack and taken and not unpack.eof):
            raise BrokenBodyError("its answers are cut off in the middle")
        return bytes(body)


class _SameSite(request.HTTPRedirectHandler):
    """Follows a redirect within the source's own site, and never from https to http."""

    max_redirections = 5

    def redirect_request(
        self,
        req: request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> request.Request | None:
        """As its name says."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        safe = new.scheme == "https" or (new.scheme == "http" and old.scheme == "http")
        if not safe or req.data is not None or _site(old.hostname) != _site(new.hostname):
            fp.close()
            raise SourceRefusedError(
                f"{old.hostname} redirects to {new.scheme[:10]}://{(new.netloc or '?')[:100]}.",
                "Only redirects within a site are followed. If this is right, harvest that address itself.",
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _site(host: str | None) -> str:
    """What two hosts of one site share: the last two labels; an address of numbers is a site of its own."""
    labels = (host or "").lower().rstrip(".").split(".")
    return ".".join(labels if labels[-1].isdigit() or ":" in labels[-1] else labels[-2:])


def _agent(contact: str) -> str:
    try:
        number = version("litatlas")
    except PackageNotFoundError:  # run from a checkout that was never installed
        number = "0"
    return f"litatlas/{number} (harvester{f'; mailto:{contact}' if contact else ''})"


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, http.client.HTTPException):
        return "its answers are cut off or are not HTTP"
    return str(getattr(error, "strerror", None) or error)[:200] or type(error).__name__


def _date(headers: Message) -> str:
    moment = _moment(headers.get("Date"))
    return moment.date().isoformat() if moment else ""


def _retry_after(headers: Message) -> float:
    """Seconds that the source asks us to wait, given in seconds or as a date; 0 where it does not."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    moment = _moment(value)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else 0.0


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
