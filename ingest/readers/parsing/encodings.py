"""Text in any encoding → UTF-8, before anything of its format is looked at.

First what is certain: a byte order mark, then strict UTF-8. Then what the file declares (XML, HTML, BibTeX,
RefWorks), then what chardet recognises, if the text makes sense read so. A line that is UTF-8 in a file that
is not, and the other way round, is read as what it is.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from ingest.errors import InputError
from ingest.text.western import speaks_for_western

HEAD_BYTES = 64 * 1024
"""How much of a file sniffing sees."""
_CHUNK = 256 * 1024
_SAMPLE = 32 * 1024  # bytes shown to the detector: a millisecond for each 2 KiB
_LONGEST_LINE = 4 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FEWEST_NULS = 20
"""Spaces, digits and ends of lines leave more than each twentieth byte of such text at 0."""
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_ESCAPED = ("iso2022_jp_2", "iso2022_kr", "hz")
_LABELS = {
    "cp1252": "Windows-1252 (Latin-1)", "cp1250": "Windows-1250 (Central European)",
    "iso8859-2": "ISO 8859-2 (Latin-2)", "iso8859-15": "ISO 8859-15 (Latin-9)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)", "koi8-u": "KOI8-U (Cyrillic)", "cp866": "CP866 (Cyrillic)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)", "iso8859-7": "ISO 8859-7 (Greek)",
    "cp1254": "Windows-1254 (Turkish)", "cp1255": "Windows-1255 (Hebrew)",
    "iso8859-8": "ISO 8859-8 (Hebrew)", "cp1256": "Windows-1256 (Arabic)",
    "iso8859-6": "ISO 8859-6 (Arabic)", "cp1257": "Windows-1257 (Baltic)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "cp874": "Windows-874 (Thai)", "cp437": "CP437 (DOS)", "cp850": "CP850 (DOS)",
    "cp852": "CP852 (DOS, Central European)", "mac-roman": "Mac Roman",
    "mac-latin2": "Mac Central European", "gb18030": "GB18030 (Chinese)", "big5hkscs": "Big5 (Chinese)",
    "cp932": "Shift JIS (Japanese)", "euc_jis_2004": "EUC-JP (Japanese)", "cp949": "EUC-KR (Korean)",
    "iso2022_jp_2": "ISO-2022-JP (Japanese)", "iso2022_kr": "ISO-2022-KR (Korean)", "hz": "HZ (Chinese)",
    "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
}  # fmt: skip
_SUPERSETS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
    "cp950": "big5hkscs", "shift_jis": "cp932", "euc_jp": "euc_jis_2004", "euc_kr": "cp949",
    "iso8859-9": "cp1254", "iso2022_jp": "iso2022_jp_2", "mac_roman": "mac-roman", "tis-620": "cp874",
}  # fmt: skip
"""Code pages that hold all of another and more; files are labelled with the smaller and use the larger."""
_MULTIBYTE = ("gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949")
_WINDOWS = ("cp1252", "cp1250", "cp1253", "cp1254")
"""Taken where a text is the same in them: later lines may have what the ISO encodings lack."""
_SINGLE = tuple(name for name in _LABELS if name not in (*_MULTIBYTE, *_WIDE, *_ESCAPED))
_DECLARED = re.compile(
    rb"(?:encoding|charset|character set)\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z][\w.:-]{1,30})", re.IGNORECASE
)
_ODD_KINDS = frozenset(("Cc", "Co", "Cn", "Sk", "So"))  # control, private, unassigned, symbols
_USUAL_SYMBOLS = frozenset("©®™°№\x85")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_RUN = re.compile("[\xa1-\u024f\u2010-\u2122]{4,}")


class Note(NamedTuple):
    """That lines from ``line`` on were read in another encoding than UTF-8; ``text`` is the first of them."""

    line: int
    text: str
    reason: str


def codec_named(name: str) -> str:
    """Python's name of an encoding that a person named: ``--encoding gbk`` reads all of GB18030.

    Raises:
        InputError: there is no such encoding.
    """
    codec = _codec(name)
    if not codec:
        raise InputError(
            f"There is no encoding {name[:40]!r}.",
            "Name it as in utf-8, utf-16, cp1252, cp1251, koi8-r, iso-8859-2, gb18030, big5, shift_jis.",
        )
    return codec


def label(codec: str) -> str:
    """What people call an encoding."""
    return _LABELS.get(codec, codec.upper())


class Utf8Stream(io.RawIOBase):
    """The bytes of a stream as UTF-8 without a mark.

    ``encoding`` forces one (a name of :func:`codec_named`). `notes` says what was read otherwise than as
    UTF-8, until taken; `unreadable` is true when the beginning makes no sense in any encoding.
    """

    def __init__(self, inner: BinaryIO, encoding: str = "") -> None:
        self._inner, self._forced = inner, encoding
        self._pieces = filter(None, self._utf8())
        self._rest: memoryview | bytes = b""
        self._line = 1
        self.notes: list[Note] = []
        self.unreadable = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read at most a buffer's length."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def head(self) -> bytes:
        """What sniffing sees; it is read again afterwards."""
        begin = bytes(self._rest)
        while len(begin) < HEAD_BYTES and (piece := next(self._pieces, None)) is not None:
            begin += piece
        self._rest = memoryview(begin)
        return begin[:HEAD_BYTES]

    def chunks(self) -> Iterator[bytes]:
        """All that is left, in pieces of its own size."""
        if self._rest:
            rest, self._rest = bytes(self._rest), b""
            yield rest
        yield from self._pieces

    def take_notes(self) -> list[Note]:
        """The notes made since the last call."""
        notes, self.notes = self.notes, []
        return notes

    def _utf8(self) -> Iterator[bytes]:
        chunk = self._inner.read(HEAD_BYTES)
        codec = self._forced
        for mark, name in _MARKS:
            if chunk.startswith(mark) and (not codec or codec.startswith(("utf-8", "utf-16", "utf-32"))):
                chunk, codec = chunk[len(mark) :], name if name != "utf-8" else self._forced
                break
        else:
            codec = codec or self._unmarked(chunk)
        if codec:
            yield from self._decoded(chunk, codec)
            return
        rest, first = b"", True
        while chunk:
            data, rest = rest + chunk, b""
            cut = _valid_length(data)
            if cut < len(data) - 3 or (cut < len(data) and not _may_go_on(data[cut:])):
                # A file's first bytes are judged together: a name in GBK may be UTF-8 by chance.
                begin = 0 if first else data.rfind(b"\n", 0, cut) + 1
                yield self._counted(data[:begin])
                yield from self._mixed(data[begin:], first)
                return
            yield self._counted(data[:cut])
            rest = data[cut:]
            chunk, first = self._inner.read(_CHUNK), False
        if rest:
            yield from self._mixed(rest, False)

    def _counted(self, data: bytes) -> bytes:
        self._line += data.count(b"\n")
        return data

    def _unmarked(self, head: bytes) -> str:
        """UTF-16 and UTF-32 without their mark, and encodings made of escapes; "" for all others."""
        if _FEWEST_NULS * head.count(b"\x00") > len(head):
            name = _detected(head[: len(head) // 4 * 4], _WIDE)
        elif b"\x1b$" in head or (b"~{" in head and b"~}" in head and head.isascii()):
            name = _detected(head, _ESCAPED)
        else:
            return ""
        if name:
            self.notes.append(Note(1, head.decode(name, "replace")[:200], _reason(name)))
        return name

    def _decoded(self, chunk: bytes, codec: str) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(codec)("replace")
        broken = False
        while chunk:
            text = decoder.decode(chunk)
            if not broken and "\ufffd" in text:
                broken = True
                self._note_broken(text, codec)
            yield self._counted(text.encode("utf-8", "replace"))
            chunk = self._inner.read(_CHUNK)
        if last := decoder.decode(b"", True):
            yield last.encode("utf-8", "replace")

    def _mixed(self, data: bytes, first: bool) -> Iterator[bytes]:
        """The rest of a stream of which some lines are no UTF-8, line by line."""
        if len(data) < _SAMPLE:
            data += self._inner.read(_CHUNK)
        lines = [line for line in data.splitlines() if not line.isascii()]
        bad = [line for line in lines if not _decodes(line, "utf-8")]
        codec = (_declared(data, bad) if first else "") or recognised(bad)
        mostly = 2 * len(bad) > len(lines)
        if not codec:
            self.unreadable = first and mostly and len(bad) > 1
            codec = "cp1252"
        # A line in a multi-byte code page may be UTF-8 by chance, one in Latin-1 hardly ever is.
        order = (codec, "utf-8") if mostly and codec in _MULTIBYTE else ("utf-8", codec)
        number = self._line + data[: data.find(bad[0])].count(b"\n") if bad else self._line
        example = bad[0].decode(codec, "replace") if bad else ""
        self.notes.append(Note(number, example[:200], _reason(codec, "" if mostly else "some lines")))
        broken, rest = False, b""
        while data:
            pieces = (rest + data).splitlines(keepends=True)
            rest = pieces.pop() if pieces and not pieces[-1].endswith(b"\n") else b""
            if len(rest) > _LONGEST_LINE:
                pieces, rest = [*pieces, rest], b""
            text = [piece if piece.isascii() else _line_as(piece, order, codec) for piece in pieces]
            if not broken and any(b"\xef\xbf\xbd" in piece for piece in text):
                broken = True
                self._note_broken(next(p for p in text if b"\xef\xbf\xbd" in p).decode(), codec)
            yield self._counted(b"".join(text))
            data = self._inner.read(_CHUNK)
        if rest:
            yield _line_as(rest, order, codec)

    def _note_broken(self, text: str, codec: str) -> None:
        place = max(0, text.find("\ufffd") - 60)
        reason = f"some bytes have no meaning in {label(codec)}; they are shown as \ufffd"
        self.notes.append(Note(self._line, text[place : place + 120], reason))


def utf8(stream: BinaryIO) -> Utf8Stream:
    """The stream as UTF-8, whether it is already or not."""
    return stream if isinstance(stream, Utf8Stream) else Utf8Stream(stream)


_TOUCHING = re.compile("[A-Za-z][\u0590-\u0eff]")
"""A sign of Hebrew, Arabic or Thai, be it only a mark, behind a Latin letter: accents that were misread."""
_COPYRIGHT = re.compile(rb"(?<![\x80-\xff])\xa9(?= ?(?:19|20)\d\d)")
"""The sign of copyright, which every code page of Windows has in one place and others use for a letter."""


def recognised(lines: Iterable[bytes]) -> str:
    """The encoding of lines that are no UTF-8, in which they make sense; "" where none is found."""
    sample, size = [], 0
    for line in lines:
        sample.append(_COPYRIGHT.sub(b"", line[:_SAMPLE]))
        size += len(line)
        if size > _SAMPLE:
            break
    return _detected(b"\n".join(sample), (*_MULTIBYTE, *_SINGLE))


def _detected(data: bytes, codecs_: tuple[str, ...]) -> str:
    import chardet  # only who reads another encoding than UTF-8 pays for it

    if not data:
        return codecs_[0]
    answers = chardet.detect_all(
        data,
        ignore_threshold=True,
        include_encodings=codecs_,
        no_match_encoding=codecs_[0],
        compat_names=False,
    )
    certain = codecs_[-1] not in _SINGLE  # UTF-16 and escapes: what is not sure is something else
    names = [
        str(answer["encoding"])
        for answer in answers
        if answer["encoding"] and answer["confidence"] > (0.5 if certain else 0)
    ]
    names = [_SUPERSETS.get(name, name) for name in names]
    if not certain:
        names.append("cp1252")
    beaten = False
    for name in names:
        if _decodes(data, name) and _makes_sense(text := data.decode(name)):
            if not certain and _is_western(data, text, beaten):
                beaten = True
                continue
            return next(
                (same for same in _WINDOWS if _decodes(data, same) and data.decode(same) == text), name
            )
    return ""


def _is_western(data: bytes, other: str, beaten: bool) -> bool:
    """Whether bytes are Windows-1252 after all, which is by far the most common, and not what is likeliest
    by its letters alone."""
    if not _decodes(data, "cp1252"):
        return False
    text = data.decode("cp1252")
    return text != other and _makes_sense(text) and speaks_for_western(text, other, beaten)


def _makes_sense(text: str) -> bool:
    """Whether a text has hardly any control characters and symbols, and words of one script each.

    Latin letters with accents stand between plain ones; a code page of another script read as Latin gives
    long runs of them, and Latin read as another script gives words of two.
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    odd = sum(map(_mixes_scripts, words)) + len(_LATIN_RUN.findall(text)) + len(_TOUCHING.findall(text))
    odd += sum(4 * text.count(sign) for sign in set(text) if _is_odd(sign))
    return odd <= 0.25 * max(1, len(words))


