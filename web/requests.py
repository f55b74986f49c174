"""What a reader may ask over HTTP: these models validate every request, and OpenAPI is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, get_origin

from flask_babel import lazy_gettext
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.datastructures import MultiDict

from litatlas.errors import LitatlasError

QUERY_LENGTH = 4_000
TEXT_LENGTH = 200_000
PREFIX_LENGTH = 200
NAME_LENGTH = 200
LIMIT = 100
OFFSET = 10_000
MARKED = 20
"""So many papers can be marked at once: as many as are a query together."""
FACETS = {
    "collection": lazy_gettext("Collection"),
    "year": lazy_gettext("Year"),
    "topic": lazy_gettext("Topic"),
    "tag": lazy_gettext("Tag"),
    "author": lazy_gettext("Author"),
    "venue": lazy_gettext("Venue"),
    "lang": lazy_gettext("Language"),
    "type": lazy_gettext("Type"),
    "open_access": lazy_gettext("Open access"),
    "notice": lazy_gettext("Notice"),
    "retracted": lazy_gettext("Retracted"),
}
SORTS = {
    "relevance": lazy_gettext("Relevance"),
    "newest": lazy_gettext("Newest first"),
    "oldest": lazy_gettext("Oldest first"),
    "title": lazy_gettext("Title"),
    "cited": lazy_gettext("Most cited"),
}
EXPORTS = {
    "bibtex": ("BibTeX", "application/x-bibtex", "bib"),
    "ris": ("RIS", "application/x-research-info-systems", "ris"),
    "csl": ("CSL JSON", "application/vnd.citationstyles.csl+json", "json"),
    "csv": ("CSV", "text/csv", "csv"),
    "jsonl": ("JSON Lines", "application/x-ndjson", "jsonl"),
}


def clean(value: Any) -> Any:
    """Replace what UTF-8 cannot carry (lone surrogates) and NUL, so that no later part can stumble on it."""
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


Text = Annotated[str, BeforeValidator(clean)]
Limit = Annotated[int, Field(ge=1, le=LIMIT, description=f"How many to give, at most {LIMIT}.")]


class RequestError(LitatlasError):
    """A request that cannot be answered as it was asked; the status is 400."""


class Request(BaseModel):
    """The base of all requests; what is unknown is refused, so that a misspelt name is noticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


Model = TypeVar("Model", bound=Request)


class NoParameters(Request):
    """A request without parameters."""


Values = Annotated[
    list[Annotated[Text, Field(max_length=NAME_LENGTH)]], Field(default_factory=list, max_length=50)
]


class Filters(Request):
    """Facet values that the results must have; repeat a name to allow several."""

    collection: Values
    year: Values
    topic: Values
    tag: Values
    lang: Values
    author: Values
    venue: Values
    type: Values
    open_access: Values
    notice: Values
    retracted: Values

    def filters(self) -> dict[str, list[str]]:
        """The facets that are set, with their values."""
        return {name: values for name in FACETS if (values := getattr(self, name))}


class QueryRequest(Filters):
    """A query in the query language, and in which order its papers come."""

    q: Annotated[Text, Field(max_length=QUERY_LENGTH, description="The query; empty finds every paper.")] = ""
    sort: Annotated[
        Literal["relevance", "newest", "oldest", "title", "cited"], Field(description="The order.")
    ] = "relevance"
    match: Annotated[
        Literal["auto", "all", "any"], Field(description="Must a paper have all the words, or any?")
    ] = "auto"


class SearchRequest(QueryRequest):
    """A query, and how to answer it."""

    limit: Limit = 10
    offset: Annotated[
        int, Field(ge=0, le=OFFSET, description="How many to skip; beyond, use the cursor.")
    ] = 0
    ranking: Literal["fused", "lexical", "topical"] = "fused"
    explain: Annotated[bool, Field(description="Say how each score came about.")] = False
    cursor: Annotated[Text | None, Field(max_length=2_000, description="From the answer before.")] = None


def split(value: Any) -> Any:
    """``a,b`` and repeated parameters, as one list without doubles."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        return parts
    return list(dict.fromkeys(item for part in parts for item in str(part).split(",") if item))


Marks = Annotated[
    list[Annotated[Text, Field(max_length=NAME_LENGTH)]],
    BeforeValidator(split),
    Field(default_factory=list, max_length=MARKED),
]


ListIds = Annotated[
    list[Annotated[Text, Field(max_length=NAME_LENGTH)]],
    BeforeValidator(split),
    Field(default_factory=list, max_length=LIMIT),
]


class SearchPageRequest(SearchRequest):
    """On the page, the papers that were marked besides."""

    marked: Marks


class FeedRequest(Filters):
    """A query whose newest papers are wanted."""

    q: Annotated[Text, Field(max_length=QUERY_LENGTH, description="The query; empty finds every paper.")] = ""
    match: Annotated[
        Literal["auto", "all", "any"], Field(description="Must a paper have all the words, or any?")
    ] = "auto"


class ExportRequest(QueryRequest):
    """A query and the format that its papers are wanted in."""

    format: Literal["bibtex", "ris", "csl", "csv", "jsonl"] = "bibtex"


class LimitRequest(Request):
    """How many are wanted."""

    limit: Limit = 10


class NearRequest(LimitRequest):
    """Near papers."""

    diverse: Annotated[bool, Field(description="Papers that are unlike each other too.")] = False


class CoverageRequest(Request):
    """How many missed papers are wanted."""

    limit: Limit = LIMIT


class ExploreRequest(NearRequest):
    """A text to explore by."""

    text: Annotated[Text, Field(max_length=TEXT_LENGTH)] = ""


class ExplorePageRequest(ExploreRequest):
    """On the page, papers in place of a text."""

    ids: Marks


class SuggestRequest(Request):
    """The beginning of a query."""

    q: Annotated[Text, Field(max_length=PREFIX_LENGTH)] = ""


class BridgesRequest(Request):
    """Two topics, by id."""

    a: Annotated[Text, Field(min_length=1, max_length=40, description="The one topic's id.")]
    b: Annotated[Text, Field(min_length=1, max_length=40, description="The other topic's id.")]


class TrendsRequest(Request):
    """Which topic's children; all top topics when absent."""

    topic: Annotated[Text | None, Field(max_length=40)] = None


