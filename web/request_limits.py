"""What holds for a request before its body is read: how large it may be, and what it waits behind."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from litatlas.serving.lanes import LaneName, Rule

FORM_BYTES = 1_000_000
"""Largest form without a file, in bytes; a pasted document fits."""
EXPLORE_BYTES = 20_000_000
"""Largest document to explore by."""
READ_BYTES = 64_000
"""The most that a request may bring that has nothing to bring."""
UPLOADS = frozenset(
    {"pages.stage_upload", "pages.new_collection", "pages.upload", "api.add_documents"}
    | {"pages.import_decisions", "api.import_decisions"}
)
EXPLORES = frozenset({"pages.explore_text", "api.explore"})
LANES: dict[str, LaneName] = {
    **dict.fromkeys(UPLOADS, "upload"),
    **dict.fromkeys(EXPLORES, "parse"),
    "pages.preview": "parse",
    "pages.rejects": "export",
    "pages.judgements": "export",
    "pages.export_list": "export",
    "pages.export_review": "export",
    "api.export_review": "export",
    "api.export": "export",
    "pages.pdf": "export",
    "api.pdf": "export",
    "api.job_events": "follow",
    "healthz": "health",
    "readyz": "health",
    "metrics": "health",
}
"""The endpoints that have a lane of their own; all others read."""
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def rule_of(app: Flask) -> Callable[[str, str], Rule]:
    """The rule of a request, by its method and path."""
    addresses = app.url_map.bind("localhost")

    def rule(method: str, path: str) -> Rule:
        try:
            endpoint = str(addresses.match(path, method)[0])
        except HTTPException:  # no such address: it is answered by a refusal, whatever is sent
            return Rule("read", READ_BYTES)
        of_texts: LaneName | None = "read" if endpoint in EXPLORES else None
        return Rule(LANES.get(endpoint, "read"), _body(app, method, endpoint), of_texts)

    return rule


def install(app: Flask) -> None:
    """Hold the application to its rules also where the server in front of it knows none."""

    @app.before_request
    def bound() -> None:
        request.max_content_length = _body(app, request.method, request.endpoint or "")


def _body(app: Flask, method: str, endpoint: str) -> int:
    if endpoint in UPLOADS:
        return int(app.config["MAX_CONTENT_LENGTH"])
    if endpoint in EXPLORES:
        return EXPLORE_BYTES + FORM_BYTES
    return FORM_BYTES if method in CHANGING and endpoint else READ_BYTES
