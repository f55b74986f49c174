"""Why a paper is among the results, in one line: where the words of the query stand in it, and its topic.

"title has all words, side by side; topic: asthma". What is said of words is read from the texts, in the same
stems as the search; a topic is named only where topics spoke for the paper. A part of a line is a sentence
of `PARTS`, or one of `NAMED` with what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ingest.library.library import Paper
from ingest.text.occurrences import Searched
from search.answers import DocumentHit, TopicCount
from search.query.languages import Speech
from search.query.tree import Query, Value, leaves, written
from topics.model.hierarchy import Topic

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
_BEGINNINGS = 100  # places of one form in a text from where all words are looked for


class _Known(dict[str, str | None]):
    """Form of a text in one language → the word of the query that it is; worked out once a search.

    "" for each other form, None for a function word.
    """

    def __init__(self, words: Sequence[str], speech: Speech, lang: str, searched: Searched) -> None:
        super().__init__()
        self._stem = speech.analyzer.stemmer(lang)
        stems = {word: speech.stems_in(word, lang) for word in words}
        self._stems = {stem: word for word in words for stem in stems[word] or {word}}
        names = [word for word in words if not stems[word]]
        self.counts = searched.of(lang, self._stems, names).counts

    def __missing__(self, form: str) -> str | None:
        stem = self._stem(form) or (form if form in self._stems else "")
        word = self[form] = self._stems.get(stem, "") if stem else None
        return word


class Reasons:
    """Where the words of one query stand in any number of papers."""

    def __init__(
        self,
        query: Query,
        speech: Speech,
        searched: Searched | None = None,
        topics: Mapping[str, Topic] | None = None,
    ) -> None:
        """``searched``: what highlights look for in the same papers, where they are made too.

        ``topics``: by id; a line names them.
        """
        forms = [form for text in written(query) for form in speech.analyzer.forms(text)]
        self._speech = speech
        self._searched = searched or Searched(speech.analyzer)
        self._order = [form for form in forms if speech.own(form) or _is_name(form)]
        self._words = list(dict.fromkeys(self._order))
        self._typed = f" {' '.join(forms)} "
        self._values = [
            f"{leaf.name}: {_named(leaf, topics or {})}"
            for leaf, negated in leaves(query)
            if isinstance(leaf, Value) and not negated and leaf.name in NAMED
        ]
        self._known: dict[str, _Known] = {}

    def of(self, paper: Paper) -> list[str]:
        """What of the query stands where in a paper that was fetched with its forms."""
        if not self._words:
            return self._values[:1]
        document = paper.merged
        known = self._in(document.lang or "en")
        title = self._forms(paper.title_forms, document.title)
        in_title = self._among(known, title)
        if len(in_title) == len(self._words) > 1:
            return [self._how(known, title, (TITLE_TYPED, TITLE_SIDE_BY_SIDE, TITLE_ALL))]
        abstract = self._forms(paper.abstract_forms, document.abstract)
        there = self._among(known, abstract)
        if not in_title and len(there) == len(self._words) > 1:
            return [self._how(known, abstract, (ABSTRACT_TYPED, ABSTRACT_SIDE_BY_SIDE, ABSTRACT_ALL))]
        rest = [word for word in there if word not in in_title]
        return [*_some("title has", in_title), *_some("abstract has", rest)]

    def _forms(self, forms: str, text: str) -> str:
        """A text's forms; a paper of which a reader sees some records alone comes without them."""
        forms = forms or self._speech.analyzer.joined(text)
        return forms if len(forms) < 2 * _LONGEST else " ".join(forms.split()[:_LONGEST])

    def _in(self, lang: str) -> _Known:
        known = self._known.get(lang)
        if known is None:
            known = self._known[lang] = _Known(self._words, self._speech, lang, self._searched)
        return known

    def _among(self, known: _Known, forms: str) -> list[str]:
        """The words that a text has, in the order of the query."""
        present = set(map(known.__getitem__, known.counts(forms)))
        return [word for word in self._words if word in present] if present else []

    def _how(self, known: _Known, forms: str, names: tuple[str, str, str]) -> str:
        """Which of the three it is for a text that has all the words: as typed, side by side, or apart."""
        typed, side_by_side, apart = names
        text = f" {forms} "
        if self._typed in text:
            return typed
        beginnings = [form for form in known.counts(forms) if known[form] == self._order[0]]
        return side_by_side if any(self._stand_from(known, text, form) for form in beginnings) else apart

    def _stand_from(self, known: _Known, text: str, form: str) -> bool:
        """Whether all words stand side by side, function words aside, where a form of the first one does."""
        spaced = f" {form} "
        at = text.find(spaced)
        for _ in range(_BEGINNINGS):
            if at < 0:
                break
            if self._follow(known, text, at + len(spaced) - 1):
                return True
            at = text.find(spaced, at + 1)
        return False

    def _follow(self, known: _Known, text: str, at: int) -> bool:
        """Whether all words but the first follow from a space of the text on."""
        for wanted in self._order[1:]:
            word: str | None = None
            while word is None and at < len(text) - 1:
                end = text.find(" ", at + 1)
                word = known[text[at + 1 : end]]
                at = end
            if word != wanted:
                return False
        return True


def _named(leaf: Value, topics: Mapping[str, Topic]) -> str:
    """A value as people know it: the name of a topic, not its id."""
    topic = topics.get(leaf.text) if leaf.name == "topic" else None
    return topic.label if topic else leaf.text


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
