"""How often words stand in papers of any field, which tells a library's own words from those of all papers.

The general language (spaCy's table, ``ingest.text.headwords``) does not tell them: it knows a word of another
field as little as one of the library's. Counted by ``scripts/scholarly_language.py``, which says of what.
"""

from __future__ import annotations

from collections.abc import Collection
from importlib.resources import files

import numpy as np

from ingest.text.headwords.spacy_files import general_language

_GENERAL = 0.2  # of the mixture: words of daily life that papers of the counted fields may lack
_TABLES = {"en": "scholarly_en.txt"}


def scholarly_language(lang: str, forms: Collection[str]) -> dict[str, float]:
    """Form → log-probability in papers of any field, a fifth of it in the general language, of those of the
    forms that are known; without a table of papers the general language alone, without either nothing."""
    general = general_language(lang, forms)
    if lang not in _TABLES:
        return general
    papers = {}
    for line in files("topics.text").joinpath(_TABLES[lang]).read_text(encoding="utf-8").splitlines():
        value, *equal = line.split()
        papers.update(dict.fromkeys(equal, float(value)))
    said, spoken = np.log(_GENERAL), np.log1p(-_GENERAL)
    return {
        form: float(np.logaddexp(said + general.get(form, -np.inf), spoken + papers.get(form, -np.inf)))
        for form in forms
        if form in general or form in papers
    }
