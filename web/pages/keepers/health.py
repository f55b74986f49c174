"""The health of every part of the atlas, on one page."""

from __future__ import annotations

from flask import Response
from flask_babel import lazy_gettext

from web.pages.blueprint import blueprint
from web.rendering import page
from web.site import atlas

NAMES = {
    "server": lazy_gettext("Server"),
    "disk": lazy_gettext("Disk"),
    "library": lazy_gettext("Library"),
    "index": lazy_gettext("Index"),
    "model": lazy_gettext("Topic model"),
    "suggestions": lazy_gettext("Suggestions"),
    "store": lazy_gettext("Store of several hosts"),
    "workers": lazy_gettext("Workers"),
    "jobs": lazy_gettext("Jobs"),
    "backup": lazy_gettext("Backup"),
    "encoder": lazy_gettext("Encoder"),
    "llm": lazy_gettext("Language model"),
}
STATES = {
    "ok": lazy_gettext("well"),
    "warning": lazy_gettext("look at it"),
    "failed": lazy_gettext("broken"),
    "off": lazy_gettext("not used"),
}


@blueprint.get("/health")
def health() -> Response:
    """How every part is, and what helps it."""
    parts = atlas().health.parts()
    worst = next((state for state in ("failed", "warning") if any(p.state == state for p in parts)), "ok")
    return page("health.html", parts=parts, worst=worst, names=NAMES, states=STATES)
