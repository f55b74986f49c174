"""Static files, read once, under an address with the hash of them all, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, abort

FOLDER = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
FILES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.*"))}
VERSION = hashlib.sha256(b"".join(name.encode() + content for name, content in FILES.items())).hexdigest()[
    :10
]
MODULES = [name for name in FILES if name.endswith(".js") and name not in ("js/theme.js", "js/main.js")]
blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """A file; modules that import each other by relative names stay within one version."""
    if name not in FILES:
        abort(404)
    media = TYPES.get(Path(name).suffix, "application/octet-stream")
    response = Response(FILES[name], content_type=f"{media}; charset=utf-8")
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000 if version == VERSION else 0
    if version == VERSION:
        response.cache_control.immutable = True
    return response


def asset(name: str) -> str:
    """The address of a static file; like all links it gets its prefix in the finished page."""
    return f"/static/{VERSION}/{name}"
