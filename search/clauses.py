"""Resolved queries: what `search.query.resolve` makes of a query tree and what both engines translate.

The words are analysed already, so that an engine only looks tokens up. Scores come from `Term` clauses
that are ``scored`` (BM25) and from nothing else: every other clause filters, with a score of 0. Both
engines then give the same scores, and the score of a paper can be recomputed from its tokens.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

TEXT = "text_stem"
"""The field that BM25 runs on: the stems of title and abstract, joined by the engine."""

LONGEST_PREFIX = 200
"""Characters of a prefix; nothing begins with a longer one."""


@dataclass(frozen=True, slots=True)
class Term:
    """Papers with a token in a field; with ``boost`` > 0 it adds ``boost`` × BM25 to the score."""

    field: str
    token: str
    boost: float = 0.0


@dataclass(frozen=True, slots=True)
class Gapped:
    """A token with gaps: ``*`` any run of signs, ``?`` one or none, ``#`` exactly one."""

    text: str


Token = str | Gapped
"""What stands for one token of a text."""


@dataclass(frozen=True, slots=True)
class PhraseOf:
    """Papers with the tokens one after the other in a field.

    Two different tokens without gaps may have a ``slop``: up to so many others may stand in between; the
    other way round counts two more.
    """

    field: str
    tokens: tuple[Token, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class PrefixOf:
    """Papers with a token that begins with ``prefix`` in a field."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class MatchOf:
    """Papers with a token that a token with gaps stands for in a field."""

    field: str
    token: Gapped


@dataclass(frozen=True, slots=True)
class NearOf:
    """Papers in which one of the ``left`` phrases stands near one of the ``right`` ones in a field.

    At most ``between`` tokens stand in between, and the two do not overlap; ``ordered``: the left one comes
    first, else in either order.
    """

    field: str
    left: tuple[tuple[Token, ...], ...]
    right: tuple[tuple[Token, ...], ...]
    between: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """Papers whose integer field lies between ``low`` and ``high``, both included; None is an open end."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All the children hold; the scores add up."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one child holds; the scores of those that hold add up."""

    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Papers for which the child does not hold."""

    child: Clause


@dataclass(frozen=True, slots=True)
class Scored:
    """Papers for which ``child`` holds, scored by those of ``terms`` that they have."""

    child: Clause
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """All papers."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No paper."""


Clause = (
    Term
    | PhraseOf
    | PrefixOf
    | MatchOf
    | NearOf
    | Between
    | AllOf
    | AnyOf
    | Without
    | Scored
    | Everything
    | Nothing
)


def scored_terms(clause: Clause) -> Iterator[Term]:
    """The terms that give scores."""
    match clause:
        case Term(_, _, boost) if boost > 0:
            yield clause
        case Scored(child, terms):
            yield from terms
            yield from scored_terms(child)
        case AllOf(children) | AnyOf(children):
            for each in children:
                yield from scored_terms(each)


def with_boosts(clause: Clause, factors: Mapping[str, float]) -> Clause:
    """The clause whose scored terms have their boosts multiplied, by token."""

    def boosted(term: Term) -> Term:
        return replace(term, boost=term.boost * factors.get(term.token, 1.0))

    match clause:
        case Term(_, _, boost) if boost > 0:
            return boosted(clause)
        case Scored(child, terms):
            return Scored(with_boosts(child, factors), tuple(map(boosted, terms)))
        case AllOf() | AnyOf():
            return with_children(clause, lambda child: with_boosts(child, factors))
        case _:
            return clause


def with_children(clause: AllOf | AnyOf, change: Callable[[Clause], Clause]) -> Clause:
    """The clause with each child changed; itself where none is, so that what was made of it can be kept."""
    children = tuple(map(change, clause.children))
    same = all(map(operator.is_, children, clause.children))
    return clause if same else type(clause)(children)


def is_scored(clause: Clause) -> bool:
    """True when some paper may get a score from this clause."""
    if isinstance(clause, Term):
        return clause.boost > 0
    if isinstance(clause, Scored):
        return bool(clause.terms) or is_scored(clause.child)
    if isinstance(clause, AllOf | AnyOf):
        return any(is_scored(child) for child in clause.children)
    return False


def regular_expression(text: str, *, plain: bool = False) -> str:
    """The regular expression of a token with gaps, or of a ``plain`` one, as both engines read it."""
    signs = {} if plain else {"*": ".*", "?": ".?", "#": "."}
    return "".join(signs.get(sign, sign if sign.isalnum() else "\\" + sign) for sign in text)


def phrase(field: str, tokens: tuple[Token, ...], slop: int) -> Clause:
    """Tokens one after the other; with a slop, each pair of neighbours that near, in either order.

    Pairs, because engines disagree on what the slop of three words is.
    """
    if len(tokens) == 1:
        return _token(field, tokens[0])
    if not slop:
        return PhraseOf(field, tokens)
    pairs = dict.fromkeys(pair for pair in itertools.pairwise(tokens) if pair[0] != pair[1])
    near = tuple(PhraseOf(field, pair, slop) for pair in pairs) or (_token(field, tokens[0]),)
    return near[0] if len(near) == 1 else AllOf(near)


def _token(field: str, token: Token) -> Clause:
    return MatchOf(field, token) if isinstance(token, Gapped) else Term(field, token)
