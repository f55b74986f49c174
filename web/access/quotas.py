"""How often one client may ask for what costs much, and how much room uploads leave.

Each process counts for itself and takes its share of what all may answer; who is refused is told when to try
again. A client is a user where one is known, else an address.
"""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from flask import Flask, g, request

from litatlas.errors import DiskFullError, TooManyError
from litatlas.settings import Settings
from web.access.identity import client
from web.request_limits import EXPLORES, UPLOADS
from web.site import site

READS = EXPLORES | {
    "pages.search",
    "pages.search_feed",
    "pages.export_list",
    "api.search",
    "api.export",
    "api.similar",
    "api.coverage",
    "api.bridges",
}
_CLIENTS = 10_000
_MINUTE = 60.0


class Bucket:
    """A bucket of tokens for each client: so many a minute, all of which may be used at once."""

    def __init__(self, a_minute: float) -> None:
        self._most = max(a_minute, 1.0)
        self._rate = a_minute / _MINUTE
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, client: str, now: float) -> float:
        """Take a token. Returns seconds to wait; 0 where there was one."""
        with self._lock:
            if len(self._held) >= _CLIENTS:
                self._held = {name: kept for name, kept in self._held.items() if now - kept[1] < _MINUTE}
            allowance, at = self._held.get(client, (self._most, now))
            allowance = min(self._most, allowance + (now - at) * self._rate)
            if allowance < 1:
                self._held[client] = allowance, now
                return (1 - allowance) / self._rate
            self._held[client] = allowance - 1, now
            return 0.0


def install(app: Flask, settings: Settings) -> None:
    """Count what clients ask for, where the settings bound it, and look at the disk before uploads."""
    share = settings.web_process_count
    buckets = {
        endpoint: bucket
        for endpoints, most in ((READS, settings.reads_per_minute), (UPLOADS, settings.uploads_per_minute))
        if most
        for bucket in [Bucket(most / share)]
        for endpoint in endpoints
    }

    @app.before_request
    def bound() -> None:
        bucket = buckets.get(request.endpoint or "")
        if bucket is not None and (wait := bucket.take(_name(), time.monotonic())):
            error = TooManyError(
                "You have reached the rate limit for one client.", "Wait a moment, then try again."
            )
            error.retry_after = int(wait) + 1
            raise error
        if request.method == "POST" and request.endpoint in UPLOADS:
            elsewhere = site().atlas.uploads.size_elsewhere()
            check_room(settings, request.content_length or 0, elsewhere)


def check_room(settings: Settings, more: int, elsewhere: int = 0) -> None:
    """Refuse an upload that would fill the disk, or the room that uploads have; ``elsewhere`` are bytes of
    those that wait outside the home.

    Raises:
        DiskFullError: it would.
    """
    free = shutil.disk_usage(settings.home).free
    if free - more < settings.free_megabytes * 1_000_000:
        raise DiskFullError(
            "The disk of this atlas is nearly full.",
            "Its administrator can free some space; nothing was stored.",
        )
    waiting = elsewhere + sum(_size(settings.home / name) for name in ("uploads", "looked"))
    if waiting + more > settings.uploads_megabytes * 1_000_000:
        raise DiskFullError(
            "The files waiting to be added take all the space reserved for them.",
            "Try again when some of them were added.",
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*/*") if path.is_file())


def _name() -> str:
    reader = g.get("reader")
    return f"user {reader.number}" if reader is not None and reader.number is not None else client()
