"""The reading half of the API."""

from __future__ import annotations

from typing import TypedDict

from flask import Response, jsonify, request

from litatlas.answers import (
    BridgesAnswer,
    CollectionAnswer,
    CoverageAnswer,
    DocumentAnswer,
    ExploreAnswer,
    JobAnswer,
    MapAnswer,
    MeAnswer,
    PointsAnswer,
    QualityAnswer,
    ReadingAnswer,
    SearchAnswer,
    SimilarAnswer,
    StatusAnswer,
    SuggestionAnswer,
    TopicPage,
    TopicsAnswer,
    TrendsAnswer,
)
from litatlas.vocabulary import EXPORTS
from web.access import identity
from web.api.openapi import description
from web.api.operations import blueprint, explore_body, operation
from web.downloads import download, pdf_response
from web.requests import (
    BridgesRequest,
    CoverageRequest,
    Dialect,
    ExploreRequest,
    NearRequest,
    NoParameters,
    PapersExportRequest,
    Query,
    Request,
    SearchRequest,
    SuggestRequest,
    TrendsRequest,
    parse,
)
from web.site import atlas
from web.upload_forms import explored


class TranslateRequest(Request):
    """A search of another database that is wanted in our query language."""

    q: Query = ""
    dialect: Dialect = ""


class CollectionsAnswer(TypedDict):
    """All collections."""

    collections: list[CollectionAnswer]


class JobsAnswer(TypedDict):
    """The latest jobs."""

    jobs: list[JobAnswer]


class SuggestAnswer(TypedDict):
    """Completions of the beginning of a query."""

    suggestions: list[SuggestionAnswer]


@operation("GET", "/search", SearchAnswer, request=SearchRequest)
def search(params: SearchRequest) -> SearchAnswer:
    """Search by a query; beyond 10,000 results, use the cursor."""
    return atlas().search(params.search())


@operation("GET", "/suggest", SuggestAnswer, request=SuggestRequest)
def suggest(params: SuggestRequest) -> SuggestAnswer:
    """Complete the beginning of a query: topics, terms, authors, titles."""
    return {"suggestions": atlas().suggest(params.q) if params.q else []}


@operation("GET", "/translate", ReadingAnswer, request=TranslateRequest)
def translate(params: TranslateRequest) -> ReadingAnswer:
    """A search of another database in our query language, with the pieces that are not the same."""
    return atlas().translate(params.q, params.dialect)


@operation("POST", "/explore", ExploreAnswer, request=NoParameters, body="explore")
def explore(_: NoParameters) -> ExploreAnswer:
    """Explore by a whole document: JSON ``text``, a plain text body, or a multipart ``file``."""
    file = request.files.get("file")
    values = {**request.args.to_dict(), **request.form.to_dict()} if file else explore_body()
    params = parse(ExploreRequest, values)
    if file:
        return atlas().explore_file(*explored(file), limit=params.limit, diverse=params.diverse)
    return atlas().explore(params.text, limit=params.limit, diverse=params.diverse)


@operation("GET", "/topics", TopicsAnswer)
def topics(_: NoParameters) -> TopicsAnswer:
    """The whole hierarchy of topics."""
    return atlas().topics.all()


@operation("GET", "/topics/<id>", TopicPage)
def topic(_: NoParameters, id: str) -> TopicPage:
    """One topic with its trend, papers and neighbours."""
    return atlas().topics.one(id)


@operation("GET", "/documents/<id>", DocumentAnswer)
def document(_: NoParameters, id: str) -> DocumentAnswer:
    """Every stored field of a document, and what the atlas knows about it."""
    return atlas().papers.one(id)


@operation("GET", "/documents/<id>/pdf", bytes, media=("application/pdf",))
def pdf(_: NoParameters, id: str) -> Response:
    """The PDF that a paper came with, where it is kept; ranges can be asked for."""
    return pdf_response(atlas().papers.pdf(id))


@operation("GET", "/documents/<id>/similar", SimilarAnswer, request=NearRequest)
def similar(params: NearRequest, id: str) -> SimilarAnswer:
    """The papers most like one paper, and what they share."""
    return atlas().papers.similar(id, limit=params.limit, diverse=params.diverse)


@operation("GET", "/collections", CollectionsAnswer)
def collections(_: NoParameters) -> CollectionsAnswer:
    """All collections."""
    return {"collections": atlas().collections.all()}


@operation("GET", "/collections/<name:name>", CollectionAnswer)
def collection(_: NoParameters, name: str) -> CollectionAnswer:
    """One collection."""
    return atlas().collections.one(name)


@operation("GET", "/jobs", JobsAnswer)
def jobs(_: NoParameters) -> JobsAnswer:
    """The latest jobs."""
    return {"jobs": atlas().jobs.all()}


@operation("GET", "/jobs/<id>", JobAnswer)
def job(_: NoParameters, id: str) -> JobAnswer:
    """One job."""
    return atlas().jobs.one(id)


@operation("GET", "/map", MapAnswer)
def map(_: NoParameters) -> MapAnswer:
    """The map of knowledge in the unit square."""
    return atlas().topics.map()


@operation("GET", "/topics/<id>/points", PointsAnswer)
def points(_: NoParameters, id: str) -> PointsAnswer:
    """The papers that belong most to a topic, as points inside its cell of the map."""
    return atlas().topics.points(id)


@operation("GET", "/quality", QualityAnswer)
def quality(_: NoParameters) -> QualityAnswer:
    """The quality of the topics on papers held out."""
    return atlas().reports.quality()


@operation("GET", "/coverage/<name:name>", CoverageAnswer, request=CoverageRequest)
def coverage(params: CoverageRequest, name: str) -> CoverageAnswer:
    """What a collection covers of the map, and the papers that it probably misses."""
    return atlas().collections.coverage(name, limit=params.limit)


@operation("GET", "/trends", TrendsAnswer, request=TrendsRequest)
def trends(params: TrendsRequest) -> TrendsAnswer:
    """Topics year by year."""
    return atlas().reports.trends(params.topic)


@operation("GET", "/bridges", BridgesAnswer, request=BridgesRequest)
def bridges(params: BridgesRequest) -> BridgesAnswer:
    """The papers between two topics."""
    return atlas().reports.bridges(params.a, params.b)


@operation("GET", "/me", MeAnswer)
def me(_: NoParameters) -> MeAnswer:
    """Who sends this request, and what they may do."""
    mine = identity.reader()
    return {"name": mine.name, "role": mine.role, "may": sorted(mine.may)}


@operation("GET", "/status", StatusAnswer)
def status(_: NoParameters) -> StatusAnswer:
    """What is live."""
    return atlas().reports.status()


@operation(
    "GET",
    "/export",
    str,
    request=PapersExportRequest,
    media=(kind.media_type for kind in EXPORTS.values()),
)
def export(params: PapersExportRequest) -> Response:
    """All papers of a query, or those that are named, in a format of reference managers."""
    kind = EXPORTS[params.format]
    if params.ids:
        named = atlas().papers.export(params.ids, params.format, with_collections=params.with_collections)
        return download(named, kind.media_type, "marked papers", kind.suffix)
    pieces = atlas().export(params.search(), params.format, with_collections=params.with_collections)
    return download(pieces, kind.media_type, params.title, kind.suffix)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return jsonify(description())
