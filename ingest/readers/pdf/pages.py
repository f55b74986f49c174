"""The pages of a PDF as lines of text with their places and sizes, by PDFium. Runs in a bounded process.

PDFium gives characters in the order of the page's content. Here they become lines: what stands on one
baseline without a wide gap; accents that were printed over a letter are put back on it, ligatures are taken
apart.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from pypdfium2 import raw

from ingest.errors import InputError

_MOST_CHARACTERS = 20_000
"""Characters of a page that are placed; a page of text has some 5,000."""
_MOST_ACCENTS = 300
_LONGEST = 1_000
_WIDE = 1.3
"""A gap of so many ems is no space between words: another column or another cell begins."""
_SMALL = 0.8
_HYPHENS = ("\x02", "\ufffe", "\xad")
"""How PDFium gives the hyphen at a line's end."""
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303",
    "~": "\u0303", "ˇ": "\u030c", "˘": "\u0306", "˚": "\u030a", "¸": "\u0327", "˝": "\u030b", "¯": "\u0304",
    "˙": "\u0307",
}  # fmt: skip
_XMP_DOI = re.compile(
    rb"<(?:prism|pdfx|crossmark):doi>\s*(?:doi:\s*)?(10\.\d{4,9}/[^<\s]{1,200})<", re.IGNORECASE
)
_XMP_DATE = re.compile(rb"<prism:(?:publicationDate|coverDate)>\s*(\d{4}[\d-]{0,6})<")


@dataclass(slots=True)
class _Line:
    base: float  # of its first character; upwards from the page's foot
    size: float
    characters: list[tuple[float, str]] = field(default_factory=list)
    raised: set[int] = field(default_factory=set)  # the places of smaller characters above the line
    end: float = 0.0
    styles: Counter[tuple[float, str]] = field(default_factory=Counter)

    def text(self) -> str:
        """The text as it is read."""
        return _letters("".join(sign for _, sign in self.characters))

    def unmarked(self) -> str:
        """The text with a comma for each footnote mark."""
        pieces = []
        for at, (_, sign) in enumerate(self.characters):
            if at not in self.raised:
                pieces.append(sign)
            elif at - 1 not in self.raised:
                pieces.append(",")
        return _letters("".join(pieces))


def _letters(text: str) -> str:
    """Ligatures as letters."""
    return unicodedata.normalize(
        "NFC", _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    )


_LIGATURE = re.compile("[\ufb00-\ufb06]")
_CODES = {
    code: letters
    for first in (0x0B, 0x1B)  # Knuth's encoding and Cork's, in fonts that do not say what their signs are
    for code, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl"), first)
}


