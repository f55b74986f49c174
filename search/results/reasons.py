"""Why a paper is among the results, in one line: where the words of the query stand in it, and its topic.

"title has all words, side by side; topic: asthma". What is said of words is read from the texts, in the same
stems as the search; a topic is named only where topics spoke for the paper. A part of a line is a sentence
of `PARTS`, or one of `NAMED` with what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ingest.library.library import Paper
from search.answers import DocumentHit, TopicCount
from search.query.languages import Speech
from search.query.tree import Query, Value, leaves, written

TITLE_TYPED = "title has the words as typed"
TITLE_SIDE_BY_SIDE = "title has all words, side by side"
TITLE_ALL = "title has all words"
ABSTRACT_TYPED = "abstract has the words as typed"
ABSTRACT_SIDE_BY_SIDE = "abstract has all words, side by side"
ABSTRACT_ALL = "abstract has all words"
NEAR = "papers near to it match too"
RELATED = "shares words with the best results"
PARTS = (
    TITLE_TYPED,
    TITLE_SIDE_BY_SIDE,
    TITLE_ALL,
    ABSTRACT_TYPED,
    ABSTRACT_SIDE_BY_SIDE,
    ABSTRACT_ALL,
    NEAR,
    RELATED,
)
"""What a line may say by itself."""

NAMED = ("title has", "abstract has", "topic", "tag", "author", "venue")
"""What stands before a colon in a line."""

_LISTED = 4  # words that are named
_LONGEST = 5_000  # forms of an abstract that are looked at


class _Known(dict[str, str | None]):
    """Form of a text in one language → the word of the query that it is; worked out once a search."""

    def __init__(self, words: Sequence[str], speech: Speech, lang: str) -> None:
        super().__init__()
        self._stem = speech.analyzer.stemmer(lang)
        self._stems = {stem: word for word in words for stem in speech.stems_in(word, lang) or {word}}

    def __missing__(self, form: str) -> str | None:
        stem = self._stem(form) or (form if form in self._stems else "")
        word = self[form] = self._stems.get(stem, "") if stem else None
        return word


class Reasons:
    """Where the words of one query stand in any number of papers."""

    def __init__(self, query: Query, speech: Speech) -> None:
        forms = [form for text in written(query) for form in speech.analyzer.forms(text)]
        self._speech = speech
        self._order = [form for form in forms if speech.own(form) or _is_name(form)]
        self._words = list(dict.fromkeys(self._order))
        self._typed = f" {' '.join(forms)} "
        self._side_by_side = f" {' '.join(self._order)} "
        self._values = [
            f"{leaf.name}: {leaf.text}"
            for leaf, negated in leaves(query)
            if isinstance(leaf, Value) and not negated and leaf.name in NAMED
        ]
        self._known: dict[str, _Known] = {}

    def of(self, paper: Paper) -> list[str]:
        """What of the query stands where in a paper that was fetched with its forms."""
        if not self._words:
            return self._values[:1]
        document = paper.merged
        lang = document.lang or "en"
        title_forms = self._forms(paper.title_forms, document.title)
        abstract_forms = self._forms(paper.abstract_forms, document.abstract)
        title = self._read(title_forms, lang)
        in_title = self._among(title)
        if len(in_title) == len(self._words) > 1:
            return [self._how(title, title_forms, (TITLE_TYPED, TITLE_SIDE_BY_SIDE, TITLE_ALL))]
        abstract = self._read(abstract_forms, lang)
        there = self._among(abstract)
        if not in_title and len(there) == len(self._words) > 1:
            names = (ABSTRACT_TYPED, ABSTRACT_SIDE_BY_SIDE, ABSTRACT_ALL)
            return [self._how(abstract, abstract_forms, names)]
        rest = [word for word in there if word not in in_title]
        return [*_some("title has", in_title), *_some("abstract has", rest)]

    def _forms(self, forms: str, text: str) -> str:
        """A text's forms; a paper of which a reader sees some records alone comes without them."""
        return forms or " ".join(self._speech.analyzer.forms(text))

    def _read(self, forms: str, lang: str) -> list[str | None]:
        """A text as the words of the query in it: "" for each other word, None for a function word."""
        known = self._known.get(lang)
        if known is None:
            known = self._known[lang] = _Known(self._words, self._speech, lang)
        return list(map(known.__getitem__, forms.split()[:_LONGEST]))

    def _among(self, text: Iterable[str | None]) -> list[str]:
        present = set(text)
        return [word for word in self._words if word in present]

    def _how(self, text: Iterable[str | None], forms: str, names: tuple[str, str, str]) -> str:
        """Which of the three it is for a text that has all the words: as typed, side by side, or apart."""
        typed, side_by_side, apart = names
        if self._typed in f" {forms} ":
            return typed
        read = " ".join(word or "-" for word in text if word is not None)
        return side_by_side if self._side_by_side in f" {read} " else apart


def _some(name: str, words: Sequence[str]) -> list[str]:
    more = ", …" if len(words) > _LISTED else ""
    return [f"{name}: {', '.join(words[:_LISTED])}{more}"] if words else []


def _is_name(form: str) -> bool:
    """Whether a letter names something, as in vitamin D; others are what is left of a contraction."""
    return len(form) == 1 and form.isascii() and form.isalpha() and form not in "aeiouy"


def add_topics(
    hits: Mapping[str, DocumentHit], topics: Sequence[TopicCount], spoke: Callable[[str], Iterable[str]]
) -> None:
    """Name in each line the topic that a hit shares most with all that was found, where topics spoke for it.

    Args:
        hits: by paper, with their lines so far.
        topics: how all that was found lies over the topics.
        spoke: which kinds of evidence spoke for a paper, by their names in explanations.
    """
    weights = {topic["id"]: topic["weight"] for topic in topics}
    for paper, hit in hits.items():
        kinds = set(spoke(paper))
        parts = [hit["why"]] if hit.get("why") else []
        if "topics" in kinds and hit["topics"]:
            deepest = max(topic["level"] for topic in hit["topics"])
            own = [topic for topic in hit["topics"] if topic["level"] == deepest]
            best = max(own, key=lambda topic: topic["weight"] * weights.get(topic["id"], 0.0))
            parts.append(f"topic: {best['label']}")
        elif "neighbours" in kinds:
            parts.append(NEAR)
        hit["why"] = "; ".join(parts)


def add_related(hits: Mapping[str, DocumentHit]) -> None:
    """Say of papers near to the results why they are there."""
    for hit in hits.values():
        hit["why"] = "; ".join(filter(None, (RELATED, hit.get("why"))))
