"""From a query tree to a resolved query: every word analysed, every field of the reader turned into index
fields.

Both engines share this step, so a query means the same on both. User text only ever becomes tokens to be
looked up.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Literal

from ingest.text.analysis import Analyzer
from search import fields
from search.authors import FIELD as AUTHORS
from search.authors import author_clause, fold
from search.clauses import (
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
from search.query.languages import OTHER_LANGUAGES, Speech
from search.query.tree import All, And, Field, Node, Not, Or, Phrase, Prefix, Query, Range, Value, Word

Match = Literal["all", "any"]
Topics = Callable[[str], Sequence[str]]
"""The ids of the topics that an id or a label means."""

_BOTH = ("title", "abstract")


def resolve(
    query: Query | Node,
    analyzer: Analyzer,
    *,
    match: Match = "all",
    speech: Speech | None = None,
    topics: Topics = lambda _: (),
) -> Clause:
    """The resolved query of a tree.

    ``match`` says whether all or any of the bare words must be met; the other clauses always hold.
    ``speech`` says under which stems a word is looked for (default: English alone). Function words among
    the bare words are passed over, unless there is nothing else; words without a letter or a digit always
    are.
    """
    resolver = _Resolver(analyzer, speech or Speech(analyzer), topics)
    if not isinstance(query, Query):
        return resolver.node(query)
    required = [resolver.node(clause) for clause in query.required]
    bare = resolver.side_by_side(query.bare, lone=not required, letters=match == "all")
    if query.bare and not bare and not required:
        return Nothing()
    if bare and match == "any":
        bare = [_any(bare)]
    return _all([*bare, *required])


class _Resolver:
    def __init__(self, analyzer: Analyzer, speech: Speech, topics: Topics) -> None:
        self._analyzer = analyzer
        self._speech = speech
        self._topics = topics

    def node(self, node: Node) -> Clause:
        """The clause of any node."""
        match node:
            case And(children):
                bare = [child for child in children if isinstance(child, Word)]
                others = [self.node(child) for child in children if not isinstance(child, Word)]
                return _all([*self.side_by_side(bare, lone=not others), *others])
            case Or(children):
                return _any([self.node(child) for child in children])
            case Not(child):
                return Without(self.node(child))
            case Word() | Phrase() | Prefix():
                return self._text(node, _BOTH)
            case Field(name, child):
                return self._text(child, (name,))
            case Value():
                return self._value(node)
            case Range(name, low, high):
                return Between(fields.BY_NAME[name].filter_field.name, low, high)
            case All():
                return Everything()

    def side_by_side(self, bare: Sequence[Word], *, lone: bool, letters: bool = True) -> list[Clause]:
        """The clauses of words that are all wanted; function words only when ``lone`` and nothing else is
        there.

        ``letters``: a letter that is a name (``T cells``, ``vitamin C``) must stand in the paper too.
        """
        telling = [word for word in bare if self._speech.telling(word.text)]
        if telling and letters:
            telling = [word for at, word in enumerate(bare) if word in telling or _is_name(word.text, at)]
        chosen = telling or (bare if lone else ())
        return [self._text(word, _BOTH) for word in chosen if self._forms(word.text)]

    def _forms(self, text: str) -> list[str]:
        return self._analyzer.forms(text)

    def _text(self, leaf: Word | Phrase | Prefix, names: tuple[str, ...]) -> Clause:
        forms = self._forms(leaf.text)
        if not forms:
            return Nothing()
        if isinstance(leaf, Prefix):
            before = [self._exact((form,), names) for form in forms[:-1]]
            return _all([*before, _any([PrefixOf(f"{name}_exact", forms[-1]) for name in names])])
        each = [stems for form in forms if (stems := self._speech.stems(form))]
        scores = [_terms(stems) for stems in each]
        score = tuple({term.token: term for terms in scores for term in terms}.values())
        if isinstance(leaf, Phrase):
            return _scored(self._exact(tuple(forms), names, leaf.slop), score)
        if not each:
            return _all([self._exact((form,), names) for form in forms])
        if names == _BOTH:
            return _all([_any(list(terms)) for terms in scores])
        filters = [_any([Term(f"{name}_stem", stem) for name in names for stem in stems]) for stems in each]
        return _scored(_all(filters), score)

    def _exact(self, forms: tuple[str, ...], names: tuple[str, ...], slop: int = 0) -> Clause:
        return _any([_phrase(f"{name}_exact", forms, slop) for name in names])

    def _value(self, value: Value) -> Clause:
        prefix = value.mode == "prefix"
        match value.name:
            case "author":
                return (
                    PrefixOf(AUTHORS, fold(value.text).replace(" ", ""))
                    if prefix
                    else author_clause(value.text)
                )
            case "venue":
                return self._venue(value.text, prefix)
            case "topic":
                field = "topics_own" if value.mode == "only" else "topics"
                return _any([Term(field, topic) for topic in self._topics(value.text)])
        name = fields.BY_NAME[value.name].filter_field.name
        text = value.text.strip().lower()
        if name in fields.FOLDED:
            name, text = fields.FOLDED[name], fold(value.text)
        return PrefixOf(name, text) if prefix else Term(name, text)

    def _venue(self, text: str, prefix: bool) -> Clause:
        forms = self._forms(text)
        if not forms:
            return Nothing()
        if not prefix:
            return _phrase("venue_tokens", tuple(forms), 0)
        return _all(
            [*(Term("venue_tokens", form) for form in forms[:-1]), PrefixOf("venue_tokens", forms[-1])]
        )


def _is_name(text: str, place: int) -> bool:
    """Whether a bare word is a single letter that names something, and no article or pronoun."""
    if len(text) != 1 or not text.isascii() or not text.isalpha():
        return False
    return text not in "aeiouy" and (place > 0 or text not in "AI")


def _terms(stems: Sequence[str]) -> list[Term]:
    """The scored terms of one form's stems, that of the query's own language first."""
    return [Term(TEXT, stem, OTHER_LANGUAGES if at else 1.0) for at, stem in enumerate(stems)]


def _phrase(field: str, tokens: tuple[str, ...], slop: int) -> Clause:
    """Tokens one after the other; with a slop, each pair of neighbours that near, in either order.

    Pairs, because engines disagree on what the slop of three words is.
    """
    if len(tokens) == 1:
        return Term(field, tokens[0])
    if not slop:
        return PhraseOf(field, tokens)
    pairs = dict.fromkeys(pair for pair in itertools.pairwise(tokens) if pair[0] != pair[1])
    return _all([PhraseOf(field, pair, slop) for pair in pairs] or [Term(field, tokens[0])])


def _scored(child: Clause, terms: tuple[Term, ...]) -> Clause:
    return Scored(child, terms) if terms else child


def _all(children: list[Clause]) -> Clause:
    if not children:
        return Everything()
    return children[0] if len(children) == 1 else AllOf(tuple(children))


def _any(children: list[Clause]) -> Clause:
    if not children:
        return Nothing()
    return children[0] if len(children) == 1 else AnyOf(tuple(children))
