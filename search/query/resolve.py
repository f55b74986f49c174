"""From a query tree to a resolved query: every word analysed, every field of the reader turned into index
fields.

Both engines share this step, so a query means the same on both. User text only ever becomes tokens to be
looked up.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.text.analysis import Analyzer
from ingest.text.forms import fold as fold_form
from ingest.text.forms import is_unspaced
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
    Gapped,
    NearOf,
    Nothing,
    PrefixOf,
    Scored,
    Term,
    Token,
    Without,
    phrase,
)
from search.query import wildcards
from search.query.languages import OTHER_LANGUAGES, Speech
from search.query.spellings.compounds import (
    compound_runs,
    compounds,
    either_number,
    is_compound,
    other_number,
)
from search.query.spellings.name_variants import (
    LONGEST_RUN,
    is_letter,
    is_numbered,
    merged_runs,
    name_runs,
    numbered_runs,
    put_together,
    taken_apart,
)
from search.query.tree import (
    All,
    And,
    Field,
    Line,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Text,
    Value,
    Wildcard,
    Word,
)
from search.query.wildcards import has_wildcards
from search.tags import tag_key

Match = Literal["all", "any"]
Topics = Callable[[str], Sequence[str]]
"""The ids of the topics that an id or a label means."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A paper that ``cites:`` or ``cited_by:`` names: its identifiers as references spell them, and the
    references that it has."""

    identifiers: Sequence[str] = ()
    references: Sequence[str] = ()


CitedPapers = Callable[[str], Cited]
"""The paper that an identifier means."""

_BOTH = ("title", "abstract")
_FIELDS = {"text": ("title", "abstract", "subject")}
_PARTS = re.compile(r"\w[-/‐‑–—−]\w")
"""A word of several parts, with whatever dash an editor made of its hyphen."""
_HYPHENS = re.compile(r"\w[-‐‑]\w")


def resolve(
    query: Query | Node,
    analyzer: Analyzer,
    *,
    match: Match = "all",
    speech: Speech | None = None,
    topics: Topics = lambda _: (),
    cited: CitedPapers = lambda _: Cited(),
) -> Clause:
    """The resolved query of a tree.

    ``match`` says whether all or any of the bare words must be met; the other clauses always hold.
    ``speech`` says under which stems a word is looked for (default: English alone). Function words among
    the bare words are passed over, unless there is nothing else; words without a letter or a digit always
    are.
    """
    resolver = _Resolver(analyzer, speech or Speech(analyzer), topics, cited)
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
    def __init__(self, analyzer: Analyzer, speech: Speech, topics: Topics, cited: CitedPapers) -> None:
        self._cited = cited
        self._analyzer = analyzer
        self._speech = speech
        self._topics = topics

    def node(self, node: Node) -> Clause:
        """The clause of any node."""
        match node:
            case And(children):
                bare = [child for child in children if isinstance(child, Word)]
                others = self._others([child for child in children if not isinstance(child, Word)])
                return _all([*self.side_by_side(bare, lone=not others), *others])
            case Or(children):
                return _any([self.node(child) for child in children])
            case Not(child):
                return Without(self.node(child))
            case Field(name, child):
                names = _FIELDS.get(name, (name,))
                return self._near(child, names) if isinstance(child, Near) else self._text(child, names)
            case Near():
                return self._near(node, _BOTH)
            case Word() | Phrase() | Prefix() | Wildcard():
                return self._text(node, _BOTH)
            case Value():
                return self._value(node)
            case Range(name, low, high):
                return Between(fields.BY_NAME[name].filter_field.name, low, high)
            case All():
                return Everything()
            case Line(number):  # lines are evaluated by search.book, and refused elsewhere by the parser
                raise ValueError(f"line {number} of a search book cannot be looked up in an index")

    def _others(self, children: Sequence[Node]) -> list[Clause]:
        """The clauses of what is no bare word; words of one field side by side may be one name there too."""
        clauses: list[Clause] = []
        for name, group in itertools.groupby(children, _field_of_word):
            nodes = [child.child if name and isinstance(child, Field) else child for child in group]
            words = [word for word in nodes if name and isinstance(word, Word)]
            clauses += self._row(words, _FIELDS.get(name, (name,))) if words else map(self.node, nodes)
        return clauses

    def side_by_side(self, bare: Sequence[Word], *, lone: bool, letters: bool = True) -> list[Clause]:
        """The clauses of words that are all wanted; function words only when ``lone`` and nothing else is
        there.

        ``letters``: a letter that is a name (``T cells``, ``vitamin C``) must stand in the paper too.
        """
        telling = [at for at, word in enumerate(bare) if self._tells(word.text)]
        pairs = self._with_small_words(bare)
        chosen = telling or (range(len(bare)) if lone and not pairs else ())
        if not letters:
            places = [at for at in chosen if self._forms(bare[at].text)]
            whole = [self._row(bare[at : at + 2])[0] for at in pairs]
            return [*(self._text(bare[at], _BOTH) for at in places), *whole]
        if telling or pairs:
            texts = [word.text for word in bare]
            names = [at for at, text in enumerate(texts) if is_letter(text, at) or is_numbered(texts, at)]
            chosen = sorted({*telling, *names, *pairs, *(at + 1 for at in pairs)})
        places = [at for at in chosen if self._forms(bare[at].text)]
        if not (telling or pairs):
            return [self._text(bare[at], _BOTH) for at in places]
        clauses: list[Clause] = []
        for _, row in itertools.groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
            clauses += self._row([bare[at] for _, at in row])
        return clauses

    def _tells(self, text: str) -> bool:
        """Whether a bare word is looked for beside others: small words do where a hyphen joins them."""
        return self._speech.telling(text) or _HYPHENS.search(text) is not None

    def _with_small_words(self, bare: Sequence[Word]) -> list[int]:
        """Where two bare words are a compound that has a function word in it ("well being")."""
        forms = [self._forms(word.text) for word in bare]
        return [
            at
            for at, (one, two) in enumerate(itertools.pairwise(forms))
            if len(one) == len(two) == 1
            and not (self._speech.own(one[0]) and self._speech.own(two[0]))
            and is_compound(one[0], two[0], self._analyzer)
        ]

    def _row(self, words: Sequence[Word], names: tuple[str, ...] = _BOTH) -> list[Clause]:
        """The clauses of words that stand next to each other; a name or compound of several is one clause."""
        forms = [(form, at) for at, word in enumerate(words) for form in self._forms(word.text)]
        clauses: list[Clause] = []
        done = 0
        written = [form for form, _ in forms]
        words_in_two = [*compound_runs(written, self._analyzer), *numbered_runs(written)]
        for run in merged_runs([*name_runs(written), *words_in_two]):
            whole = any(run.start <= one.start and one.stop <= run.stop for one in words_in_two)
            first, last = forms[run.start][1], forms[run.stop - 1][1]
            parts = [form for form, at in forms if first <= at <= last]
            if first < done or first == last or len(parts) > LONGEST_RUN:
                continue
            clauses += [self._text(word, names) for word in words[done:first]]
            apart = self._apart(words[first : last + 1], parts, names, whole=whole)
            others = self._together(parts, names, whole=whole)
            clauses.append(_any([apart, *others]))
            done = last + 1
        return clauses + [self._text(word, names) for word in words[done:]]

    def _apart(
        self, words: Sequence[Word], forms: Sequence[str], names: tuple[str, ...], *, whole: bool
    ) -> Clause:
        """The words of a name or compound as they are written: anywhere; those of a compound (``whole``) side
        by side where one is a function word, since most papers have that somewhere."""
        if not whole or all(self._speech.own(form) or len(form) == 1 for form in forms):
            return _all([self._text(word, names) for word in words])
        side_by_side = self._exact(tuple(map(self._ending, forms)), names)
        return _scored(side_by_side, self._score(forms))

    def _forms(self, text: str) -> list[str]:
        return self._analyzer.forms(text)

    def _text(self, leaf: Text, names: tuple[str, ...]) -> Clause:
        if isinstance(leaf, Wildcard) or (isinstance(leaf, Phrase) and has_wildcards(leaf.text)):
            return self._gapped(leaf, names)
        forms = self._forms(leaf.text)
        if not forms:
            return Nothing()
        if isinstance(leaf, Prefix):
            before = [self._exact((form,), names) for form in forms[:-1]]
            return _all([*before, _any([PrefixOf(f"{name}_exact", forms[-1]) for name in names])])
        each = [stems for form in forms if (stems := self._speech.stems(form))]
        score = self._score(forms)
        if isinstance(leaf, Phrase):
            return _scored(self._exact(tuple(forms), names, leaf.slop), score)
        if not each and not (len(forms) > 1 and _HYPHENS.search(leaf.text)):
            return _all([self._exact((form,), names) for form in forms])
        clause = self._word(leaf.text, forms, names)
        return clause if names == _BOTH else _scored(clause, score)

    def _score(self, forms: Sequence[str]) -> tuple[Term, ...]:
        each = [self._speech.stems(form) for form in forms]
        return tuple({term.token: term for stems in each for term in _terms(stems)}.values())

    def _gapped(self, leaf: Wildcard | Phrase, names: tuple[str, ...]) -> Clause:
        """A word or a phrase with gaps, scored by its other words."""
        tokens = self._tokens(leaf)
        score = self._score([token for token in tokens if isinstance(token, str)])
        slop = leaf.slop if isinstance(leaf, Phrase) else 0
        if not slop:
            return _scored(self._exact(tokens, names), score)
        pairs = [
            _any([NearOf(f"{name}_exact", ((first,),), ((second,),), slop) for name in names])
            for first, second in itertools.pairwise(tokens)
        ]
        return _scored(_all(pairs or [self._exact(tokens, names)]), score)

    def _near(self, node: Near, names: tuple[str, ...]) -> Clause:
        """Two things near each other in one of the fields, scored by their words."""
        sides = [tuple(filter(None, map(self._tokens, side))) for side in (node.left, node.right)]
        if not all(sides):
            return Nothing()
        score = self._score(
            [token for side in sides for phrase in side for token in phrase if isinstance(token, str)]
        )
        near = [NearOf(f"{name}_exact", sides[0], sides[1], node.between, node.ordered) for name in names]
        return _scored(_any(list(near)), score)

    def _tokens(self, leaf: Text) -> tuple[Token, ...]:
        """The tokens of a text in order, unstemmed."""
        if isinstance(leaf, Prefix):
            forms = self._forms(leaf.text)
            return (*forms[:-1], *(Gapped(form + "*") for form in forms[-1:]))
        tokens = wildcards.tokens(leaf.text, self._forms, fold_form)
        return tuple(Gapped(token) if gapped else token for token, gapped in tokens)

    def _word(self, text: str, forms: Sequence[str], names: tuple[str, ...]) -> Clause:
        """A written word: all its parts, a letter beside its word (``T-cell``), or as others write it."""
        groups = self._analyzer.groups(text, self._speech.langs[0])
        if any(len(group) > 1 or is_unspaced(group[0]) for group in groups):
            return _all([self._group(group, names) for group in groups])
        letters = _PARTS.search(text) is not None
        parts = [
            self._form(form, names) for at, form in enumerate(forms)
            if self._speech.own(form) or (letters and is_letter(form, at))
        ]  # fmt: skip
        if letters:
            parts += self._lettered(forms, names, small=_HYPHENS.search(text) is not None)
        return _any([_all(parts), *self._together(forms, names, whole=letters)])

    def _together(self, forms: Sequence[str], names: tuple[str, ...], *, whole: bool) -> list[Clause]:
        """The other ways to write the parts of a name or compound (``whole``: of one word)."""
        ways = list(put_together(forms, hyphenated=whole))
        if ways and len(forms) == 2 and (other := other_number("".join(forms))):
            ways.append((other,))
        return [self._all_of(way, names) for way in ways]

    def _lettered(self, forms: Sequence[str], names: tuple[str, ...], *, small: bool) -> list[Clause]:
        """Each letter and function word of a word with hyphens side by side with its neighbour, whatever that
        one's ending: "Cell cultures of T plants" are no T cells."""
        pairs = dict.fromkeys(
            (at, at + 1) if at + 1 < len(forms) else (at - 1, at)
            for at, form in enumerate(forms)
            if len(forms) > 1
            and (is_letter(form, at) or (small and len(form) > 1 and not self._speech.own(form)))
        )
        return [self._exact((self._ending(forms[a]), self._ending(forms[b])), names) for a, b in pairs]

    def _ending(self, form: str) -> Token:
        """A form with any ending that its stems may have; a letter, a number or a function word as it is."""
        stem = self._speech.own(form) if len(form) >= 3 and form.isalpha() else ""
        if not stem:
            return form
        common = stem if form.startswith(stem) else stem[:-1]  # "bodi" of "body"
        return Gapped(f"{common[:-1] if common.endswith('i') else common}*")

    def _group(self, group: tuple[str, ...], names: tuple[str, ...]) -> Clause:
        """A word of a script without spaces: its pairs side by side; of one sign, what begins with it."""
        if len(group) == 1 and len(group[0]) == 1:
            return _any([PrefixOf(f"{name}_exact", group[0]) for name in names])
        if len(group) == 1:
            return self._form(group[0], names)
        return _scored(self._exact(group, names), tuple(Term(TEXT, pair, 1.0) for pair in group))

    def _form(self, form: str, names: tuple[str, ...], *, joined: bool = False) -> Clause:
        """One form by its stems, and by the parts that it may be written in (not where it was ``joined`` of
        such parts); one without a stem exactly."""
        if not (own := self._speech.own(form)):
            return self._exact((form,), names)
        apart = [] if joined else [self._exact(way, names) for way in taken_apart(form)]
        pairs = () if joined else compounds(form, self._analyzer)
        if pairs and (other := other_number(form)):
            apart.append(self._all_of((other,), names))
        for first, second, any_ending in pairs:
            endings = [self._ending(second)] if any_ending else either_number(second)
            apart += [self._exact((first, ending), names) for ending in endings]
        others = [
            _all([*_papers_in(langs), self._stem(stem, form, names)])
            for stem, langs in self._speech.elsewhere(form).items()
        ]
        return _any([self._stem(own, "", names), *others, *apart])

    def _stem(self, stem: str, form: str, names: tuple[str, ...]) -> Clause:
        """A stem in papers of its language: of the query's own, or, with the ``form``, of another."""
        if not stem:
            return self._exact((form,), names)
        if names == _BOTH:
            return Term(TEXT, stem, OTHER_LANGUAGES if form else 1.0)
        return _any([Term(f"{name}_stem", stem) for name in names])

    def _all_of(self, forms: Sequence[str], names: tuple[str, ...]) -> Clause:
        return _all([self._form(form, names, joined=True) for form in forms])

    def _exact(self, forms: tuple[Token, ...], names: tuple[str, ...], slop: int = 0) -> Clause:
        return _any([phrase(f"{name}_exact", forms, slop) for name in names])

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
            case "cites":
                return _any([Term("references", key) for key in self._cited(value.text).identifiers])
            case "cited_by":
                return _any([Term("ids", key.lower()) for key in self._cited(value.text).references])
            case "topic":
                field = "topics_own" if value.mode == "only" else "topics"
                return _any([Term(field, topic) for topic in self._topics(value.text)])
        name = fields.BY_NAME[value.name].filter_field.name
        text = value.text.strip().lower()
        if value.name == "tag":
            name, text = ("tags_folded", fold(value.text)) if prefix else (name, tag_key(value.text))
        elif name in fields.FOLDED:
            name, text = fields.FOLDED[name], fold(value.text)
        return PrefixOf(name, text) if prefix else Term(name, text)

    def _venue(self, text: str, prefix: bool) -> Clause:
        forms = self._forms(text)
        if not forms:
            return Nothing()
        if not prefix:
            return phrase("venue_tokens", tuple(forms), 0)
        return _all(
            [*(Term("venue_tokens", form) for form in forms[:-1]), PrefixOf("venue_tokens", forms[-1])]
        )


@lru_cache(maxsize=256)
def _papers_in(langs: tuple[str, ...]) -> tuple[Clause, ...]:
    """Papers of these languages alone: a stem means nothing in another. Papers of no known language have
    English stems. The same clause each time, so that an engine may keep what it makes of it."""
    return () if "en" in langs else (_any([Term("lang", lang) for lang in langs]),)


def _field_of_word(node: Node) -> str:
    """The field in which a single word is looked for; "" of anything else."""
    return node.name if isinstance(node, Field) and isinstance(node.child, Word) else ""


def _terms(stems: Sequence[str]) -> list[Term]:
    """The scored terms of one form's stems, that of the query's own language first."""
    return [Term(TEXT, stem, OTHER_LANGUAGES if at else 1.0) for at, stem in enumerate(stems)]


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
