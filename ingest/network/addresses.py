"""The addresses that people write into settings and commands."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingest.errors import InputError


def base_url(url: str) -> str:
    """An address without its fragment, https where it names no scheme.

    Raises:
        InputError: not an http or https address.
    """
    full = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        parts = urlsplit(full)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        fine = fine and full.isascii() and not re.search(r"[\s\x00-\x1f]", full) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise InputError(
            f"{url[:100]!r} is not the address of a source.",
            "Use an address such as https://example.org/oai.",
        )
    return full.partition("#")[0].rstrip("/?")
