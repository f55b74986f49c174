"""PDFs of papers: those that are kept, as files, and the addresses of others that are open to all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from ingest.document import Document
from ingest.library.files.pdfs import PART
from ingest.library.library import Library, StoredPdf
from litatlas.answers import PdfLink

PIECE = PART
"""Bytes that are best read at once."""
_PDF_PATH = re.compile(r"\.pdf\Z|/pdf/|/e?pdf\Z", re.IGNORECASE)
_PMCID = re.compile(r"PMC\d{1,12}")
_ACL = re.compile(r"[\w.-]{3,60}")


class Pdf(io.RawIOBase):
    """A kept PDF as a file: what is read of it is fetched part by part.

    ``size`` in bytes; ``hash``: SHA-256 of the content; ``name``: the file's name without its suffix.
    """

    def __init__(self, library: Library, stored: StoredPdf, name: str) -> None:
        super().__init__()
        self._library = library
        self._at = 0
        self._part = (-1, b"")
        self.hash, self.size = stored
        self.name = name

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        return self._at

    def tell(self) -> int:
        """The place that is read next."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Up to the end of the part at hand.

        Raises:
            NotFoundError: the file was removed meanwhile.
        """
        number, start = divmod(self._at, PART)
        if self._at >= self.size:
            return 0
        if self._part[0] != number:
            self._part = number, self._library.pdf_part(self.hash, number)
        piece = self._part[1][start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def pdf_links(document: Document) -> list[PdfLink]:
    """The addresses at which a paper's PDF is open to all, as its record tells; nothing is fetched."""
    urls = [_ARXIV.format(quote(document.arxiv_id))] if document.arxiv_id else []
    for name in document.other_ids:
        scheme, _, value = name.partition(":")
        if scheme in _ADDRESSES:
            urls += [url for url in [_ADDRESSES[scheme](value)] if url]
    urls += [url for url in (document.open_access_url, document.url) if _is_pdf(url)]
    links: dict[str, PdfLink] = {}
    for url in urls:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        links.setdefault(host, {"host": host, "url": url})
    return list(links.values())


_ARXIV = "https://arxiv.org/pdf/{}"


def _pmc(value: str) -> str:
    number = value.upper()
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{number}/pdf/" if _PMCID.fullmatch(number) else ""


def _acl(value: str) -> str:
    return f"https://aclanthology.org/{quote(value)}.pdf" if _ACL.fullmatch(value) else ""


_ADDRESSES: dict[str, Callable[[str], str]] = {"pmcid": _pmc, "acl": _acl}
"""Schemes of identifiers whose PDFs stand at known addresses."""


def _is_pdf(url: str) -> bool:
    """Whether an address is one of the web, and of a PDF by its path."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and _PDF_PATH.search(parts.path) is not None
        )
    except ValueError:
        return False
