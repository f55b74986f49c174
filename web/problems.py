"""Errors at the boundary: one shape for the API (RFC 9457) and one page for readers."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from litatlas.errors import LitatlasError, is_disk_full
from web.rendering import page
from web.site import atlas

log = logging.getLogger("litatlas.web")
HINTS = {
    404: "Use the search page or the map.",
    405: "See /help for what this site offers.",
    413: "Send a smaller file, or split it; the command line (litatlas add) has no limit.",
    429: "Wait a moment and try again.",
    500: "Try again; the server's log has the details under the request's id.",
}
TITLES = {
    400: lazy_gettext("Bad request"),
    401: lazy_gettext("Sign in"),
    403: lazy_gettext("Not allowed"),
    404: lazy_gettext("Not found"),
    405: lazy_gettext("Method not allowed"),
    409: lazy_gettext("Busy"),
    413: lazy_gettext("Too large"),
    429: lazy_gettext("Too many requests"),
    500: lazy_gettext("Something went wrong"),
    503: lazy_gettext("Temporarily unavailable"),
    507: lazy_gettext("Disk full"),
}
"""Titles of the pages of errors; programs get the standard phrases. The sentence below a title is English: it
comes from where the error arose."""


def problem(status: int, detail: str, hint: str = "", **more: Any) -> Response:
    """An ``application/problem+json`` answer."""
    body = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "hint": hint or HINTS.get(status, ""),
        "request_id": request_id(),
        **more,
    }
    return Response(json.dumps(body), status, content_type="application/problem+json")


def request_id() -> str:
    """The id of the request at hand, by which its lines in the log are found."""
    return str(request.environ.get("litatlas.request_id", ""))


def wants_json() -> bool:
    """True when the answer is for a program."""
    return request.path.startswith("/api/") or request.path in ("/healthz", "/readyz")


def answer_error(status: int, detail: str, hint: str = "", mended: str = "") -> Response:
    """The error as a problem for programs and as a page for readers."""
    if wants_json():
        more = {"mended": mended} if mended else {}
        return problem(status, detail, hint, **more)
    title = TITLES.get(status) or _title(status)
    hint = hint or HINTS.get(status, "")
    return page("error.html", status, title=title, detail=detail, hint=hint, request_id=request_id())


def install(app: Flask) -> None:
    """Answer every error in one of the two shapes."""

    @app.errorhandler(LitatlasError)
    def known(error: LitatlasError) -> Response:
        if is_disk_full(error):
            return _disk_full()
        public = atlas().uploads.public
        mended = getattr(error, "mended", "")
        response = answer_error(error.status, public(error.message), public(error.hint), mended)
        if error.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = 'Bearer realm="litatlas"'
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None and status < 400:
            return Response(error.get_response().get_data(), status, error.get_response().headers)
        response = answer_error(status, _DETAILS.get(status) or error.description or _title(status))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        if is_disk_full(error):
            return _disk_full()
        log.exception("Unexpected error at %s", request.path, exc_info=error)
        return answer_error(500, "Something went wrong on the server.")


def _disk_full() -> Response:
    return answer_error(
        507,
        "The disk is full.",
        "Nothing was saved. Ask the administrator to free some space, then try again.",
    )


_DETAILS = {
    404: "There is no such page.",
    413: "This is larger than the server accepts.",
    405: "This address does not accept that method.",
}


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
