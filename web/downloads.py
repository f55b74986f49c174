"""Files to download, named after what they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import IO, cast
from urllib.parse import quote

from flask import Response, request, stream_with_context
from werkzeug.wsgi import FileWrapper

from litatlas.parts.pdfs import PIECE, Pdf

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\\/:*?"<>|%;]+')
_LONGEST = 80
_OF_PDF = {
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Cache-Control": "private, no-cache",
}
"""A PDF came from outside: it may load nothing, and no other site may frame it."""


def download(pieces: Iterable[str], media_type: str, name: str, suffix: str) -> Response:
    """A response that a browser saves; it is sent piece by piece.

    Args:
        name: what the file holds, as people call it; what no file system takes is left out.
    """
    response = Response(stream_with_context(encoded(pieces)), content_type=media_type)
    _name(response, "attachment", name, suffix)
    return response


def download_bytes(pieces: Iterable[bytes], media_type: str, name: str, suffix: str) -> Response:
    """The same of a file that is no text."""
    response = download((), media_type, name, suffix)
    response.response = stream_with_context(iter(pieces))
    return response


def pdf_response(file: Pdf) -> Response:
    """A kept PDF, or the range of it that was asked for, to be shown by the browser's own viewer."""
    # Not the server's own wrapper: that one would read in the thread that serves all connections.
    pieces = FileWrapper(cast(IO[bytes], file), PIECE)
    response = Response(pieces, mimetype="application/pdf", direct_passthrough=True, headers=_OF_PDF)
    response.content_length = file.size
    response.set_etag(file.hash)
    _name(response, "inline", file.name, ".pdf")
    one_range = request.range is None or len(request.range.ranges) == 1  # of several, the whole is sent
    response.make_conditional(request, accept_ranges=one_range, complete_length=file.size)
    return response


def _name(response: Response, how: str, name: str, suffix: str) -> None:
    """Say how a file is to be treated, and what it is called."""
    stem = file_stem(name)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().strip() or "litatlas"
    named = {"filename": f"{plain}{suffix}"}
    if plain != stem:  # RFC 6266: those who know it read the name in UTF-8
        named["filename*"] = f"UTF-8''{quote(f'{stem}{suffix}', safe='')}"
    response.headers.set("Content-Disposition", how, **named)


def file_stem(name: str) -> str:
    """A file's name without its suffix, from a query, a list's or a collection's name."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    text = " ".join(_UNSAFE.sub(" ", text).split())
    return text[:_LONGEST].strip(" .-") or "litatlas"


def encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces of a text as bytes; what UTF-8 cannot carry becomes a question mark."""
    for piece in pieces:
        yield piece.encode("utf-8", "replace")
