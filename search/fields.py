"""The one registry of what a search may name: fields, filters, facets, rankings, and its bounds.

Grammar, mappings, filters, facets, help, the command line and OpenAPI read it; `sort_orders` has the orders.

A ``FieldSpec`` is a field as a reader knows it (``title:``, the facet "Year"); its ``engine`` part lists the
fields that an index really has for it. A field of the index that no reader names (``vector``) has a spec too,
which is not searchable.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "keyword", "integer", "date", "flag", "vector"]
Storage = Literal["tokens", "keyword", "integer", "vector", "stored"]


@dataclass(frozen=True, slots=True)
class EngineField:
    """A field of the index, named as the attribute of ``IndexedPaper`` that fills it.

    ``storage``: "tokens" (our token stream, split at spaces, with positions), "keyword" (matched whole),
    "integer", "vector" or "stored" (kept to be read, never searched). ``columnar`` asks for a column beside
    the inverted list, for facets and sorting.
    """

    name: str
    storage: Storage
    multiple: bool = False
    columnar: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field as readers know it.

    ``kind``: "text" (words, phrases, prefixes), "keyword" (whole values), "integer" (values and ranges),
    "date" (days as numbers, as in `search.days`; ranges of days, months and years; counted by month),
    "flag" (yes or no), "vector". ``searchable``: may stand before a colon in a query; ``filterable``: may be
    a filter of the API and a selected facet value; ``values`` lists all the values of a closed field.
    """

    name: str
    kind: Kind
    title: str
    help: str
    engine: tuple[EngineField, ...]
    examples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    searchable: bool = True
    filterable: bool = False
    facet: bool = False
    nested: bool = False  # values have children (topics)

    @property
    def filter_field(self) -> EngineField:
        """The field of the index that filters, facets and ranges use."""
        return next(field for field in self.engine if field.storage in ("keyword", "integer"))


def _column(name: str, *, multiple: bool = False) -> EngineField:
    return EngineField(name, "keyword", multiple=multiple, columnar=True)


HAS_VALUES = (
    "abstract",
    "arxiv",
    "author",
    "citations",
    "doi",
    "notice",
    "open_access",
    "pmid",
    "references",
    "tag",
    "title",
    "topic",
    "url",
    "venue",
    "year",
)
"""What ``has:`` may ask for; the indexer writes those that a paper has into its ``has`` field."""

_TEXT_FIELDS = (
    FieldSpec(
        name="title",
        kind="text",
        title="Title",
        help="Words, phrases or prefixes in the title.",
        engine=(
            EngineField("title_stem", "tokens"),
            EngineField("title_exact", "tokens"),
            EngineField("title", "stored"),
            _column("title_sort"),
        ),
        examples=("title:transformer", 'title:"attention is all you need"', "title:(graph OR network)"),
        aliases=("ti",),
    ),
    FieldSpec(
        name="abstract",
        kind="text",
        title="Abstract",
        help="Words, phrases or prefixes in the abstract.",
        engine=(
            EngineField("abstract_stem", "tokens"),
            EngineField("abstract_exact", "tokens"),
            EngineField("abstract", "stored"),
        ),
        examples=("abstract:placebo", 'abstract:"double blind"'),
        aliases=("abs",),
    ),
    FieldSpec(
        name="subject",
        kind="text",
        title="Subject",
        help="Words, phrases or prefixes inside tags: keywords and subject headings.",
        engine=(EngineField("subject_stem", "tokens"), EngineField("subject_exact", "tokens")),
        examples=("subject:asthma", 'subject:"heart failure"'),
    ),
    FieldSpec(
        name="text",
        kind="text",
        title="Text",
        help="Words, phrases or prefixes in the title, the abstract or the tags.",
        engine=(
            EngineField("title_exact", "tokens"),
            EngineField("abstract_exact", "tokens"),
            EngineField("subject_exact", "tokens"),
        ),
        examples=("text:asthma", 'text:("heart attack" OR infarct*)'),
    ),
)

