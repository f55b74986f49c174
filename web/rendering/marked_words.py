"""Words of a review's plan, marked in the text of a paper: good signs and bad ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_TAG = re.compile(r"(<[^>]*>|&#?\w{1,10};)")


def mark_words(text: Markup, good: Sequence[str], bad: Sequence[str]) -> Markup:
    """Markup with the words marked outside tags and entities.

    A word stands for all that begin with it, with or without a star at its end.
    """
    signs = {
        str(escape(stem)).casefold(): kind
        for kind, words in (("good", good), ("bad", bad))
        for word in words
        if (stem := word.rstrip("*$ "))
    }
    if not signs:
        return text
    longest = sorted(signs, key=len, reverse=True)
    word = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})(\w{{0,30}})", re.IGNORECASE)

    def marked(match: re.Match[str]) -> str:
        kind = signs.get(match[1].casefold(), "good")
        return f'<mark class="{kind}">{match[0]}</mark>'

    parts = _TAG.split(str(text))
    return Markup("".join(part if at % 2 else word.sub(marked, part) for at, part in enumerate(parts)))  # noqa: S704
