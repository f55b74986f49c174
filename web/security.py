"""Headers that keep pages to themselves, and the check that a form was sent from one of our own pages.

There are no sessions, and no cookie but that of the language, so a form needs no token: browsers put
``Origin`` (and ``Sec-Fetch-Site``) on every request that could change something, and one that names another
site is refused.
"""

from __future__ import annotations

from flask import Flask, Response, request

from litatlas.errors import LitatlasError
from web.proxies import is_ours

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
READING = frozenset({"pages.explore_text", "pages.language", "api.explore"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignOriginError(LitatlasError):
    """A form that another site's page sent."""

    status = 403


class ReadOnlyError(LitatlasError):
    """A change asked of an atlas that is set to be read only."""

    status = 403


def install(app: Flask, *, read_only: bool) -> None:
    """Add the headers to every answer and the checks before every change."""

    @app.before_request
    def check() -> None:
        if request.method in SAFE:
            return
        if not _from_here():
            raise ForeignOriginError(
                "This request came from a page of another site.",
                "Open this atlas directly and try again there.",
            )
        if read_only and request.endpoint not in READING:
            raise ReadOnlyError(
                "This atlas is read only.",
                "Its administrator can change that: LITATLAS_READ_ONLY=false.",
            )

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _from_here() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or is_ours(origin)
