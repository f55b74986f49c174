"""Several keywords in one text → one each: by ";", "|", line ends, Chinese signs or commas, in this order."""

from __future__ import annotations

import html
import re

_SEPARATORS = (";；", "|¦", "\n", "、", "•", ",，")
_ENTITY = re.compile(r"&(?:#\w{1,7}|[A-Za-z]\w{1,31});")
_SEP = re.compile(r"\\sep(?![A-Za-z])")


def split_tags(text: str) -> list[str]:
    """The keywords in one text; separators inside parentheses ("cyst (diagnosis, surgery)") and commas inside
    numbers ("2,4-D") separate nothing. A text that ends in ";" is a list, even of one."""
    if "\\sep" in text:
        text = _SEP.sub(";", text)
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    for signs in _SEPARATORS:
        if any(sign in text for sign in signs):
            parts = _outside_parentheses(text, signs)
            if len(parts) > 1:
                return [tag for part in parts if (tag := part.strip())]
    return [text.strip()] if text.strip() else []


def _outside_parentheses(text: str, signs: str) -> list[str]:
    """The text cut at any of the signs; inside parentheses too where these are not balanced."""
    balanced = "(" in text and text.count("(") == text.count(")")
    cuts, depth = [0], 0
    for match in re.finditer(rf"[()]|[{re.escape(signs)}]", text):
        sign, at = match[0], match.start()
        if sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1)) if balanced else 0
        elif depth == 0 and not (
            sign == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        ):
            cuts += [at, at + 1]
    cuts.append(len(text))
    return [text[start:end] for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