_FACET_FIELDS = (
    FieldSpec(
        name="collection",
        kind="keyword",
        title="Collection",
        help="Papers that belong to a collection, by its name.",
        engine=(_column("collections", multiple=True),),
        examples=("collection:arxiv", 'collection:"PubMed 2021"'),
        aliases=("collections",),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="year",
        kind="integer",
        title="Year",
        help="The year of publication, or a range of years; either end may be left open.",
        engine=(EngineField("year", "integer", columnar=True),),
        examples=("year:2015", "year:2010-2019", "year:2010-", "year:-1999"),
        aliases=("date", "years"),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="topic",
        kind="keyword",
        title="Topic",
        help="A topic, by its id or label, with its children; topic:= leaves the children out.",
        engine=(_column("topics", multiple=True), _column("topics_own", multiple=True)),
        examples=("topic:t7k2", "topic:=t7k2", 'topic:"gene expression"'),
        aliases=("topics",),
        filterable=True,
        facet=True,
        nested=True,
    ),
    FieldSpec(
        name="tag",
        kind="keyword",
        title="Tag",
        help="A keyword, MeSH heading or arXiv category in any spelling; a star at the end matches any end.",
        engine=(_column("tag_keys", multiple=True),),
        examples=('tag:"machine learning"', "tag:cs.CL", "tag:neuro*"),
        aliases=("tags", "keyword", "keywords", "mesh", "cat", "category"),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="author",
        kind="keyword",
        title="Author",
        help="An author; the family name alone, initials, particles and either order of names work.",
        engine=(EngineField("author_tokens", "tokens"), _column("authors", multiple=True)),
        examples=("author:Vorontsov", 'author:"van der Maaten, L."', 'author:"J. Smith"'),
        aliases=("authors", "au"),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="venue",
        kind="keyword",
        title="Venue",
        help="The journal or conference; some of its words in order are enough.",
        engine=(EngineField("venue_tokens", "tokens"), _column("venue")),
        examples=("venue:Nature", 'venue:"Journal of Virology"'),
        aliases=("journal", "conference"),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="lang",
        kind="keyword",
        title="Language",
        help="The language of the text, by its two-letter code (ISO 639-1).",
        engine=(_column("lang"),),
        examples=("lang:en", "lang:de"),
        aliases=("language",),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="type",
        kind="keyword",
        title="Type",
        help="The type of publication: its CSL name, or what its source calls it, as PubMed does.",
        engine=(_column("types", multiple=True),),
        examples=("type:thesis", "type:review", 'type:"randomized controlled trial"'),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="open_access",
        kind="keyword",
        title="Open access",
        help="Gold, green, hybrid, bronze or closed; yes means any open kind, no the rest.",
        engine=(_column("open_access", multiple=True),),
        examples=("open_access:yes", "open_access:gold"),
        aliases=("oa",),
        values=("yes", "no", "gold", "green", "hybrid", "bronze", "closed"),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="notice",
        kind="keyword",
        title="Notice",
        help="Papers with a notice: retracted, corrected, withdrawn or an expression of concern.",
        engine=(_column("notices", multiple=True),),
        examples=("notice:corrected", 'notice:"expression of concern"'),
        aliases=("notices",),
        values=("retracted", "corrected", "expression of concern", "withdrawn"),
        filterable=True,
        facet=True,
    ),
)

_OTHER_FIELDS = (
    FieldSpec(
        name="retracted",
        kind="flag",
        title="Retracted",
        help="Whether the paper was retracted or withdrawn: yes or no.",
        engine=(_column("retracted"),),
        examples=("retracted:no", "-retracted:yes"),
        values=("yes", "no"),
        filterable=True,
    ),
    FieldSpec(
        name="doi",
        kind="keyword",
        title="DOI",
        help="A DOI, bare or as a link.",
        engine=(EngineField("dois", "keyword", multiple=True),),
        examples=("doi:10.1038/nature12373",),
    ),
    FieldSpec(
        name="id",
        kind="keyword",
        title="Identifier",
        help="Any identifier of a paper: ours, its source's, a DOI, an arXiv id, a PMID.",
        engine=(EngineField("ids", "keyword", multiple=True),),
        examples=("id:1811.07042", "id:33301246", "arxiv:1811.07042", "pmid:33301246"),
        aliases=("ids",),
    ),
    FieldSpec(
        name="has",
        kind="keyword",
        title="Has",
        help="Papers for which this is known: " + ", ".join(HAS_VALUES) + ".",
        engine=(EngineField("has", "keyword", multiple=True),),
        examples=("has:abstract", "-has:doi"),
        values=HAS_VALUES,
        filterable=True,
    ),
    FieldSpec(
        name="cites",
        kind="keyword",
        title="Cites",
        help="Papers whose references name a paper: by any identifier of it.",
        engine=(EngineField("references", "keyword", multiple=True),),
        examples=("cites:10.1038/nature12373", "cites:pmid:33301246"),
    ),
    FieldSpec(
        name="cited_by",
        kind="keyword",
        title="Cited by",
        help="Papers that the references of a paper name: by any identifier of that paper.",
        engine=(EngineField("ids", "keyword", multiple=True),),
        examples=("cited_by:10.1038/nature12373", "cited_by:pmid:33301246"),
    ),
    FieldSpec(
        name="citations",
        kind="integer",
        title="Citations",
        help="The number of citations that the source reports, or a range.",
        engine=(EngineField("citations", "integer", columnar=True),),
        examples=("citations:100-", "citations:0"),
        aliases=("cited",),
    ),
    FieldSpec(
        name="added",
        kind="date",
        title="Added",
        help="The day on which the paper was added to the library, or a range of days, months or years.",
        engine=(EngineField("added", "integer", columnar=True),),
        examples=("added:2026-11", "added:2026-11-01-", "added:2025-2026"),
        filterable=True,
        facet=True,
    ),
    FieldSpec(
        name="topic_share",
        kind="keyword",
        title="Share of topics",
        help="The paper's θ in sixteenths (t7k2|4, t7k2|1: five), counted to weigh topics over all the hits.",
        engine=(_column("topic_share", multiple=True),),
        searchable=False,
    ),
    FieldSpec(
        name="tag_spelling",
        kind="keyword",
        title="Spelling of a tag",
        help="Tags as papers spell them, counted to show the most usual spelling.",
        engine=(_column("tags", multiple=True),),
        searchable=False,
    ),
    FieldSpec(
        name="vector",
        kind="vector",
        title="Topic vector",
        help="The paper's topic vector, for its nearest papers.",
        engine=(EngineField("vector", "vector"),),
        searchable=False,
    ),
)

