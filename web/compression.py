"""Text answers are compressed when the reader's browser takes gzip (waitress does not do it)."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALL = 1_000
LEVEL = 5
TEXT = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml", "text/plain")


def install(app: Flask) -> None:
    """Compress what is worth it; streams are left alone."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in TEXT:
            return response
        response.vary.add("Accept-Encoding")
        takes = request.accept_encodings["gzip"] > 0
        if not takes or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        body = response.get_data()
        if len(body) > SMALL:
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        return response
