"""Documents as the library keeps them: their JSON, ids and fingerprints."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from ingest.document import Document
from ingest.duplicates.signatures import text_key
from ingest.library.backend.errors import unreadable

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # base 32 of RFC 4648, in lower case
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LISTS = frozenset(field.name for field in fields(Document) if field.default == ())
_TWO_LETTERS = [one + other for one in _LETTERS for other in _LETTERS]


class Record(NamedTuple):
    """A document on its way into a collection; its fingerprint tells whether it has changed."""

    id: str
    json: str  # with the language of its text
    fingerprint: int  # of what the source says

    @classmethod
    def make(cls, collection_key: str, document: Document, lang: str) -> Record:
        """Give a document its id, its language and its fingerprint."""
        whole = json_text = record_of(document)
        if lang and not document.lang:
            whole = f'{json_text[:-1]},"lang":{_encode(lang)}}}'
        elif lang not in ("", document.lang):
            whole = record_of(replace(document, lang=lang))
        return cls(document_id(collection_key, document.source_id), whole, text_key(json_text))

    def read(self) -> Document:
        """The document, read from the JSON."""
        return document_of(self.json)


def record_of(document: Document) -> str:
    """A document as the JSON that the library keeps; halves of surrogate pairs become question marks."""
    values = document.to_json()
    try:
        return orjson.dumps(values).decode()
    except TypeError:
        return storable(_encode(values))


def storable(text: str) -> str:
    """Text that any database can keep."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


# A frozen class's own way of being made takes longer than to read the JSON: a search makes forty of them.
_SET_ID, *_SETS = [getattr(Document, field.name).__set__ for field in fields(Document)]
_FIELDS = tuple(
    (field.name, put, field.default) for field, put in zip(fields(Document)[1:], _SETS, strict=True)
)
_NAMES = frozenset(["id", *(name for name, _, _ in _FIELDS)])


def document_of(record: str) -> Document:
    """A document from the library's JSON; raises LibraryError where it is none."""
    try:
        values: dict[str, Any] = orjson.loads(record)
        id, is_known = values["id"], values.keys() <= _NAMES
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(error) from error
    if not is_known:
        raise unreadable(f"a record has {sorted(values.keys() - _NAMES)}, which no document has")
    document: Document = object.__new__(Document)
    _SET_ID(document, id)
    get = values.get
    for name, put, default in _FIELDS:
        value = get(name, default)
        put(document, tuple(value) if type(value) is list else value)
    return document


def tags_in(record: str) -> frozenset[str]:
    """The tags of a document, from the library's JSON; raises LibraryError where it is none."""
    try:
        return frozenset(orjson.loads(record).get("tags", ()))
    except (ValueError, TypeError, AttributeError) as error:
        raise unreadable(error) from error


_ID = re.compile(r'\{"id":"(?:[^"\\]|\\.)*"')


def content_key(record: str) -> int:
    """A hash of a document's JSON without its source's number."""
    match = _ID.match(record)
    return text_key(record[match.end() :] if match else record)


def document_id(collection_key: str, source_id: str) -> str:
    """The id of a document: always the same; 13 letters and digits, safe in a URL."""
    text = f"{collection_key}\x00{source_id}".encode("utf-8", "surrogatepass")
    bits = int.from_bytes(blake2b(text, digest_size=8).digest(), "big") << 1  # 65 bits: 13 letters of 5
    return (
        "".join([_TWO_LETTERS[bits >> shift & 1023] for shift in (55, 45, 35, 25, 15, 5)])
        + _LETTERS[bits & 31]
    )
