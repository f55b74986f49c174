"""XML records cut out of a stream and parsed one by one.

A file is never parsed as a whole: each record stands between its own tags, so a broken one costs nothing but
itself,
memory stays flat, and entities that a document type would define are not there to explode.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from lxml import etree

from ingest.document import FieldWarning, Rejected
from ingest.readers.parsing.encodings import utf8
from ingest.readers.parsing.reader import (
    CUT_BYTES,
    CUT_RECORDS,
    MAX_LINE,
    SHOWN,
    Cut,
    encoding_warnings,
    shown,
)
from ingest.text.markup import dollars, superscript

Element = etree._Element
Found = tuple[int, Element | Rejected | FieldWarning]

_OPTIONS = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}
_STRICT = etree.XMLParser(**_OPTIONS)  # type: ignore[arg-type]
_MENDING = etree.XMLParser(recover=True, **_OPTIONS)  # type: ignore[arg-type]
_DECLARED = re.compile(rb"xmlns:([\w.-]{1,40})\s*=\s*(\"[^\"<>]{0,300}\"|'[^'<>]{0,300}')")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_KEPT_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_BARE_AMP = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]{1,8})|(\d{1,10}));")
_AFTER_NAME = frozenset((b" ", b"\t", b"\r", b"\n", b"/", b">", b""))
_TAG = 128  # longest tag looked for, in bytes
_BARE_LESS = re.compile(r"<(?=[\s\d=<≤.,]|$)")


def xml_records(
    stream: BinaryIO,
    names: tuple[str, ...],
    on_between: Callable[[bytes], None] | None = None,
    slim: Callable[[bytes], bytes] | None = None,
) -> Iterator[Found]:
    """Yield (line, element) of every record whose tag is one of ``names``.

    ``on_between`` is handed the bytes between records, for readers that need what stands around them;
    ``slim`` may
    take out of a record's bytes what its reader does not look at, before they are parsed.
    """
    wrap: _Wrapper | None = None
    cutter = _Cutter(stream, names)
    for line, fragment, between, complete in cutter.fragments():
        yield from ((warning.line, warning) for warning in cutter.warnings())
        wrap = _wrapper(between) if wrap is None else wrap
        if on_between:
            on_between(between)
        yield from _found((line, fragment, complete), wrap, slim)


_Fragment = tuple[int, bytes, bool | None]
"""Line, bytes, and whether the record is complete (None: it was skipped)."""
_Wrapper = tuple[bytes, bytes]
"""The start and the end of an element around a record that declares the prefixes of the root."""


def cut_xml(stream: BinaryIO, names: tuple[str, ...]) -> Iterator[Cut | FieldWarning]:
    """The records of a stream, not parsed, for :func:`parse_xml`; and a warning of its encoding."""
    wrap: _Wrapper | None = None
    fragments: list[_Fragment] = []
    size = 0
    cutter = _Cutter(stream, names)
    for line, fragment, between, complete in cutter.fragments():
        yield from cutter.warnings()
        wrap = _wrapper(between) if wrap is None else wrap
        fragments.append((line, fragment if complete is not None else fragment[:SHOWN], complete))
        size += len(fragment)
        if len(fragments) >= CUT_RECORDS or size >= CUT_BYTES:
            yield Cut(len(fragments), (wrap, fragments))
            fragments, size = [], 0
    if fragments:
        yield Cut(len(fragments), (wrap, fragments))


def parse_xml(cut: Cut, slim: Callable[[bytes], bytes] | None = None) -> Iterator[Found]:
    """What :func:`xml_records` yields for these records."""
    wrap, fragments = cut.payload
    for fragment in fragments:
        yield from _found(fragment, wrap, slim)


def _found(record: _Fragment, wrap: _Wrapper, slim: Callable[[bytes], bytes] | None) -> Iterator[Found]:
    line, fragment, complete = record
    if complete is None:
        if fragment:
            reason = f"the record is longer than {MAX_LINE // 2**20} MiB and was skipped"
            yield line, Rejected(line, "record", shown(fragment[:SHOWN].decode("utf-8", "replace")), reason)
        return
    if not complete:
        yield line, FieldWarning(line, "record", "", "the record has no end tag; what could be read was kept")
    yield from _parsed(line, slim(fragment) if slim else fragment, wrap)


class _Cutter:
    """Finds records in a stream of bytes by their tags alone."""

    def __init__(self, stream: BinaryIO, names: tuple[str, ...]) -> None:
        self._stream = utf8(stream)
        self._chunks = self._stream.chunks()
        alternatives = "|".join(re.escape(name) for name in names).encode()
        self._start = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:" + alternatives + rb"))(?=[\s/>])")
        self._buffer = b""
        self._line, self._counted = 1, 0  # the line at the buffer's place up to which lines were counted

    def warnings(self) -> list[FieldWarning]:
        """What was found out of the encoding since the last call."""
        return encoding_warnings(self._stream)

    def fragments(self) -> Iterator[tuple[int, bytes, bytes, bool | None]]:
        """(line, record, bytes before it, complete); complete None: skipped, or the tail after the last
        record."""
        position = 0
        while True:
            start = self._start.search(self._buffer, position)
            if start is None:
                # A tag may be cut by the chunk's end: its beginning stays in the buffer.
                if len(self._buffer) - position > MAX_LINE:
                    yield self._line, b"", self._buffer[position:-_TAG], None
                    self._drop(len(self._buffer) - _TAG)
                    position = 0
                if not self._more():
                    yield self._line, b"", self._buffer[position:], None
                    return
                continue
            end, following = self._end(start)
            while (
                end < 0 and following < 0 and len(self._buffer) - start.start() <= MAX_LINE and self._more()
            ):
                end, following = self._end(start)
            stop = end if end >= 0 else following if following >= 0 else len(self._buffer)
            line = self._line_at(start.start())
            between, fragment = self._buffer[position : start.start()], self._buffer[start.start() : stop]
            complete = None if stop - start.start() > MAX_LINE else end >= 0
            yield line, fragment, between, complete
            position = stop
            if position > 1 << 20:
                self._drop(position)
                position = 0

    def _end(self, start: re.Match[bytes]) -> tuple[int, int]:
        """Where the record ends, and where the next begins if it has no end before that (-1: not seen)."""
        closing = b"</" + start[1] + b">"
        end = self._buffer.find(closing, start.end())
        following = self._buffer.find(b"<" + start[1], start.end(), end if end >= 0 else len(self._buffer))
        while (
            following >= 0
            and self._buffer[following + len(start[1]) + 1 : following + len(start[1]) + 2] not in _AFTER_NAME
        ):
            following = self._buffer.find(
                b"<" + start[1], following + 1, end if end >= 0 else len(self._buffer)
            )
        if following >= 0:
            return -1, following
        return (end + len(closing), -1) if end >= 0 else (-1, -1)

    def _more(self) -> bool:
        chunk = next(self._chunks, b"")
        self._buffer += chunk
        return bool(chunk)

    def _line_at(self, place: int) -> int:
        self._line += self._buffer.count(b"\n", self._counted, place)
        self._counted = place
        return self._line

    def _drop(self, size: int) -> None:
        self._line_at(max(size, self._counted))
        self._counted -= size
        self._buffer = self._buffer[size:]


def without(fragment: bytes, *names: bytes) -> bytes:
    """A record's bytes without the elements of these names (which do not nest); broken ones stay."""
    for name in names:
        opening, closing = b"<" + name + b">", b"</" + name + b">"
        start = fragment.find(opening)
        if start < 0:
            continue
        pieces, position = [], 0
        while start >= 0:
            end = fragment.find(closing, start)
            if end < 0:
                break
            pieces.append(fragment[position:start])
            position = end + len(closing)
            start = fragment.find(opening, position)
        fragment = b"".join([*pieces, fragment[position:]])
    return fragment


