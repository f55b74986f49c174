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

_MANY = 6  # alternatives that are worth keeping
_MOST_KEPT = 128

Compiled = tuple[tantivy.Query, bool]
"""A query, and whether it is scored by BM25; else its scores are Tantivy's own and count nothing."""

_KEPT: dict[int, tuple[AnyOf, tantivy.Schema, Compiled]] = {}
"""By the id of a clause, which is held so that it stays the clause's own."""


class Compiler:
    """Resolved clauses → Tantivy queries."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def term(self, field: str, token: str) -> tantivy.Query:
        """Papers with a token; scored in the text that BM25 runs on."""
        return Query.term_query(self._schema, field, token, "freq" if field == TEXT else "basic")

    def filter(self, clause: Clause) -> tantivy.Query:
        """The query without its scores."""
        return Query.const_score_query(self._compiled(clause)[0], 0.0)

    def query(self, clause: Clause) -> tantivy.Query:
        """The query, scored by its `Term` clauses that have a boost."""
        return _score(self._compiled(clause))

    def _compiled(self, clause: Clause) -> Compiled:
        """The query, and whether it gives scores that count; others are taken away once, by who uses it."""
        match clause:
            case Term(field, token, boost):
                query = Query.term_query(self._schema, field, token, "freq" if field == TEXT else "basic")
                return (query if boost == 1.0 or boost <= 0 else Query.boost_query(query, boost)), boost > 0
            case AllOf(children):
                return self._all(children)
            case AnyOf(children) if len(children) > _MANY:
                return self._kept(clause)
            case AnyOf(children):
                return self._any(children)
            case Scored(child, terms):
                scores = [(Occur.Should, self.query(term)) for term in terms]
                return Query.boolean_query([(Occur.Must, self.query(child)), *scores]), True
            case Without(child):
                excluded = (Occur.MustNot, self._compiled(child)[0])
                return Query.boolean_query([(Occur.Must, Query.all_query()), excluded]), False
            case Everything():
                return Query.all_query(), False
            case Nothing():
                return Query.empty_query(), False
            case _:
                return self._leaf(clause), False

    def _any(self, children: tuple[Clause, ...]) -> Compiled:
        return _together_scored(Occur.Should, [self._compiled(child) for child in children])

    def _kept(self, clause: AnyOf) -> Compiled:
        """Many alternatives, kept for whoever comes with the same object, as the next search may."""
        known = _KEPT.get(id(clause))
        if known is None or known[0] is not clause or known[1] is not self._schema:
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            known = _KEPT[id(clause)] = clause, self._schema, self._any(clause.children)
        return known[2]

    def _all(self, children: tuple[Clause, ...]) -> Compiled:
        wanted = [self._compiled(child) for child in children if not isinstance(child, Without)]
        without = [child.child for child in children if isinstance(child, Without)]
        if not without:
            return _together_scored(Occur.Must, wanted)
        parts = [(Occur.Must, _score(each)) for each in wanted] or [(Occur.Must, Query.all_query())]
        parts += [(Occur.MustNot, self._compiled(child)[0]) for child in without]
        return Query.boolean_query(parts), any(is_scored for _, is_scored in wanted)

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


def _score(compiled: Compiled) -> tantivy.Query:
    """A query whose scores count: those that it gives, or 0."""
    query, is_scored = compiled
    return query if is_scored else Query.const_score_query(query, 0.0)


def _together_scored(occur: Occur, parts: Sequence[Compiled]) -> Compiled:
    """Several queries as one; where none is scored, their scores need not be taken away one by one."""
    is_scored = any(scored for _, scored in parts)
    queries = map(_score, parts) if is_scored else (query for query, _ in parts)
    return Query.boolean_query([(occur, query) for query in queries]), is_scored


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
