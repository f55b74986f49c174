"""What a reader may ask over HTTP: these models validate every request, and OpenAPI is made from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    create_model,
)
from pydantic_core import CoreSchema, core_schema
from werkzeug.datastructures import MultiDict

from litatlas.atlas import SearchRequest as AtlasSearch
from litatlas.errors import LitatlasError
from litatlas.vocabulary import (
    CURATIONS,
    DIALECTS,
    EXPORTS,
    FILTERS,
    JUDGEMENTS,
    MATCHES,
    MAX_COLLECTION,
    MAX_DESCRIPTION,
    MAX_FILTER_VALUES,
    MAX_FORMAT,
    MAX_LABEL,
    MAX_LIST_NAME,
    MAX_MARKED,
    MAX_OFFSET,
    MAX_PAGE,
    MAX_QUERY,
    MAX_TEXT,
    MAX_TYPED,
    MAX_VALUE,
    MAX_WHO,
    RANKINGS,
    SORTS,
    VERDICTS,
)


def clean(value: Any) -> Any:
    """Replace what UTF-8 cannot carry (lone surrogates) and NUL, so that no later part can stumble on it."""
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


Text = Annotated[str, BeforeValidator(clean)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE, description=f"Number of results, at most {MAX_PAGE}.")]


@dataclass(frozen=True)
class OneOf:
    """A field that takes one of some names, known when the server starts; OpenAPI lists them."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as `Literal` does."""
        return core_schema.literal_schema(list(self.names))


Query = Annotated[Text, Field(max_length=MAX_QUERY, description="The query; empty finds every paper.")]
Match = Annotated[str, OneOf(tuple(MATCHES)), Field(description="Whether all the words are needed or any.")]
Dialect = Annotated[str, OneOf(("", *DIALECTS)), Field(description="What the query was written for.")]
Name = Annotated[Text, Field(max_length=MAX_VALUE)]
Who = Annotated[Text, Field(max_length=MAX_WHO)]
RunNumber = Annotated[int, Field(ge=1, le=10**6, description="A run of a search book; absent: the last.")]
LineNumber = Annotated[int, Field(ge=1, le=10**6, description="A line of it; absent: the last.")]
TopicId = Annotated[Text, Field(max_length=40)]
Kind = Annotated[str, OneOf(JUDGEMENTS)]
AnyKind = Annotated[str, OneOf(("", *JUDGEMENTS))]


class RequestError(LitatlasError):
    """A request that cannot be answered as it was asked; the status is 400."""


class Request(BaseModel):
    """The base of all requests; what is unknown is refused, so that a misspelt name is noticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


Model = TypeVar("Model", bound=Request)


class NoParameters(Request):
    """A request without parameters."""


Values = Annotated[list[Name], Field(default_factory=list, max_length=MAX_FILTER_VALUES)]

if TYPE_CHECKING:
    _FilterFields = Request
else:
    _FilterFields = create_model(
        "_FilterFields", __base__=Request, **{name: (Values, Field(default_factory=list)) for name in FILTERS}
    )


class Filters(_FilterFields):
    """Facet values that the results must have, a field for each filter; repeat a name to allow several."""

    def filters(self) -> dict[str, list[str]]:
        """The filters that are set, with their values."""
        return {name: values for name in FILTERS if (values := getattr(self, name))}


class FeedRequest(Filters):
    """A query whose newest papers are wanted."""

    q: Query = ""
    match: Match = "auto"
    dialect: Dialect = ""

    def search(self) -> AtlasSearch:
        """The search of the atlas that is asked for."""
        return AtlasSearch(self.q, match=self.match, filters=self.filters(), dialect=self.dialect)


class QueryRequest(FeedRequest):
    """A query in the query language, and in which order its papers come."""

    sort: Annotated[str, OneOf(tuple(SORTS)), Field(description="The order.")] = "relevance"

    def search(self) -> AtlasSearch:
        """The search of the atlas that is asked for."""
        return replace(super().search(), sort=self.sort)


class SearchRequest(QueryRequest):
    """A query, and how to answer it."""

    limit: Limit = 10
    offset: Annotated[
        int,
        Field(ge=0, le=MAX_OFFSET, description="Number of results to skip; beyond, use the cursor."),
    ] = 0
    ranking: Annotated[str, OneOf(tuple(RANKINGS))] = "fused"
    explain: Annotated[bool, Field(description="Explain each score.")] = False
    cursor: Annotated[
        Text | None, Field(max_length=2_000, description="The cursor of the previous answer.")
    ] = None

    def search(self) -> AtlasSearch:
        """The search of the atlas that is asked for."""
        return replace(
            super().search(),
            limit=self.limit,
            offset=self.offset,
            cursor=self.cursor,
            ranking=self.ranking,
            explain=self.explain,
        )


def split(value: Any) -> Any:
    """``a,b`` and repeated parameters, as one list without doubles."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        return parts
    return list(dict.fromkeys(item for part in parts for item in str(part).split(",") if item))


