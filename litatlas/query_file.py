"""The text inside a file that is used as a query: a PDF, any format that ``add`` reads, or plain text."""

from __future__ import annotations

import io
import tempfile
from itertools import islice
from pathlib import Path

from ingest.document import Document
from ingest.input_files import read_sources
from ingest.readers import is_binary, sniff
from ingest.readers.parsing.encodings import Utf8Stream
from ingest.readers.pdf.reader import pdf_text
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
        InputError: there is no text in it, or a PDF is broken or locked.
        TooLargeError: it is over 20 MB.
    """
    if len(content) > MAX_BYTES:
        raise TooLargeError(
            f"{name} is over {MAX_BYTES // 1_000_000} MB.", "Use the abstract, or a single paper."
        )
    if b"%PDF-" in content[:1024]:
        try:
            text = pdf_text(content, pages=MAX_PAGES)
        except InputError as error:
            raise InputError(
                f"{name} {error.message}.", f"{error.hint.rstrip('.')}, or paste the abstract."
            ) from error
    elif _is_plain(content, name):
        text = Utf8Stream(io.BytesIO(content)).read().decode("utf-8", "replace")
    else:
        text = _records_text(content, name)
    text = text[:MAX_CHARACTERS].strip()
    if not text:
        raise InputError(
            f"There is no text in {name}.", "Use a text file, a PDF with text or a file of references."
        )
    return text


def _is_plain(content: bytes, name: str) -> bool:
    try:
        return not content.strip() or sniff(content[:SNIFFED_BYTES], name).name == "text"
    except InputError:
        # A text that is no list of papers is a query all the same: a draft in LaTeX, say.
        head = Utf8Stream(io.BytesIO(content[:SNIFFED_BYTES])).head()
        return content[:2] != b"PK" and not is_binary(head) and not head.lstrip().startswith(b"<")


def _records_text(content: bytes, name: str) -> str:
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
        path = Path(folder) / (Path(name).name or "document")
        path.write_bytes(content)
        records = (record for _, record in read_sources([path]) if isinstance(record, Document))
        try:
            return "\n\n".join(
                f"{record.title}\n{record.abstract}" for record in islice(records, MAX_RECORDS)
            )
        except InputError as error:
            raise InputError(error.message.replace(f"{folder}/", ""), PASTE) from error
