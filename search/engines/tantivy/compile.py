"""Clauses as Tantivy's queries."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

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
    Gapped,
    MatchOf,
    NearOf,
    Nothing,
    PhraseOf,
    PrefixOf,
    Scored,
    Term,
    Token,
    Without,
    regular_expression,
)

Side = tuple[Token, ...]
"""What may stand at one place."""


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

    def _leaf(self, clause: PhraseOf | PrefixOf | MatchOf | NearOf | Between) -> tantivy.Query:
        match clause:
            case PhraseOf(field, tokens, slop):
                return self._phrase(field, list(enumerate(map(_side, tokens))), slop)
            case MatchOf(field, token):
                return Query.regex_query(self._schema, field, regular_expression(token.text))
            case NearOf():
                return self._near(clause)
            case PrefixOf(field, prefix) if len(prefix) > LONGEST_PREFIX:
                return Query.empty_query()
            case PrefixOf(field, prefix):
                pattern = regular_expression(prefix, plain=True) + ".*"
                return Query.regex_query(self._schema, field, pattern)
            case Between(field, low, high):
                return Query.range_query(self._schema, field, tantivy.FieldType.Integer, low, high)

    def _phrase(self, field: str, places: list[tuple[int, Side]], slop: int = 0) -> tantivy.Query:
        """The given tokens at the given places."""
        if all(len(side) == 1 and isinstance(side[0], str) for _, side in places):
            plain: list[str | tuple[int, str]] = [(place, str(side[0])) for place, side in places]
            return Query.phrase_query(self._schema, field, plain, slop)
        patterns: list[str | tuple[int, str]] = [
            (place, "|".join(f"({_pattern(token)})" for token in side)) for place, side in places
        ]
        return Query.regex_phrase_query(self._schema, field, patterns, slop)

    def _near(self, clause: NearOf) -> tantivy.Query:
        """One phrase for each distance, as a slop would also take the other order and the same place twice.

        Phrases of one token are taken together on either side.
        """
        sides = [_together(side) for side in (clause.left, clause.right)]
        if not clause.ordered and _are_apart(clause):  # a slop is enough, and needs two phrases alone
            tokens = [side[0][0] for side in sides]
            both = [
                self._phrase(clause.field, [*enumerate(row)], clause.between)
                for row in (tokens, tokens[::-1])
            ]
            return Query.boolean_query([(Occur.Should, query) for query in both])
        orders = [sides] if clause.ordered else [sides, sides[::-1]]
        queries = [
            self._phrase(
                clause.field,
                [*enumerate(first), *enumerate(second, len(first) + between)],
            )
            for firsts, seconds in orders
            for first, second in itertools.product(firsts, seconds)
            for between in range(clause.between + 1)
        ]
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    @staticmethod
    def _everything() -> tantivy.Query:
        return Query.const_score_query(Query.all_query(), 0.0)


def _side(token: Token) -> Side:
    return (token,)


def _together(phrases: Sequence[Sequence[Token]]) -> list[list[Side]]:
    """Phrases as the sides of their places; those of one token are one."""
    single = tuple(phrase[0] for phrase in phrases if len(phrase) == 1)
    longer = [list(map(_side, phrase)) for phrase in phrases if len(phrase) > 1]
    return [[single], *longer] if single else longer


def _pattern(token: Token) -> str:
    return regular_expression(
        token.text if isinstance(token, Gapped) else token, plain=isinstance(token, str)
    )


def _are_apart(clause: NearOf) -> bool:
    """Whether both sides are single tokens of which none can stand for one of the other side."""
    if any(len(phrase) > 1 for phrase in (*clause.left, *clause.right)):
        return False
    return all(_differ(first[0], second[0]) for first in clause.left for second in clause.right)


def _differ(first: Token, second: Token) -> bool:
    heads = [
        token if isinstance(token, str) else re.split(r"[*?#]", token.text)[0] for token in (first, second)
    ]
    if isinstance(first, str) and isinstance(second, str):
        return first != second
    return not (heads[0].startswith(heads[1]) or heads[1].startswith(heads[0]))