Seeds = Annotated[list[Name], BeforeValidator(split), Field(default_factory=list, max_length=MAX_MARKED)]
ListIds = Annotated[list[Name], BeforeValidator(split), Field(default_factory=list, max_length=MAX_PAGE)]


class MarkedRequest(Request):
    """On a page, the papers that are marked there."""

    marked: ListIds


class SearchPageRequest(SearchRequest, MarkedRequest):
    """A search on its page."""


class ExportRequest(QueryRequest):
    """A query and the format that its papers are wanted in."""

    format: Annotated[str, OneOf(tuple(EXPORTS))] = "bibtex"
    with_collections: Annotated[
        bool, Field(description="Also write each paper's collections in BibTeX, RIS and CSL-JSON.")
    ] = False

    @property
    def title(self) -> str:
        """What the file holds, in the words of the query, else of what it is narrowed to."""
        return self.q or " ".join(value for values in self.filters().values() for value in values)


class PapersExportRequest(ExportRequest):
    """Or, in place of a query, some papers."""

    ids: Annotated[ListIds, Field(description="Export these papers, in this order, instead of a query's.")]


class LimitRequest(Request):
    """How many are wanted."""

    limit: Limit = 10


class NearRequest(LimitRequest):
    """Near papers."""

    diverse: Annotated[bool, Field(description="Prefer papers that also differ from one another.")] = False


class CoverageRequest(Request):
    """How many missed papers are wanted."""

    limit: Limit = MAX_PAGE


class ExploreRequest(NearRequest):
    """A text to explore with."""

    text: Annotated[Text, Field(max_length=MAX_TEXT)] = ""


class ExplorePageRequest(ExploreRequest, MarkedRequest):
    """On the page, papers in place of a text."""

    ids: Seeds


class SuggestRequest(Request):
    """The beginning of a query."""

    q: Annotated[Text, Field(max_length=MAX_TYPED)] = ""


class BridgesRequest(Request):
    """Two topics, by id."""

    a: Annotated[Text, Field(min_length=1, max_length=40, description="The one topic's id.")]
    b: Annotated[Text, Field(min_length=1, max_length=40, description="The other topic's id.")]


class BridgesPageRequest(BridgesRequest, MarkedRequest):
    """Two topics, on the page."""


class TrendsRequest(Request):
    """Which topic's children; all top topics when absent."""

    topic: TopicId | None = None


class TrendsPageRequest(TrendsRequest):
    """On the page, two years besides that are set side by side."""

    left: Annotated[int | None, Field(ge=0, le=9999)] = None
    right: Annotated[int | None, Field(ge=0, le=9999)] = None


