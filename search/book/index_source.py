"""All papers that a query finds in an index, as a reader may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from search.context import Context
from search.engines.contract import Request
from search.query.languages import Speech
from search.query.resolve import resolve
from search.query.tree import Query, Word
from search.request import Visible

_PAGE = 5_000


class IndexSource:
    """Looks queries up in one generation: all words are wanted, nothing is loosened, nothing is cut off."""

    def __init__(self, context: Context, visible: Visible = None) -> None:
        self._context = context
        self._visible = visible

    def papers(self, query: Query) -> Iterator[str]:
        """The ids of all papers that a query finds."""
        context = self._context
        clause = resolve(
            query, context.analyzer, match="all", speech=context.speech(query), topics=context.topic_ids
        )
        request = Request(query=clause, collections=self._visible, sort="id", limit=_PAGE)
        answer = context.engine.search(context.index, request)
        if answer.total <= len(answer.hits):  # few enough: no long reading needs to be opened
            yield from (hit.id for hit in answer.hits)
            return
        request = replace(request, cursor="")
        while True:
            answer = context.engine.search(context.index, request)
            yield from (hit.id for hit in answer.hits)
            if answer.cursor is None or not answer.hits:
                return
            request = replace(request, cursor=answer.cursor)

    def has_content(self, words: Sequence[Word]) -> bool:
        """Whether any of the words is looked for by its stem."""
        speech: Speech = self._context.speech(Query(tuple(words)))
        return any(speech.telling(word.text) for word in words)