def pages(data: bytes, most: int, placed: int) -> Iterator[dict[str, Any]]:
    """A PDF's properties, then its first ``most`` pages; lines are given of the first ``placed``.

    The first value has ``count`` (pages), ``title``, ``author``, ``keywords``, ``subject``, ``created``,
    ``doi`` and ``date``. A page has ``width``, ``height``, ``text``, ``images`` (whether it has pictures)
    and ``lines``: [text, the same without footnote marks, left, right, distance from the top, size, style].

    Raises:
        InputError: it needs a password, or it is no PDF that can be opened.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            hint = "Save a copy without a password first."
            raise InputError("is a PDF that is encrypted with a password", hint) from error
        raise InputError("is a damaged PDF", "Download it again, or save it anew.") from error
    information = document.get_metadata_dict()
    yield {
        "count": len(document),
        **{name.lower(): information.get(name, "") for name in ("Title", "Author", "Keywords", "Subject")},
        "created": information.get("CreationDate", ""),
        "doi": _first(_XMP_DOI, data),
        "date": _first(_XMP_DATE, data),
    }
    for number in range(min(len(document), most)):
        page = document[number]
        characters = page.get_textpage()
        width, height = page.get_size()
        yield {
            "width": width,
            "height": height,
            "text": _plain(characters.get_text_range(0, min(characters.count_chars(), _MOST_CHARACTERS))),
            "images": any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)),
            "lines": [_row(line, height) for line in _lines(characters)] if number < placed else [],
        }
        characters.close()
        page.close()


def _first(pattern: re.Pattern[bytes], data: bytes) -> str:
    match = pattern.search(data)
    return match[1].decode("utf-8", "replace") if match else ""


def _plain(text: str) -> str:
    text = _letters(text.replace("\r\n", "\n"))
    for hyphen in _HYPHENS:
        text = text.replace(hyphen, "-\n")
    return text.translate(_CODES)


def _row(line: _Line, height: float) -> list[Any]:
    (size, style), _ = line.styles.most_common(1)[0]
    places = [round(value, 1) for value in (line.characters[0][0], line.end, height - line.base, size)]
    return [line.text().strip()[:_LONGEST], line.unmarked().strip(" ,")[:_LONGEST], *places, style]


def _lines(characters: pypdfium2.PdfTextPage) -> list[_Line]:
    """The lines of a page in the order of its content."""
    lines: list[_Line] = []
    accents: list[tuple[_Line, float]] = []
    broken = True
    for sign, x, base, size, style in _signs(characters):
        if sign == "\n":
            broken = True
            continue
        line = _continued(lines, x, base, size, broken)
        if sign == " " and line is None:
            continue
        if line is None:
            line = _Line(base, size, end=x)
            lines.append(line)
        elif broken and x - line.end > 0.15 * line.size:
            line.characters.append((line.end, " "))
        if size * _SMALL > line.size and len(line.characters) <= 3:  # it began with a footnote mark
            line.raised.update(range(len(line.characters)))
            line.base, line.size = base, size
        elif base > line.base + 0.15 * line.size and size < _SMALL * line.size:
            line.raised.add(len(line.characters))
        if sign in _ACCENTS:
            accents.append((line, x))
        line.characters.append((x, sign))
        line.styles[size, style] += 1
        line.end = max(line.end, x + (0.5 * size if sign != " " else 0.0))
        broken = False
    _put_accents(lines, accents)
    return [line for line in lines if line.text().strip()]


def _continued(lines: list[_Line], x: float, base: float, size: float, broken: bool) -> _Line | None:
    """The last line, where a character goes on with it."""
    if not lines:
        return None
    line = lines[-1]
    em = max(size, line.size)
    near = abs(base - line.base) < 0.55 * em and -0.9 * em < x - line.end < _WIDE * em
    mark = len(line.characters) <= 3
    return line if near and not (broken and size * _SMALL > line.size and not mark) else None


def _put_accents(lines: list[_Line], accents: list[tuple[_Line, float]]) -> None:
    """Put each accent that was printed over a letter on that letter."""
    for source, x in accents[:_MOST_ACCENTS]:
        at = next(
            (at for at, (place, sign) in enumerate(source.characters) if place == x and sign in _ACCENTS),
            None,
        )
        if at is None:
            continue
        for line in lines:
            if abs(line.base - source.base) < 0.6 * line.size and _accented(
                line, source.characters[at][1], x
            ):
                source.characters[at] = (x, "")
                break


def _accented(line: _Line, accent: str, x: float) -> bool:
    for at, (place, letter) in enumerate(line.characters):
        if abs(place - x) < 0.3 * line.size and letter.isalpha():
            whole = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
            if len(whole) == 1:
                line.characters[at] = (place, whole)
                return True
    return False


def _signs(page: pypdfium2.PdfTextPage) -> Iterator[tuple[str, float, float, float, str]]:
    """Character, left, baseline, size and style of what stands upright."""
    x, y = ctypes.c_double(), ctypes.c_double()
    known: dict[int, tuple[float, str, bool]] = {}
    place = (0.0, 0.0, 0.0, "")
    for index in range(min(page.count_chars(), _MOST_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(page, index)
        if raw.FPDFText_IsGenerated(page, index) == 1:
            yield ("\n" if code in (10, 13) else " "), *place
            continue
        sign = _CODES.get(code) or (
            chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        )
        owner = raw.FPDFText_GetTextObject(page, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if key not in known:
            known[key] = _style(page, index)
        size, style, upright = known[key]
        if not upright:
            continue
        raw.FPDFText_GetCharOrigin(page, index, x, y)
        place = (x.value, y.value, size, style)
        if sign in _HYPHENS:
            yield "-", *place
            yield "\n", *place
        elif sign >= " ":
            yield sign, *place


def _style(page: pypdfium2.PdfTextPage, index: int) -> tuple[float, str, bool]:
    """The size in points of a character, the name of its font, and whether it stands upright."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(page, index, matrix)
    size = raw.FPDFText_GetFontSize(page, index) * ((matrix.c**2 + matrix.d**2) ** 0.5 or 1.0)
    buffer = ctypes.create_string_buffer(100)
    length = raw.FPDFText_GetFontInfo(page, index, buffer, 100, None)
    name = buffer.raw[: max(0, min(length, 100) - 1)].decode("utf-8", "replace")
    return size, name.rpartition("+")[2], abs(matrix.b) < 0.3 * abs(matrix.a or 1.0)
