"""Saved searches, notes on papers and the reader's marks in the API."""

from __future__ import annotations

from typing import Annotated, TypedDict

from pydantic import Field

from litatlas.answers import DocumentHit
from litatlas.atlas import SearchRequest as AtlasSearch
from litatlas.parts.kept.kept_answers import MarksAnswer, NoteAnswer, SavedSearchAnswer
from litatlas.vocabulary import MARKS, MAX_LIST_NAME, MAX_PAPER_NOTE, MAX_USER_NAME, RANKINGS
from web.api.operations import operation
from web.requests import NoParameters, OneOf, QueryRequest, Request, Text
from web.site import atlas

Names = Annotated[
    list[Annotated[Text, Field(max_length=MAX_USER_NAME)]], Field(default_factory=list, max_length=100)
]


class SaveSearchRequest(QueryRequest):
    """A search to keep, and its name."""

    name: Annotated[Text, Field(min_length=1, max_length=MAX_LIST_NAME)]
    ranking: Annotated[str, OneOf(tuple(RANKINGS))] = "fused"

    def search(self) -> AtlasSearch:
        """The search that is kept."""
        return AtlasSearch(
            self.q, sort=self.sort, match=self.match, ranking=self.ranking, filters=self.filters()
        )


class NoteRequest(Request):
    """The text of a note; Markdown is kept as it is typed."""

    text: Annotated[Text, Field(min_length=1, max_length=MAX_PAPER_NOTE)]


class ItemSharingRequest(Request):
    """Who sees it: all who may read, or its owner and these users and groups."""

    private: bool = True
    users: Names
    groups: Names


class MarksRequest(Request):
    """The marks to put (true) or to take back (false); what is left out stays."""

    star: bool | None = None
    read: bool | None = None


class MarkedRequest(Request):
    """Which mark."""

    kind: Annotated[str, OneOf(MARKS)] = "star"


class SavedSearchesAnswer(TypedDict):
    """The saved searches that who asks may see."""

    searches: list[SavedSearchAnswer]


class NotesAnswer(TypedDict):
    """Notes on papers."""

    notes: list[NoteAnswer]


class MarkedAnswer(TypedDict):
    """The papers that who asks has marked."""

    documents: list[DocumentHit]


@operation("GET", "/saved-searches", SavedSearchesAnswer)
def saved_searches(_: NoParameters) -> SavedSearchesAnswer:
    """Searches that were saved under a name: your own and those shared with you."""
    return {"searches": atlas().searches.all()}


@operation("POST", "/saved-searches", SavedSearchAnswer, request=SaveSearchRequest, status=201, body="json")
def save_search(params: SaveSearchRequest) -> SavedSearchAnswer:
    """Save a search; at first nobody else sees it."""
    return atlas().searches.save(params.name, params.search())


@operation("GET", "/saved-searches/<id>", SavedSearchAnswer)
def saved_search(_: NoParameters, id: str) -> SavedSearchAnswer:
    """One saved search."""
    return atlas().searches.one(id)


@operation("DELETE", "/saved-searches/<id>", SavedSearchesAnswer)
def remove_search(_: NoParameters, id: str) -> SavedSearchesAnswer:
    """Remove a saved search."""
    atlas().searches.remove(id)
    return {"searches": atlas().searches.all()}


@operation("PUT", "/saved-searches/<id>/sharing", SavedSearchAnswer, request=ItemSharingRequest, body="json")
def share_search(params: ItemSharingRequest, id: str) -> SavedSearchAnswer:
    """Say who sees a saved search."""
    atlas().searches.share(id, private=params.private, users=params.users, groups=params.groups)
    return atlas().searches.one(id)


@operation("GET", "/notes", NotesAnswer)
def notes(_: NoParameters) -> NotesAnswer:
    """All notes on papers that you may see, the latest first."""
    return {"notes": atlas().notes.all()}


@operation("GET", "/documents/<id>/notes", NotesAnswer)
def notes_on_paper(_: NoParameters, id: str) -> NotesAnswer:
    """The notes on a paper, the oldest first."""
    return {"notes": atlas().notes.of(id)}


@operation("POST", "/documents/<id>/notes", NoteAnswer, request=NoteRequest, status=201, body="json")
def write_note(params: NoteRequest, id: str) -> NoteAnswer:
    """Write a note on a paper; at first nobody else sees it."""
    return atlas().notes.write(id, params.text)


@operation("PUT", "/notes/<id>", NoteAnswer, request=NoteRequest, body="json")
def change_note(params: NoteRequest, id: str) -> NoteAnswer:
    """Write a note anew."""
    return atlas().notes.change(id, params.text)


@operation("DELETE", "/notes/<id>", NotesAnswer)
def remove_note(_: NoParameters, id: str) -> NotesAnswer:
    """Remove a note."""
    atlas().notes.remove(id)
    return {"notes": atlas().notes.all()}


@operation("PUT", "/notes/<id>/sharing", NoteAnswer, request=ItemSharingRequest, body="json")
def share_note(params: ItemSharingRequest, id: str) -> NoteAnswer:
    """Say who sees a note."""
    atlas().notes.share(id, private=params.private, users=params.users, groups=params.groups)
    return atlas().notes.one(id)


@operation("GET", "/documents/<id>/marks", MarksAnswer)
def marks_of_paper(_: NoParameters, id: str) -> MarksAnswer:
    """Whether you starred a paper, and whether you read it."""
    return atlas().notes.marks(id)


@operation("PUT", "/documents/<id>/marks", MarksAnswer, request=MarksRequest, body="json")
def mark_paper(params: MarksRequest, id: str) -> MarksAnswer:
    """Star a paper, or say that you read it, or take that back."""
    for kind in MARKS:
        if (on := getattr(params, kind)) is not None:
            atlas().notes.mark(id, kind, on=on)
    return atlas().notes.marks(id)


@operation("GET", "/marks", MarkedAnswer, request=MarkedRequest)
def marked_papers(params: MarkedRequest) -> MarkedAnswer:
    """The papers that you starred or read, the latest first."""
    return {"documents": atlas().notes.marked(params.kind)}
