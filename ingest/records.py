"""Documents as the library keeps them: their JSON, ids and fingerprints."""

from __future__ import annotations

import json
from base64 import b32encode
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ingest.document import Document
from ingest.duplicates import text_key


@dataclass(frozen=True, slots=True)
class Record:
    """A document on its way into a collection; its fingerprint tells whether it has changed."""

    id: str
    document: Document
    json: str
    fingerprint: int

    @classmethod
    def make(cls, collection_key: str, document: Document) -> Record:
        """Give a document its id and its fingerprint."""
        json_text = record_of(document)
        return cls(document_id(collection_key, document.source_id), document, json_text, text_key(json_text))

    def json_in(self, lang: str) -> str:
        """The JSON with a language that was detected."""
        return self.json if self.document.lang or not lang else f'{self.json[:-1]},"lang":"{lang}"}}'


def record_of(document: Document) -> str:
    """A document as the JSON that the library keeps; halves of surrogate pairs become question marks."""
    text = json.dumps(document.to_json(), ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else storable(text)


def storable(text: str) -> str:
    """Text that any database can keep."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def document_of(record: str) -> Document:
    """A document from the library's JSON."""
    values: dict[str, Any] = json.loads(record)
    values["source_id"] = values.pop("id")
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    return Document(**values)


def document_id(collection_key: str, source_id: str) -> str:
    """The id of a document: always the same; 13 letters and digits, safe in a URL."""
    text = f"{collection_key}\x00{source_id}".encode("utf-8", "surrogatepass")
    return b32encode(blake2b(text, digest_size=8).digest()).decode().rstrip("=").lower()
