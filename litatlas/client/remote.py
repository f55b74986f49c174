"""An atlas on a server, as the command line works with it: the same questions, the same answers and errors.

What is asked goes to the server's API with a token; commands about the machine itself are refused.
"""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from ingest.progress import Progress, Silent
from litatlas.answers import AddAnswer
from litatlas.errors import InputError, LitatlasError, UnavailableError
from litatlas.vocabulary import EXPORTS, MAX_PAGE
from search.request import SearchRequest

_TIMEOUT = 120.0
_BLOCK = 1 << 16
_PAUSE_SECONDS = 0.4
_LOCAL = ("localhost", "127.0.0.1", "::1")
_COUNTS = ("read", "added", "updated", "unchanged", "duplicates", "rejected")


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
        raise _broken_off() from error


def _broken_off() -> UnavailableError:
    return UnavailableError("The server's answer broke off.", "Try again.")


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


class _Part:
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


class RemoteAtlas(_Part):
    """The atlas of a server, as far as the commands can use it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.papers = _Papers(connection)
        self.topics = _Topics(connection)
        self.collections = _Collections(connection)
        self.reports = _Reports(connection)

    def search(self, request: SearchRequest) -> Any:
        """As `Atlas.search`; more papers than a page holds are asked for page by page."""
        parameters = {
            "q": request.text,
            "sort": request.sort,
            "ranking": request.ranking,
            "match": request.match,
            "explain": request.explain,
            "dialect": request.dialect,
            **request.chosen,
        }
        wanted = request.limit
        first = max(1, min(wanted, MAX_PAGE))
        answer = self._connection.get("/search", limit=first, offset=request.offset, **parameters)
        documents = answer["documents"]
        while len(documents) < wanted and len(documents) + request.offset < answer["total"]:
            offset = request.offset + len(documents)
            more = self._connection.get(
                "/search", limit=min(wanted - len(documents), MAX_PAGE), offset=offset, **parameters
            )["documents"]
            if not more:
                break
            documents += more
        answer["documents"] = documents[:wanted]
        return answer

    def explore_file(self, content: bytes, name: str, *, limit: int = 10, diverse: bool = False) -> Any:
        """As `Atlas.explore_file`."""
        body, kind = _multipart({"limit": str(_page(limit)), "diverse": str(diverse).lower()}, name, content)
        return self._connection.send("POST", "/explore", body, kind)

    def translate(self, query: str, dialect: str = "") -> Any:
        """As `Atlas.translate`."""
        return self._connection.get("/translate", q=query, dialect=dialect)

    def export(
        self, query: str, format: str, *, with_collections: bool = False, dialect: str = ""
    ) -> Iterator[str]:
        """As `Atlas.export`."""
        if format not in EXPORTS:
            raise InputError(f"There is no format {format[:40]!r}.", f"Choose {', '.join(EXPORTS)}.")
        values = {
            "q": query,
            "format": format,
            "with_collections": with_collections,
            "dialect": dialect,
        }
        return _text(self._connection.open("/export", values))


class _Papers(_Part):
    def one(self, id: str) -> Any:
        return self._connection.get(f"/documents/{quote(id, safe='')}")

    def similar(self, id: str, *, limit: int = 10, diverse: bool = False) -> Any:
        path = f"/documents/{quote(id, safe='')}/similar"
        return self._connection.get(path, limit=_page(limit), diverse=diverse)


class _Topics(_Part):
    def all(self) -> Any:
        return self._connection.get("/topics")

    def one(self, id: str) -> Any:
        return self._connection.get(f"/topics/{quote(id, safe='')}")

    def rename(self, id: str, label: str, *, who: str = "") -> None:
        body = json.dumps({"label": label, "who": who}).encode()
        self._connection.send("PUT", f"/topics/{quote(id, safe='')}/label", body, "application/json")


class _Collections(_Part):
    def all(self) -> Any:
        return self._connection.get("/collections")["collections"]

    def coverage(self, name: str, *, limit: int = MAX_PAGE) -> Any:
        return self._connection.get(f"/coverage/{quote(name, safe='')}", limit=_page(limit))

    def add(
        self,
        paths: Sequence[str | Path],
        collection: str,
        *,
        format: str | None = None,
        encoding: str | None = None,
        mapping: Mapping[str, str] | None = None,
        stdin: BinaryIO | None = None,
        progress: Progress | None = None,
    ) -> AddAnswer:
        """As `Collections.add`: each file is uploaded, and its job waited for."""
        values = {"format": format or "", "encoding": encoding or ""}
        values |= {f"map.{field}": column for field, column in (mapping or {}).items()}
        files = [_content(path, stdin) for path in paths]
        answers = [self._sent(collection, values, *file, progress or Silent()) for file in files]
        return _together(collection, answers)

    def _sent(
        self, collection: str, values: Mapping[str, str], name: str, content: bytes, progress: Progress
    ) -> Mapping[str, Any]:
        body, kind = _multipart({key: value for key, value in values.items() if value}, name, content)
        path = f"/collections/{quote(collection, safe='')}/documents"
        job = self._connection.send("POST", path, body, kind)
        while job["state"] in ("queued", "running"):
            progress.step(f"Adding {name}", int(100 * job["progress"]), 100)
            time.sleep(_PAUSE_SECONDS)
            job = self._connection.get(f"/jobs/{quote(job['id'])}")
        if job["state"] != "done":
            error = job.get("error") or {"message": f"The job was {job['state']}.", "hint": ""}
            raise RemoteError(str(error.get("message", "")), str(error.get("hint", "")))
        return cast("Mapping[str, Any]", job["result"] or {})


class _Reports(_Part):
    def status(self) -> Any:
        return self._connection.get("/status")

    def quality(self) -> Any:
        return self._connection.get("/quality")

    def trends(self, topic: str | None = None) -> Any:
        return self._connection.get("/trends", **({"topic": topic} if topic else {}))

    def bridges(self, first: str, second: str, *, limit: int = 10) -> Any:
        answer = self._connection.get("/bridges", a=first, b=second)
        answer["documents"] = answer["documents"][: _page(limit)]
        return answer


def _page(limit: int) -> int:
    """A number of papers that a server gives at once."""
    if not 1 <= limit <= MAX_PAGE:
        raise InputError(f"A server gives 1 to {MAX_PAGE} papers at once.", f"Use --limit {MAX_PAGE}.")
    return limit


def _content(path: str | Path, stdin: BinaryIO | None) -> tuple[str, bytes]:
    if str(path) == "-" and stdin is not None:
        return "standard input", stdin.read()
    try:
        return Path(path).name, Path(path).read_bytes()
    except IsADirectoryError:
        raise InputError(f"{path} is a folder.", "Send its files, or an archive of them.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error


def _multipart(values: Mapping[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A form with a file, and its media type."""
    edge = uuid4().hex
    safe = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in values.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    body = b"".join([*parts, head.encode("utf-8", "replace"), content, f"\r\n--{edge}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={edge}"


def _text(stream: IO[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with stream:
        try:
            while block := stream.read(_BLOCK):
                yield decoder.decode(block)
        except (OSError, HTTPException) as error:
            raise _broken_off() from error
    yield decoder.decode(b"", final=True)


def _together(collection: str, answers: Sequence[Mapping[str, Any]]) -> AddAnswer:
    """The answers of several files as one."""
    sums = {name: sum(int(answer.get(name, 0)) for answer in answers) for name in _COUNTS}
    lists = {
        name: [row for answer in answers for row in answer.get(name, [])] for name in ("warnings", "rejects")
    }
    name = answers[0].get("collection", collection) if answers else collection
    took = round(sum(float(answer.get("took_s", 0)) for answer in answers), 3)
    return cast(AddAnswer, {"collection": name, **sums, **lists, "took_s": took})