class TrendsPageRequest(TrendsRequest):
    """On the page, two years besides that are set side by side."""

    left: Annotated[int | None, Field(ge=0, le=9999)] = None
    right: Annotated[int | None, Field(ge=0, le=9999)] = None


class UploadRequest(Request):
    """How to read an uploaded file; ``map.title=Name`` says which column of a table is which field."""

    format: Annotated[Text, Field(max_length=40, description="Recognised by its content when empty.")] = ""
    encoding: Annotated[
        Text, Field(max_length=40, description="Of a text, such as gb18030; found out when empty.")
    ] = ""


class BuildRequest(Request):
    """How to build the topics."""

    levels: Annotated[
        Text,
        Field(pattern=r"^(\d{1,5}(,\d{1,5}){0,5})?$", description="Sizes from the top, such as 12,60,300."),
    ] = ""
    method: Literal["heterogeneous", "concat"] = "heterogeneous"
    base: Annotated[Text, Field(max_length=NAME_LENGTH, description="The collection to begin with.")] = ""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    preview: Annotated[bool, Field(description="Stop at the difference; publish it afterwards.")] = False


class RenameRequest(Request):
    """A topic's new name."""

    label: Annotated[Text, Field(min_length=1, max_length=120)]
    who: Annotated[Text, Field(max_length=80)] = ""


class DescribeRequest(Request):
    """What a topic is about, in words."""

    description: Annotated[Text, Field(max_length=2_000)] = ""
    who: Annotated[Text, Field(max_length=80)] = ""


class HideRequest(Request):
    """Whether a topic is hidden."""

    hidden: bool
    who: Annotated[Text, Field(max_length=80)] = ""


class ListRequest(Request):
    """A new list and its first papers."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    ids: ListIds


class ListPapersRequest(Request):
    """Papers for a list."""

    ids: ListIds


class KeepRequest(Request):
    """On the page, papers that are about to be kept: in a list there is, or in a new one of this name."""

    ids: ListIds
    list: Annotated[Text, Field(max_length=40)] = ""
    name: Annotated[Text, Field(max_length=100)] = ""


class ListNameRequest(Request):
    """Another name for a list."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]


class TakeRequest(Request):
    """The paper that is taken out of a list."""

    id: Annotated[Text, Field(min_length=1, max_length=NAME_LENGTH)]


class AssessRequest(Request):
    """On the page, who judges, which questions are wanted, and the answer that was given last."""

    who: Annotated[Text, Field(max_length=80)] = ""
    kind: Literal["", "paper", "child", "label"] = ""
    last: Annotated[int, Field(ge=0)] = 0


class JudgeRequest(Request):
    """An answer to a question about the topics."""

    kind: Literal["paper", "child", "label"]
    topic: Annotated[Text, Field(min_length=1, max_length=40)]
    subject: Annotated[Text, Field(min_length=1, max_length=200)]
    value: Literal["yes", "no", "unsure"]
    who: Annotated[Text, Field(max_length=80)] = ""


class JudgePageRequest(JudgeRequest):
    """On the page, which questions are wanted next."""

    wanted: Literal["", "paper", "child", "label"] = ""


class TakeBackRequest(Request):
    """The answer that is taken back."""

    number: Annotated[int, Field(ge=1)]
    who: Annotated[Text, Field(max_length=80)] = ""


class UndoRequest(Request):
    """Which of the things that were said of a topic is taken back."""

    kind: Literal["label", "description", "hidden"]


class LanguageRequest(Request):
    """The language that the pages are to speak, and the page it was chosen on."""

    code: Literal["en", "ru"]
    next: Annotated[Text, Field(max_length=8000)] = "/"


def parse(model: type[Model], values: MultiDict[str, str] | dict[str, Any]) -> Model:
    """Validate ``values`` (of a URL, a form or a JSON body) as ``model``.

    Raises:
        RequestError: it says which parameter is wrong, and how.
    """
    plain = _plain(model, values) if isinstance(values, MultiDict) else values
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise _translate(model, error) from None


def _plain(model: type[Request], values: MultiDict[str, str]) -> dict[str, Any]:
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    return {
        name: [item for item in values.getlist(name) if item] if name in lists else values.get(name)
        for name in values
    }


def _translate(model: type[Request], error: ValidationError) -> RequestError:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "the request"
    if first["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields) or "none"
        return RequestError(f"There is no parameter {name[:60]!r}.", f"Parameters here: {known}.")
    hint = "Shorten it; a long text can be explored as a document at /explore." if name == "q" else ""
    return RequestError(
        f"Parameter {name} is wrong: {first['msg']}.", hint or f"See {name} in /api/v1/openapi.json."
    )
