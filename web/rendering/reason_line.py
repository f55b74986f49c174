"""The line that says why a paper is among the results, in the reader's language.

The answer's own line is in English; its parts are known here, and what they name is left as it is.
"""

from __future__ import annotations

from web.rendering.rich_text import gettext


def reason_line(line: str) -> str:
    """The line as it is shown; not yet escaped where it names something."""
    known = _parts()
    parts = []
    for part in line.split("; "):
        name, colon, rest = part.partition(": ")
        parts.append(f"{known.get(name, name)}{colon}{rest}")
    return "; ".join(parts)


def _parts() -> dict[str, str]:
    """What a line is made of: whole parts, and what stands before a colon."""
    return {
        "title has the words as typed": gettext("title has the words as typed"),
        "title has all words, side by side": gettext("title has all words, side by side"),
        "title has all words": gettext("title has all words"),
        "abstract has the words as typed": gettext("abstract has the words as typed"),
        "abstract has all words, side by side": gettext("abstract has all words, side by side"),
        "abstract has all words": gettext("abstract has all words"),
        "papers near to it match too": gettext("papers near to it match too"),
        "shares words with the best results": gettext("shares words with the best results"),
        "title has": gettext("title has"),
        "abstract has": gettext("abstract has"),
        "topic": gettext("topic"),
        "tag": gettext("tag"),
        "author": gettext("author"),
        "venue": gettext("venue"),
    }
