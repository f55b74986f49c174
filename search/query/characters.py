"""The signs of what is typed: one kind of quotes, nothing invisible, no control characters."""

from __future__ import annotations

import unicodedata

from ingest.text.forms import full_width

_INVISIBLE = "".join(map(chr, (0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF)))
_JOINERS = [
    0x200C,
    0x200D,
]  # between the parts of a Persian word: a space, as the analysis of papers takes it
_CONTROL = [
    *_JOINERS,
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0xD800, 0xE000),
    0xE000,
    0xE001,
    0xFFFE,
    0xFFFF,
]
_CLEANING = str.maketrans(
    {
        **dict.fromkeys(_INVISIBLE),
        **dict.fromkeys(map(chr, [*_JOINERS, *_CONTROL]), " "),
        **dict.fromkeys("“”„‟«»＂", '"'),
    }
)


def cleaned(text: str) -> str:
    """The text with one kind of quotes, without control characters and invisible ones, katakana in full
    width, composed (NFC)."""
    return unicodedata.normalize("NFC", full_width(text.translate(_CLEANING)))
