"""The titles of many papers at once, as ranking reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from ingest.library.papers import PapersTable
from ingest.library.schema import documents
from ingest.parallel import in_chunks
from ingest.text.analysis import ANALYSIS_VERSION

_PAGE = 500  # values of one IN (…)
_PAPER_ROW = documents.alias("paper_row")
_TITLES = (
    select(_PAPER_ROW.c.id, documents.c.analysis, documents.c.title_forms)
    .join(_PAPER_ROW, _PAPER_ROW.c.number == documents.c.paper)
    .where(_PAPER_ROW.c.id.in_(bindparam("ids", expanding=True)))
)


class TitlesTable(PapersTable):
    """The part of the library that gives titles without the rest of a paper."""

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """The exact forms of the titles of papers, joined by spaces, by paper; unknown ids are left out.

        As all who see a paper may know its title: the order of results tells nothing of a private record.
        """
        texts: dict[str, set[str]] = defaultdict(set)
        stale: set[str] = set()
        with self.reading() as connection:
            for part in in_chunks(ids, _PAGE):
                for id, analysis, forms in connection.execute(_TITLES, {"ids": part}):
                    texts[id].add(forms)
                    if analysis != ANALYSIS_VERSION:
                        stale.add(id)
        whole = [id for id, forms in texts.items() if len(forms) > 1 or id in stale]
        papers = self.papers_by_id(whole, forms=True, common=True) if whole else {}
        return {
            id: papers[id].title_forms if id in papers else next(iter(forms)) for id, forms in texts.items()
        }
