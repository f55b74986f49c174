"""The text inside a file that is used as a query: a PDF, any format that ``add`` reads, or plain text.

It is read in a child process that is bounded in time and memory (`ingest.sandbox`).
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingest.document import Document
from ingest.input_files import read_sources
from ingest.readers.parsing.encodings import Utf8Stream
from ingest.readers.pdf.reader import pdf_text
from ingest.readers.registry import is_binary, sniff
from ingest.sandbox import SECONDS, BoundsError, items
from ingest.text.boilerplate import without_headings
from litatlas.errors import InputError, TooLargeError
from litatlas.uploads import TEMPORARY

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 200_000
MAX_PAGES = 50
MAX_RECORDS = 100
SNIFFED_BYTES = 1 << 16
PASTE = "Paste the text itself, or use a text file, a PDF with text or a file of references."


def query_text(content: bytes, name: str) -> str:
    """The text to explore with.

    Raises:
        InputError: there is no text in it, a PDF is broken or locked, or it needs too much time or memory.
        TooLargeError: it is over 20 MB.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(
            f"{name} is over {MAX_BYTES // 1_000_000} MB.", "Use the abstract, or a single paper."
        )
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
        path = Path(folder) / (Path(name).name or "document")
        path.write_bytes(content)
        try:
            options = (name, MAX_CHARACTERS)
            (text,) = items("litatlas.query_file:texts", os.fsencode(path), *options, seconds=SECONDS)
        except BoundsError as error:
            raise InputError(f"{name} {error.message}.", PASTE) from error
        except InputError as error:
            raise InputError(error.message.replace(f"{folder}/", ""), error.hint) from error
    if not text:
        raise InputError(
            f"There is no text in {name}.", "Use a text file, a PDF with text or a file of references."
        )
    return str(text)


def texts(path: bytes, name: str, most: int) -> Iterator[str]:
    """The text of a file, in the child process that reads it for `query_text`."""
    file = Path(os.fsdecode(path))
    content = file.read_bytes()
    if b"%PDF-" in content[:1024]:
        text = _pdf_text(content, name)
    elif _is_plain(content, name):
        text = Utf8Stream(io.BytesIO(content)).read().decode("utf-8", "replace")
    else:
        text = _records_text(file)
    yield text[:most].strip()


def _pdf_text(content: bytes, name: str) -> str:
    try:
        return pdf_text(content, pages=MAX_PAGES)
    except InputError as error:
        hint = f"{error.hint.rstrip('.')}, or paste the abstract."
        raise InputError(f"{name} {error.message}.", hint) from error


def _is_plain(content: bytes, name: str) -> bool:
    try:
        return not content.strip() or sniff(content[:SNIFFED_BYTES], name).name == "text"
    except InputError:
        # A text that is no list of papers is a query all the same: a draft in LaTeX, say.
        head = Utf8Stream(io.BytesIO(content[:SNIFFED_BYTES])).head()
        return content[:2] != b"PK" and not is_binary(head) and not head.lstrip().startswith(b"<")


def _records_text(path: Path) -> str:
    records = (record for _, record in read_sources([path]) if isinstance(record, Document))
    try:
        texts = (f"{record.title}\n{without_headings(record.abstract)}" for record in records)
        return "\n\n".join(islice(texts, MAX_RECORDS))
    except InputError as error:
        raise InputError(error.message, PASTE) from error
