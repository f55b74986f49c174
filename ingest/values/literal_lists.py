"""Lists that a program wrote as text, as Python, NumPy, R and JSON print them: ``['Berg', 'Roe']``."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

_LONGEST = 200_000
_WITHOUT_COMMA = re.compile(r"(['\"])\s{1,9}(?=\1)")  # NumPy: "['Berg, Anna' 'Costa, Bo']"
_FIRST_INITIAL = re.compile(r"(?<=[a-z])(?=[A-Z]\.)")


def literal_list(text: str) -> list[Any]:
    """The items of a list that a program wrote; empty where the text is none."""
    text = text.strip()
    if text.startswith("c(") and text.endswith(")"):
        text = f"[{text[2:-1]}]"
    if not (text.startswith("[") and text.endswith("]")) or len(text) > _LONGEST:
        return []
    text = _WITHOUT_COMMA.sub(r"\1, ", text)
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return value if isinstance(value, list) else []
    return []


def unlisted(values: Sequence[str]) -> list[str]:
    """Values, each of which may be such a list, as the texts that they hold.

    A list may also have come sign by sign, a value each, without its spaces: ``[``, ``'``, ``B``, ``e``, ….
    """
    if len(values) > 2 and values[0] == "[" and values[-1] == "]" and max(map(len, values)) == 1:
        values = [_FIRST_INITIAL.sub(" ", "".join(values))]
    if not any(value.startswith(("[", "c(")) for value in values):  # nearly every record
        return list(values)
    texts: list[str] = []
    for value in values:
        listed = literal_list(value)
        texts += [item for item in listed if isinstance(item, str)] or [value]
    return texts
