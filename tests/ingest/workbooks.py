"""Workbooks that tests make."""

from __future__ import annotations

import io
import zipfile

_ROW = b'<row r="1"><c t="inlineStr"><is><t>x</t></is></c></row>'


def dense_workbook(rows: int = 400_000) -> bytes:
    """A small workbook that unfolds to far more than it is: the same row again and again."""
    import openpyxl

    plain, packed = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["title"])
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<sheetData>", b"<sheetData>" + _ROW * rows))
    return packed.getvalue()
