"""From papers of the library, and their places in the model, to the fields that both engines index."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.document import Document
from ingest.library.library import Paper
from ingest.text.analysis import Analyzer
from search import fields
from search.authors import author_tokens, fold
from search.clauses import TEXT
from search.engines.contract import MAX_ID, IndexedPaper
from search.engines.errors import EngineError
from search.engines.topic_shares import share_tokens
from topics.model.placement import Placements

BATCH = 500

_OPEN_KINDS = ("gold", "green", "hybrid", "bronze")
_ID = re.compile(rf"[0-9A-Za-z_-]{{1,{MAX_ID}}}")

_REFERENCE = re.compile(r"[a-z0-9]{2,20}:\S{1,300}")  # an identifier, not a citation in words
_BETWEEN_TAGS = " ¶" * 10 + " "  # no tokens of any text: no phrase, and hardly a distance, reaches over them
_ARTICLES = frozenset({"", "article", "journal article", "journal-article"})

POSITIONS = frozenset({"title_exact", "abstract_exact", "subject_exact", "venue_tokens"})
"""The token streams that phrases look into; only there are the tokens' positions kept."""

_ITEMS = tuple(
    item for item in fields.engine_fields() if item.storage != "vector" and item.name != "title_sort"
)
_VALUES = attrgetter(*(item.name for item in _ITEMS))
_MULTIPLE = tuple((item.name, item.multiple) for item in _ITEMS)
_TITLE_SORT = 60  # characters of a title that its order looks at

_folded = lru_cache(maxsize=100_000)(fold)


class Place:
    """Where one paper lies in the model: its topics, its shares of them, its leaf vector."""

    __slots__ = ("own", "shares", "topics", "vector")

    def __init__(
        self, topics: Sequence[str], own: Sequence[str], shares: Sequence[str], vector: NDArray[np.float32]
    ) -> None:
        self.topics = tuple(topics)
        self.own = tuple(own)
        self.shares = tuple(shares)
        self.vector = vector


def index_papers(
    papers: Iterable[Paper], analyzer: Analyzer, placements: Placements | None
) -> Iterator[IndexedPaper]:
    """Every paper as the engines index it, in batches, streaming.

    Papers are expected to be in ``placements`` already (folded in where they are new); those that are
    not are indexed without topics.
    """
    stream = iter(papers)
    while batch := list(itertools.islice(stream, BATCH)):
        places = _places(batch, placements) if placements is not None else [None] * len(batch)
        for paper, place in zip(batch, places, strict=True):
            yield indexed_paper(paper, analyzer, place)


def indexed_paper(paper: Paper, analyzer: Analyzer, place: Place | None) -> IndexedPaper:
    """One paper as both engines index it: all that its records know."""
    whole = paper.merged
    members = [member.document for member in paper.members]
    lang = whole.lang or "en"
    subjects = _BETWEEN_TAGS.join(filter(None, map(analyzer.joined, whole.tags)))
    kinds = [kind for kind in dict.fromkeys(member.open_access for member in members) if kind]
    return IndexedPaper(
        id=paper.id,
        title=whole.title,
        abstract=whole.abstract,
        title_stem=stems(paper.title_forms, analyzer, lang),
        title_exact=paper.title_forms,
        title_sort=fold(whole.title),
        abstract_stem=stems(paper.abstract_forms, analyzer, lang),
        abstract_exact=paper.abstract_forms,
        subject_stem=stems(subjects, analyzer, "en"),
        subject_exact=subjects,
        collections=paper.collections,
        year=whole.year,
        topics=place.topics if place else (),
        topics_own=place.own if place else (),
        tags=whole.tags,
        author_tokens=author_tokens(whole.authors),
        authors=whole.authors,
        venue_tokens=analyzer.joined(whole.venue),
        venue=whole.venue,
        lang=whole.lang,
        types=types_of(whole),
        open_access=(*kinds, "yes" if any(kind in _OPEN_KINDS for kind in kinds) else "no"),
        notices=whole.notices,
        retracted="yes" if whole.retracted else "no",
        dois=tuple(dict.fromkeys(member.doi for member in members if member.doi)),
        ids=_identifiers(paper),
        references=tuple(dict.fromkeys(text for text in whole.references if _REFERENCE.fullmatch(text))),
        has=_has(whole, place),
        citations=whole.citations,
        added=int(paper.added[:10].replace("-", "")) if paper.added else None,
        topic_share=place.shares if place else (),
        vector=place.vector.tolist() if place else None,
    )


