"""Every paper with its collection and year, read without texts: what a sample is drawn by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import exists, select

from ingest.library.database import Database
from ingest.library.schema import collections, documents, papers

_PAGE = 10_000
_YEAR = re.compile(r'"year":([0-9]+)')  # a quote inside a text has a backslash before it


class StrataTable(Database):
    """The part of the library that tells where its papers are from."""

    def strata(self, *, public_only: bool = False) -> Iterator[tuple[str, str, int]]:
        """The id of every paper, with collection and year (0: unknown) of the record that stands for it.

        ``public_only``: of papers that are in private collections alone, nothing.
        """
        shown, first = documents.alias("shown"), documents.alias("first")
        query = (
            select(papers.c.number, first.c.id, collections.c.name, shown.c.record)
            .join(first, first.c.number == papers.c.number)
            .join(shown, shown.c.number == papers.c.shown)
            .join(collections, collections.c.number == shown.c.collection)
            .order_by(papers.c.number)
            .limit(_PAGE)
        )
        if public_only:
            of_member = collections.alias("of_member")
            member = documents.alias("member")
            public = (member.c.paper == papers.c.number) & (of_member.c.number == member.c.collection)
            query = query.where(exists().where(public & of_member.c.private.is_(False)))
        last = -1
        while True:
            with self.reading() as connection:
                page = connection.execute(query.where(papers.c.number > last)).all()
            for _, id, collection, record in page:
                match = _YEAR.search(record)
                yield id, collection, int(match[1]) if match else 0
            if len(page) < _PAGE:
                return
            last = page[-1][0]