FIELDS: tuple[FieldSpec, ...] = _TEXT_FIELDS + _FACET_FIELDS + _OTHER_FIELDS
"""Every field, in the order in which help and facets show them."""

BY_NAME = MappingProxyType({spec.name: spec for spec in FIELDS})
"""Name → field."""

IDENTIFIER_SCHEMES = ("arxiv", "pmid", "pmcid", "openalex", "acl", "isbn")
"""Schemes that may stand before a colon themselves: ``arxiv:1811.07042`` is ``id:arxiv:1811.07042``."""

QUERY_NAMES = MappingProxyType(
    {name: spec.name for spec in FIELDS if spec.searchable for name in (spec.name, *spec.aliases)}
)
"""What may stand before a colon, aliases included → the field's name."""

FOLDED = MappingProxyType({"collections": "collections_folded", "tags": "tags_folded"})
"""Fields of the index that a query compares folded → the field that holds them folded."""

FACETS: tuple[FieldSpec, ...] = tuple(spec for spec in FIELDS if spec.facet)
"""The fields that are counted over the hits."""

FILTERS: tuple[FieldSpec, ...] = tuple(spec for spec in FIELDS if spec.filterable)
"""The fields that the API takes as filters."""

RANKINGS = MappingProxyType(
    {
        "fused": "By words, topics and neighbours together.",
        "lexical": "By words alone (BM25).",
        "topical": "By topics and neighbours alone.",
    }
)
"""What may order papers by relevance, with help; the first is the default."""

MATCHES = MappingProxyType(
    {
        "auto": "All of up to four bare words; any of them if there are more.",
        "all": "All bare words.",
        "any": "Any of the bare words.",
    }
)
"""Which of a query's bare words a paper must have, with help; the first is the default."""

OURS = "litatlas"
"""The name of our own query language among the dialects."""

DIALECTS = MappingProxyType(
    {
        "pubmed": "PubMed",
        "ovid": "Ovid",
        "embase": "Embase",
        "cochrane": "Cochrane Library",
        "wos": "Web of Science",
        "scopus": "Scopus",
        "ebsco": "EBSCO",
        "proquest": "ProQuest",
        OURS: "litatlas",
    }
)
"""What a query may be said to be written for, with its title; otherwise that is recognised."""

MAX_QUERY = 20_000
"""Characters that a query may have: a published search strategy fits, a paper does not (that is what
``explore`` is for)."""

MAX_TEXT = 200_000
"""Characters of a document used as the query."""

MAX_TYPED = 200
"""Characters at the end of what is typed that suggestions look at."""

MAX_OFFSET = 10_000
"""How far ``offset + limit`` reaches; further pages need a cursor."""


def field(name: str) -> FieldSpec | None:
    """The field that a name or alias before a colon means, or None."""
    known = QUERY_NAMES.get(name.lower())
    return BY_NAME[known] if known else None


def engine_fields() -> tuple[EngineField, ...]:
    """Every field of the index once, in a stable order: what both engines' mappings are made from."""
    return tuple({item.name: item for spec in FIELDS for item in spec.engine}.values())