def stems(forms: str, analyzer: Analyzer, lang: str) -> str:
    """The search stems of a text's forms (joined by spaces), without stop words."""
    return " ".join(filter(None, map(analyzer.stemmer(lang), forms.split())))


def types_of(whole: Document) -> tuple[str, ...]:
    """The types that ``type:`` finds a paper by: the CSL one, and those of its sources in lower case."""
    named = [" ".join(kind.lower().split()) for kind in whole.publication_types]
    return tuple(
        dict.fromkeys([*filter(None, [whole.type]), *(kind for kind in named if kind not in _ARTICLES)])
    )


def _places(papers: Sequence[Paper], placements: Placements) -> list[Place | None]:
    rows = placements.rows([paper.id for paper in papers])
    hierarchy = placements.hierarchy
    leaves = placements.theta(-1, rows)
    last = len(hierarchy.levels) - 1
    shares = share_tokens(hierarchy.levels[-1].ids, leaves, [paper.id for paper in papers])
    places: list[Place | None] = []
    for at, members in enumerate(placements.memberships(rows)):
        if rows[at] < 0 or not leaves[at].any():
            places.append(None)
            continue
        topics = [id for id, _ in members]
        own = [id for id in topics if hierarchy.topics[id].level == last]
        places.append(Place(topics, own, shares[at], np.sqrt(leaves[at])))
    return places


def _identifiers(paper: Paper) -> tuple[str, ...]:
    """All that ``id:`` finds a paper by, in lower case, with and without the scheme."""
    identifiers: dict[str, None] = {paper.id.lower(): None}
    for member in paper.members:
        document = member.document
        named = [("doi", document.doi), ("arxiv", document.arxiv_id), ("pmid", document.pmid)]
        named += [
            (scheme, value) for scheme, _, value in (text.partition(":") for text in document.other_ids)
        ]
        for text in (member.id, document.source_id):
            identifiers[text.lower()] = None
        named += [(scheme, value.replace("-", "")) for scheme, value in named if scheme == "isbn"]
        for scheme, value in named:
            if value:
                identifiers[value.lower()] = None
                identifiers[f"{scheme}:{value}".lower()] = None
    return tuple(name for name in identifiers if name)


_HAS: dict[str, Callable[[Document], object]] = {
    "abstract": lambda document: document.abstract,
    "arxiv": lambda document: document.arxiv_id,
    "author": lambda document: document.authors,
    "citations": lambda document: document.citations is not None,
    "doi": lambda document: document.doi,
    "notice": lambda document: document.notices,
    "open_access": lambda document: document.open_access,
    "pmid": lambda document: document.pmid,
    "references": lambda document: document.references,
    "tag": lambda document: document.tags,
    "title": lambda document: document.title,
    "url": lambda document: document.url,
    "venue": lambda document: document.venue,
    "year": lambda document: document.year is not None,
}


def _has(whole: Document, place: Place | None) -> tuple[str, ...]:
    names = [name for name, test in _HAS.items() if test(whole)]
    return (*names, "topic") if place else tuple(names)


def record_of(paper: IndexedPaper) -> dict[str, Any]:
    """Every field that the paper has, without repetitions, but for its id and its vector.

    Beyond the registry: the text that BM25 runs on (title and abstract), the folded twins of fields that
    are compared folded, and the sort title, which ends with the id so that no two are equal.
    """
    record: dict[str, Any] = {
        TEXT: f"{paper.title_stem} {paper.abstract_stem}",
        "title_sort": f"{paper.title_sort[:_TITLE_SORT]} {paper.id}",
        "tags_folded": list(dict.fromkeys(map(_folded, paper.tags))),
        "collections_folded": list(dict.fromkeys(map(_folded, paper.collections))),
    }
    for (name, multiple), value in zip(_MULTIPLE, _VALUES(paper), strict=True):
        if multiple:
            if value:
                record[name] = [*dict.fromkeys(value)] if len(value) > 1 else list(value)
        elif value is not None and value != "":
            record[name] = value
    return record


def checked_id(paper_id: str) -> str:
    """An id that an index can hold.

    Raises:
        EngineError: it is too long, or has other signs.
    """
    if _ID.fullmatch(paper_id) is None:
        raise EngineError(
            f"“{paper_id[:40]}” is not a valid paper id.",
            f"Ids have 1 to {MAX_ID} characters: letters, digits, hyphen, underscore.",
        )
    return paper_id