class UploadRequest(Request):
    """How to read an uploaded file; ``map.title=Name`` says which column of a table is which field."""

    format: Annotated[
        Text, Field(max_length=MAX_FORMAT, description="Detected from the content when empty.")
    ] = ""
    encoding: Annotated[
        Text,
        Field(
            max_length=MAX_FORMAT,
            description="Of a text file, such as gb18030; detected when empty.",
        ),
    ] = ""


class BuildRequest(Request):
    """How to build the topics."""

    levels: Annotated[
        Text,
        Field(
            pattern=r"^([0-9]{1,5}(,[0-9]{1,5}){0,5})?$",
            description="Topics at each level, such as 12,60,300.",
        ),
    ] = ""
    method: Literal["heterogeneous", "concat"] = "heterogeneous"
    base: Annotated[Text, Field(max_length=MAX_COLLECTION, description="The base collection.")] = ""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    preview: Annotated[bool, Field(description="Only compute the difference; publish the draft later.")] = (
        False
    )


class BuildPageRequest(BuildRequest):
    """On the page, whether the names that people gave were thought of."""

    sure: bool = False


class JobsRequest(Request):
    """On the page, the jobs of one upload; the latest when absent."""

    id: Annotated[
        list[Annotated[Text, Field(max_length=MAX_VALUE)]], Field(default_factory=list, max_length=MAX_PAGE)
    ]


class RenameRequest(Request):
    """A topic's new name."""

    label: Annotated[Text, Field(min_length=1, max_length=MAX_LABEL)]
    who: Who = ""


class WhoRequest(Request):
    """Who decides, for the history."""

    who: Who = ""


class DescribeRequest(Request):
    """What a topic is about, in words."""

    description: Annotated[Text, Field(max_length=MAX_DESCRIPTION)] = ""
    who: Who = ""


class HideRequest(Request):
    """Whether a topic is hidden."""

    hidden: bool
    who: Who = ""


class ListRequest(Request):
    """A new list and its first papers."""

    name: Annotated[Text, Field(min_length=1, max_length=MAX_LIST_NAME)]
    ids: ListIds


class ListPapersRequest(Request):
    """Papers for a list."""

    ids: ListIds


class KeepRequest(Request):
    """On the page, papers that are about to be kept: in a list there is, or in a new one of this name."""

    ids: ListIds
    list: Annotated[Text, Field(max_length=40)] = ""
    name: Annotated[Text, Field(max_length=MAX_LIST_NAME)] = ""


class ListNameRequest(Request):
    """Another name for a list."""

    name: Annotated[Text, Field(min_length=1, max_length=MAX_LIST_NAME)]


class TakeRequest(Request):
    """The paper that is taken out of a list."""

    id: Annotated[Text, Field(min_length=1, max_length=MAX_VALUE)]


class AssessRequest(Request):
    """On the page, who judges, which questions are wanted, and the answer that was given last."""

    who: Who = ""
    kind: AnyKind = ""
    last: Annotated[int, Field(ge=0)] = 0


class JudgeRequest(Request):
    """An answer to a question about the topics."""

    kind: Kind
    topic: Annotated[Text, Field(min_length=1, max_length=40)]
    subject: Annotated[Text, Field(min_length=1, max_length=MAX_VALUE)]
    value: Annotated[str, OneOf(VERDICTS)]
    who: Who = ""


class JudgePageRequest(JudgeRequest):
    """On the page, which questions are wanted next."""

    wanted: AnyKind = ""


class TakeBackRequest(Request):
    """The answer that is taken back."""

    number: Annotated[int, Field(ge=1)]
    who: Who = ""


class UndoRequest(Request):
    """Which of the things that were said of a topic is taken back."""

    kind: Annotated[str, OneOf(CURATIONS)]


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
        return RequestError(f"There is no parameter {name[:60]!r}.", f"Known parameters: {known}.")
    hint = "Shorten it; a long text can be explored as a document at /explore." if name == "q" else ""
    return RequestError(
        f"Parameter {name} is wrong: {first['msg']}.", hint or f"See {name} in /api/v1/openapi.json."
    )
