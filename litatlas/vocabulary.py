"""What the doors may offer, in one place: names that a reader may choose, and bounds that every door keeps.

Fields, filters, facets, orders, rankings and matches come from `search.fields`, export formats from
`ingest.writers.formats`, citation formats from `litatlas.citation_styles`. Pages, the request models of the
API, OpenAPI, help and the command line read them here.
"""

from __future__ import annotations

from types import MappingProxyType

from ingest.document import MAX_COLLECTION_NAME
from ingest.writers.formats import WRITERS
from litatlas import citation_styles
from search import fields, sort_orders
from search.notices import NOTICES as NOTICES
from topics.quality.verdicts import SENTENCES

FIELDS = MappingProxyType({spec.name: spec for spec in fields.FIELDS if spec.searchable})
"""What may stand before a colon in a query."""

FACETS = MappingProxyType({spec.name: spec for spec in fields.FACETS})
"""What results are counted by."""

FILTERS = MappingProxyType({spec.name: spec for spec in fields.FILTERS})
"""What results may be narrowed by, beside the query."""

SORTS = MappingProxyType({sort.name: sort for sort in sort_orders.SORTS})
RANKINGS = fields.RANKINGS
MATCHES = fields.MATCHES
DIALECTS = fields.DIALECTS

EXPORTS = MappingProxyType(WRITERS)
"""Export formats: title, media type and suffix by name."""

CITATIONS = MappingProxyType(citation_styles.TITLES)
"""What one paper may be cited in: titles by name."""

CURATIONS = ("label", "description", "hidden")
"""What people may change of a topic."""

QUALITY_WORDS = SENTENCES
"""The words of a topic's quality, each with the sentence that explains it."""

JUDGEMENTS = ("paper", "child", "label")
"""The kinds of questions about the topics."""

VERDICTS = ("yes", "no", "unsure")
"""The answers to them."""

MAX_QUERY, MAX_TYPED = fields.MAX_QUERY, fields.MAX_TYPED
"""Characters of a query, and of its beginning that suggestions look at."""

MAX_TEXT = fields.MAX_TEXT
"""Characters of a document used as the query."""

MAX_OFFSET = fields.MAX_OFFSET
"""How far an offset reaches; beyond it a cursor reads on."""

MAX_PAGE = 100
"""Papers that one request over HTTP may ask for."""

MAX_MARKED = 20
"""Papers that can be a query together, and so be marked at once."""

MAX_FILTER_VALUES = 50
"""Values of one filter."""

MAX_VALUE = 200
"""Characters of a filter's value, an identifier or the subject of a judgement."""

MAX_FORMAT = 40
"""Characters of the name of a format or an encoding."""

MAX_COLLECTION = MAX_COLLECTION_NAME
"""Characters of a collection's name."""

MAX_LABEL, MAX_DESCRIPTION = 100, 2_000
"""Characters of a topic's name and description."""

MAX_LIST_NAME = 100
MAX_WHO = 80
"""Characters of a list's name, and of the name of the person who curates or judges."""

MAX_USER_NAME, MAX_TOKEN_NAME = 80, 80
"""Characters of the name of a user or group, and of a token."""

MAX_TYPED_NAME = 4 * MAX_USER_NAME
"""Characters that may be typed for a name of a user, before they are composed (NFC)."""

MIN_PASSWORD, MAX_PASSWORD = 10, 500
"""Characters of a password."""

MAX_GROUPS, MAX_SHARED = 2_000, 4_000
"""Characters of the groups of a user as typed, and of the users and groups that something is shared with."""

MAX_TOKEN_DAYS = 3_660
"""Days after which every token has ended."""

MAX_REVIEW_NAME, MAX_CRITERIA, MAX_NOTE = 100, 20_000, 5_000
"""Characters of a review's name, of its question or criteria, and of the note of a decision."""

MAX_REVIEW_PAPERS = 500_000
"""Papers of one review."""

MAX_BOOK_NAME, MAX_BOOK_NOTE, MAX_BOOK_ANSWER = 100, 2_000, 20_000
"""Characters of the name of a search book, of the note of a frozen run, and of one answer of its report."""

MAX_BOOK_RUNS, MAX_BOOK_CHANGES, MAX_BOOK_TEXT = 1_000, 10_000, 200_000
"""Runs of one book, changes that one comparison lists, and characters of lines that are pasted together."""

BOOK_FORMATS = MappingProxyType(
    {
        **{name: (writer.title, writer.media_type, writer.suffix) for name, writer in WRITERS.items()},
        "ids": ("ids", "text/plain; charset=utf-8", ".txt"),
        "prisma-s": ("PRISMA-S", "text/markdown; charset=utf-8", ".md"),
        "prisma-s-docx": (
            "PRISMA-S (DOCX)",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".docx",
        ),
        "search-query": ("search JSON", "application/json", "_search_history.json"),
        "ro-crate": ("RO-Crate", "application/zip", ".zip"),
    }
)
"""What a run of a search book is published as: its papers in every export format, and reports."""

MARKS = ("star", "read")
"""How readers mark papers for themselves."""

MAX_PAPER_NOTE = 20_000
"""Characters of a note on a paper."""

PAIR_VERDICTS = ("same", "different")
"""What is decided of two records that may be one paper."""

GROUP_VERDICTS = ("same", "out")
"""What is decided of all records of a paper at once: they are one, or one of them is none of them."""

REVIEW_STAGES = ("abstract", "full-text")
REVIEW_VERDICTS = ("include", "exclude", "maybe", "later", "unavailable")
REVIEW_ORDERS = ("likely", "uncertain", "unseen", "in-order")
REVIEW_FORMATS = MappingProxyType(
    {
        "ris": ("RIS", "application/x-research-info-systems; charset=utf-8", ".ris"),
        "csv": ("CSV", "text/csv; charset=utf-8", ".csv"),
        "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        "asreview": ("ASReview", "application/zip", ".asreview"),
        "jsonl": ("JSON lines", "application/x-ndjson", ".jsonl"),
        "rayyan": ("Rayyan", "text/csv; charset=utf-8", ".csv"),
        "covidence": ("Covidence", "application/zip", ".zip"),
    }
)
"""Of reviews: stages, verdicts, orders to read in, and formats (title, media type, suffix)."""