def _is_odd(sign: str) -> bool:
    return not sign.isascii() and unicodedata.category(sign) in _ODD_KINDS and sign not in _USUAL_SYMBOLS


def _mixes_scripts(word: str) -> bool:
    scripts = {_script(character) for character in word.lstrip("µ").rstrip("²³¹ªº")}
    return len(scripts) > 1 and not scripts & {
        "CJK",
        "HIRAGANA",
        "KATAKANA",
        "HANGUL",
        "HALFWIDTH",
        "FULLWIDTH",
    }


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "NONE").partition(" ")[0].partition("-")[0]


def _declared(data: bytes, lines: list[bytes]) -> str:
    """The encoding that the file names in its first lines, if what is no UTF-8 can be read in it."""
    match = _DECLARED.search(data[:2000])
    codec = _codec(match[1].decode()) if match else ""
    fits = codec and not codec.startswith("utf") and all(_decodes(line, codec) for line in lines[:2000])
    return codec if fits else ""


def _codec(name: str) -> str:
    try:
        info = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return ""
    if not getattr(info, "_is_text_encoding", True):
        return ""  # Python's "rot13" and "zip"
    return _SUPERSETS.get(info.name, info.name)


def _reason(codec: str, what: str = "") -> str:
    subject = "some lines are not UTF-8; they were" if what else "is not UTF-8; it was"
    return f"{subject} read as {label(codec)}; choose another with --encoding"


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _valid_length(data: bytes) -> int:
    """How many bytes at the start are UTF-8."""
    if data.isascii():
        return len(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _may_go_on(tail: bytes) -> bool:
    """Whether a few bytes at a chunk's end begin a character of UTF-8 that the next chunk completes."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(tail)
    except UnicodeDecodeError:
        return False
    return True


def _line_as(line: bytes, order: tuple[str, str], codec: str) -> bytes:
    for name in order:
        try:
            return line if name == "utf-8" and line.decode() else line.decode(name).encode()
        except UnicodeDecodeError:
            continue
    return line.decode(codec, "replace").encode("utf-8", "replace")