def _wrapper(head: bytes) -> _Wrapper:
    """An element that declares the prefixes which the root declared."""
    declared = dict(_DECLARED.findall(head[:20_000]))
    if not declared:
        return b"", b""
    names = b" ".join(b"xmlns:" + prefix + b"=" + value for prefix, value in declared.items())
    return b"<wrapper " + names + b">", b"</wrapper>"


def _parsed(line: int, fragment: bytes, wrap: _Wrapper) -> Iterator[Found]:
    whole = wrap[0] + fragment + wrap[1] if wrap[0] else fragment
    try:
        root = etree.fromstring(whole, _STRICT)
    except etree.XMLSyntaxError as error:
        yield from _mended(line, fragment, wrap, error)
        return
    yield line, root[0] if wrap[0] else root


def _mended(line: int, fragment: bytes, wrap: _Wrapper, error: etree.XMLSyntaxError) -> Iterator[Found]:
    """The record with its faults corrected as far as they can be, and a warning of what they were."""
    reason = ""
    text = _REFERENCE.sub(_valid_reference, _CONTROL.sub(" ", fragment.decode("utf-8", "replace")))
    text = _ENTITY.sub(_character, text)
    text = _BARE_LESS.sub("&lt;", _BARE_AMP.sub("&amp;", text))
    whole = wrap[0] + text.encode() + wrap[1]
    try:
        root = etree.fromstring(whole, _STRICT)
    except etree.XMLSyntaxError:
        reason = f"is broken XML ({str(error.msg)[:120]}); what could be read was kept"
        try:
            root = etree.fromstring(whole, _MENDING)
        except etree.XMLSyntaxError:
            root = None
    if root is not None and wrap[0]:
        root = root[0] if len(root) else None
    if root is None:
        yield (
            line,
            Rejected(line, "record", shown(text[: SHOWN * 4]), f"is broken XML ({str(error.msg)[:120]})"),
        )
        return
    if reason:
        yield line, FieldWarning(line, "record", shown(re.sub(r"<[^<>]*>", " ", text[:2000])), reason)
    yield line, root


