"""Asking an address that people set: one deadline from the question to the last byte, one size.

Encoders, language models and providers of sign-ins are asked through this alone. What the environment says of
proxies holds; a redirect is an answer like any other, so that texts and keys go to the address that was set
and nowhere else.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib import request
from urllib.error import URLError
from urllib.parse import urlsplit

from ingest.errors import InputError, LitatlasError
from ingest.network.addresses import base_url


class EndpointError(LitatlasError):
    """There is no answer, or none that can be used.

    ``trouble`` goes on with a sentence that names the endpoint: "cannot be reached".
    """

    status = 502

    def __init__(self, trouble: str, *, late: bool = False) -> None:
        super().__init__(f"The endpoint {trouble}.")
        self.trouble = trouble
        self.late = late


class Answer(NamedTuple):
    """What an address answered, of whatever status."""

    status: int
    content: bytes

    def json(self) -> Any:
        """The answer's JSON, whatever it holds; None where it is no JSON."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None


def exchange(
    url: str, content: bytes | None, headers: Mapping[str, str], *, timeout: float, largest: int
) -> Answer:
    """Send ``content`` by POST, or nothing by GET (None), and wait for the whole answer.

    Args:
        url: an address of http or https, which the caller has made sure of.
        timeout: seconds from the question (names to be resolved, connections to be made) to the last byte.
        largest: bytes of an answer.

    Raises:
        EndpointError: there is none in time, or it is too large.
    """
    outgoing = request.Request(url, content, dict(headers))  # noqa: S310
    try:
        status, answer = _Exchange(outgoing, timeout, largest).result()
    except TimeoutError as error:
        raise EndpointError(f"did not answer within {timeout:g} s", late=True) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise EndpointError("cannot be reached") from error
    if len(answer) > largest:
        raise EndpointError("answered without end")
    return Answer(status, answer)


class JsonEndpoint:
    """One address that speaks as OpenAI's API does: JSON there and back, by POST; safe for threads.

    Args:
        key: sent as a bearer token, unless it is empty.
        timeout, largest: as `exchange` takes them.

    Raises:
        InputError: the address or the key is none.
    """

    def __init__(self, url: str, key: str = "", *, timeout: float, largest: int) -> None:
        self.url = base_url(url)
        self.host = urlsplit(self.url).netloc
        if not key.isascii() or not key.isprintable():
            raise InputError("The key has characters that a key cannot have.", "Copy it again.")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._timeout = timeout
        self._largest = largest

    def ask(self, body: Mapping[str, Any]) -> Any:
        """The answer's JSON, whatever it holds; None where it is no JSON.

        Raises:
            EndpointError: there is none in time, it is too large, or refuses.
        """
        content = json.dumps(body).encode()
        answer = exchange(self.url, content, self._headers, timeout=self._timeout, largest=self._largest)
        if answer.status != 200:
            raise EndpointError(f"answered with status {answer.status}")
        return answer.json()


class _Exchange:
    """One question and its answer, in a thread of its own: no timeout of sockets bounds what drips."""

    def __init__(self, outgoing: request.Request, timeout: float, largest: int) -> None:
        self._outgoing, self._timeout, self._largest = outgoing, timeout, largest
        self._connection: http.client.HTTPConnection | None = None
        self._answer: tuple[int, bytes] | None = None
        self._error: Exception | None = None

    def result(self) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises:
            TimeoutError: the deadline passed. OSError, HTTPException, ValueError: as the connection failed.
        """
        thread = threading.Thread(target=self._run, name="endpoint", daemon=True)
        thread.start()
        thread.join(self._timeout)
        if thread.is_alive():
            self._hang_up()
            raise TimeoutError
        if self._answer is None:
            raise self._error or OSError("no answer")
        return self._answer

    def _run(self) -> None:
        opener = request.OpenerDirector()
        for handler in (request.ProxyHandler(), _Connections(self._keep)):
            opener.add_handler(handler)
        try:
            answer: Any = opener.open(self._outgoing, timeout=self._timeout)
            with answer:
                self._answer = int(answer.status), answer.read(self._largest + 1)
        except URLError as error:
            self._error = error.reason if isinstance(error.reason, OSError) else error
        except Exception as error:
            self._error = error

    def _keep(self, connection: http.client.HTTPConnection) -> http.client.HTTPConnection:
        self._connection = connection
        return connection

    def _hang_up(self) -> None:
        """End the connection, so that the thread that reads from it meets the end of the stream."""
        sock = self._connection.sock if self._connection else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Connections(request.AbstractHTTPHandler):
    """Opens http and https, and tells of each connection, so that it can be hung up on."""

    def __init__(self, keep: Callable[[http.client.HTTPConnection], http.client.HTTPConnection]) -> None:
        super().__init__()
        self._keep = keep

    http_request = https_request = request.AbstractHTTPHandler.do_request_

    def http_open(self, req: request.Request) -> http.client.HTTPResponse:
        return self.do_open(lambda host, **more: self._keep(http.client.HTTPConnection(host, **more)), req)

    def https_open(self, req: request.Request) -> http.client.HTTPResponse:
        return self.do_open(lambda host, **more: self._keep(http.client.HTTPSConnection(host, **more)), req)
