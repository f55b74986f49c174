"""What kind of publication a source's own words name, as a CSL type."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

_KINDS: dict[str, str] = tomllib.loads((files(__package__) / "kinds.toml").read_text("utf-8"))
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}


def kind_of(text: str) -> str:
    """The CSL type that a source's words name ("Article; Proceedings Paper", "IEEE Conferences"), or ""."""
    if not text:
        return ""
    whole = _plain(text)
    if whole in _KIND_OF:
        return _KIND_OF[whole]
    parts = [kind for part in re.split(r"[;,|/\n]", text[:500]) if (kind := _KIND_OF.get(_plain(part)))]
    # "Article; Proceedings Paper" is a paper of a conference: the special word says more.
    return next((kind for kind in parts if kind != "article-journal"), parts[0] if parts else "")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text[:200]).lower()