def _valid_reference(match: re.Match[str]) -> str:
    """A character's number as it is; a space where XML has no such character (half of a pair, a control)."""
    number = int(match[1], 16) if match[1] else int(match[2])
    valid = number in (0x9, 0xA, 0xD) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return match[0] if valid or 0x10000 <= number < 0x110000 else " "


def _character(match: re.Match[str]) -> str:
    if match[1] in _KEPT_ENTITIES:
        return match[0]
    return html.escape(html.unescape(match[0]), quote=False)


def local(element: Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """The direct children of a name, whatever their namespace."""
    return [child for child in element if local(child) == name]


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down a path of names."""
    for name in path:
        if element is None:
            return None
        element = next((candidate for candidate in element if local(candidate) == name), None)
    return element


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """All elements below of these names, whatever their namespace."""
    return (node for node in element.iter() if local(node) in names)


def plain(element: Element | None) -> str:
    """The text of an element without what is inside it."""
    return (element.text or "").strip() if element is not None else ""


def text_of(element: Element | None, skip: frozenset[str] = frozenset()) -> str:
    """All text of an element: formulas as ``$…$`` where they carry TeX, exponents raised, blocks apart."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    pieces: list[str] = []
    _gather(element, pieces, skip, 0)
    return "".join(pieces)


_BLOCKS = frozenset(
    ("p", "sec", "title", "list-item", "li", "div", "br", "break", "label", "disp-formula", "AbstractText")
)
_MATH = frozenset(("inline-formula", "disp-formula", "math"))


def _gather(element: Element, pieces: list[str], skip: frozenset[str], depth: int) -> None:
    if depth > 60:
        return
    if element.text:
        pieces.append(element.text)
    for inner in element:
        name = local(inner)
        if name in _MATH:
            pieces.append(_formula(inner))
        elif name == "tex-math":
            pieces.append(dollars(inner.text or "") if inner.text else "")
        elif (
            name == "sup"
            and not len(inner)
            and pieces
            and pieces[-1][-1:].isdigit()
            and _is_exponent(inner.text)
        ):
            pieces.append(superscript((inner.text or "").strip()))
        elif name and name not in skip:
            apart = " " if name in _BLOCKS else ""
            pieces.append(apart)
            _gather(inner, pieces, skip, depth + 1)
            pieces.append(apart)
        if inner.tail:
            pieces.append(inner.tail)


def _is_exponent(text: str | None) -> bool:
    return re.fullmatch(r"\s*[+−-]?\d{1,3}\s*", text or "") is not None


def _formula(element: Element) -> str:
    tex = next(descendants(element, "tex-math", "annotation"), None)
    if tex is not None and tex.text:
        return dollars(tex.text)
    alternative = element.get("alttext")
    if alternative:
        return dollars(alternative)
    body = "".join(str(part) for part in element.itertext())
    return "".join(body.split()) if next(descendants(element, "math"), None) is not None else body
