"""Clauses as Tantivy's queries."""

from __future__ import annotations

import tantivy
from tantivy import Occur, Query

from search.clauses import (
    LONGEST_PREFIX,
    TEXT,
    AllOf,
    AnyOf,
    Between,
    Clause,
    Everything,
    Nothing,
    PhraseOf,
    PrefixOf,
    Scored,
    Term,
    Without,
)


class Compiler:
    """Resolved clauses → Tantivy queries."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def term(self, field: str, token: str) -> tantivy.Query:
        """Papers with a token; scored in the text that BM25 runs on."""
        return Query.term_query(self._schema, field, token, "freq" if field == TEXT else "basic")

    def filter(self, clause: Clause) -> tantivy.Query:
        """The query without its scores."""
        return Query.const_score_query(self.query(clause), 0.0)

    def query(self, clause: Clause) -> tantivy.Query:
        """The query, scored by its `Term` clauses that have a boost."""
        match clause:
            case Term(field, token, boost):
                query = self.term(field, token)
                if boost == 1.0:
                    return query
                return Query.boost_query(query, boost) if boost > 0 else Query.const_score_query(query, 0.0)
            case AllOf(children):
                return self._all(children)
            case AnyOf(children):
                return Query.boolean_query([(Occur.Should, self.query(child)) for child in children])
            case Scored(child, terms):
                scores = [(Occur.Should, self.query(term)) for term in terms]
                return Query.boolean_query([(Occur.Must, self.query(child)), *scores])
            case Without(child):
                return Query.boolean_query(
                    [(Occur.Must, self._everything()), (Occur.MustNot, self.query(child))]
                )
            case Everything():
                return self._everything()
            case Nothing():
                return Query.empty_query()
            case _:
                return Query.const_score_query(self._leaf(clause), 0.0)

    def _all(self, children: tuple[Clause, ...]) -> tantivy.Query:
        parts = [
            (Occur.MustNot, self.query(child.child))
            if isinstance(child, Without)
            else (Occur.Must, self.query(child))
            for child in children
        ]
        if all(isinstance(child, Without) for child in children):
            parts.append((Occur.Must, self._everything()))
        return Query.boolean_query(parts)

    def _leaf(self, clause: PhraseOf | PrefixOf | Between) -> tantivy.Query:
        match clause:
            case PhraseOf(field, tokens, slop):
                return Query.phrase_query(self._schema, field, list(tokens), slop)
            case PrefixOf(field, prefix) if len(prefix) > LONGEST_PREFIX:
                return Query.empty_query()
            case PrefixOf(field, prefix):
                pattern = "".join(char if char.isalnum() else "\\" + char for char in prefix) + ".*"
                return Query.regex_query(self._schema, field, pattern)
            case Between(field, low, high):
                return Query.range_query(self._schema, field, tantivy.FieldType.Integer, low, high)

    @staticmethod
    def _everything() -> tantivy.Query:
        return Query.const_score_query(Query.all_query(), 0.0)
