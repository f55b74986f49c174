"""What may be asked about reviews over HTTP, on pages and in the API."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import Field
from werkzeug.datastructures import MultiDict

from litatlas.atlas import SearchRequest as AtlasSearch
from litatlas.vocabulary import (
    MAX_BOOK_NAME,
    MAX_COLLECTION,
    MAX_CRITERIA,
    MAX_NOTE,
    MAX_QUERY,
    MAX_REVIEW_NAME,
    MAX_VALUE,
    REVIEW_FORMATS,
    REVIEW_ORDERS,
    REVIEW_STAGES,
    REVIEW_VERDICTS,
)
from web.locales import LANGUAGES
from web.requests import (
    FeedRequest,
    LineNumber,
    Name,
    OneOf,
    Request,
    RunNumber,
    Text,
    Who,
    parse,
)

MAX_ADDRESS = 20_000

Stage = Annotated[str, OneOf(("", *REVIEW_STAGES)), Field(description="Empty: the first that is open.")]
Verdict = Annotated[str, OneOf(REVIEW_VERDICTS)]
Criteria = Annotated[Text, Field(max_length=MAX_CRITERIA)]


class SourceRequest(Request):
    """Where papers come from: a query, a list's id, a collection's name, a search book's id, a whole search.

    ``search`` is what follows the question mark in the address of a search page, with its filters.
    """

    query: Annotated[Text | None, Field(max_length=MAX_QUERY)] = None
    list: Annotated[Text, Field(max_length=40)] = ""
    collection: Annotated[Text, Field(max_length=MAX_COLLECTION)] = ""
    search: Annotated[Text, Field(max_length=MAX_ADDRESS)] = ""
    book: Annotated[Text, Field(max_length=MAX_BOOK_NAME)] = ""
    run: RunNumber | None = None
    line: LineNumber | None = None
    who: Who = ""

    def source(self) -> dict[str, Any]:
        """The source as `Reviews.add` takes it.

        Raises:
            RequestError: the search has parameters that none has.
        """
        if self.search:
            return {"query": searched(self.search)}
        if self.book:
            return {"book": self.book, "run": self.run, "line": self.line}
        if self.list:
            return {"list_id": self.list}
        return {"collection": self.collection} if self.collection else {"query": self.query or ""}

    @property
    def has_source(self) -> bool:
        """Whether one is named; the empty query is every paper."""
        named = (self.list, self.collection, self.search, self.book)
        return self.query is not None or any(named)


def searched(address: str) -> AtlasSearch:
    """The search of what follows the question mark in an address; raises as `parse`."""
    return parse(FeedRequest, MultiDict(parse_qsl(address, max_num_fields=1_000))).search()


class PlanFields(Request):
    """The parts of a plan that can be changed; those that are absent stay as they are."""

    question: Criteria | None = None
    criteria: Criteria | None = None
    reasons: Criteria | None = None
    good_words: Criteria | None = None
    bad_words: Criteria | None = None
    stages: Annotated[Text, Field(max_length=100)] | None = None
    reviewers: Annotated[int, Field(ge=1, le=2)] | None = None
    target: Annotated[float, Field(ge=0.5, lt=1)] | None = None
    confidence: Annotated[float, Field(ge=0.5, lt=1)] | None = None
    keys: Annotated[Text, Field(max_length=400, description="As in “include=i, exclude=e”.")] | None = None

    def plan(self) -> dict[str, Any]:
        """The fields that were given, as `Reviews.new` takes them."""
        fields = {name: getattr(self, name) for name in PlanFields.model_fields}
        if self.keys is not None:
            pairs = [part.partition("=") for part in self.keys.split(",") if part.strip()]
            fields["keys"] = {action.strip(): key.strip() for action, _, key in pairs}
        return {name: value for name, value in fields.items() if value is not None}


class NewReviewRequest(SourceRequest, PlanFields):
    """A new review, with its plan and its first papers."""

    name: Annotated[Text, Field(min_length=1, max_length=MAX_REVIEW_NAME)]


class PlanRequest(PlanFields):
    """Changes of a plan, and perhaps of the review's name."""

    name: Annotated[Text, Field(max_length=MAX_REVIEW_NAME)] = ""


class ScreenRequest(Request):
    """Who screens, at which stage, and in which order."""

    who: Who = ""
    stage: Stage = ""
    order: Annotated[str, OneOf(REVIEW_ORDERS)] = "likely"
    topic: Annotated[Text, Field(max_length=40, description="Papers of this topic alone.")] = ""


class DecideRequest(Request):
    """A decision about a paper; ``rank`` and ``model`` as the paper was shown with."""

    paper: Name
    verdict: Verdict
    who: Who = ""
    stage: Stage = ""
    reason: Name = ""
    note: Annotated[Text, Field(max_length=MAX_NOTE)] = ""
    rank: Annotated[int, Field(ge=1)] | None = None
    model: Annotated[Text, Field(max_length=MAX_VALUE)] = ""


class DecidePageRequest(DecideRequest):
    """On the page, the order in which the next paper is wanted; an empty rank is none."""

    order: Annotated[str, OneOf(REVIEW_ORDERS)] = "likely"
    topic: Annotated[Text, Field(max_length=40)] = ""


class ImportRequest(Request):
    """Whose decisions a file brings, at which stage; ``otherwise``: those about papers of which it says
    nothing."""

    who: Who = ""
    stage: Stage = ""
    otherwise: Annotated[str, OneOf(("", *REVIEW_VERDICTS[:3]))] = ""


class WhoRequest(ScreenRequest):
    """Whose last decision is taken back."""


class StageRequest(Request):
    """Which stage is meant."""

    stage: Stage = ""


class RowsRequest(Request):
    """Whose own rows are shown, too, where reviewers are blinded."""

    who: Who = ""


class PrismaRequest(Request):
    """The language of the drawings."""

    lang: Annotated[str, OneOf(tuple(LANGUAGES))] = "en"


class ReviewsPageRequest(Request):
    """What gives the papers of a review that is about to begin."""

    query: Annotated[Text, Field(max_length=MAX_QUERY)] = ""
    search: Annotated[Text, Field(max_length=MAX_ADDRESS)] = ""
    book: Annotated[Text, Field(max_length=MAX_BOOK_NAME)] = ""
    run: RunNumber | None = None
    line: LineNumber | None = None


class ReviewExportRequest(Request):
    """The format that a review is wanted in."""

    format: Annotated[str, OneOf(tuple(REVIEW_FORMATS))] = "ris"
